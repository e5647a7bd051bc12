//! One file per layer: data and a viewport in, a plan in pixels out.

pub mod curve;
pub mod overview;
pub mod spectrogram;
pub mod tiers;
pub mod waveform;
