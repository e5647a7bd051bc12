//! Acoustic fingerprints.
//!
//! | id | gives |
//! |---|---|
//! | [`analyzer`] | Chromaprint's fingerprint, as AcoustID knows it |

pub mod analyzer;
mod chromaprint;
mod classifiers;
pub mod matching;
mod text;

use timeside_core::Registry;

/// Adds the processors of this family.
pub fn register(registry: &mut Registry) {
    registry.add::<analyzer::Fingerprint>();
}
