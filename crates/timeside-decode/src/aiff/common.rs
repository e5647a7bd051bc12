//! The common chunk: coding, channels, rate and length.

use super::corrupt;
use crate::fields::Fields;
use crate::pcm::{Coding, Endian, Layout, check_rate};
use timeside_core::{Error, Result};

/// What the common chunk tells.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) layout: Layout,
    pub(super) sample_rate: u32,
    /// Frames; of IMA ADPCM packets, by most programs.
    pub(super) frames: u32,
    /// Bits of a sample that mean something; they are the upper ones.
    pub(super) bits: u32,
}

impl Common {
    /// Reads the chunk; AIFF-C's has the coding in it.
    pub(super) fn parse(chunk: Fields<'_>, is_compressed: bool) -> Result<Self> {
        let cut = || corrupt("the AIFF common chunk is cut off");
        let channels = usize::from(chunk.u16(0).ok_or_else(cut)?);
        let frames = chunk.u32(2).ok_or_else(cut)?;
        let bits = chunk.u16(6).ok_or_else(cut)?;
        let rate = extended(chunk.slice(8, 10)).ok_or_else(cut)?;
        // A rate is a whole number of Hz here; NaN and what is too large becomes a rate that is refused.
        let sample_rate = check_rate("AIFF", rate.round() as u32)?;
        let word = match (is_compressed, chunk.bytes.get(18..22)) {
            (true, Some(word)) => word,
            _ => b"NONE",
        };
        let coding = coding(word, bits)?;
        let bits = match coding.sample_bytes() {
            Some(bytes) if (1..=bytes * 8).contains(&bits.into()) => u32::from(bits),
            bytes => bytes.unwrap_or(0) as u32 * 8,
        };
        Ok(Self {
            layout: Layout::new(coding, channels, 0)?,
            sample_rate,
            frames,
            bits,
        })
    }
}

/// The coding of a compression type.
fn coding(word: &[u8], bits: u16) -> Result<Coding> {
    use Endian::{Big, Little};
    let impossible = || corrupt(format!("the AIFF header says {bits} bits per sample"));
    let bytes = usize::from(bits.div_ceil(8));
    let name = match word {
        b"NONE" | b"twos" => return Coding::signed(bytes, Big).ok_or_else(impossible),
        b"sowt" => return Coding::signed(bytes, Little).ok_or_else(impossible),
        b"raw " if bytes == 1 => return Ok(Coding::U8),
        b"raw " => return Coding::signed(bytes, Big).ok_or_else(impossible),
        b"in16" => return Ok(Coding::S16(Big)),
        b"in24" => return Ok(Coding::S24(Big)),
        b"in32" => return Ok(Coding::S32(Big)),
        b"42ni" => return Ok(Coding::S24(Little)),
        b"23ni" => return Ok(Coding::S32(Little)),
        b"fl32" | b"FL32" => return Ok(Coding::F32(Big)),
        b"fl64" | b"FL64" => return Ok(Coding::F64(Big)),
        b"alaw" | b"ALAW" => return Ok(Coding::ALaw),
        b"ulaw" | b"ULAW" => return Ok(Coding::MuLaw),
        b"ima4" => return Ok(Coding::ImaApple),
        b"ACE2" | b"ACE8" => "ACE",
        b"MAC3" | b"MAC6" => "MACE",
        b"GSM " | b"agsm" => "GSM 6.10",
        b"G722" => "G.722",
        b"Qclp" | b"QDMC" | b"QDM2" => "of QuickTime (Qualcomm or QDesign)",
        b"DWVW" => "DWVW",
        _ => "unknown",
    };
    Err(Error::UnsupportedFormat(format!(
        "the AIFF-C file holds the codec {name} (“{}”), which is not supported",
        String::from_utf8_lossy(word).escape_debug()
    )))
}

/// A number of IEEE 754's 80-bit format: sign and exponent, then a mantissa with its leading one written out.
fn extended(bytes: &[u8]) -> Option<f64> {
    let (head, mantissa) = bytes.split_first_chunk::<2>()?;
    let mantissa = u64::from_be_bytes(*mantissa.first_chunk::<8>()?);
    let exponent = i32::from(u16::from_be_bytes(*head) & 0x7FFF);
    let sign = if head[0] & 0x80 == 0 { 1.0 } else { -1.0 };
    Some(match exponent {
        0x7FFF => f64::NAN,
        _ => sign * mantissa as f64 * 2.0_f64.powi(exponent - 16_383 - 63),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_eighty_bits() {
        // As libsndfile writes 44,100 and 8,000 Hz.
        let cd = [0x40, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0];
        assert_eq!(extended(&cd), Some(44_100.0));
        let phone = [0x40, 0x0B, 0xFA, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(extended(&phone), Some(8_000.0));
        assert_eq!(extended(&[0; 10]), Some(0.0));
        assert!(extended(&[0xFF; 10]).unwrap().is_nan());
        assert_eq!(extended(&cd[..9]), None);
    }
}
