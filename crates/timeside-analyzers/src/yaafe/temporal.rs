//! Samples and frames, and what is computed of them in time.

use super::stage::{Emit, RowMap, Stage, single};
use timeside_dsp::{Framer, Framing};

/// The samples as they come.
#[derive(Debug)]
pub(super) struct Samples;

impl Stage for Samples {
    fn push(&mut self, samples: &[f32], emit: Emit<'_>) {
        emit(samples);
    }
}

/// Frames, centred on multiples of the step.
#[derive(Debug)]
pub(super) struct Frames(Framer);

impl Frames {
    pub(super) fn new(block: usize, step: usize) -> Self {
        Self(Framer::new(block, step, Framing::CentredWithin))
    }
}

impl Stage for Frames {
    fn push(&mut self, samples: &[f32], emit: Emit<'_>) {
        self.0.push(samples, |_, frame| emit(frame));
    }

    fn finish(&mut self, emit: Emit<'_>) {
        self.0.finish(|_, frame| emit(frame));
    }
}

/// Changes of sign per sample. Zeros are skipped, but for the first sample, after which no change counts.
pub(super) fn zero_crossings(frame: &[f32]) -> f64 {
    let mut before = frame.first().copied().unwrap_or(0.0);
    let mut changes = 0_u32;
    for x in frame.iter().copied().filter(|x| *x != 0.0) {
        changes += u32::from((x > 0.0 && before < 0.0) || (x < 0.0 && before > 0.0));
        before = x;
    }
    f64::from(changes) / frame.len().max(1) as f64
}

/// The root of the mean square.
pub(super) fn energy(frame: &[f32]) -> f64 {
    (product(frame, frame) / frame.len().max(1) as f64).sqrt()
}

/// `Σ a·b` over the shorter of the two, in double precision.
pub(super) fn product(a: &[f32], b: &[f32]) -> f64 {
    // Sums side by side vectorise, in the same order everywhere.
    let mut lanes = [0.0_f64; 8];
    let used = a.len().min(b.len());
    let (a, b) = (a[..used].chunks_exact(8), b[..used].chunks_exact(8));
    let rest: f64 = a
        .remainder()
        .iter()
        .zip(b.remainder())
        .map(|(x, y)| f64::from(*x) * f64::from(*y))
        .sum();
    for (x, y) in a.zip(b) {
        for ((sum, x), y) in lanes.iter_mut().zip(x).zip(y) {
            *sum += f64::from(*x) * f64::from(*y);
        }
    }
    lanes.iter().sum::<f64>() + rest
}

/// The autocorrelation of a frame, not normalised: `Σ x_i·x_{i+l}` for `l = 0 … lags − 1`.
pub(super) fn autocorrelation(frame: &[f32], lags: &mut [f64]) {
    for (lag, sum) in lags.iter_mut().enumerate() {
        *sum = product(frame, frame.get(lag..).unwrap_or_default());
    }
}

/// The feature of that name.
#[derive(Debug)]
pub(super) struct AutoCorrelation(Vec<f64>);

impl AutoCorrelation {
    pub(super) fn new(lags: usize) -> Self {
        Self(vec![0.0; lags])
    }
}

impl RowMap for AutoCorrelation {
    fn map(&mut self, frame: &[f32], out: &mut Vec<f32>) {
        autocorrelation(frame, &mut self.0);
        out.extend(self.0.iter().map(|x| single(*x)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_do_not_count_as_changes() {
        assert_eq!(zero_crossings(&[1.0, 0.0, -1.0, 0.0]), 0.25);
        assert_eq!(zero_crossings(&[0.0, 1.0, -1.0, -2.0]), 0.25);
        assert_eq!(zero_crossings(&[0.0; 4]), 0.0);
    }

    #[test]
    fn products_of_any_length() {
        let x: Vec<f32> = (1..=21).map(|v| v as f32).collect();
        assert_eq!(product(&x, &x), 3_311.0);
        let mut lags = [0.0; 23];
        autocorrelation(&x, &mut lags);
        assert_eq!((lags[20], lags[21], lags[22]), (21.0, 0.0, 0.0));
    }
}
