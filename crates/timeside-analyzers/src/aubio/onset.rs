//! Onsets as aubio finds them: a spectral descriptor, its peaks, and rules on silence and distance.

use super::descriptor::{Descriptor, Method};
use super::extrema::round_half_up;
use super::peak_picker::PeakPicker;

/// Every way to find onsets, by aubio's names.
pub(crate) const METHODS: &[&str] = &[
    "default",
    "energy",
    "hfc",
    "complex",
    "phase",
    "wphase",
    "specdiff",
    "kl",
    "mkl",
    "specflux",
    "old_default",
];

/// How a spectrum is whitened: each bin is divided by its own decaying maximum (Stowell & Plumbley 2007).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WhiteningSettings {
    /// Seconds in which a maximum falls by 60 dB.
    pub(crate) decay_secs: f64,
    /// The least maximum.
    pub(crate) floor: f32,
}

impl Default for WhiteningSettings {
    fn default() -> Self {
        Self {
            decay_secs: 250.0,
            floor: 1e-4,
        }
    }
}

/// What an onset detector goes by. Times are in frames of audio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OnsetSettings {
    pub(crate) method: Method,
    pub(crate) threshold: f32,
    pub(crate) silence_db: f32,
    pub(crate) delay_frames: i64,
    pub(crate) min_interval_frames: i64,
    /// `M ← ln(1 + compression·M)`; 0 for none.
    pub(crate) compression: f32,
    pub(crate) whitening: Option<WhiteningSettings>,
}

impl OnsetSettings {
    /// aubio's own for a method.
    pub(crate) fn of(method: &str, step: usize, sample_rate: u32) -> Self {
        let frames = |secs: f64| (secs * f64::from(sample_rate) + 0.5).floor() as i64;
        let delay = |steps: f64| (steps * step as f64) as i64;
        let whitening = Some(WhiteningSettings::default());
        let plain = Self {
            method: Method::from_name(method).unwrap_or(Method::Hfc),
            threshold: 0.3,
            silence_db: -70.0,
            delay_frames: delay(4.3),
            min_interval_frames: frames(0.05),
            compression: 0.0,
            whitening: None,
        };
        match method {
            "default" | "hfc" => Self {
                threshold: 0.058,
                compression: 1.0,
                ..plain
            },
            "complex" => Self {
                threshold: 0.15,
                compression: 1.0,
                delay_frames: delay(4.6),
                whitening,
                ..plain
            },
            "mkl" => Self {
                threshold: 0.05,
                compression: 0.02,
                whitening,
                ..plain
            },
            "kl" => Self {
                threshold: 0.35,
                compression: 0.02,
                whitening,
                ..plain
            },
            "specflux" => Self {
                threshold: 0.18,
                compression: 10.0,
                whitening: Some(WhiteningSettings {
                    decay_secs: 100.0,
                    floor: 1.0,
                }),
                ..plain
            },
            "old_default" => Self {
                min_interval_frames: frames(0.02),
                ..plain
            },
            _ => plain,
        }
    }
}

#[derive(Debug)]
struct Whitening {
    decay: f32,
    floor: f32,
    peaks: Vec<f32>,
}

impl Whitening {
    /// What the maxima are before the first frame, whatever their floor.
    const START: f32 = 1e-4;

    fn apply(&mut self, magnitudes: &mut [f32]) {
        for (m, peak) in magnitudes.iter_mut().zip(&mut self.peaks) {
            let fallen = (self.decay * *peak).max(self.floor);
            *peak = m.max(fallen);
            *m /= *peak;
        }
    }
}

/// Finds onsets, one frame of analysis after the other.
#[derive(Debug)]
pub(crate) struct OnsetDetector {
    settings: OnsetSettings,
    step: usize,
    whitening: Option<Whitening>,
    descriptor: Descriptor,
    picker: PeakPicker,
    magnitudes: Vec<f32>,
    /// Place of the last onset plus the delay; 0 before the first.
    last: i64,
    /// First new sample of the next frame.
    position: i64,
}

impl OnsetDetector {
    pub(crate) fn new(settings: OnsetSettings, bins: usize, step: usize, sample_rate: u32) -> Self {
        let whitening = settings.whitening.map(|w| Whitening {
            decay: 0.001f64.powf(step as f64 / f64::from(sample_rate) / w.decay_secs) as f32,
            floor: w.floor,
            peaks: vec![Whitening::START; bins],
        });
        Self {
            settings,
            step,
            whitening,
            descriptor: Descriptor::new(settings.method, bins),
            picker: PeakPicker::new(settings.threshold),
            magnitudes: vec![0.0; bins],
            last: 0,
            position: 0,
        }
    }

    /// Takes the next frame's spectrum and the level of its new samples. At an onset, the frame of audio where it is.
    pub(crate) fn next(
        &mut self,
        magnitudes: &[f32],
        phases: &[f32],
        level_db: f32,
    ) -> Option<i64> {
        self.magnitudes.copy_from_slice(magnitudes);
        if let Some(whitening) = &mut self.whitening {
            whitening.apply(&mut self.magnitudes);
        }
        let compression = self.settings.compression;
        if compression > 0.0 {
            for m in &mut self.magnitudes {
                *m = timeside_dsp::elementary::ln((1.0 + compression * *m).min(f32::MAX));
            }
        }
        let value = self.descriptor.next(&self.magnitudes, phases);
        let peak = self.picker.next(value);
        let silent = level_db < self.settings.silence_db;
        let onset = !silent && self.accept(peak);
        self.position += self.step as i64;
        onset.then(|| self.last - self.settings.delay_frames)
    }

    /// Whether a peak, or the begin of the stream without one, is an onset; moves `last` there.
    fn accept(&mut self, peak: Option<f32>) -> bool {
        let OnsetSettings {
            delay_frames: delay,
            min_interval_frames: interval,
            ..
        } = self.settings;
        match peak {
            Some(peak) => {
                let at = self.position + round_half_up(peak * self.step as f32) as i64;
                if self.last + interval >= at || (self.last > 0 && delay > at) {
                    return false;
                }
                self.last = at.max(delay);
                true
            }
            None if self.position <= delay
                && (self.position == 0 || self.last + interval < self.position) =>
            {
                self.last = self.position + delay;
                // aubio tells this onset by the delay in steps, and so not at all where that is 0.
                delay >= self.step as i64
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Levels of a frame each; a frame of level 0 is silent.
    fn onsets(levels: &[f32]) -> Vec<i64> {
        let mut detector =
            OnsetDetector::new(OnsetSettings::of("default", 256, 44_100), 513, 256, 44_100);
        let mut spectrum = vec![0.0; 513];
        let mut found = Vec::new();
        for level in levels {
            spectrum.fill(*level);
            found.extend(detector.next(&spectrum, &[], if *level > 0.0 { -10.0 } else { -200.0 }));
        }
        found
    }

    #[test]
    fn a_rise_is_an_onset_and_so_is_a_loud_begin() {
        let mut levels = vec![0.01; 400];
        levels[200..210].fill(20.0);
        let found = onsets(&levels);
        assert_eq!(found[0], 0);
        assert_eq!(found.len(), 2);
        // Reported with aubio's delay of 4.3 steps subtracted, which stands for the frame's own overlap.
        assert!((found[1] / 256 - 198).abs() <= 3, "{found:?}");
    }

    #[test]
    fn silence_has_no_onset_and_two_need_their_distance() {
        assert!(onsets(&[0.0; 100]).is_empty());
        let mut levels = vec![0.01; 300];
        for at in [100, 105, 200] {
            levels[at..at + 2].fill(20.0);
        }
        assert_eq!(
            onsets(&levels).len(),
            3,
            "the begin, the first of two, and the last"
        );
    }

    #[test]
    fn whitening_divides_by_a_maximum_that_decays() {
        let mut w = Whitening {
            decay: 0.5,
            floor: 1.0,
            peaks: vec![Whitening::START; 2],
        };
        for (m, want) in [
            ([8.0, 0.5], [1.0, 0.5]),
            ([2.0, 0.25], [0.5, 0.25]),
            ([1.0, 3.0], [0.5, 1.0]),
        ] {
            let mut m = m;
            w.apply(&mut m);
            assert_eq!(m, want);
        }
    }
}
