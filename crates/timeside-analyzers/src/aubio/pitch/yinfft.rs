//! YIN in the frequency domain, weighted as the ear is sensitive (Brossier 2006).

use super::{Estimate, OfSpectrum, hz};
use crate::aubio::extrema::{last_argmin, parabola_position, round_half_up};
use timeside_core::{Spectrum, Window};
use timeside_dsp::RealFft;

/// Weight in dB at each frequency in Hz; between two points it lies on the line that joins them, and beyond the last it
/// stays.
const WEIGHT_DB: [(f32, f32); 34] = [
    (0.0, -75.8),
    (20.0, -70.1),
    (25.0, -60.8),
    (31.5, -52.1),
    (40.0, -44.2),
    (50.0, -37.5),
    (63.0, -31.3),
    (80.0, -25.6),
    (100.0, -20.9),
    (125.0, -16.5),
    (160.0, -12.6),
    (200.0, -9.6),
    (250.0, -7.0),
    (315.0, -4.7),
    (400.0, -3.0),
    (500.0, -1.8),
    (630.0, -0.8),
    (800.0, -0.2),
    (1_000.0, 0.0),
    (1_250.0, 0.5),
    (1_600.0, 1.6),
    (2_000.0, 3.2),
    (2_500.0, 5.4),
    (3_150.0, 7.8),
    (4_000.0, 8.1),
    (5_000.0, 5.3),
    (6_300.0, -2.4),
    (8_000.0, -11.1),
    (9_000.0, -12.8),
    (10_000.0, -12.2),
    (12_500.0, -7.4),
    (15_000.0, -17.8),
    (20_000.0, -17.8),
    (25_100.0, -17.8),
];

/// Periods shorter than those of this frequency are doubted: half of them may be the true one.
const DOUBTED_HZ: f32 = 1_300.0;

fn weight(frequency_hz: f32) -> f32 {
    let after = WEIGHT_DB.partition_point(|(hz, _)| *hz <= frequency_hz);
    let db = match (WEIGHT_DB.get(after.wrapping_sub(1)), WEIGHT_DB.get(after)) {
        (Some((from_hz, from)), Some((to_hz, to))) => {
            from + (to - from) * (frequency_hz - from_hz) / (to_hz - from_hz)
        }
        (Some((_, last)), None) | (None, Some((_, last))) => *last,
        (None, None) => 0.0,
    };
    10f32.powf(db / 20.0)
}

#[derive(Debug)]
pub(super) struct YinFft {
    sample_rate: f32,
    tolerance: f32,
    /// Upstream's confidence, read at a lag that is nearly always one of an older frame.
    compat: bool,
    doubted_lag: usize,
    weights: Vec<f32>,
    power: Vec<f32>,
    transform: RealFft,
    /// Cumulative mean normalised difference by lag.
    normalised: Vec<f32>,
    sums: Vec<f32>,
    /// The lag that upstream reads the confidence at.
    remembered_lag: usize,
}

impl YinFft {
    pub(super) fn new(block: usize, sample_rate: f32, tolerance: f32, compat: bool) -> Self {
        let bins = block / 2 + 1;
        Self {
            sample_rate,
            tolerance,
            compat,
            doubted_lag: round_half_up(sample_rate / DOUBTED_HZ) as usize,
            weights: (0..bins)
                .map(|l| weight(l as f32 * sample_rate / block as f32))
                .collect(),
            power: vec![0.0; block],
            transform: RealFft::new(block, block, Window::Rectangular),
            normalised: vec![1.0; bins],
            sums: vec![0.0; bins],
            remembered_lag: 0,
        }
    }

    fn normalise(&mut self, spectrum: &Spectrum<'_>) {
        let n = self.power.len();
        let bins = self.weights.len();
        let mut total = 0.0;
        for ((q, c), w) in self.power.iter_mut().zip(spectrum.bins).zip(&self.weights) {
            *q = (c.re * c.re + c.im * c.im) * w;
            total += *q;
        }
        let (low, high) = self.power.split_at_mut(bins);
        let mirrored = low[1..n - bins + 1].iter();
        high.iter_mut()
            .rev()
            .zip(mirrored)
            .for_each(|(h, l)| *h = *l);
        total *= 2.0;
        let correlation = self.transform.process(&self.power);
        let mut sum = 0.0;
        self.sums[0] = 0.0;
        for ((d, s), r) in self
            .normalised
            .iter_mut()
            .zip(&mut self.sums)
            .zip(correlation)
            .skip(1)
        {
            *d = total - r.re;
            sum += *d;
            *s = sum;
        }
        self.normalised[0] = 1.0;
        for (lag, (d, sum)) in self
            .normalised
            .iter_mut()
            .zip(&self.sums)
            .enumerate()
            .skip(1)
        {
            *d = if *sum == 0.0 {
                1.0
            } else {
                *d * (lag as f32 / sum)
            };
        }
    }
}

impl OfSpectrum for YinFft {
    fn estimate(&mut self, spectrum: &Spectrum<'_>) -> Estimate {
        self.normalise(spectrum);
        let d = &self.normalised;
        let deepest = last_argmin(d);
        let mut lag = deepest;
        let mut period = 0.0;
        if d[deepest] >= self.tolerance {
            self.remembered_lag = 0;
        } else {
            if deepest <= self.doubted_lag {
                let half = deepest / 2;
                if d[half] < self.tolerance {
                    lag = half;
                }
                self.remembered_lag = lag;
            }
            period = parabola_position(d, lag);
        }
        Estimate {
            hz: hz(self.sample_rate, period),
            confidence: 1.0
                - d[if self.compat {
                    self.remembered_lag
                } else {
                    lag
                }],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_lie_on_lines_in_decibels() {
        assert!((weight(1_000.0) - 1.0).abs() < 1e-6);
        let db = 20.0 * weight(10.0).log10();
        assert!((db - (-75.8 - 70.1) / 2.0).abs() < 1e-3, "{db}");
        assert_eq!(weight(96_000.0), weight(20_000.0));
    }
}
