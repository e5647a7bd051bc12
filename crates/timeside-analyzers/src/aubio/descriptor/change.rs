//! Descriptors of how a spectrum differs from the ones before it.

use std::f64::consts::{PI, TAU};
use timeside_dsp::elementary::{cos, ln};

/// Bins of this magnitude and less have no phase and no difference worth counting.
const GATE: f32 = 0.1;

const LANES: usize = 8;

/// `Σ √abs(M′² + M² − 2·M′·M·cos(2φ′ − φ″ − φ))`. For steady tones it is nothing but the rounding of single precision,
/// and of this order of operations.
pub(super) fn complex([m, before]: [&[f32]; 2], [p, p1, p2]: [&[f32]; 3]) -> f32 {
    let distance = |m: f32, b: f32, p: f32, p1: f32, p2: f32| {
        let turn = cos((2.0 * p1 - p2) - p);
        ((b * b + m * m) - ((2.0 * b) * m) * turn).abs().sqrt()
    };
    let mut lanes = [0f32; LANES];
    let (ms, bs) = (m.as_chunks::<LANES>(), before.as_chunks::<LANES>());
    let (ps, p1s, p2s) = (
        p.as_chunks::<LANES>(),
        p1.as_chunks::<LANES>(),
        p2.as_chunks::<LANES>(),
    );
    let pieces = ms.0.iter().zip(bs.0).zip(ps.0).zip(p1s.0).zip(p2s.0);
    for ((((m, b), p), p1), p2) in pieces {
        for l in 0..LANES {
            lanes[l] += distance(m[l], b[l], p[l], p1[l], p2[l]);
        }
    }
    let rest = ms.1.iter().zip(bs.1).zip(ps.1).zip(p1s.1).zip(p2s.1);
    for (l, ((((m, b), p), p1), p2)) in rest.enumerate() {
        lanes[l] += distance(*m, *b, *p, *p1, *p2);
    }
    lanes.iter().sum()
}

/// Writes `abs(φ − 2φ′ + φ″)`, wrapped, for bins above the gate, else 0.
pub(super) fn phase_deviation(m: &[f32], [p, p1, p2]: [&[f32]; 3], out: &mut [f32]) {
    for ((((out, m), p), p1), p2) in out.iter_mut().zip(m).zip(p).zip(p1).zip(p2) {
        let deviation = wrapped((p - 2.0 * p1) + p2).abs();
        *out = if *m > GATE { deviation } else { 0.0 };
    }
}

/// An angle of a few turns in −π..=π. π in double precision is part of it: the last bin's alternating 0 and π in single
/// precision leave 1.75e-7 and not 0, which a histogram counts.
pub(in crate::aubio) fn wrapped(angle: f32) -> f32 {
    /// Adding and subtracting it rounds a small number to a whole one.
    const ROUNDER: f32 = 12_582_912.0;
    let wide = f64::from(angle);
    let turns = (-(wide + PI) * (1.0 / TAU)) as f32;
    let nearest = (turns + ROUNDER) - ROUNDER;
    let floor = nearest - if nearest > turns { 1.0 } else { 0.0 };
    (wide + TAU * f64::from(1.0 + floor)) as f32
}

/// Writes `√abs(M² − M′²)` for bins above the gate, else 0.
pub(super) fn spectral_difference(m: &[f32], before: &[f32], out: &mut [f32]) {
    for ((out, m), b) in out.iter_mut().zip(m).zip(before) {
        let difference = (m * m - b * b).abs().sqrt();
        *out = if *m > GATE { difference } else { 0.0 };
    }
}

/// `Σ M·ln(1 + M/(M′ + 0.1))`, and the same without the weight `M`.
pub(super) fn divergence(m: &[f32], before: &[f32]) -> (f32, f32) {
    let mut lanes = [[0f32; LANES]; 2];
    let [weighted, plain] = &mut lanes;
    let mut add = |l: usize, m: f32, b: f32| {
        let log = ln(1.0 + m / (b + 0.1));
        weighted[l] += m * log;
        plain[l] += log;
    };
    let (ms, bs) = (m.as_chunks::<LANES>(), before.as_chunks::<LANES>());
    for (m, b) in ms.0.iter().zip(bs.0) {
        for l in 0..LANES {
            add(l, m[l], b[l]);
        }
    }
    for (l, (m, b)) in ms.1.iter().zip(bs.1).enumerate() {
        add(l, *m, *b);
    }
    (weighted.iter().sum(), plain.iter().sum())
}

/// `Σ max(0, M − M′)`.
pub(super) fn flux(m: &[f32], before: &[f32]) -> f32 {
    let mut lanes = [0f32; LANES];
    let mut add = |l: usize, m: f32, b: f32| lanes[l] += if m > b { m - b } else { 0.0 };
    let (ms, bs) = (m.as_chunks::<LANES>(), before.as_chunks::<LANES>());
    for (m, b) in ms.0.iter().zip(bs.0) {
        for l in 0..LANES {
            add(l, m[l], b[l]);
        }
    }
    for (l, (m, b)) in ms.1.iter().zip(bs.1).enumerate() {
        add(l, *m, *b);
    }
    lanes.iter().sum()
}
