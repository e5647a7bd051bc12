//! Fundamental frequency, by any of aubio's methods.

mod fcomb;
mod mcomb;
mod schmitt;
mod specacf;
mod yin;
mod yinfft;

use super::extrema::level_db;
use std::fmt;
use timeside_core::{
    Complex32, Error, Frame, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params,
    Plugin, Processor, Result, ResultInfo, Spectrum, Stream, TimeMode, Window,
};

/// Frame and step in samples where no seconds are given.
const BLOCK: usize = 2_048;
const STEP: usize = 1_024;

/// The shortest frame in samples.
const MIN_BLOCK: usize = 16;

/// Bounds of frame and step in seconds.
const MIN_SECS: f64 = 0.001;
const MAX_SECS: f64 = 0.5;

/// What a detector makes of one frame.
#[derive(Debug, Clone, Copy)]
struct Estimate {
    /// 0 if there is no pitch.
    hz: f32,
    confidence: f32,
}

/// The frequency of a period in samples; 0 for none.
fn hz(sample_rate: f32, period: f32) -> f32 {
    if period > 0.0 {
        sample_rate / period
    } else {
        0.0
    }
}

/// The phase of a bin; 0 in digital silence, whatever the signs of its zeros, and where the FFT overflowed.
fn phase(bin: Complex32) -> f32 {
    let silent = bin.re == 0.0 && bin.im == 0.0;
    if silent {
        0.0
    } else {
        crate::finite(bin.arg())
    }
}

/// A method that works on the samples of a frame.
trait OfSamples: fmt::Debug {
    fn estimate(&mut self, samples: &[f32]) -> Estimate;
}

/// A method that works on the spectrum of a frame under a Hann window.
trait OfSpectrum: fmt::Debug {
    fn estimate(&mut self, spectrum: &Spectrum<'_>) -> Estimate;
}

#[derive(Debug)]
enum Detector {
    Samples(Box<dyn OfSamples>),
    Spectrum(Box<dyn OfSpectrum>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    YinFft,
    Yin,
    YinFast,
    MComb,
    FComb,
    Schmitt,
    SpecAcf,
}

impl Method {
    const NAMES: [(&'static str, Self); 8] = [
        ("default", Self::YinFft),
        ("yinfft", Self::YinFft),
        ("yin", Self::Yin),
        ("yinfast", Self::YinFast),
        ("mcomb", Self::MComb),
        ("fcomb", Self::FComb),
        ("schmitt", Self::Schmitt),
        ("specacf", Self::SpecAcf),
    ];

    fn takes_samples(self) -> bool {
        matches!(self, Self::Yin | Self::YinFast | Self::Schmitt)
    }

    fn default_tolerance(self) -> f32 {
        if self == Self::YinFft { 0.85 } else { 0.15 }
    }
}

/// In what a pitch is given.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Hz,
    Midi,
    Bin,
}

impl Unit {
    const NAMES: [(&'static str, Self); 3] =
        [("hz", Self::Hz), ("midi", Self::Midi), ("bin", Self::Bin)];

    /// What results carry.
    fn symbol(self) -> &'static str {
        match self {
            Self::Hz => "Hz",
            Self::Midi => "midi",
            Self::Bin => "bin",
        }
    }

    fn convert(self, hz: f32, bin_hz: f32) -> f32 {
        /// Six octaves below 440 Hz: note −3.
        const LOWEST_A_HZ: f32 = 6.875;
        match self {
            Self::Hz => hz,
            Self::Midi if !(2.0..=100_000.0).contains(&hz) => 0.0,
            Self::Midi => 12.0 * (hz / LOWEST_A_HZ).log2() - 3.0,
            Self::Bin => hz / bin_hz,
        }
    }
}

fn named<T: Copy>(names: &[(&str, T)], name: Option<&str>) -> T {
    names
        .iter()
        .find(|(n, _)| Some(*n) == name)
        .map_or(names[0].1, |(_, value)| *value)
}

/// The fundamental frequency of overlapping frames.
#[derive(Debug)]
pub struct AubioPitch {
    block_secs: Option<f64>,
    step_secs: Option<f64>,
    method: Method,
    tolerance: f32,
    silence_db: f32,
    unit: Unit,
    compat: bool,
    step: usize,
    bin_hz: f32,
    detector: Option<Detector>,
}

impl AubioPitch {
    /// Samples per frame and from one frame to the next at a rate.
    fn block_and_step(&self, sample_rate: u32) -> (usize, usize) {
        let samples = |secs: f64| (secs * f64::from(sample_rate)).round().max(1.0) as usize;
        let block = self.block_secs.map_or(BLOCK, |secs| {
            // 2048/44100 s at 44100 Hz must not become 4096 by a rounding error.
            let exact = secs * f64::from(sample_rate);
            ((exact - 1e-6).ceil().max(1.0) as usize)
                .next_power_of_two()
                .max(MIN_BLOCK)
        });
        let step = self.step_secs.map_or(STEP.min(block / 2), samples);
        (block, step)
    }

    fn detector(&self, block: usize, step: usize, sample_rate: f32) -> Detector {
        let tolerance = self.tolerance;
        match self.method {
            Method::Yin => {
                Detector::Samples(Box::new(yin::Yin::new(block, sample_rate, tolerance)))
            }
            Method::YinFast => {
                Detector::Samples(Box::new(yin::YinFast::new(block, sample_rate, tolerance)))
            }
            Method::Schmitt => Detector::Samples(Box::new(schmitt::Schmitt::new(
                block,
                sample_rate,
                self.compat,
            ))),
            Method::YinFft => Detector::Spectrum(Box::new(yinfft::YinFft::new(
                block,
                sample_rate,
                tolerance,
                self.compat,
            ))),
            Method::MComb => {
                Detector::Spectrum(Box::new(mcomb::MComb::new(block, step, sample_rate)))
            }
            Method::FComb => {
                Detector::Spectrum(Box::new(fcomb::FComb::new(block, step, sample_rate)))
            }
            Method::SpecAcf => {
                Detector::Spectrum(Box::new(specacf::SpecAcf::new(block, sample_rate)))
            }
        }
    }

    fn push(&self, estimate: Estimate, samples: &[f32], out: &mut Output) {
        // Only what is new in the frame decides whether it is silent.
        let new = &samples[samples.len().saturating_sub(self.step)..];
        let hz = if level_db(new) < self.silence_db {
            0.0
        } else {
            crate::finite(estimate.hz)
        };
        let pitch = self.unit.convert(hz, self.bin_hz);
        out.push(0, &[crate::finite(pitch)]);
        out.push_f64(1, &[f64::from(crate::finite(estimate.confidence))]);
    }
}

const METHODS: &[&str] = &[
    "default", "yinfft", "yin", "yinfast", "mcomb", "fcomb", "schmitt", "specacf",
];

const DOC: &str = "**Measures.** The fundamental frequency of each frame of the mean of the channels, for sounds of \
one voice, and how sure that is. A frame in which no pitch is found, or whose new samples lie below `silence`, reads 0. \
Row `i` covers the samples up to `(i + 1)·step`, so that a frame lags its time by a block less a step.\n\n\
**Formula.** `yinfft`: with the power spectrum `q` under a Hann window and a weighting by ear, \
`d(τ) = 2·Σ q − Re DFT(q)(τ)`, `d′(τ) = τ·d(τ) / Σ_{t≤τ} d(t)`; the pitch is `fs/τ` at the least `d′`, refined by a \
parabola, if it lies below `tolerance`. `yin`: the same of `d(τ) = Σ (x[j] − x[j + τ])²`, at its first minimum below \
`tolerance`; `yinfast` sums by FFT. `mcomb`: the fraction of the strongest peak whose multiples hold most. `fcomb`: the \
strongest partial, or the one it is a multiple of. `schmitt`: counted periods. `specacf`: the autocorrelation of the \
spectrum. Confidence is `1 − d′(τ)` at the period taken, 0.85 for `specacf`, 0 for `mcomb`, `fcomb` and `schmitt`.\n\n\
**Source.** aubio 0.4.9 (P. Brossier, *Automatic Annotation of Musical Audio for Interactive Applications*, 2006); \
A. de Cheveigné and H. Kawahara, *YIN*, JASA 111, 2002; P. Lepain, 1999, for `mcomb`. Numbers are aubio's; aubio's \
confidence of `yinfft` reads a lag of an older frame and is nearly always 0, which `compat` gives.\n\n\
**Good for.** Melodies of one voice or instrument from about 40 Hz (twice the period must fit into a frame). \
`yinfft` is sturdy against noise, `yin` exact for clean voices; `schmitt` is cheapest and needs a simple wave. Not for \
chords, where any note or their common root may be read.";

impl Plugin for AubioPitch {
    fn info() -> Info {
        let secs = |name, derived: usize, doc| {
            Param::optional_number(name, MIN_SECS, MAX_SECS, doc)
                .unit("s")
                .derived_default(derived as f64 / 44_100.0)
        };
        Info {
            id: "aubio_pitch",
            version: "0.4.6",
            name: "F0 (aubio)",
            kind: Kind::Analyzer,
            unit: "Hz",
            family: "Pitch",
            description: "Aubio Pitch estimation analyzer",
            doc: DOC,
            params: vec![
                secs(
                    "blocksize_s",
                    BLOCK,
                    "Length of a frame, raised to a power of two in samples; null is 2048 samples.",
                ),
                secs(
                    "stepsize_s",
                    STEP,
                    "From one frame to the next, at most a frame; null is 1024 samples, or half a frame where that is shorter.",
                ),
                Param::choice(
                    "method",
                    "yinfft",
                    METHODS,
                    "How the pitch is found; default is yinfft.",
                ),
                Param::optional_number(
                    "tolerance",
                    0.0,
                    1.0,
                    "How far from periodic a frame may be (yinfft, yin, yinfast); null is 0.85 for yinfft and 0.15 for the others.",
                ),
                Param::number(
                    "silence",
                    -50.0,
                    -200.0,
                    0.0,
                    "New samples of a lower mean square have no pitch.",
                )
                .unit("dB"),
                Param::choice(
                    "unit",
                    "hz",
                    &["hz", "midi", "bin"],
                    "Hertz, MIDI note numbers (69 is 440 Hz) or bins of the frame's spectrum.",
                ),
                Param::compat(
                    "aubio's own confidence of yinfft, nearly always 0, and its overflow at full scale in schmitt.",
                ),
            ],
            results: results(Unit::Hz),
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let method = named(&Method::NAMES, params.text("method"));
        let number = |name| params.number(name).map(|v| v as f32);
        Ok(Self {
            block_secs: params.number("blocksize_s"),
            step_secs: params.number("stepsize_s"),
            method,
            tolerance: number("tolerance").unwrap_or(method.default_tolerance()),
            silence_db: number("silence").unwrap_or(-50.0),
            unit: named(&Unit::NAMES, params.text("unit")),
            compat: params.flag("compat"),
            step: STEP,
            bin_hz: 1.0,
            detector: None,
        })
    }
}

fn results(unit: Unit) -> Vec<ResultInfo> {
    vec![
        ResultInfo::value(
            "pitch",
            "F0 (aubio) pitch",
            unit.symbol(),
            TimeMode::Framewise,
            "Fundamental frequency, 0 where there is none; shape (frames,), float32.",
        ),
        ResultInfo::value(
            "pitch_confidence",
            "F0 (aubio) pitch confidence",
            "",
            TimeMode::Framewise,
            "At most 1, by the method's own measure; shape (frames,), float64.",
        ),
    ]
}

impl Processor for AubioPitch {
    fn input(&self) -> Input {
        self.view(44_100)
    }

    fn input_for(&self, stream: &Stream) -> Input {
        self.view(stream.sample_rate)
    }

    fn results(&self) -> Option<Vec<ResultInfo>> {
        Some(results(self.unit))
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let (block, step) = self.block_and_step(stream.sample_rate);
        if step > block {
            let reason = format!(
                "must be a number from {MIN_SECS} to {} s (blocksize_s, {block} samples at {} Hz), not {step} samples",
                block as f64 / f64::from(stream.sample_rate),
                stream.sample_rate
            );
            return Err(Error::bad_parameter("aubio_pitch", "stepsize_s", reason));
        }
        let sample_rate = stream.sample_rate as f32;
        self.step = step;
        self.bin_hz = sample_rate / block as f32;
        self.detector = Some(self.detector(block, step, sample_rate));
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: block,
            stepsize: step,
        };
        out.framewise(0, frame, None, Vec::new())?;
        out.framewise_f64(1, frame, None, Vec::new())
    }

    fn frame(&mut self, frame: Frame<'_>, out: &mut Output) {
        if let Some(Detector::Samples(detector)) = &mut self.detector {
            let estimate = detector.estimate(frame.samples);
            self.push(estimate, frame.samples, out);
        }
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        if let Some(Detector::Spectrum(detector)) = &mut self.detector {
            let estimate = detector.estimate(&spectrum);
            self.push(estimate, spectrum.samples, out);
        }
    }

    fn release(&mut self) {
        self.detector = None;
    }
}

impl AubioPitch {
    fn view(&self, sample_rate: u32) -> Input {
        let (block, step) = self.block_and_step(sample_rate);
        let framing = Framing::Trailing;
        // `setup` refuses a longer step.
        let step = step.min(block);
        if self.method.takes_samples() {
            Input::Frames {
                block,
                step,
                framing,
            }
        } else {
            Input::Spectrum {
                block,
                step,
                framing,
                window: Window::Hann,
                fft: block,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{run, sine};
    use timeside_core::{AnalyzerResult, Results, Step};

    fn pitch(step: Step, x: Vec<f32>, rate: u32) -> Results {
        run(&[step], &[x], rate, 1_000)
    }

    fn values(r: &AnalyzerResult) -> Vec<f64> {
        let v = &r.array().unwrap().values;
        (0..v.len()).filter_map(|i| v.get(i)).collect()
    }

    #[test]
    fn every_method_finds_a_sine() {
        for method in METHODS {
            let r = pitch(
                Step::new("aubio_pitch")
                    .with("method", *method)
                    .with("stepsize_s", 512.0 / 44_100.0),
                sine(44_100, 220.0, 0.4, 20_000),
                44_100,
            );
            let v = values(&r["aubio_pitch.pitch"]);
            assert_eq!(v.len(), 20_000 / 512 + 1);
            for hz in &v[6..38] {
                // The window favours short periods: yinfft reads 0.9 % high, as aubio does.
                assert!((hz - 220.0).abs() < 2.3, "{method}: {hz}");
            }
        }
    }

    #[test]
    fn seconds_become_samples_of_the_rate() {
        let step = Step::new("aubio_pitch")
            .with("blocksize_s", 2_048.0 / 44_100.0)
            .with("stepsize_s", 1_024.0 / 44_100.0);
        for (rate, block, hop) in [
            (44_100, 2_048, 1_024),
            (48_000, 4_096, 1_115),
            (8_000, 512, 186),
        ] {
            let r = pitch(step.clone(), sine(rate, 300.0, 0.5, 3 * block), rate);
            let result = &r["aubio_pitch.pitch"];
            let frame = FrameMetadata {
                samplerate: rate,
                blocksize: block,
                stepsize: hop,
            };
            assert_eq!(
                result.time,
                timeside_core::result::TimeAxis::Framewise(frame)
            );
            assert!((values(result)[4] - 300.0).abs() < 1.5, "{rate}");
        }
    }

    #[test]
    fn units_silence_and_confidence() {
        let x = || sine(44_100, 440.0, 0.5, 12_000);
        let midi = pitch(Step::new("aubio_pitch").with("unit", "midi"), x(), 44_100);
        assert_eq!(midi["aubio_pitch.pitch"].id_metadata.unit, "midi");
        assert!((values(&midi["aubio_pitch.pitch"])[5] - 69.0).abs() < 0.05);
        let bin = pitch(Step::new("aubio_pitch").with("unit", "bin"), x(), 44_100);
        assert!((values(&bin["aubio_pitch.pitch"])[5] - 440.0 * 2_048.0 / 44_100.0).abs() < 0.05);
        let gated = pitch(Step::new("aubio_pitch").with("silence", -5.0), x(), 44_100);
        assert_eq!(values(&gated["aubio_pitch.pitch"])[5], 0.0);
        let sure = values(&gated["aubio_pitch.pitch_confidence"]);
        assert!(sure[5] > 0.5, "{sure:?}");
        let upstream = pitch(Step::new("aubio_pitch").with("compat", true), x(), 44_100);
        assert_eq!(values(&upstream["aubio_pitch.pitch_confidence"])[5], 0.0);
    }
}
