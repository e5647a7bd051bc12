//! The analyzers and effects of TimeSide, one file each.
//!
//! | id | gives |
//! |---|---|
//! | [`level`] | peak and RMS level |
//! | [`mean_dc_shift`] | constant offset |
//! | [`waveform_analyzer`] | the samples |
//! | [`spectrogram_analyzer`] | magnitude spectra |
//! | [`onset_detection_function`] | a curve that rises where something begins |
//! | [`loudness_itu`] | ITU-R BS.1770 loudness |
//! | [`fx_gain`] | an effect: louder or softer |
//!
//! In all of them a sample that is not finite counts as 0, so that no result is spoilt by it.

pub mod fx_gain;
pub mod level;
pub mod loudness_itu;
pub mod mean_dc_shift;
pub mod onset_detection_function;
pub mod spectrogram_analyzer;
#[cfg(test)]
mod testing;
pub mod waveform_analyzer;

use timeside_core::Registry;

/// Adds every processor of this crate.
pub fn register(registry: &mut Registry) {
    registry
        .add::<level::Level>()
        .add::<mean_dc_shift::MeanDcShift>()
        .add::<waveform_analyzer::WaveformAnalyzer>()
        .add::<spectrogram_analyzer::SpectrogramAnalyzer>()
        .add::<onset_detection_function::OnsetDetectionFunction>()
        .add::<loudness_itu::LoudnessItu>()
        .add::<fx_gain::FxGain>();
}

/// `x`, or 0 where it is not finite.
#[inline]
fn finite(x: f32) -> f32 {
    if x.is_finite() { x } else { 0.0 }
}

/// Rounds to `decimals` places, as upstream's values are.
fn rounded(x: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    let y = (x * scale).round_ties_even() / scale;
    // No negative zero in a report.
    if y == 0.0 { 0.0 } else { y }
}
