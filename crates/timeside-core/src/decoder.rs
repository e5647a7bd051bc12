//! A medium as blocks of samples.

use crate::{AudioSpec, Block, MediaInfo, Result, Warning};

/// A medium as blocks of samples, with delay and padding trimmed: frame 0 is the first that was encoded.
pub trait Decoder {
    /// What is known of the medium.
    fn info(&self) -> &MediaInfo;

    /// Rate, channels and length of what [`Decoder::next_block`] gives.
    fn spec(&self) -> AudioSpec;

    /// Replaces the content of `block` by the next frames: exactly `max_frames` of them, fewer only at the
    /// end, none after it. Returns their number. Damage in the middle is skipped and warned of.
    ///
    /// # Errors
    /// The source's errors (`Network`, `Conflict`, …); `CorruptMedia` if nothing at all can be decoded. After any
    /// of them, `NotYet` above all, the next call goes on with the same frame.
    fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize>;

    /// Goes to `frame` exactly, so that the next block begins with it. Past the end is the end.
    ///
    /// # Errors
    /// The source's errors.
    fn seek(&mut self, frame: i64) -> Result<()>;

    /// Goes to about `frame`, cheaply, for a sketch of the whole: [`Block::first_frame`] of the next block tells
    /// where, as well as is known. Until the next [`Decoder::seek`] positions are no more than that.
    ///
    /// # Errors
    /// The source's errors.
    fn seek_near(&mut self, frame: i64) -> Result<()> {
        self.seek(frame)
    }

    /// Takes the warnings that came up since the last call.
    fn take_warnings(&mut self) -> Vec<Warning>;

    /// The byte of the source from which it reads next, for read-ahead; `None` where that means nothing.
    fn byte_position(&self) -> Option<u64> {
        None
    }
}

impl<D: Decoder + ?Sized> Decoder for Box<D> {
    fn info(&self) -> &MediaInfo {
        (**self).info()
    }

    fn spec(&self) -> AudioSpec {
        (**self).spec()
    }

    fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize> {
        (**self).next_block(block, max_frames)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        (**self).seek(frame)
    }

    fn seek_near(&mut self, frame: i64) -> Result<()> {
        (**self).seek_near(frame)
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        (**self).take_warnings()
    }

    fn byte_position(&self) -> Option<u64> {
        (**self).byte_position()
    }
}
