//! The centre of gravity of the spectrum.

use super::{Descriptor, Magnitudes};

/// See [`Descriptor::DOC`].
#[derive(Debug)]
pub(super) struct Centroid;

impl Descriptor for Centroid {
    const ID: &'static str = "vamp_spectral_centroid";
    const NAME: &'static str = "Spectral Centroid (vamp)";
    const UNIT: &'static str = "Hz";
    const DESCRIPTION: &'static str = "Spectral Centroid from LibXtract Vamp plugins";
    const DOC: &'static str = "**Measures.** The centre of gravity of the spectrum: how bright a sound is.\n\n\
        **Formula.** c = Σ fₖ·aₖ / Σ aₖ in Hz over the magnitudes aₖ = |Xₖ|/N of a frame under a periodic Hann window, \
        fₖ = k·fs/N, k from 0 to N/2 − 1. 0 where nothing sounds.\n\n\
        **Source.** G. Peeters, “A large set of audio features for sound description”, IRCAM 2004; J. Bullock, \
        “LibXtract: a lightweight library for audio feature extraction”, ICMC 2007.\n\n\
        **Good for.** Following brightness, telling sounds and instruments apart. Noise between notes pulls it up; weigh \
        frames by their level when averaging.";
    const COMPAT: Option<&'static str> = None;
    const COLUMN: usize = 0;

    fn value(magnitudes: Magnitudes<'_>) -> f64 {
        magnitudes.centroid_hz
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::of;
    use super::*;

    #[test]
    fn it_is_the_mean_frequency() {
        assert!((of::<Centroid>(&[0.0, 1.0, 0.0, 3.0]) - 250.0).abs() < 1e-9);
    }
}
