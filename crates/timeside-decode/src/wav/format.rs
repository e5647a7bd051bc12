//! The format chunk: WAVEFORMATEX and its longer forms (Microsoft's *Multiple channel audio data and WAVE
//! files*).

use super::corrupt;
use crate::fields::Fields;
use crate::pcm::{Coding, Endian, Layout, check_rate};
use timeside_core::{Error, Result};

/// `WAVE_FORMAT_EXTENSIBLE`: the true tag opens the sub-format's GUID.
const EXTENSIBLE: u16 = 0xFFFE;

/// MPEG audio of any layer (EBU Tech 3285, supplement 1), and layer III alone.
const MPEG: u16 = 0x50;
const MPEG_LAYER_3: u16 = 0x55;

/// More pairs of ADPCM coefficients than these are not in use: the standard has seven.
const MAX_COEFFICIENTS: u16 = 32;

/// What the sound is made of.
#[derive(Debug)]
pub(super) enum Content {
    /// PCM, or ADPCM in blocks of one size.
    Blocks(Layout),
    /// A stream of MPEG audio, as broadcasters keep it.
    Mpeg,
}

/// What the format chunk tells.
#[derive(Debug)]
pub(super) struct Format {
    pub(super) content: Content,
    pub(super) sample_rate: u32,
    /// Bits of a sample that mean something; they are the upper ones.
    pub(super) valid_bits: u32,
}

impl Format {
    /// Reads the chunk.
    pub(super) fn parse(chunk: Fields<'_>) -> Result<Self> {
        let cut = || corrupt("the WAV format chunk is cut off");
        let mut tag = chunk.u16(0).ok_or_else(cut)?;
        let channels = usize::from(chunk.u16(2).ok_or_else(cut)?);
        let sample_rate = chunk.u32(4).ok_or_else(cut)?;
        let bytes_per_sec = chunk.u32(8).ok_or_else(cut)?;
        let block_bytes = u32::from(chunk.u16(12).ok_or_else(cut)?);
        let bits = chunk.u16(14).ok_or_else(cut)?;
        let mut valid_bits = bits;
        if tag == EXTENSIBLE
            && let Some(true_tag) = chunk.u16(24)
        {
            tag = true_tag;
            valid_bits = chunk
                .u16(18)
                .filter(|valid| (1..=bits).contains(valid))
                .unwrap_or(bits);
        }
        check_rate("WAV", sample_rate)?;
        if matches!(tag, MPEG | MPEG_LAYER_3) {
            return Ok(Self {
                content: Content::Mpeg,
                sample_rate,
                valid_bits: 0,
            });
        }
        // 24 bits may lie in words of 32: then both the frame's size and the byte rate say so.
        let container_bytes = match block_bytes.checked_div(channels as u32) {
            Some(bytes)
                if u64::from(bytes_per_sec) == u64::from(block_bytes) * u64::from(sample_rate)
                    && block_bytes == bytes * channels as u32
                    && bytes * 8 >= bits.into() =>
            {
                bytes as usize
            }
            _ => usize::from(bits).div_ceil(8),
        };
        let coding = coding(tag, bits, container_bytes, chunk.endian)?;
        let mut layout = Layout::new(coding, channels, block_bytes.into())?;
        if layout.coding.sample_bytes().is_none() {
            // A program may fill its blocks in part only.
            let said = chunk.u16(18).map_or(0, u64::from);
            if (1..layout.block_frames).contains(&said) {
                layout.block_frames = said;
            }
        }
        if coding == Coding::MsAdpcm {
            let count = chunk.u16(20).unwrap_or(0).min(MAX_COEFFICIENTS);
            layout.coefficients = (0..usize::from(count))
                .map_while(|i| Some((chunk.i16(22 + 4 * i)?, chunk.i16(24 + 4 * i)?)))
                .collect();
        }
        Ok(Self {
            content: Content::Blocks(layout),
            sample_rate,
            valid_bits: valid_bits.into(),
        })
    }
}

/// The coding of a format tag.
fn coding(tag: u16, bits: u16, container_bytes: usize, endian: Endian) -> Result<Coding> {
    let impossible = || corrupt(format!("the WAV header says {bits} bits per sample"));
    let name = match (tag, bits) {
        (1, 0) => return Err(impossible()),
        (1, 1..=8) if container_bytes == 1 => return Ok(Coding::U8),
        (1, _) => return Coding::signed(container_bytes, endian).ok_or_else(impossible),
        (3, 32 | 64) => {
            return Coding::float(usize::from(bits) / 8, endian).ok_or_else(impossible);
        }
        (3, _) => return Err(impossible()),
        (6, 8) => return Ok(Coding::ALaw),
        (7, 8) => return Ok(Coding::MuLaw),
        (2, 4) => return Ok(Coding::MsAdpcm),
        (0x11, 4) => return Ok(Coding::ImaWav),
        (2, _) => "Microsoft ADPCM of other than 4 bits",
        (0x11, _) => "IMA ADPCM of other than 4 bits",
        (0x20, _) => "Yamaha ADPCM",
        (0x31, _) => "GSM 6.10",
        (0x45 | 0x64, _) => "G.726",
        (0x65 | 0x28F, _) => "G.722",
        (0xFF | 0x1600..=0x1610, _) => "AAC",
        (0x160..=0x163, _) => "Windows Media Audio",
        (0x270, _) => "ATRAC3",
        (0x2000, _) => "AC-3",
        (0x2001, _) => "DTS",
        (0xF1AC, _) => "FLAC in WAV",
        (0x674F..=0x6771, _) => "Vorbis in WAV",
        _ => "unknown",
    };
    Err(Error::UnsupportedFormat(format!(
        "the WAV file holds the codec {name} (0x{tag:04X}), which is not supported"
    )))
}
