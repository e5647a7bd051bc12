//! The engine in a Web Worker: converts and forwards, nothing else.
//!
//! `pkg/src/worker.ts` makes one [`Engine`], hands it commands and lets it work in slices.

mod blob;
mod convert;
mod engine;
mod host;

pub use blob::BlobSource;
pub use engine::Engine;
pub use host::Host;
