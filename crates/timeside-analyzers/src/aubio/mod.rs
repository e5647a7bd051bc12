//! The descriptors, pitch, onsets and beats of aubio 0.4.9, with its numbers, computed from the pipe's shared spectra.

pub mod descriptor;
mod mel_bank;
pub mod melenergy;
pub mod mfcc;
pub(crate) mod phases;
pub mod silence;
pub mod specdesc;

use timeside_core::Registry;

/// Adds the processors of this family.
pub fn register(registry: &mut Registry) {
    registry
        .add::<melenergy::MelEnergy>()
        .add::<mfcc::Mfcc>()
        .add::<specdesc::SpectralDescriptors>()
        .add::<silence::Silence>();
}
