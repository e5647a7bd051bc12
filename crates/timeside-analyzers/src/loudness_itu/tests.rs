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
        assert_eq!(got, want, "{blocksize}");
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

#[test]
fn layouts_weigh_channels_and_refuse_another_number() {
    let quiet = vec![0.0; 8_000];
    let tone = sine(8_000, 997.0, 1.0, 8_000);
    let at = |channel: usize, of: usize, layout: &str| {
        let mut x = vec![quiet.clone(); of];
        x[channel] = tone.clone();
        let step = Step::new("loudness_itu").with("layout", layout);
        run(&[step], &x, 8_000, 1_000)["loudness_itu.gated_loudness"]
            .value()
            .unwrap()
    };
    let one = at(0, 1, "mono");
    assert!((at(0, 1, "dual_mono") - one - 3.01).abs() < 0.01);
    // Sides 1.5 dB more, backs the same, low-frequency effects nothing.
    for (channel, of, more) in [
        (2, 4, 1.49),
        (4, 7, 0.0),
        (5, 7, 1.49),
        (4, 8, 0.0),
        (7, 8, 1.49),
    ] {
        assert!(
            (at(channel, of, "auto") - one - more).abs() < 0.01,
            "{channel} of {of}"
        );
    }
    assert!(at(3, 8, "auto") < -100.0);
}
