//! The descriptors, pitch, onsets and beats of aubio 0.4.9, with its numbers, computed from the pipe's shared spectra.

mod beat_tracker;
pub mod descriptor;
mod extrema;
mod mel_bank;
pub mod melenergy;
pub mod mfcc;
mod onset;
mod peak_picker;
pub(crate) mod phases;
pub mod pitch;
pub mod silence;
pub mod specdesc;
mod tempo;
pub mod temporal;

use timeside_core::Registry;

/// Adds the processors of this family.
pub fn register(registry: &mut Registry) {
    registry
        .add::<melenergy::MelEnergy>()
        .add::<mfcc::Mfcc>()
        .add::<specdesc::SpectralDescriptors>()
        .add::<silence::Silence>()
        .add::<pitch::AubioPitch>()
        .add::<temporal::AubioTemporal>();
}
