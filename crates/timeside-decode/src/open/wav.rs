//! WAV and its kin, opened.

use super::Opening;
use crate::reader::Reader;
use crate::wav;
use timeside_core::{Decoder, Result};

impl Opening {
    pub(super) fn wav(self, mut reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        let sound = wav::parse(&mut reader, start)?;
        self.pcm(reader, sound)
    }
}
