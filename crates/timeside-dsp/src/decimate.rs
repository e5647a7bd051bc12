//! A lower sample rate by a whole factor, for analyses that look at low frequencies only.

use std::f64::consts::PI;

/// A low-pass FIR filter (sinc under a Kaiser window) and every `factor`-th of its outputs. Output `m` is centred on
/// input `m·factor`, with zeros before the start: no delay is left to compensate.
#[derive(Debug, Clone)]
pub struct Decimator {
    factor: usize,
    taps: Vec<f32>,
    /// Inputs that some coming output still needs; `buffer[head]` is the first of the next output.
    buffer: Vec<f32>,
    head: usize,
}

impl Decimator {
    /// Keeps what lies below `pass` and loses what lies above `stop` by `attenuation_db` at least; both are fractions
    /// of the input's sample rate. A factor of 1 passes everything on as it is.
    pub fn new(factor: usize, pass: f64, stop: f64, attenuation_db: f64) -> Self {
        let taps = if factor <= 1 {
            vec![1.0]
        } else {
            low_pass(pass, stop, attenuation_db)
        };
        let mut new = Self {
            factor: factor.max(1),
            taps,
            buffer: Vec::new(),
            head: 0,
        };
        new.reset();
        new
    }

    /// Input samples per output sample.
    pub fn factor(&self) -> usize {
        self.factor
    }

    /// How many inputs an output needs beyond the one that it is centred on.
    pub fn lookahead(&self) -> usize {
        self.taps.len() / 2
    }

    /// Begins a new stream.
    pub fn reset(&mut self) {
        self.buffer.clear();
        self.buffer.resize(self.lookahead(), 0.0);
        self.head = 0;
    }

    /// Takes inputs and appends the outputs that they complete; whatever the pieces, the outputs are the same.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        if self.factor == 1 {
            out.extend_from_slice(samples);
            return;
        }
        self.buffer.extend_from_slice(samples);
        let taps = self.taps.len();
        while let Some(inputs) = self.buffer.get(self.head..self.head + taps) {
            out.push(dot(&self.taps, inputs));
            self.head += self.factor;
        }
        // What is gone is dropped now and then only, so that single samples cost no copy each.
        let gone = self.head.min(self.buffer.len());
        if gone > 4 * taps {
            self.buffer.drain(..gone);
            self.head -= gone;
        }
    }
}

/// An odd number of taps that sum to 1 (Kaiser 1974).
fn low_pass(pass: f64, stop: f64, attenuation_db: f64) -> Vec<f32> {
    let width = (2.0 * PI * (stop - pass)).max(1e-3);
    let half = ((attenuation_db - 8.0) / (2.285 * width) / 2.0)
        .ceil()
        .max(1.0);
    let beta = 0.1102 * (attenuation_db - 8.7);
    let cutoff = pass + stop;
    let shape = |t: f64| {
        let sinc = if t == 0.0 {
            cutoff
        } else {
            (PI * cutoff * t).sin() / (PI * t)
        };
        let x = t / half;
        sinc * crate::window::bessel_i0(beta * (1.0 - x * x).max(0.0).sqrt())
    };
    let half = half as i64;
    let taps: Vec<f64> = (-half..=half).map(|t| shape(t as f64)).collect();
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|t| (t / sum) as f32).collect()
}

/// `Σ a·b`, in eight sums side by side so that it becomes vector instructions.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a
        .remainder()
        .iter()
        .zip(b.remainder())
        .map(|(x, y)| x * y)
        .sum();
    for (x, y) in a.zip(b) {
        for ((s, x), y) in sums.iter_mut().zip(x).zip(y) {
            *s += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(cycles_per_sample: f64, frames: usize) -> Vec<f32> {
        (0..frames)
            .map(|n| (2.0 * PI * cycles_per_sample * n as f64).cos() as f32)
            .collect()
    }

    #[test]
    fn what_passes_keeps_its_phase_and_what_stops_is_gone() {
        let mut decimator = Decimator::new(8, 0.04, 0.09, 120.0);
        for (frequency, gain) in [(0.01, 1.0), (0.039, 1.0), (0.091, 0.0), (0.4, 0.0)] {
            decimator.reset();
            let mut out = Vec::new();
            decimator.push(&sine(frequency, 8_000), &mut out);
            for (m, y) in out.iter().enumerate().skip(20) {
                let want = gain * (2.0 * PI * frequency * 8.0 * m as f64).cos();
                assert!((f64::from(*y) - want).abs() < 3e-6, "{frequency} {m}: {y}");
            }
        }
    }

    #[test]
    fn any_pieces_give_the_same() {
        let x = sine(0.013, 3_001);
        let run = |piece: usize| {
            let mut decimator = Decimator::new(4, 0.05, 0.2, 100.0);
            let mut out = Vec::new();
            x.chunks(piece).for_each(|c| decimator.push(c, &mut out));
            out
        };
        let whole = run(x.len());
        assert!((740..=751).contains(&whole.len()), "{}", whole.len());
        for piece in [1, 7, 1_000] {
            assert!(run(piece) == whole, "{piece}");
        }
    }
}
