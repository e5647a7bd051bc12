//! Loudness in bands of Bark, and what follows from it (Moore, Glasberg & Baer 1997; Peeters 2004).

use super::component::Rows;
use super::stage::{RowMap, single};
use super::temporal::product;

/// Number of bands.
pub(super) const BANDS: usize = 24;

/// What is given of the loudness of the bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Over their sum.
    Relative,
    /// As it is.
    Specific,
    /// Their sum.
    Total,
}

/// Zwicker's and Terhardt's scale, with the original's constants.
fn bark(hz: f64) -> f64 {
    13.0 * (hz / 1_315.8).atan() + 3.5 * (hz / 7_518.0).powi(2).atan()
}

/// The specific loudness `(Σa²)^0.23` of each band.
#[derive(Debug)]
pub(super) struct Loudness {
    /// Band `b` has the bins from `limits[b]` up to `limits[b + 1]`.
    limits: [usize; BANDS + 1],
}

impl Loudness {
    pub(super) fn new(input: &Rows) -> Self {
        let top = bark(f64::from(input.rate) / 2.0);
        let last = input.width.saturating_sub(1);
        let limits = std::array::from_fn(|band| {
            let from = band as f64 * top / BANDS as f64;
            let above = |k: &usize| bark(*k as f64 * input.bin_of_block_hz()) > from;
            match band {
                // Bin 0 belongs to the first band, the last bin to none.
                0 => 0,
                _ => (0..last).find(above).unwrap_or(last),
            }
        });
        Self { limits }
    }
}

impl RowMap for Loudness {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        for ends in self.limits.windows(2) {
            let band = row.get(ends[0]..ends[1]).unwrap_or_default();
            out.push(single(product(band, band).powf(0.23)));
        }
    }
}

/// The centre of the relative loudness, higher bands weighing more.
pub(super) fn sharpness(relative: &[f32]) -> f64 {
    let weight = |band: usize| {
        let z = band as f64;
        if band < 15 {
            0.11 * z
        } else {
            0.11 * z * 0.066 * (0.171 * z).exp()
        }
    };
    (1..)
        .zip(relative)
        .map(|(band, n)| weight(band) * f64::from(*n))
        .sum()
}

/// How far the loudest band is from being all.
pub(super) fn spread(relative: &[f32]) -> f64 {
    (1.0 - f64::from(relative.iter().fold(0.0_f32, |m, n| m.max(*n)))).powi(2)
}
