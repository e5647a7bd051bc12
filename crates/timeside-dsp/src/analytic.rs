//! The analytic signal of a frame, as envelopes need it.

use crate::fft::InverseRealFft;
use crate::{Complex32, RealFft, Window};

/// The modulus of the analytic signal of frames of one length, without allocation per call.
///
/// Bins between 0 and half of the sample rate are doubled, those above left out, and the frame counts as periodic;
/// the imaginary part so made is the Hilbert transform.
#[derive(Debug, Clone)]
pub struct Analytic {
    size: usize,
    forward: RealFft,
    back: InverseRealFft,
    bins: Vec<Complex32>,
}

impl Analytic {
    /// For frames of `size` samples, at least 1. An odd number is padded with one zero.
    pub fn new(size: usize) -> Self {
        let half = size.div_ceil(2).max(1);
        Self {
            size,
            forward: RealFft::new(size, 2 * half, Window::Rectangular),
            back: InverseRealFft::new(half),
            bins: vec![Complex32::default(); half + 1],
        }
    }

    /// The modulus of the analytic signal of `frame`, one value per sample in `out`. A shorter frame is padded with
    /// zeros, a longer one cut.
    pub fn modulus(&mut self, frame: &[f32], out: &mut Vec<f32>) {
        let frame = &frame[..frame.len().min(self.size)];
        let half = self.bins.len() - 1;
        let scale = 0.5 / half as f32;
        // The Hilbert transform turns positive frequencies back by a quarter; 0 and half the rate have none.
        let turned = |(k, bin): (usize, &Complex32)| match k {
            0 => Complex32::default(),
            _ if k == half => Complex32::default(),
            _ => Complex32::new(bin.im * scale, -bin.re * scale),
        };
        self.bins.clear();
        let bins = self.forward.process(frame).iter().enumerate();
        self.bins.extend(bins.map(turned));
        let real = frame.iter().copied().chain(std::iter::repeat(0.0));
        let imaginary = self.back.process(&self.bins).take(self.size);
        out.clear();
        out.extend(real.zip(imaginary).map(|(re, im)| re.hypot(im)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    #[test]
    fn a_modulated_carrier_has_its_envelope() {
        for size in [1_000, 4_096] {
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
