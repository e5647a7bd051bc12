//! The whole engine, natively: from the bytes of a file to documented results.

#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

mod aubio_events;
mod aubio_spectra;
mod every;
mod fingerprint;
mod lifecycle;
mod loudness;
mod pipe;
mod reference;
mod samples;
mod sharing;
mod texture;
mod upstream;
mod vamp;
#[cfg(unix)]
mod vamp_host;
mod yaafe;
