//! The waveform of a recording at one zoom, for other players.

use crate::Media;
use timeside_core::{Block, Decoder, Error, Progress, Result};
use timeside_export::waveform_data::{Bits, WaveformData};

/// Fewer frames per pixel than these are samples, not a waveform.
const MIN_SAMPLES_PER_PIXEL: u32 = 2;

/// Frames read at once.
const READ_FRAMES: usize = 16_384;

/// Zoom and shape of a waveform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaveformOptions {
    /// Pixels per second, to a whole number of samples per pixel; none is 256 samples per pixel.
    pub pixels_per_second: Option<f64>,
    /// Bits of a value.
    pub bits: Bits,
    /// Whether channels are drawn apart, or their mean is drawn.
    pub split_channels: bool,
}

impl Media {
    /// Reads the whole medium into a waveform at one zoom, and tells `progress` on the way.
    ///
    /// # Errors
    /// `BadParameter` for a zoom of fewer than 2 samples per pixel, and what the medium gives.
    pub fn waveform_data(
        &self,
        options: &WaveformOptions,
        mut progress: impl FnMut(Progress),
    ) -> Result<WaveformData> {
        let (rate, channels) = (self.info().sample_rate, self.info().channels);
        let samples_per_pixel = match options.pixels_per_second {
            None => 256.0,
            Some(per_second) => (f64::from(rate) / per_second).round(),
        };
        let range = f64::from(MIN_SAMPLES_PER_PIXEL)..=f64::from(i32::MAX);
        if !range.contains(&samples_per_pixel) {
            let most = rate / MIN_SAMPLES_PER_PIXEL;
            let reason = format!("must be above 0 and at most {most} at {rate} Hz");
            return Err(Error::bad_parameter("peaks", "pixels_per_second", reason));
        }
        let samples_per_pixel = samples_per_pixel as u32;
        let drawn = if options.split_channels { channels } else { 1 };
        let mut pixels = Pixels {
            frames: samples_per_pixel as usize,
            filled: 0,
            open: vec![(f32::INFINITY, f32::NEG_INFINITY); drawn],
            bits: options.bits,
            values: Vec::new(),
        };
        let mut decoder = self.open_decoder()?;
        let mut block = Block::new(channels);
        let mut mono = Vec::new();
        let mut done: i64 = 0;
        loop {
            let got = decoder.next_block(&mut block, READ_FRAMES)?;
            if got == 0 {
                break;
            }
            if options.split_channels {
                pixels.push(&block.channels);
            } else {
                block.downmix_into(&mut mono);
                pixels.push(std::slice::from_ref(&mono));
            }
            done += got as i64;
            let total = decoder.spec().frames.filter(|n| *n > 0);
            progress(Progress::More(total.map(|n| done as f64 / n as f64)));
        }
        pixels.close();
        progress(Progress::Ended);
        Ok(WaveformData {
            sample_rate: rate,
            samples_per_pixel,
            bits: options.bits,
            channels: drawn,
            values: pixels.values,
        })
    }
}

/// Pixels in the making.
struct Pixels {
    frames: usize,
    filled: usize,
    open: Vec<(f32, f32)>,
    bits: Bits,
    values: Vec<i16>,
}

impl Pixels {
    fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) {
        let count = channels.first().map_or(0, |c| c.as_ref().len());
        let mut at = 0;
        while at < count {
            let take = (self.frames - self.filled).min(count - at);
            for ((min, max), samples) in self.open.iter_mut().zip(channels) {
                for x in &samples.as_ref()[at..at + take] {
                    *min = min.min(*x);
                    *max = max.max(*x);
                }
            }
            at += take;
            self.filled += take;
            if self.filled == self.frames {
                self.close();
            }
        }
    }

    /// Ends a pixel, however short.
    fn close(&mut self) {
        if self.filled == 0 {
            return;
        }
        for (min, max) in &mut self.open {
            // Samples that are all no numbers draw as silence.
            let (low, high) = if min > max { (0.0, 0.0) } else { (*min, *max) };
            self.values.push(self.bits.code(low));
            self.values.push(self.bits.code(high));
            (*min, *max) = (f32::INFINITY, f32::NEG_INFINITY);
        }
        self.filled = 0;
    }
}
