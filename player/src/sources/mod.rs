//! What the view needs from the SDK: asked for once at a time, the latest wish first, and kept.

pub(crate) mod analysis;
pub(crate) mod peaks;
pub(crate) mod rich;
mod tile_set;
pub(crate) mod tiles;
