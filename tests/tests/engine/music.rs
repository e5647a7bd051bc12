//! The music family against librosa and essentia: `music.json` says how its numbers came about.

use serde_json::Value;
use timeside::core::Data;
use timeside::{Results, Step};
use timeside_tests::{analyse, assert_near, number, numbers, shared};

/// Runs `step` over each file that has reference values under `key`.
fn each(key: &str, step: &Step, mut test: impl FnMut(&str, &Results, &Value)) {
    let reference: Value = serde_json::from_str(include_str!("music.json")).unwrap();
    let mut tested = 0;
    for (name, file) in reference["files"].as_object().unwrap() {
        let Some(want) = file.get(key) else { continue };
        let Some(path) = shared(file["path"].as_str().unwrap()) else {
            return;
        };
        test(name, &analyse(&path, std::slice::from_ref(step)), want);
        tested += 1;
    }
    assert!(tested > 1, "{key}");
}

fn list(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap().iter();
    list.map(|v| v.as_f64().unwrap()).collect()
}

/// Asserts that two rows differ by at most `share` of the greatest value.
#[track_caller]
fn assert_rows(got: &[f64], want: &[f64], share: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    let most = want.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        assert_near(*got, *want, share * most, &format!("{what}[{i}]"));
    }
}

fn means(values: &[f64], columns: usize) -> Vec<f64> {
    let rows = values.len() / columns;
    (0..columns)
        .map(|c| values.iter().skip(c).step_by(columns).sum::<f64>() / rows as f64)
        .collect()
}

#[test]
fn chroma_against_librosa() {
    each("chroma", &"chroma".into(), |name, got, want| {
        let values = numbers(got, "chroma");
        assert_eq!(values.len() / 12, want["frames"].as_u64().unwrap() as usize);
        assert_rows(&means(&values, 12), &list(&want["mean"]), 1e-4, name);
        let row = 12 * want["row"].as_u64().unwrap() as usize;
        assert_rows(&values[row..row + 12], &list(&want["at"]), 1e-4, name);
    });
    let plain = Step::new("chroma").with("norm", "none");
    each("chroma", &plain, |name, got, want| {
        let row = 12 * want["row"].as_u64().unwrap() as usize;
        let values = numbers(got, "chroma");
        assert_rows(&values[row..row + 12], &list(&want["power"]), 1e-4, name);
    });
    let fine = Step::new("chroma")
        .with("input_blocksize", 4_096)
        .with("n_chroma", 24)
        .with("norm", "l2");
    each("chroma24", &fine, |name, got, want| {
        assert_rows(&means(&numbers(got, "chroma"), 24), &list(want), 1e-4, name);
    });
}

#[test]
fn hpcp_against_essentia() {
    let step = Step::new("hpcp").with("size", 36);
    each("hpcp", &step, |name, got, want| {
        let row = 100 * 36;
        let got = &numbers(got, "hpcp")[row..row + 36];
        assert_rows(got, &list(want), 1e-3, name);
    });
}

#[test]
fn key_of_the_scale() {
    let Some(path) = shared("samples/C4_scale.wav") else {
        return;
    };
    let got = analyse(&path, &["key".into()]);
    let Data::Label { label, metadata } = &got["key"].data else {
        panic!()
    };
    assert_eq!(label, &[0]);
    assert_eq!(metadata.label[0].1, "C major");
    // C major 0.847, A minor 0.681.
    let fits = numbers(&got, "key.correlation");
    assert_near(fits[0], 0.847, 0.02, "C major");
    assert_near(fits[21], 0.681, 0.02, "A minor");
    let strength = number(&got, "key.strength");
    assert_near(strength, (fits[0] - fits[21]) / fits[0], 1e-9, "strength");
}

#[test]
fn pyin_against_librosa() {
    each("pyin", &"pyin".into(), |name, got, want| {
        let f0 = numbers(got, "pyin.f0");
        assert_eq!(f0.len(), want["frames"].as_u64().unwrap() as usize);
        let voiced = numbers(got, "pyin.voiced").iter().sum::<f64>();
        assert_near(voiced, want["voiced"].as_f64().unwrap(), 1.0, name);
        let every_8th = |v: &[f64]| -> Vec<f64> { v.iter().step_by(8).copied().collect() };
        let probability = numbers(got, "pyin.voiced_probability");
        assert_rows(
            &every_8th(&probability),
            &list(&want["probability"]),
            1e-5,
            name,
        );
        assert_rows(&every_8th(&f0), &list(&want["f0"]), 1e-5, name);
    });
}

#[test]
fn pyin_follows_the_glide() {
    let Some(path) = shared("reference/wav/glide_110_440_6s.wav") else {
        return;
    };
    let got = analyse(&path, &["pyin".into()]);
    let (times, f0) = (got["pyin.f0"].times_secs(), numbers(&got, "pyin.f0"));
    let near = times.iter().zip(&f0).filter(|(t, hz)| {
        let want = 110.0 * 4f64.powf(**t / 6.0);
        (**hz / want - 1.0).abs() < 0.005
    });
    assert!(near.count() as f64 >= 0.98 * f0.len() as f64);
}

#[test]
fn notes_of_the_scale() {
    let Some(path) = shared("samples/C4_scale.wav") else {
        return;
    };
    let got = analyse(&path, &["notes".into()]);
    let notes = numbers(&got, "notes");
    assert_eq!(notes, [60.0, 62.0, 64.0, 65.0, 67.0, 69.0, 71.0, 72.0]);
    for (k, (begin, length)) in (0..).zip(
        got["notes"]
            .times_secs()
            .into_iter()
            .zip(got["notes"].durations_secs()),
    ) {
        assert_near(begin, f64::from(k) * 1.2, 0.03, "begin");
        assert_near(length, 1.0, 0.06, "length");
    }
    for (hz, midi) in numbers(&got, "notes.frequency").iter().zip(&notes) {
        let cents = 1_200.0 * (hz / 440.0).log2() - 100.0 * (midi - 69.0);
        assert_near(cents, 0.0, 10.0, "cents");
    }
}

#[test]
fn beats_against_librosa() {
    let mean = Step::new("beats").with("aggregate", "mean");
    each("beats", &mean, |name, got, want| {
        let curve = numbers(got, "beats.onset_strength");
        assert_eq!(curve.len(), want["frames"].as_u64().unwrap() as usize);
        let every: Vec<f64> = curve.into_iter().step_by(41).collect();
        let want = list(&want["onset_strength"]);
        // The range of 80 dB counts from the loudest so far, in librosa from the loudest of all: they agree once
        // it has come.
        let half = want.len() / 2;
        assert_rows(&every[half..], &want[half..], 2e-3, name);
    });
    each("beats", &"beats".into(), |name, got, want| {
        let (bpm, want_bpm) = (number(got, "beats.bpm"), want["bpm"].as_f64().unwrap());
        if want_bpm == 0.0 {
            // One chord from begin to end: nothing begins.
            return;
        }
        assert_near(bpm, want_bpm, 0.01 * want_bpm, name);
        let (times, want) = (got["beats.beats"].times_secs(), list(&want["times"]));
        let hits = |a: &[f64], b: &[f64]| {
            let hit = |t: &&f64| b.iter().any(|u| (*t - u).abs() <= 0.07);
            a.iter().filter(hit).count() as f64 / a.len().max(1) as f64
        };
        let (precision, recall) = (hits(&times, &want), hits(&want, &times));
        let f = 2.0 * precision * recall / (precision + recall);
        assert!(f >= 0.9, "{name}: F = {f}, {times:?} instead of {want:?}");
    });
}
