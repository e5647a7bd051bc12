//! Spectra, and numbers of their magnitudes.

use super::component::Rows;
use super::stage::{RowMap, saturate, single};
use super::temporal::product;
use timeside_dsp::{RealFft, Window};

/// What the original puts for an exact zero.
pub(super) const EPSILON: f64 = f64::EPSILON;

/// The complex spectrum of a frame: the real parts of its bins, then the imaginary ones.
#[derive(Debug)]
pub(super) struct Fft(RealFft);

impl Fft {
    pub(super) fn new(block: usize, size: usize, window: Window) -> Self {
        Self(RealFft::new(block, size, window))
    }
}

impl RowMap for Fft {
    fn map(&mut self, frame: &[f32], out: &mut Vec<f32>) {
        let bins = self.0.process(frame);
        out.extend(bins.iter().map(|c| c.re));
        out.extend(bins.iter().map(|c| c.im));
        saturate(out);
    }
}

/// The magnitudes of a complex spectrum, none of them zero.
#[derive(Debug)]
pub(super) struct Magnitudes;

impl RowMap for Magnitudes {
    fn map(&mut self, spectrum: &[f32], out: &mut Vec<f32>) {
        let (re, im) = spectrum.split_at(spectrum.len() / 2);
        out.extend(re.iter().zip(im).map(|(re, im)| re * re + im * im));
        // The squares of ordinary bins neither overflow nor vanish in single precision.
        let ordinary = out
            .iter()
            .fold(true, |all, s| all & (1e-30..1e30).contains(s));
        for s in out.iter_mut() {
            *s = s.sqrt();
        }
        if !ordinary {
            for ((m, re), im) in out.iter_mut().zip(re).zip(im) {
                let exact = single(f64::from(*re).hypot(f64::from(*im)));
                *m = if exact == 0.0 { EPSILON as f32 } else { exact };
            }
        }
    }
}

/// The row before, and its length as a vector.
#[derive(Debug)]
struct Before {
    row: Vec<f32>,
    square: f64,
}

impl Before {
    fn new(width: usize) -> Self {
        Self {
            row: vec![0.0; width],
            square: 0.0,
        }
    }

    /// Takes the next row; gives the product of both lengths.
    fn lengths(&self, square: f64) -> f64 {
        self.square.sqrt() * square.sqrt()
    }

    fn replace(&mut self, row: &[f32], square: f64) {
        self.row.copy_from_slice(row);
        self.square = square;
    }
}

/// 1 minus the cosine between successive spectra.
#[derive(Debug)]
pub(super) struct Variation(Before);

impl Variation {
    pub(super) fn new(width: usize) -> Self {
        Self(Before::new(width))
    }
}

impl RowMap for Variation {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        let square = product(row, row);
        let lengths = self.0.lengths(square);
        out.push(if lengths > 0.0 {
            single(1.0 - product(&self.0.row, row) / lengths)
        } else {
            0.0
        });
        self.0.replace(row, square);
    }
}

/// Which bins count in the flux.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flux {
    /// All.
    All,
    /// Those that rise.
    Increase,
}

/// The square of the difference of successive spectra, over the product of their lengths.
#[derive(Debug)]
pub(super) struct SpectralFlux {
    before: Before,
    support: Flux,
    change: Vec<f32>,
}

impl SpectralFlux {
    pub(super) fn new(support: Flux, width: usize) -> Self {
        Self {
            before: Before::new(width),
            support,
            change: Vec::with_capacity(width),
        }
    }
}

impl RowMap for SpectralFlux {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        let square = product(row, row);
        let lengths = self.before.lengths(square);
        let least = match self.support {
            Flux::All => f32::NEG_INFINITY,
            Flux::Increase => 0.0,
        };
        self.change.clear();
        let pairs = row.iter().zip(&self.before.row);
        self.change
            .extend(pairs.map(|(new, old)| (new - old).max(least)));
        out.push(if lengths > 0.0 {
            single(product(&self.change, &self.change) / lengths)
        } else {
            0.0
        });
        self.before.replace(row, square);
    }
}

fn total(row: &[f32]) -> f64 {
    row.iter().map(|a| f64::from(*a)).sum()
}

/// The slope of the regression of magnitudes over frequency, relative to their sum.
#[derive(Debug)]
pub(super) struct Slope {
    hz: Vec<f32>,
    sum: f64,
    square: f64,
}

impl Slope {
    pub(super) fn new(input: &Rows) -> Self {
        let exact = |k: usize| k as f64 * input.bin_of_block_hz();
        Self {
            hz: (0..input.width).map(|k| exact(k) as f32).collect(),
            sum: (0..input.width).map(exact).sum(),
            square: (0..input.width).map(|k| exact(k).powi(2)).sum(),
        }
    }
}

impl RowMap for Slope {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        let (bins, sum) = (row.len() as f64, total(row));
        let slope = bins * product(&self.hz, row) - self.sum * sum;
        out.push(single(
            slope / (sum * (bins * self.square - self.sum.powi(2))),
        ));
    }
}

/// The frequency below which 99 % of the energy lies.
#[derive(Debug)]
pub(super) struct Rolloff {
    bin_hz: f64,
}

impl Rolloff {
    pub(super) fn new(input: &Rows) -> Self {
        let gaps = input.width.saturating_sub(1).max(1);
        Self {
            bin_hz: f64::from(input.rate) / (2 * gaps) as f64,
        }
    }
}

impl RowMap for Rolloff {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        let mut left = product(row, row);
        let limit = 0.99 * left;
        let mut bin = row.len();
        while bin > 0 && left > limit {
            bin -= 1;
            left -= f64::from(row[bin]).powi(2);
        }
        out.push(single(bin as f64 * self.bin_hz));
    }
}

/// The mean of the natural logarithms of positive values.
pub(super) fn mean_ln(values: &[f32]) -> f64 {
    // Mantissas are multiplied and exponents added, so that one logarithm serves all: four mantissas of `f32` range
    // neither overflow nor vanish in double precision, and the product is brought back to 1..2 after each four.
    let (mut mantissa, mut exponent) = (1.0_f64, 0_i64);
    for four in values.chunks(4) {
        let product: f64 = four.iter().map(|v| f64::from(*v)).product();
        let bits = (mantissa * product).to_bits();
        exponent += (bits >> 52) as i64 - 1_023;
        mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1_023 << 52));
    }
    (mantissa.ln() + exponent as f64 * std::f64::consts::LN_2) / values.len().max(1) as f64
}

/// The geometric over the arithmetic mean.
pub(super) fn flatness(row: &[f32]) -> f64 {
    mean_ln(row).exp() * row.len() as f64 / total(row)
}

/// How steeply magnitudes fall from bin 0, weighing low bins most.
pub(super) fn decrease(row: &[f32]) -> f64 {
    let Some((first, others)) = row.split_first() else {
        return 0.0;
    };
    let first = f64::from(*first);
    let sum: f64 = (1..)
        .zip(others)
        .map(|(k, a)| (f64::from(*a) - first) / f64::from(k))
        .sum();
    sum / total(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_logarithm_is_as_good_as_many() {
        let mut x = 0.3_f32;
        let values: Vec<f32> = (0..1_030)
            .map(|i| {
                x = (x * 7.31).fract() + 1e-3;
                x * 10f32.powi(i % 30 - 15)
            })
            .collect();
        let want = values.iter().map(|v| f64::from(*v).ln()).sum::<f64>() / 1_030.0;
        assert!((mean_ln(&values) - want).abs() < 1e-12);
        for v in [f32::MAX, f32::from_bits(1), EPSILON as f32] {
            assert!((mean_ln(&[v; 9]) - f64::from(v).ln()).abs() < 1e-12);
            assert!((flatness(&[v; 9]) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn magnitudes_are_exact_at_either_end_and_never_zero() {
        let mut out = Vec::new();
        Magnitudes.map(
            &[
                3.0,
                3e30,
                3e-30,
                0.0,
                f32::MAX,
                4.0,
                4e30,
                4e-30,
                0.0,
                f32::MAX,
            ],
            &mut out,
        );
        let want = [5.0, 5e30, 5e-30, EPSILON as f32, f32::MAX];
        assert!(
            out.iter()
                .zip(want)
                .all(|(g, w)| (g / w - 1.0).abs() < 1e-6),
            "{out:?}"
        );
    }

    #[test]
    fn flux_and_variation_do_not_depend_on_gain_and_begin_with_zero() {
        let (a, b) = ([1.0_f32, 0.0, 2.0], [2.0_f32, 0.0, 1.0]);
        let run = |gain: f32| {
            let mut out = Vec::new();
            for map in [
                &mut Variation::new(3) as &mut dyn RowMap,
                &mut SpectralFlux::new(Flux::All, 3),
                &mut SpectralFlux::new(Flux::Increase, 3),
            ] {
                for row in [a, b] {
                    map.map(&row.map(|x| x * gain), &mut out);
                }
            }
            out
        };
        let want = [0.0, 0.2, 0.0, 0.4, 0.0, 0.2];
        for gain in [1.0, 1e-3, 1e3] {
            assert!(
                run(gain)
                    .iter()
                    .zip(want)
                    .all(|(g, w)| (g - w).abs() < 1e-6)
            );
        }
    }

    #[test]
    fn slope_rolloff_and_decrease_of_simple_spectra() {
        let input = Rows {
            block: 16,
            fft: 16,
            width: 9,
            ..Rows::of_samples(16_000, false)
        };
        let mut out = Vec::new();
        let line: Vec<f32> = (0..9).map(|k| 1.0 + k as f32).collect();
        Slope::new(&input).map(&line, &mut out);
        assert!((out[0] - 1.0 / 1_000.0 / 45.0).abs() < 1e-9);
        out.clear();
        let mut peak = [1e-3_f32; 9];
        peak[3] = 1.0;
        Rolloff::new(&input).map(&peak, &mut out);
        assert_eq!(out[0], 3_000.0);
        assert!((decrease(&[0.0, 1.0, 2.0]) - 2.0 / 3.0).abs() < 1e-12);
    }
}
