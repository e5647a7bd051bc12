//! The peak pyramid: smallest, largest and mean-square sample per run of frames, filled in any order, at any length
//! in bounded memory.

mod bytes;
mod coverage;
mod level;

pub use coverage::Coverage;
use level::{FACTOR, Level};

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

/// Peaks of one channel or many, read in any order. The finest level begins at [`PeakPyramid::FINEST_BASE`]
/// frames per peak and is halved in resolution whenever it would outgrow its limit, so that memory is bounded
/// by the limit and not by the length. A peak takes six bytes: its extremes are those of integer samples of 16 bits
/// and within 2⁻¹⁵ of any others up to ±2 (beyond, of the power of two above them).
#[derive(Debug, Clone, PartialEq)]
pub struct PeakPyramid {
    base_frames: i64,
    max_peaks: usize,
    lowest_exponent: u8,
    /// Per channel: the first level has `base_frames` per peak, each next one [`FACTOR`] times as many.
    channels: Vec<Vec<Level>>,
    /// Whole runs, and the last one up to the end.
    covered: Coverage,
    /// Where the stream ends, once a fill has come there.
    end: Option<i64>,
}

/// A place from which a stream is read into a [`PeakPyramid`]: several may fill one pyramid.
#[derive(Debug, Clone)]
pub struct PeakFill {
    position: i64,
    /// Where the open run begins, and what it has come to per channel; none while it waits for the next one.
    open: Option<(i64, Vec<Running>)>,
}

/// Extremes and energy of a run that is not full yet.
#[derive(Debug, Clone, Copy)]
struct Running {
    min: f32,
    max: f32,
    energy: f64,
}

impl Running {
    const NONE: Self = Self {
        min: f32::INFINITY,
        max: f32::NEG_INFINITY,
        energy: 0.0,
    };

    fn add(&mut self, samples: &[f32]) {
        for &x in samples {
            self.min = self.min.min(x);
            self.max = self.max.max(x);
            if x.is_finite() {
                self.energy += f64::from(x) * f64::from(x);
            }
        }
    }

    fn peak(&self, frames: i64) -> Peak {
        Peak {
            min: self.min,
            max: self.max,
            mean_square: (self.energy / frames as f64) as f32,
        }
    }
}

impl PeakFill {
    /// A fill from frame `from` on. What lies before the next whole run is passed over.
    pub fn at(from: i64) -> Self {
        Self {
            position: from.max(0),
            open: None,
        }
    }

    /// The frame that it wants next.
    pub fn position(&self) -> i64 {
        self.position
    }
}

impl PeakPyramid {
    /// Frames per peak at the finest.
    pub const FINEST_BASE: i64 = 256;

    /// An empty pyramid whose finest level never holds more than `max_peaks` per channel (at least 2).
    pub fn new(channels: usize, max_peaks: usize) -> Self {
        Self {
            base_frames: Self::FINEST_BASE,
            // An even limit, so that halving pairs up whole runs.
            max_peaks: max_peaks.max(2) & !1,
            lowest_exponent: 0,
            channels: vec![Vec::new(); channels],
            covered: Coverage::default(),
            end: None,
        }
    }

    /// Prepares an empty pyramid for about so many frames: it need not be halved on the way, and parts that are
    /// read apart fit together.
    pub fn expect(&mut self, frames: i64) {
        if self.covered.ranges().is_empty() {
            while self.base_frames < 1 << 40 && self.runs(frames) > self.max_peaks {
                self.base_frames *= 2;
            }
        }
    }

    /// Makes an empty pyramid one for samples that may pass ±1, as those of lossy codecs and floating point do.
    pub fn with_headroom(mut self) -> Self {
        self.lowest_exponent = 1;
        self
    }

    fn runs(&self, frames: i64) -> usize {
        let runs = frames
            .max(0)
            .unsigned_abs()
            .div_ceil(self.base_frames.unsigned_abs());
        usize::try_from(runs).unwrap_or(usize::MAX)
    }

    /// Takes the next samples of a fill: `planar[c]` of each channel, all of one length.
    pub fn push(&mut self, fill: &mut PeakFill, planar: &[Vec<f32>]) {
        let count = planar.first().map_or(0, Vec::len);
        let mut done: Option<(i64, i64)> = None;
        let mut at = 0;
        while at < count {
            while self.runs(fill.position + 1) > self.max_peaks {
                self.refresh(done.take());
                self.halve();
            }
            let base = self.base_frames;
            let within = fill.position % base;
            // Another fill may have halved the resolution since: half a run that was open is none.
            fill.open
                .take_if(|(start, _)| *start != fill.position - within);
            if within == 0 {
                fill.open = Some((fill.position, vec![Running::NONE; self.channels.len()]));
            }
            let take = usize::try_from(base - within).unwrap_or(1).min(count - at);
            if let Some((_, running)) = &mut fill.open {
                for (running, samples) in running.iter_mut().zip(planar) {
                    running.add(&samples[at..at + take]);
                }
            }
            at += take;
            fill.position += take as i64;
            if fill.position % base == 0
                && let Some((start, running)) = fill.open.take()
            {
                self.set_run(start, fill.position, &running);
                done = Some((done.map_or(start, |d| d.0), fill.position));
            }
        }
        self.refresh(done);
    }

    /// Ends the stream where a fill has come to: the last run is closed, however short.
    pub fn finish(&mut self, fill: &mut PeakFill) {
        self.end = Some(fill.position);
        if let Some((start, running)) = fill.open.take()
            && start < fill.position
        {
            self.set_run(start, fill.position, &running);
            self.refresh(Some((start, fill.position)));
        }
    }

    fn set_run(&mut self, start: i64, end: i64, running: &[Running]) {
        let index = usize::try_from(start / self.base_frames).unwrap_or(usize::MAX);
        for (levels, running) in self.channels.iter_mut().zip(running) {
            if levels.is_empty() {
                levels.push(Level::new(self.lowest_exponent));
            }
            levels[0].set(index, running.peak(end - start));
        }
        self.covered.insert(start..end);
    }

    /// Brings the coarser levels over the frames `range` up to date.
    fn refresh(&mut self, range: Option<(i64, i64)>) {
        let Some((start, end)) = range else { return };
        let from = usize::try_from(start / self.base_frames).unwrap_or(0);
        let to = self.runs(end);
        for levels in &mut self.channels {
            let (mut first, mut last) = (from, to);
            let mut k = 0;
            while levels.get(k).is_some_and(|level| level.len() > FACTOR) {
                (first, last) = (first / FACTOR, last.div_ceil(FACTOR));
                if levels.len() == k + 1 {
                    // A new level is made of all there is.
                    levels.push(Level::new(self.lowest_exponent));
                    (first, last) = (0, levels[k].len().div_ceil(FACTOR));
                }
                let (below, above) = levels.split_at_mut(k + 1);
                below[k].join_into(&mut above[0], first..last);
                k += 1;
            }
        }
    }

    /// Halves the resolution of the finest level and builds the others anew. A pair of which only one half was
    /// seen is seen no more.
    fn halve(&mut self) {
        let base = self.base_frames;
        self.base_frames *= 2;
        self.covered.align(2 * base, self.end);
        for levels in &mut self.channels {
            let Some(finest) = std::mem::take(levels).into_iter().next() else {
                continue;
            };
            let mut level = Level::new(self.lowest_exponent);
            level.reserve(self.max_peaks);
            for run in 0..finest.len().div_ceil(2) {
                if self
                    .covered
                    .contains(run as i64 * 2 * base..run as i64 * 2 * base + 1)
                {
                    let mut sum = PeakSum::default();
                    sum.add(finest.get(2 * run), 1.0);
                    if 2 * run + 1 < finest.len() {
                        sum.add(finest.get(2 * run + 1), 1.0);
                    }
                    level.set(run, sum.peak());
                }
            }
            levels.push(level);
        }
        let end = self.covered.ranges().last().map_or(0, |r| r.end);
        self.refresh(Some((0, end)));
    }

    /// Takes over what another pyramid of the same stream has seen.
    pub fn absorb(&mut self, mut other: Self) {
        if other.channels.len() != self.channels.len() {
            return;
        }
        while other.base_frames < self.base_frames {
            other.halve();
        }
        while self.base_frames < other.base_frames {
            self.halve();
        }
        self.end = self.end.or(other.end);
        for range in other.covered.ranges() {
            let first = usize::try_from(range.start / self.base_frames).unwrap_or(0);
            for (levels, theirs) in self.channels.iter_mut().zip(&other.channels) {
                if levels.is_empty() {
                    levels.push(Level::new(self.lowest_exponent));
                }
                for index in first..other.runs(range.end) {
                    levels[0].set(index, theirs[0].get(index));
                }
            }
            self.covered.insert(range.clone());
            self.refresh(Some((range.start, range.end)));
        }
        while self.finest_len() > self.max_peaks {
            self.halve();
        }
    }

    fn finest_len(&self) -> usize {
        let finest = self.channels.first().and_then(|levels| levels.first());
        finest.map_or(0, Level::len)
    }

    /// Frames per peak of the finest level now.
    pub fn base_frames(&self) -> i64 {
        self.base_frames
    }

    /// Number of channels.
    pub fn channel_count(&self) -> usize {
        self.channels.len()
    }

    /// The frames that peaks can be asked of: whole runs, and the last one up to the end.
    pub fn covered(&self) -> &Coverage {
        &self.covered
    }

    /// Where the stream ends, once that is known.
    pub fn end(&self) -> Option<i64> {
        self.end
    }

    /// True if the whole stream has been seen.
    pub fn is_whole(&self) -> bool {
        self.end.is_some_and(|end| self.covered.contains(0..end))
    }

    /// The peak of run `index` of the finest level; [`Peak::NONE`] where nothing was seen.
    pub fn run(&self, channel: usize, index: usize) -> Peak {
        let finest = self.channels.get(channel).and_then(|levels| levels.first());
        finest.map_or(Peak::NONE, |level| level.get(index))
    }

    /// Adds to `out` the runs `from..to` of the finest level, which were seen, by way of the coarser ones.
    pub fn sum_runs(&self, channel: usize, from: usize, to: usize, out: &mut PeakSum) {
        let Some(levels) = self.channels.get(channel) else {
            return;
        };
        let (mut from, mut to) = (from, to.min(self.finest_len()));
        let mut weight = self.base_frames as f64;
        for (k, level) in levels.iter().enumerate() {
            let coarser = levels.get(k + 1).map_or(0, Level::len);
            while from < to && (!from.is_multiple_of(FACTOR) || from / FACTOR >= coarser) {
                out.add(level.get(from), weight);
                from += 1;
            }
            while from < to && !to.is_multiple_of(FACTOR) {
                to -= 1;
                out.add(level.get(to), weight);
            }
            if from >= to {
                return;
            }
            from /= FACTOR;
            to /= FACTOR;
            weight *= FACTOR as f64;
        }
    }

    /// Bytes that the peaks take.
    pub fn bytes(&self) -> usize {
        self.channels.iter().flatten().map(Level::bytes).sum()
    }
}

#[cfg(test)]
mod tests;
