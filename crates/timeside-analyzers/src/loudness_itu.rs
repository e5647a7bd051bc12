//! Loudness by ITU-R BS.1770-4.

mod gating;
mod upstream;

use gating::{loudness, programme};
use std::collections::VecDeque;
use timeside_core::{
    Block, FrameMetadata, Info, Input, Kind, Output, Param, Params, Plugin, Processor, Result,
    ResultInfo, Stream, TimeMode, Values, processor::ParentResults,
};
use timeside_dsp::kweighting::Cascade;
use upstream::FirstRows;

/// A gating block of 400 ms that is not complete yet.
#[derive(Debug, Default)]
struct OpenBlock {
    first_frame: u64,
    energy: f64,
    /// The block's first frames, for upstream's number only.
    rows: FirstRows,
}

/// Gated loudness, its threshold, and the loudness of each 400 ms block.
#[derive(Debug, Default)]
pub struct LoudnessItu {
    compat: bool,
    sample_rate: u32,
    block_frames: u64,
    step_frames: u64,
    weights: Vec<f64>,
    filters: Vec<Cascade>,
    open: VecDeque<OpenBlock>,
    next_start: u64,
    at: u64,
    /// Weighted mean square of each complete block.
    powers: Vec<f64>,
}

impl Plugin for LoudnessItu {
    fn info() -> Info {
        Info {
            id: "loudness_itu",
            version: "1.0",
            name: "Loudness ITU (python)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Loudness",
            description: "Measure of audio loudness using standard ITU-R BS.1770-3",
            doc: "ITU-R BS.1770-4: K-weighting at the medium's own rate; per block of 400 ms, one every 100 ms, \
                  `l = −0.691 + 10·log₁₀ Σ_c G_c·mean(y_c²)` LUFS with G = 1 for left, right and centre and 1.41 for the \
                  surrounds (six channels: L R C LFE Ls Rs, LFE left out; five: L R C Ls Rs). The gated loudness is that of \
                  the mean power of the blocks above −70 LUFS and above the relative threshold, 10 LU below the mean of those \
                  above −70. A block that the end cuts is dropped. Where nothing is above the gate, −100.691 is reported, the \
                  loudness of silence. A full-scale sine of 997 Hz in one channel reads −3.01 LUFS.",
            params: vec![Param::compat(
                "TimeSide 1's numbers: its coefficients, and its reading of a block's row n where channel n was meant, so that only as many samples of a block are measured as there are channels.",
            )],
            results: vec![
                ResultInfo::value(
                    "gated_loudness",
                    "Loudness ITU (python)Gated Loudness",
                    "",
                    TimeMode::Global,
                    "Integrated loudness in LUFS; shape (1,), float64.",
                ),
                ResultInfo::value(
                    "relative_threshold",
                    "Loudness ITU (python)Relative Threshold",
                    "",
                    TimeMode::Global,
                    "The relative gate in LUFS; shape (1,), float64.",
                ),
                ResultInfo::value(
                    "block_loudness",
                    "Loudness ITU (python) Block Loudness",
                    "",
                    TimeMode::Framewise,
                    "Loudness of each 400 ms block in LUFS; shape (blocks,), float64.",
                ),
            ],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        Ok(Self {
            compat: params.flag("compat"),
            ..Self::default()
        })
    }
}

/// The weight of each channel.
fn channel_weights(channels: usize) -> Vec<f64> {
    const SURROUND: f64 = 1.41;
    match channels {
        5 => vec![1.0, 1.0, 1.0, SURROUND, SURROUND],
        6 => vec![1.0, 1.0, 1.0, 0.0, SURROUND, SURROUND],
        n => vec![1.0; n],
    }
}

/// Frames in `tenths` of a second, at least 1.
fn frames_in_tenths(tenths: u32, sample_rate: u32) -> u64 {
    let frames = (f64::from(sample_rate) * f64::from(tenths) / 10.0).round_ties_even();
    (frames as u64).max(1)
}

impl Processor for LoudnessItu {
    fn input(&self) -> Input {
        Input::Blocks
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.sample_rate = stream.sample_rate;
        self.block_frames = frames_in_tenths(4, stream.sample_rate);
        self.step_frames = frames_in_tenths(1, stream.sample_rate);
        self.weights = if self.compat {
            upstream::channel_weights(stream.channels)
        } else {
            channel_weights(stream.channels)
        };
        self.filters = vec![Cascade::k_weighting(stream.sample_rate); stream.channels];
        let (blocksize, stepsize) = if self.compat {
            // Upstream writes the size of the pipe's blocks here.
            (stream.blocksize, stream.blocksize)
        } else {
            (self.block_frames as usize, self.step_frames as usize)
        };
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize,
            stepsize,
        };
        out.framewise_f64(2, frame, None, Vec::new())
    }

    fn block(&mut self, block: &Block, out: &mut Output) {
        let frames = block.frames();
        let mut done = 0;
        while done < frames {
            if self.at == self.next_start {
                self.open.push_back(OpenBlock {
                    first_frame: self.at,
                    ..OpenBlock::default()
                });
                self.next_start += self.step_frames;
            }
            // Up to the next place where a block begins or ends.
            let end_of_oldest = self
                .open
                .front()
                .map_or(u64::MAX, |b| b.first_frame + self.block_frames);
            let run = (self.next_start.min(end_of_oldest) - self.at).min((frames - done) as u64);
            let piece = done..done + run as usize;
            self.measure(block, piece);
            self.at += run;
            done += run as usize;
            if self.at == end_of_oldest {
                self.close_oldest(out);
            }
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let (gated, threshold) = programme(&self.powers);
        out.global(0, Values::F64(vec![gated]));
        out.global(1, Values::F64(vec![threshold]));
        Ok(())
    }

    fn release(&mut self) {
        *self = Self {
            compat: self.compat,
            ..Self::default()
        };
    }
}

impl LoudnessItu {
    fn measure(&mut self, block: &Block, piece: std::ops::Range<usize>) {
        if self.compat {
            for open in &mut self.open {
                open.rows.take(block, piece.clone());
            }
            return;
        }
        let channels = block
            .channels
            .iter()
            .zip(&mut self.filters)
            .zip(&self.weights);
        let energy: f64 = channels
            .filter(|(_, weight)| **weight > 0.0)
            .map(|((x, filter), weight)| weight * filter.energy(&x[piece.clone()]))
            .sum();
        for open in &mut self.open {
            open.energy += energy;
        }
    }

    fn close_oldest(&mut self, out: &mut Output) {
        let Some(block) = self.open.pop_front() else {
            return;
        };
        let energy = if self.compat {
            block.rows.energy(&self.weights, self.sample_rate)
        } else {
            block.energy
        };
        let power = energy / self.block_frames as f64;
        self.powers.push(power);
        out.push_f64(2, &[loudness(power)]);
    }
}

#[cfg(test)]
mod tests;
