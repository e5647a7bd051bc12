//! Twelve synthetic signals and two excerpts, against numpy, pyloudnorm and ffmpeg.

use serde_json::Value;
use timeside_tests::{analyse, assert_near, json, number, shared};

fn each(test: impl Fn(&str, &timeside::Results, &Value)) {
    let Some(path) = shared("reference/librosa-essentia-pyloudnorm-ffmpeg.json") else {
        return;
    };
    let reference = json(&path);
    let files = reference["files"].as_object().unwrap();
    assert_eq!(files.len(), 14);
    for (name, want) in files {
        let wav = path.with_file_name(format!("wav/{name}.wav"));
        test(
            name,
            &analyse(
                &wav,
                &[
                    "level".into(),
                    "mean_dc_shift".into(),
                    "loudness_itu".into(),
                ],
            ),
            want,
        );
    }
}

#[test]
fn level_and_dc_against_numpy() {
    each(|name, got, want| {
        let want = &want["level"];
        // Results are rounded to 3 decimals, as upstream's are.
        let rounded = |key: &str| (want[key].as_f64().unwrap() * 1e3).round_ties_even() / 1e3;
        assert_near(number(got, "level.max"), rounded("peak_db"), 1e-6, name);
        assert_near(number(got, "level.rms"), rounded("rms_db"), 1e-6, name);
        assert_near(
            number(got, "mean_dc_shift"),
            want["dc_percent"].as_f64().unwrap(),
            1e-6,
            name,
        );
    });
}

#[test]
fn loudness_against_pyloudnorm_and_ffmpeg() {
    each(|name, got, want| {
        let want = &want["loudness"];
        let gated = number(got, "loudness_itu.gated_loudness");
        assert_near(
            gated,
            want["pyloudnorm_I_DeMan"].as_f64().unwrap(),
            1e-3,
            name,
        );
        // ffmpeg prints one decimal.
        let ffmpeg: f64 = want["ffmpeg_ebur128"]["I"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert_near(gated, ffmpeg, 0.0501, name);
        let threshold: f64 = want["ffmpeg_ebur128"]["I_thr"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert_near(
            number(got, "loudness_itu.relative_threshold"),
            threshold,
            0.0501,
            name,
        );
    });
}
