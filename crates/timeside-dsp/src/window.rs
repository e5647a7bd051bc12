//! Window functions (Harris 1978), as `f32` samples computed in `f64`.

use std::f64::consts::TAU;

/// A window function. Periodic forms (DFT-even) unless the name says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Window {
    /// No window: all ones.
    #[default]
    Rectangular,
    /// Hann, periodic: `0.5 − 0.5·cos(2πn/N)`; also aubio's "hanningz".
    Hann,
    /// Hann, symmetric: `0.5 − 0.5·cos(2πn/(N−1))`; numpy's `hanning`.
    HannSymmetric,
    /// Hamming, periodic: `0.54 − 0.46·cos(2πn/N)`.
    Hamming,
    /// Blackman, periodic: 0.42, 0.5, 0.08.
    Blackman,
    /// Blackman-Harris, four terms, −92 dB, periodic.
    BlackmanHarris,
}

impl Window {
    /// Every window with the name it has in parameters.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("rectangular", Self::Rectangular),
        ("hann", Self::Hann),
        ("hann_symmetric", Self::HannSymmetric),
        ("hamming", Self::Hamming),
        ("blackman", Self::Blackman),
        ("blackman_harris", Self::BlackmanHarris),
    ];

    /// The window of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, w)| *w)
    }

    /// The `len` samples of the window, each in 0..=1.
    pub fn samples(self, len: usize) -> Vec<f32> {
        let cosines = |terms: &[f64], period: f64| {
            (0..len)
                .map(|n| {
                    let phase = TAU * n as f64 / period;
                    let sum: f64 = terms
                        .iter()
                        .enumerate()
                        .map(|(k, a)| a * (k as f64 * phase).cos())
                        .sum();
                    sum as f32
                })
                .collect()
        };
        let periodic = len as f64;
        match self {
            Self::Rectangular => vec![1.0; len],
            Self::Hann => cosines(&[0.5, -0.5], periodic),
            Self::HannSymmetric if len < 2 => vec![1.0; len],
            Self::HannSymmetric => cosines(&[0.5, -0.5], periodic - 1.0),
            Self::Hamming => cosines(&[0.54, -0.46], periodic),
            Self::Blackman => cosines(&[0.42, -0.5, 0.08], periodic),
            Self::BlackmanHarris => cosines(&[0.35875, -0.48829, 0.14128, -0.01168], periodic),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periodic_hann_overlaps_to_one() {
        let w = Window::Hann.samples(16);
        for n in 0..8 {
            assert!((w[n] + w[n + 8] - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn names_round_trip() {
        for (name, window) in Window::NAMES {
            assert_eq!(Window::from_name(name), Some(window));
        }
        assert_eq!(Window::from_name("sinc"), None);
    }
}
