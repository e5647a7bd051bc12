//! Columns of a waveform: from the pyramid where they are wide, from the samples where they are narrow,
//! exact either way.

use crate::ReadProgress;
use crate::reader::Reader;
use std::rc::Rc;
use timeside_core::{Block, Decoder, Result, Warning};
use timeside_dsp::peaks::{Peak, PeakPyramid, PeakSum};

/// Peaks kept of all channels together: 12 bytes each, and a seventh more for the coarser levels.
const MAX_PEAKS: usize = 1 << 20;

/// A stretch this short is decoded rather than looked up, read or not: about 0.1 s of work.
const DIRECT_FRAMES: i64 = 1 << 20;

/// Columns narrower than this many runs would need nearly every edge decoded: all is then decoded in one go.
const NARROW_RUNS: i64 = 4;

/// Frames read of the whole medium at once.
const READ_FRAMES: usize = 16_384;

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

/// The columns of one channel. NaN is “not read yet”.
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

/// Reads the whole medium into a pyramid and answers from it.
pub(crate) struct PeakReader {
    pyramid: PeakPyramid,
    is_wanted: bool,
    is_done: bool,
    decoder: Option<Box<dyn Decoder>>,
    block: Block,
    warnings: Vec<Warning>,
}

impl PeakReader {
    pub(crate) fn new(channels: usize) -> Self {
        Self {
            pyramid: PeakPyramid::new(channels, MAX_PEAKS / channels.max(1)),
            is_wanted: false,
            is_done: false,
            decoder: None,
            block: Block::new(channels),
            warnings: Vec::new(),
        }
    }

    pub(crate) fn want(&mut self) {
        self.is_wanted = true;
    }

    pub(crate) fn frames(&self) -> i64 {
        self.pyramid.frames()
    }

    pub(crate) fn byte_position(&self) -> Option<u64> {
        self.decoder.as_ref().and_then(Decoder::byte_position)
    }

    pub(crate) fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    pub(crate) fn read_on(
        &mut self,
        open: &Rc<dyn Fn() -> Result<Box<dyn Decoder>>>,
    ) -> Result<ReadProgress> {
        if self.is_done {
            return Ok(ReadProgress::Done);
        }
        if !self.is_wanted {
            return Ok(ReadProgress::Idle);
        }
        let read = self.read_block(open);
        if !matches!(read, Ok(Some(_))) {
            self.is_done = true;
            self.decoder = None;
            self.block = Block::default();
            self.pyramid.finish();
        }
        Ok(read?.map_or(ReadProgress::Done, ReadProgress::More))
    }

    /// `None` at the end, else the share done where the length is known.
    fn read_block(
        &mut self,
        open: &Rc<dyn Fn() -> Result<Box<dyn Decoder>>>,
    ) -> Result<Option<Option<f64>>> {
        let decoder = match &mut self.decoder {
            Some(decoder) => decoder,
            none => none.insert(open()?),
        };
        let got = decoder.next_block(&mut self.block, READ_FRAMES)?;
        self.warnings.extend(decoder.take_warnings());
        if got == 0 {
            return Ok(None);
        }
        self.pyramid.push(&self.block.channels);
        let total = decoder.spec().frames.filter(|n| *n > 0);
        Ok(Some(total.map(|n| {
            (self.pyramid.frames() as f64 / n as f64).min(1.0)
        })))
    }

    /// The columns of `from..to`. With a reader they are made exact where what is read allows it.
    pub(crate) fn columns(
        &self,
        from: i64,
        to: i64,
        pixels: usize,
        reader: Option<&mut Reader>,
    ) -> Result<Peaks> {
        let is_covered = self.is_done || to <= self.pyramid.covered_frames();
        let is_narrow =
            (to - from) < NARROW_RUNS * self.pyramid.base_frames() as i64 * pixels as i64;
        match reader {
            Some(reader) if to - from <= DIRECT_FRAMES || (is_covered && is_narrow) => {
                self.direct(from, to, pixels, reader)
            }
            reader => self.looked_up(from, to, pixels, reader),
        }
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
        let covered = if self.is_done {
            i64::MAX
        } else {
            self.pyramid.covered_frames()
        };
        let mut exact = reader.is_some();
        let mut channels = vec![ChannelPeaks::default(); self.pyramid.channel_count()];
        for i in 0..pixels {
            let (a, b) = column(from, to, pixels, i);
            if b > covered {
                exact = false;
                channels.iter_mut().for_each(ChannelPeaks::push_unread);
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
        let base = self.pyramid.base_frames() as i64;
        let end = b.min(self.pyramid.frames().max(a));
        let (inner_a, inner_b) = (
            (a + base - 1) / base,
            if end == self.pyramid.frames() {
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
