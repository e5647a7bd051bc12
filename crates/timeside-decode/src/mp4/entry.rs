//! The description of a track's coding: sample entries and what hangs on them.

use super::boxes::{boxes, find, u16_at, u32_at, u64_at};
use crate::coding::Coding;
use crate::pcm::{self, Endian, Layout};
use timeside_core::{Error, Result};

/// A track's coding, rate and channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) coding: Coding,
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
}

fn unsupported(codec: &str) -> Error {
    Error::UnsupportedFormat(format!(
        "the MP4 file holds the codec {codec}, which is not supported"
    ))
}

fn corrupt() -> Error {
    Error::CorruptMedia("the MP4 file's description of its codec is cut off".into())
}

/// Names of codecs that are not read.
fn foreign(kind: &[u8; 4]) -> String {
    match kind {
        b"ac-3" => "AC-3".into(),
        b"ec-3" => "E-AC-3".into(),
        b"ac-4" => "AC-4".into(),
        b"dtsc" | b"dtsh" | b"dtsl" | b"dtse" => "DTS".into(),
        b"mlpa" => "Dolby TrueHD".into(),
        b"samr" | b"sawb" => "AMR".into(),
        b"enca" => "encrypted audio (DRM)".into(),
        b"drms" => "protected audio (iTunes DRM)".into(),
        b"QDM2" | b"QDMC" => "QDesign Music".into(),
        b"MAC3" | b"MAC6" => "MACE".into(),
        b"agsm" => "GSM".into(),
        b"mha1" | b"mhm1" => "MPEG-H".into(),
        other => format!("“{}”", String::from_utf8_lossy(other).escape_debug()),
    }
}

/// The container's word for a track's codec, for one that is not read.
pub(crate) fn word(stsd: &[u8]) -> String {
    let kind = boxes(stsd.get(8..).unwrap_or_default())
        .next()
        .map_or(*b"none", |(kind, _)| kind);
    match &kind {
        b"ac-3" => "ac3".into(),
        b"ec-3" => "eac3".into(),
        b"dtsc" | b"dtsh" | b"dtsl" | b"dtse" => "dts".into(),
        other => String::from_utf8_lossy(other).trim().to_owned(),
    }
}

/// The fields of a sound description of any version (QuickTime File Format, “Sound Sample Descriptions”).
struct Description<'a> {
    kind: [u8; 4],
    channels: usize,
    sample_rate: u32,
    /// Bits per sample.
    bits: u32,
    /// Bytes of a compressed block, all channels together; 0 where it does not say.
    block_bytes: u32,
    /// Flags of version 2: 1 is floating point, 2 is big endian.
    lpcm_flags: Option<u32>,
    children: &'a [u8],
}

impl<'a> Description<'a> {
    fn parse(kind: [u8; 4], body: &'a [u8]) -> Option<Self> {
        let version = u16_at(body, 8)?;
        let mut this = Self {
            kind,
            channels: usize::from(u16_at(body, 16)?),
            sample_rate: u32_at(body, 24)? >> 16,
            bits: u32::from(u16_at(body, 18)?),
            block_bytes: 0,
            lpcm_flags: None,
            children: body.get(28..)?,
        };
        match version {
            1 => {
                this.block_bytes = u32_at(body, 36).unwrap_or(0);
                this.children = body.get(44..).unwrap_or_default();
            }
            2 => {
                let rate = f64::from_bits(u64_at(body, 32)?);
                this.sample_rate = if (1.0..=f64::from(u32::MAX)).contains(&rate) {
                    rate.round() as u32
                } else {
                    0
                };
                this.channels = usize::try_from(u32_at(body, 40)?).ok()?;
                this.bits = u32_at(body, 48)?;
                this.lpcm_flags = u32_at(body, 52);
                this.block_bytes = u32_at(body, 56)?;
                this.children = body.get(64..).unwrap_or_default();
            }
            _ => {}
        }
        Some(this)
    }

    /// A box among the children, or in QuickTime's `wave` among them.
    fn child(&self, kind: &[u8; 4]) -> Option<&'a [u8]> {
        find(self.children, kind).or_else(|| find(find(self.children, b"wave")?, kind))
    }

    /// PCM or ADPCM, if it is one of these.
    fn pcm(&self) -> Option<pcm::Coding> {
        let bytes = self.bits.div_ceil(8) as usize;
        // `enda` turns the order of what is big-endian otherwise.
        let order = match self.child(b"enda").and_then(|enda| u16_at(enda, 0)) {
            Some(1) => Endian::Little,
            _ => Endian::Big,
        };
        match &self.kind {
            b"sowt" => pcm::Coding::signed(bytes, Endian::Little),
            b"twos" => pcm::Coding::signed(bytes, Endian::Big),
            b"raw " | b"NONE" if bytes <= 1 => Some(pcm::Coding::U8),
            b"raw " | b"NONE" => pcm::Coding::signed(bytes, Endian::Big),
            b"in24" => Some(pcm::Coding::S24(order)),
            b"in32" => Some(pcm::Coding::S32(order)),
            b"fl32" | b"FL32" => Some(pcm::Coding::F32(order)),
            b"fl64" | b"FL64" => Some(pcm::Coding::F64(order)),
            b"ulaw" => Some(pcm::Coding::MuLaw),
            b"alaw" => Some(pcm::Coding::ALaw),
            b"ima4" => Some(pcm::Coding::ImaApple),
            b"ms\0\x02" => Some(pcm::Coding::MsAdpcm),
            b"ms\0\x11" => Some(pcm::Coding::ImaWav),
            b"lpcm" => {
                let flags = self.lpcm_flags.unwrap_or(2 | 4);
                let endian = if flags & 2 == 0 {
                    Endian::Little
                } else {
                    Endian::Big
                };
                match flags & 1 {
                    0 if bytes == 1 && flags & 4 == 0 => Some(pcm::Coding::U8),
                    0 => pcm::Coding::signed(bytes, endian),
                    _ => pcm::Coding::float(bytes, endian),
                }
            }
            // ISO 23003-5: flags, then bits per sample.
            b"ipcm" | b"fpcm" => {
                let config = self.child(b"pcmC")?;
                let endian = if config.get(4)? & 1 == 1 {
                    Endian::Little
                } else {
                    Endian::Big
                };
                let bytes = usize::from(config.get(5)?.div_ceil(8));
                if &self.kind == b"ipcm" {
                    pcm::Coding::signed(bytes, endian)
                } else {
                    pcm::Coding::float(bytes, endian)
                }
            }
            _ => None,
        }
    }
}

impl Entry {
    /// Reads the first entry of a sample description box.
    pub(crate) fn parse(stsd: &[u8]) -> Result<Self> {
        let (kind, body) = boxes(stsd.get(8..).unwrap_or_default())
            .next()
            .ok_or_else(corrupt)?;
        let told = Description::parse(kind, body).ok_or_else(corrupt)?;
        let mut entry = Self {
            coding: Coding::Mpeg(3),
            sample_rate: told.sample_rate,
            channels: told.channels,
        };
        if let Some(coding) = told.pcm() {
            let block_bytes = u64::from(told.block_bytes);
            entry.coding = Coding::Pcm(Layout::new(coding, told.channels, block_bytes)?);
            return Ok(entry);
        }
        match &kind {
            b"mp4a" => {
                let esds = told.child(b"esds").ok_or_else(corrupt)?;
                let (object_type, config) = decoder_config(esds).ok_or_else(corrupt)?;
                entry.coding = match object_type {
                    0x40 | 0x66..=0x68 => Coding::Aac(config.to_vec()),
                    0x69 | 0x6B => Coding::Mpeg(3),
                    0xA5 => return Err(unsupported("AC-3")),
                    0xA6 => return Err(unsupported("E-AC-3")),
                    0xDD => return Err(unsupported("Vorbis in MP4")),
                    other => {
                        let what = format!("with MPEG-4 object type 0x{other:02X}");
                        return Err(unsupported(&what));
                    }
                };
            }
            b".mp3" | b"ms\0U" => {}
            b"alac" => {
                let cookie = told
                    .child(b"alac")
                    .and_then(|b| b.get(4..28))
                    .ok_or_else(corrupt)?;
                // The entry's own fields have 16 bits for the rate.
                entry.sample_rate = u32_at(cookie, 20).ok_or_else(corrupt)?;
                entry.channels = usize::from(cookie[9]);
                entry.coding = Coding::Alac(cookie.to_vec());
            }
            b"fLaC" => {
                let info = told
                    .child(b"dfLa")
                    .and_then(|b| b.get(8..42))
                    .ok_or_else(corrupt)?;
                entry.sample_rate = u32::from_be_bytes([0, info[10], info[11], info[12]]) >> 4;
                entry.channels = usize::from(info[12] >> 1 & 7) + 1;
                entry.coding = Coding::Flac(info.to_vec());
            }
            #[cfg(feature = "opus")]
            b"Opus" => {
                let head = crate::opus::Head::parse_dops(told.child(b"dOps").ok_or_else(corrupt)?)?;
                entry.sample_rate = crate::opus::SAMPLE_RATE;
                entry.channels = usize::from(head.channels);
                entry.coding = Coding::Opus(head);
            }
            #[cfg(not(feature = "opus"))]
            b"Opus" => return Err(unsupported("Opus, left out of this build")),
            other => return Err(unsupported(&foreign(other))),
        }
        Ok(entry)
    }
}

/// Object type and specific config in an `esds` box (ISO 14496-1, §7.2.6).
fn decoder_config(esds: &[u8]) -> Option<(u8, &[u8])> {
    decoder_config_of(esds.get(4..)?)
}

/// Object type and specific config in an elementary stream descriptor.
fn decoder_config_of(stream: &[u8]) -> Option<(u8, &[u8])> {
    /// Tag and content of the descriptor at the beginning of `bytes`.
    fn descriptor(bytes: &[u8]) -> Option<(u8, &[u8])> {
        let (tag, mut rest) = bytes.split_first()?;
        let mut len = 0;
        for _ in 0..4 {
            let (byte, after) = rest.split_first()?;
            rest = after;
            len = len << 7 | usize::from(byte & 0x7F);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some((*tag, &rest[..len.min(rest.len())]))
    }
    let (3, stream) = descriptor(stream)? else {
        return None;
    };
    let flags = *stream.get(2)?;
    let mut at = 3;
    if flags & 0x80 != 0 {
        at += 2;
    }
    if flags & 0x40 != 0 {
        at += 1 + usize::from(*stream.get(at)?);
    }
    if flags & 0x20 != 0 {
        at += 2;
    }
    let (4, config) = descriptor(stream.get(at..)?)? else {
        return None;
    };
    let specific = match descriptor(config.get(13..)?) {
        Some((5, specific)) => specific,
        _ => &[],
    };
    Some((*config.first()?, specific))
}

/// The AudioSpecificConfig in a descriptor like an `esds` box's, without that box's version and flags.
pub(crate) fn specific_config(descriptor: &[u8]) -> Option<&[u8]> {
    decoder_config_of(descriptor).map(|(_, config)| config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_esds_is_taken_apart() {
        let esds = b"\0\0\0\0\x03\x80\x80\x80\x22\0\x01\0\x04\x80\x80\x80\x14\x40\x15\0\0\0\0\x01\xF4\0\0\x01\xF4\0\x05\x80\x80\x80\x02\x12\x10\x06\x80\x80\x80\x01\x02";
        assert_eq!(decoder_config(esds), Some((0x40, &b"\x12\x10"[..])));
        for end in 0..esds.len() {
            decoder_config(&esds[..end]);
        }
    }
}
