//! The whole engine, natively: from the bytes of a file to documented results.

#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

mod lifecycle;
mod music;
mod pipe;
mod reference;
mod samples;
mod sharing;
mod upstream;
