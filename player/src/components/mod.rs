//! The parts on the screen: one folder each, with its style sheet where it has one of its own.

pub(crate) mod curve;
pub(crate) mod drawn;
pub(crate) mod empty;
pub(crate) mod lane;
pub(crate) mod lines;
pub(crate) mod notice;
pub(crate) mod overview;
pub(crate) mod player;
pub(crate) mod ruler;
pub(crate) mod spectrogram;
pub(crate) mod stage;
pub(crate) mod tiers;
pub(crate) mod transport_bar;
pub(crate) mod waveform;
