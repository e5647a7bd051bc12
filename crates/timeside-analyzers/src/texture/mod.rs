//! Spectra beyond the plain one: contrast, PCEN, harmonic and percussive parts, reassignment.

use timeside_core::Registry;

/// Adds the processors of this family.
pub fn register(_registry: &mut Registry) {}
