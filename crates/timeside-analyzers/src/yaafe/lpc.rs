//! Linear prediction, as coefficients and as line spectral frequencies.

use super::stage::{RowMap, single};
use super::temporal::autocorrelation;

/// The predictor `1, a_1 … a_p` of lags `0 … p` (Levinson-Durbin); all zeros after the 1 for silence.
fn levinson(lags: &[f64], a: &mut [f64], spare: &mut [f64]) {
    a.fill(0.0);
    a[0] = 1.0;
    let mut error = lags[0];
    for i in 1..lags.len() {
        // What is left is rounding: the signal is foretold.
        if error <= lags[0] * 1e-15 {
            return;
        }
        let sum: f64 = (0..i).map(|j| a[j] * lags[i - j]).sum();
        let reflection = -sum / error;
        spare[..=i].copy_from_slice(&a[..=i]);
        for j in 1..=i {
            a[j] += reflection * spare[i - j];
        }
        error *= 1.0 - reflection * reflection;
    }
}

/// The predictor of a frame.
#[derive(Debug)]
pub(super) struct Lpc {
    lags: Vec<f64>,
    a: Vec<f64>,
    spare: Vec<f64>,
}

impl Lpc {
    pub(super) fn new(order: usize) -> Self {
        Self {
            lags: vec![0.0; order + 1],
            a: vec![0.0; order + 1],
            spare: vec![0.0; order + 1],
        }
    }

    fn predict(&mut self, frame: &[f32]) -> &[f64] {
        autocorrelation(frame, &mut self.lags);
        levinson(&self.lags, &mut self.a, &mut self.spare);
        &self.a
    }
}

impl RowMap for Lpc {
    fn map(&mut self, frame: &[f32], out: &mut Vec<f32>) {
        out.extend(self.predict(frame)[1..].iter().map(|a| single(*a)));
    }
}

/// The line spectral frequencies of a frame's predictor (Itakura 1975; Schüssler 1976 for displacement 0).
#[derive(Debug)]
pub(super) struct Lsf {
    count: usize,
    displacement: usize,
    lpc: Lpc,
}

impl Lsf {
    pub(super) fn new(count: usize, displacement: usize) -> Self {
        // More displacement than frequencies leaves the shortest predictor.
        let order = (count + 1).saturating_sub(displacement.max(1)).max(1);
        Self {
            count,
            displacement: displacement.min(count),
            lpc: Lpc::new(order),
        }
    }
}

impl RowMap for Lsf {
    fn map(&mut self, frame: &[f32], out: &mut Vec<f32>) {
        let mut a = self.lpc.predict(frame).to_vec();
        a.resize(a.len() + self.displacement, 0.0);
        let mirrored = || a.iter().zip(a.iter().rev());
        let sum: Vec<f64> = mirrored().map(|(x, y)| x + y).collect();
        let difference: Vec<f64> = mirrored().map(|(x, y)| x - y).collect();
        let (p, q) = if a.len() % 2 == 1 {
            (sum.clone(), divided(&difference, 2, 1.0))
        } else {
            (divided(&sum, 1, -1.0), divided(&difference, 1, 1.0))
        };
        let mut angles: Vec<f64> = angles(&p).into_iter().chain(angles(&q)).collect();
        angles.sort_unstable_by(f64::total_cmp);
        if self.displacement == 0 {
            angles.push(sum[0]);
        }
        angles.resize(self.count, 0.0);
        out.extend(angles.into_iter().map(single));
    }
}

/// A polynomial in `z⁻¹` over `1 − root·z^−lag`, which divides it.
fn divided(polynomial: &[f64], lag: usize, root: f64) -> Vec<f64> {
    let mut quotient: Vec<f64> = polynomial[..polynomial.len() - lag].to_vec();
    for i in lag..quotient.len() {
        quotient[i] += root * quotient[i - lag];
    }
    quotient
}

/// The angles in 0..π of the roots of a symmetric polynomial of even degree whose roots lie on the unit circle.
fn angles(symmetric: &[f64]) -> Vec<f64> {
    let half = symmetric.len() / 2;
    // On the circle it is c_m + 2·Σ c_{m−k}·cos(kω), a polynomial in x = cos ω whose roots are all real.
    let mut in_x = vec![0.0; half + 1];
    let (mut before, mut now) = (vec![0.0; half + 1], vec![0.0; half + 1]);
    now[0] = 1.0;
    for k in 0..=half {
        let weight = if k == 0 { 1.0 } else { 2.0 } * symmetric[half - k];
        for (x, t) in in_x.iter_mut().zip(&now) {
            *x += weight * t;
        }
        // Chebyshev: T_{k+1} = 2x·T_k − T_{k−1}, T_1 = x.
        let twice = if k == 0 { 1.0 } else { 2.0 };
        let next: Vec<f64> = (0..=half)
            .map(|i| twice * i.checked_sub(1).map_or(0.0, |j| now[j]) - before[i])
            .collect();
        before = std::mem::replace(&mut now, next);
    }
    real_roots(&in_x)
        .into_iter()
        .map(|x| x.clamp(-1.0, 1.0).acos())
        .collect()
}

fn value(polynomial: &[f64], x: f64) -> f64 {
    polynomial.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// The roots in −1..1 of a polynomial that has all of its roots there. Between two of them lies one of its derivative,
/// which therefore are found first.
fn real_roots(polynomial: &[f64]) -> Vec<f64> {
    if polynomial.len() < 2 {
        return Vec::new();
    }
    let derivative: Vec<f64> = (1..)
        .zip(&polynomial[1..])
        .map(|(k, c)| f64::from(k) * c)
        .collect();
    let mut ends = vec![-1.0];
    ends.extend(real_roots(&derivative));
    ends.push(1.0);
    ends.windows(2)
        .map(|e| bisect(polynomial, e[0], e[1]))
        .collect()
}

/// The root between `a` and `b`; where rounding hides the change of sign, the end where the value is smaller.
fn bisect(polynomial: &[f64], mut a: f64, mut b: f64) -> f64 {
    let (at_a, at_b) = (value(polynomial, a), value(polynomial, b));
    if at_a * at_b > 0.0 {
        return if at_a.abs() < at_b.abs() { a } else { b };
    }
    for _ in 0..60 {
        let middle = 0.5 * (a + b);
        if (value(polynomial, middle) > 0.0) == (at_a > 0.0) {
            a = middle;
        } else {
            b = middle;
        }
    }
    0.5 * (a + b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;
    use std::f64::consts::PI;

    fn frame() -> Vec<f32> {
        let mut y = [0.0_f32; 2];
        // An autoregressive signal: x(t) = 1.2·x(t−1) − 0.7·x(t−2) + noise.
        noise(1, 20_000, 5)[0]
            .iter()
            .map(|e| {
                let x = 1.2 * y[0] - 0.7 * y[1] + e;
                y = [x, y[0]];
                x
            })
            .collect()
    }

    #[test]
    fn the_predictor_of_an_autoregressive_signal_is_found() {
        let mut out = Vec::new();
        Lpc::new(2).map(&frame(), &mut out);
        assert!(
            (out[0] + 1.2).abs() < 0.02 && (out[1] - 0.7).abs() < 0.02,
            "{out:?}"
        );
        out.clear();
        Lpc::new(2).map(&[0.0; 64], &mut out);
        assert_eq!(out, [0.0, 0.0]);
    }

    #[test]
    fn line_spectral_frequencies_interlace_and_rebuild_the_predictor() {
        let count = 10;
        let mut lsf = Lsf::new(count, 1);
        let mut out = Vec::new();
        lsf.map(&frame(), &mut out);
        assert!(
            out.windows(2).all(|w| w[0] < w[1]) && out[9] < PI as f32,
            "{out:?}"
        );
        // P from the even ones and 1 + z⁻¹, Q from the odd ones and 1 − z⁻¹: A is half of their sum.
        let product = |start: [f64; 2], angles: &mut dyn Iterator<Item = f64>| {
            angles.fold(start.to_vec(), |p, w| {
                let mut next = vec![0.0; p.len() + 2];
                for (i, c) in p.iter().enumerate() {
                    next[i] += c;
                    next[i + 1] -= 2.0 * w.cos() * c;
                    next[i + 2] += c;
                }
                next
            })
        };
        let angles = |first: usize| out.iter().skip(first).step_by(2).map(|w| f64::from(*w));
        let p = product([1.0, 1.0], &mut angles(0));
        let q = product([1.0, -1.0], &mut angles(1));
        let want = lsf.lpc.predict(&frame()).to_vec();
        for (i, w) in want.iter().enumerate() {
            assert!((0.5 * (p[i] + q[i]) - w).abs() < 1e-4, "{i}");
        }
    }

    #[test]
    fn silence_spaces_them_evenly_and_each_displacement_gives_as_many() {
        let mut out = Vec::new();
        Lsf::new(10, 1).map(&[0.0; 64], &mut out);
        for (i, w) in (1..).zip(&out) {
            assert!(
                (f64::from(*w) - PI * f64::from(i) / 11.0).abs() < 1e-6,
                "{out:?}"
            );
        }
        for displacement in 0..4 {
            out.clear();
            Lsf::new(9, displacement).map(&frame(), &mut out);
            assert!(
                out.len() == 9 && out.iter().all(|w| *w > 0.0),
                "{displacement} {out:?}"
            );
        }
    }
}
