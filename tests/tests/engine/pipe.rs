//! The heart: each view computed once, the order of the lifecycle, parents, limits.

use std::cell::RefCell;
use timeside::chain::system_context;
use timeside::core::pipe::Plan;
use timeside::core::processor::ParentResults;
use timeside::core::{Block, Complex32, FrameMetadata, Framing, Info, Input, Kind, Output, Params, Plugin, Processor, Progress, ResultInfo, Rows, Spectrum, Stream, TimeMode, Window};
use timeside::{Media, PipeSpec, Registry, Result, Step, registry};
use timeside_tests::{number, numbers, run_spec};

fn info(id: &'static str, kind: Kind, results: Vec<ResultInfo>) -> Info {
    Info { id, version: "1.0", name: id, kind, unit: "", description: "A processor of the tests", doc: "", params: Vec::new(), results }
}

/// Noise that is the same in every run.
fn media(channels: usize, frames: usize) -> Media {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let samples = (0..channels).map(|_| (0..frames).map(|_| next()).collect()).collect();
    Media::from_samples(samples, 44_100).unwrap()
}

// ---- Ten descriptors of one spectrum.

const IDS: [&str; 10] = ["t_energy", "t_sum", "t_max", "t_centroid", "t_flatness", "t_high", "t_low", "t_zeroth", "t_phase", "t_crest"];

fn descriptor(n: usize, bins: &[Complex32]) -> f32 {
    let m = || bins.iter().map(|c| c.norm());
    let sum = m().sum::<f32>().max(1e-9);
    let max = m().fold(0.0, f32::max);
    match n {
        0 => m().map(|x| x * x).sum(),
        1 => sum,
        2 => max,
        3 => m().enumerate().map(|(k, x)| k as f32 * x).sum::<f32>() / sum,
        4 => (m().map(|x| x.max(1e-9).ln()).sum::<f32>() / bins.len() as f32).exp() / (sum / bins.len() as f32),
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
        info(IDS[N], Kind::Analyzer, vec![ResultInfo::value("", IDS[N], "", TimeMode::Framewise, "One number per frame.")])
    }

    fn new(_params: &Params) -> Result<Self> {
        Ok(Self)
    }
}

impl<const N: usize> Processor for Descriptor<N> {
    fn input(&self) -> Input {
        Input::Spectrum { block: 2_048, step: 512, framing: Framing::TimeSide, window: Window::Hann, fft: 2_048 }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        out.framewise(0, FrameMetadata { samplerate: stream.sample_rate, blocksize: 2_048, stepsize: 512 }, None, Vec::new())
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        out.push(0, &[descriptor(N, spectrum.bins)]);
    }
}

fn with_descriptors() -> Registry {
    let mut all = registry();
    all.add::<Descriptor<0>>().add::<Descriptor<1>>().add::<Descriptor<2>>().add::<Descriptor<3>>().add::<Descriptor<4>>();
    all.add::<Descriptor<5>>().add::<Descriptor<6>>().add::<Descriptor<7>>().add::<Descriptor<8>>().add::<Descriptor<9>>();
    all
}

#[test]
fn ten_spectral_processors_cost_one_fft_per_frame() {
    let all = with_descriptors();
    let media = media(2, 100_000);
    let frames = (100_000 - 2_048) / 512 + 2;
    let mut pipe = media.start(&all, &PipeSpec::of(IDS), system_context()).unwrap();
    while pipe.advance().unwrap() != Progress::Ended {}
    let stats = pipe.stats();
    assert_eq!((stats.ffts, stats.frames, stats.downmixes), (frames, frames, stats.blocks));
    let together = pipe.finish().unwrap();
    for id in IDS {
        let mut alone = media.start(&all, &PipeSpec::of([id]), system_context()).unwrap();
        while alone.advance().unwrap() != Progress::Ended {}
        assert_eq!(alone.stats().ffts, frames);
        assert!(numbers(&alone.finish().unwrap(), id) == numbers(&together, id), "{id}");
        assert_eq!(numbers(&together, id).len() as u64, frames);
    }
}

#[test]
fn views_are_not_shared_across_an_effect() {
    let all = with_descriptors();
    let steps = ["t_sum", "t_max", "fx_gain", "t_energy"].map(Step::from);
    let mut pipe = media(1, 10_000).start(&all, &PipeSpec::of(steps), system_context()).unwrap();
    while pipe.advance().unwrap() != Progress::Ended {}
    let stats = pipe.stats();
    assert_eq!((stats.ffts, stats.downmixes), (2 * ((10_000 - 2_048) / 512 + 2), 2 * stats.blocks));
}

// ---- The lifecycle.

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn log(line: impl Into<String>) {
    LOG.with_borrow_mut(|l| l.push(line.into()));
}

/// Logs what is asked of it; `CHILD` also has the parent.
#[derive(Debug)]
struct Logger<const CHILD: bool>;

impl<const CHILD: bool> Logger<CHILD> {
    const ID: &'static str = if CHILD { "child" } else { "parent" };
}

impl<const CHILD: bool> Plugin for Logger<CHILD> {
    fn info() -> Info {
        info(Self::ID, Kind::Analyzer, vec![ResultInfo::value("", Self::ID, "", TimeMode::Framewise, "First sample of each block.")])
    }

    fn new(_params: &Params) -> Result<Self> {
        Ok(Self)
    }
}

impl<const CHILD: bool> Processor for Logger<CHILD> {
    fn input(&self) -> Input {
        Input::Blocks
    }

    fn parents(&self) -> Vec<Step> {
        if CHILD { vec!["parent".into()] } else { Vec::new() }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        log(format!("{} setup {} Hz {} ch", Self::ID, stream.sample_rate, stream.channels));
        out.framewise(0, FrameMetadata { samplerate: stream.sample_rate, blocksize: stream.blocksize, stepsize: stream.blocksize }, None, Vec::new())
    }

    fn block(&mut self, block: &Block, out: &mut Output) {
        log(format!("{} block {}+{}", Self::ID, block.first_frame, block.frames()));
        out.push(0, &[block.channels[0][0]]);
    }

    fn rows(&mut self, parent: usize, result: usize, rows: Rows<'_>, _out: &mut Output) {
        log(format!("{} rows of parent {parent}.{result} from {}", Self::ID, rows.first));
    }

    fn post_process(&mut self, parents: ParentResults<'_>, _out: &mut Output) -> Result<()> {
        log(format!("{} post_process {:?}", Self::ID, parents.iter().map(|p| p[0].data.rows()).collect::<Vec<_>>()));
        Ok(())
    }

    fn release(&mut self) {
        log(format!("{} release", Self::ID));
    }
}

#[test]
fn the_lifecycle_has_one_order_and_a_parent_is_added_once() {
    let mut all = Registry::new();
    all.add::<Logger<true>>().add::<Logger<false>>();
    // Twice the same child, and its parent asked for as well: one of each.
    let spec = PipeSpec { blocksize: 4, ..PipeSpec::of(["child", "parent", "child"]) };
    LOG.take();
    let results = media(2, 6).start(&all, &spec, system_context()).unwrap().run().unwrap();
    assert_eq!(results.iter().map(|(k, _)| k.to_owned()).collect::<Vec<_>>(), ["parent", "child"]);
    let want = [
        "parent setup 44100 Hz 2 ch", "child setup 44100 Hz 2 ch",
        "parent block 0+4", "child block 0+4", "child rows of parent 0.0 from 0",
        "parent block 4+2", "child block 4+2", "child rows of parent 0.0 from 1",
        "parent post_process []", "child post_process [2]",
        "parent release", "child release",
    ];
    assert_eq!(LOG.take(), want);
}

#[test]
fn a_failed_run_releases_too() {
    let mut all = Registry::new();
    all.add::<Logger<false>>();
    LOG.take();
    drop(media(1, 100).start(&all, &PipeSpec::of(["parent"]), system_context()).unwrap());
    assert_eq!(LOG.take(), ["parent setup 44100 Hz 1 ch", "parent release"]);
}

#[test]
fn equal_steps_share_one_result_and_others_are_numbered() {
    let steps = [
        Step::new("onset_detection_function"),
        Step::new("spectrogram_analyzer"),
        Step::new("onset_detection_function").with("input_blocksize", 1_024.0),
        Step::new("spectrogram_analyzer").with("input_blocksize", 512),
    ];
    let plan = Plan::new(&registry(), &PipeSpec::of(steps.clone())).unwrap();
    assert_eq!(plan.ids().collect::<Vec<_>>(), ["onset_detection_function", "spectrogram_analyzer", "spectrogram_analyzer"]);
    let results = run_spec(&media(1, 5_000), &PipeSpec::of(steps)).unwrap();
    let keys: Vec<_> = results.iter().map(|(k, _)| k).collect();
    assert_eq!(keys, ["onset_detection_function", "spectrogram_analyzer", "spectrogram_analyzer#2"]);
}

// ---- Limits.

#[test]
fn a_limit_of_memory_names_the_cure_and_keep_false_is_it() {
    let media = media(2, 100_000);
    let spec = |keep| PipeSpec { keep, max_memory_bytes: 100_000, ..PipeSpec::of(["waveform_analyzer"]) };
    let error = run_spec(&media, &spec(true)).unwrap_err();
    assert_eq!(error.code(), "out-of-memory");
    assert!(error.to_string().contains("keep: false"), "{error}");
    let mut pipe = media.start(&registry(), &spec(false), system_context()).unwrap();
    let mut rows = 0;
    while pipe.advance().unwrap() != Progress::Ended {
        for (key, partial) in pipe.take_partials() {
            assert_eq!((key.as_str(), partial.first_row), ("waveform_analyzer", rows));
            rows += partial.data.rows();
        }
    }
    assert_eq!(rows, 100_000);
    assert_eq!(pipe.finish().unwrap()["waveform_analyzer"].data.rows(), 0);
}

#[test]
fn results_do_not_depend_on_the_block_size() {
    let media = media(2, 50_000);
    let ids = ["level", "mean_dc_shift", "waveform_analyzer", "spectrogram_analyzer", "onset_detection_function", "loudness_itu"];
    let at = |blocksize| run_spec(&media, &PipeSpec { blocksize, ..PipeSpec::of(ids) }).unwrap();
    let want = at(8_192);
    for blocksize in [1, 63, 1_024, 65_536] {
        let got = at(blocksize);
        for (key, _) in want.iter() {
            let (got, want) = (numbers(&got, key), numbers(&want, key));
            assert_eq!(got.len(), want.len());
            assert!(got.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-9), "{key} at {blocksize}");
        }
    }
}

#[test]
fn a_stretch_is_that_stretch() {
    let media = media(1, 44_100);
    let spec = PipeSpec { start: 0.25, duration: Some(0.5), ..PipeSpec::of(["waveform_analyzer", "level"]) };
    let results = run_spec(&media, &spec).unwrap();
    let whole = run_spec(&media, &PipeSpec::of(["waveform_analyzer"])).unwrap();
    let (got, whole) = (numbers(&results, "waveform_analyzer"), numbers(&whole, "waveform_analyzer"));
    assert!(got == whole[11_025..33_075], "{} rows", got.len());
    let audio = &results["level.max"].audio_metadata;
    assert_eq!((audio.start, audio.duration, audio.is_segment), (0.25, 0.5, true));
    assert_eq!(results["waveform_analyzer"].times_secs()[0], 0.25);
    let past = PipeSpec { start: 2.0, ..spec };
    assert_eq!(run_spec(&media, &past).unwrap_err().code(), "out-of-range");
}

#[test]
fn rows_come_as_they_are_made() {
    let media = media(1, 44_100);
    let spec = PipeSpec::of(["loudness_itu", "spectrogram_analyzer", "onset_detection_function"]);
    let mut pipe = media.start(&registry(), &spec, system_context()).unwrap();
    pipe.advance().unwrap();
    let keys: Vec<_> = pipe.take_partials().into_iter().map(|(k, _)| k).collect();
    // A block of loudness takes 400 ms, the onset curve the whole recording.
    assert_eq!(keys, ["spectrogram_analyzer"]);
    for _ in 0..2 {
        pipe.advance().unwrap();
    }
    let keys: Vec<_> = pipe.take_partials().into_iter().map(|(k, _)| k).collect();
    assert_eq!(keys, ["loudness_itu.block_loudness", "spectrogram_analyzer"]);
}

#[test]
fn mistakes_in_a_pipe_are_named() {
    let media = media(1, 100);
    let refusal = |step: Step| run_spec(&media, &PipeSpec::of([step])).unwrap_err();
    for (step, code, words) in [
        (Step::new("levle"), "unknown-processor", "“levle”"),
        (Step::new("level").with("gain", 1), "bad-parameter", "“gain” is unknown"),
        (Step::new("fx_gain").with("gain", "loud"), "bad-parameter", "must be a number"),
        (Step::new("fx_gain").with("gain", 1e9), "bad-parameter", "must be a number from"),
        (Step::new("spectrogram_analyzer").with("fft_size", 0), "bad-parameter", "from 1"),
    ] {
        let error = refusal(step);
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains(words), "{error}");
    }
    let empty = run_spec(&media, &PipeSpec::of(Vec::<Step>::new())).unwrap();
    assert!(empty.is_empty());
    assert!(number(&run_spec(&media, &PipeSpec::of(["level"])).unwrap(), "level.max") < 0.0);
}
