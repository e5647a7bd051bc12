//! The analyzers that upstream takes from essentia.
//!
//! | id | gives |
//! |---|---|
//! | [`essentia_dissonance`] | the roughness of each frame |
//! | [`essentia_dissonance_value`] | its mean |

pub mod essentia_dissonance;
pub mod essentia_dissonance_value;
mod peaks;
mod roughness;

use timeside_core::Registry;

/// Adds the processors of this family.
pub fn register(registry: &mut Registry) {
    registry
        .add::<essentia_dissonance::EssentiaDissonance>()
        .add::<essentia_dissonance_value::EssentiaDissonanceValue>();
}
