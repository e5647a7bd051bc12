//! What sharing wins: ten spectral descriptors on one spec, in one pipe and in ten.
//!
//! `cargo xtask bench shared_views` prints one JSON object, ratios first. Descriptors are as cheap as such
//! descriptors are, so that the view (downmix, framing, FFT) is the cost that counts.
#![expect(clippy::print_stdout, reason = "a bench's product is what it prints")]

use std::time::Instant;

use serde_json::json;
use timeside::chain::system_context;
use timeside::core::{
    Complex32, FrameMetadata, Framing, Info, Input, Kind, Output, Params, Plugin, Processor,
    Progress, ResultInfo, Spectrum, Stream, TimeMode, Window,
};
use timeside::{Media, PipeSpec, Registry, Result};

const RATE: u32 = 44_100;
const SECS: usize = 180;
const BLOCK: usize = 2048;
const STEP: usize = 512;
const ROUNDS: usize = 5;

/// One value of a frame, from the powers of its bins.
type Value = fn(&[f32]) -> f32;

const DESCRIPTORS: [(&str, Value); 10] = [
    ("bench_energy", |power| power.iter().sum()),
    ("bench_maximum", |power| {
        power.iter().copied().fold(0.0, f32::max)
    }),
    ("bench_centroid", centroid),
    ("bench_spread", |power| moment(power, centroid(power), 2)),
    ("bench_skewness", |power| moment(power, centroid(power), 3)),
    ("bench_high_frequency_content", |power| {
        weighted(power, |bin| bin)
    }),
    ("bench_low_band", |power| {
        power.iter().take(power.len() / 16).sum()
    }),
    ("bench_high_band", |power| {
        power.iter().skip(power.len() / 4).sum()
    }),
    ("bench_crest", |power| {
        power.iter().copied().fold(0.0, f32::max) / mean(power)
    }),
    ("bench_rolloff", rolloff),
];

fn mean(power: &[f32]) -> f32 {
    (power.iter().sum::<f32>() / power.len() as f32).max(f32::MIN_POSITIVE)
}

fn weighted(power: &[f32], weight: impl Fn(f32) -> f32) -> f32 {
    power
        .iter()
        .enumerate()
        .map(|(bin, p)| weight(bin as f32) * p)
        .sum()
}

fn centroid(power: &[f32]) -> f32 {
    weighted(power, |bin| bin) / (mean(power) * power.len() as f32)
}

fn moment(power: &[f32], centre: f32, order: i32) -> f32 {
    weighted(power, |bin| (bin - centre).powi(order)) / (mean(power) * power.len() as f32)
}

fn rolloff(power: &[f32]) -> f32 {
    let limit = 0.85 * power.iter().sum::<f32>();
    let mut sum = 0.0;
    let below = power.iter().take_while(|p| {
        sum += **p;
        sum < limit
    });
    below.count() as f32
}

/// Descriptor `N` of the table.
#[derive(Debug)]
struct Descriptor<const N: usize> {
    power: Vec<f32>,
}

impl<const N: usize> Plugin for Descriptor<N> {
    fn info() -> Info {
        let (id, _) = DESCRIPTORS[N];
        let result = ResultInfo::value("", id, "", TimeMode::Framewise, "One number per frame.");
        Info {
            id,
            version: "1.0",
            name: id,
            kind: Kind::Analyzer,
            unit: "",
            description: "A descriptor of the bench",
            family: "Test",
            doc: "",
            params: Vec::new(),
            results: vec![result],
        }
    }

    fn new(_params: &Params) -> Result<Self> {
        Ok(Self { power: Vec::new() })
    }
}

impl<const N: usize> Processor for Descriptor<N> {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: BLOCK,
            step: STEP,
            framing: Framing::TimeSide,
            window: Window::Hann,
            fft: BLOCK,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: BLOCK,
            stepsize: STEP,
        };
        out.framewise(0, frame, None, Vec::new())
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        self.power.clear();
        self.power
            .extend(spectrum.bins.iter().map(Complex32::norm_sqr));
        out.push(0, &[DESCRIPTORS[N].1(&self.power)]);
    }
}

fn registry() -> Registry {
    let mut registry = Registry::new();
    registry
        .add::<Descriptor<0>>()
        .add::<Descriptor<1>>()
        .add::<Descriptor<2>>()
        .add::<Descriptor<3>>();
    registry
        .add::<Descriptor<4>>()
        .add::<Descriptor<5>>()
        .add::<Descriptor<6>>()
        .add::<Descriptor<7>>();
    registry.add::<Descriptor<8>>().add::<Descriptor<9>>();
    registry
}

/// Stereo noise that is the same in every run.
fn noise() -> Result<Media> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let samples = (0..2)
        .map(|_| (0..SECS * RATE as usize).map(|_| next()).collect())
        .collect();
    Media::from_samples(samples, RATE)
}

/// Seconds and FFTs of one run.
fn measured(media: &Media, registry: &Registry, ids: &[&str]) -> Result<(f64, u64)> {
    let start = Instant::now();
    let mut pipe = media.start(
        registry,
        &PipeSpec::of(ids.iter().copied()),
        system_context(),
    )?;
    while pipe.advance()? != Progress::Ended {
        pipe.discard_partials();
    }
    let ffts = pipe.stats().ffts;
    pipe.finish()?;
    Ok((start.elapsed().as_secs_f64(), ffts))
}

fn main() -> Result<()> {
    let (media, registry) = (noise()?, registry());
    let ids = DESCRIPTORS.map(|(id, _)| id);
    let (mut shared, mut separate) = (Vec::new(), Vec::new());
    let (mut shared_ffts, mut separate_ffts) = (0, 0);
    // One after the other in each round, so that a busy machine slows both.
    for _ in 0..ROUNDS {
        let (secs, ffts) = measured(&media, &registry, &ids)?;
        shared.push(secs);
        shared_ffts = ffts;
        let mut sum = (0.0, 0);
        for id in ids {
            let (secs, ffts) = measured(&media, &registry, &[id])?;
            sum = (sum.0 + secs, sum.1 + ffts);
        }
        separate.push(sum.0);
        separate_ffts = sum.1;
    }
    let (shared_secs, separate_secs) = (median(shared), median(separate));
    let report = json!({
        "bench": "shared_views",
        "ratios": {
            "separate_time_over_shared": separate_secs / shared_secs,
            "separate_ffts_over_shared": separate_ffts as f64 / shared_ffts as f64,
        },
        "shared": { "median_secs": shared_secs, "ffts": shared_ffts, "audio_secs_per_sec": SECS as f64 / shared_secs },
        "separate": { "median_secs": separate_secs, "ffts": separate_ffts, "audio_secs_per_sec": SECS as f64 / separate_secs },
        "input": { "audio_secs": SECS, "sample_rate": RATE, "channels": 2, "block": BLOCK, "step": STEP, "processors": ids.len(), "rounds": ROUNDS },
    });
    println!("{report:#}");
    Ok(())
}

fn median(mut secs: Vec<f64>) -> f64 {
    secs.sort_by(f64::total_cmp);
    secs[secs.len() / 2]
}
