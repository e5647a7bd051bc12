//! What holds for every analyzer, whatever it measures: a new one is tested here by being registered.

use std::f64::consts::TAU;
use timeside::chain::system_context;
use timeside::core::{Data, Info, Kind, ParamKind, result::TimeAxis};
use timeside::{AnalyzerResult, Media, PipeSpec, Result, Results, Step, registry};
use timeside_tests::run_spec;

/// Those that can run on any machine: a host runs what is installed, and has tests of its own.
fn analyzers() -> Vec<Info> {
    registry()
        .of_kind(Kind::Analyzer)
        .filter(|info| info.family != "Host")
        .cloned()
        .collect()
}

fn steps() -> Vec<Step> {
    let step = |info: &Info| match info.id {
        // By default it has the whole pipe resampled to 32 kHz.
        "yaafe" => Step::new("yaafe").with("input_samplerate", 44_100),
        id => Step::new(id),
    };
    analyzers().iter().map(step).collect()
}

/// Tones that glide and beat, clicks and noise in two channels, and a pause.
fn sound(sample_rate: u32, secs: f64) -> Vec<Vec<f32>> {
    let rate = f64::from(sample_rate);
    let mut seed = 1_u64;
    let mut noise = move || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as f64 / f64::from(1 << 23) - 1.0
    };
    let mut sample = |n: usize, channel: f64| {
        let t = n as f64 / rate;
        if (1.1..1.25).contains(&t) {
            return 0.0;
        }
        let glide = (TAU * (220.0 * t + 40.0 * t * t)).sin();
        let fifth = (TAU * 330.0 * (1.0 + channel * 0.01) * t).sin();
        let click = (-((t * 4.0).fract() * 60.0)).exp() * noise();
        (0.3 * glide + 0.2 * fifth + 0.4 * click + 0.01 * noise()) as f32
    };
    let frames = (rate * secs) as usize;
    (0..2)
        .map(|c| (0..frames).map(|n| sample(n, f64::from(c))).collect())
        .collect()
}

fn run(
    channels: &[Vec<f32>],
    sample_rate: u32,
    steps: &[Step],
    blocksize: usize,
) -> Result<Results> {
    let media = Media::from_samples(channels.to_vec(), sample_rate)?;
    let spec = PipeSpec {
        blocksize,
        ..PipeSpec::of(steps.iter().cloned())
    };
    run_spec(&media, &spec)
}

/// The times of a result, as far as it has any of its own.
fn times(result: &AnalyzerResult) -> Vec<f64> {
    match &result.time {
        TimeAxis::Event { time } => time.clone(),
        TimeAxis::Segment { time, duration } => [time.as_slice(), duration].concat(),
        _ => Vec::new(),
    }
}

#[test]
fn is_described_in_four_paragraphs_and_so_are_its_parameters_and_results() {
    const FAMILIES: [&str; 12] = [
        "Level", "Waveform", "Spectrum", "Timbre", "Pitch", "Rhythm", "Tonality", "Loudness",
        "Silence", "Identity", "Host", "Effect",
    ];
    for info in registry().of_kind(Kind::Analyzer) {
        let id = info.id;
        assert!(
            FAMILIES.contains(&info.family),
            "{id}: family {}",
            info.family
        );
        let paragraphs: Vec<&str> = info.doc.split("\n\n").collect();
        let heads = [
            "**Measures.**",
            "**Formula.**",
            "**Source.**",
            "**Good for.**",
        ];
        assert_eq!(paragraphs.len(), heads.len(), "{id}: {:#?}", info.doc);
        for (paragraph, head) in paragraphs.iter().zip(heads) {
            assert!(paragraph.starts_with(head), "{id}: {paragraph}");
            assert!(paragraph.len() > head.len() + 8, "{id}: {paragraph}");
        }
        assert!(
            !info.description.is_empty() && !info.name.is_empty(),
            "{id}"
        );
        for param in &info.params {
            assert!(param.doc.len() > 8, "{id}: {}", param.name);
        }
        for result in &info.results {
            assert!(result.doc.len() > 4, "{id}: {}", result.suffix);
        }
    }
}

#[test]
fn refuses_parameters_out_of_range_and_names_them_and_the_range() {
    for info in analyzers() {
        for param in &info.params {
            let outside: Vec<serde_json::Value> = match &param.kind {
                ParamKind::Bool => vec![3.into()],
                ParamKind::Integer { min, max } => {
                    vec![(min - 1).into(), max.saturating_add(1).into()]
                }
                ParamKind::Number { min, max } => [min - 1.0, max * 2.0 + 1.0]
                    .into_iter()
                    .filter(|v| v.abs() < 1e300)
                    .map(Into::into)
                    .collect(),
                ParamKind::Choice(_) => vec!["no such word".into()],
                _ => vec![7.into()],
            };
            for value in outside {
                let step = Step::new(info.id).with(param.name, value.clone());
                let error = run(&sound(44_100, 0.1), 44_100, &[step], 8_192).unwrap_err();
                let words = error.to_string();
                assert_eq!(error.code(), "bad-parameter", "{}: {words}", info.id);
                assert!(words.contains(param.name), "{}: {words}", info.id);
                if let ParamKind::Integer { min, max } = &param.kind {
                    let range = (min.to_string(), max.to_string());
                    assert!(
                        words.contains(&range.0) && words.contains(&range.1),
                        "{words}"
                    );
                }
                if let ParamKind::Choice(known) = &param.kind {
                    assert!(known.iter().all(|word| words.contains(word)), "{words}");
                }
            }
        }
    }
}

#[test]
fn refuses_a_step_longer_than_its_block() {
    for info in analyzers() {
        let has = |name: &str| info.params.iter().any(|p| p.name == name);
        // Those of upstream's own basic set may leave gaps, as upstream does.
        let basic = [
            "spectrogram_analyzer",
            "spectrogram_analyzer_buffer",
            "onset_detection_function",
        ];
        if !has("input_blocksize") || !has("input_stepsize") || basic.contains(&info.id) {
            continue;
        }
        let step = Step::new(info.id)
            .with("input_blocksize", 1_024)
            .with("input_stepsize", 1_025);
        let error = run(&sound(44_100, 0.1), 44_100, &[step], 8_192).unwrap_err();
        assert_eq!(error.code(), "bad-parameter", "{}", info.id);
        assert!(error.to_string().contains("input_stepsize"), "{error}");
    }
}

#[test]
fn gives_the_same_whatever_the_size_of_the_decoders_blocks() {
    let channels = sound(44_100, 4.3);
    let want = run(&channels, 44_100, &steps(), 8_192).unwrap();
    assert!(want.len() >= analyzers().len());
    for blocksize in [1, 13, 1_000, 65_536] {
        let got = run(&channels, 44_100, &steps(), blocksize).unwrap();
        assert_eq!(got.len(), want.len());
        for (key, result) in want.iter() {
            assert!(
                got[key].data == result.data,
                "{key} at {blocksize} frames per block"
            );
            assert_eq!(
                got[key].time, result.time,
                "{key} at {blocksize} frames per block"
            );
        }
    }
}

#[test]
fn stays_finite_on_anything() {
    let mut hostile: Vec<f32> = (0..40_000)
        .map(|i| match i % 11 {
            0 => f32::NAN,
            3 => f32::INFINITY,
            5 => f32::NEG_INFINITY,
            7 => f32::MAX,
            8 => -f32::MAX,
            9 => 1e-45,
            _ => (i as f32 * 0.1).sin(),
        })
        .collect();
    let ordinary = sound(44_100, 0.3).remove(0);
    hostile.extend(&ordinary);
    let inputs = [
        ("nothing", vec![vec![]]),
        ("one sample", vec![vec![0.5]]),
        ("silence", vec![vec![0.0; 60_000]; 2]),
        ("a constant", vec![vec![-1_000.0; 60_000]]),
        ("the largest number", vec![vec![f32::MAX; 30_000]]),
        ("hostile samples", vec![hostile.clone(), ordinary, hostile]),
    ];
    for (name, channels) in inputs {
        let longest = channels.iter().map(Vec::len).max().unwrap_or(0);
        let channels: Vec<Vec<f32>> = channels
            .into_iter()
            .map(|mut c| {
                c.resize(longest, 0.0);
                c
            })
            .collect();
        for sample_rate in [8_000, 44_100, 192_000] {
            for step in steps() {
                let id = step.id.clone();
                let results = match run(&channels, sample_rate, &[step], 8_192) {
                    Ok(results) => results,
                    Err(error) => {
                        // A band above half the rate is refused, which is an answer.
                        assert_eq!(error.code(), "bad-parameter", "{id}, {name}: {error}");
                        continue;
                    }
                };
                for (key, result) in results.iter() {
                    let what = format!("{key} of {name} at {sample_rate} Hz");
                    assert!(
                        times(result).iter().all(|t| t.is_finite() && *t >= 0.0),
                        "times of {what}"
                    );
                    let Data::Value { value, y_value } = &result.data else {
                        continue;
                    };
                    assert!(y_value.iter().all(|y| y.is_finite()), "axis of {what}");
                    assert_eq!(
                        value.shape.iter().product::<usize>(),
                        value.values.len(),
                        "{what}"
                    );
                    if let Some(bad) =
                        (0..value.values.len()).find(|i| !value.values.get(*i).unwrap().is_finite())
                    {
                        panic!(
                            "row {} of {what} is {:?}",
                            bad / value.columns().max(1),
                            value.values.get(bad)
                        );
                    }
                }
            }
        }
    }
}

/// What is pushed as it comes must be all there is: a run that keeps nothing gives the same rows in its partial
/// results, and holds none of them.
#[test]
fn gives_its_rows_as_they_come() {
    let media = Media::from_samples(sound(44_100, 4.3), 44_100).unwrap();
    let kept = run_spec(&media, &PipeSpec::of(steps())).unwrap();
    let spec = PipeSpec {
        keep: false,
        ..PipeSpec::of(steps())
    };
    let mut pipe = media.start(&registry(), &spec, system_context()).unwrap();
    let mut rows = std::collections::BTreeMap::<String, usize>::new();
    while pipe.advance().unwrap() != timeside::Progress::Ended {
        for (key, partial) in pipe.take_partials() {
            assert_eq!(
                partial.first_row,
                *rows.entry(key.clone()).or_default(),
                "{key}"
            );
            *rows.get_mut(&key).unwrap() += partial.data.rows();
        }
    }
    for (key, partial) in pipe.take_partials() {
        *rows.entry(key).or_default() += partial.data.rows();
    }
    let rest = pipe.finish().unwrap();
    for (key, result) in kept.iter() {
        if matches!(result.time, TimeAxis::Framewise(_)) {
            // What the end gives begins where its rows were last let go.
            let last = rest.get(key).map_or(0, |r| r.first_row + r.data.rows());
            let early = rows.get(key).copied().unwrap_or(0);
            assert_eq!(early.max(last), result.data.rows(), "{key}");
        }
    }
}
