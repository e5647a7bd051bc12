//! Chroma, key, pitch by pYIN, beats by dynamic programming, notes.
//!
//! | id | gives |
//! |---|---|
//! | [`chroma`] | energy of the twelve pitch classes |
//! | [`hpcp`] | the same from spectral peaks |
//! | [`key`] | the key of the whole and of its parts |
//! | [`pyin`] | fundamental frequency with voicing |
//! | [`notes`] | notes of a melody |
//! | [`beats`] | tempo, beats and the curve they are found in |

pub mod beats;
pub mod chroma;
pub mod hpcp;
pub mod key;
pub mod notes;
pub mod pyin;

use timeside_core::Registry;

/// Adds the processors of this family.
pub fn register(registry: &mut Registry) {
    registry
        .add::<chroma::Chroma>()
        .add::<hpcp::Hpcp>()
        .add::<key::Key>()
        .add::<pyin::Pyin>()
        .add::<notes::Notes>()
        .add::<beats::Beats>();
}

/// How a frame of pitch classes is scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Norm {
    Max,
    L1,
    L2,
    None,
}

impl Norm {
    const WORDS: &'static [&'static str] = &["max", "l1", "l2", "none"];

    fn from_word(word: Option<&str>) -> Self {
        match word {
            Some("l1") => Self::L1,
            Some("l2") => Self::L2,
            Some("none") => Self::None,
            _ => Self::Max,
        }
    }

    /// Divides the values, none of them negative, by their norm; silence stays 0.
    fn apply(self, values: &mut [f32]) {
        let norm = match self {
            Self::None => return,
            Self::Max => values.iter().copied().fold(0.0, f32::max),
            Self::L1 => values.iter().sum(),
            // In double precision the squares of small values do not vanish.
            Self::L2 => values
                .iter()
                .map(|v| f64::from(*v).powi(2))
                .sum::<f64>()
                .sqrt() as f32,
        };
        if norm > f32::MIN_POSITIVE {
            values.iter_mut().for_each(|v| *v /= norm);
        }
    }
}

/// `Σ a·b`, in lanes, so that it vectorises and is the same everywhere.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0_f32; LANES];
    let (a_lanes, b_lanes) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = (a_lanes.remainder().iter().zip(b_lanes.remainder()))
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in a_lanes.zip(b_lanes) {
        for ((s, a), b) in sums.iter_mut().zip(a).zip(b) {
            *s += a * b;
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// A magnitude above this counts as this much, so that sums of powers stay finite.
const GREATEST_MAGNITUDE: f32 = 1e15;
