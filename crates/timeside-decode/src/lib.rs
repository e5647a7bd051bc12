//! Bytes to blocks of samples: containers, codecs, exact seeking, ranged sources.
//!
//! [`open()`] looks at a [`Source`](timeside_core::Source) and gives its [`Decoder`](timeside_core::Decoder);
//! [`prepare`] puts a segment, another rate or another number of channels over it. [`formats::FORMATS`] is
//! the table of what is read.
//!
//! | module | holds |
//! |---|---|
//! | [`formats`] | the table of formats |
//! | [`decoders`] | their descriptions, for the registry |
//! | [`raw`] | samples that are already there, and silence |
//! | [`live`] | samples that are being recorded |
//! | [`segment`] | a stretch of a decoder |
//! | [`convert`] | another rate, another number of channels |
//! | [`ranged`] | a source over ranged requests, with a bounded cache |
//! | [`sha1`] | the identity of a medium |
//!
//! Inside, a demuxer cuts packets (`pcm` for `wav`, `aiff`, `caf` and `au`; `elementary`, `flac`, `mp4`, `mkv`, `ogg`, …), a codec makes
//! samples of each (`pcm`, `symphonia`, `vorbis`, `aac`, `opus`), and `stream` joins the two into an exact decoder.

mod aac;
mod adts;
mod aiff;
mod au;
mod caf;
mod chain;
mod channel_order;
mod coding;
pub mod convert;
pub mod decoders;
mod elementary;
mod fields;
mod flac;
pub mod formats;
mod id3;
mod index;
pub mod live;
mod mkv;
mod mp4;
mod mpeg;
mod mpeg_codec;
mod ogg;
mod open;
#[cfg(feature = "opus")]
mod opus;
mod packet;
mod pcm;
mod pictures;
pub mod ranged;
pub mod raw;
mod reader;
pub mod segment;
pub mod sha1;
mod sniff;
mod stream;
mod symphonia;
mod tags;
mod vorbis;
mod wav;
mod window;

pub use convert::prepare;
pub use index::SeekIndex;
pub use live::{LiveDecoder, Recording};
pub use open::{Hint, open};
pub use raw::{ArrayDecoder, NullDecoder};
