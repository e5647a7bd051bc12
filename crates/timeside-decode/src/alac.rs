//! Apple Lossless: Symphonia's decoder, its channels put into the order of WAV.

use crate::packet::{Codec, Damage};
use crate::symphonia::SymphoniaCodec;
use timeside_core::Result;

/// The codec.
pub(crate) struct AlacCodec(SymphoniaCodec);

impl AlacCodec {
    /// With the 24 bytes of the ALACSpecificConfig.
    pub(crate) fn new(cookie: &[u8]) -> Result<Self> {
        SymphoniaCodec::alac(cookie).map(Self)
    }
}

impl Codec for AlacCodec {
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
        let frames = self.0.decode(data, planes)?;
        match planes.get_mut(4..) {
            // Symphonia takes the surrounds for side channels, which stand behind the back centre. With but one
            // pair they are the back's: back left, back right, back centre.
            Some(rest) if rest.len() == 3 => rest.rotate_left(1),
            // And before them, those left and right of the centre.
            Some(rest) if rest.len() == 4 => rest.rotate_left(2),
            _ => {}
        }
        Ok(frames)
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}
