//! How far the highest bin stands out.

use super::{Descriptor, Magnitudes};

/// See [`Descriptor::DOC`].
#[derive(Debug)]
pub(super) struct Crest;

impl Descriptor for Crest {
    const ID: &'static str = "vamp_crest";
    const NAME: &'static str = "Crest (vamp)";
    const UNIT: &'static str = "";
    const DESCRIPTION: &'static str = "Crest from LibXtract Vamp plugins";
    const DOC: &'static str = "**Measures.** How far the highest bin of the spectrum stands out: 1 if all are alike, N/2 for one \
        alone.\n\n\
        **Formula.** max aₖ / mean aₖ over the magnitudes aₖ = |Xₖ|/N of a frame under a periodic Hann window, k from 0 to \
        N/2 − 1. 0 where nothing sounds. The plugin mixes its arguments up and gives the spectral centroid in Hz over max aₖ: \
        `compat`.\n\n\
        **Source.** G. Peeters, “A large set of audio features for sound description”, IRCAM 2004; J. Bullock, \
        “LibXtract”, ICMC 2007.\n\n\
        **Good for.** Telling tones from noise, like flatness, but decided by one bin: a hum alone makes it high.";
    const COMPAT: Option<&'static str> =
        Some("The plugin’s own values: the centroid in Hz over the highest magnitude.");
    const COLUMN: usize = 3;

    fn value(magnitudes: Magnitudes<'_>) -> f64 {
        magnitudes.max() / magnitudes.mean()
    }

    fn plugins_value(magnitudes: Magnitudes<'_>) -> f64 {
        magnitudes.centroid_hz / magnitudes.max()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::of;
    use super::*;

    #[test]
    fn from_all_alike_to_one_alone() {
        assert!((of::<Crest>(&[0.2; 8]) - 1.0).abs() < 1e-12);
        assert!((of::<Crest>(&[0.0, 0.0, 5.0, 0.0]) - 4.0).abs() < 1e-12);
    }
}
