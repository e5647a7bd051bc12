//! Fundamental frequency with voicing, by probabilistic YIN.

mod candidates;

use candidates::Candidates;
use timeside_core::processor::ParentResults;
use timeside_core::{
    Error, FrameMetadata, Framing, Info, Input, Kind, Mono, Output, Param, Params, Plugin,
    Processor, Result, ResultInfo, Stream, TimeMode,
};
use timeside_dsp::Framer;
use timeside_dsp::viterbi::Viterbi;

/// How fast pitch may move (Mauch & Dixon 2014), in octaves per second.
const MAX_OCTAVES_PER_SEC: f64 = 35.92;

/// Probability to change between voiced and unvoiced from one frame to the next.
const SWITCH: f64 = 0.01;

/// Frames after which the path is decided though several are still possible.
const HELD_FRAMES: usize = 1_024;

/// A frame is unvoiced with at least this probability: below it differences are rounding, and must not decide.
const LEAST_UNVOICED: f64 = 1e-12;

/// The grid on which pitch is tracked; shared with who asks for the same frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    pub(super) block: usize,
    pub(super) step: usize,
}

impl Grid {
    /// The parameters' frames at a rate: at least two periods of the lowest pitch, to the next power of two.
    pub(super) fn new(processor: &str, params: &Params, rate: u32) -> Result<Self> {
        let fmin = params.number("fmin").unwrap_or(DEFAULT_FMIN);
        let periods = (2.0 * f64::from(rate) / fmin).ceil() as usize;
        let block = params
            .size("input_blocksize")
            .unwrap_or_else(|| periods.next_power_of_two().clamp(256, MAX_BLOCK as usize));
        let step = params.size("input_stepsize").unwrap_or((block / 4).max(1));
        if step > block {
            let reason = format!(
                "must be a whole number from 1 to {block} samples (input_blocksize), not {step}"
            );
            return Err(Error::bad_parameter(processor, "input_stepsize", reason));
        }
        Ok(Self { block, step })
    }
}

const MAX_BLOCK: i64 = 1 << 16;
const DEFAULT_FMIN: f64 = 65.406;
const DEFAULT_FMAX: f64 = 2_093.0;

/// The parameters that pitch tracking has, wherever it is asked for.
pub(super) fn pitch_params() -> Vec<Param> {
    vec![
        Param::number("fmin", DEFAULT_FMIN, 20.0, 20_000.0, "Lowest pitch.").unit("Hz"),
        Param::number("fmax", DEFAULT_FMAX, 30.0, 24_000.0, "Highest pitch, at most half of the sample rate.").unit("Hz"),
        Param::optional_integer("input_blocksize", 64, MAX_BLOCK, "Samples per frame, more than a period of fmin; null is the power of two that holds two of them.").unit("samples"),
        Param::optional_integer("input_stepsize", 1, MAX_BLOCK, "Samples from one frame to the next, at most input_blocksize; null is a quarter of it.").unit("samples"),
        Param::number("resolution", 0.1, 0.05, 1.0, "Distance of the pitches among which is chosen.").unit("semitones"),
    ]
}

/// Holds one frame, and the states of at most `HELD_FRAMES` that are not yet decided.
#[derive(Debug)]
pub struct Pyin {
    params: Params,
    fmin: f64,
    fmax: f64,
    per_semitone: usize,
    work: Option<Work>,
}

#[derive(Debug)]
struct Work {
    framer: Framer,
    tracker: Tracker,
}

/// What happens to each frame.
#[derive(Debug)]
struct Tracker {
    candidates: Candidates,
    viterbi: Viterbi,
    fmin: f64,
    per_octave: f64,
    /// Probabilities of the voiced bins, then logarithms of all states.
    voiced: Vec<f64>,
    observation: Vec<f64>,
    frequencies: Vec<f32>,
}

impl Plugin for Pyin {
    fn info() -> Info {
        Info {
            id: "pyin",
            version: "1.0",
            name: "Pitch (pYIN)",
            kind: Kind::Analyzer,
            unit: "Hz",
            family: "Pitch",
            description: "Fundamental frequency of one voice, with voicing",
            doc: "**Measures.** The fundamental frequency of a single voice or instrument, whether there is one, and how likely.\n\n\
                  **Formula.** Per frame, centred on `i·input_stepsize`, the cumulative mean normalised difference of YIN, \
                  `d(τ) = 2(r₀ − r_τ) − Σ_{m<τ} x²`, `d′(τ) = d(τ)·τ/Σ_{1..τ} d`. For each of the thresholds 0.01 … 1, weighted by a \
                  Beta(2, 18) distribution, the troughs below it share its weight, shorter periods more (`e^{−2n}`); the lowest \
                  trough gets 0.01 of the weights below it. A hidden Markov model of pitches `fmin·2^{k/(12·10)}`, voiced or not \
                  (change: 0.01), moving by at most 35.92 octaves a second, chooses the likeliest path.\n\n\
                  **Source.** M. Mauch, S. Dixon, pYIN, ICASSP 2014; A. de Cheveigné, H. Kawahara, YIN, JASA 111(4), 2002. \
                  Conventions and numbers are librosa's.\n\n\
                  **Good for.** Singing, speech, wind and strings alone. Not for chords. The path is decided as soon as all \
                  alternatives agree, after 1024 frames at the latest, so that a day fits in memory; results come so much later.",
            params: pitch_params(),
            results: vec![
                ResultInfo::value(
                    "f0",
                    "Fundamental frequency",
                    "Hz",
                    TimeMode::Framewise,
                    "Shape (frames), float32; 0 where unvoiced.",
                ),
                ResultInfo::value(
                    "voiced",
                    "Voiced",
                    "",
                    TimeMode::Framewise,
                    "1 where voiced, else 0; shape (frames), float32.",
                ),
                ResultInfo::value(
                    "voiced_probability",
                    "Probability of voicing",
                    "",
                    TimeMode::Framewise,
                    "Of each frame by itself, 0 to 1; shape (frames), float32.",
                ),
            ],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (fmin, fmax) = pitch_range("pyin", params)?;
        let resolution = params.number("resolution").unwrap_or(0.1);
        Ok(Self {
            params: params.clone(),
            fmin,
            fmax,
            per_semitone: (1.0 / resolution).ceil() as usize,
            work: None,
        })
    }
}

/// Lowest and highest pitch in Hz.
pub(super) fn pitch_range(processor: &str, params: &Params) -> Result<(f64, f64)> {
    let fmin = params.number("fmin").unwrap_or(DEFAULT_FMIN);
    let fmax = params.number("fmax").unwrap_or(DEFAULT_FMAX);
    if fmin >= fmax {
        let reason = format!("must be a number above {fmin} Hz (fmin), not {fmax}");
        return Err(Error::bad_parameter(processor, "fmax", reason));
    }
    Ok((fmin, fmax))
}

impl Processor for Pyin {
    fn input(&self) -> Input {
        // The length of frames depends on the sample rate: they are cut here.
        Input::Mono
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let Grid { block, step } = Grid::new("pyin", &self.params, stream.sample_rate)?;
        let rate = f64::from(stream.sample_rate);
        if self.fmax > rate / 2.0 {
            let reason = format!(
                "must be a number up to {} Hz, half of the sample rate, not {}",
                rate / 2.0,
                self.fmax
            );
            return Err(Error::bad_parameter("pyin", "fmax", reason));
        }
        let shortest = (rate / self.fmin).ceil() as usize + 2;
        if block < shortest {
            let reason = format!(
                "must be a whole number from {shortest} samples at {rate} Hz, longer than a period of fmin, not {block}"
            );
            return Err(Error::bad_parameter("pyin", "input_blocksize", reason));
        }
        let per_octave = (12 * self.per_semitone) as f64;
        let bins = (per_octave * (self.fmax / self.fmin).log2()).floor() as usize + 1;
        let seconds = step as f64 / rate;
        let semitones = (MAX_OCTAVES_PER_SEC * 12.0 * seconds).round_ties_even() as usize;
        // Even where a step is too short for a semitone, pitch must be able to move.
        let reach = (semitones * self.per_semitone / 2).max(1);
        let used = reach.min(bins);
        let window: Vec<f64> = (0..=2 * used)
            .map(|i| (reach + 1 - used.abs_diff(i)) as f64)
            .collect();
        let changes = [vec![1.0 - SWITCH, SWITCH], vec![SWITCH, 1.0 - SWITCH]];
        let viterbi = Viterbi::new(bins, &window, &changes, HELD_FRAMES);
        self.work = Some(Work {
            framer: Framer::new(block, step, Framing::Centred),
            tracker: Tracker {
                candidates: Candidates::new(block, rate, self.fmin, self.fmax),
                fmin: self.fmin,
                per_octave,
                voiced: vec![0.0; bins],
                observation: vec![0.0; viterbi.states()],
                frequencies: (0..bins)
                    .map(|k| (self.fmin * (k as f64 / per_octave).exp2()) as f32)
                    .collect(),
                viterbi,
            },
        });
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: block,
            stepsize: step,
        };
        out.record("input_blocksize", block);
        out.record("input_stepsize", step);
        (0..3).try_for_each(|result| out.framewise(result, frame, None, Vec::new()))
    }

    fn mono(&mut self, mono: Mono<'_>, out: &mut Output) {
        if let Some(Work { framer, tracker }) = &mut self.work {
            framer.push(mono.samples, |_, frame| tracker.frame(frame, out));
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        if let Some(Work { framer, tracker }) = &mut self.work {
            framer.finish(|_, frame| tracker.frame(frame, out));
            let frequencies = &tracker.frequencies;
            tracker
                .viterbi
                .finish(|state| decided(state, frequencies, out));
        }
        Ok(())
    }

    fn release(&mut self) {
        self.work = None;
    }
}

/// Pushes the pitch of a frame whose state is now certain.
fn decided(state: usize, frequencies: &[f32], out: &mut Output) {
    let hz = frequencies.get(state).copied();
    out.push(0, &[hz.unwrap_or(0.0)]);
    out.push(1, &[if hz.is_some() { 1.0 } else { 0.0 }]);
}

impl Tracker {
    fn frame(&mut self, frame: &[f32], out: &mut Output) {
        let bins = self.voiced.len();
        self.voiced.fill(0.0);
        for candidate in self.candidates.of(frame) {
            let bin = (self.per_octave * (candidate.hz / self.fmin).log2()).round_ties_even();
            // Above the last bin a period is too short: no pitch of ours.
            if (bin.max(0.0) as usize) < bins {
                self.voiced[bin.max(0.0) as usize] = candidate.probability;
            }
        }
        let probability = self.voiced.iter().sum::<f64>().clamp(0.0, 1.0);
        let unvoiced = (1.0 - probability).max(LEAST_UNVOICED) / bins as f64;
        let (voiced, silent) = self.observation.split_at_mut(bins);
        for (o, p) in voiced.iter_mut().zip(&self.voiced) {
            *o = if *p > 0.0 { p.ln() } else { IMPOSSIBLE };
        }
        silent.fill(unvoiced.ln());
        out.push(2, &[probability as f32]);
        let frequencies = &self.frequencies;
        self.viterbi
            .push(&self.observation, |state| decided(state, frequencies, out));
    }
}

/// The logarithm of the smallest normal double: what a bin without candidate gets, as in librosa.
const IMPOSSIBLE: f64 = -708.396_418_532_264_1;

#[cfg(test)]
mod tests {
    use crate::testing::{noise, run, sine};
    use timeside_core::{Results, Step};

    fn rows(r: &Results, key: &str) -> Vec<f64> {
        let values = &r[key].array().unwrap().values;
        (0..values.len()).map(|i| values.get(i).unwrap()).collect()
    }

    #[test]
    fn tones_are_found_at_every_rate_and_silence_is_unvoiced() {
        for rate in [8_000, 44_100, 192_000] {
            let second = rate as usize;
            let mut x = sine(rate, 220.0, 0.5, second);
            x.extend(vec![0.0; second]);
            let r = run(&["pyin".into()], &[x], rate, 8_192);
            let (f0, voiced) = (rows(&r, "pyin.f0"), rows(&r, "pyin.voiced"));
            assert_eq!(f0.len(), rows(&r, "pyin.voiced_probability").len());
            let half = f0.len() / 2;
            // The grid is 10 cents wide, and short frames bias the period.
            assert!(
                f0[2..half - 4]
                    .iter()
                    .all(|hz| (hz / 220.0 - 1.0).abs() < 0.01),
                "{rate}: {:?}",
                &f0[..half]
            );
            assert!(voiced[half + 6..].iter().all(|v| *v == 0.0));
            assert!(
                f0.iter()
                    .zip(&voiced)
                    .all(|(hz, v)| (*hz > 0.0) == (*v == 1.0))
            );
        }
    }

    #[test]
    fn noise_is_mostly_unvoiced() {
        let r = run(&["pyin".into()], &noise(1, 88_200, 3), 44_100, 8_192);
        let p = rows(&r, "pyin.voiced_probability");
        assert!(p.iter().sum::<f64>() / (p.len() as f64) < 0.1);
    }

    #[test]
    fn resolution_is_the_distance_of_pitches() {
        let step = Step::new("pyin")
            .with("resolution", 1.0)
            .with("fmin", 110.0);
        let r = run(&[step], &[sine(44_100, 222.0, 0.5, 44_100)], 44_100, 8_192);
        let f0 = rows(&r, "pyin.f0");
        assert!((f0[40] - 220.0).abs() < 1e-3, "{}", f0[40]);
    }
}
