//! One file per layer: data and a viewport in, a plan in pixels out.

pub mod curve;
pub mod items;
pub mod matrix;
pub mod overview;
pub mod slice;
pub mod spectrogram;
pub mod tiers;
pub mod value_axis;
pub mod waveform;
