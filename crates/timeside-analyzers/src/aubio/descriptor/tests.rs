use super::*;
use std::f32::consts::PI;

fn all(methods: &[Method], frames: &[(&[f32], &[f32])]) -> Vec<Vec<f32>> {
    let mut d = Descriptors::new(methods, frames[0].0.len());
    let row = |(m, p): &(&[f32], &[f32])| {
        let mut row = vec![0.0; methods.len()];
        d.next(m, p, &mut row);
        row
    };
    frames.iter().map(row).collect()
}

/// Descriptors of a spectrum that can be computed in the head: magnitudes 1, 2, 3, 4.
#[test]
fn shapes_in_closed_form() {
    use Method as M;
    let methods = [
        M::Energy,
        M::Hfc,
        M::Centroid,
        M::Spread,
        M::Skewness,
        M::Kurtosis,
        M::Slope,
        M::Decrease,
        M::Rolloff,
    ];
    let rows = all(&methods, &[(&[1.0, 2.0, 3.0, 4.0], &[]), (&[0.0; 4], &[])]);
    // M/S = .1 .2 .3 .4: μ = 2, m₂ = 1, m₃ = −.6, m₄ = 2.2; slope of M/S = .1.
    let want = [
        30.0,
        30.0,
        2.0,
        1.0,
        -0.6,
        2.2,
        0.1,
        (1.0 + 1.0 + 1.0) / 9.0,
        4.0,
    ];
    for ((got, want), method) in rows[0].iter().zip(want).zip(methods) {
        assert!((got - want).abs() < 1e-6, "{method:?}: {got}");
    }
    assert_eq!(rows[1], [0.0; 9]);
}

#[test]
fn changes_in_closed_form() {
    use Method as M;
    let methods = [M::Kl, M::Mkl, M::SpecFlux, M::Complex];
    let rows = all(
        &methods,
        &[(&[0.9, 0.0], &[0.0, 0.0]), (&[0.9, 2.0], &[0.0, PI / 2.0])],
    );
    let first = [0.9 * 10f32.ln(), 10f32.ln(), 0.9, 0.9];
    // The bin that stands still is foreseen: cos 0 = 1; the new one is wholly new.
    let logs = (1.9f32.ln(), 21f32.ln());
    let second = [0.9 * logs.0 + 2.0 * logs.1, logs.0 + logs.1, 2.0, 2.0];
    for (row, want) in rows.iter().zip([first, second]) {
        for ((got, want), method) in row.iter().zip(want).zip(methods) {
            assert!((got - want).abs() < 2e-6 * want, "{method:?}: {got}");
        }
    }
}

/// Deviations 0 to 3 rad with an even step: classes are even, and both ends are left out.
#[test]
fn histogram_means_leave_the_ends_out() {
    let mut d = [0.0, 0.5, 1.25, 4.75, 5.0];
    // Centres .25, .75, …: .5 → class 1 (.75), 1.25 → class 2, 4.75 → class 9.
    assert!((histogram::mean(&mut d) - (0.75 + 1.25 + 4.75) / 10.0).abs() < 1e-6);
    assert_eq!(d, [0.0, 1.0, 2.5, 9.5, 10.0]);
    assert_eq!(histogram::mean(&mut [2.0; 5]), 0.0);
    assert_eq!(histogram::mean(&mut []), 0.0);
}

#[test]
fn phases_are_wrapped_with_an_exact_pi() {
    // Bin K−1 alternates between 0 and π: the second difference is 2π in single precision.
    assert!((change::wrapped(2.0 * PI) - 1.75e-7).abs() < 1e-9);
    assert!((change::wrapped(-2.0 * PI) + 1.75e-7).abs() < 1e-9);
    for turns in -2..=2 {
        let x = 0.25 + turns as f32 * 2.0 * PI;
        assert!((change::wrapped(x) - 0.25).abs() < 2e-6, "{turns}");
    }
}

#[test]
fn one_alone_and_one_of_many_agree_and_stay_finite() {
    let methods = Method::NAMES.map(|(_, m)| m);
    let wild: Vec<f32> = [f32::MAX, 0.0, 1e-45, 1.0, f32::MAX, 3.0].repeat(3);
    let tame: Vec<f32> = (0..18).map(|j| ((j * 7) % 5) as f32).collect();
    let phases: Vec<f32> = (0..18).map(|j| (j as f32 * 1.3).sin() * 3.0).collect();
    let frames: Vec<(&[f32], &[f32])> = [&tame, &wild, &tame, &tame, &wild, &wild]
        .iter()
        .map(|m| (m.as_slice(), phases.as_slice()))
        .collect();
    let rows = all(&methods, &frames);
    for (at, method) in methods.into_iter().enumerate() {
        let mut alone = Descriptor::new(method, 18);
        for (row, (m, p)) in rows.iter().zip(&frames) {
            assert_eq!(alone.next(m, p), row[at], "{method:?}");
            assert!(row[at].is_finite(), "{method:?}");
        }
    }
}
