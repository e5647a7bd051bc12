//! Sample-rate conversion between fixed rates, by FFT blocks (rubato), with its delay known exactly.

use rubato::audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{Fft, FixedSync, Indexing, Resampler as _, WindowFunction};

/// Smallest block on either side, in frames: a longer one makes the filter steeper.
const MIN_BLOCK_FRAMES: usize = 1024;

/// Highest rate in Hz. It bounds the block's memory where two rates have no common divisor.
pub const MAX_RATE: u32 = 768_000;

/// Converts blocks of planar samples from one rate to another.
///
/// Every call takes [`Resampler::input_frames`] frames and gives [`Resampler::output_frames`], late by
/// [`Resampler::delay_frames`]. A block depends on its own input and that of the block before, on nothing
/// else: two calls after [`Resampler::reset`] the output is what it would have been from the beginning.
pub struct Resampler {
    fft: Fft<f32>,
    channels: usize,
    input_frames: usize,
    output_frames: usize,
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

impl Resampler {
    /// A converter of `channels` channels from `from` Hz to `to` Hz; `None` if a rate or the number of
    /// channels is 0, or a rate is above [`MAX_RATE`].
    pub fn new(from: u32, to: u32, channels: usize) -> Option<Self> {
        if from == 0 || to == 0 || channels == 0 || from.max(to) > MAX_RATE {
            return None;
        }
        let (from, to) = (from as usize, to as usize);
        let divisor = greatest_common_divisor(from, to);
        let smaller = (from / divisor).min(to / divisor);
        // Even, so that half a block, which is the delay, is whole on both sides.
        let units = MIN_BLOCK_FRAMES.div_ceil(smaller).next_multiple_of(2);
        let input_frames = from / divisor * units;
        let fft = Fft::new_custom(
            from,
            to,
            input_frames,
            1,
            channels,
            WindowFunction::BlackmanHarris2,
            FixedSync::Both,
        )
        .ok()?;
        let output_frames = fft.output_frames_next();
        Some(Self {
            fft,
            channels,
            input_frames,
            output_frames,
        })
    }

    /// Frames that a call takes.
    pub fn input_frames(&self) -> usize {
        self.input_frames
    }

    /// Frames that a call gives.
    pub fn output_frames(&self) -> usize {
        self.output_frames
    }

    /// Frames by which the output is late.
    pub fn delay_frames(&self) -> usize {
        self.fft.output_delay()
    }

    /// Converts one block. `input` holds the channels, each of at most [`Resampler::input_frames`] frames and
    /// all of one length (silence stands for what is missing); `output` is resized to the output's frames.
    ///
    /// # Panics
    /// If `input` has fewer channels than this converter.
    pub fn process(&mut self, input: &mut [Vec<f32>], output: &mut Vec<Vec<f32>>) {
        for channel in input.iter_mut() {
            channel.resize(self.input_frames, 0.0);
        }
        output.resize_with(self.channels, Vec::new);
        for channel in output.iter_mut() {
            channel.resize(self.output_frames, 0.0);
        }
        let from = SequentialSliceOfVecs::new(input, self.channels, self.input_frames);
        let to = SequentialSliceOfVecs::new_mut(output, self.channels, self.output_frames);
        let (from, mut to) = (from.expect("sized above"), to.expect("sized above"));
        self.fft
            .process_into_buffer(&from, &mut to, None::<&Indexing>)
            .expect("buffers have the converter's sizes");
    }

    /// Forgets the blocks before.
    pub fn reset(&mut self) {
        self.fft.reset();
    }
}

impl std::fmt::Debug for Resampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resampler")
            .field("channels", &self.channels)
            .field("input_frames", &self.input_frames)
            .field("output_frames", &self.output_frames)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    /// Resamples a second of a sine and returns the worst distance to the sine at the other rate.
    fn worst_error(from: u32, to: u32, hz: f64) -> f64 {
        let mut resampler = Resampler::new(from, to, 1).unwrap();
        let sine = |n: usize, rate: u32| (TAU * hz * n as f64 / f64::from(rate)).sin();
        let mut output = Vec::new();
        let mut block = Vec::new();
        let step = resampler.input_frames();
        for start in (0..from as usize + 3 * step).step_by(step) {
            let mut input = [(start..start + step)
                .map(|n| sine(n, from) as f32)
                .collect::<Vec<_>>()];
            resampler.process(&mut input, &mut block);
            output.extend_from_slice(&block[0]);
        }
        let delay = resampler.delay_frames();
        // The sine's sudden beginning rings: it is no matter of the steady state.
        (2 * delay..to as usize)
            .map(|n| (f64::from(output[n + delay]) - sine(n, to)).abs())
            .fold(0.0, f64::max)
    }

    #[test]
    fn a_sine_stays_in_place_and_in_tune() {
        for (from, to) in [
            (44_100, 48_000),
            (48_000, 44_100),
            (44_100, 22_050),
            (8_000, 44_100),
            (44_100, 44_101),
            (96_000, 16_000),
        ] {
            for hz in [50.0, 440.0, 3_000.0] {
                let worst = worst_error(from, to, hz);
                assert!(worst < 1e-4, "{from} to {to} Hz at {hz} Hz: {worst:.2e}");
            }
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_is_gone() {
        let mut resampler = Resampler::new(44_100, 16_000, 1).unwrap();
        let mut block = Vec::new();
        let mut worst = 0.0_f32;
        for i in 0..20 {
            let start = i * resampler.input_frames();
            let input = (start..start + resampler.input_frames())
                .map(|n| (TAU * 12_000.0 * n as f64 / 44_100.0).sin() as f32);
            resampler.process(&mut [input.collect()], &mut block);
            if i > 2 {
                worst = block[0].iter().fold(worst, |w, x| w.max(x.abs()));
            }
        }
        assert!(worst < 1e-4, "{worst}");
    }

    #[test]
    fn two_blocks_after_a_reset_nothing_differs() {
        let mut resampler = Resampler::new(44_100, 48_000, 2).unwrap();
        let step = resampler.input_frames();
        let input = |i: usize| -> [Vec<f32>; 2] {
            [0, 7].map(|c| {
                (i * step..(i + 1) * step)
                    .map(|n| ((n * 31 + c) % 101) as f32 / 101.0)
                    .collect()
            })
        };
        let mut full = Vec::new();
        for i in 0..5 {
            resampler.process(&mut input(i), &mut full);
        }
        resampler.reset();
        let mut late = Vec::new();
        for i in 3..5 {
            resampler.process(&mut input(i), &mut late);
        }
        assert_eq!(full, late);
    }

    #[test]
    fn impossible_rates_are_refused() {
        assert!(Resampler::new(0, 44_100, 1).is_none());
        assert!(Resampler::new(44_100, 0, 1).is_none());
        assert!(Resampler::new(44_100, 48_000, 0).is_none());
        assert!(Resampler::new(44_100, MAX_RATE + 1, 1).is_none());
    }
}
