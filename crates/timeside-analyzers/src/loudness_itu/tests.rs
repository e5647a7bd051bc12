use crate::testing::{HOSTILE, noise, run, sine};
use timeside_core::{Results, Step, Values};

fn measure(x: &[Vec<f32>], rate: u32, blocksize: usize) -> Results {
    run(&[Step::new("loudness_itu")], x, rate, blocksize)
}

fn gated(x: &[Vec<f32>], rate: u32) -> f64 {
    measure(x, rate, 8_192)["loudness_itu.gated_loudness"]
        .value()
        .unwrap()
}

fn blocks(r: &Results) -> Vec<f64> {
    match r["loudness_itu.block_loudness"]
        .array()
        .unwrap()
        .values
        .clone()
    {
        Values::F64(v) => v,
        other => panic!("{}", other.dtype()),
    }
}

/// Tones of `(peak dBFS, seconds)` one after the other.
fn tones(rate: u32, parts: &[(f64, f64)]) -> Vec<f32> {
    parts
        .iter()
        .flat_map(|(dbfs, secs)| {
            sine(
                rate,
                1_000.0,
                10f64.powf(dbfs / 20.0),
                (secs * f64::from(rate)) as usize,
            )
        })
        .collect()
}

/// EBU Tech 3341, cases 1 to 6, at several rates.
#[test]
fn ebu_tech_3341() {
    let cases: [&[(f64, f64)]; 5] = [
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
    for rate in [44_100, 48_000] {
        for (n, parts) in cases.iter().enumerate() {
            let want = if n == 1 { -33.0 } else { -23.0 };
            let x = tones(rate, parts);
            let got = gated(&[x.clone(), x], rate);
            assert!(
                (got - want).abs() <= 0.1,
                "case {}: {got} at {rate} Hz",
                n + 1
            );
        }
    }
    let [front, centre, back] = [-28.0, -24.0, -30.0].map(|dbfs| tones(48_000, &[(dbfs, 20.0)]));
    let five = [
        front.clone(),
        front.clone(),
        centre.clone(),
        back.clone(),
        back.clone(),
    ];
    assert!((gated(&five, 48_000) + 23.0).abs() <= 0.1);
    // A loud LFE changes nothing.
    let six = [
        front.clone(),
        front,
        centre,
        tones(48_000, &[(0.0, 20.0)]),
        back.clone(),
        back,
    ];
    assert!((gated(&six, 48_000) - gated(&five, 48_000)).abs() < 1e-12);
}

#[test]
fn a_full_scale_tone_at_odd_rates() {
    for rate in [11_025, 22_050, 32_000, 96_000] {
        let got = gated(&[sine(rate, 997.0, 1.0, 2 * rate as usize)], rate);
        assert!((got + 3.01).abs() < 0.1, "{got} at {rate} Hz");
    }
}

#[test]
fn blocks_are_400_ms_every_100_ms_and_a_cut_one_is_dropped() {
    for (frames, want) in [
        (0, 0),
        (1, 0),
        (3_199, 0),
        (3_200, 1),
        (3_999, 1),
        (4_000, 2),
        (8_000, 7),
    ] {
        let r = measure(&[vec![0.1; frames]], 8_000, 1_000);
        assert_eq!(blocks(&r).len(), want, "{frames}");
        assert!(
            r["loudness_itu.gated_loudness"]
                .value()
                .unwrap()
                .is_finite()
        );
    }
}

#[test]
fn any_block_size_gives_the_same() {
    let x = noise(2, 30_000, 8);
    let want = blocks(&measure(&x, 8_000, 8_192));
    for blocksize in [1, 777, 65_536] {
        let got = blocks(&measure(&x, 8_000, blocksize));
        assert_eq!(got.len(), want.len());
        assert!(
            got.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-9),
            "{blocksize}"
        );
    }
}

#[test]
fn silence_and_hostile_samples_stay_finite() {
    for x in [
        vec![0.0; 9_000],
        HOSTILE.repeat(1_000),
        vec![-1_000.0; 9_000],
    ] {
        for compat in [false, true] {
            let r = run(
                &[Step::new("loudness_itu").with("compat", compat)],
                &[x.clone(), x.clone()],
                8_000,
                500,
            );
            assert!(blocks(&r).iter().all(|l| l.is_finite()));
            assert!(["gated_loudness", "relative_threshold"].iter().all(|k| {
                r[&*format!("loudness_itu.{k}")]
                    .value()
                    .unwrap()
                    .is_finite()
            }));
        }
    }
}

#[test]
fn compat_does_not_depend_on_the_block_size_but_for_its_metadata() {
    let x = noise(2, 20_000, 3);
    let step = || Step::new("loudness_itu").with("compat", true);
    let want = blocks(&run(&[step()], &x, 8_000, 8_192));
    assert_eq!(blocks(&run(&[step()], &x, 8_000, 1)), want);
}
