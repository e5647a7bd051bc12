//! The description chunk: what is in the file.

use super::corrupt;
use crate::fields::Fields;
use crate::pcm::{Coding, Endian, Layout, MAX_CHANNELS, check_rate};
use timeside_core::{Error, Result};

/// What the sound is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// PCM, or ADPCM in blocks of one size.
    Blocks(Layout),
    /// Packets of Apple Lossless.
    Alac,
    /// Packets of AAC.
    Aac,
}

/// What the description chunk tells.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) content: Content,
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
    /// Bits of a sample that mean something; 0 where that means nothing.
    pub(crate) bits: u32,
    /// Bytes of every packet; 0 if they differ.
    pub(crate) packet_bytes: u32,
    /// Frames of every packet; 0 if they differ.
    pub(crate) packet_frames: u32,
}

impl Description {
    /// Reads the chunk.
    pub(super) fn parse(chunk: Fields<'_>) -> Result<Self> {
        let cut = || corrupt("is cut off in its description");
        let rate = chunk.f64(0).ok_or_else(cut)?;
        let word = chunk.bytes.get(8..12).ok_or_else(cut)?;
        let flags = chunk.u32(12).ok_or_else(cut)?;
        let packet_bytes = chunk.u32(16).ok_or_else(cut)?;
        let packet_frames = chunk.u32(20).ok_or_else(cut)?;
        let channels = chunk.u32(24).ok_or_else(cut)? as usize;
        let bits = chunk.u32(28).ok_or_else(cut)?;
        // NaN and what is too large becomes a rate that is refused.
        let sample_rate = check_rate("CAF", rate.round() as u32)?;
        if channels == 0 || channels > MAX_CHANNELS {
            return Err(corrupt(&format!(
                "says {channels} channels; 1 to {MAX_CHANNELS} can be"
            )));
        }
        let coding = match word {
            b"lpcm" => Some(linear(flags, bits, packet_bytes, channels)?),
            b"ima4" => Some(Coding::ImaApple),
            b"alaw" => Some(Coding::ALaw),
            b"ulaw" => Some(Coding::MuLaw),
            _ => None,
        };
        let content = match (coding, word) {
            (Some(coding), _) => Content::Blocks(Layout::new(coding, channels, 0)?),
            (None, b"alac") => Content::Alac,
            (None, b"aac " | b"aach" | b"aacp") => Content::Aac,
            (None, other) => return Err(foreign(other)),
        };
        Ok(Self {
            content,
            sample_rate,
            channels,
            bits,
            packet_bytes,
            packet_frames,
        })
    }
}

/// The coding of linear PCM.
fn linear(flags: u32, bits: u32, packet_bytes: u32, channels: usize) -> Result<Coding> {
    let is_float = flags & 1 != 0;
    let endian = match flags & 2 {
        0 => Endian::Big,
        _ => Endian::Little,
    };
    // 20 bits may lie in words of 24 or 32, at their upper end.
    let bytes = match (packet_bytes as usize).checked_div(channels) {
        Some(bytes) if bytes * channels == packet_bytes as usize && bytes * 8 >= bits as usize => {
            bytes
        }
        _ => bits.div_ceil(8) as usize,
    };
    let coding = match (is_float, bits) {
        (_, 0) => None,
        (true, _) => Coding::float(bytes, endian),
        (false, _) => Coding::signed(bytes, endian),
    };
    coding.ok_or_else(|| corrupt(&format!("says {bits} bits per sample")))
}

fn foreign(word: &[u8]) -> Error {
    let name = match word {
        b"aacl" | b"aace" | b"aacf" => "AAC for low delay",
        b".mp1" => "MPEG layer I",
        b".mp2" => "MPEG layer II",
        b".mp3" => "MP3",
        b"ac-3" => "AC-3",
        b"flac" => "FLAC in CAF",
        b"opus" => "Opus in CAF",
        b"MAC3" | b"MAC6" => "MACE",
        b"QDMC" | b"QDM2" | b"Qclp" => "of QuickTime (Qualcomm or QDesign)",
        b"samr" => "AMR",
        b"ilbc" => "iLBC",
        b"agsm" => "GSM 6.10",
        _ => "unknown",
    };
    Error::UnsupportedFormat(format!(
        "the CAF file holds the codec {name} (“{}”), which is not supported",
        String::from_utf8_lossy(word).escape_debug()
    ))
}
