//! A constant-Q transform by octaves: each is analysed at half of the rate of the one above, with one kernel.

use super::kernel::{Align, Kernel, hz, quality};
use super::stage::{Emit, Stage};
use std::f64::consts::PI;

/// Halves a rate: a linear-phase half-band filter, every second tap of which is 0.
#[derive(Debug)]
struct HalfBand {
    /// Taps 1, 3, 5 … to either side of the middle one, which is ½.
    taps: Vec<f32>,
}

/// Stop-band attenuation of the decimators.
const ATTENUATION_DB: f64 = 100.0;

impl HalfBand {
    /// Passes up to `pass` (a fraction of the input's rate, below ¼) and stops from `½ − pass`, so that nothing folds
    /// back onto what passes; a sinc under a Kaiser window.
    fn new(pass: f64) -> Self {
        let transition = TRANSITION_TURN * (0.5 - 2.0 * pass.min(0.2475));
        let length = (ATTENUATION_DB - 7.95) / (2.285 * transition);
        let reach = (length / 2.0).ceil() as usize | 1;
        let beta = 0.1102 * (ATTENUATION_DB - 8.7);
        let tap = |j: usize| {
            let x = j as f64;
            let sinc = (PI * x / 2.0).sin() / (PI * x);
            let edge = x / (reach + 1) as f64;
            sinc * bessel_i0(beta * (1.0 - edge * edge).sqrt())
        };
        let raw: Vec<f64> = (1..=reach).step_by(2).map(tap).collect();
        // A constant passes as it is: both sides together weigh ½.
        let sum: f64 = raw.iter().sum();
        Self {
            taps: raw.iter().map(|t| (0.25 * t / sum) as f32).collect(),
        }
    }

    /// Samples that it looks at on either side.
    fn reach(&self) -> usize {
        2 * self.taps.len() - 1
    }

    fn at(&self, x: &[f32], middle: usize) -> f32 {
        let later = x[middle + 1..].iter().step_by(2);
        let earlier = x[..middle].iter().rev().step_by(2);
        let sides = later.zip(earlier).zip(&self.taps);
        0.5 * x[middle] + sides.map(|((a, b), t)| t * (a + b)).sum::<f32>()
    }
}

const TRANSITION_TURN: f64 = 2.0 * PI;

/// The modified Bessel function of order 0, by its series.
fn bessel_i0(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..64 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

/// The signal at one rate.
#[derive(Debug)]
struct Level {
    buffer: Vec<f32>,
    /// Place of `buffer[0]` at this rate.
    first: i64,
    /// To the next lower rate, if there is one.
    half: Option<HalfBand>,
    /// Samples that the next lower rate has got.
    made: i64,
    /// True if an octave is analysed at this rate.
    analysed: bool,
}

impl Level {
    fn end(&self) -> i64 {
        self.first + self.buffer.len() as i64
    }

    /// The samples from `from` on, zeros outside the stream.
    fn window(&self, from: i64, out: &mut [f32]) {
        for (at, x) in (from - self.first..).zip(out) {
            *x = usize::try_from(at)
                .ok()
                .and_then(|at| self.buffer.get(at))
                .copied()
                .unwrap_or(0.0);
        }
    }

    /// Appends to `lower` what can be computed of `until` samples of this rate.
    fn halve_into(&mut self, lower: &mut Self, until: i64) {
        let Some(half) = &self.half else { return };
        let reach = half.reach() as i64;
        while 2 * self.made < until && 2 * self.made + reach < self.end() {
            let middle = usize::try_from(2 * self.made - self.first).unwrap_or(0);
            let reach = half.reach();
            let x = &self.buffer[middle - reach..=middle + reach];
            lower.buffer.push(half.at(x, reach));
            self.made += 1;
        }
    }

    /// Lets go of samples before those that are still needed.
    fn trim(&mut self, frames_from: i64) {
        let mut needed = if self.analysed {
            frames_from
        } else {
            self.end()
        };
        if let Some(half) = &self.half {
            needed = needed.min(2 * self.made - half.reach() as i64);
        }
        let gone = usize::try_from(needed - self.first)
            .unwrap_or(0)
            .min(self.buffer.len());
        // Seldom, so that short pieces do not move the buffer each time.
        if gone > 4_096 {
            self.buffer.drain(..gone);
            self.first += gone as i64;
        }
    }
}

/// The transform at work.
#[derive(Debug)]
pub(super) struct Cqt {
    kernel: Kernel,
    /// From the stream's own rate down; the last ones are analysed, the lowest octave in the last.
    levels: Vec<Level>,
    octaves: usize,
    step: usize,
    lowest_hz: f64,
    bins: usize,
    samples: i64,
    next: i64,
    frame: Vec<f32>,
    row: Vec<f32>,
}

impl Cqt {
    /// # Errors
    /// If the octaves do not lie below half of the sample rate.
    pub(super) fn new(
        rate: u32,
        min: f64,
        bins: usize,
        octaves: usize,
        align: Align,
        step: usize,
    ) -> Result<Self, String> {
        let stream_rate = f64::from(rate);
        let lowest_hz = hz(min, stream_rate);
        let above = ((octaves - 1) as f64).exp2();
        let top_hz = lowest_hz * above;
        let limit_hz = stream_rate / 4.0 / above;
        if lowest_hz > limit_hz {
            return Err(format!(
                "CQTMinFreq must be at most {limit_hz} Hz for {octaves} octaves (CQTNbOctaves), not {lowest_hz}"
            ));
        }
        let mut rate = stream_rate;
        let mut rates = vec![rate];
        while 0.95 * rate / 8.0 > top_hz {
            rate /= 2.0;
            rates.push(rate);
        }
        let frequencies: Vec<f64> = (0..bins)
            .map(|k| top_hz * (k as f64 / bins as f64).exp2())
            .collect();
        let kernel = Kernel::new(rate, &frequencies, quality(bins), align);
        let first_analysed = rates.len() - 1;
        rates.extend((1..octaves).map(|o| rate / (o as f64).exp2()));
        let last = rates.len() - 1;
        let levels = rates.iter().enumerate().map(|(depth, rate)| {
            // What the lower levels analyse, with the width of its kernel.
            let lower = depth.saturating_sub(first_analysed) + usize::from(depth >= first_analysed);
            let reaches_hz = 2.0 * top_hz / (lower as f64).exp2() * (1.0 + 2.0 / quality(bins));
            let half = (depth < last).then(|| HalfBand::new(reaches_hz / rate));
            let before = half.as_ref().map_or(0, HalfBand::reach);
            Level {
                buffer: vec![0.0; before],
                first: -(before as i64),
                half,
                made: 0,
                analysed: depth >= first_analysed,
            }
        });
        Ok(Self {
            levels: levels.collect(),
            octaves,
            step,
            lowest_hz,
            bins,
            samples: 0,
            next: 0,
            frame: vec![0.0; kernel.size()],
            row: Vec::new(),
            kernel,
        })
    }

    /// Samples of the stream that the lowest octave looks at.
    pub(super) fn block(&self) -> usize {
        self.kernel.size() << (self.levels.len() - 1)
    }

    /// The frequency of each bin.
    pub(super) fn frequencies_hz(&self) -> Vec<f64> {
        let bin = |k: usize| self.lowest_hz * (k as f64 / self.bins as f64).exp2();
        (0..self.bins * self.octaves).map(bin).collect()
    }

    /// Where frame `index` begins at the rate of `depth` halvings: centred on the nearest sample.
    fn frame_from(&self, index: i64, depth: usize) -> i64 {
        let centre = (index * self.step as i64 + ((1 << depth) >> 1)) >> depth;
        centre - (self.frame.len() / 2) as i64
    }

    fn is_ready(&self) -> bool {
        let size = self.frame.len() as i64;
        self.levels
            .iter()
            .enumerate()
            .filter(|(_, level)| level.analysed)
            .all(|(depth, level)| self.frame_from(self.next, depth) + size <= level.end())
    }

    fn give(&mut self, emit: Emit<'_>) {
        self.row.clear();
        for depth in (self.levels.len() - self.octaves..self.levels.len()).rev() {
            let from = self.frame_from(self.next, depth);
            self.levels[depth].window(from, &mut self.frame);
            self.kernel.magnitudes(&self.frame, &mut self.row);
        }
        emit(&self.row);
        self.next += 1;
    }

    /// Computes the lower rates; `ended` if no sample comes any more.
    fn halve(&mut self, ended: bool) {
        let mut length = self.samples;
        for depth in 1..self.levels.len() {
            let (above, below) = self.levels.split_at_mut(depth);
            let (level, lower) = (&mut above[depth - 1], &mut below[0]);
            let until = if ended { length } else { i64::MAX };
            if let (true, Some(half)) = (ended, &level.half) {
                let zeros = half.reach() + 1;
                level.buffer.resize(level.buffer.len() + zeros, 0.0);
            }
            level.halve_into(lower, until);
            length = (length + 1) / 2;
        }
    }
}

/// Samples that are taken at once, so that a large piece does not stay in memory at every rate.
const PIECE: usize = 16_384;

impl Stage for Cqt {
    fn push(&mut self, samples: &[f32], emit: Emit<'_>) {
        for piece in samples.chunks(PIECE) {
            self.levels[0].buffer.extend_from_slice(piece);
            self.samples += piece.len() as i64;
            self.halve(false);
            while self.is_ready() {
                self.give(emit);
            }
            for depth in 0..self.levels.len() {
                let from = self.frame_from(self.next, depth);
                self.levels[depth].trim(from);
            }
        }
    }

    fn finish(&mut self, emit: Emit<'_>) {
        self.halve(true);
        while self.next * (self.step as i64) < self.samples {
            self.give(emit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{noise, sine};

    fn run(cqt: &mut Cqt, x: &[f32], piece: usize) -> Vec<Vec<f32>> {
        let mut rows = Vec::new();
        for piece in x.chunks(piece) {
            cqt.push(piece, &mut |row| rows.push(row.to_vec()));
        }
        cqt.finish(&mut |row| rows.push(row.to_vec()));
        rows
    }

    fn of_defaults() -> Cqt {
        Cqt::new(44_100, 73.42, 36, 3, Align::Centre, 1_024).unwrap()
    }

    #[test]
    fn a_sine_in_any_octave_reads_half_of_its_amplitude_in_its_bin() {
        for bin in [0, 20, 35, 36, 71, 72, 107] {
            let mut cqt = of_defaults();
            let hz = cqt.frequencies_hz()[bin];
            let rows = run(&mut cqt, &sine(44_100, hz, 1.0, 131_072), 131_072);
            assert_eq!(rows.len(), 128);
            let row = &rows[64];
            let best = (0..108).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap();
            assert_eq!(best, bin);
            assert!((row[bin] - 0.5).abs() < 0.005, "{bin}: {}", row[bin]);
        }
    }

    #[test]
    fn rows_are_aligned_and_do_not_depend_on_the_pieces() {
        let mut x = vec![0.0; 60_000];
        x.extend(sine(44_100, 440.0, 1.0, 3_000));
        x.extend(vec![0.0; 37_001]);
        let rows = run(&mut of_defaults(), &x, 100_001);
        let bin = 93;
        let peak = (0..rows.len())
            .max_by(|a, b| rows[*a][bin].total_cmp(&rows[*b][bin]))
            .unwrap();
        assert_eq!(peak, 60, "61 500 samples are 60.06 steps");
        let x = &noise(1, 40_000, 3)[0];
        let want = run(&mut of_defaults(), x, 40_000);
        assert_eq!(want.len(), 40);
        for piece in [777, 16_384] {
            assert!(run(&mut of_defaults(), x, piece) == want, "{piece}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_the_buffers_stay_small() {
        let error = Cqt::new(8_000, 600.0, 12, 3, Align::Centre, 512).unwrap_err();
        assert!(error.contains("at most 500 Hz for 3 octaves"), "{error}");
        let mut cqt = of_defaults();
        let x = vec![0.1; 1 << 20];
        cqt.push(&x, &mut |_| ());
        let held: usize = cqt.levels.iter().map(|l| l.buffer.len()).sum();
        assert!(held < 70_000, "{held}");
    }
}
