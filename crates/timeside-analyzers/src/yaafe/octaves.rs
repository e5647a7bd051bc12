//! A constant-Q transform by octaves: each is analysed at half of the rate of the one above, with one kernel.

use super::kernel::{Align, Kernel, hz, quality};
use super::stage::{Emit, Stage};
use timeside_dsp::Decimator;

/// What the decimators leave of what would fold back onto the octaves.
const ATTENUATION_DB: f64 = 100.0;

/// The signal at one rate.
#[derive(Debug)]
struct Level {
    /// To this rate from the one above; none for the stream's own.
    decimator: Option<Decimator>,
    /// The samples that coming frames need, if an octave is analysed at this rate; else those of the last piece.
    buffer: Vec<f32>,
    /// Place of `buffer[0]` at this rate.
    first: i64,
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

    /// Lets go of samples before `needed`.
    fn trim(&mut self, needed: i64) {
        let gone = if self.analysed {
            usize::try_from(needed - self.first).unwrap_or(0)
        } else {
            self.buffer.len()
        };
        let gone = gone.min(self.buffer.len());
        // Seldom, so that short pieces do not move a buffer each time.
        if gone > 4_096 || gone == self.buffer.len() {
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
        let levels = rates.iter().enumerate().map(|(depth, rate)| {
            // Octaves lie below half of the highest that is analysed at this rate or a lower one.
            let lower = depth.saturating_sub(first_analysed) as f64;
            let reaches_hz = 2.0 * top_hz / lower.exp2() * (1.0 + 2.0 / quality(bins));
            let pass = (reaches_hz / (2.0 * rate)).min(0.2475);
            Level {
                decimator: (depth > 0).then(|| Decimator::new(2, pass, 0.5 - pass, ATTENUATION_DB)),
                buffer: Vec::new(),
                first: 0,
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

    /// Takes a piece and computes it at all rates; `ended` if nothing comes after it.
    fn take(&mut self, piece: &[f32], ended: bool) {
        self.levels[0].buffer.extend_from_slice(piece);
        let mut new = piece.len();
        for depth in 1..self.levels.len() {
            let (above, below) = self.levels.split_at_mut(depth);
            let (upper, level) = (&above[depth - 1].buffer, &mut below[0]);
            let Some(decimator) = &mut level.decimator else {
                continue;
            };
            let before = level.buffer.len();
            decimator.push(&upper[upper.len() - new..], &mut level.buffer);
            if ended {
                // What the filter still holds back belongs to the stream.
                decimator.push(&vec![0.0; decimator.lookahead()], &mut level.buffer);
            }
            new = level.buffer.len() - before;
        }
    }
}

/// Samples that are taken at once, so that a large piece does not stay in memory at every rate.
const PIECE: usize = 16_384;

impl Stage for Cqt {
    fn push(&mut self, samples: &[f32], emit: Emit<'_>) {
        for piece in samples.chunks(PIECE) {
            self.take(piece, false);
            self.samples += piece.len() as i64;
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
        self.take(&[], true);
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
