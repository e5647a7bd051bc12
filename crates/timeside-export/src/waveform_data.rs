//! BBC waveform data (`audiowaveform`, peaks.js): smallest and largest sample per pixel, as `.dat` or JSON.
//!
//! Format: <https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md>, versions 1 (all channels in one)
//! and 2 (several channels), of 8 or 16 bits.

mod binary;
mod json;

use std::ops::Range;
use timeside_core::{Error, Result};
use timeside_dsp::peaks::Peak;

/// More channels than any format here can hold.
const MAX_CHANNELS: usize = 1024;

/// Bits of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bits {
    /// −128..=127.
    Eight,
    /// −32768..=32767.
    Sixteen,
}

impl Bits {
    /// What stands for full scale.
    fn scale(self) -> f32 {
        match self {
            Self::Eight => 128.0,
            Self::Sixteen => 32_768.0,
        }
    }

    /// The code of a sample, full scale ±1.
    pub fn code(self, sample: f32) -> i16 {
        let (low, high) = (-self.scale(), self.scale() - 1.0);
        // NaN becomes 0.
        (sample * self.scale()).round().clamp(low, high) as i16
    }
}

/// The waveform of a recording at one zoom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaveformData {
    /// Frames per second of the recording.
    pub sample_rate: u32,
    /// Frames per pixel.
    pub samples_per_pixel: u32,
    /// Bits of a value.
    pub bits: Bits,
    /// Number of channels that are drawn.
    pub channels: usize,
    /// Pixel by pixel, channel by channel: smallest, then largest.
    pub values: Vec<i16>,
}

impl WaveformData {
    /// Reads either form.
    ///
    /// # Errors
    /// `BadParameter` (`peaks`) saying what is wrong with them.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
        let data = if first == Some(&b'{') {
            json::read(bytes)?
        } else {
            binary::read(bytes)?
        };
        if data.sample_rate == 0 || data.samples_per_pixel == 0 || data.values.is_empty() {
            return Err(refuse("they hold no waveform"));
        }
        Ok(data)
    }

    /// The bytes of a `.dat` file: of version 1 for one channel, else of version 2.
    pub fn to_binary(&self) -> Vec<u8> {
        binary::write(self)
    }

    /// The same as JSON.
    pub fn to_json(&self) -> Vec<u8> {
        json::write(self)
    }

    /// Number of pixels.
    pub fn len(&self) -> usize {
        self.values.len() / (2 * self.channels.max(1))
    }

    /// True if there is no pixel.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it can be that of a recording of `channels` at `sample_rate`.
    ///
    /// # Errors
    /// `BadParameter` (`peaks`) naming both.
    pub fn check(&self, channels: usize, sample_rate: u32) -> Result<()> {
        if self.channels != 1 && self.channels != channels {
            let reason = format!(
                "they have {} channels, the recording {channels}",
                self.channels
            );
            return Err(refuse(&reason));
        }
        if self.sample_rate != sample_rate {
            let reason = format!(
                "they were made at {} Hz, the recording has {sample_rate}",
                self.sample_rate
            );
            return Err(refuse(&reason));
        }
        Ok(())
    }

    /// The extremes of `channel` (of the only one, where there is but one) over the pixels that overlap the frames
    /// `range`; `None` behind the last. The power is not told: that of a third of the larger extreme stands for it.
    pub fn peak(&self, channel: usize, range: Range<i64>) -> Option<Peak> {
        let per_pixel = i64::from(self.samples_per_pixel);
        let first = usize::try_from(range.start / per_pixel).ok()?;
        let last = usize::try_from(
            range
                .end
                .max(range.start.saturating_add(1))
                .saturating_add(per_pixel - 1)
                / per_pixel,
        )
        .ok()?;
        let channel = if self.channels == 1 { 0 } else { channel };
        let pixels = first..last.min(self.len());
        let at = |pixel: usize| &self.values[(pixel * self.channels + channel) * 2..][..2];
        let min = pixels.clone().map(|p| at(p)[0]).min()?;
        let max = pixels.map(|p| at(p)[1]).max()?;
        let (min, max) = (
            f32::from(min) / self.bits.scale(),
            f32::from(max) / self.bits.scale(),
        );
        let rms = min.abs().max(max.abs()) / 3.0;
        Some(Peak {
            min,
            max,
            mean_square: rms * rms,
        })
    }
}

fn refuse(reason: &str) -> Error {
    Error::bad_parameter(
        "open",
        "peaks",
        format!("are no waveform data of version 1 or 2: {reason}"),
    )
}

/// What a header says, checked.
fn header(
    version: u64,
    sample_rate: u64,
    samples_per_pixel: u64,
    bits: u64,
    channels: u64,
) -> Result<WaveformData> {
    if !(1..=2).contains(&version) {
        return Err(refuse(&format!("their version is {version}")));
    }
    let bits = match bits {
        8 => Bits::Eight,
        16 => Bits::Sixteen,
        other => return Err(refuse(&format!("they have {other} bits"))),
    };
    let channels = usize::try_from(channels).unwrap_or(usize::MAX);
    if !(1..=MAX_CHANNELS).contains(&channels) {
        return Err(refuse(&format!("they have {channels} channels")));
    }
    let number = |n: u64, what: &str| {
        u32::try_from(n)
            .ok()
            .filter(|n| (1..=i32::MAX as u32).contains(n))
            .ok_or_else(|| refuse(&format!("their {what} is {n}")))
    };
    Ok(WaveformData {
        sample_rate: number(sample_rate, "sample rate")?,
        samples_per_pixel: number(samples_per_pixel, "number of samples per pixel")?,
        bits,
        channels,
        values: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
