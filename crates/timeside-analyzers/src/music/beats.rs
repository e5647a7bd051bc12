//! Tempo and beats by dynamic programming.

mod path;
mod tempo;

use crate::spectrogram_analyzer::MAX_BLOCK;
use std::collections::VecDeque;
use timeside_core::processor::ParentResults;
use timeside_core::result::{Data, TimeAxis};
use timeside_core::time::secs_from_frame;
use timeside_core::{
    FrameMetadata, Framing, Info, Input, Kind, LabelMetadata, Output, Param, Params, Plugin,
    Processor, Result, ResultInfo, Spectrum, Stream, TimeMode, Values, Window,
};
use timeside_dsp::bank::{FilterBank, Height, spaced};
use timeside_dsp::scale::FrequencyScale;

/// Powers below this have this level, in dB; and none is further below the loudest so far than [`RANGE_DB`].
const LEAST_POWER: f32 = 1e-10;
const RANGE_DB: f32 = 80.0;

/// Magnitudes above this count as this much, so that powers stay finite.
const GREATEST_MAGNITUDE: f32 = 1e15;

/// Holds two mel spectra and the onset curve: four bytes per frame.
#[derive(Debug)]
pub struct Beats {
    block: usize,
    step: usize,
    bands: usize,
    by_median: bool,
    start_bpm: f64,
    given_bpm: Option<f64>,
    tightness: f64,
    trim: bool,
    rate: u32,
    bank: Option<FilterBank>,
    power: Vec<f32>,
    levels: Vec<f32>,
    before: Vec<f32>,
    rises: Vec<f32>,
    loudest_db: f32,
    /// Rises that wait for the row that stands where they were heard.
    late: VecDeque<f32>,
    frames: usize,
    curve: Vec<f32>,
}

impl Plugin for Beats {
    fn info() -> Info {
        Info {
            id: "beats",
            version: "1.0",
            name: "Beats",
            kind: Kind::Analyzer,
            unit: "",
            family: "Rhythm",
            description: "Tempo and beats by dynamic programming",
            doc: "**Measures.** One tempo for the whole, the beats that fit it, and the onset strength from which both come.\n\n\
                  **Formula.** Onset strength: mel spectrum (Hann, frames centred on `i·input_stepsize`) in dB, no lower than 80 dB \
                  below the loudest so far; its rises from frame to frame, by median or mean over the bands, moved to where the frame \
                  begins to hear them. Tempo: autocorrelations of 8 s (Hann) averaged, \
                  `log(1 + 10⁶·r) − ½·log2(bpm/start_bpm)²`, the greatest, refined by a parabola. Beats: `C(t) = L(t) + max_v \
                  (C(t − v) − tightness·ln²(v/p))`, `v` in `p/2 … 2p`, with the period `p` and the curve `L`, divided by its \
                  deviation, under `exp(−½(32n/p)²)`; traced back from the last strong maximum.\n\n\
                  **Source.** D. P. W. Ellis, Beat tracking by dynamic programming, J. New Music Research 36(1), 2007. Conventions \
                  are those of librosa's `beat_track`.\n\n\
                  **Good for.** Music of steady tempo. Half or double the tempo is a frequent answer; where tempo changes, beats \
                  follow by about a tenth only. 0 BPM and no beats where nothing begins.",
            params: vec![
                Param::integer(
                    "input_blocksize",
                    2_048,
                    64,
                    MAX_BLOCK,
                    "Samples per frame.",
                )
                .unit("samples"),
                Param::integer(
                    "input_stepsize",
                    512,
                    1,
                    MAX_BLOCK,
                    "Samples from one frame to the next, at most input_blocksize.",
                )
                .unit("samples"),
                Param::integer("n_mels", 128, 8, 512, "Mel bands."),
                Param::choice(
                    "aggregate",
                    "median",
                    &["median", "mean"],
                    "How the rises of the bands become one.",
                ),
                Param::number(
                    "start_bpm",
                    120.0,
                    20.0,
                    400.0,
                    "The tempo that is likeliest before anything is heard.",
                )
                .unit("BPM"),
                Param::optional_number(
                    "bpm",
                    20.0,
                    400.0,
                    "The tempo, if it is known; null: estimated.",
                )
                .unit("BPM"),
                Param::number(
                    "tightness",
                    100.0,
                    1.0,
                    10_000.0,
                    "How closely beats keep to the tempo.",
                ),
                Param::boolean(
                    "trim",
                    true,
                    "Whether weak beats at begin and end are left out.",
                ),
            ],
            results: vec![
                ResultInfo::value(
                    "bpm",
                    "Tempo",
                    "BPM",
                    TimeMode::Global,
                    "One number; 0 if there is none.",
                ),
                ResultInfo::label(
                    "beats",
                    "Beats",
                    "",
                    TimeMode::Event,
                    "Label 1 at each beat.",
                ),
                ResultInfo::value(
                    "onset_strength",
                    "Onset strength",
                    "dB",
                    TimeMode::Framewise,
                    "Mean or median rise of the mel bands; shape (frames), float32.",
                ),
            ],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) =
            crate::block_and_step("beats", params, "input_blocksize", "input_stepsize")?;
        Ok(Self {
            block,
            step,
            bands: params.size("n_mels").unwrap_or(128),
            by_median: params.text("aggregate") != Some("mean"),
            start_bpm: params.number("start_bpm").unwrap_or(120.0),
            given_bpm: params.number("bpm"),
            tightness: params.number("tightness").unwrap_or(100.0),
            trim: params.flag("trim"),
            rate: 1,
            bank: None,
            power: Vec::new(),
            levels: Vec::new(),
            before: Vec::new(),
            rises: Vec::new(),
            loudest_db: f32::NEG_INFINITY,
            late: VecDeque::new(),
            frames: 0,
            curve: Vec::new(),
        })
    }
}

impl Processor for Beats {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: self.block,
            step: self.step,
            framing: Framing::Centred,
            window: Window::Hann,
            fft: self.block,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.rate = stream.sample_rate;
        let rate = f64::from(stream.sample_rate);
        let scale = FrequencyScale::MelSlaney;
        let points = spaced(
            0.0,
            rate / 2.0,
            self.bands + 2,
            |hz| scale.from_hz(hz),
            |mel| scale.to_hz(mel),
        );
        let bins = self.block / 2 + 1;
        let bin_hz = rate / self.block as f64;
        self.bank = Some(FilterBank::triangles(
            &points,
            bin_hz,
            bins,
            Height::UnitArea,
        ));
        self.levels = vec![0.0; self.bands];
        self.before = vec![0.0; self.bands];
        // The first frame rises from nothing: that is no onset. A rise is heard half a block early.
        self.late = std::iter::repeat_n(0.0, self.delay()).collect();
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        out.framewise(2, frame, None, Vec::new())
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        let Some(bank) = &self.bank else { return };
        self.power.clear();
        self.power.extend(spectrum.magnitudes().iter().map(|m| {
            let m = m.min(GREATEST_MAGNITUDE);
            m * m
        }));
        std::mem::swap(&mut self.levels, &mut self.before);
        bank.apply(&self.power, &mut self.levels);
        for level in &mut self.levels {
            *level = 10.0 * level.max(LEAST_POWER).log10();
            self.loudest_db = self.loudest_db.max(*level);
        }
        let floor_db = self.loudest_db - RANGE_DB;
        self.rises.clear();
        let both = self.levels.iter().zip(&self.before);
        self.rises
            .extend(both.map(|(now, then)| (now.max(floor_db) - then.max(floor_db)).max(0.0)));
        let rise = match self.frames {
            0 => 0.0,
            _ if self.by_median => median(&mut self.rises),
            _ => self.rises.iter().sum::<f32>() / self.rises.len().max(1) as f32,
        };
        self.frames += 1;
        self.late.push_back(rise);
        let strength = self.late.pop_front().unwrap_or(0.0);
        self.curve.push(strength);
        out.push(2, &[strength]);
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let frames_per_sec = f64::from(self.rate) / self.step as f64;
        let silent = self.curve.iter().all(|v| *v <= 0.0);
        let found = match self.given_bpm {
            _ if silent => None,
            Some(bpm) => Some((bpm, bpm)),
            None => tempo::estimate(&self.curve, frames_per_sec, self.start_bpm).map(|t| {
                (
                    60.0 * frames_per_sec / t.period,
                    60.0 * frames_per_sec / t.lag as f64,
                )
            }),
        };
        let mut beats = Vec::new();
        if let Some((_, whole_lag_bpm)) = found {
            let period = (60.0 * frames_per_sec / whole_lag_bpm).round().max(1.0) as usize;
            beats = path::beats(&self.curve, period, self.tightness, self.trim);
        }
        out.global(0, Values::F64(vec![found.map_or(0.0, |(bpm, _)| bpm)]));
        let time: Vec<f64> = beats
            .iter()
            .map(|t| secs_from_frame((t * self.step) as i64, self.rate))
            .collect();
        let labels = Data::Label {
            label: vec![1; time.len()],
            metadata: LabelMetadata {
                label: vec![(1, "Beat".to_owned())],
                ..LabelMetadata::default()
            },
        };
        out.set(1, labels, TimeAxis::Event { time });
        Ok(())
    }

    fn release(&mut self) {
        self.bank = None;
        self.curve = Vec::new();
    }
}

impl Beats {
    /// Frames by which a rise is moved back: half a block.
    fn delay(&self) -> usize {
        self.block / (2 * self.step)
    }
}

/// The middle value, or the mean of the two middle ones.
fn median(values: &mut [f32]) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let (odd, middle) = (values.len() % 2 == 1, values.len() / 2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f32::total_cmp);
    let lower = below.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if odd { *upper } else { (*upper + lower) / 2.0 }
}

#[cfg(test)]
mod tests {
    use crate::testing::{noise, run};
    use timeside_core::Step;

    /// Short bursts of noise `every` samples, with a little noise between.
    fn clicks(every: usize, len: usize) -> Vec<f32> {
        let x = noise(1, len, 5).remove(0);
        let loud = |i: usize| {
            if i % every < 400 && i >= every {
                0.5
            } else {
                1e-3
            }
        };
        x.iter().enumerate().map(|(i, x)| x * loud(i)).collect()
    }

    #[test]
    fn beats_stand_on_clicks() {
        // 100 BPM at 44.1 kHz, 20 s.
        let r = run(&["beats".into()], &[clicks(26_460, 882_000)], 44_100, 8_192);
        let bpm = r["beats.bpm"].value().unwrap();
        assert!((bpm - 100.0).abs() < 0.5, "{bpm}");
        let times = r["beats.beats"].times_secs();
        assert!(times.len() >= 31, "{times:?}");
        for t in &times {
            let off = (t / 0.6 - (t / 0.6).round()).abs() * 0.6;
            assert!(off < 0.035, "{t}");
        }
    }

    #[test]
    fn a_given_tempo_is_kept_and_silence_has_none() {
        let step = Step::new("beats").with("bpm", 50.0);
        let r = run(&[step], &[clicks(26_460, 441_000)], 44_100, 8_192);
        assert_eq!(r["beats.bpm"].value(), Some(50.0));
        let times = r["beats.beats"].times_secs();
        assert!(
            times.windows(2).all(|t| (t[1] - t[0] - 1.2).abs() < 0.05),
            "{times:?}"
        );
        let r = run(&["beats".into()], &[vec![0.0; 50_000]], 44_100, 8_192);
        assert_eq!(r["beats.bpm"].value(), Some(0.0));
        assert!(r["beats.beats"].times_secs().is_empty());
    }
}
