//! The descriptors, pitch, onsets and beats of aubio 0.4.9, with its numbers: each a term of its literature, computed
//! from the pipe's shared spectra.

pub mod descriptor;
pub(crate) mod phases;

use timeside_core::Registry;

/// Adds the processors of this family.
pub fn register(_registry: &mut Registry) {}
