//! The envelope of long frames, and how it is modulated.

use super::component::Rows;
use super::stage::{RowMap, saturate, single};
use super::temporal::product;
use std::ops::Range;
use timeside_dsp::analytic::Analytic;
use timeside_dsp::{RealFft, Window};

/// The modulus of the analytic signal, smoothed by the falling half of a Hann window of 0.1 s and decimated. The
/// window's largest weight is at its oldest sample, as in the original.
#[derive(Debug)]
pub(super) struct Envelope {
    analytic: Analytic,
    decimation: usize,
    weights: Vec<f32>,
    modulus: Vec<f32>,
}

impl Envelope {
    pub(super) fn new(input: &Rows, decimation: usize) -> Self {
        let half = ((0.05 * f64::from(input.rate)) as usize).max(1);
        let falling = |i: usize| {
            let phase = std::f64::consts::TAU * (i + 1) as f64 / (2 * half + 1) as f64;
            0.5 * (1.0 - phase.cos())
        };
        let sum: f64 = (half..2 * half).map(falling).sum();
        let mut weights: Vec<f32> = (half..2 * half)
            .map(|i| (falling(i) / sum) as f32)
            .collect();
        weights.resize(half.next_multiple_of(decimation), 0.0);
        Self {
            analytic: Analytic::new(input.block),
            decimation,
            weights,
            modulus: Vec::new(),
        }
    }
}

impl RowMap for Envelope {
    fn map(&mut self, frame: &[f32], out: &mut Vec<f32>) {
        self.analytic.modulus(frame, &mut self.modulus);
        saturate(&mut self.modulus);
        for value in 1..=frame.len().div_ceil(self.decimation) {
            let end = value * self.decimation;
            // Samples outside the frame are absent.
            let before = self.weights.len().saturating_sub(end);
            let from = end.saturating_sub(self.weights.len());
            let samples = self.modulus.get(from..).unwrap_or_default();
            out.push(single(product(&self.weights[before..], samples)));
        }
    }
}

/// Tremolo and grain: the strongest modulation of the envelope in 4–8 and in 10–40 Hz (Eronen 2001).
#[derive(Debug)]
pub(super) struct Modulation {
    fft: RealFft,
    window: Vec<f32>,
    bins_per_hz: f64,
    usable: usize,
    windowed: Vec<f32>,
    magnitudes: Vec<f64>,
}

impl Modulation {
    pub(super) fn new(input: &Rows, block: usize, decimation: usize) -> Self {
        let values = input.width;
        let window = |i: usize| {
            let phase = std::f64::consts::TAU * (i + 1) as f64 / (values + 1) as f64;
            (0.5 * (1.0 - phase.cos())) as f32
        };
        Self {
            fft: RealFft::new(values, block, Window::Rectangular),
            window: (0..values).map(window).collect(),
            bins_per_hz: block as f64 * decimation as f64 / f64::from(input.rate),
            usable: block / 2,
            windowed: Vec::new(),
            magnitudes: Vec::new(),
        }
    }

    /// The bins of a band, within those that there are.
    fn band(&self, low_hz: f64, high_hz: f64) -> Range<usize> {
        let bin = |hz: f64| (hz * self.bins_per_hz).ceil() as usize;
        let end = bin(high_hz).min(self.usable);
        bin(low_hz).saturating_sub(1).min(end)..end
    }
}

impl RowMap for Modulation {
    fn map(&mut self, envelope: &[f32], out: &mut Vec<f32>) {
        self.windowed.clear();
        self.windowed
            .extend(envelope.iter().zip(&self.window).map(|(x, w)| x * w));
        let bins = self.fft.process(&self.windowed);
        self.magnitudes.clear();
        let magnitude = |re: f32, im: f32| f64::from(single(f64::from(re).hypot(f64::from(im))));
        self.magnitudes
            .extend(bins[..self.usable].iter().map(|c| magnitude(c.re, c.im)));
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        let mean_of_all = mean(&self.magnitudes);
        for (low_hz, high_hz) in [(4.0, 8.0), (10.0, 40.0)] {
            let band = self.band(low_hz, high_hz);
            let values = &self.magnitudes[band.clone()];
            let best =
                (0..values.len()).reduce(|best, i| if values[i] > values[best] { i } else { best });
            let Some(best) = best else {
                // The envelope is too coarse for this band.
                out.extend([0.0; 4]);
                continue;
            };
            let hz = (band.start + best) as f64 / self.bins_per_hz;
            let over_all = (values[best] - mean_of_all).max(0.0);
            let over_band = (values[best] - mean(values)).max(0.0);
            out.extend([hz, over_all, over_band, hz * over_all].map(single));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(rate: u32) -> Rows {
        Rows {
            block: 32_768,
            width: 32_768,
            ..Rows::of_samples(rate, false)
        }
    }

    #[test]
    fn a_tremolo_is_found_with_its_frequency() {
        let rate = 44_100.0_f64;
        let x: Vec<f32> = (0..32_768)
            .map(|n| {
                let turns = std::f64::consts::TAU * f64::from(n) / rate;
                ((1.0 + 0.5 * (6.0 * turns).sin()) * (1_000.0 * turns).sin()) as f32
            })
            .collect();
        let mut envelope = Vec::new();
        Envelope::new(&frames(44_100), 200).map(&x, &mut envelope);
        assert_eq!(envelope.len(), 164);
        assert!(envelope[20..150].iter().all(|e| (0.4..1.6).contains(e)));
        let input = Rows {
            width: 164,
            ..frames(44_100)
        };
        let mut out = Vec::new();
        Modulation::new(&input, 32_768, 200).map(&envelope, &mut out);
        assert!((out[0] - 6.0).abs() < 0.7, "{out:?}");
        assert!(out[1] > 4.0 * out[5], "no grain: {out:?}");
        assert!((out[3] / out[1] / out[0] - 1.0).abs() < 1e-5);
    }

    #[test]
    fn an_envelope_too_coarse_has_no_grain() {
        let mut out = Vec::new();
        let input = Rows {
            width: 2,
            ..frames(8_000)
        };
        Modulation::new(&input, 32_768, 20_000).map(&[1.0, 2.0], &mut out);
        assert!(out.len() == 8 && out.iter().all(|v| v.is_finite()));
    }
}
