//! Notes of a melody, from its pitch and level.

mod segment;

use super::pyin::{Grid, pitch_params};
use segment::{Note, Segmenter, Thresholds};
use timeside_core::output::{RowValues, Rows};
use timeside_core::processor::ParentResults;
use timeside_core::result::{Array, Data, TimeAxis};
use timeside_core::time::secs_from_frame;
use timeside_core::{
    Framing, Info, Input, Kind, Mono, Output, Param, Params, Plugin, Processor, Result, ResultInfo,
    Step, Stream, TimeMode, Values,
};
use timeside_dsp::Framer;

/// Cuts the pitch track of [`super::pyin`] into notes, run by run.
#[derive(Debug)]
pub struct Notes {
    params: Params,
    rate: u32,
    step: usize,
    /// Frames whose level is taken: two steps long, on the pitch track's grid.
    framer: Option<Framer>,
    segmenter: Option<Segmenter>,
    /// Rows of the pitch track read so far.
    read: usize,
}

impl Plugin for Notes {
    fn info() -> Info {
        let mut params = pitch_params();
        params.extend([
            Param::number(
                "split_semitones",
                0.8,
                0.2,
                6.0,
                "A change of pitch by more within 50 ms begins a new note.",
            )
            .unit("semitones"),
            Param::number(
                "split_db",
                6.0,
                1.0,
                60.0,
                "A rise of the level by more within 60 ms begins a new note.",
            )
            .unit("dB"),
            Param::number("min_note_s", 0.06, 0.0, 10.0, "Shorter notes are left out.").unit("s"),
            Param::number(
                "max_gap_s",
                0.03,
                0.0,
                10.0,
                "Equal notes with a shorter gap are joined, unless the second is struck.",
            )
            .unit("s"),
            Param::number("tuning_hz", 440.0, 220.0, 880.0, "Frequency of A4.").unit("Hz"),
        ]);
        Info {
            id: "notes",
            version: "1.0",
            name: "Notes",
            kind: Kind::Analyzer,
            unit: "MIDI note",
            family: "Pitch",
            description: "Notes of one voice: begin, length, pitch",
            doc: "**Measures.** The notes of a single voice or instrument: when each begins, how long it lasts, which it is.\n\n\
                  **Formula.** Runs of voiced frames of `pyin`, in semitones, under a median of 5 frames. A run is cut where the medians \
                  of the 50 ms before and after differ by more than split_semitones for at least 40 ms (at the greatest difference), \
                  and where the level rises by more than split_db within 60 ms from its lowest point. What is shorter than \
                  min_note_s is dropped; equal neighbours less than max_gap_s apart are joined. A note's frequency is the median \
                  of its frames, its number `69 + round(12·log2(f/tuning_hz))`.\n\n\
                  **Source.** This program's, on the pitch track of M. Mauch and S. Dixon, pYIN, ICASSP 2014; the idea of notes by \
                  median pitch is that of M. Mauch et al., Tony, TENOR 2015.\n\n\
                  **Good for.** Melodies to MIDI or to a score, intonation. Not for chords. Wide vibrato (more than split_semitones \
                  within 50 ms) and glides are cut into several notes: raise split_semitones.",
            params,
            results: vec![
                ResultInfo::value(
                    "",
                    "Notes",
                    "MIDI note",
                    TimeMode::Segment,
                    "MIDI note number (60 is C4) of each stretch; shape (notes), whole numbers.",
                ),
                ResultInfo::value(
                    "frequency",
                    "Frequencies of notes",
                    "Hz",
                    TimeMode::Segment,
                    "Median frequency of each note; shape (notes).",
                ),
            ],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        super::pyin::pitch_range("notes", params)?;
        Ok(Self {
            params: params.clone(),
            rate: 1,
            step: 1,
            framer: None,
            segmenter: None,
            read: 0,
        })
    }
}

impl Processor for Notes {
    fn input(&self) -> Input {
        Input::Mono
    }

    fn parents(&self) -> Vec<Step> {
        let names = [
            "fmin",
            "fmax",
            "input_blocksize",
            "input_stepsize",
            "resolution",
        ];
        let given = names
            .iter()
            .filter_map(|name| Some((*name, self.params.values().get(*name)?)));
        vec![given.fold(Step::new("pyin"), |step, (name, value)| {
            step.with(name, value.clone())
        })]
    }

    fn setup(&mut self, stream: &Stream, _out: &mut Output) -> Result<()> {
        let grid = Grid::new("notes", &self.params, stream.sample_rate)?;
        self.rate = stream.sample_rate;
        self.step = grid.step;
        self.framer = Some(Framer::new(2 * grid.step, grid.step, Framing::Centred));
        let number = |name| self.params.number(name).unwrap_or(0.0);
        let frames_per_sec = f64::from(stream.sample_rate) / grid.step as f64;
        self.segmenter = Some(Segmenter::new(Thresholds {
            frames_per_sec,
            split_semitones: number("split_semitones"),
            split_db: number("split_db"),
            min_secs: number("min_note_s"),
            max_gap_secs: number("max_gap_s"),
            tuning_hz: number("tuning_hz"),
        }));
        Ok(())
    }

    fn mono(&mut self, mono: Mono<'_>, _out: &mut Output) {
        if let (Some(framer), Some(segmenter)) = (&mut self.framer, &mut self.segmenter) {
            framer.push(mono.samples, |_, frame| segmenter.level(level_db(frame)));
        }
    }

    fn rows(&mut self, _parent: usize, result: usize, rows: Rows<'_>, _out: &mut Output) {
        // The levels of these frames have come: they need fewer samples ahead than their pitches.
        if let (0, RowValues::F32(pitches), Some(segmenter)) =
            (result, rows.values, &mut self.segmenter)
        {
            self.read += pitches.len();
            pitches.iter().for_each(|hz| segmenter.pitch(*hz));
        }
    }

    fn post_process(&mut self, parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let (Some(framer), Some(segmenter)) = (&mut self.framer, &mut self.segmenter) else {
            return Ok(());
        };
        framer.finish(|_, frame| segmenter.level(level_db(frame)));
        // The last pitches were decided when all was heard.
        let track = parents.first().and_then(|results| results.first());
        if let Some((track, array)) = track.and_then(|t| Some((t, t.array()?))) {
            let from = self.read.saturating_sub(track.first_row);
            for hz in (from..array.values.len()).filter_map(|i| array.values.get(i)) {
                segmenter.pitch(hz as f32);
            }
        }
        let secs = |frame: usize| secs_from_frame((frame * self.step) as i64, self.rate);
        let notes = segmenter.finish();
        let time: Vec<f64> = notes.iter().map(|n| secs(n.begin)).collect();
        let duration: Vec<f64> = notes.iter().map(|n| secs(n.end - n.begin)).collect();
        let mut set = |result, of: fn(&Note) -> f64| {
            let data = Data::Value {
                value: Array::vector(Values::F64(notes.iter().map(of).collect())),
                y_value: Vec::new(),
            };
            let axis = TimeAxis::Segment {
                time: time.clone(),
                duration: duration.clone(),
            };
            out.set(result, data, axis);
        };
        set(0, |n| n.midi);
        set(1, |n| n.hz);
        Ok(())
    }

    fn release(&mut self) {
        self.framer = None;
        self.segmenter = None;
    }
}

/// RMS level of a frame in dB; −200 for silence.
fn level_db(frame: &[f32]) -> f32 {
    let power = frame
        .iter()
        .map(|x| f64::from(*x) * f64::from(*x))
        .sum::<f64>();
    (10.0 * (power / frame.len().max(1) as f64).max(1e-20).log10()) as f32
}
