//! Test signals, and a run over samples in memory.

use timeside_core::pipe::Plan;
use timeside_core::{
    AudioSpec, Block, Decoder, MediaInfo, Pipe, PipeSpec, Registry, Result, Results, RunContext,
    Step, Warning,
};

/// Samples that a decoder of damaged floats may give.
pub(crate) const HOSTILE: [f32; 9] = [
    f32::NAN,
    1.0,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::MAX,
    f32::MIN,
    f32::MAX,
    1e-45,
    -1.0,
];

struct ArrayDecoder {
    info: MediaInfo,
    channels: Vec<Vec<f32>>,
    at: usize,
}

impl Decoder for ArrayDecoder {
    fn info(&self) -> &MediaInfo {
        &self.info
    }

    fn spec(&self) -> AudioSpec {
        AudioSpec {
            sample_rate: self.info.sample_rate,
            channels: self.channels.len(),
            frames: self.info.frames,
        }
    }

    fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize> {
        let end = (self.at + max_frames).min(self.channels[0].len());
        block.reset(self.channels.len(), self.at as i64);
        for (to, from) in block.channels.iter_mut().zip(&self.channels) {
            to.extend_from_slice(&from[self.at..end]);
        }
        Ok(end - std::mem::replace(&mut self.at, end))
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.at = (frame.max(0) as usize).min(self.channels[0].len());
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        Vec::new()
    }
}

/// Runs `steps` over `channels`.
pub(crate) fn run(
    steps: &[Step],
    channels: &[Vec<f32>],
    sample_rate: u32,
    blocksize: usize,
) -> Results {
    let mut registry = Registry::new();
    crate::register(&mut registry);
    let spec = PipeSpec {
        blocksize,
        ..PipeSpec::of(steps.iter().cloned())
    };
    let info = MediaInfo {
        sample_rate,
        frames: Some(channels[0].len() as i64),
        ..MediaInfo::default()
    };
    let decoder = ArrayDecoder {
        info,
        channels: channels.to_vec(),
        at: 0,
    };
    let context = RunContext {
        now: String::new(),
        uuid: Box::new(String::new),
        sha1: String::new(),
    };
    Pipe::new(
        Plan::new(&registry, &spec).unwrap(),
        Box::new(decoder),
        context,
    )
    .unwrap()
    .run()
    .unwrap()
}

/// A sine that begins at phase 0.
pub(crate) fn sine(sample_rate: u32, hz: f64, amplitude: f64, frames: usize) -> Vec<f32> {
    let step = std::f64::consts::TAU * hz / f64::from(sample_rate);
    (0..frames)
        .map(|n| (amplitude * (step * n as f64).sin()) as f32)
        .collect()
}

/// White noise in −1..1, the same for the same seed.
pub(crate) fn noise(channels: usize, frames: usize, seed: u64) -> Vec<Vec<f32>> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        // xorshift64* (Vigna 2016).
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..channels)
        .map(|_| (0..frames).map(|_| next()).collect())
        .collect()
}
