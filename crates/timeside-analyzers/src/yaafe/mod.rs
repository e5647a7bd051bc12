//! Yaafe's features and transforms, by its feature plans.

use timeside_core::Registry;

/// Adds the processors of this family.
pub fn register(_registry: &mut Registry) {}
