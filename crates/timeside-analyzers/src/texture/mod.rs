//! Spectra beyond the plain one: contrast, PCEN, harmonic and percussive parts, reassignment.
//!
//! | id | gives |
//! |---|---|
//! | [`spectral_contrast`] | how far peaks stand above valleys, per octave |
//! | [`pcen`] | a mel spectrum freed from gain and background |
//! | [`hpss`] | what lasts and what strikes |
//! | [`reassigned_spectrogram`] | energy where it is, not in the middle of its bin |

pub mod hpss;
mod medians;
pub mod pcen;
pub mod reassigned_spectrogram;
pub mod spectral_contrast;

use timeside_core::{Param, Registry};

/// Adds the processors of this family.
pub fn register(registry: &mut Registry) {
    registry
        .add::<spectral_contrast::SpectralContrast>()
        .add::<pcen::Pcen>()
        .add::<hpss::Hpss>()
        .add::<reassigned_spectrogram::ReassignedSpectrogram>();
}

/// Samples per frame and from one to the next, with librosa's defaults.
fn block_and_step_params() -> [Param; 2] {
    let max = crate::spectrogram_analyzer::MAX_BLOCK;
    [
        Param::integer("input_blocksize", 2_048, 2, max, "Samples per frame.").unit("samples"),
        Param::integer(
            "input_stepsize",
            512,
            1,
            max,
            "Samples from one frame to the next, at most input_blocksize.",
        )
        .unit("samples"),
    ]
}

/// The frequencies of the bins of an FFT in Hz.
fn bin_frequencies(sample_rate: u32, fft: usize) -> Vec<f64> {
    let bin_hz = f64::from(sample_rate) / fft as f64;
    (0..=fft / 2).map(|k| k as f64 * bin_hz).collect()
}
