//! The `.dat` form: a header of 20 or 24 bytes, little-endian, then the values.

use super::{Bits, WaveformData, header, refuse};
use timeside_core::Result;

/// Flag of 8-bit values; without it they have 16.
const EIGHT_BITS: u32 = 1;

pub(super) fn read(bytes: &[u8]) -> Result<WaveformData> {
    let mut rest = bytes;
    let mut word = || -> Result<u32> {
        let (word, after) = rest
            .split_first_chunk::<4>()
            .ok_or_else(|| refuse("they are cut off in the header"))?;
        rest = after;
        Ok(u32::from_le_bytes(*word))
    };
    let version = word()?;
    let (flags, sample_rate, samples_per_pixel, length) = (word()?, word()?, word()?, word()?);
    let channels = if version == 2 { word()? } else { 1 };
    let bits = if flags & EIGHT_BITS != 0 { 8 } else { 16 };
    let mut data = header(
        version.into(),
        sample_rate.into(),
        samples_per_pixel.into(),
        bits,
        channels.into(),
    )?;
    // What is there counts, not what the header says: a file may be cut.
    let wanted = (length as usize).saturating_mul(2 * data.channels);
    let there = rest.len() / (bits as usize / 8) / (2 * data.channels) * 2 * data.channels;
    let count = wanted.min(there);
    data.values = match data.bits {
        Bits::Eight => rest
            .iter()
            .take(count)
            .map(|b| i16::from(*b as i8))
            .collect(),
        Bits::Sixteen => (rest.chunks_exact(2).take(count))
            .map(|b| i16::from_le_bytes([b[0], b[1]]))
            .collect(),
    };
    Ok(data)
}

pub(super) fn write(data: &WaveformData) -> Vec<u8> {
    let version: u32 = if data.channels == 1 { 1 } else { 2 };
    let is_eight = data.bits == Bits::Eight;
    let mut out = Vec::with_capacity(24 + data.values.len() * 2);
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    for word in [
        version,
        if is_eight { EIGHT_BITS } else { 0 },
        data.sample_rate,
        data.samples_per_pixel,
        length,
    ] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    if version == 2 {
        out.extend_from_slice(&(data.channels as u32).to_le_bytes());
    }
    for value in &data.values {
        if is_eight {
            out.push(*value as u8);
        } else {
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
    out
}
