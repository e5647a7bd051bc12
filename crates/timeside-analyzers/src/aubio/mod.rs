//! The descriptors, pitch, onsets and beats of aubio, with its numbers.

use timeside_core::Registry;

/// Adds the processors of this family.
pub fn register(_registry: &mut Registry) {}
