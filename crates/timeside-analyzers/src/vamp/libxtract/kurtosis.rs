//! How unevenly magnitudes are distributed.

use super::{Descriptor, Magnitudes};

/// See [`Descriptor::DOC`].
#[derive(Debug)]
pub(super) struct Kurtosis;

impl Descriptor for Kurtosis {
    const ID: &'static str = "vamp_kurtosis";
    const NAME: &'static str = "Kurtosis (vamp)";
    const UNIT: &'static str = "";
    const DESCRIPTION: &'static str = "Kurtosis from LibXtract Vamp plugins";
    const DOC: &'static str = "**Measures.** Whether a few bins hold most of the magnitude, whatever their frequency: high for \
        tones, near 0 for noise.\n\n\
        **Formula.** The sample kurtosis of the C = N/2 magnitudes aₖ = |Xₖ|/N of a frame under a periodic Hann window: \
        (1/C)·Σ ((aₖ − μ)/s)⁴ − 3 with their mean μ and (population) standard deviation s. 0 where nothing sounds. The \
        plugin takes centroid and spread in Hz for μ and s, which has no meaning: `compat`.\n\n\
        **Source.** The moment of K. Pearson, “Das Fehlergesetz und seine Verallgemeinerungen …”, Biometrika 4 (1905); J. \
        Bullock, “LibXtract”, ICMC 2007.\n\n\
        **Good for.** Telling tones from noise independently of gain and of where the tones lie; compare \
        `vamp_spectral_kurtosis`, which looks at frequencies.";
    const COMPAT: Option<&'static str> =
        Some("The plugin’s own values: with centroid and spread in Hz for mean and deviation.");
    const COLUMN: usize = 4;

    fn value(magnitudes: Magnitudes<'_>) -> f64 {
        let mean = magnitudes.mean();
        let squares = magnitudes.total(|a| (a - mean) * (a - mean));
        let variance = squares / magnitudes.values.len() as f64;
        excess(magnitudes, mean, variance.sqrt())
    }

    fn plugins_value(magnitudes: Magnitudes<'_>) -> f64 {
        excess(magnitudes, magnitudes.centroid_hz, magnitudes.spread_hz)
    }
}

fn excess(magnitudes: Magnitudes<'_>, mean: f64, deviation: f64) -> f64 {
    let fourths = magnitudes.total(|a| {
        let square = ((a - mean) / deviation).powi(2);
        square * square
    });
    fourths / magnitudes.values.len() as f64 - 3.0
}

#[cfg(test)]
mod tests {
    use super::super::testing::of;
    use super::*;

    #[test]
    fn two_values_alike_often_and_one_alone() {
        assert!((of::<Kurtosis>(&[1.0, 3.0, 3.0, 1.0]) + 2.0).abs() < 1e-12);
        // One of n: n − 2 + 1/(n − 1) − 3.
        let mut one = [0.0; 512];
        one[40] = 7.0;
        assert!((of::<Kurtosis>(&one) - (510.0 + 1.0 / 511.0 - 3.0)).abs() < 1e-9);
    }
}
