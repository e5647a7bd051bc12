//! Ten descriptors of one spectrum: each view of the audio is computed once.

use crate::lifecycle::info;
use crate::pipe::media;
use timeside::chain::system_context;
use timeside::core::{
    Complex32, FrameMetadata, Framing, Info, Input, Kind, Output, Params, Plugin, Processor,
    Progress, ResultInfo, Spectrum, Stream, TimeMode, Window,
};
use timeside::{PipeSpec, Registry, Result, Step, registry};
use timeside_tests::numbers;

const IDS: [&str; 10] = [
    "t_energy",
    "t_sum",
    "t_max",
    "t_centroid",
    "t_flatness",
    "t_high",
    "t_low",
    "t_zeroth",
    "t_phase",
    "t_crest",
];

fn descriptor(n: usize, bins: &[Complex32]) -> f32 {
    let m = || bins.iter().map(|c| c.norm());
    let sum = m().sum::<f32>().max(1e-9);
    let max = m().fold(0.0, f32::max);
    match n {
        0 => m().map(|x| x * x).sum(),
        1 => sum,
        2 => max,
        3 => m().enumerate().map(|(k, x)| k as f32 * x).sum::<f32>() / sum,
        4 => {
            (m().map(|x| x.max(1e-9).ln()).sum::<f32>() / bins.len() as f32).exp()
                / (sum / bins.len() as f32)
        }
        5 => m().skip(bins.len() / 2).sum(),
        6 => m().take(bins.len() / 2).sum(),
        7 => bins[0].re,
        8 => bins[1].arg(),
        _ => max / sum,
    }
}

#[derive(Debug)]
struct Descriptor<const N: usize>;

impl<const N: usize> Plugin for Descriptor<N> {
    fn info() -> Info {
        info(
            IDS[N],
            Kind::Analyzer,
            vec![ResultInfo::value(
                "",
                IDS[N],
                "",
                TimeMode::Framewise,
                "One number per frame.",
            )],
        )
    }

    fn new(_params: &Params) -> Result<Self> {
        Ok(Self)
    }
}

impl<const N: usize> Processor for Descriptor<N> {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: 2_048,
            step: 512,
            framing: Framing::TimeSide,
            window: Window::Hann,
            fft: 2_048,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        out.framewise(
            0,
            FrameMetadata {
                samplerate: stream.sample_rate,
                blocksize: 2_048,
                stepsize: 512,
            },
            None,
            Vec::new(),
        )
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        out.push(0, &[descriptor(N, spectrum.bins)]);
    }
}

fn with_descriptors() -> Registry {
    let mut all = registry();
    all.add::<Descriptor<0>>()
        .add::<Descriptor<1>>()
        .add::<Descriptor<2>>()
        .add::<Descriptor<3>>()
        .add::<Descriptor<4>>();
    all.add::<Descriptor<5>>()
        .add::<Descriptor<6>>()
        .add::<Descriptor<7>>()
        .add::<Descriptor<8>>()
        .add::<Descriptor<9>>();
    all
}

#[test]
fn ten_spectral_processors_cost_one_fft_per_frame() {
    let all = with_descriptors();
    let media = media(2, 100_000);
    let frames = (100_000 - 2_048) / 512 + 2;
    let mut pipe = media
        .start(&all, &PipeSpec::of(IDS), system_context())
        .unwrap();
    while pipe.advance().unwrap() != Progress::Ended {}
    let stats = pipe.stats();
    assert_eq!(
        (stats.ffts, stats.frames, stats.downmixes),
        (frames, frames, stats.blocks)
    );
    let together = pipe.finish().unwrap();
    for id in IDS {
        let mut alone = media
            .start(&all, &PipeSpec::of([id]), system_context())
            .unwrap();
        while alone.advance().unwrap() != Progress::Ended {}
        assert_eq!(alone.stats().ffts, frames);
        assert!(
            numbers(&alone.finish().unwrap(), id) == numbers(&together, id),
            "{id}"
        );
        assert_eq!(numbers(&together, id).len() as u64, frames);
    }
}

#[test]
fn views_are_not_shared_across_an_effect() {
    let all = with_descriptors();
    let steps = ["t_sum", "t_max", "fx_gain", "t_energy"].map(Step::from);
    let mut pipe = media(1, 10_000)
        .start(&all, &PipeSpec::of(steps), system_context())
        .unwrap();
    while pipe.advance().unwrap() != Progress::Ended {}
    let stats = pipe.stats();
    assert_eq!(
        (stats.ffts, stats.downmixes),
        (2 * ((10_000 - 2_048) / 512 + 2), 2 * stats.blocks)
    );
}
