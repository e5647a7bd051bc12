//! The analyzers that upstream takes from essentia.

use timeside_core::Registry;

/// Adds the processors of this family.
pub fn register(_registry: &mut Registry) {}
