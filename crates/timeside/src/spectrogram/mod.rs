//! The spectrogram of a view, as an image of log magnitudes: colour comes later, at paint time.

mod bands;
mod cache;
mod plan;
mod stretch;
mod task;

pub(crate) use cache::{ColumnCache, Key};
pub use task::SpectrogramTask;
pub(crate) use task::about_frames;

use serde::Deserialize;

/// Level of the value 0, in dB relative to a full-scale sine.
pub const MIN_DB: f32 = -120.0;
/// Level of the value 255, in dB relative to a full-scale sine.
pub const MAX_DB: f32 = 0.0;

/// What to show. Serialises with the keys of the public contract.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SpectrogramOptions {
    /// Begin in seconds; none is 0.
    pub start: Option<f64>,
    /// End in seconds; none is the end.
    pub end: Option<f64>,
    /// Frames per column, instead of `end`: tiles of one grid then fit together exactly, the last one too, whose
    /// columns behind the end are 0.
    pub column_frames: Option<u32>,
    /// Columns, 1..=8192.
    pub width: usize,
    /// Rows, 1..=8192.
    pub height: usize,
    /// Samples per frame, 16..=65536; none is 2048.
    pub block: Option<usize>,
    /// Points of the FFT, from `block` to 262144: a longer one is padded with zeros, which draws more points of the
    /// same spectrum. None is `block`.
    pub fft: Option<usize>,
    /// Least samples from one frame of analysis to the next inside a column; none is half a block. There are at
    /// most eight of them in a column, spread evenly, and it shows their mean power.
    pub step: Option<usize>,
    /// Window by its name; none is `hann`.
    pub window: Option<String>,
    /// One channel, from 0; none is the mean of all.
    pub channel: Option<usize>,
    /// Frequency scale by its name; none is `linear`.
    pub scale: Option<String>,
    /// Lowest frequency in Hz; none is the scale's lowest.
    pub min_hz: Option<f64>,
    /// Highest frequency in Hz; none is half the sample rate.
    pub max_hz: Option<f64>,
    /// True if a long view may be drawn from what the read of the whole medium has come to, and from samples of
    /// the rest: soon, and not `complete` until that read is through. Only with default `block`, `fft`, `step`,
    /// `window` and `channel`; others are drawn from samples alone.
    pub partial: bool,
    /// True if coarser images are wanted while it is made: see [`SpectrogramTask::take_part`].
    pub parts: bool,
}

/// Log magnitudes of a view: `data[y·width + x]`, row 0 on top (the highest frequency), 0 is `min_db` and
/// 255 `max_db`, linear in dB between.
#[derive(Debug, Clone, PartialEq)]
pub struct SpectrogramImage {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// One byte per pixel.
    pub data: Vec<u8>,
    /// Level of the value 0, in dB relative to a full-scale sine.
    pub min_db: f32,
    /// Level of the value 255.
    pub max_db: f32,
    /// False if columns are missing or only sampled because the medium has not been read so far yet, and in parts.
    pub complete: bool,
}
