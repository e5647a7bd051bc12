//! Mel energies, MFCC, spectral descriptors, silence, levels and zero crossings against aubio 0.4.9.

use serde_json::Value;
use timeside::core::{Data, result::TimeAxis};
use timeside::{AnalyzerResult, Results, Step};
use timeside_tests::{analyse, assert_near, json, numbers, shared};

/// Runs `steps` over each file of which aubio's numbers are known.
fn each(steps: &[Step], test: impl Fn(&str, &Results, &Value)) {
    let Some(path) = shared("reference/aubio-full.json") else {
        return;
    };
    let reference = json(&path);
    let files = reference["files"].as_object().unwrap();
    assert_eq!(files.len(), 13);
    for (name, want) in files {
        let wav = path.with_file_name(format!("wav/{name}.wav"));
        test(name, &analyse(&wav, steps), want);
    }
}

/// Music and noise, whose bins all hold more than the rounding of an FFT.
fn is_broad(file: &str) -> bool {
    file.starts_with("real_") || ["noise_lcg_5s", "click120_noisefloor_20s"].contains(&file)
}

fn floats(list: &Value) -> Vec<f64> {
    let list = list.as_array().unwrap();
    // Levels of silence are −∞.
    list.iter()
        .map(|v| v.as_f64().unwrap_or(f64::NEG_INFINITY))
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The rows that the reference prints, and the means of the columns. `ours` may have one row more: the
/// reference was not fed the block of zeros that follows a whole number of blocks.
fn rows<'a>(ours: &'a [f64], want: &Value) -> (Vec<(&'a [f64], Vec<f64>)>, Vec<f64>) {
    let shape = floats(&want["shape"]);
    let (count, columns) = (shape[0] as usize, shape[1] as usize);
    let extra = ours.len() / columns - count;
    assert!(extra <= 1, "{extra} rows too many");
    let ours = &ours[..count * columns];
    let row = |i: usize| &ours[i * columns..(i + 1) * columns];
    let mut pairs: Vec<_> = want["first"]
        .as_array()
        .unwrap()
        .iter()
        .map(floats)
        .enumerate()
        .collect();
    pairs.push((count / 2, floats(&want["mid"])));
    pairs.push((count - 1, floats(&want["last"])));
    let means = (0..columns).map(|c| {
        mean(
            &ours
                .iter()
                .skip(c)
                .step_by(columns)
                .copied()
                .collect::<Vec<_>>(),
        )
    });
    (
        pairs.into_iter().map(|(i, w)| (row(i), w)).collect(),
        means.collect(),
    )
}

fn sized(id: &str, block: usize, step: usize) -> Step {
    Step {
        r#as: Some(format!("{id}_{block}")),
        ..Step::new(id)
            .with("input_blocksize", block)
            .with("input_stepsize", step)
    }
}

const SIZES: [(usize, usize); 2] = [(1_024, 256), (2_048, 1_024)];

#[test]
fn mel_energies() {
    let steps = SIZES.map(|(block, step)| sized("aubio_melenergy", block, step));
    each(&steps, |file, got, want| {
        for (block, step) in SIZES {
            let what = format!("{file} {block}/{step}");
            let got = numbers(got, &format!("aubio_melenergy_{block}"));
            let want = &want[format!("mel40_slaney_{block}_{step}")];
            let (rows, means) = rows(&got, want);
            for (got, want) in rows {
                let top = want.iter().copied().fold(0.0, f64::max);
                for (got, want) in got.iter().zip(want).filter(|(_, w)| *w > 1e-4 * top) {
                    // The reference has six decimals.
                    assert_near(*got, want, 1e-3 * want + 1e-6, &what);
                }
            }
            for (got, want) in means.iter().zip(floats(&want["mean"])) {
                assert_near(*got, want, 1e-4 * want + 1e-6, &what);
            }
        }
    });
}

#[test]
fn cepstra() {
    let steps = SIZES.map(|(block, step)| sized("aubio_mfcc", block, step));
    each(&steps, |file, got, want| {
        for (block, step) in SIZES {
            let what = format!("{file} {block}/{step}");
            let got = numbers(got, &format!("aubio_mfcc_{block}"));
            // Upstream's first row of zeros.
            assert_eq!(got[..13], [0.0; 13]);
            let want = &want[format!("mfcc_{block}_{step}")];
            let (rows, means) = rows(&got[13..], want);
            // Where a band holds only the rounding of an FFT, its logarithm differs.
            let near = if is_broad(file) { 1e-3 } else { 0.1 };
            for (got, want) in rows {
                for (got, want) in got.iter().zip(want) {
                    assert_near(*got, want, near, &what);
                }
            }
            for (got, want) in means.iter().zip(floats(&want["mean"])) {
                assert_near(*got, want, 1e-3, &what);
            }
        }
    });
}

#[test]
fn descriptors() {
    let names = [
        "default", "energy", "hfc", "complex", "phase", "wphase", "specdiff", "kl", "mkl",
        "specflux", "centroid", "slope", "rolloff", "spread", "skewness", "kurtosis", "decrease",
    ];
    let steps = [Step::new("aubio_specdesc").with("methods", names.as_slice())];
    each(&steps, |file, got, want| {
        for name in names {
            let what = format!("{file} {name}");
            let got = numbers(got, &format!("aubio_specdesc.{name}"));
            let want = &want["specdesc_1024_256"][name];
            let count = want["n"].as_u64().unwrap() as usize;
            assert!(got.len() - count <= 1, "{what}");
            let want = want["mean"].as_f64().unwrap();
            // A histogram counts one bin more or less, and steady tones are rounding alone.
            let near = match (name, is_broad(file)) {
                ("phase" | "specdiff", true) => 3e-3,
                ("phase" | "specdiff", false) | ("wphase", true) => 1e-2,
                ("wphase", false) => 5e-2,
                _ => 1e-3,
            };
            assert_near(mean(&got[..count]), want, near * want.abs(), &what);
        }
    });
}

/// 1 for each block of 1024 samples that lies in a stretch of silence, else 0.
fn silent_blocks(result: &AnalyzerResult) -> Vec<f64> {
    let (Data::Label { label, .. }, TimeAxis::Segment { time, duration }) =
        (&result.data, &result.time)
    else {
        panic!("no labels over stretches")
    };
    let block = |secs: f64| (secs * 44_100.0 / 1_024.0).round() as usize;
    let mut silent = Vec::new();
    for ((label, time), duration) in label.iter().zip(time).zip(duration) {
        assert_eq!(block(*time), silent.len());
        silent.resize(silent.len() + block(*duration), 1.0 - *label as f64);
    }
    silent
}

#[test]
fn silence_levels_and_crossings() {
    let silence = |threshold: i64| Step {
        r#as: Some(format!("silence{threshold}")),
        ..Step::new("aubio_silence").with("threshold", threshold)
    };
    let block = |id: &str| sized(id, 1_024, 1_024);
    let steps = [
        silence(-60),
        silence(-90),
        block("rms"),
        block("zero_crossing_rate"),
    ];
    each(&steps, |file, got, want| {
        for threshold in [-60, -90] {
            let want = floats(&want["silence_detection_1024"][threshold.to_string()]);
            let result = &got[format!("silence{threshold}").as_str()];
            let silent = silent_blocks(result);
            assert!(silent.len() - want.len() <= 1, "{file}");
            assert_eq!(silent[..want.len()], want, "{file} {threshold} dB");
        }
        let levels = numbers(got, "rms_1024");
        for (got, want) in levels.iter().zip(floats(&want["db_spl_1024_first8"])) {
            assert_near(*got, want.max(-138.474), 1e-3, file);
        }
        let rates = numbers(got, "zero_crossing_rate_1024");
        for (got, want) in rates.iter().zip(floats(&want["zcr_1024_first8"])) {
            assert_near(*got, want, 1e-7, file);
        }
    });
}

const SAMPLES: [(&str, &str); 2] = [("C4_scale", "C4_scale"), ("sweep", "sweep_mono")];

#[test]
fn means_of_the_two_samples() {
    let Some(path) = shared("reference/aubio-c4-sweep.json") else {
        return;
    };
    let reference = json(&path);
    let steps = [
        "aubio_melenergy".into(),
        "aubio_mfcc".into(),
        "aubio_specdesc".into(),
        "aubio_silence".into(),
    ];
    for (file, key) in SAMPLES {
        let want = &reference[key];
        let got = analyse(
            &path.with_file_name(format!("../samples/{file}.wav")),
            &steps,
        );
        let energies = numbers(&got, "aubio_melenergy");
        let sums = want["melenergy"]["sum_mean"].as_f64().unwrap();
        assert_near(40.0 * mean(&energies), sums, 1e-4 * sums, file);
        let cepstra = numbers(&got, "aubio_mfcc").split_off(13);
        for (c, want) in floats(&want["mfcc"]["mean_per_coeff"])
            .into_iter()
            .enumerate()
        {
            let column: Vec<_> = cepstra.iter().skip(c).step_by(13).copied().collect();
            // Most bands of a lone sweep hold the rounding of an FFT, whose logarithm differs from one to another.
            let near = if file == "sweep" { 0.1 } else { 1e-2 };
            assert_near(mean(&column), want, near, &format!("{file} {c}"));
        }
        for (name, want) in want["specdesc"].as_object().unwrap() {
            let near = match name.as_str() {
                "phase" => 1e-2,
                "specdiff" => 2e-3,
                // High powers of bins that hold the rounding of an FFT.
                "skewness" | "kurtosis" => 0.5,
                _ => 1e-3,
            };
            let got = numbers(&got, &format!("aubio_specdesc.{name}"));
            assert_eq!(got.len() as u64, want["n"].as_u64().unwrap());
            let want = want["mean"].as_f64().unwrap();
            assert_near(
                mean(&got),
                want,
                near * want.abs(),
                &format!("{file} {name}"),
            );
        }
        let silent = silent_blocks(&got["aubio_silence"]);
        let ones = silent.iter().sum::<f64>() as u64;
        assert_eq!(silent.len() as u64, want["silence"]["n"].as_u64().unwrap());
        assert_eq!(
            ones,
            want["silence"]["thr_minus80_ones"].as_u64().unwrap(),
            "{file}"
        );
    }
}

/// Names, shapes and types as TimeSide 1 gives them.
#[test]
fn upstreams_own_results() {
    let Some(path) = shared("reference/upstream/results.json") else {
        return;
    };
    let reference = json(&path);
    let steps = [
        "aubio_melenergy".into(),
        "aubio_mfcc".into(),
        "aubio_specdesc".into(),
        Step::new("aubio_silence").with("compat", true),
        Step::new("spectrogram_analyzer_buffer").with("compat", true),
    ];
    for (file, _) in SAMPLES {
        let file = format!("{file}.wav");
        let results = analyse(
            &path.with_file_name(format!("../../samples/{file}")),
            &steps,
        );
        assert_eq!(results.len(), 20);
        for (key, got) in results.iter() {
            let what = format!("{file} {key}");
            let want = &reference[&file][key];
            assert_eq!(want["name"], got.id_metadata.name, "{what}");
            assert_eq!(want["unit"], got.id_metadata.unit, "{what}");
            for (name, value) in want["parameters"].as_object().unwrap() {
                assert_eq!(got.parameters.get(name), Some(value), "{what} {name}");
            }
            if key == "aubio_silence" {
                assert_eq!(
                    (got.data.rows(), &want["shape"][0]),
                    (1, &1.into()),
                    "{what}"
                );
                assert!(silent_blocks(got).iter().all(|s| *s == 0.0), "{what}");
                continue;
            }
            let array = got.array().unwrap();
            assert_eq!(serde_json::json!(array.shape), want["shape"], "{what}");
            assert_eq!(
                array.values.dtype(),
                want["dtype"].as_str().unwrap(),
                "{what}"
            );
            let got = numbers(&results, key);
            // The vector that aubio hands out is one and the same for all frames: upstream keeps it as every row.
            let from = if key == "aubio_melenergy" {
                got.len() - 40
            } else {
                0
            };
            let steady = [
                "melenergy",
                "mfcc",
                ".energy",
                "hfc",
                "specflux",
                "rolloff",
                "buffer",
            ];
            if steady.iter().any(|k| key.ends_with(k)) {
                for (got, want) in got[from..].iter().zip(floats(&want["first"])) {
                    assert_near(*got, want, 1e-4 * want.abs().max(1.0), &what);
                }
            }
        }
    }
}
