//! The spectra that plugins are fed. In double precision until the last step, as the Vamp SDK computes them: a plugin
//! may count bins over a threshold, and then the last bit of a bin decides.

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::f64::consts::TAU;
use std::fmt;
use std::sync::Arc;

/// The unscaled FFT under a periodic Hann window, its phases counted from the middle of the block.
pub(super) struct Spectrum {
    plan: Arc<dyn Fft<f64>>,
    window: Vec<f64>,
    bins: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
}

impl fmt::Debug for Spectrum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spectrum")
            .field("block", &self.window.len())
            .finish_non_exhaustive()
    }
}

impl Spectrum {
    /// For blocks of `block` samples, an even number.
    pub(super) fn new(block: usize) -> Self {
        let plan = FftPlanner::new().plan_fft_forward(block);
        let hann = |n: usize| 0.5 - 0.5 * (TAU * n as f64 / block as f64).cos();
        Self {
            window: (0..block).map(hann).collect(),
            bins: vec![Complex::default(); block],
            scratch: vec![Complex::default(); plan.get_inplace_scratch_len()],
            plan,
        }
    }

    /// Writes the bins of a frame, real and imaginary parts in turn: `block + 2` numbers.
    pub(super) fn write(&mut self, frame: &[f32], into: &mut [f32]) {
        // Rotated by half a block, so that the middle comes first.
        let (early, late) = frame.split_at(frame.len() / 2);
        let (first, second) = self.window.split_at(early.len());
        let windowed = late.iter().zip(second).chain(early.iter().zip(first));
        for (y, (x, w)) in self.bins.iter_mut().zip(windowed) {
            *y = Complex::from(f64::from(*x) * w);
        }
        self.plan
            .process_with_scratch(&mut self.bins, &mut self.scratch);
        for (pair, bin) in into.chunks_exact_mut(2).zip(&self.bins) {
            pair[0] = single(bin.re);
            pair[1] = single(bin.im);
        }
    }
}

/// In single precision; what does not fit is its largest number.
fn single(x: f64) -> f32 {
    x.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phase_is_that_of_the_middle_and_nothing_overflows() {
        let n = 16;
        // A pulse in the middle of the block has phase 0 in each bin, and the window's peak is 1.
        let mut frame = vec![0.0; n];
        frame[n / 2] = 1.0;
        let mut bins = vec![9.0; n + 2];
        let mut spectrum = Spectrum::new(n);
        spectrum.write(&frame, &mut bins);
        for pair in bins.chunks(2) {
            assert!(
                (pair[0] - 1.0).abs() < 1e-6 && pair[1].abs() < 1e-6,
                "{pair:?}"
            );
        }
        spectrum.write(&vec![f32::MAX; n], &mut bins);
        assert!(bins.iter().all(|x| x.is_finite()) && bins[0] == f32::MAX);
    }
}
