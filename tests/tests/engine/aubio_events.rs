//! Pitch, onsets and beats against aubio 0.4.9 (Debian) and what TimeSide 1 wrote with it.

use serde_json::Value;
use std::path::Path;
use timeside::{Results, Step};
use timeside_tests::{analyse, assert_near, json, numbers, shared};

const RATE: f64 = 44_100.0;

fn list(v: &Value) -> Vec<f64> {
    v.as_array()
        .unwrap_or_else(|| panic!("no list: {v}"))
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect()
}

/// Runs `test` over every signal that aubio was run over.
fn each(step: &dyn Fn(&str) -> Vec<Step>, test: impl Fn(&str, &Results, &Value)) {
    let Some(path) = shared("reference/aubio-full.json") else {
        return;
    };
    let reference = json(&path);
    let files = reference["files"].as_object().unwrap();
    assert_eq!(files.len(), 13);
    for (name, want) in files {
        let wav = path.with_file_name(format!("wav/{name}.wav"));
        test(name, &analyse(&wav, &step(name)), want);
    }
}

fn pitch(method: &str, step_frames: usize) -> Step {
    let step = Step::new("aubio_pitch")
        .with("method", method)
        .with("stepsize_s", step_frames as f64 / RATE)
        .with("compat", true);
    named(step, method)
}

/// A step whose results stand under a key of their own.
fn named(step: Step, key: &str) -> Step {
    Step {
        r#as: Some(key.to_owned()),
        ..step
    }
}

fn median(mut v: Vec<f64>) -> f64 {
    v.sort_unstable_by(f64::total_cmp);
    match v.len() {
        0 => 0.0,
        n if n % 2 == 0 => (v[n / 2 - 1] + v[n / 2]) / 2.0,
        n => v[n / 2],
    }
}

/// Frames of which the pitch differs by more than 1 ‰, and the most that the confidence differs in the others.
fn compare_tracks(name: &str, got: &Results, want: &Value, method: &str) -> usize {
    let (hz, sure) = (
        numbers(got, &format!("{method}.pitch")),
        numbers(got, &format!("{method}.pitch_confidence")),
    );
    let (want_hz, want_sure) = (list(&want["track"]), list(&want["conf"]));
    // The reference leaves out the block of zeros that TimeSide sends where the length is a multiple of the step.
    assert!(
        (want_hz.len()..=want_hz.len() + 1).contains(&hz.len()),
        "{name} {method}"
    );
    let mut off = 0;
    for (i, (got, want)) in hz.iter().zip(&want_hz).enumerate() {
        let same = (got == &0.0) == (want == &0.0) && (got - want).abs() <= 1e-3 * want + 5e-4;
        if same {
            assert_near(
                sure[i],
                want_sure[i],
                1e-3,
                &format!("{name} {method} confidence of frame {i}"),
            );
        } else {
            eprintln!("{name} {method} frame {i}: {got} instead of {want}");
            off += 1;
        }
    }
    off
}

#[test]
fn pitch_by_yinfft_frame_by_frame() {
    each(&|_| vec![pitch("yinfft", 1_024)], |name, got, want| {
        let off = compare_tracks(name, got, &want["pitch_yinfft_2048_1024"], "yinfft");
        assert_eq!(off, 0, "{name}");
    });
}

#[test]
fn pitch_by_yin_frame_by_frame() {
    let steps = |_: &str| vec![pitch("yin", 512), pitch("yinfast", 512)];
    each(&steps, |name, got, want| {
        for method in ["yin", "yinfast"] {
            let off = compare_tracks(name, got, &want[format!("pitch_{method}_2048_512")], method);
            assert_eq!(off, 0, "{name} {method}");
        }
    });
}

#[test]
fn pitch_by_the_other_methods() {
    const METHODS: [&str; 4] = ["mcomb", "fcomb", "schmitt", "specacf"];
    let steps = |_: &str| METHODS.iter().map(|m| pitch(m, 512)).collect();
    each(&steps, |name, got, want| {
        for method in METHODS {
            let want = &want[format!("pitch_{method}_2048_512")];
            let frames = want["n"].as_u64().unwrap() as usize;
            let hz = &numbers(got, &format!("{method}.pitch"))[..frames];
            let voiced: Vec<f64> = hz.iter().copied().filter(|hz| *hz > 0.0).collect();
            let what = format!("{name} {method}");
            assert_eq!(
                voiced.len() as u64,
                want["voiced"].as_u64().unwrap(),
                "{what}"
            );
            let mean = voiced.iter().sum::<f64>() / voiced.len().max(1) as f64;
            let near = |got: f64, key: &str| {
                let want = want[key].as_f64().unwrap();
                assert_near(got, want, 1e-3 * want, &format!("{what} {key}"));
            };
            // A burst that has just entered a window of digital silence has a flat spectrum, whose extrema are those
            // of the FFT's rounding: one frame of 64 moves the mean, not the median.
            if name != "click120_20s" {
                near(mean, "mean");
            }
            near(median(voiced), "median");
        }
    });
}

fn temporal(step: usize) -> Step {
    Step::new("aubio_temporal").with("input_stepsize", step)
}

fn times(got: &Results, key: &str) -> Vec<f64> {
    got.get(key)
        .unwrap_or_else(|| panic!("no “{key}”"))
        .times_secs()
}

fn assert_all_near(got: &[f64], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}: {got:?} instead of {want:?}");
    for (got, want) in got.iter().zip(want) {
        assert_near(*got, *want, tolerance, what);
    }
}

#[test]
fn onsets_to_the_sample_and_beats() {
    let steps = |_: &str| vec![named(temporal(256), "a"), named(temporal(512), "b")];
    each(&steps, |name, got, want| {
        for (key, frames) in [("a", "1024_256"), ("b", "1024_512")] {
            let what = format!("{name} {frames}");
            let onsets = list(&want[format!("onset_default_{frames}")]["times"]);
            // One sample lasts 23 µs; the reference has five decimals.
            assert_all_near(&times(got, &format!("{key}.onset")), &onsets, 1.5e-5, &what);
            let tempo = &want[format!("tempo_default_{frames}")];
            let beats = list(&tempo["beats"]);
            assert_all_near(&times(got, &format!("{key}.beat")), &beats, 3e-5, &what);
            let sure = numbers(got, &format!("{key}.beat_confidence"));
            assert_all_near(&sure, &list(&tempo["conf"]), 1e-3, &what);
        }
    });
}

#[test]
fn onsets_by_every_method() {
    // These two count histogram classes, which on tones hang on the last bit of the FFT.
    const COUNTING: [&str; 2] = ["phase", "specdiff"];
    const METHODS: [&str; 8] = [
        "energy", "hfc", "kl", "mkl", "complex", "specflux", "phase", "specdiff",
    ];
    let steps = |_: &str| {
        METHODS
            .iter()
            .map(|m| named(temporal(512).with("onset_method", *m), m))
            .collect()
    };
    each(&steps, |name, got, want| {
        for method in METHODS {
            let want = list(&want["onset_methods_1024_512"][method]["times"]);
            let got = times(got, &format!("{method}.onset"));
            let near = |t: &&f64| got.iter().any(|g| (g - **t).abs() < 512.0 / RATE);
            let found = want.iter().filter(near).count();
            let what = format!("{name} {method}: {got:?} instead of {want:?}");
            let tonal = ["sine", "sweep", "glide", "tone"]
                .iter()
                .any(|t| name.contains(t));
            if !COUNTING.contains(&method) {
                assert_eq!((found, got.len()), (want.len(), want.len()), "{what}");
            } else if !tonal {
                assert!(
                    found * 25 >= want.len() * 24 && got.len().abs_diff(want.len()) <= 1,
                    "{what}"
                );
            }
        }
    });
}

/// The two recordings that TimeSide 1's own tests used.
const OLD: [(&str, &str); 2] = [("C4_scale", "C4_scale.wav"), ("sweep_mono", "sweep.wav")];

fn each_old(steps: &[Step], test: impl Fn(&str, &Path, &Results, &Value)) {
    let Some(path) = shared("reference/aubio-c4-sweep.json") else {
        return;
    };
    let reference = json(&path);
    for (key, file) in OLD {
        let Some(wav) = shared(&format!("samples/{file}")) else {
            return;
        };
        test(key, &path, &analyse(&wav, steps), &reference[key]);
    }
}

#[test]
fn the_scale_and_the_sweep_as_timeside_1_gave_them() {
    each_old(
        &["aubio_pitch".into(), "aubio_temporal".into()],
        |key, _, got, want| {
            let hz = numbers(got, "aubio_pitch.pitch");
            let pitch = &want["pitch"];
            assert_eq!(hz.len() as u64, pitch["n"].as_u64().unwrap(), "{key}");
            assert_all_near(&hz[..10], &list(&pitch["first10"]), 0.01, key);
            let voiced: Vec<f64> = hz.iter().copied().filter(|hz| *hz > 0.0).collect();
            assert_eq!(
                voiced.len() as u64,
                pitch["nonzero"].as_u64().unwrap(),
                "{key}"
            );
            assert_near(
                median(voiced),
                pitch["median_nonzero"].as_f64().unwrap(),
                0.05,
                key,
            );
            if let Some(notes) = pitch.get("median_per_note") {
                // Eight notes, 1.2 s each.
                let note = |k: usize| {
                    let row = |secs: f64| ((secs * RATE / 1_024.0) as usize).min(hz.len());
                    let rows = &hz[row(1.2 * k as f64)..row(1.2 * (k + 1) as f64)];
                    median(rows.iter().copied().filter(|hz| *hz > 0.0).collect())
                };
                let got: Vec<f64> = (0..8).map(note).collect();
                assert_all_near(&got, &list(notes), 0.05, key);
            }
            let sure = numbers(got, "aubio_pitch.pitch_confidence");
            let mean = sure.iter().sum::<f64>() / sure.len() as f64;
            assert!(
                mean > 0.7 && sure.iter().all(|c| *c <= 1.0),
                "{key}: {mean}"
            );
            let events = &want["temporal"];
            assert_all_near(
                &times(got, "aubio_temporal.onset"),
                &list(&events["onsets"]),
                1e-4,
                key,
            );
            assert_all_near(
                &times(got, "aubio_temporal.beat"),
                &list(&events["beats"]),
                1e-4,
                key,
            );
            let sure = numbers(got, "aubio_temporal.beat_confidence");
            assert_all_near(&sure, &list(&events["beat_conf"]), 1e-3, key);
        },
    );
}

#[test]
fn temporal_results_are_upstreams() {
    let Some(path) = shared("reference/upstream/aubio_temporal.json") else {
        return;
    };
    let Some(wav) = shared("samples/C4_scale.wav") else {
        return;
    };
    let got = analyse(&wav, &["aubio_temporal".into()]);
    let want = json(&path);
    let want = want.as_array().unwrap();
    assert_eq!(want.len(), 5);
    let all_written = timeside::export::json::to_value(&got).unwrap();
    for want in want {
        let id = &want["id_metadata"]["id"];
        let written = all_written.as_array().unwrap();
        let written = written
            .iter()
            .find(|w| w["id_metadata"]["id"] == *id)
            .unwrap_or_else(|| panic!("no {id}"));
        let id = id.as_str().unwrap();
        for key in ["name", "unit", "description"] {
            assert_eq!(
                written["id_metadata"][key], want["id_metadata"][key],
                "{id} {key}"
            );
        }
        for key in ["data_mode", "time_mode"] {
            assert_eq!(written[key], want[key], "{id} {key}");
        }
        let (written, want) = (&written["data_object"], &want["data_object"]);
        assert_eq!(written["label_metadata"], want["label_metadata"], "{id}");
        for key in ["label", "value", "time", "duration"] {
            assert_eq!(written[key]["dtype"], want[key]["dtype"], "{id} {key}");
            if want[key].is_object() {
                let of = |v: &Value| list(&v[key]["numpyArray"]);
                let tolerance = if id.ends_with("bpm") || id.ends_with("rate") {
                    0.01
                } else {
                    1e-3
                };
                assert_all_near(&of(written), &of(want), tolerance, &format!("{id} {key}"));
            }
        }
    }
}
