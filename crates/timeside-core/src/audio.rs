//! Blocks of samples: planar `f32` and the index of their first frame.

/// The shape of a stream of audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AudioSpec {
    /// Frames per second.
    pub sample_rate: u32,
    /// Number of channels.
    pub channels: usize,
    /// Length in frames, where known.
    pub frames: Option<i64>,
}

/// A run of frames: one `Vec` of samples per channel, all of one length. Full scale is ±1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Block {
    /// Index in the stream of the first frame.
    pub first_frame: i64,
    /// `channels[c][n]` is sample `n` of channel `c`.
    pub channels: Vec<Vec<f32>>,
}

impl Block {
    /// A block of `channels` channels without frames.
    pub fn new(channels: usize) -> Self {
        Self {
            first_frame: 0,
            channels: vec![Vec::new(); channels],
        }
    }

    /// Number of frames.
    pub fn frames(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    /// True if there is no frame.
    pub fn is_empty(&self) -> bool {
        self.frames() == 0
    }

    /// Empties every channel, keeping their memory, and sets the channel count and first frame.
    pub fn reset(&mut self, channels: usize, first_frame: i64) {
        self.channels.resize_with(channels, Vec::new);
        self.channels.iter_mut().for_each(Vec::clear);
        self.first_frame = first_frame;
    }

    /// Writes the mean over the channels into `mono`, replacing what it held. A mean that is not finite
    /// becomes 0: one bad sample must not spoil a whole frame's spectrum.
    pub fn downmix_into(&self, mono: &mut Vec<f32>) {
        mono.clear();
        match self.channels.as_slice() {
            [] => {}
            [only] => mono.extend_from_slice(only),
            [a, b] => mono.extend(a.iter().zip(b).map(|(a, b)| (a + b) * 0.5)),
            [first, rest @ ..] => {
                mono.extend_from_slice(first);
                for channel in rest {
                    mono.iter_mut().zip(channel).for_each(|(m, x)| *m += x);
                }
                let scale = 1.0 / self.channels.len() as f32;
                mono.iter_mut().for_each(|m| *m *= scale);
            }
        }
        mono.iter_mut()
            .for_each(|m| *m = if m.is_finite() { *m } else { 0.0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downmix_is_the_mean_and_leaves_the_block_alone() {
        let block = Block {
            first_frame: 0,
            channels: vec![vec![1., 3., 5., 7., 9.], vec![2., 4., 6., 8., 10.]],
        };
        let before = block.clone();
        let mut mono = vec![99.0];
        block.downmix_into(&mut mono);
        assert_eq!(mono, [1.5, 3.5, 5.5, 7.5, 9.5]);
        assert_eq!(block, before);
    }

    #[test]
    fn samples_that_are_not_finite_become_silence() {
        let block = Block {
            first_frame: 0,
            channels: vec![vec![f32::NAN, f32::INFINITY, 0.5]],
        };
        let mut mono = Vec::new();
        block.downmix_into(&mut mono);
        assert_eq!(mono, [0.0, 0.0, 0.5]);
    }
}
