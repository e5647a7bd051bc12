//! Onsets and beats, and how fast each follow one another.

use super::descriptor::Method;
use super::extrema::level_db;
use super::onset::{self, OnsetDetector, OnsetSettings};
use super::phases::centred_phases;
use super::tempo::{Beat, BeatDetector};
use crate::block_and_step;
use timeside_core::{
    Array, Error, Framing, Info, Input, Kind, LabelMetadata, Output, Param, Params, Plugin,
    Processor, Result, ResultInfo, Spectrum, Stream, TimeMode, Values, Window,
    processor::ParentResults,
    result::{Data, TimeAxis},
};

/// Bounds of a frame in samples; a shorter step would make the window of the beats too long.
const MIN_STEP: i64 = 64;
const MAX_BLOCK: i64 = 1 << 16;

const ID: &str = "aubio_temporal";

/// Onsets and beats.
#[derive(Debug)]
pub struct AubioTemporal {
    block: usize,
    step: usize,
    params: Params,
    tempo_method: Method,
    needs_phases: bool,
    sample_rate: u32,
    phases: Vec<f32>,
    detectors: Option<(OnsetDetector, BeatDetector)>,
    onsets: Vec<i64>,
    beats: Vec<Beat>,
}

const DOC: &str = "**Measures.** Where something begins (`onset`) and where one would tap (`beat`), each with the \
rate at which they follow one another in events per minute (the last repeats the one before), and how sure the tempo \
is: `beat_confidence` is 0 until a tempo has settled, some six seconds in, and may exceed 1.\n\n\
**Formula.** Onsets: peaks of a spectral descriptor `D` of Hann frames (by default `Σ (j + 1)·ln(1 + M[j])`) that \
stand `threshold` times the local mean above the local median after smoothing, refined by a parabola, less the delay, \
at least `onset_minioi` apart and not in silence. Beats: such a function of the spectral flux, its autocorrelation \
over the next power of two of 5.8 s, a comb of four multiples under a Rayleigh weight round 120 bpm, the phase that \
fits best; a tempo that has stayed for three windows is then held.\n\n\
**Source.** aubio 0.4.9: P. Brossier, *Automatic Annotation of Musical Audio for Interactive Applications*, 2006; \
M. Davies and M. Plumbley, *Causal Tempo Tracking of Audio*, ISMIR 2004; D. Stowell and M. Plumbley, *Adaptive \
Whitening*, ICMC 2007. Numbers are aubio's.\n\n\
**Good for.** Onsets of struck and plucked sounds (`complex` or `specflux` for bowed and sung ones); beats of steady \
popular and dance music. A sound that begins with the medium has an onset at 0. Short bursts in digital silence are \
missed, for silence is judged two steps after the peak; tempi beyond 413 bpm at 44.1 kHz and 256 samples read as half.";

impl Plugin for AubioTemporal {
    fn info() -> Info {
        Info {
            id: ID,
            version: "0.4.6",
            name: "Onsets (aubio)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Rhythm",
            description: "Aubio Temporal analyzer",
            doc: DOC,
            params: params(),
            results: vec![
                ResultInfo::label(
                    "onset",
                    "Onsets (aubio) Onset",
                    "s",
                    TimeMode::Event,
                    "Onsets, label 1; shape (onsets,), int64.",
                ),
                ResultInfo::value(
                    "onset_rate",
                    " Onset Rate",
                    "bpm",
                    TimeMode::Segment,
                    "60 s over the time to the next onset; empty for fewer than two; shape (onsets,), float64.",
                ),
                ResultInfo::label(
                    "beat",
                    "Onsets (aubio) Beats",
                    "s",
                    TimeMode::Event,
                    "Beats, label 1; shape (beats,), int64.",
                ),
                ResultInfo::value(
                    "beat_confidence",
                    "Onsets (aubio) Beat confidences",
                    "",
                    TimeMode::Event,
                    "How far the settled tempo stands out, at each beat; shape (beats,), float64.",
                ),
                ResultInfo::value(
                    "bpm",
                    "Onsets (aubio) bpm",
                    "bpm",
                    TimeMode::Segment,
                    "60 s over the time to the next beat; empty for fewer than two; shape (beats,), float64.",
                ),
            ],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = block_and_step(ID, params, "input_blocksize", "input_stepsize")?;
        if block % 2 == 1 {
            let reason = format!(
                "must be an even whole number from {MIN_STEP} to {MAX_BLOCK} samples, not {block}"
            );
            return Err(Error::bad_parameter(ID, "input_blocksize", reason));
        }
        let onset_method = Method::from_name(params.text("onset_method").unwrap_or_default());
        let tempo_method = match params.text("tempo_method") {
            None | Some("default") => Method::SpecFlux,
            Some(name) => Method::from_name(name).unwrap_or(Method::SpecFlux),
        };
        Ok(Self {
            block,
            step,
            params: params.clone(),
            tempo_method,
            needs_phases: tempo_method.needs_phases()
                || onset_method.is_some_and(Method::needs_phases),
            sample_rate: 1,
            phases: Vec::new(),
            detectors: None,
            onsets: Vec::new(),
            beats: Vec::new(),
        })
    }
}

fn params() -> Vec<Param> {
    vec![
        Param::integer("input_blocksize", 1_024, MIN_STEP, MAX_BLOCK, "Samples per frame, an even number.").unit("samples"),
        Param::integer("input_stepsize", 256, MIN_STEP, MAX_BLOCK, "Samples from one frame to the next, at most a frame.").unit("samples"),
        Param::choice("onset_method", "default", onset::METHODS, "The descriptor whose peaks are onsets; default is hfc, old_default hfc without compression. The parameters below that are null follow it."),
        Param::optional_number("onset_threshold", 0.0, 10.0, "How far an onset's peak must stand out, in local means; null is 0.058 for hfc, 0.15 complex, 0.05 mkl, 0.35 kl, 0.18 specflux, else 0.3.").derived_default(0.058),
        Param::number("onset_silence", -70.0, -200.0, 0.0, "New samples of a lower mean square have no onset.").unit("dB"),
        Param::optional_number("onset_minioi", 0.0, 10.0, "The least time between two onsets; null is 0.05, or 0.02 for old_default.").unit("s").derived_default(0.05),
        Param::optional_number("onset_delay", 0.0, 10.0, "How much earlier than its detection an onset is told; null is 4.3 steps, 4.6 for complex.").unit("s"),
        Param::optional_number("onset_compression", 0.0, 1e6, "λ of ln(1 + λ·M), taken of magnitudes; 0 for none; null is 1 for hfc and complex, 0.02 kl and mkl, 10 specflux, else 0.").derived_default(1.0),
        Param { default: serde_json::Value::Null, nullable: true, ..Param::boolean("onset_whitening", false, "Divides each bin by its own decaying maximum; null is true for complex, kl, mkl, specflux.") }.derived_default(false),
        Param::choice("tempo_method", "default", onset::METHODS, "The descriptor that beats are found in; default is specflux."),
        Param::number("tempo_threshold", 0.3, 0.0, 10.0, "How many local means are taken from the descriptor for beats."),
        Param::number("tempo_silence", -90.0, -200.0, 0.0, "New samples of a lower mean square have no beat.").unit("dB"),
        Param::number("tempo_delay", 0.0, -1.0, 1.0, "Added to the time of each beat.").unit("s"),
    ]
}

impl AubioTemporal {
    fn onset_settings(&self, sample_rate: u32) -> OnsetSettings {
        let p = &self.params;
        let method = p.text("onset_method").unwrap_or_default();
        let own = OnsetSettings::of(method, self.step, sample_rate);
        let number = |name| p.number(name).map(|v| v as f32);
        let frames = |name| {
            p.number(name)
                .map(|secs| timeside_core::time::frame_from_secs(secs, sample_rate))
        };
        let whitening = p
            .values()
            .get("onset_whitening")
            .and_then(serde_json::Value::as_bool);
        OnsetSettings {
            threshold: number("onset_threshold").unwrap_or(own.threshold),
            silence_db: number("onset_silence").unwrap_or(own.silence_db),
            delay_frames: frames("onset_delay").unwrap_or(own.delay_frames),
            min_interval_frames: frames("onset_minioi").unwrap_or(own.min_interval_frames),
            compression: number("onset_compression").unwrap_or(own.compression),
            whitening: match whitening {
                Some(true) => Some(own.whitening.unwrap_or_default()),
                Some(false) => None,
                None => own.whitening,
            },
            method: own.method,
        }
    }

    fn secs(&self, frame: i64) -> f64 {
        timeside_core::time::secs_from_frame(frame, self.sample_rate)
    }
}

/// Labels at points in time, all 1.
fn marks(time: Vec<f64>, name: &str) -> (Data, TimeAxis) {
    let metadata = LabelMetadata {
        label: vec![(1, name.to_owned())],
        ..LabelMetadata::default()
    };
    let label = vec![1; time.len()];
    (Data::Label { label, metadata }, TimeAxis::Event { time })
}

/// Events per minute from each to the next; the last is as the one before. Empty for fewer than two.
fn rates(mut time: Vec<f64>) -> (Data, TimeAxis) {
    let mut duration: Vec<f64> = time.windows(2).map(|t| t[1] - t[0]).collect();
    match duration.last() {
        Some(last) => duration.push(*last),
        None => time.clear(),
    }
    // Two beats may fall on one place where steps are long.
    let rate = |period: &f64| if *period > 0.0 { 60.0 / period } else { 0.0 };
    let value = Array::vector(Values::F64(duration.iter().map(rate).collect()));
    let data = Data::Value {
        value,
        y_value: Vec::new(),
    };
    (data, TimeAxis::Segment { time, duration })
}

impl Processor for AubioTemporal {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: self.block,
            step: self.step,
            framing: Framing::Trailing,
            window: Window::Hann,
            fft: self.block,
        }
    }

    fn setup(&mut self, stream: &Stream, _out: &mut Output) -> Result<()> {
        let rate = stream.sample_rate;
        let bins = self.block / 2 + 1;
        let number = |name| self.params.number(name).unwrap_or_default() as f32;
        let onsets = OnsetDetector::new(self.onset_settings(rate), bins, self.step, rate);
        let beats = BeatDetector::new(
            self.tempo_method,
            number("tempo_threshold"),
            number("tempo_silence"),
            bins,
            self.step,
            rate,
        );
        self.sample_rate = rate;
        self.detectors = Some((onsets, beats));
        Ok(())
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, _out: &mut Output) {
        let Some((onsets, beats)) = &mut self.detectors else {
            return;
        };
        if self.needs_phases {
            centred_phases(&spectrum, &mut self.phases);
        }
        let magnitudes = spectrum.magnitudes();
        let level_db = level_db(&spectrum.samples[self.block - self.step..]);
        self.onsets
            .extend(onsets.next(magnitudes, &self.phases, level_db));
        self.beats
            .extend(beats.next(magnitudes, &self.phases, level_db));
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let onsets: Vec<f64> = self.onsets.iter().map(|f| self.secs(*f)).collect();
        let delay = self.params.number("tempo_delay").unwrap_or_default();
        // Nothing is before the begin.
        let at = |beat: &Beat| (self.secs(beat.frame) + delay).max(0.0);
        let beats: Vec<f64> = self.beats.iter().map(at).collect();
        let confidence = self.beats.iter().map(|b| f64::from(b.confidence)).collect();
        let (labels, time) = marks(onsets.clone(), "Onset");
        out.set(0, labels, time);
        let (values, time) = rates(onsets);
        out.set(1, values, time);
        let (labels, time) = marks(beats.clone(), "Beat");
        out.set(2, labels, time);
        out.events(3, beats.clone(), Values::F64(confidence));
        let (values, time) = rates(beats);
        out.set(4, values, time);
        Ok(())
    }

    fn release(&mut self) {
        self.detectors = None;
        self.onsets = Vec::new();
        self.beats = Vec::new();
        self.phases = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{noise, run};
    use timeside_core::{Results, Step};

    fn temporal(step: Step, x: Vec<f32>) -> Results {
        run(&[step], &[x], 44_100, 8_192)
    }

    /// A short decaying burst of noise every `period` samples over a faint ground.
    fn clicks(period: usize, frames: usize) -> Vec<f32> {
        let mut x = noise(1, frames, 5).remove(0);
        for (n, x) in x.iter_mut().enumerate() {
            *x *= 0.9 * (-((n % period) as f32) / 400.0).exp() + 0.001;
        }
        x
    }

    #[test]
    fn every_method_finds_clicks() {
        for method in onset::METHODS {
            let r = temporal(
                Step::new("aubio_temporal").with("onset_method", *method),
                clicks(22_050, 8 * 22_050),
            );
            let times = r["aubio_temporal.onset"].times_secs();
            let near = |k: usize| times.iter().any(|t| (t - 0.5 * k as f64).abs() < 0.03);
            let found = (1..8).filter(|k| near(*k)).count();
            assert!(found >= 6, "{method}: {times:?}");
        }
    }

    #[test]
    fn parameters_hold() {
        let count = |step: Step| {
            let r = temporal(step, clicks(4_410, 44_100));
            r["aubio_temporal.onset"].data.rows()
        };
        let plain = count("aubio_temporal".into());
        assert!((9..=11).contains(&plain), "{plain}");
        assert!(count(Step::new("aubio_temporal").with("onset_minioi", 0.15)) <= 6);
        assert_eq!(
            count(Step::new("aubio_temporal").with("onset_silence", 0.0)),
            0
        );
        let later = temporal(
            Step::new("aubio_temporal").with("onset_delay", 0.0),
            clicks(4_410, 44_100),
        );
        let default = temporal("aubio_temporal".into(), clicks(4_410, 44_100));
        let last = |r: &Results| *r["aubio_temporal.onset"].times_secs().last().unwrap();
        let delay = last(&later) - last(&default);
        assert!((delay - 1_100.0 / 44_100.0).abs() < 1e-9, "{delay}");
    }

    #[test]
    fn beats_of_steady_clicks_and_none_of_nothing() {
        let r = temporal("aubio_temporal".into(), clicks(22_050, 20 * 44_100));
        let bpm = r["aubio_temporal.bpm"].array().unwrap();
        let last = bpm.rows() - 9..bpm.rows() - 1;
        let settled = last.filter_map(|i| bpm.values.get(i)).sum::<f64>() / 8.0;
        assert!((settled - 120.0).abs() < 2.0, "{settled}");
        assert_eq!(bpm.rows(), r["aubio_temporal.beat"].data.rows());
        let r = temporal("aubio_temporal".into(), Vec::new());
        for id in ["onset", "onset_rate", "beat", "beat_confidence", "bpm"] {
            assert_eq!(r[&*format!("aubio_temporal.{id}")].data.rows(), 0, "{id}");
        }
    }

    #[test]
    fn an_odd_block_and_a_long_step_are_refused() {
        let params = |block: i64, step: i64| {
            let given = serde_json::json!({ "input_blocksize": block, "input_stepsize": step });
            Params::check(ID, &super::params(), given.as_object().unwrap()).unwrap()
        };
        for (block, step, name) in [
            (1_023, 256, "input_blocksize"),
            (512, 513, "input_stepsize"),
        ] {
            let error = AubioTemporal::new(&params(block, step)).unwrap_err();
            assert_eq!(error.code(), "bad-parameter");
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
