//! Cepstra.

use super::spectral::EPSILON;
use super::stage::{RowMap, saturate};
use timeside_dsp::dct::Dct;

/// The orthonormal DCT-II of log₁₀; of what is not positive `ln ε`, as the original has it.
#[derive(Debug)]
pub(super) struct Cepstrum {
    dct: Dct,
    skip: usize,
    logs: Vec<f32>,
    all: Vec<f32>,
}

impl Cepstrum {
    pub(super) fn new(width: usize, coefficients: usize, skip: usize) -> Self {
        Self {
            dct: Dct::new(width, coefficients + skip),
            skip,
            logs: Vec::with_capacity(width),
            all: vec![0.0; coefficients + skip],
        }
    }
}

impl RowMap for Cepstrum {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        let log = |x: &f32| {
            if *x > 0.0 {
                x.log10()
            } else {
                EPSILON.ln() as f32
            }
        };
        self.logs.clear();
        self.logs.extend(row.iter().map(log));
        self.dct.apply(&self.logs, &mut self.all);
        out.extend_from_slice(&self.all[self.skip..]);
        saturate(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_of_decades_is_one_coefficient() {
        let row: Vec<f32> = (0..40)
            .map(|m| 10f32.powf((std::f32::consts::PI * 2.0 * (m as f32 + 0.5) / 40.0).cos()))
            .collect();
        let mut out = Vec::new();
        Cepstrum::new(40, 4, 1).map(&row, &mut out);
        let want = [0.0, 20f32.sqrt(), 0.0, 0.0];
        assert!(
            out.iter().zip(want).all(|(g, w)| (g - w).abs() < 1e-5),
            "{out:?}"
        );
        out.clear();
        Cepstrum::new(4, 1, 0).map(&[0.0; 4], &mut out);
        assert!((out[0] + 72.0873).abs() < 1e-3);
    }
}
