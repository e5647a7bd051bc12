//! Feature plans, against the numbers of the original (Yaafe 0.70).

use timeside::Step;
use timeside_tests::{analyse, assert_near, numbers, shared};

/// A plan at the medium's own rate.
fn plan(lines: &[String]) -> Step {
    Step::new("yaafe")
        .with("feature_plan", lines)
        .with("input_samplerate", ())
}

/// Means of the first value of each row over 15 s of orchestral music at 44.1 kHz, frames of 1024 every 512.
const MEANS: [(&str, f64); 31] = [
    ("ZCR", 0.030_648_3),
    ("Energy", 0.043_176_9),
    ("MagnitudeSpectrum", 1.054_14),
    ("SpectralShapeStatistics", 43.824_3),
    ("SpectralVariation", 0.058_047_5),
    ("SpectralSlope", -4.379_13e-7),
    ("SpectralRolloff", 3_011.48),
    ("SpectralFlux", 0.152_222),
    ("SpectralFlux FluxSupport=Increase", 0.081_935_7),
    ("SpectralFlatness", 0.110_464),
    ("SpectralDecrease", 0.085_815_7),
    ("SpectralFlatnessPerBand", 0.565_074),
    ("SpectralCrestFactorPerBand", 2.044_95),
    ("AutoCorrelation", 2.637_6),
    ("LPC", -1.527_96),
    ("ComplexDomainOnsetDetection", 82.149_9),
    ("MelSpectrum", 0.074_684_1),
    ("MFCC", 3.224_65),
    ("MFCC > Derivate", 3.185_9e-5),
    ("MFCC > Derivate DOrder=2", -6.803_56e-4),
    ("MFCC > StatisticalIntegrator", 3.154_05),
    ("Loudness LMode=Specific", 2.442_35),
    ("Loudness", 0.093_449_9),
    ("PerceptualSharpness", 1.454_35),
    ("PerceptualSpread", 0.775_994),
    ("OBSI", 0.988_124),
    ("OBSIR", 2.128_09),
    ("AmplitudeModulation", 4.465_02),
    // The same by another way.
    ("MelSpectrum > Cepstrum", 3.224_65),
    ("Loudness LMode=Specific > Normalize", 0.093_449_9),
    ("OBSI > Difference", 2.128_09),
];

/// The rows of a result.
fn rows(results: &timeside::Results, key: &str) -> Vec<Vec<f64>> {
    let shape = &results[key].array().unwrap().shape;
    let columns = shape.get(1).copied().unwrap_or(1);
    numbers(results, key)
        .chunks(columns)
        .map(<[f64]>::to_vec)
        .collect()
}

#[test]
fn means_of_the_original() {
    let Some(path) = shared("reference/wav/real_orchestral_mo_15s.wav") else {
        return;
    };
    let lines: Vec<_> = (0..)
        .zip(MEANS)
        .map(|(i, (line, _))| format!("f{i}: {line}"))
        .collect();
    let results = analyse(&path, &[plan(&lines)]);
    for (i, (line, want)) in (0..).zip(MEANS) {
        let rows = rows(&results, &format!("yaafe.f{i}"));
        let mean = rows.iter().map(|r| r[0]).sum::<f64>() / rows.len() as f64;
        // Printed with six digits; the derivatives' means are small differences.
        let tolerance = if line.contains("Derivate") {
            2e-5
        } else {
            5e-6
        };
        assert_near(mean, want, tolerance * want.abs(), line);
    }
}

#[test]
fn cepstra_of_the_original_on_a_scale() {
    let Some(path) = shared("samples/C4_scale.wav") else {
        return;
    };
    let lines = ["mfcc: MFCC blockSize=512 stepSize=256".to_owned()];
    let results = analyse(&path, &[plan(&lines)]);
    let rows = rows(&results, "yaafe.mfcc");
    assert_eq!((rows.len(), rows[0].len()), (1_620, 13));
    let want = [5.730_278_465, 1.141_484_155, 1.051_807_203, 0.383_364_085_1];
    for (got, want) in rows[0].iter().zip(want) {
        assert_near(*got, want, 1e-4, "row 0");
    }
}

#[test]
fn a_plan_of_three_lines_at_its_own_rate() {
    let Some(path) = shared("samples/sweep.wav") else {
        return;
    };
    let lines = ["", " > Derivate DOrder=1", " > Derivate DOrder=2"];
    let lines: Vec<_> = (0..)
        .zip(lines)
        .map(|(i, t)| format!("m{i}: MFCC blockSize=512 stepSize=256{t}"))
        .collect();
    let step = Step::new("yaafe")
        .with("feature_plan", lines)
        .with("input_samplerate", 16_000);
    let results = analyse(&path, &[step]);
    for (key, block) in [
        ("yaafe.m0", 512),
        ("yaafe.m1", 512 + 8 * 256),
        ("yaafe.m2", 512 + 10 * 256),
    ] {
        let result = &results[key];
        assert_eq!(result.array().unwrap().shape, [500, 13], "8 s at 16 kHz");
        let timeside::core::result::TimeAxis::Framewise(frame) = &result.time else {
            panic!("{key} is not framewise");
        };
        assert_eq!(
            (frame.samplerate, frame.blocksize, frame.stepsize),
            (16_000, block, 256)
        );
    }
}

#[test]
fn chroma_names_the_notes_of_a_scale_and_the_chord_of_a_detuned_triad() {
    let largest = |row: &[f64], count: usize| {
        let mut order: Vec<usize> = (0..row.len()).collect();
        order.sort_by(|a, b| row[*b].total_cmp(&row[*a]));
        order.truncate(count);
        order.sort_unstable();
        order
    };
    let Some(scale) = shared("samples/C4_scale.wav") else {
        return;
    };
    let Some(triad) = shared("reference/wav/cmaj_a446_8s.wav") else {
        return;
    };
    let lines = [
        "one: Chroma CTInitDuration=2s".to_owned(),
        "two: Chroma2 CQTNbOctaves=6".to_owned(),
        "chord: Chords".to_owned(),
    ];
    let of_scale = analyse(&scale, &[plan(&lines)]);
    for key in ["yaafe.one", "yaafe.two"] {
        let rows = rows(&of_scale, key);
        let mean: Vec<f64> = (0..12).map(|c| rows.iter().map(|r| r[c]).sum()).collect();
        assert_eq!(largest(&mean, 7), [0, 2, 4, 5, 7, 9, 11], "{key}: {mean:?}");
    }
    let of_triad = analyse(&triad, &[plan(&lines)]);
    let chords = numbers(&of_triad, "yaafe.chord");
    assert!(
        chords[20..chords.len() - 20].iter().all(|c| *c == 0.0),
        "C major: {chords:?}"
    );
}

#[test]
fn clicks_have_their_onsets_and_their_beat() {
    let Some(path) = shared("reference/wav/click120_noisefloor_20s.wav") else {
        return;
    };
    let lines = [
        "odf: OnsetDetectionFunction".to_owned(),
        "beat: BeatHistogramSummary HNbBins=160".to_owned(),
    ];
    let results = analyse(&path, &[plan(&lines)]);
    let curve = numbers(&results, "yaafe.odf");
    assert_eq!(curve.iter().copied().fold(0.0, f64::max), 1.0);
    let beat = rows(&results, "yaafe.beat");
    // Clicks every half second, frames every 512 samples; the level smoothed over 15 of them rises at each.
    for click in 1..39 {
        let frame = click * 22_050 / 512;
        let near = curve[frame - 2..frame + 3]
            .iter()
            .copied()
            .fold(0.0, f64::max);
        assert!(near > 0.1, "click {click}: {near}");
        let between = curve[frame + 20..frame + 38]
            .iter()
            .copied()
            .fold(0.0, f64::max);
        assert!(between < 0.05, "after click {click}: {between}");
    }
    assert_near(beat[0][1], 120.5, 2.0, "BPM");
}
