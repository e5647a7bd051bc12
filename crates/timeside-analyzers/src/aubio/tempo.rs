//! Beats and their confidence as aubio finds them.

use super::beat_tracker::BeatTracker;
use super::descriptor::{Descriptor, Method};
use super::extrema::round_half_up;
use super::peak_picker::PeakPicker;

/// Seconds of the detection function that are looked at together, before they are rounded up to a power of two.
const WINDOW_SECS: f64 = 5.8;

/// A beat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Beat {
    /// The frame of audio where it is.
    pub(crate) frame: i64,
    pub(crate) confidence: f32,
}

/// Finds beats, one frame of analysis after the other.
#[derive(Debug)]
pub(crate) struct BeatDetector {
    step: usize,
    silence_db: f32,
    descriptor: Descriptor,
    picker: PeakPicker,
    tracker: BeatTracker,
    /// What stands out of the descriptor, oldest first; the last quarter is being filled.
    function: Vec<f32>,
    filled: usize,
    /// Places of beats in this quarter.
    beats: Vec<f32>,
    /// First new sample of the next frame.
    position: i64,
}

impl BeatDetector {
    pub(crate) fn new(
        method: Method,
        threshold: f32,
        silence_db: f32,
        bins: usize,
        step: usize,
        sample_rate: u32,
    ) -> Self {
        let values = (WINDOW_SECS * f64::from(sample_rate) / step as f64) as usize;
        let window = values.max(4).next_power_of_two();
        Self {
            step,
            silence_db,
            descriptor: Descriptor::new(method, bins),
            picker: PeakPicker::new(threshold),
            tracker: BeatTracker::new(window, step, sample_rate),
            function: vec![0.0; window],
            filled: 0,
            beats: Vec::with_capacity(window / 4),
            position: 0,
        }
    }

    /// Takes the next frame's spectrum and the level of its new samples. Gives a beat if one lies in its step.
    pub(crate) fn next(
        &mut self,
        magnitudes: &[f32],
        phases: &[f32],
        level_db: f32,
    ) -> Option<Beat> {
        let value = self.descriptor.next(magnitudes, phases);
        let quarter = self.function.len() / 4;
        self.filled += 1;
        if self.filled == quarter {
            let beats = self.tracker.next(&self.function);
            self.beats.clear();
            self.beats.extend_from_slice(beats);
            self.function.rotate_left(quarter);
            let newest = self.function.len() - quarter;
            self.function[newest..].fill(0.0);
            self.filled = 0;
        }
        self.picker.next(value);
        let place = self.function.len() - quarter + self.filled;
        self.function[place] = self.picker.thresholded();
        let here = self.beats.iter().rfind(|b| b.floor() == self.filled as f32);
        let fraction = here.map_or(0.0, |b| b - b.floor());
        // A beat exactly at the begin of a step is not told, as in aubio.
        let beat = (fraction != 0.0 && level_db >= self.silence_db).then(|| Beat {
            frame: self.position + round_half_up(fraction * self.step as f32) as i64,
            confidence: self.tracker.confidence(),
        });
        self.position += self.step as i64;
        beat
    }
}
