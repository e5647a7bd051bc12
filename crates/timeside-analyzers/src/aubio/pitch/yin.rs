//! YIN (de Cheveigné & Kawahara 2002): the first lag at which the signal hardly differs from itself.

use super::{Estimate, OfSamples, hz};
use crate::aubio::extrema::{last_argmin, parabola_position};
use timeside_core::{Complex32, Window};
use timeside_dsp::RealFft;

/// Lags whose sums are taken together: their independent lanes stay in registers.
const LANES: usize = 32;

/// Lags below this are never the period, so that the first descent is not taken for one.
const FIRST_LAG: usize = 2;

/// The search for the period in a difference function, lag by lag.
#[derive(Debug)]
struct Search {
    /// Cumulative mean normalised difference, as far as computed.
    normalised: Vec<f32>,
    sum: f32,
    tolerance: f32,
}

impl Search {
    fn new(lags: usize, tolerance: f32) -> Self {
        Self {
            normalised: Vec::with_capacity(lags),
            sum: 0.0,
            tolerance,
        }
    }

    fn restart(&mut self) {
        self.normalised.clear();
        self.normalised.push(1.0);
        self.sum = 0.0;
    }

    /// Takes the difference at the next lag. Gives the period's lag as soon as the normalised difference rises again
    /// below the tolerance; that is known three lags later.
    fn next(&mut self, difference: f32) -> Option<usize> {
        let lag = self.normalised.len();
        self.sum += difference;
        self.normalised.push(if self.sum == 0.0 {
            1.0
        } else {
            difference * (lag as f32 / self.sum)
        });
        let candidate = lag.checked_sub(3).filter(|c| *c >= FIRST_LAG)?;
        let (here, after) = (self.normalised[candidate], self.normalised[candidate + 1]);
        (here < self.tolerance && here < after).then_some(candidate)
    }

    /// The estimate at a lag; at the deepest of all without one.
    fn estimate(&self, lag: Option<usize>, sample_rate: f32) -> Estimate {
        let lag = lag.unwrap_or_else(|| last_argmin(&self.normalised));
        Estimate {
            hz: hz(sample_rate, parabola_position(&self.normalised, lag)),
            confidence: 1.0 - self.normalised[lag],
        }
    }
}

/// The difference function summed as it is defined.
#[derive(Debug)]
pub(super) struct Yin {
    sample_rate: f32,
    half: usize,
    padded: Vec<f32>,
    search: Search,
}

impl Yin {
    pub(super) fn new(block: usize, sample_rate: f32, tolerance: f32) -> Self {
        Self {
            sample_rate,
            half: block / 2,
            padded: vec![0.0; block + LANES],
            search: Search::new(block / 2, tolerance),
        }
    }

    /// `Σ (x[j] − x[j + lag])²` over half a block, for [`LANES`] lags.
    fn differences(&self, first_lag: usize) -> [f32; LANES] {
        let mut sums = [0.0; LANES];
        let shifted = self.padded[first_lag..].windows(LANES);
        for (x, later) in self.padded[..self.half].iter().zip(shifted) {
            for (sum, y) in sums.iter_mut().zip(later) {
                let d = x - y;
                *sum += d * d;
            }
        }
        sums
    }
}

impl OfSamples for Yin {
    fn estimate(&mut self, samples: &[f32]) -> Estimate {
        self.padded[..samples.len()].copy_from_slice(samples);
        self.search.restart();
        let mut found = None;
        'lags: for first in (0..self.half).step_by(LANES) {
            let lags = first..self.half.min(first + LANES);
            for (lag, difference) in lags.zip(self.differences(first)) {
                // Lag 0 is 1 by definition.
                if lag > 0 {
                    found = self.search.next(difference);
                }
                if found.is_some() {
                    break 'lags;
                }
            }
        }
        self.search.estimate(found, self.sample_rate)
    }
}

/// The same with the products summed by FFT.
#[derive(Debug)]
pub(super) struct YinFast {
    sample_rate: f32,
    half: usize,
    whole: RealFft,
    start: RealFft,
    back: RealFft,
    /// Spectrum of the products' sums, as a Hartley transform, and then the sums.
    products: Vec<f32>,
    search: Search,
}

impl YinFast {
    pub(super) fn new(block: usize, sample_rate: f32, tolerance: f32) -> Self {
        let plan = |samples| RealFft::new(samples, block, Window::Rectangular);
        Self {
            sample_rate,
            half: block / 2,
            whole: plan(block),
            start: plan(block / 2),
            back: plan(block),
            products: vec![0.0; block],
            search: Search::new(block / 2, tolerance),
        }
    }

    /// `Σ x[j]·x[j + lag]` over half a block, for each lag up to half a block.
    fn correlate(&mut self, samples: &[f32]) {
        let n = samples.len();
        let whole = self.whole.process(samples);
        let start = self.start.process(&samples[..self.half]);
        // A Hartley transform is its own inverse, and one forward transform of real numbers gives it.
        for (k, (b, a)) in whole.iter().zip(start).enumerate() {
            let c = b * a.conj();
            self.products[k] = c.re - c.im;
            if k > 0 {
                self.products[n - k] = if k == n - k { c.re } else { c.re + c.im };
            }
        }
        let scale = 1.0 / n as f32;
        let back = self.back.process(&self.products);
        for (product, Complex32 { re, im }) in self.products.iter_mut().zip(back) {
            *product = (re - im) * scale;
        }
    }
}

impl OfSamples for YinFast {
    fn estimate(&mut self, samples: &[f32]) -> Estimate {
        self.correlate(samples);
        let square = |x: f32| x * x;
        let start = samples[..self.half].iter().fold(0.0, |sum, x| sum + x * x);
        let mut shifted = start;
        self.search.restart();
        let mut found = None;
        for lag in 1..self.half {
            shifted -= square(samples[lag - 1]);
            shifted += square(samples[lag + self.half - 1]);
            found = self.search.next(start + shifted - 2.0 * self.products[lag]);
            if found.is_some() {
                break;
            }
        }
        self.search.estimate(found, self.sample_rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{noise, sine};

    #[test]
    fn the_fast_sums_are_the_defined_ones() {
        let x = noise(1, 256, 3).remove(0);
        let mut fast = YinFast::new(256, 8_000.0, 0.15);
        fast.correlate(&x);
        for lag in [0, 1, 50, 127] {
            let want: f32 = (0..128).map(|j| x[j] * x[j + lag]).sum();
            assert!((fast.products[lag] - want).abs() < 1e-4, "{lag}");
        }
        let mut slow = Yin::new(256, 8_000.0, 0.15);
        slow.padded[..256].copy_from_slice(&x);
        for lag in [1, 40, 127] {
            let want: f32 = (0..128).map(|j| (x[j] - x[j + lag]).powi(2)).sum();
            let got = slow.differences(lag / LANES * LANES)[lag % LANES];
            assert!((got - want).abs() < 1e-3, "{lag}");
        }
    }

    #[test]
    fn a_sine_is_found_by_both() {
        let x = sine(44_100, 440.0, 0.5, 2_048);
        let detectors: [Box<dyn OfSamples>; 2] = [
            Box::new(Yin::new(2_048, 44_100.0, 0.15)),
            Box::new(YinFast::new(2_048, 44_100.0, 0.15)),
        ];
        for mut d in detectors {
            let e = d.estimate(&x);
            assert!((e.hz - 440.0).abs() < 0.3 && e.confidence > 0.99, "{e:?}");
        }
    }

    #[test]
    fn a_short_block_is_searched_to_its_end() {
        let mut yin = Yin::new(16, 8_000.0, 0.15);
        let e = yin.estimate(&[0.0; 16]);
        assert_eq!(e.confidence, 0.0);
        assert_eq!(yin.search.normalised.len(), 8);
    }
}
