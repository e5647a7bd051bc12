//! The autocorrelation of the spectrum: its deepest dip lies at half the period.

use super::{Estimate, OfSpectrum, hz};
use crate::aubio::extrema::{last_argmin, parabola_position};
use timeside_core::{Spectrum, Window};
use timeside_dsp::RealFft;

/// aubio has no confidence of this method's own.
const CONFIDENCE: f32 = 0.85;

#[derive(Debug)]
pub(super) struct SpecAcf {
    sample_rate: f32,
    power: Vec<f32>,
    transform: RealFft,
    correlation: Vec<f32>,
}

impl SpecAcf {
    pub(super) fn new(block: usize, sample_rate: f32) -> Self {
        Self {
            sample_rate,
            power: vec![0.0; block / 2 + 1],
            transform: RealFft::new(block, block, Window::Rectangular),
            correlation: vec![0.0; block / 2 + 1],
        }
    }
}

impl OfSpectrum for SpecAcf {
    fn estimate(&mut self, spectrum: &Spectrum<'_>) -> Estimate {
        // The real parts alone, and no mirrored half: this is aubio's method.
        for (q, c) in self.power.iter_mut().zip(spectrum.bins) {
            *q = c.re * c.re;
        }
        let bins = self.transform.process(&self.power);
        for (a, c) in self.correlation.iter_mut().zip(bins) {
            *a = c.re;
        }
        let half_period = parabola_position(&self.correlation, last_argmin(&self.correlation));
        Estimate {
            hz: hz(self.sample_rate, 2.0 * half_period),
            confidence: CONFIDENCE,
        }
    }
}
