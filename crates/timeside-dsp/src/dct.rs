//! The orthonormal discrete cosine transform of type II, as cepstra need it.

use std::f64::consts::PI;

/// The first coefficients of the orthonormal DCT-II of `input` values:
/// `c[k] = s[k]·Σ x[m]·cos(πk(m + ½)/input)`, `s[0] = √(1/input)`, else `√(2/input)`.
#[derive(Debug, Clone)]
pub struct Dct {
    input: usize,
    rows: Vec<f32>,
}

impl Dct {
    /// `coefficients` of `input` values.
    pub fn new(input: usize, coefficients: usize) -> Self {
        let n = input.max(1) as f64;
        let row = |k: usize| {
            let scale = if k == 0 { 1.0 / n } else { 2.0 / n }.sqrt();
            (0..input).map(move |m| (scale * (PI * k as f64 * (m as f64 + 0.5) / n).cos()) as f32)
        };
        Self {
            input,
            rows: (0..coefficients).flat_map(row).collect(),
        }
    }

    /// The coefficients of `values`, as many as `out` holds.
    pub fn apply(&self, values: &[f32], out: &mut [f32]) {
        for (c, row) in out.iter_mut().zip(self.rows.chunks(self.input.max(1))) {
            *c = row.iter().zip(values).map(|(w, x)| w * x).sum();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_of_its_own_is_one_coefficient_and_energy_is_kept() {
        let n = 40;
        let x: Vec<f32> = (0..n)
            .map(|m| (PI * 3.0 * (m as f64 + 0.5) / f64::from(n)).cos() as f32)
            .collect();
        let mut c = [0.0; 40];
        Dct::new(40, 40).apply(&x, &mut c);
        for (k, v) in c.iter().enumerate() {
            let want = if k == 3 { 20_f32.sqrt() } else { 0.0 };
            assert!((v - want).abs() < 1e-5, "{k}: {v}");
        }
    }
}
