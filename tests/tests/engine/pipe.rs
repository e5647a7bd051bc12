//! What a run of a pipe keeps, gives out and refuses.

use timeside::chain::system_context;
use timeside::core::Progress;
use timeside::{Media, PipeSpec, Step, registry};
use timeside_tests::{number, numbers, run_spec};

/// Noise that is the same in every run.
pub(crate) fn media(channels: usize, frames: usize) -> Media {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let samples = (0..channels)
        .map(|_| (0..frames).map(|_| next()).collect())
        .collect();
    Media::from_samples(samples, 44_100).unwrap()
}

#[test]
fn a_limit_of_memory_names_the_cure_and_keep_false_is_it() {
    let media = media(2, 100_000);
    let spec = |keep| PipeSpec {
        keep,
        max_memory_bytes: 100_000,
        ..PipeSpec::of(["waveform_analyzer"])
    };
    let error = run_spec(&media, &spec(true)).unwrap_err();
    assert_eq!(error.code(), "out-of-memory");
    assert!(error.to_string().contains("keep: false"), "{error}");
    let mut pipe = media
        .start(&registry(), &spec(false), system_context())
        .unwrap();
    let mut rows = 0;
    while pipe.advance().unwrap() != Progress::Ended {
        for (key, partial) in pipe.take_partials() {
            assert_eq!(
                (key.as_str(), partial.first_row),
                ("waveform_analyzer", rows)
            );
            rows += partial.data.rows();
        }
    }
    assert_eq!(rows, 100_000);
    assert_eq!(pipe.finish().unwrap()["waveform_analyzer"].data.rows(), 0);
}

#[test]
fn results_do_not_depend_on_the_block_size() {
    let media = media(2, 50_000);
    let ids = [
        "level",
        "mean_dc_shift",
        "waveform_analyzer",
        "spectrogram_analyzer",
        "onset_detection_function",
        "loudness_itu",
    ];
    let at = |blocksize| {
        run_spec(
            &media,
            &PipeSpec {
                blocksize,
                ..PipeSpec::of(ids)
            },
        )
        .unwrap()
    };
    let want = at(8_192);
    for blocksize in [1, 63, 1_024, 65_536] {
        let got = at(blocksize);
        for (key, _) in want.iter() {
            let (got, want) = (numbers(&got, key), numbers(&want, key));
            assert_eq!(got.len(), want.len());
            assert!(
                got.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-9),
                "{key} at {blocksize}"
            );
        }
    }
}

#[test]
fn a_stretch_is_that_stretch() {
    let media = media(1, 44_100);
    let spec = PipeSpec {
        start: 0.25,
        duration: Some(0.5),
        ..PipeSpec::of(["waveform_analyzer", "level"])
    };
    let results = run_spec(&media, &spec).unwrap();
    let whole = run_spec(&media, &PipeSpec::of(["waveform_analyzer"])).unwrap();
    let (got, whole) = (
        numbers(&results, "waveform_analyzer"),
        numbers(&whole, "waveform_analyzer"),
    );
    assert!(got == whole[11_025..33_075], "{} rows", got.len());
    let audio = &results["level.max"].audio_metadata;
    assert_eq!(
        (audio.start, audio.duration, audio.is_segment),
        (0.25, 0.5, true)
    );
    assert_eq!(results["waveform_analyzer"].times_secs()[0], 0.25);
    let past = PipeSpec { start: 2.0, ..spec };
    assert_eq!(run_spec(&media, &past).unwrap_err().code(), "out-of-range");
}

#[test]
fn rows_come_as_they_are_made() {
    let media = media(1, 44_100);
    let spec = PipeSpec::of([
        "loudness_itu",
        "spectrogram_analyzer",
        "onset_detection_function",
    ]);
    let mut pipe = media.start(&registry(), &spec, system_context()).unwrap();
    pipe.advance().unwrap();
    let keys: Vec<_> = pipe.take_partials().into_iter().map(|(k, _)| k).collect();
    // A block of loudness takes 400 ms, the onset curve the whole recording.
    assert_eq!(keys, ["spectrogram_analyzer"]);
    for _ in 0..2 {
        pipe.advance().unwrap();
    }
    let keys: Vec<_> = pipe.take_partials().into_iter().map(|(k, _)| k).collect();
    assert_eq!(
        keys,
        [
            "loudness_itu.block_loudness",
            "loudness_itu.momentary",
            "spectrogram_analyzer"
        ]
    );
}

#[test]
fn mistakes_in_a_pipe_are_named() {
    let media = media(1, 100);
    let refusal = |step: Step| run_spec(&media, &PipeSpec::of([step])).unwrap_err();
    for (step, code, words) in [
        (Step::new("levle"), "unknown-processor", "“levle”"),
        (
            Step::new("level").with("gain", 1),
            "bad-parameter",
            "“gain” is unknown",
        ),
        (
            Step::new("fx_gain").with("gain", "loud"),
            "bad-parameter",
            "must be a number",
        ),
        (
            Step::new("fx_gain").with("gain", 1e9),
            "bad-parameter",
            "must be a number from",
        ),
        (
            Step::new("spectrogram_analyzer").with("fft_size", 0),
            "bad-parameter",
            "from 1",
        ),
    ] {
        let error = refusal(step);
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains(words), "{error}");
    }
    let empty = run_spec(&media, &PipeSpec::of(Vec::<Step>::new())).unwrap();
    assert!(empty.is_empty());
    assert!(
        number(
            &run_spec(&media, &PipeSpec::of(["level"])).unwrap(),
            "level.max"
        ) < 0.0
    );
}
