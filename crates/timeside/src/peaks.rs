//! Columns of a waveform: from the pyramid where they are wide, from the samples where they are narrow,
//! exact either way.

use crate::reader::Reader;
use crate::sketch::Sketch;
use std::ops::Range;
use timeside_core::Result;
use timeside_dsp::peaks::{Peak, PeakPyramid, PeakSum};
use timeside_export::waveform_data::WaveformData;

/// A stretch of so few samples of all channels together is decoded where it lies if it has not been read: some
/// 0.2 s of work. Of two channels at 44.1 kHz it is a minute and more.
const DIRECT_SAMPLES: i64 = 6 << 20;

/// Columns narrower than this many runs would need nearly every edge decoded: all is then decoded in one go.
const NARROW_RUNS: i64 = 4;

/// The columns of a waveform.
#[derive(Debug, Clone, PartialEq)]
pub struct Peaks {
    /// True if every column is that of its samples.
    pub exact: bool,
    /// Begin of the first column in seconds.
    pub start_secs: f64,
    /// End of the last column in seconds.
    pub end_secs: f64,
    /// One per channel.
    pub channels: Vec<ChannelPeaks>,
}

/// The columns of one channel. NaN is “not read yet”, and nothing stands for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChannelPeaks {
    /// Smallest sample of each column.
    pub min: Vec<f32>,
    /// Largest sample of each column.
    pub max: Vec<f32>,
    /// Root of the mean square of each column.
    pub rms: Vec<f32>,
}

impl ChannelPeaks {
    fn push(&mut self, peak: Peak) {
        // A column whose samples are all no numbers draws as silence.
        let is_empty = peak.min > peak.max;
        self.min.push(if is_empty { 0.0 } else { peak.min });
        self.max.push(if is_empty { 0.0 } else { peak.max });
        self.rms.push(peak.mean_square.sqrt());
    }

    fn push_unread(&mut self) {
        self.min.push(f32::NAN);
        self.max.push(f32::NAN);
        self.rms.push(f32::NAN);
    }
}

/// The frames of column `i` of `pixels` over `from..to`: at least one.
fn column(from: i64, to: i64, pixels: usize, i: usize) -> (i64, i64) {
    let n = i128::from(to - from);
    // Between `from` and `to`, so it fits.
    let bound = |i: usize| from + (n * i as i128 / pixels as i128) as i64;
    let begin = bound(i);
    (begin, bound(i + 1).max(begin + 1))
}

/// What stands for columns that have not been read yet.
#[derive(Debug, Default)]
pub(crate) struct Estimates {
    /// What a server made.
    pub(crate) given: Option<WaveformData>,
    pub(crate) sketch: Option<Sketch>,
}

impl Estimates {
    /// The estimate of the frames `range` for each channel.
    fn of(&self, range: Range<i64>, channels: usize) -> Option<Vec<Peak>> {
        let given = self.given.as_ref().and_then(|data| {
            (0..channels)
                .map(|c| data.peak(c, range.clone()))
                .collect::<Option<Vec<_>>>()
        });
        given.or_else(|| self.sketch.as_ref()?.estimate(range))
    }
}

/// Columns out of a pyramid of what has been read, made exact by a reader.
pub(crate) struct Columns<'a> {
    pub(crate) pyramid: &'a PeakPyramid,
    pub(crate) estimates: &'a Estimates,
    /// True once there is nothing more to read: what the pyramid does not have is not there.
    pub(crate) is_whole: bool,
}

impl Columns<'_> {
    /// The columns of `from..to`. With a reader they are made exact where what is read allows it.
    pub(crate) fn of(
        &self,
        from: i64,
        to: i64,
        pixels: usize,
        reader: Option<&mut Reader>,
    ) -> Result<Peaks> {
        let is_covered = self.has(from, to);
        let is_narrow = (to - from) < NARROW_RUNS * self.pyramid.base_frames() * pixels as i64;
        match reader {
            Some(reader)
                if (is_covered && is_narrow) || (!is_covered && self.is_short(from, to)) =>
            {
                self.direct(from, to, pixels, reader)
            }
            reader => self.looked_up(from, to, pixels, reader),
        }
    }

    /// True if `from..to` has been read, as far as the medium goes.
    pub(crate) fn has(&self, from: i64, to: i64) -> bool {
        let to = to.min(self.pyramid.end().unwrap_or(i64::MAX));
        self.is_whole || self.pyramid.covered().contains(from..to)
    }

    /// True if it is short enough to be decoded where it lies.
    pub(crate) fn is_short(&self, from: i64, to: i64) -> bool {
        (to - from).saturating_mul(self.pyramid.channel_count() as i64) <= DIRECT_SAMPLES
    }

    fn direct(&self, from: i64, to: i64, pixels: usize, reader: &mut Reader) -> Result<Peaks> {
        let channel_count = self.pyramid.channel_count();
        let mut sums = vec![vec![PeakSum::default(); pixels]; channel_count];
        let mut at = from;
        // Columns only move on, so each sample is looked at once per column it lies in.
        let mut first = 0;
        let got = reader.read(from, to.max(from + 1), |block| {
            let end = at + block.frames() as i64;
            let mut i = first;
            while i < pixels {
                let (a, b) = column(from, to, pixels, i);
                if a >= end {
                    break;
                }
                let (a, b_here) = (a.max(at), b.min(end));
                if a < b_here {
                    let range = (a - at) as usize..(b_here - at) as usize;
                    for (sums, samples) in sums.iter_mut().zip(&block.channels) {
                        sums[i].add(Peak::of(&samples[range.clone()]), (b_here - a) as f64);
                    }
                }
                if b <= end {
                    first = i + 1;
                }
                i += 1;
            }
            at = end;
        })?;
        let mut channels = vec![ChannelPeaks::default(); channel_count];
        for (out, sums) in channels.iter_mut().zip(&sums) {
            for (i, sum) in sums.iter().enumerate() {
                let is_read = column(from, to, pixels, i).0 < from + got;
                if is_read {
                    out.push(sum.peak());
                } else {
                    out.push_unread();
                }
            }
        }
        Ok(Peaks {
            exact: got >= to - from,
            start_secs: 0.0,
            end_secs: 0.0,
            channels,
        })
    }

    fn looked_up(
        &self,
        from: i64,
        to: i64,
        pixels: usize,
        mut reader: Option<&mut Reader>,
    ) -> Result<Peaks> {
        let mut exact = reader.is_some();
        let mut channels = vec![ChannelPeaks::default(); self.pyramid.channel_count()];
        for i in 0..pixels {
            let (a, b) = column(from, to, pixels, i);
            if !self.has(a, b) {
                exact = false;
                match self.estimates.of(a..b, channels.len()) {
                    Some(peaks) => (channels.iter_mut().zip(peaks)).for_each(|(c, p)| c.push(p)),
                    None => channels.iter_mut().for_each(ChannelPeaks::push_unread),
                }
                continue;
            }
            for (out, sum) in
                channels
                    .iter_mut()
                    .zip(self.column_sums(a, b, reader.as_deref_mut())?)
            {
                out.push(sum.peak());
            }
        }
        Ok(Peaks {
            exact,
            start_secs: 0.0,
            end_secs: 0.0,
            channels,
        })
    }

    /// The sums of one column over whole runs, and of its two edges: a run that the column shares with its
    /// neighbour counts only if it reaches beyond the inner runs, and is then decoded.
    fn column_sums(&self, a: i64, b: i64, reader: Option<&mut Reader>) -> Result<Vec<PeakSum>> {
        let base = self.pyramid.base_frames();
        let last = self.pyramid.end().unwrap_or(i64::MAX);
        let end = b.min(last.max(a));
        let (inner_a, inner_b) = (
            (a + base - 1) / base,
            if end == last {
                (end + base - 1) / base
            } else {
                end / base
            },
        );
        let mut sums = vec![PeakSum::default(); self.pyramid.channel_count()];
        if inner_a < inner_b {
            for (c, sum) in sums.iter_mut().enumerate() {
                self.pyramid
                    .sum_runs(c, inner_a as usize, inner_b as usize, sum);
            }
        }
        let edges = if inner_a <= inner_b {
            [(a, inner_a * base), (inner_b * base, end)]
        } else {
            [(a, end), (end, end)]
        };
        let mut reader = reader;
        for (edge_a, edge_b) in edges.into_iter().filter(|(x, y)| x < y) {
            let run = (edge_a / base) as usize;
            let frames = (edge_b - edge_a) as f64;
            let is_passed = sums
                .iter()
                .enumerate()
                .any(|(c, sum)| sum.peak().is_passed_by(&self.pyramid.run(c, run)));
            match &mut reader {
                Some(reader) if is_passed => {
                    reader.read(edge_a, edge_b, |block| {
                        for (sum, samples) in sums.iter_mut().zip(&block.channels) {
                            sum.add(Peak::of(samples), samples.len() as f64);
                        }
                    })?;
                }
                Some(_) => sums
                    .iter_mut()
                    .enumerate()
                    .for_each(|(c, sum)| sum.add_power(self.pyramid.run(c, run), frames)),
                None => sums
                    .iter_mut()
                    .enumerate()
                    .for_each(|(c, sum)| sum.add(self.pyramid.run(c, run), frames)),
            }
        }
        Ok(sums)
    }
}
