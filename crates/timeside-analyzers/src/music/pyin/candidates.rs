//! Which periods a frame may have, and how likely each is.

use timeside_dsp::autocorrelation::Autocorrelation;

/// Thresholds on the normalised difference: `j/100`, `j` from 1.
const THRESHOLDS: usize = 100;

/// How much less likely the next longer period is, as an exponent.
const PERIOD_DECAY: f64 = 2.0;

/// What the lowest trough gets of the thresholds that it is not below.
const NO_TROUGH: f64 = 0.01;

/// A frequency with its probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    pub(super) hz: f64,
    pub(super) probability: f64,
}

/// The first stage of pYIN.
#[derive(Debug)]
pub(super) struct Candidates {
    rate: f64,
    min_period: usize,
    autocorrelation: Autocorrelation,
    /// Probability of each threshold, and sums of those before it.
    weights: [f64; THRESHOLDS],
    before: [f64; THRESHOLDS + 1],
    /// What the `n`-th trough counts, and sums of those before it.
    decay: Vec<f64>,
    totals: Vec<f64>,
    samples: Vec<f64>,
    lags: Vec<f64>,
    /// Cumulative mean normalised difference from `min_period` on.
    difference: Vec<f64>,
    troughs: Vec<Trough>,
    found: Vec<Candidate>,
}

#[derive(Debug, Clone, Copy)]
struct Trough {
    at: usize,
    height: f64,
    /// Index of the lowest threshold above it.
    threshold: usize,
    probability: f64,
}

impl Candidates {
    /// For frames of `block` samples, longer than a period of `fmin`.
    pub(super) fn new(block: usize, rate: f64, fmin: f64, fmax: f64) -> Self {
        let min_period = (rate / fmax).floor() as usize;
        let max_period = ((rate / fmin).ceil() as usize).min(block - 1);
        // The distribution of Beta(2, 18): 1 − (1 − x)^18·(1 + 18x).
        let beta = |j: usize| {
            let x = j as f64 / THRESHOLDS as f64;
            1.0 - (1.0 - x).powi(18) * (1.0 + 18.0 * x)
        };
        let weights = std::array::from_fn(|j| beta(j + 1) - beta(j));
        let mut before = [0.0; THRESHOLDS + 1];
        for (j, w) in weights.iter().enumerate() {
            before[j + 1] = before[j] + w;
        }
        let periods = max_period + 1 - min_period;
        let decay: Vec<f64> = (0..periods)
            .map(|n| (-PERIOD_DECAY * n as f64).exp())
            .collect();
        let mut totals = vec![0.0];
        totals.extend(decay.iter().scan(0.0, |sum, d| {
            *sum += d;
            Some(*sum)
        }));
        Self {
            rate,
            min_period,
            autocorrelation: Autocorrelation::new(block, max_period),
            weights,
            before,
            decay,
            totals,
            samples: Vec::with_capacity(block),
            lags: vec![0.0; max_period + 1],
            difference: vec![0.0; periods],
            troughs: Vec::with_capacity(periods),
            found: Vec::with_capacity(periods),
        }
    }

    /// The candidates of a frame, by rising period.
    pub(super) fn of(&mut self, frame: &[f32]) -> &[Candidate] {
        self.samples.clear();
        self.samples.extend(frame.iter().map(|x| f64::from(*x)));
        self.autocorrelation.process(&self.samples, &mut self.lags);
        self.normalise();
        self.find_troughs();
        self.weigh();
        self.found.clear();
        for trough in self.troughs.iter().filter(|t| t.probability > 0.0) {
            let period = (self.min_period + trough.at) as f64 + self.shift(trough.at);
            self.found.push(Candidate {
                hz: self.rate / period,
                probability: trough.probability,
            });
        }
        &self.found
    }

    fn normalise(&mut self) {
        let (mut energy, mut sum) = (0.0, 0.0);
        let zero_lag = self.lags[0];
        for (lag, r) in self.lags.iter().enumerate().skip(1) {
            energy += self.samples[lag - 1] * self.samples[lag - 1];
            let d = 2.0 * (zero_lag - r) - energy;
            sum += d;
            if let Some(at) = lag.checked_sub(self.min_period) {
                self.difference[at] = d / (sum / lag as f64 + f64::MIN_POSITIVE);
            }
        }
    }

    fn find_troughs(&mut self) {
        self.troughs.clear();
        let d = &self.difference;
        for at in 0..d.len() {
            let falls = at == 0 || d[at] < d[at - 1];
            let rises = match d.get(at + 1) {
                Some(next) if at == 0 => d[at] < *next,
                Some(next) => d[at] <= *next,
                // As if the last value went on.
                None => true,
            };
            if falls && rises && d[at].is_finite() {
                self.troughs.push(Trough {
                    at,
                    height: d[at],
                    threshold: ((d[at] * THRESHOLDS as f64) as usize).min(THRESHOLDS),
                    probability: 0.0,
                });
            }
        }
    }

    /// Shares each threshold's weight among the troughs below it.
    fn weigh(&mut self) {
        let Some(lowest) = self
            .troughs
            .iter()
            .enumerate()
            .min_by(|a, b| a.1.height.total_cmp(&b.1.height))
            .map(|(i, _)| i)
        else {
            return;
        };
        let first = self.troughs[lowest].threshold;
        for j in first..THRESHOLDS {
            let below = self.troughs.iter().filter(|t| t.threshold <= j).count();
            let share = self.weights[j] / self.totals[below];
            let troughs = self.troughs.iter_mut().filter(|t| t.threshold <= j);
            for (trough, decay) in troughs.zip(&self.decay) {
                trough.probability += share * decay;
            }
        }
        self.troughs[lowest].probability += NO_TROUGH * self.before[first];
    }

    /// How far the minimum of the parabola through three values lies from the middle one.
    fn shift(&self, at: usize) -> f64 {
        let d = &self.difference;
        if at == 0 || at + 1 >= d.len() {
            return 0.0;
        }
        let curvature = d[at + 1] + d[at - 1] - 2.0 * d[at];
        let slope = (d[at + 1] - d[at - 1]) / 2.0;
        if slope.abs() >= curvature.abs() {
            0.0
        } else {
            -slope / curvature
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_of_a_tone_is_the_likeliest() {
        let x: Vec<f32> = (0..2_048)
            .map(|n| (std::f64::consts::TAU * 300.0 * f64::from(n) / 44_100.0).sin() as f32)
            .collect();
        let mut candidates = Candidates::new(2_048, 44_100.0, 65.0, 2_000.0);
        let found = candidates.of(&x);
        let best = found
            .iter()
            .max_by(|a, b| a.probability.total_cmp(&b.probability))
            .unwrap();
        // The frame ends, which biases the period a little.
        assert!((best.hz - 300.0).abs() < 1.0, "{found:?}");
        let sum: f64 = found.iter().map(|c| c.probability).sum();
        assert!(sum > 0.8 && sum <= 1.0 + 1e-12, "{sum}");
        assert!(candidates.of(&[0.0; 2_048]).is_empty());
    }
}
