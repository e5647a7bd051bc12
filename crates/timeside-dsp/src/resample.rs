//! Sample-rate conversion between fixed rates, by FFT blocks, with its delay known exactly.
//!
//! A block's spectrum is multiplied by that of a windowed sinc, cut or lengthened to the other rate's, and turned back;
//! neighbouring blocks overlap and are added (Oppenheim & Schafer, “Discrete-Time Signal Processing”, §8.7).

use crate::fft::InverseRealFft;
use crate::{Complex32, RealFft, Window};
use std::f64::consts::{PI, TAU};

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
    forward: RealFft,
    inverse: InverseRealFft,
    /// The filter's spectrum, as far as both rates reach.
    filter: Vec<Complex32>,
    spectrum: Vec<Complex32>,
    /// What each channel's last block adds to the next.
    overlap: Vec<Vec<f32>>,
    channels: usize,
    input_frames: usize,
    output_frames: usize,
}

/// Half the width of the filter's slope, in units of 1/(length in samples): the sidelobes of a squared
/// Blackman-Harris window begin some 8 of them from its middle, at −180 dB; here the alias is below −100 dB.
const HALF_SLOPE: f64 = 7.0;

/// The spectrum of the low-pass filter of `input_frames + 1` taps, scaled for a transform there and back.
fn filter(forward: &mut RealFft, input_frames: usize, output_frames: usize) -> Vec<Complex32> {
    let length = input_frames as f64;
    let lower = (output_frames as f64 / length).min(1.0);
    let cutoff = 0.5 * lower - HALF_SLOPE / length;
    let window = |i: f64| {
        let terms = [0.35875, -0.48829, 0.14128, -0.01168];
        let sum = (0..4).map(|k| terms[k] * (TAU * k as f64 * i / length).cos());
        sum.sum::<f64>().powi(2)
    };
    let taps: Vec<f64> = (0..=input_frames)
        .map(|i| {
            let x = i as f64 - length / 2.0;
            let sinc = if x == 0.0 {
                2.0 * cutoff
            } else {
                (TAU * cutoff * x).sin() / (PI * x)
            };
            sinc * window(i as f64)
        })
        .collect();
    let scale = 1.0 / (taps.iter().sum::<f64>() * 2.0 * length);
    let taps: Vec<f32> = taps.iter().map(|t| (t * scale) as f32).collect();
    let reach = input_frames.min(output_frames);
    forward.process(&taps)[..reach].to_vec()
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
        let output_frames = to / divisor * units;
        let mut forward = RealFft::new(2 * input_frames, 2 * input_frames, Window::Rectangular);
        Some(Self {
            filter: filter(&mut forward, input_frames, output_frames),
            forward,
            inverse: InverseRealFft::new(output_frames),
            spectrum: vec![Complex32::default(); output_frames + 1],
            overlap: vec![vec![0.0; output_frames]; channels],
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
        self.output_frames / 2
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
        for ((from, to), overlap) in input.iter().zip(output).zip(&mut self.overlap) {
            let bins = self.forward.process(from);
            for ((out, x), h) in self.spectrum.iter_mut().zip(bins).zip(&self.filter) {
                *out = x * h;
            }
            let mut samples = self.inverse.process(&self.spectrum);
            for ((y, x), late) in to.iter_mut().zip(&mut samples).zip(&*overlap) {
                *y = x + late;
            }
            overlap
                .iter_mut()
                .zip(samples)
                .for_each(|(late, x)| *late = x);
        }
    }

    /// Forgets the blocks before.
    pub fn reset(&mut self) {
        self.overlap.iter_mut().for_each(|late| late.fill(0.0));
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
