//! The period of a detection function along the way: comb filters over autocorrelations, and the likeliest path.

use timeside_core::{Param, Params};

/// Values per window, and from one to the next.
const WINDOW: usize = 512;
pub(super) const HOP: usize = 128;
/// Candidates of the period, in values.
const STATES: usize = 128;
/// Those that a path may take.
const POSSIBLE: std::ops::Range<usize> = 20..108;
/// Spread of a path's steps, in values.
const PATH_SPREAD: f64 = 8.0;
/// Keeps divisions from zero.
const TINY: f64 = 8e-7;
/// Values per minute of the curve at 44.1 kHz, which the weights reckon with at every rate.
const PER_MINUTE: f64 = 5_167.0;

/// The parameters of the path.
pub(super) fn params() -> [Param; 2] {
    [
        Param::number("inputtempo", 120.0, 50.0, 250.0, "The tempo to expect.").unit("bpm"),
        Param::boolean("constraintempo", false, "Stays close to inputtempo."),
    ]
}

/// Periods, window by window, with bounded memory beside 128 bytes per window.
#[derive(Debug)]
pub(super) struct Periodicity {
    weights: Vec<f64>,
    transitions: Vec<f64>,
    /// Values of the next window.
    recent: Vec<f64>,
    /// How many values at the end are not above zero: they count only if another follows.
    silent: usize,
    seen: usize,
    comb: Vec<f64>,
    scores: Vec<f64>,
    /// From which state each state of each window is reached best.
    origins: Vec<[u8; STATES]>,
    windows: usize,
}

impl Periodicity {
    pub(super) fn new(params: &Params) -> Self {
        let middle = (PER_MINUTE / params.number("inputtempo").unwrap_or(120.0)).max(1.0);
        let constrained = params.flag("constraintempo");
        let weight = |i: usize| {
            let i = i as f64;
            if constrained {
                (-(i - middle).powi(2) / (2.0 * (middle / 4.0).powi(2))).exp()
            } else {
                i / (middle * middle) * (-i * i / (2.0 * middle * middle)).exp()
            }
        };
        let transition = |(i, j): (usize, usize)| {
            let apart = i as f64 - j as f64;
            if POSSIBLE.contains(&i) && POSSIBLE.contains(&j) {
                (-apart * apart / (2.0 * PATH_SPREAD * PATH_SPREAD)).exp()
            } else {
                0.0
            }
        };
        Self {
            weights: (0..STATES).map(weight).collect(),
            transitions: (0..STATES * STATES)
                .map(|at| transition((at % STATES, at / STATES)))
                .collect(),
            recent: Vec::with_capacity(WINDOW + HOP),
            silent: 0,
            seen: 0,
            comb: vec![0.0; STATES],
            scores: vec![0.0; STATES],
            origins: Vec::new(),
            windows: 0,
        }
    }

    /// Takes the next value. The first two of a stream do not count, nor zeros at its end.
    pub(super) fn push(&mut self, value: f64) {
        if value <= 0.0 {
            self.silent += 1;
            return;
        }
        for _ in 0..std::mem::take(&mut self.silent) {
            self.take(0.0);
        }
        self.take(value);
    }

    fn take(&mut self, value: f64) {
        self.seen += 1;
        if self.seen <= 2 {
            return;
        }
        // A window counts once a value follows it.
        if self.recent.len() == WINDOW {
            self.window();
            self.recent.drain(..HOP);
        }
        self.recent.push(value);
    }

    fn window(&mut self) {
        comb(&self.recent, &self.weights, &mut self.comb);
        let mut scores = vec![0.0; STATES];
        if self.windows == 0 {
            for ((s, w), c) in scores.iter_mut().zip(&self.weights).zip(&self.comb) {
                *s = w * c;
            }
        } else {
            let mut origins = [0; STATES];
            for j in POSSIBLE {
                let row = &self.transitions[j * STATES..(j + 1) * STATES];
                let (mut best, mut from) = (0.0, 0);
                for i in POSSIBLE {
                    let score = self.scores[i] * row[i];
                    if score > best {
                        (best, from) = (score, i);
                    }
                }
                scores[j] = best * self.comb[j];
                origins[j] = from as u8;
            }
            self.origins.push(origins);
        }
        let sum = scores.iter().sum::<f64>() + if self.windows == 0 { 0.0 } else { TINY };
        if sum > 0.0 {
            scores.iter_mut().for_each(|s| *s /= sum);
        }
        self.scores = scores;
        self.windows += 1;
    }

    /// The period of each window, in values; 0 where there is none. Empty for fewer than two windows.
    pub(super) fn path(&self) -> Vec<usize> {
        if self.windows < 2 {
            return Vec::new();
        }
        let mut state = 0;
        for (i, s) in self.scores.iter().enumerate() {
            if *s > self.scores[state] {
                state = i;
            }
        }
        let mut path = vec![state];
        for origins in self.origins.iter().rev() {
            state = usize::from(origins[state]);
            path.push(state);
        }
        path.reverse();
        path
    }
}

/// The tempi of a path in bpm, each with the window at which it begins: one where the hundredths change.
/// `step_secs` lie between two values of the curve.
pub(super) fn tempi(path: &[usize], step_secs: f64) -> Vec<(usize, f64)> {
    let mut tempi: Vec<(usize, f64)> = Vec::new();
    for (window, period) in path.iter().enumerate().filter(|(_, p)| **p > 0) {
        let bpm = 60.0 / step_secs / *period as f64;
        let hundredths = |bpm: f64| (100.0 * bpm).floor();
        let last = tempi.last().map(|(_, bpm)| hundredths(*bpm));
        if bpm > 1.0 && last != Some(hundredths(bpm)) {
            tempi.push((window, bpm));
        }
    }
    tempi
}

/// How well each period fits the window: the autocorrelation, summed at four multiples of it with growing tolerance.
fn comb(window: &[f64], weights: &[f64], out: &mut [f64]) {
    let mut x = window.to_vec();
    above_mean(&mut x);
    let correlation: Vec<f64> = (0..WINDOW)
        .map(|lag| {
            let products = x[..WINDOW - lag].iter().zip(&x[lag..]);
            products.map(|(a, b)| a * b).sum::<f64>() / (WINDOW - lag) as f64
        })
        .collect();
    out.fill(0.0);
    for period in 2..STATES {
        let mut sum = 0.0;
        for multiple in 1..=4_usize {
            // From `1 − multiple` to `multiple − 1` beside the multiple, less one: the index of a period is one less.
            let first = multiple * period - multiple;
            let width = 2 * multiple - 1;
            let near: f64 = correlation.iter().skip(first).take(width).sum();
            sum += near / width as f64;
        }
        out[period - 1] = sum * weights[period - 1];
    }
    above_mean(out);
    let sum = out.iter().map(|c| c + TINY).sum::<f64>() + TINY;
    out.iter_mut().for_each(|c| *c = (*c + TINY) / sum);
}

/// Subtracts the mean of the 16 values about each, and clears what is left below zero.
fn above_mean(x: &mut [f64]) {
    let means: Vec<f64> = (0..x.len())
        .map(|i| {
            let near = &x[i.saturating_sub(8)..(i + 8).min(x.len())];
            near.iter().sum::<f64>() / near.len() as f64
        })
        .collect();
    for (x, mean) in x.iter_mut().zip(means) {
        *x = (*x - mean).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn path(given: serde_json::Value, values: impl IntoIterator<Item = f64>) -> Vec<usize> {
        let params = Params::check("test", &params(), given.as_object().unwrap()).unwrap();
        let mut periodicity = Periodicity::new(&params);
        values.into_iter().for_each(|v| periodicity.push(v));
        periodicity.path()
    }

    fn pulses(period: usize, count: usize) -> impl Iterator<Item = f64> {
        (0..count).map(move |i| if i % period == 0 { 1.0 } else { 0.01 })
    }

    #[test]
    fn pulses_have_their_period() {
        for period in [35, 43, 60] {
            let path = path(json!({}), pulses(period, 3_000));
            assert_eq!(path.len(), (3_000 - 2 - WINDOW).div_ceil(HOP));
            for p in &path[2..] {
                assert!(p.abs_diff(period) <= 1, "{period}: {path:?}");
            }
        }
    }

    #[test]
    fn a_wish_decides_between_octaves() {
        let (slow, fast) = (json!({ "inputtempo": 75 }), json!({ "inputtempo": 150 }));
        let narrow = |mut wish: serde_json::Value| {
            wish["constraintempo"] = json!(true);
            path(wish, pulses(34, 2_000))[5]
        };
        assert_eq!((narrow(slow), narrow(fast)), (68, 34));
    }

    #[test]
    fn tempi_are_listed_where_they_change() {
        let got = tempi(&[0, 43, 43, 51, 43], 512.0 / 44_100.0);
        let windows: Vec<usize> = got.iter().map(|(w, _)| *w).collect();
        assert_eq!(windows, [1, 3, 4]);
        assert!((got[0].1 - 120.185_319).abs() < 1e-5 && (got[1].1 - 101.332_721).abs() < 1e-5);
    }

    #[test]
    fn too_little_has_no_period() {
        assert!(path(json!({}), pulses(40, 2 + WINDOW + HOP)).is_empty());
        assert_eq!(path(json!({}), pulses(40, 3 + WINDOW + HOP)).len(), 2);
        assert!(path(json!({}), vec![0.0; 5_000]).is_empty());
    }
}
