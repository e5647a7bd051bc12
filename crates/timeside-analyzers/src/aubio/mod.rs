//! The descriptors, pitch, onsets and beats of aubio 0.4.9, with its numbers: each a term of its literature, computed
//! from the pipe's shared spectra.

mod beat_tracker;
pub mod descriptor;
mod extrema;
mod onset;
mod peak_picker;
pub(crate) mod phases;
pub mod pitch;
mod tempo;
pub mod temporal;

use timeside_core::Registry;

/// Adds the processors of this family.
pub fn register(registry: &mut Registry) {
    registry
        .add::<pitch::AubioPitch>()
        .add::<temporal::AubioTemporal>();
}
