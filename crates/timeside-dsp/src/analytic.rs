//! The analytic signal of a frame, as envelopes need it.

use crate::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::fmt;
use std::sync::Arc;

/// A plan for the modulus of the analytic signal of frames of one length, without allocation per call.
///
/// Bins between 0 and half of the sample rate are doubled, those above left out, and the frame counts as periodic;
/// the imaginary part so made is the Hilbert transform.
#[derive(Clone)]
pub struct Analytic {
    forward: Arc<dyn RealToComplex<f32>>,
    back: Arc<dyn ComplexToReal<f32>>,
    samples: Vec<f32>,
    bins: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl fmt::Debug for Analytic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Analytic")
            .field("size", &self.samples.len())
            .finish_non_exhaustive()
    }
}

impl Analytic {
    /// For frames of `size` samples, at least 1.
    pub fn new(size: usize) -> Self {
        let mut planner = RealFftPlanner::<f32>::new();
        let forward = planner.plan_fft_forward(size.max(1));
        let back = planner.plan_fft_inverse(size.max(1));
        let scratch = forward.get_scratch_len().max(back.get_scratch_len());
        Self {
            samples: forward.make_input_vec(),
            bins: forward.make_output_vec(),
            scratch: vec![Complex32::default(); scratch],
            forward,
            back,
        }
    }

    /// The modulus of the analytic signal of `frame`, one value per sample in `out`. A shorter frame is padded with
    /// zeros, a longer one cut.
    pub fn modulus(&mut self, frame: &[f32], out: &mut Vec<f32>) {
        let size = self.samples.len();
        let used = frame.len().min(size);
        self.samples[..used].copy_from_slice(&frame[..used]);
        self.samples[used..].fill(0.0);
        let done =
            self.forward
                .process_with_scratch(&mut self.samples, &mut self.bins, &mut self.scratch);
        debug_assert!(done.is_ok());
        // The Hilbert transform turns positive frequencies back by a quarter; 0 and half the rate have none.
        let scale = 1.0 / size as f32;
        let last = self.bins.len() - 1;
        for (k, bin) in self.bins.iter_mut().enumerate() {
            *bin = if k == 0 || (k == last && size.is_multiple_of(2)) {
                Complex32::default()
            } else {
                Complex32::new(bin.im * scale, -bin.re * scale)
            };
        }
        let done =
            self.back
                .process_with_scratch(&mut self.bins, &mut self.samples, &mut self.scratch);
        debug_assert!(done.is_ok());
        out.clear();
        let real = frame.iter().copied().chain(std::iter::repeat(0.0));
        out.extend(real.zip(&self.samples).map(|(re, im)| re.hypot(*im)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    #[test]
    fn a_modulated_carrier_has_its_envelope() {
        for size in [1_000, 999] {
            let turn = |cycles: usize, n: usize| TAU * (cycles * n % size) as f32 / size as f32;
            let envelope = |n: usize| 1.0 + 0.5 * turn(3, n).cos();
            let x: Vec<f32> = (0..size)
                .map(|n| envelope(n) * turn(200, n).sin())
                .collect();
            let mut out = Vec::new();
            Analytic::new(size).modulus(&x, &mut out);
            assert!(
                out.iter()
                    .enumerate()
                    .all(|(n, m)| (m - envelope(n)).abs() < 1e-4)
            );
        }
    }
}
