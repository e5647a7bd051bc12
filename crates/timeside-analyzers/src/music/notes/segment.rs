//! From a pitch track and a level track to notes.

use std::collections::VecDeque;

/// When one note ends and another begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thresholds {
    pub(super) frames_per_sec: f64,
    pub(super) split_semitones: f64,
    pub(super) split_db: f64,
    pub(super) min_secs: f64,
    pub(super) max_gap_secs: f64,
    pub(super) tuning_hz: f64,
}

impl Thresholds {
    fn frames(&self, secs: f64) -> usize {
        (secs * self.frames_per_sec).round() as usize
    }
}

/// A note: frames `begin..end`, its number and its frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Note {
    pub(super) begin: usize,
    pub(super) end: usize,
    pub(super) midi: f64,
    pub(super) hz: f64,
}

/// Medians of pitch are compared over this long, a difference must hold this long, and a rise of level happens within
/// this long.
const COMPARED_SECS: f64 = 0.05;
const HELD_SECS: f64 = 0.04;
const RISE_SECS: f64 = 0.06;

/// Frames of the median that removes single outliers.
const SMOOTHED_FRAMES: usize = 5;

/// A run of voiced frames is cut after this many, so that a drone of a day is not held.
const LONGEST_RUN: usize = 8_192;

/// Takes levels and pitches of the same frames, levels first; holds one run of voiced frames.
#[derive(Debug)]
pub(super) struct Segmenter {
    thresholds: Thresholds,
    /// Levels in dB from frame `first_level` on.
    levels: VecDeque<f32>,
    first_level: usize,
    /// Semitones above A4 of the current run.
    run: Vec<f64>,
    frame: usize,
    notes: Vec<Note>,
}

impl Segmenter {
    pub(super) fn new(thresholds: Thresholds) -> Self {
        Self {
            thresholds,
            levels: VecDeque::new(),
            first_level: 0,
            run: Vec::new(),
            frame: 0,
            notes: Vec::new(),
        }
    }

    /// The level of the next frame in dB.
    pub(super) fn level(&mut self, db: f32) {
        self.levels.push_back(db);
    }

    /// The pitch of the next frame in Hz, 0 where unvoiced.
    pub(super) fn pitch(&mut self, hz: f32) {
        if hz > 0.0 {
            self.run
                .push(12.0 * (f64::from(hz) / self.thresholds.tuning_hz).log2());
        }
        self.frame += 1;
        if hz <= 0.0 || self.run.len() >= LONGEST_RUN {
            self.end_run();
        }
    }

    /// All notes; the segmenter is empty then.
    pub(super) fn finish(&mut self) -> Vec<Note> {
        // As if one more frame had come, unvoiced.
        self.frame += 1;
        self.end_run();
        std::mem::take(&mut self.notes)
    }

    fn end_run(&mut self) {
        // The run ends before this frame, unless it was cut.
        let end = if self.run.len() >= LONGEST_RUN {
            self.frame
        } else {
            self.frame - 1
        };
        let begin = end - self.run.len();
        if !self.run.is_empty() {
            let run = medians(&self.run, SMOOTHED_FRAMES / 2);
            let mut cuts = self.cuts_by_pitch(&run);
            cuts.extend(self.cuts_by_level(begin, end));
            cuts.push(run.len());
            cuts.sort_unstable();
            let shortest = self.thresholds.frames(self.thresholds.min_secs).max(1);
            let mut from = 0;
            for cut in cuts {
                if cut - from >= shortest {
                    self.add(
                        begin + from,
                        begin + cut,
                        median(&mut run[from..cut].to_vec()),
                    );
                }
                from = cut;
            }
            self.run.clear();
        }
        // Of what is behind only the gap to the next note matters.
        let kept_from = self
            .notes
            .last()
            .map_or(end, |n| n.end.saturating_sub(1))
            .max(end.saturating_sub(self.thresholds.frames(self.thresholds.max_gap_secs) + 1));
        while self.first_level < kept_from && self.levels.pop_front().is_some() {
            self.first_level += 1;
        }
    }

    /// Where the pitch before and after differs, for long enough.
    fn cuts_by_pitch(&self, run: &[f64]) -> Vec<usize> {
        let width = self.thresholds.frames(COMPARED_SECS).max(1);
        let held = self.thresholds.frames(HELD_SECS).max(1);
        let mut cuts = Vec::new();
        let mut scratch = Vec::with_capacity(width);
        let mut median_of = |part: &[f64]| {
            scratch.clear();
            scratch.extend_from_slice(part);
            median(&mut scratch)
        };
        // The plateau that is being crossed: its length, its greatest difference, where that begins and ends.
        let (mut length, mut most, mut first, mut last) = (0, 0.0, 0, 0);
        for i in 1..=run.len() {
            let difference = if i < run.len() {
                let before = median_of(&run[i.saturating_sub(width)..i]);
                (median_of(&run[i..(i + width).min(run.len())]) - before).abs()
            } else {
                0.0
            };
            if difference > self.thresholds.split_semitones {
                if length == 0 || difference > most {
                    (most, first) = (difference, i);
                }
                if difference >= most {
                    last = i;
                }
                length += 1;
            } else {
                if length >= held {
                    cuts.push(first.midpoint(last + 1));
                }
                (length, most) = (0, 0.0);
            }
        }
        cuts
    }

    /// Where the level rises, from its lowest point on; not at the begin of the run, where every note rises.
    fn cuts_by_level(&self, begin: usize, end: usize) -> Vec<usize> {
        let width = self.thresholds.frames(RISE_SECS).max(1);
        let mut cuts = Vec::new();
        let level = |frame: usize| f64::from(self.level_of(frame));
        for frame in begin + width..end.saturating_sub(width) {
            let here = level(frame);
            let lowest = (frame - width..frame).all(|f| level(f) > here)
                && (frame + 1..=frame + width).all(|f| level(f) >= here);
            let peak = (frame + 1..=frame + width).map(level).fold(here, f64::max);
            if lowest && peak - here > self.thresholds.split_db {
                cuts.push(frame - begin);
            }
        }
        cuts
    }

    fn level_of(&self, frame: usize) -> f32 {
        let at = frame.checked_sub(self.first_level);
        at.and_then(|i| self.levels.get(i))
            .copied()
            .unwrap_or(-200.0)
    }

    /// Adds a note, or joins it to the one before.
    fn add(&mut self, begin: usize, end: usize, semitones: f64) {
        let midi = 69.0 + semitones.round();
        let note = Note {
            begin,
            end,
            midi,
            hz: self.thresholds.tuning_hz * (semitones / 12.0).exp2(),
        };
        let gap = self.thresholds.max_gap_secs * self.thresholds.frames_per_sec;
        if let Some(last) = self.notes.last().copied() {
            let near = ((begin - last.end) as f64) < gap && last.midi == midi;
            if near && !self.is_struck(last.end, begin) {
                // The longer part tells the pitch.
                let hz = if end - begin > last.end - last.begin {
                    note.hz
                } else {
                    last.hz
                };
                self.notes.pop();
                self.notes.push(Note {
                    begin: last.begin,
                    hz,
                    ..note
                });
                return;
            }
        }
        self.notes.push(note);
    }

    /// Whether the level dips between two notes and rises again.
    fn is_struck(&self, end: usize, begin: usize) -> bool {
        let width = self.thresholds.frames(RISE_SECS).max(1);
        let lowest = (end.saturating_sub(1)..=begin)
            .map(|f| self.level_of(f))
            .fold(f32::MAX, f32::min);
        let peak = (begin..=begin + width)
            .map(|f| self.level_of(f))
            .fold(f32::MIN, f32::max);
        f64::from(peak - lowest) > self.thresholds.split_db
    }
}

/// The median of each value and its neighbours, `reach` on either side, fewer at the ends.
fn medians(values: &[f64], reach: usize) -> Vec<f64> {
    let around =
        |i: usize| values[i.saturating_sub(reach)..(i + reach + 1).min(values.len())].to_vec();
    (0..values.len()).map(|i| median(&mut around(i))).collect()
}

/// The middle value, or the mean of the two middle ones.
fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    let odd = values.len() % 2 == 1;
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if odd { *upper } else { (*upper + lower) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(pitches: &[f32], levels: &[f32]) -> Vec<(usize, usize, f64)> {
        let mut segmenter = Segmenter::new(Thresholds {
            frames_per_sec: 86.13,
            split_semitones: 0.8,
            split_db: 6.0,
            min_secs: 0.06,
            max_gap_secs: 0.03,
            tuning_hz: 440.0,
        });
        for (hz, db) in pitches.iter().zip(levels) {
            segmenter.level(*db);
            segmenter.pitch(*hz);
        }
        let notes = segmenter.finish();
        notes.iter().map(|n| (n.begin, n.end, n.midi)).collect()
    }

    fn track(parts: &[(usize, f32)]) -> Vec<f32> {
        parts.iter().flat_map(|(n, v)| vec![*v; *n]).collect()
    }

    #[test]
    fn a_step_of_a_semitone_cuts_where_it_is_and_vibrato_does_not() {
        let pitches = track(&[(5, 0.0), (30, 440.0), (30, 466.16), (7, 0.0)]);
        assert_eq!(
            notes(&pitches, &[-20.0; 72]),
            [(5, 35, 69.0), (35, 65, 70.0)]
        );
        // 6 Hz, 40 cents to either side.
        let vibrato: Vec<f32> = (0..100)
            .map(|i| 440.0 * (0.4 / 12.0 * (i as f32 * 0.4377).sin()).exp2())
            .collect();
        assert_eq!(notes(&vibrato, &[-20.0; 100]), [(0, 100, 69.0)]);
    }

    #[test]
    fn a_note_struck_again_is_two_and_a_short_gap_none() {
        let pitches = track(&[(60, 440.0)]);
        let mut levels = track(&[(30, -20.0), (2, -40.0), (28, -20.0)]);
        assert_eq!(notes(&pitches, &levels), [(0, 30, 69.0), (30, 60, 69.0)]);
        levels.fill(-20.0);
        let gap = track(&[(30, 440.0), (2, 0.0), (28, 440.0)]);
        assert_eq!(notes(&gap, &levels), [(0, 60, 69.0)]);
        assert_eq!(notes(&track(&[(3, 440.0), (20, 0.0)]), &[-20.0; 23]), []);
    }

    #[test]
    fn a_drone_is_one_note_and_is_not_held() {
        let n = 3 * LONGEST_RUN + 100;
        assert_eq!(notes(&vec![440.0; n], &vec![-20.0; n]), [(0, n, 69.0)]);
    }

    #[test]
    fn medians_of_even_counts_are_means() {
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(medians(&[1.0, 9.0, 2.0], 1), [5.0, 2.0, 5.5]);
    }
}
