//! The curve that tempo and beats are read from: how unlike a frame is what the last two foretold.

use timeside_core::{Complex32, Framing, Param, Params, Window};
use timeside_dsp::{Framer, RealFft};

/// Seconds from one frame to the next.
const STEP_SECS: f64 = 0.011_61;

/// What the curve is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Complex,
    HighFrequencyContent,
    SpectralDifference,
    PhaseDeviation,
    EnergyRise,
}

const KINDS: [(&str, Kind); 5] = [
    ("complex", Kind::Complex),
    ("hfc", Kind::HighFrequencyContent),
    ("specdiff", Kind::SpectralDifference),
    ("phase", Kind::PhaseDeviation),
    ("broadband", Kind::EnergyRise),
];

/// The parameters of the curve.
pub(super) fn params() -> [Param; 2] {
    const NAMES: [&str; 5] = [KINDS[0].0, KINDS[1].0, KINDS[2].0, KINDS[3].0, KINDS[4].0];
    [
        Param::choice(
            "dftype",
            "complex",
            &NAMES,
            "The onset function: deviation from the foretold spectrum, high-frequency content, difference of magnitudes, \
             deviation of phases, or the number of bins that rise by more than 3 dB.",
        ),
        Param::boolean(
            "whiten",
            false,
            "Divides each bin by its recent peak, so that weak bins count as much as strong ones.",
        ),
    ]
}

/// What one bin was in the last two frames. Phases are held as points on the unit circle: products replace angles.
#[derive(Debug, Clone, Copy)]
struct Past {
    magnitude: f32,
    peak: f32,
    turn: Complex32,
    turn_before: Complex32,
}

/// Computes the curve from samples. Holds one frame and a few numbers per bin.
#[derive(Debug)]
pub(super) struct Detection {
    kind: Kind,
    whiten: bool,
    step: usize,
    samples: i64,
    framer: Framer,
    spectrum: Difference,
}

#[derive(Debug)]
struct Difference {
    fft: RealFft,
    past: Vec<Past>,
}

impl Detection {
    pub(super) fn new(params: &Params, sample_rate: u32) -> Self {
        let step = ((f64::from(sample_rate) * STEP_SECS + 1e-4) as usize).max(1);
        let block = 2 * step;
        let kind = params.text("dftype").unwrap_or_default();
        Self {
            kind: KINDS
                .iter()
                .find(|(name, _)| *name == kind)
                .map_or(Kind::Complex, |(_, kind)| *kind),
            whiten: params.flag("whiten"),
            step,
            samples: 0,
            // The host's end of stream is `finish`’s affair.
            framer: Framer::new(block, step, Framing::TimeSide),
            spectrum: Difference {
                fft: RealFft::new(block, block, Window::Hann),
                past: (0..=block / 2)
                    .map(|k| Past {
                        magnitude: 0.0,
                        peak: 0.0,
                        turn: still(k),
                        turn_before: still(k),
                    })
                    .collect(),
            },
        }
    }

    /// Samples from one value to the next.
    pub(super) fn step(&self) -> usize {
        self.step
    }

    /// Takes samples and hands out the values that they complete.
    pub(super) fn push(&mut self, samples: &[f32], mut emit: impl FnMut(f64)) {
        self.samples += samples.len() as i64;
        let (kind, whiten, spectrum) = (self.kind, self.whiten, &mut self.spectrum);
        self.framer.push(samples, |_, frame| {
            emit(spectrum.value(frame, kind, whiten));
        });
    }

    /// Hands out the values that the end of the stream completes.
    pub(super) fn finish(&mut self, mut emit: impl FnMut(f64)) {
        let feed = super::HOST_BLOCK as i64;
        let padding = feed - self.samples % feed;
        self.push(&vec![0.0; padding as usize], &mut emit);
        let (kind, whiten, spectrum) = (self.kind, self.whiten, &mut self.spectrum);
        self.framer
            .finish(|_, frame| emit(spectrum.value(frame, kind, whiten)));
    }
}

/// The phase of nothing: 0, where time is counted from the middle of the frame.
fn still(bin: usize) -> Complex32 {
    Complex32::new(if bin.is_multiple_of(2) { 1.0 } else { -1.0 }, 0.0)
}

impl Difference {
    fn value(&mut self, frame: &[f32], kind: Kind, whiten: bool) -> f64 {
        let mut sum = 0.0;
        let bins = self.fft.process(frame);
        for (k, (bin, past)) in bins.iter().zip(&mut self.past).enumerate() {
            let square = bin.norm_sqr();
            let (mut magnitude, turn) = if square > f32::MIN_POSITIVE && square < f32::MAX {
                let m = square.sqrt();
                (m, bin / m)
            } else {
                (0.0, still(k))
            };
            if whiten {
                magnitude = whitened(magnitude, &mut past.peak);
            }
            let term = match kind {
                Kind::Complex => {
                    let expected = past.turn.conj() * past.turn.conj() * past.turn_before;
                    let deviation = turn * expected * magnitude;
                    (Complex32::new(past.magnitude, 0.0) - deviation)
                        .norm_sqr()
                        .sqrt()
                }
                Kind::PhaseDeviation => {
                    let deviation = turn * past.turn.conj() * past.turn.conj() * past.turn_before;
                    deviation.im.atan2(deviation.re).abs()
                }
                Kind::HighFrequencyContent => magnitude * k as f32,
                Kind::SpectralDifference => (magnitude * magnitude
                    - past.magnitude * past.magnitude)
                    .abs()
                    .sqrt(),
                Kind::EnergyRise => {
                    let rises = magnitude * magnitude > 2.0 * past.magnitude * past.magnitude;
                    if rises && past.magnitude > 0.0 {
                        1.0
                    } else {
                        0.0
                    }
                }
            };
            sum += f64::from(term);
            past.magnitude = magnitude;
            past.turn_before = std::mem::replace(&mut past.turn, turn);
        }
        if sum.is_finite() { sum } else { 0.0 }
    }
}

/// Adaptive whitening (Stowell & Plumbley 2007): the magnitude over its peak, which decays.
fn whitened(magnitude: f32, peak: &mut f32) -> f32 {
    const DECAY: f32 = 0.999_7;
    const FLOOR: f32 = 0.01;
    let decayed = if magnitude < *peak {
        magnitude + (*peak - magnitude) * DECAY
    } else {
        magnitude
    };
    *peak = decayed.max(FLOOR);
    magnitude / *peak
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sine;

    fn curve(kind: &str, x: &[f32]) -> Vec<f64> {
        let given = serde_json::json!({ "dftype": kind });
        let params = Params::check("test", &params(), given.as_object().unwrap()).unwrap();
        let mut values = Vec::new();
        let mut detection = Detection::new(&params, 44_100);
        detection.push(x, |v| values.push(v));
        detection.finish(|v| values.push(v));
        values
    }

    #[test]
    fn a_steady_tone_is_foretold_and_a_change_is_not() {
        let mut x = sine(44_100, 441.0, 0.5, 44_100);
        x.extend(sine(44_100, 1_000.0, 0.5, 44_100));
        let change = 44_100 / 512;
        for kind in ["complex", "specdiff", "broadband"] {
            let values = curve(kind, &x);
            assert_eq!(values.len(), 11 * 8_192 / 512);
            let before = values[10..change - 4].iter().copied().fold(0.0, f64::max);
            let at = values[change - 2..change + 2]
                .iter()
                .copied()
                .fold(0.0, f64::max);
            assert!(at > before, "{kind}: {at} {before}");
        }
        let complex = curve("complex", &x);
        assert!(complex[20] < 0.01 * complex[change]);
        let hfc = curve("hfc", &x);
        assert!((hfc[120] / hfc[40] - 1_000.0 / 441.0).abs() < 0.05);
    }

    #[test]
    fn whitening_levels_peaks() {
        let mut peak = 0.0;
        assert_eq!(whitened(4.0, &mut peak), 1.0);
        assert!((whitened(2.0, &mut peak) - 0.5).abs() < 1e-3);
        assert!(peak < 4.0);
        let mut silent = 0.0;
        assert_eq!((whitened(0.0, &mut silent), silent), (0.0, 0.01));
    }
}
