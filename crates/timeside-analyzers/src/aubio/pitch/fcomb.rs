//! A fast comb: the strongest partial, or one whose whole multiple it is (after M. Lang's tuner).

use super::{Estimate, OfSpectrum, phase};
use crate::aubio::descriptor::change::wrapped;
use std::f64::consts::TAU;
use timeside_core::{Complex32, Spectrum};

/// Partials kept, the strongest first.
const PARTIALS: usize = 8;

/// How far from whole the ratio of two partials may be.
const RATIO_TOLERANCE: f32 = 0.02;

/// A partial in a bin beyond this is no pitch.
const LAST_BIN: f32 = 5_000.0;

#[derive(Debug, Clone, Copy)]
struct Partial {
    level_db: f32,
    bin: f32,
}

#[derive(Debug)]
pub(super) struct FComb {
    bin_hz: f32,
    block: usize,
    step: usize,
    /// Bins of the frame before.
    previous: Vec<Complex32>,
}

impl FComb {
    pub(super) fn new(block: usize, step: usize, sample_rate: f32) -> Self {
        Self {
            bin_hz: sample_rate / block as f32,
            block,
            step,
            previous: vec![Complex32::default(); block / 2 + 1],
        }
    }

    /// The frequency in bins that lies in bin `k`, from how its phase advanced.
    fn exact_bin(&self, k: usize, now: Complex32) -> f32 {
        let overlap = self.block as f64 / self.step as f64;
        let expected = (k as f64 * TAU / overlap) as f32;
        let advance = phase(now) - phase(self.previous[k]) - expected;
        k as f32 + (f64::from(wrapped(advance)) * overlap / TAU) as f32
    }

    /// The successive record maxima over the bins, the latest and strongest first.
    fn partials(&self, spectrum: &Spectrum<'_>) -> [Partial; PARTIALS] {
        let none = Partial {
            level_db: -200.0,
            bin: 0.0,
        };
        let mut partials = [none; PARTIALS];
        let mut loudest = 0.0;
        for (k, (m, c)) in spectrum.magnitudes().iter().zip(spectrum.bins).enumerate() {
            if *m <= loudest {
                continue;
            }
            let level_db = 20.0 * (2.0 * m / self.block as f32).log10();
            let bin = self.exact_bin(k, *c);
            if bin > 0.0 && level_db > partials[0].level_db {
                loudest = *m;
                partials.rotate_right(1);
                partials[0] = Partial { level_db, bin };
            }
        }
        partials
    }
}

/// The partial whose multiple the strongest is; the strongest itself without one.
fn fundamental(partials: &[Partial; PARTIALS]) -> Partial {
    let strongest = partials[0];
    let mut best = (0, strongest);
    for candidate in partials[1..].iter().take_while(|p| p.bin > 0.0) {
        let ratio = strongest.bin / candidate.bin;
        for multiple in (2..=5u8).rev() {
            if (ratio - f32::from(multiple)).abs() < RATIO_TOLERANCE
                && multiple > best.0
                && strongest.level_db < candidate.level_db / 2.0
            {
                best = (multiple, *candidate);
            }
        }
    }
    best.1
}

impl OfSpectrum for FComb {
    fn estimate(&mut self, spectrum: &Spectrum<'_>) -> Estimate {
        let bin = fundamental(&self.partials(spectrum)).bin;
        self.previous.copy_from_slice(spectrum.bins);
        Estimate {
            hz: if bin > LAST_BIN {
                0.0
            } else {
                bin.max(0.0) * self.bin_hz
            },
            confidence: 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weaker_partial_of_a_whole_ratio_is_the_fundamental() {
        let at = |level_db, bin| Partial { level_db, bin };
        let mut partials = [at(-200.0, 0.0); PARTIALS];
        partials[0] = at(-20.0, 30.1);
        partials[1] = at(-30.0, 15.04);
        partials[2] = at(-32.0, 10.03);
        assert_eq!(fundamental(&partials).bin, 10.03);
        partials[2].bin = 10.2;
        assert_eq!(fundamental(&partials).bin, 15.04);
    }
}
