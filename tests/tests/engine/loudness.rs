//! Loudness range and true peak of the reference signals, against ffmpeg 5.1.9's `ebur128` and theory.

use serde_json::Value;
use timeside_tests::{analyse, assert_near, json, number, shared};

fn each(test: impl Fn(&str, &timeside::Results, &Value)) {
    let Some(path) = shared("reference/librosa-essentia-pyloudnorm-ffmpeg.json") else {
        return;
    };
    let reference = json(&path);
    for (name, want) in reference["files"].as_object().unwrap() {
        let wav = path.with_file_name(format!("wav/{name}.wav"));
        let got = analyse(&wav, &["loudness_itu".into()]);
        test(name, &got, &want["loudness"]["ffmpeg_ebur128"]);
    }
}

/// ffmpeg prints numbers to one decimal, as text.
fn printed(want: &Value, key: &str) -> f64 {
    want[key].as_str().unwrap().parse().unwrap()
}

#[test]
fn range_against_ffmpeg() {
    each(|name, got, want| {
        // Of 3 s ffmpeg makes a range of silence and tone; Tech 3342 knows no window but a full one.
        if name != "truepeak_fs4_3s" {
            let range = number(got, "loudness_itu.range");
            assert_near(range, printed(want, "LRA"), 0.2501, name);
        }
    });
    // A model of Tech 3342 by numpy.
    for (name, want) in [
        ("logsweep_20_20k_10s", 5.68),
        ("real_orchestral_st_15s", 4.26),
        ("silence_tone_10s", 2.60),
    ] {
        let Some(path) = shared(&format!("reference/wav/{name}.wav")) else {
            return;
        };
        let got = analyse(&path, &["loudness_itu".into()]);
        assert_near(number(&got, "loudness_itu.range"), want, 0.005, name);
    }
}

#[test]
fn true_peak_against_ffmpeg_and_theory() {
    each(|name, got, want| {
        let peak = number(got, "loudness_itu.true_peak");
        let above = peak - printed(want, "true_peak");
        assert!((-0.55..=0.35).contains(&above), "{name}: {peak}");
    });
    // A sine of fs/4 and 0.9 whose samples all miss its top.
    let Some(path) = shared("reference/wav/truepeak_fs4_3s.wav") else {
        return;
    };
    let got = analyse(&path, &["loudness_itu".into()]);
    let peak = number(&got, "loudness_itu.true_peak");
    assert_near(peak, 20.0 * 0.9_f64.log10(), 0.15, "truepeak_fs4_3s");
}
