//! Dissonance and what upstream takes from Vamp plugins, against the libraries' own numbers.

use serde_json::json;
use timeside::{PipeSpec, Results, Step};
use timeside_tests::{analyse, assert_near, number, numbers, run_spec, shared};

fn run(path: &str, steps: &[Step]) -> Option<Results> {
    shared(path).map(|path| analyse(&path, steps))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn dissonance_against_essentia() {
    // What essentia 2.1-beta6 gives. Of synthetic sweeps only the mean is comparable: rounding noise decides.
    let cases = [
        ("samples/C4_scale.wav", 808, 0.003_385_7, 1e-5),
        ("samples/sweep.wav", 688, 0.032_856_0, 1e-3),
        (
            "samples/real/music30s_44k_st.flac",
            2_582,
            0.198_301_0,
            1e-4,
        ),
        (
            "samples/real/speech30s_44k_mo.flac",
            2_582,
            0.208_703_1,
            1e-4,
        ),
        (
            "reference/wav/real_orchestral_mo_15s.wav",
            1_290,
            0.240_266_7,
            1e-4,
        ),
        ("reference/wav/noise_lcg_5s.wav", 429, 0.207_622_6, 1e-4),
        ("reference/wav/cmaj_a446_8s.wav", 688, 0.102_710_5, 1e-4),
        ("reference/wav/dc01_sine220_5s.wav", 429, 0.009_111_5, 1e-3),
        (
            "reference/wav/logsweep_20_20k_10s.wav",
            860,
            0.087_754_5,
            1e-3,
        ),
        ("reference/wav/click120_20s.wav", 1_721, 0.003_431_3, 1e-3),
    ];
    for (path, frames, want, tolerance) in cases {
        let Some(results) = run(path, &["essentia_dissonance".into()]) else {
            return;
        };
        let got = numbers(&results, "essentia_dissonance");
        assert_eq!(got.len(), frames, "{path}");
        assert_near(mean(&got), want, tolerance, path);
    }
    let value = run(
        "samples/C4_scale.wav",
        &["essentia_dissonance_value".into()],
    );
    if let Some(results) = value {
        let got = number(&results, "essentia_dissonance_value");
        assert_near(got, 0.109_426, 1e-4, "C4");
    }
}

#[test]
fn constant_q_against_the_qm_plugin() {
    let Some(results) = run("samples/C4_scale.wav", &["vamp_constantq".into()]) else {
        return;
    };
    assert_eq!(
        results["vamp_constantq"].array().map(|a| a.shape.clone()),
        Some(vec![198, 48])
    );
    let got = numbers(&results, "vamp_constantq");
    let max = got.iter().copied().fold(0.0, f64::max);
    assert_near(mean(&got), 0.009_606_36, 1e-7, "mean");
    assert_near(max, 0.269_194, 1e-6, "maximum");
    let row = &got[50 * 48..51 * 48];
    for (bin, want) in [(28, 0.267_986), (29, 0.127_946), (27, 0.115_076)] {
        assert_near(row[bin], want, 1e-6, &format!("bin {bin} of frame 50"));
    }
    // The notes of the scale, each at the middle of its 1.2 s.
    let loudest = |row: &[f64]| (0..48).max_by(|a, b| row[*a].total_cmp(&row[*b]));
    for (note, want) in [24, 26, 28, 29, 31, 33, 35, 36].into_iter().enumerate() {
        let frame = ((1.2 * note as f64 + 0.5) * 44_100.0 - 8_192.0).max(0.0) / 2_048.0;
        let at = frame as usize * 48;
        assert_eq!(loudest(&got[at..at + 48]), Some(want), "note {note}");
    }
    for (path, frames, want, tolerance) in [
        ("samples/sweep.wav", 170, 0.269_281, 1e-6),
        ("reference/wav/cmaj_a446_8s.wav", 170, 0.020_614_6, 1e-6),
    ] {
        let Some(results) = run(path, &["vamp_constantq".into()]) else {
            return;
        };
        let got = numbers(&results, "vamp_constantq");
        assert_eq!(got.len(), frames * 48, "{path}");
        let max = got.iter().copied().fold(0.0, f64::max);
        assert_near(max, want, tolerance, path);
    }
}

#[test]
fn tempo_against_the_qm_plugin() {
    for (path, want) in [
        ("samples/C4_scale.wav", 101.332_718),
        ("samples/sweep.wav", 246.093_75),
        ("reference/wav/click120_20s.wav", 120.185_318),
        ("reference/wav/click120_noisefloor_20s.wav", 120.185_318),
        ("reference/wav/real_orchestral_mo_15s.wav", 135.999_176),
        ("reference/wav/cmaj_a446_8s.wav", 114.843_75),
    ] {
        let Some(results) = run(path, &["vamp_tempo".into()]) else {
            return;
        };
        assert_near(number(&results, "vamp_tempo"), want, 1e-4, path);
    }
    // Resampled here, not where the reference was: the quantised tempo is the same.
    let Some(path) = shared("samples/C4_scale.wav") else {
        return;
    };
    for (rate, want) in [
        (48_000, 101.383_461),
        (22_050, 101.332_718),
        (16_000, 101.748_81),
    ] {
        let spec = PipeSpec {
            sample_rate: Some(rate),
            ..PipeSpec::of(["vamp_tempo"])
        };
        let media = timeside::Media::open_path(&path).unwrap();
        let results = run_spec(&media, &spec).unwrap();
        assert_near(
            number(&results, "vamp_tempo"),
            want,
            1e-4,
            &format!("{rate} Hz"),
        );
    }
}

#[test]
fn beats_against_the_qm_plugin() {
    for (path, beats) in [
        ("samples/C4_scale.wav", 16),
        ("reference/wav/click120_20s.wav", 39),
        ("reference/wav/real_orchestral_mo_15s.wav", 34),
    ] {
        let Some(results) = run(path, &["vamp_beats".into()]) else {
            return;
        };
        let times = results["vamp_beats"].times_secs();
        assert_eq!(times.len(), beats, "{path}");
    }
}

#[test]
fn tuning_against_nnls_chroma() {
    for (path, want) in [
        ("samples/C4_scale.wav", 439.974_7),
        ("samples/sine440Hz_mono_1s.wav", 439.983_4),
        ("reference/wav/sine440_m6_5s.wav", 439.982_5),
        ("reference/wav/cmaj_a446_8s.wav", 446.602_4),
        ("reference/wav/real_orchestral_mo_15s.wav", 439.751_7),
    ] {
        let Some(results) = run(path, &["vamp_tuning".into()]) else {
            return;
        };
        assert_near(number(&results, "vamp_tuning"), want, 1e-3, path);
    }
}

#[test]
fn libxtract_descriptors_against_the_plugins() {
    // Frame 5; the last column is ours where the plugin's is wrong.
    let c4 = [
        ("vamp_spectral_centroid", 261.270, None),
        ("vamp_spectral_slope", -5.178_32e-7, None),
        ("vamp_spectral_kurtosis", 5_349.93, None),
        ("vamp_crest", 1_048.86, None),
        ("vamp_kurtosis", 1_997.04, None),
        ("vamp_flatness", 245.069, Some(4.886e-6)),
    ];
    let noise = [
        ("vamp_spectral_centroid", 10_959.8, None),
        ("vamp_spectral_slope", -2.104_74e-9, None),
        ("vamp_spectral_kurtosis", -0.712_137, None),
        ("vamp_crest", 1.475_75e6, None),
        ("vamp_kurtosis", 6.003_54, None),
        ("vamp_flatness", 477.427, Some(0.832_266)),
    ];
    for (path, cases) in [
        ("samples/C4_scale.wav", c4),
        ("reference/wav/noise_lcg_5s.wav", noise),
    ] {
        for (id, plugins, ours) in cases {
            let wrong = !matches!(id, "vamp_spectral_centroid" | "vamp_spectral_slope");
            let mut step = Step::new(id);
            if wrong {
                step.parameters.insert("compat".to_owned(), json!(true));
            }
            let Some(results) = run(path, &[step]) else {
                return;
            };
            let got = numbers(&results, id);
            // The reference has six digits.
            assert_near(got[5], plugins, 1e-5 * f64::abs(plugins), id);
            if let (Some(ours), Some(results)) = (ours, run(path, &[id.into()])) {
                let got = numbers(&results, id)[5];
                assert_near(got, ours, 2e-4 * f64::abs(ours), id);
            }
        }
    }
    let Some(results) = run("samples/C4_scale.wav", &["vamp_crest".into()]) else {
        return;
    };
    assert_eq!(numbers(&results, "vamp_crest").len(), 405);
}
