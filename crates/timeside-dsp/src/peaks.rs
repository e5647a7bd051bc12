//! The peak pyramid: smallest, largest and mean-square sample per run of frames, at any length in bounded memory.

/// The extremes and the power of a run of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// Smallest sample.
    pub min: f32,
    /// Largest sample.
    pub max: f32,
    /// Mean of the squares.
    pub mean_square: f32,
}

impl Peak {
    /// The peak of no samples: joins with anything without a trace.
    pub const NONE: Self = Self {
        min: f32::INFINITY,
        max: f32::NEG_INFINITY,
        mean_square: 0.0,
    };

    /// The peak of `samples`; [`Peak::NONE`] if there are none. Samples that are not numbers are passed over.
    pub fn of(samples: &[f32]) -> Self {
        let mut peak = Self::NONE;
        let mut power = 0.0_f64;
        for &x in samples {
            peak.min = peak.min.min(x);
            peak.max = peak.max.max(x);
            if x.is_finite() {
                power += f64::from(x) * f64::from(x);
            }
        }
        if !samples.is_empty() {
            peak.mean_square = (power / samples.len() as f64) as f32;
        }
        peak
    }

    /// True if `other` reaches beyond these extremes.
    pub fn is_passed_by(&self, other: &Self) -> bool {
        other.min < self.min || other.max > self.max
    }
}

/// Joins peaks of runs of known lengths.
#[derive(Debug, Clone, Copy)]
pub struct PeakSum {
    peak: Peak,
    power: f64,
    frames: f64,
}

impl Default for PeakSum {
    fn default() -> Self {
        Self {
            peak: Peak::NONE,
            power: 0.0,
            frames: 0.0,
        }
    }
}

impl PeakSum {
    /// Adds a run of `frames` samples whose peak is known.
    pub fn add(&mut self, peak: Peak, frames: f64) {
        self.peak.min = self.peak.min.min(peak.min);
        self.peak.max = self.peak.max.max(peak.max);
        self.power += f64::from(peak.mean_square) * frames;
        self.frames += frames;
    }

    /// Adds only the power of a run, not its extremes.
    pub fn add_power(&mut self, peak: Peak, frames: f64) {
        self.power += f64::from(peak.mean_square) * frames;
        self.frames += frames;
    }

    /// The peak of all that was added.
    pub fn peak(&self) -> Peak {
        let mean_square = if self.frames > 0.0 {
            (self.power / self.frames) as f32
        } else {
            0.0
        };
        Peak {
            mean_square,
            ..self.peak
        }
    }
}

/// From one level to the next coarser.
const FACTOR: usize = 8;

/// Peaks of one channel or many, read from the start on. The finest level begins at [`PeakPyramid::FINEST_BASE`]
/// frames per peak and is halved in resolution whenever it would outgrow its limit, so that memory is bounded
/// by the limit and not by the length.
#[derive(Debug, Clone)]
pub struct PeakPyramid {
    base_frames: usize,
    max_peaks: usize,
    channels: Vec<Channel>,
    frames: i64,
    ended: bool,
}

#[derive(Debug, Clone, Default)]
struct Channel {
    /// `levels[0]` has `base_frames` per peak, each next level [`FACTOR`] times as many.
    levels: Vec<Vec<Peak>>,
    /// Samples of the run that is not full yet.
    open: Vec<f32>,
}

impl Channel {
    fn push_peak(&mut self, peak: Peak) {
        let mut level = 0;
        let mut peak = peak;
        loop {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            self.levels[level].push(peak);
            let n = self.levels[level].len();
            if !n.is_multiple_of(FACTOR) {
                break;
            }
            let mut sum = PeakSum::default();
            self.levels[level][n - FACTOR..]
                .iter()
                .for_each(|p| sum.add(*p, 1.0));
            peak = sum.peak();
            level += 1;
        }
    }

    /// Halves the resolution of the finest level and builds the others anew.
    fn halve(&mut self) {
        let finest = std::mem::take(&mut self.levels)
            .into_iter()
            .next()
            .unwrap_or_default();
        for pair in finest.chunks(2) {
            let mut sum = PeakSum::default();
            pair.iter().for_each(|p| sum.add(*p, 1.0));
            self.push_peak(sum.peak());
        }
    }

    fn sum(&self, mut from: usize, mut to: usize, out: &mut PeakSum, base_frames: usize) {
        let mut weight = base_frames as f64;
        for level in 0..self.levels.len() {
            let peaks = &self.levels[level];
            let coarser = self.levels.get(level + 1).map_or(0, Vec::len);
            while from < to && (!from.is_multiple_of(FACTOR) || from / FACTOR >= coarser) {
                out.add(peaks[from], weight);
                from += 1;
            }
            while from < to && !to.is_multiple_of(FACTOR) {
                to -= 1;
                out.add(peaks[to], weight);
            }
            if from >= to {
                return;
            }
            from /= FACTOR;
            to /= FACTOR;
            weight *= FACTOR as f64;
        }
    }
}

impl PeakPyramid {
    /// Frames per peak at the finest.
    pub const FINEST_BASE: usize = 256;

    /// An empty pyramid whose finest level never holds more than `max_peaks` per channel (at least 2).
    pub fn new(channels: usize, max_peaks: usize) -> Self {
        // An even limit, so that halving pairs up whole runs.
        let max_peaks = max_peaks.max(2) & !1;
        Self {
            base_frames: Self::FINEST_BASE,
            max_peaks,
            channels: vec![Channel::default(); channels],
            frames: 0,
            ended: false,
        }
    }

    /// Takes the next samples: `planar[c]` of each channel, all of one length.
    pub fn push(&mut self, planar: &[Vec<f32>]) {
        let count = planar.first().map_or(0, Vec::len);
        let mut at = 0;
        while at < count {
            let filled = self.channels.first().map_or(0, |c| c.open.len());
            let take = (self.base_frames - filled).min(count - at);
            let is_full = filled + take == self.base_frames;
            for (channel, samples) in self.channels.iter_mut().zip(planar) {
                let piece = &samples[at..at + take];
                if filled == 0 && is_full {
                    channel.push_peak(Peak::of(piece));
                } else {
                    channel.open.extend_from_slice(piece);
                    if is_full {
                        let peak = Peak::of(&channel.open);
                        channel.open.clear();
                        channel.push_peak(peak);
                    }
                }
            }
            at += take;
            self.frames += take as i64;
            if is_full && self.peaks() >= self.max_peaks {
                self.channels.iter_mut().for_each(Channel::halve);
                self.base_frames *= 2;
            }
        }
    }

    /// Ends the stream: the last run is closed, however short.
    pub fn finish(&mut self) {
        if !self.ended {
            self.ended = true;
            for channel in &mut self.channels {
                if !channel.open.is_empty() {
                    let peak = Peak::of(&channel.open);
                    channel.open = Vec::new();
                    channel.push_peak(peak);
                }
            }
        }
    }

    fn peaks(&self) -> usize {
        self.channels
            .first()
            .and_then(|c| c.levels.first())
            .map_or(0, Vec::len)
    }

    /// Frames per peak of the finest level now.
    pub fn base_frames(&self) -> usize {
        self.base_frames
    }

    /// Number of channels.
    pub fn channel_count(&self) -> usize {
        self.channels.len()
    }

    /// Frames read so far.
    pub fn frames(&self) -> i64 {
        self.frames
    }

    /// Frames that peaks can be asked of: all once ended, else whole runs only.
    pub fn covered_frames(&self) -> i64 {
        if self.ended {
            self.frames
        } else {
            (self.peaks() * self.base_frames) as i64
        }
    }

    /// The peak of run `index` of the finest level; [`Peak::NONE`] where there is none.
    pub fn run(&self, channel: usize, index: usize) -> Peak {
        let finest = self.channels.get(channel).and_then(|c| c.levels.first());
        finest
            .and_then(|l| l.get(index))
            .copied()
            .unwrap_or(Peak::NONE)
    }

    /// Adds to `out` the runs `from..to` of the finest level, by way of the coarser ones.
    pub fn sum_runs(&self, channel: usize, from: usize, to: usize, out: &mut PeakSum) {
        if let Some(c) = self.channels.get(channel) {
            c.sum(from, to.min(self.peaks()), out, self.base_frames);
        }
    }

    /// Bytes that the peaks take.
    pub fn bytes(&self) -> usize {
        self.channels
            .iter()
            .flat_map(|c| &c.levels)
            .map(|l| l.len() * size_of::<Peak>())
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A deterministic noise with rare large peaks.
    fn noise(n: usize, mut seed: u32) -> Vec<f32> {
        (0..n)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let x = (seed >> 8) as f32 / (1 << 23) as f32 - 1.0;
                x * x * x
            })
            .collect()
    }

    #[test]
    fn any_range_of_runs_is_the_peak_of_its_samples() {
        let x = noise(100_000, 1);
        let mut p = PeakPyramid::new(1, 1 << 20);
        for piece in x.chunks(777) {
            p.push(&[piece.to_vec()]);
        }
        p.finish();
        for (from, to) in [
            (0, 1),
            (0, 391),
            (3, 200),
            (8, 64),
            (7, 390),
            (63, 65),
            (100, 100),
        ] {
            let mut sum = PeakSum::default();
            p.sum_runs(0, from, to, &mut sum);
            let want = Peak::of(&x[(from * 256).min(x.len())..(to * 256).min(x.len())]);
            assert_eq!(
                (sum.peak().min, sum.peak().max),
                (want.min, want.max),
                "{from}..{to}"
            );
            if to < 390 {
                assert!((sum.peak().mean_square - want.mean_square).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn the_limit_holds_at_any_length_and_the_extremes_survive() {
        let x = noise(1_000_000, 2);
        let mut p = PeakPyramid::new(2, 512);
        for piece in x.chunks(8192) {
            p.push(&[piece.to_vec(), piece.iter().map(|v| -v).collect()]);
            assert!(p.peaks() <= 512);
        }
        p.finish();
        assert_eq!(p.base_frames(), 2048);
        assert_eq!(p.covered_frames(), 1_000_000);
        let mut sum = PeakSum::default();
        p.sum_runs(1, 0, usize::MAX, &mut sum);
        let whole = Peak::of(&x);
        assert_eq!((sum.peak().min, sum.peak().max), (-whole.max, -whole.min));
        assert!(p.bytes() < 2 * 512 * 12 * 8 / 7 + 1000);
    }
}
