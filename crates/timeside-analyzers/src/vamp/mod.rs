//! The analyzers that upstream takes from Vamp plugins, computed here: no plugin is needed.
//!
//! | id | gives |
//! |---|---|
//! | [`constant_q`] | magnitudes at the pitches of a scale |
//! | [`tempo`] | the tempo at the begin |
//! | [`beats`] | beats and the tempo along the way |
//! | [`tuning`] | concert pitch |
//! | [`libxtract`] | six descriptors of a spectrum's shape |

pub mod beats;
pub mod constant_q;
mod detection;
pub mod libxtract;
mod periodicity;
pub mod tempo;
pub mod tuning;

use timeside_core::Registry;

/// Samples per block that upstream's host fed its plugins; the last one is filled up with zeros.
const HOST_BLOCK: usize = 8_192;

/// Adds the processors of this family.
pub fn register(registry: &mut Registry) {
    registry
        .add::<constant_q::VampConstantQ>()
        .add::<tempo::VampTempo>()
        .add::<beats::VampBeats>()
        .add::<tuning::VampTuning>();
    libxtract::register(registry);
}
