//! TimeSide: decode any recording, run a pipe of processors over it in one pass, keep documented results.
//!
//! ```no_run
//! use timeside::prelude::*;
//! let mut pipe = decoder("rec.flac")? | "level" | step("spectrogram_analyzer").with("input_blocksize", 4096);
//! pipe.run()?;
//! println!("{:?} dBFS", pipe.results()["level.max"].value());
//! # Ok::<(), timeside::Error>(())
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`media`] | [`Media`]: an open recording: samples, peaks, spectrogram, runs |
//! | [`reader`] | random access to a decoder's frames |
//! | [`session`] | commands in, events out, work in slices: the engine behind a worker |
//! | [`spectrogram`] | the spectrogram of a view, as an image of log magnitudes |
//! | [`waveform`] | the waveform at one zoom, for other players |
//! | [`chain`] | the pipe operator `\|` |

mod answers;
pub mod chain;
pub mod media;
mod peaks;
mod picture;
pub mod reader;
pub mod session;
mod sketch;
pub mod spectrogram;
pub mod waveform;
mod whole_read;

pub use chain::{Chain, decoder, step};
pub use media::{Media, OpenSource, ReadProgress};
pub use peaks::{ChannelPeaks, Peaks};
pub use spectrogram::{SpectrogramImage, SpectrogramOptions, SpectrogramTask};
pub use timeside_analyzers as analyzers;
/// Annotations as files: read, written, with a report of what was repaired, guessed and lost.
pub use timeside_annotations as annotations;
pub use timeside_core as core;
pub use timeside_core::{
    AnalyzerResult, Decoder, Error, MediaInfo, Pipe, PipeSpec, Progress, Registry, Result, Results,
    RunContext, Source, Step, Warning,
};
pub use timeside_decode as decode;
pub use timeside_export as export;
pub use timeside_protocol as protocol;
/// The host of the Vamp plugins of this machine: `vamp::register` adds it to a registry. Not part of [`registry`], since
/// only the program itself can say how its workers are started.
#[cfg(all(feature = "vamp-host", unix))]
pub use timeside_vamp as vamp;
pub use waveform::WaveformOptions;

/// What most programs need.
pub mod prelude {
    pub use crate::{Chain, Media, PipeSpec, Results, Step, decoder, registry, step};
}

/// All enabled processors.
pub fn registry() -> Registry {
    let mut registry = Registry::new();
    decode::decoders::register(&mut registry);
    timeside_analyzers::register(&mut registry);
    registry
}
