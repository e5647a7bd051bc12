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
    /// Blackman-Harris, three terms, −62 dB, symmetric. Of analyzers, not of views: essentia's default for peaks.
    BlackmanHarris62,
    /// Gaussian as in Praat (Boersma & Weenink): `(e^{−48(n/N − ½)²} − e^{−12}) / (1 − e^{−12})`, periodic. Its
    /// effective length is half of `N`.
    Gaussian,
    /// Kaiser (Kaiser & Schafer 1980) with β = 8.6, sidelobes below −60 dB, periodic.
    Kaiser,
    /// Flat top, five terms (D'Antona & Ferrero 2006), periodic: a level read off a bin is at most 0.01 dB low.
    FlatTop,
}

/// Shape of [`Window::Kaiser`].
const KAISER_BETA: f64 = 8.6;

impl Window {
    /// The windows of views with the name that each has in parameters.
    pub const NAMES: [(&'static str, Self); 9] = [
        ("rectangular", Self::Rectangular),
        ("hann", Self::Hann),
        ("hann_symmetric", Self::HannSymmetric),
        ("hamming", Self::Hamming),
        ("blackman", Self::Blackman),
        ("blackman_harris", Self::BlackmanHarris),
        ("gaussian", Self::Gaussian),
        ("kaiser", Self::Kaiser),
        ("flat_top", Self::FlatTop),
    ];

    /// The window of this name; `-` counts as `_`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(n, _)| *n == name || *n == name.replace('-', "_"))
            .map(|(_, w)| *w)
    }

    /// The `len` samples of the window, each in 0..=1 (a flat top dips to −0.0004).
    pub fn samples(self, len: usize) -> Vec<f32> {
        let samples = self.samples_f64(len);
        samples.into_iter().map(|w| w as f32).collect()
    }

    /// The same in double precision.
    pub fn samples_f64(self, len: usize) -> Vec<f64> {
        let cosines = |terms: &[f64], period: f64| {
            (0..len)
                .map(|n| {
                    let phase = TAU * n as f64 / period;
                    terms
                        .iter()
                        .enumerate()
                        .map(|(k, a)| a * (k as f64 * phase).cos())
                        .sum()
                })
                .collect()
        };
        let periodic = len as f64;
        // From −1 to 1 over the window.
        let shape = |of: &dyn Fn(f64) -> f64| {
            (0..len)
                .map(|n| of(2.0 * n as f64 / periodic - 1.0))
                .collect()
        };
        match self {
            Self::Rectangular => vec![1.0; len],
            Self::Hann => cosines(&[0.5, -0.5], periodic),
            Self::HannSymmetric if len < 2 => vec![1.0; len],
            Self::HannSymmetric => cosines(&[0.5, -0.5], periodic - 1.0),
            Self::Hamming => cosines(&[0.54, -0.46], periodic),
            Self::Blackman => cosines(&[0.42, -0.5, 0.08], periodic),
            Self::BlackmanHarris => cosines(&[0.35875, -0.48829, 0.14128, -0.01168], periodic),
            Self::BlackmanHarris62 if len < 2 => vec![1.0; len],
            Self::BlackmanHarris62 => cosines(&[0.44959, -0.49364, 0.05677], periodic - 1.0),
            Self::FlatTop => cosines(
                &[
                    0.215_578_95,
                    -0.416_631_58,
                    0.277_263_158,
                    -0.083_578_947,
                    0.006_947_368,
                ],
                periodic,
            ),
            Self::Gaussian => {
                let edge = (-12.0_f64).exp();
                shape(&|x| ((-12.0 * x * x).exp() - edge) / (1.0 - edge))
            }
            Self::Kaiser => {
                let whole = bessel_i0(KAISER_BETA);
                shape(&|x| bessel_i0(KAISER_BETA * (1.0 - x * x).max(0.0).sqrt()) / whole)
            }
        }
    }
}

/// The modified Bessel function of the first kind and order 0, by its series.
pub(crate) fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut sum, mut term, mut k) = (1.0, 1.0, 1.0);
    while term > sum * 1e-16 {
        term *= quarter / (k * k);
        sum += term;
        k += 1.0;
    }
    sum
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
        assert_eq!(Window::from_name("flat-top"), Some(Window::FlatTop));
        assert_eq!(Window::from_name("sinc"), None);
    }

    #[test]
    fn all_but_the_rectangular_are_symmetric_and_peak_at_one() {
        for (name, window) in Window::NAMES {
            let n = 512;
            let w = window.samples(n);
            let last = if window == Window::HannSymmetric {
                n - 1
            } else {
                n
            };
            for i in 1..n / 2 {
                assert!((w[i] - w[last - i]).abs() < 1e-6, "{name} {i}");
            }
            let top = w.iter().copied().fold(0.0, f32::max);
            assert!((top - 1.0).abs() < 2e-5, "{name} {top}");
        }
    }

    #[test]
    fn closed_forms_of_the_curved_windows() {
        // The series against the asymptotic expansion (Abramowitz & Stegun 9.7.1).
        let (x, t) = (8.6_f64, 1.0_f64 / (8.0 * 8.6));
        let expansion = (1.0 + t + 4.5 * t.powi(2) + 37.5 * t.powi(3)) / (TAU * x).sqrt();
        assert!((bessel_i0(x) * (-x).exp() / expansion - 1.0).abs() < 5e-5);
        let kaiser = Window::Kaiser.samples(4);
        assert!((f64::from(kaiser[0]) - 1.0 / bessel_i0(8.6)).abs() < 1e-7);
        // Praat's Gaussian falls to e^{−3} at a quarter of its length.
        let gaussian = Window::Gaussian.samples(8);
        assert!((gaussian[2] - 0.049_78).abs() < 1e-4, "{}", gaussian[2]);
        // Between two bins a flat top reads a sine within 0.01 dB.
        let sum = |detune: f64| {
            let bins = Window::FlatTop
                .samples(1024)
                .iter()
                .enumerate()
                .map(|(n, w)| {
                    let phase = TAU * detune * n as f64 / 1024.0;
                    (f64::from(*w) * phase.cos(), f64::from(*w) * phase.sin())
                })
                .fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
            (bins.0.powi(2) + bins.1.powi(2)).sqrt()
        };
        let db = 20.0 * (sum(0.5) / sum(0.0)).log10();
        assert!(db.abs() < 0.011, "{db} dB");
    }
}
