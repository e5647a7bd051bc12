//! How peaked the spectrum is about its centroid.

use super::{Descriptor, Magnitudes};

/// See [`Descriptor::DOC`].
#[derive(Debug)]
pub(super) struct SpectralKurtosis;

impl Descriptor for SpectralKurtosis {
    const ID: &'static str = "vamp_spectral_kurtosis";
    const NAME: &'static str = "Spectral Kurtosis (vamp)";
    const UNIT: &'static str = "";
    const DESCRIPTION: &'static str = "Spectral Kurtosis from LibXtract Vamp plugins";
    const DOC: &'static str = "**Measures.** How the spectrum is gathered about its centroid: high where most lies close to it \
        and a little far off, −1.2 where all frequencies are alike.\n\n\
        **Formula.** Σ (fₖ − c)⁴·aₖ / (A·σ⁴) − 3 with the centroid c = Σ fₖaₖ/A, σ² = Σ (fₖ − c)²·aₖ/A, A = Σ aₖ, over the \
        magnitudes aₖ = |Xₖ|/N of a frame under a periodic Hann window. 0 where nothing sounds. The plugin forgets the \
        division by A, so that its values change with gain: `compat`.\n\n\
        **Source.** G. Peeters, “A large set of audio features for sound description”, IRCAM 2004; J. Bullock, \
        “LibXtract”, ICMC 2007.\n\n\
        **Good for.** Telling tones on a floor of noise from noise alone. It is sensitive to the faintest noise far from \
        the centroid.";
    const COMPAT: Option<&'static str> =
        Some("The plugin’s own values: not divided by the sum of magnitudes.");
    const COLUMN: usize = 2;

    fn value(magnitudes: Magnitudes<'_>) -> f64 {
        fourth_moment(magnitudes) / magnitudes.sum - 3.0
    }

    fn plugins_value(magnitudes: Magnitudes<'_>) -> f64 {
        fourth_moment(magnitudes) - 3.0
    }
}

fn fourth_moment(magnitudes: Magnitudes<'_>) -> f64 {
    let centroid = magnitudes.centroid_hz;
    let spread = magnitudes.spread_hz;
    magnitudes.weighted(|f| ((f - centroid) / spread).powi(4))
}

#[cfg(test)]
mod tests {
    use super::super::testing::of;
    use super::*;

    #[test]
    fn flat_and_two_sided_spectra() {
        assert!((of::<SpectralKurtosis>(&[1.0; 2_000]) + 1.2).abs() < 1e-5);
        // Half of it at either side: the fourth moment is the square of the second.
        assert!((of::<SpectralKurtosis>(&[0.0, 2.0, 0.0, 2.0]) + 2.0).abs() < 1e-12);
    }
}
