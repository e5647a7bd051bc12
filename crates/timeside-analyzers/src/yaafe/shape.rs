//! Shape statistics: where the values of a row lie, and how.

use super::spectral::EPSILON;
use super::stage::{RowMap, single};

/// Centroid, spread, skewness and kurtosis (excess) of non-negative values over their index.
#[derive(Debug)]
pub(super) struct Shape {
    /// The original's kurtosis, which has 6μ₁μ₂ where 6μ₁²μ₂ is right.
    pub(super) compat: bool,
}

impl RowMap for Shape {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        let [sum, first] = sums(row, |i, v| [v, i * v]);
        let sum = if sum == 0.0 { EPSILON } else { sum };
        let centroid = first / sum;
        // Central moments: the powers of the index would cancel where the spread is small.
        let [second, third, fourth] = sums(row, |i, v| {
            let d = i - centroid;
            let square = d * d * v;
            [square, d * square, d * d * square]
        });
        let spread = match (second / sum).sqrt() {
            0.0 => EPSILON,
            spread => spread,
        };
        let skewness = third / sum / spread.powi(3);
        let mut kurtosis = fourth / sum / spread.powi(4) - 3.0;
        if self.compat {
            let square = second / sum + centroid * centroid;
            kurtosis += 6.0 * centroid * square * (1.0 - centroid) / spread.powi(4);
        }
        out.extend([centroid, spread, skewness, kurtosis].map(single));
    }
}

/// Sums of several terms over a row, side by side, so that they vectorise.
fn sums<const N: usize>(row: &[f32], term: impl Fn(f64, f64) -> [f64; N]) -> [f64; N] {
    let mut lanes = [[0.0_f64; 4]; N];
    let chunks = row.chunks_exact(4);
    let (rest, whole) = (chunks.remainder(), row.len() / 4 * 4);
    for (c, chunk) in chunks.enumerate() {
        for (lane, v) in chunk.iter().enumerate() {
            let terms = term((4 * c + lane) as f64, f64::from(*v));
            for (sum, t) in lanes.iter_mut().zip(terms) {
                sum[lane] += t;
            }
        }
    }
    for (i, v) in rest.iter().enumerate() {
        for (sum, t) in lanes
            .iter_mut()
            .zip(term((whole + i) as f64, f64::from(*v)))
        {
            sum[i] += t;
        }
    }
    lanes.map(|l| l.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(row: &[f32], compat: bool) -> Vec<f32> {
        let mut out = Vec::new();
        Shape { compat }.map(row, &mut out);
        out
    }

    #[test]
    fn a_bell_has_the_moments_of_a_gaussian() {
        let bell: Vec<f32> = (0..513)
            .map(|i| (-0.5 * ((i as f32 - 200.0) / 20.0).powi(2)).exp())
            .collect();
        let got = shape(&bell, false);
        for (g, want) in got.iter().zip([200.0, 20.0, 0.0, 0.0]) {
            assert!((g - want).abs() < 1e-3, "{got:?}");
        }
    }

    #[test]
    fn the_originals_kurtosis_is_of_its_formula() {
        let row = [1.0, 3.0, 2.0, 0.5, 0.25];
        let sum: f64 = row.iter().sum();
        let mu = |p: i32| {
            row.iter()
                .zip(0..)
                .map(|(v, i)| v * f64::from(i).powi(p))
                .sum::<f64>()
                / sum
        };
        let s = (mu(2) - mu(1).powi(2)).sqrt();
        let want = (-3.0 * mu(1).powi(4) + 6.0 * mu(1) * mu(2) - 4.0 * mu(1) * mu(3) + mu(4))
            / s.powi(4)
            - 3.0;
        let got = shape(&row.map(|v| v as f32), true)[3];
        assert!((f64::from(got) - want).abs() < 1e-5, "{got} {want}");
    }

    #[test]
    fn one_value_alone_and_none_are_finite() {
        assert_eq!(
            shape(&[0.0, 0.0, 1.0], false),
            [2.0, EPSILON as f32, 0.0, -3.0]
        );
        assert_eq!(shape(&[0.0; 7], false)[3], -3.0);
        assert!(shape(&[f32::MAX; 9], true).iter().all(|v| v.is_finite()));
    }
}
