//! The minimum requirements of EBU Tech 3341 and 3342, as far as they can be synthesised: the two authentic
//! programmes of each cannot.

use crate::testing::{run, sine};
use std::f64::consts::{PI, TAU};
use timeside_core::{Results, Step, Values};

/// `(peak dBFS, seconds)`; silence is −∞.
type Part = (f64, f64);
const SILENCE: f64 = f64::NEG_INFINITY;

/// Tones of 1 kHz one after the other.
fn tones(rate: u32, parts: &[Part]) -> Vec<f32> {
    parts
        .iter()
        .flat_map(|(dbfs, secs)| {
            let frames = (secs * f64::from(rate)).round() as usize;
            sine(rate, 1_000.0, 10f64.powf(dbfs / 20.0), frames)
        })
        .collect()
}

fn measure(channels: &[Vec<f32>], rate: u32) -> Results {
    run(&[Step::new("loudness_itu")], channels, rate, 8_192)
}

fn both(x: Vec<f32>, rate: u32) -> Results {
    measure(&[x.clone(), x], rate)
}

fn value(r: &Results, result: &str) -> f64 {
    r[&*format!("loudness_itu.{result}")].value().unwrap()
}

fn rows(r: &Results, result: &str) -> Vec<f32> {
    match &r[&*format!("loudness_itu.{result}")]
        .array()
        .unwrap()
        .values
    {
        Values::F32(v) => v.clone(),
        other => panic!("{}", other.dtype()),
    }
}

#[track_caller]
fn assert_within(got: f64, want: f64, (below, above): (f64, f64), what: &str) {
    assert!(
        (want - below..=want + above).contains(&got),
        "{what}: {got} instead of {want}"
    );
}

const LOUDNESS: (f64, f64) = (0.1, 0.1);
const PEAK: (f64, f64) = (0.4, 0.2);

#[test]
fn tech_3341_cases_1_to_5() {
    let cases: [&[Part]; 5] = [
        &[(-23.0, 20.0)],
        &[(-33.0, 20.0)],
        &[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)],
        &[
            (-72.0, 10.0),
            (-36.0, 10.0),
            (-23.0, 60.0),
            (-36.0, 10.0),
            (-72.0, 10.0),
        ],
        &[(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)],
    ];
    // The two short ones suffice to tell another rate.
    for (rate, cases) in [
        (44_100, &cases[..2]),
        (48_000, &cases),
        (96_000, &cases[..2]),
    ] {
        for (n, parts) in cases.iter().enumerate() {
            let want = if n == 1 { -33.0 } else { -23.0 };
            let what = format!("case {} at {rate} Hz", n + 1);
            let r = both(tones(rate, parts), rate);
            assert_within(value(&r, "gated_loudness"), want, LOUDNESS, &what);
            if n < 2 {
                for result in ["momentary", "short_term"] {
                    for l in rows(&r, result) {
                        assert_within(f64::from(l), want, LOUDNESS, &what);
                    }
                }
            }
        }
    }
}

#[test]
fn tech_3341_case_6_and_its_layouts() {
    let [front, centre, side] = [-28.0, -24.0, -30.0].map(|db| tones(48_000, &[(db, 20.0)]));
    let lfe = tones(48_000, &[(0.0, 20.0)]);
    let five = [&front, &front, &centre, &side, &side].map(Clone::clone);
    let six = [&front, &front, &centre, &lfe, &side, &side].map(Clone::clone);
    let film = [&front, &centre, &front, &side, &side, &lfe].map(Clone::clone);
    let want = value(&measure(&five, 48_000), "gated_loudness");
    assert_within(want, -23.0, LOUDNESS, "5.0");
    let six = value(&measure(&six, 48_000), "gated_loudness");
    let step = Step::new("loudness_itu").with("layout", "5.1_film");
    let film = value(&run(&[step], &film, 48_000, 8_192), "gated_loudness");
    assert!((six - want).abs() < 1e-9 && (film - want).abs() < 1e-9);
}

#[test]
fn tech_3341_case_9_the_short_term_is_constant() {
    let r = both(
        tones(48_000, &[(-20.0, 1.34), (-30.0, 1.66)].repeat(5)),
        48_000,
    );
    let rows = rows(&r, "short_term");
    assert_eq!(rows.len(), 1_201);
    for l in rows {
        assert_within(f64::from(l), -23.0, LOUDNESS, "case 9");
    }
}

#[test]
fn tech_3341_case_12_the_momentary_is_constant() {
    let r = both(
        tones(48_000, &[(-20.0, 0.18), (-30.0, 0.22)].repeat(25)),
        48_000,
    );
    // After 1 s: windows that begin from 0.6 s on.
    for l in &rows(&r, "momentary")[60..] {
        assert_within(f64::from(*l), -23.0, LOUDNESS, "case 12");
    }
}

#[test]
fn tech_3341_cases_10_and_13_the_maximum_wherever_the_tone_begins() {
    for (case, lead, tone, max) in [
        (10, 0.15, 3.0, "max_short_term"),
        (13, 0.02, 0.4, "max_momentary"),
    ] {
        for i in 0..20 {
            let parts = [
                (SILENCE, f64::from(i) * lead),
                (-23.0, tone),
                (SILENCE, 1.0),
            ];
            let r = both(tones(48_000, &parts), 48_000);
            let what = format!("case {case}, file {i}");
            assert_within(value(&r, max), -23.0, LOUDNESS, &what);
        }
    }
}

#[test]
fn tech_3341_cases_11_and_14_the_maximum_of_each_segment() {
    for (case, lead, tone, result) in [(11, 0.15, 3.0, "short_term"), (14, 0.02, 0.4, "momentary")]
    {
        let parts: Vec<Part> = (0..20)
            .map(f64::from)
            .flat_map(|i| {
                let before = i * lead;
                [
                    (SILENCE, before),
                    (-38.0 + i, tone),
                    (SILENCE, tone - before),
                ]
            })
            .collect();
        let rows = rows(&both(tones(48_000, &parts), 48_000), result);
        // A segment takes two windows, and the windows that begin in its first half meet no tone but its own.
        let segment = (2.0 * tone * 100.0) as usize;
        for i in 0..20 {
            let own = &rows[i * segment..i * segment + segment / 2];
            let max = own.iter().copied().fold(f32::MIN, f32::max);
            let what = format!("case {case}, segment {i}");
            assert_within(f64::from(max), -38.0 + i as f64, LOUDNESS, &what);
        }
    }
}

/// A fade of 10 ms at both ends belongs to the definition: an abrupt begin rings.
fn faded(mut x: Vec<f32>, rate: u32) -> Vec<f32> {
    let (fade, len) = ((rate / 100) as usize, x.len());
    for n in 0..fade {
        let gain = n as f32 / fade as f32;
        x[n] *= gain;
        x[len - 1 - n] *= gain;
    }
    x
}

#[test]
fn tech_3341_cases_15_to_19_the_true_peak_of_tones() {
    for rate in [44_100, 48_000, 96_000, 192_000] {
        for (case, period, degrees, amplitude, want) in [
            (15, 4.0, 0.0, 0.5, -6.0),
            (16, 4.0, 45.0, 0.5, -6.0),
            (17, 6.0, 60.0, 0.5, -6.0),
            (18, 8.0, 67.5, 0.5, -6.0),
            (19, 4.0, 45.0, 1.41, 3.0),
        ] {
            let phase = f64::to_radians(degrees);
            let x = (0..rate / 2)
                .map(|n| (amplitude * (TAU * f64::from(n) / period + phase).sin()) as f32);
            let r = both(faded(x.collect(), rate), rate);
            let what = format!("case {case} at {rate} Hz");
            assert_within(value(&r, "true_peak"), want, PEAK, &what);
        }
    }
}

/// A tone of fs/6, made at four times the rate, with one period of fs/4 at full scale in its middle, low-passed (257
/// taps of a sinc under a Hamming window, −6 dB at 0.12 cycles per sample) and every fourth sample of it taken.
fn burst(offset: usize) -> Vec<f32> {
    let (frames, middle) = (4 * 48_000_usize, 96_000);
    let tone = |n: usize, period: usize| (TAU * (n % period) as f64 / period as f64).sin();
    let x: Vec<f64> = (0..frames)
        .map(|n| match n {
            _ if n < middle => 0.5 * tone(n, 24),
            _ if n < middle + 16 => tone(n - middle, 16),
            _ => 0.5 * tone(n - middle - 16, 24),
        })
        .collect();
    let taps: Vec<f64> = (-128..=128)
        .map(|k| {
            let t = f64::from(k);
            let sinc = if k == 0 {
                0.24
            } else {
                (PI * 0.24 * t).sin() / (PI * t)
            };
            sinc * (0.54 + 0.46 * (PI * t / 128.0).cos())
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    let decimated = (offset..frames).step_by(4).map(|at| {
        let near = taps.iter().enumerate().filter_map(|(k, w)| {
            let n = (at + k).checked_sub(128)?;
            x.get(n).map(|x| w * x)
        });
        (near.sum::<f64>() / sum) as f32
    });
    faded(decimated.collect(), 48_000)
}

#[test]
fn tech_3341_cases_20_to_23_a_peak_that_samples_miss() {
    for offset in 0..4 {
        let r = both(burst(offset), 48_000);
        let what = format!("case {}", 20 + offset);
        assert_within(value(&r, "true_peak"), 0.0, PEAK, &what);
        assert_within(value(&r, "gated_loudness"), -2.7, LOUDNESS, &what);
    }
}

#[test]
fn tech_3342_cases_1_to_4() {
    let cases: [(&[f64], f64); 4] = [
        (&[-20.0, -30.0], 10.0),
        (&[-20.0, -15.0], 5.0),
        (&[-40.0, -20.0], 20.0),
        (&[-50.0, -35.0, -20.0, -35.0, -50.0], 15.0),
    ];
    for rate in [44_100, 48_000] {
        for (n, (levels, want)) in cases.iter().enumerate() {
            let parts: Vec<Part> = levels.iter().map(|db| (*db, 20.0)).collect();
            let r = both(tones(rate, &parts), rate);
            let what = format!("case {} at {rate} Hz", n + 1);
            assert_within(value(&r, "range"), *want, (0.05, 0.05), &what);
        }
    }
}
