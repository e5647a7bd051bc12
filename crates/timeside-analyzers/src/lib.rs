//! The analyzers and effects of TimeSide, one file each. What most pipes want stands here; the rest in families, each
//! a folder behind a feature of its name, so that a build can leave it out.
//!
//! | id | gives |
//! |---|---|
//! | [`level`] | peak and RMS level |
//! | [`mean_dc_shift`] | constant offset |
//! | [`waveform_analyzer`] | the samples |
//! | [`rms`] | the level of each frame |
//! | [`zero_crossing_rate`] | how often the waveform changes its sign |
//! | [`spectrogram_analyzer`], [`spectrogram_analyzer_buffer`] | magnitude spectra |
//! | [`onset_detection_function`] | a curve that rises where something begins |
//! | [`loudness_itu`] | loudness by ITU-R BS.1770 and EBU R 128 |
//! | [`fx_gain`] | an effect: louder or softer |
//!
//! | family | holds |
//! |---|---|
//! | `aubio` | The descriptors, pitch, onsets and beats of aubio, with its numbers. |
//! | `essentia` | The analyzers that upstream takes from essentia. |
//! | `vamp` | The analyzers that upstream takes from Vamp plugins, computed here. |
//! | `yaafe` | Yaafe's features and transforms, by its feature plans. |
//! | `music` | Chroma, key, pitch by pYIN, beats by dynamic programming, notes. |
//! | `texture` | Spectra beyond the plain one: contrast, PCEN, harmonic and percussive parts, reassignment. |
//! | `fingerprint` | Acoustic fingerprints. |
//!
//! In all of them a sample that is not finite counts as 0, so that no result is spoilt by it.

#[cfg(feature = "aubio")]
pub mod aubio;
#[cfg(feature = "essentia")]
pub mod essentia;
#[cfg(feature = "fingerprint")]
pub mod fingerprint;
pub mod fx_gain;
pub mod level;
pub mod loudness_itu;
pub mod mean_dc_shift;
#[cfg(feature = "music")]
pub mod music;
pub mod onset_detection_function;
pub mod rms;
pub mod spectrogram_analyzer;
pub mod spectrogram_analyzer_buffer;
#[cfg(test)]
mod testing;
#[cfg(feature = "texture")]
pub mod texture;
#[cfg(feature = "vamp")]
pub mod vamp;
pub mod waveform_analyzer;
#[cfg(feature = "yaafe")]
pub mod yaafe;
pub mod zero_crossing_rate;

use timeside_core::Registry;

/// Adds every processor of this crate.
pub fn register(registry: &mut Registry) {
    registry
        .add::<level::Level>()
        .add::<mean_dc_shift::MeanDcShift>()
        .add::<waveform_analyzer::WaveformAnalyzer>()
        .add::<rms::Rms>()
        .add::<zero_crossing_rate::ZeroCrossingRate>()
        .add::<spectrogram_analyzer::SpectrogramAnalyzer>()
        .add::<spectrogram_analyzer_buffer::SpectrogramAnalyzerBuffer>()
        .add::<onset_detection_function::OnsetDetectionFunction>()
        .add::<loudness_itu::LoudnessItu>()
        .add::<fx_gain::FxGain>();
    #[cfg(feature = "aubio")]
    aubio::register(registry);
    #[cfg(feature = "essentia")]
    essentia::register(registry);
    #[cfg(feature = "vamp")]
    vamp::register(registry);
    #[cfg(feature = "yaafe")]
    yaafe::register(registry);
    #[cfg(feature = "music")]
    music::register(registry);
    #[cfg(feature = "texture")]
    texture::register(registry);
    #[cfg(feature = "fingerprint")]
    fingerprint::register(registry);
}

/// `x`, or 0 where it is not finite.
#[inline]
fn finite(x: f32) -> f32 {
    if x.is_finite() { x } else { 0.0 }
}

/// Samples per frame and from one frame to the next, checked together: a step longer than its block would leave
/// samples unread.
///
/// # Errors
/// `BadParameter` that names the step and the block.
fn block_and_step(
    processor: &str,
    params: &timeside_core::Params,
    block_name: &str,
    step_name: &str,
) -> timeside_core::Result<(usize, usize)> {
    let block = params.size(block_name).unwrap_or(1).max(1);
    let step = params.size(step_name).unwrap_or(block.div_ceil(2)).max(1);
    if step > block {
        let reason =
            format!("must be a whole number from 1 to {block} samples ({block_name}), not {step}");
        return Err(timeside_core::Error::bad_parameter(
            processor, step_name, reason,
        ));
    }
    Ok((block, step))
}

/// Rounds to `decimals` places, as upstream's values are.
fn rounded(x: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    let y = (x * scale).round_ties_even() / scale;
    // No negative zero in a report.
    if y == 0.0 { 0.0 } else { y }
}
