//! A sketch of a long medium: short stretches, spread evenly, each of which stands for its neighbourhood.

use std::ops::Range;
use timeside_core::{Block, Decoder, Result};
use timeside_dsp::peaks::{Peak, PeakSum};

/// Stretches of a sketch.
const PROBES: usize = 160;

/// Frames of a stretch.
const PROBE_FRAMES: usize = 8192;

/// Frames decoded at once.
const STEP_FRAMES: usize = 2048;

/// Media shorter than this are read sooner than sketched.
const SHORTEST_SECS: f64 = 600.0;

/// What is known of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Probed {
    Open,
    Known,
    /// It could not be read.
    Lost,
}

/// Peaks of stretches spread over a medium.
#[derive(Debug)]
pub(crate) struct Sketch {
    frames: i64,
    probed: Vec<Probed>,
    /// `peaks[probe · channels + channel]`.
    peaks: Vec<Peak>,
    channels: usize,
}

impl Sketch {
    /// Of a medium that has `frames` frames or about so many; `None` if it is so short that it needs none.
    pub(crate) fn new(frames: i64, sample_rate: u32, channels: usize) -> Option<Self> {
        let is_long = frames as f64 >= SHORTEST_SECS * f64::from(sample_rate);
        (is_long && channels > 0).then(|| Self {
            frames,
            probed: vec![Probed::Open; PROBES],
            peaks: vec![Peak::NONE; PROBES * channels],
            channels,
        })
    }

    /// The stretches in an order of which every beginning is spread evenly.
    pub(crate) fn order() -> impl Iterator<Item = usize> {
        let bits = PROBES.next_power_of_two().trailing_zeros();
        (0..1_usize << bits)
            .map(move |i| i.reverse_bits() >> (usize::BITS - bits))
            .filter(|probe| *probe < PROBES)
    }

    /// Where a stretch begins: in the middle of what it stands for.
    pub(crate) fn frame(&self, probe: usize) -> i64 {
        let neighbourhood = self.frames / PROBES as i64;
        let middle = neighbourhood * probe as i64 + neighbourhood / 2;
        (middle - PROBE_FRAMES as i64 / 2).max(0)
    }

    /// Gives a stretch up.
    pub(crate) fn lose(&mut self, probe: usize) {
        self.probed[probe] = Probed::Lost;
    }

    /// Reads a stretch. An error after its first part ends it early.
    pub(crate) fn probe(&mut self, probe: usize, decoder: &mut dyn Decoder) -> Result<()> {
        decoder.seek_near(self.frame(probe))?;
        let mut block = Block::default();
        let mut sums = vec![PeakSum::default(); self.channels];
        let mut done = 0;
        while done < PROBE_FRAMES {
            match decoder.next_block(&mut block, STEP_FRAMES) {
                Ok(0) => break,
                Ok(got) => {
                    done += got;
                    // A codec that was just set down may begin with nothing.
                    let is_silent = block.channels.iter().flatten().all(|x| *x == 0.0);
                    if !is_silent || done >= PROBE_FRAMES {
                        for (sum, samples) in sums.iter_mut().zip(&block.channels) {
                            sum.add(Peak::of(samples), got as f64);
                        }
                    }
                }
                Err(_) if done > 0 => break,
                Err(error) => return Err(error),
            }
        }
        self.probed[probe] = if done == 0 {
            Probed::Lost
        } else {
            Probed::Known
        };
        if done > 0 {
            let to = &mut self.peaks[probe * self.channels..][..self.channels];
            for (to, sum) in to.iter_mut().zip(&sums) {
                let peak = sum.peak();
                // Nothing but silence.
                *to = if peak.min > peak.max {
                    Peak::of(&[0.0])
                } else {
                    peak
                };
            }
        }
        Ok(())
    }

    /// The estimate of the frames `range` of each channel: of the stretches that lie in it, or the nearest one,
    /// unless that is not known yet.
    pub(crate) fn estimate(&self, range: Range<i64>) -> Option<Vec<Peak>> {
        let neighbourhood = (self.frames / PROBES as i64).max(1);
        let index = |frame: i64| {
            usize::try_from(frame / neighbourhood)
                .unwrap_or(0)
                .min(PROBES - 1)
        };
        let (first, last) = (index(range.start), index((range.end - 1).max(range.start)));
        let mut sums = vec![PeakSum::default(); self.channels];
        let mut is_known = false;
        for probe in (first..=last).filter(|p| self.probed[*p] == Probed::Known) {
            is_known = true;
            let peaks = &self.peaks[probe * self.channels..][..self.channels];
            sums.iter_mut()
                .zip(peaks)
                .for_each(|(sum, peak)| sum.add(*peak, 1.0));
        }
        // One that was lost is stood for by a neighbour.
        if !is_known && first == last && self.probed[first] == Probed::Lost {
            let known = |p: &usize| self.probed[*p] == Probed::Known;
            let nearest = (0..PROBES)
                .filter(known)
                .min_by_key(|p| p.abs_diff(first))?;
            return Some(self.peaks[nearest * self.channels..][..self.channels].to_vec());
        }
        is_known.then(|| sums.iter().map(PeakSum::peak).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_of_the_order_is_spread_and_all_come() {
        let order: Vec<usize> = Sketch::order().collect();
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..PROBES).collect::<Vec<_>>());
        for n in [8, 20, 40, 80] {
            let mut begun = order[..n].to_vec();
            begun.sort_unstable();
            let gap = begun.windows(2).map(|w| w[1] - w[0]).max().unwrap();
            assert!(gap <= 4 * PROBES / n, "{n}: {gap}");
        }
    }
}
