//! The tilt of the spectrum.

use super::{Descriptor, Magnitudes};

/// See [`Descriptor::DOC`].
#[derive(Debug)]
pub(super) struct Slope;

impl Descriptor for Slope {
    const ID: &'static str = "vamp_spectral_slope";
    const NAME: &'static str = "Spectral Slope (vamp)";
    const UNIT: &'static str = "";
    const DESCRIPTION: &'static str = "Spectral Slope from LibXtract Vamp plugins";
    const DOC: &'static str = "**Measures.** How the spectrum falls or rises towards high frequencies: the slope of a line \
        through its magnitudes, for a spectrum of sum 1.\n\n\
        **Formula.** (1/A)·(C·Σ fₖaₖ − Σ fₖ·A) / (C·Σ fₖ² − (Σ fₖ)²) per Hz, with A = Σ aₖ, over the C = N/2 magnitudes \
        aₖ = |Xₖ|/N of a frame under a periodic Hann window, fₖ = k·fs/N. 0 where nothing sounds.\n\n\
        **Source.** G. Peeters, “A large set of audio features for sound description”, IRCAM 2004; J. Bullock, \
        “LibXtract”, ICMC 2007.\n\n\
        **Good for.** Dark or bright recordings, vocal effort, lowpass-filtered material. For one sample rate and frame \
        size it is a linear function of the centroid, so that one of the two is enough.";
    const COMPAT: Option<&'static str> = None;
    const COLUMN: usize = 1;

    fn value(magnitudes: Magnitudes<'_>) -> f64 {
        let count = magnitudes.values.len() as f64;
        // Σk and Σk² of 0..count.
        let sum = magnitudes.bin_hz * count * (count - 1.0) / 2.0;
        let squares = magnitudes.bin_hz.powi(2) * (count - 1.0) * count * (2.0 * count - 1.0) / 6.0;
        (count * magnitudes.centroid_hz - sum) / (count * squares - sum * sum)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::of;
    use super::*;

    #[test]
    fn a_line_has_its_slope() {
        // 4, 3, 2, 1: one less per 100 Hz, of a sum of 10.
        assert!((of::<Slope>(&[4.0, 3.0, 2.0, 1.0]) + 1e-3).abs() < 1e-12);
        assert!(of::<Slope>(&[1.0; 8]).abs() < 1e-15);
    }
}
