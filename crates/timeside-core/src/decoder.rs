//! A medium as blocks of samples.

use crate::{AudioSpec, Block, Result, Warning};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is known of a medium once it is open. Serialises with the keys of the public contract.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaInfo {
    /// File name, or the last part of the address.
    pub name: String,
    /// Where it came from: a path, an address, or `raw_audio_array_…`.
    pub uri: String,
    /// Container, such as `wav`, `flac`, `mp3`, `mp4`, `ogg`, `adts`.
    pub container: String,
    /// Codec, such as `pcm_s16le`, `flac`, `mp3`, `aac`, `vorbis`, `opus`.
    pub codec: String,
    /// Frames per second.
    pub sample_rate: u32,
    /// Number of channels.
    pub channels: usize,
    /// Length in frames after delay and padding are trimmed; `None` until it is known.
    pub frames: Option<i64>,
    /// Length in seconds, where known.
    pub duration: Option<f64>,
    /// Bits per sample of the coded signal; `None` for lossy codecs.
    pub bits_per_sample: Option<u32>,
    /// MIME type, such as `audio/flac`.
    pub mime_type: String,
    /// Tags, keyed by lower-case names (`title`, `artist`, …).
    pub tags: BTreeMap<String, String>,
    /// False where the source cannot seek.
    pub seekable: bool,
    /// True while it is being recorded: then its length is not known.
    pub live: bool,
    /// What was repaired or is missing.
    pub warnings: Vec<Warning>,
}

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

    fn take_warnings(&mut self) -> Vec<Warning> {
        (**self).take_warnings()
    }

    fn byte_position(&self) -> Option<u64> {
        (**self).byte_position()
    }
}
