//! The windowed real FFT of a frame.

use crate::{Complex32, Window};
use realfft::{RealFftPlanner, RealToComplex};
use std::fmt;
use std::sync::Arc;

/// A plan for the FFT of real frames: window, zero-padding and transform, without allocation per call.
///
/// Bins are unscaled: bin `k` of `0..=size/2` is `Σ w[n]·x[n]·e^{−2πikn/size}`.
#[derive(Clone)]
pub struct RealFft {
    plan: Arc<dyn RealToComplex<f32>>,
    window: Option<Vec<f32>>,
    input: Vec<f32>,
    output: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl fmt::Debug for RealFft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealFft")
            .field("size", &self.input.len())
            .finish_non_exhaustive()
    }
}

impl RealFft {
    /// A transform of `size` points (at least 1) of frames of `block` samples under `window`.
    /// A frame shorter than `size` is padded with zeros, a longer one is cut, as numpy's `rfft(x, n)`.
    pub fn new(block: usize, size: usize, window: Window) -> Self {
        let plan = RealFftPlanner::<f32>::new().plan_fft_forward(size.max(1));
        Self {
            window: (window != Window::Rectangular).then(|| window.samples(block)),
            input: plan.make_input_vec(),
            output: plan.make_output_vec(),
            scratch: plan.make_scratch_vec(),
            plan,
        }
    }

    /// Number of bins, `size/2 + 1`.
    pub fn bins(&self) -> usize {
        self.output.len()
    }

    /// The bins of one frame; valid until the next call.
    pub fn process(&mut self, frame: &[f32]) -> &[Complex32] {
        let used = frame.len().min(self.input.len());
        let (head, tail) = self.input.split_at_mut(used);
        match &self.window {
            Some(w) => {
                for ((y, x), w) in head.iter_mut().zip(frame).zip(w) {
                    *y = x * w;
                }
            }
            None => head.copy_from_slice(&frame[..used]),
        }
        tail.fill(0.0);
        // The lengths are the plan's own, so this cannot fail.
        let done =
            self.plan
                .process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch);
        debug_assert!(done.is_ok());
        &self.output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_on_a_bin_gives_half_the_size() {
        let n = 64;
        let x: Vec<f32> = (0..n)
            .map(|i| (std::f32::consts::TAU * 5.0 * i as f32 / n as f32).cos())
            .collect();
        let mut fft = RealFft::new(n, n, Window::Rectangular);
        let bins = fft.process(&x);
        assert_eq!(bins.len(), 33);
        for (k, c) in bins.iter().enumerate() {
            let want = if k == 5 { 32.0 } else { 0.0 };
            assert!((c.norm() - want).abs() < 1e-4, "bin {k}: {c}");
        }
    }

    #[test]
    fn short_frames_are_padded_and_long_ones_cut() {
        let mut fft = RealFft::new(4, 8, Window::Rectangular);
        assert_eq!(fft.process(&[1.0; 4])[0].re, 4.0);
        let mut fft = RealFft::new(8, 4, Window::Rectangular);
        assert_eq!(fft.process(&[1.0; 8])[0].re, 4.0);
    }
}
