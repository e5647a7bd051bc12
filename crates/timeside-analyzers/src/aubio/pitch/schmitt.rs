//! A Schmitt trigger: periods counted between falls from a high to a low threshold.

use super::{Estimate, OfSamples, hz};

/// Both thresholds as a share of the extremes.
const SHARE: f32 = 0.6;

#[derive(Debug)]
pub(super) struct Schmitt {
    sample_rate: f32,
    /// Full scale wraps round to the most negative number, as upstream's does.
    wrap: bool,
    integers: Vec<i32>,
}

impl Schmitt {
    pub(super) fn new(block: usize, sample_rate: f32, compat: bool) -> Self {
        Self {
            sample_rate,
            wrap: compat,
            integers: vec![0; block],
        }
    }

    /// Samples per period; 0 if there is none.
    fn period(&self) -> f32 {
        let s = &self.integers;
        let share = |extreme: i32| (SHARE * extreme as f32 + 0.5) as i32;
        let highest = s.iter().copied().max().unwrap_or(0).max(0);
        let lowest = s.iter().copied().min().unwrap_or(0).min(0);
        let (high, low) = (share(highest), -share(-lowest));
        let falls = |j: usize| s[j] >= low && s[j + 1] < low;
        let last = s.len() - 1;
        let mut j = 1;
        while j < s.len() && s[j] <= high {
            j += 1;
        }
        while j < last && !falls(j) {
            j += 1;
        }
        let (start, mut end) = (j, j + 1);
        let (mut periods, mut triggered) = (0, false);
        for (j, level) in s.iter().enumerate().take(last).skip(start) {
            if !triggered {
                triggered = *level >= high;
            } else if falls(j) {
                end = j;
                periods += 1;
                triggered = false;
            }
        }
        if periods > 0 {
            (end - start) as f32 / periods as f32
        } else {
            0.0
        }
    }
}

impl OfSamples for Schmitt {
    fn estimate(&mut self, samples: &[f32]) -> Estimate {
        for (integer, x) in self.integers.iter_mut().zip(samples) {
            let scaled = (x * 32_768.0) as i32;
            *integer = if self.wrap {
                i32::from(scaled as i16)
            } else {
                scaled.clamp(i32::from(i16::MIN), i32::from(i16::MAX))
            };
        }
        Estimate {
            hz: hz(self.sample_rate, self.period()),
            confidence: 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sine;

    #[test]
    fn periods_are_counted() {
        let x = sine(8_000, 100.0, 0.9, 2_048);
        let e = Schmitt::new(2_048, 8_000.0, false).estimate(&x);
        assert!((e.hz - 100.0).abs() < 0.5, "{e:?}");
    }

    #[test]
    fn full_scale_wraps_only_for_compatibility() {
        let x: Vec<f32> = (0..256)
            .map(|n| if n % 32 < 16 { 1.0 } else { -0.9 })
            .collect();
        assert!((Schmitt::new(256, 8_000.0, false).estimate(&x).hz - 250.0).abs() < 1.0);
        assert_eq!(Schmitt::new(256, 8_000.0, true).estimate(&x).hz, 0.0);
    }
}
