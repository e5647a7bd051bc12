//! The description of a track's coding: sample entries and what hangs on them.

use super::boxes::{boxes, find, u16_at, u32_at};
use timeside_core::{Error, Result};

/// What the samples of a track hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Coding {
    /// With its AudioSpecificConfig.
    Aac(Vec<u8>),
    Mp3,
    /// With its STREAMINFO.
    Flac(Vec<u8>),
    /// With the body of its `dOps` box.
    Opus(Vec<u8>),
}

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

/// Names of codecs that are not read.
fn foreign(kind: &[u8; 4]) -> String {
    match kind {
        b"alac" => "Apple Lossless (ALAC)".into(),
        b"ac-3" => "AC-3".into(),
        b"ec-3" => "E-AC-3".into(),
        b"ac-4" => "AC-4".into(),
        b"dtsc" | b"dtsh" | b"dtsl" | b"dtse" => "DTS".into(),
        b"mlpa" => "Dolby TrueHD".into(),
        b"samr" | b"sawb" => "AMR".into(),
        b"enca" => "encrypted audio (DRM)".into(),
        b"sowt" | b"twos" | b"lpcm" | b"in24" | b"in32" | b"fl32" | b"fl64" | b"ipcm" | b"fpcm" => {
            "PCM in MP4".into()
        }
        other => format!("“{}”", String::from_utf8_lossy(other).escape_debug()),
    }
}

impl Entry {
    /// Reads the first entry of a sample description box.
    pub(crate) fn parse(stsd: &[u8]) -> Result<Self> {
        let corrupt =
            || Error::CorruptMedia("the MP4 file's description of its codec is cut off".into());
        let (kind, body) = boxes(stsd.get(8..).unwrap_or_default())
            .next()
            .ok_or_else(corrupt)?;
        let version = u16_at(body, 8).ok_or_else(corrupt)?;
        let channels = usize::from(u16_at(body, 16).ok_or_else(corrupt)?);
        let sample_rate = u32_at(body, 24).ok_or_else(corrupt)? >> 16;
        // QuickTime's later versions put fields of their own before the boxes.
        let children = body
            .get(28 + [0, 16, 36].get(usize::from(version)).copied().unwrap_or(0)..)
            .unwrap_or_default();
        let entry = |coding, sample_rate, channels| Self {
            coding,
            sample_rate,
            channels,
        };
        match &kind {
            b"mp4a" => {
                let esds =
                    find(children, b"esds").or_else(|| find(find(children, b"wave")?, b"esds"));
                let (object_type, config) =
                    decoder_config(esds.ok_or_else(corrupt)?).ok_or_else(corrupt)?;
                match object_type {
                    0x40 | 0x66..=0x68 => {
                        Ok(entry(Coding::Aac(config.to_vec()), sample_rate, channels))
                    }
                    0x69 | 0x6B => Ok(entry(Coding::Mp3, sample_rate, channels)),
                    0xA5 => Err(unsupported("AC-3")),
                    0xA6 => Err(unsupported("E-AC-3")),
                    0xDD => Err(unsupported("Vorbis in MP4")),
                    other => Err(unsupported(&format!(
                        "with MPEG-4 object type 0x{other:02X}"
                    ))),
                }
            }
            b".mp3" => Ok(entry(Coding::Mp3, sample_rate, channels)),
            b"fLaC" => {
                let info = find(children, b"dfLa")
                    .and_then(|b| b.get(8..42))
                    .ok_or_else(corrupt)?;
                let rate = u32::from_be_bytes([0, info[10], info[11], info[12]]) >> 4;
                Ok(entry(
                    Coding::Flac(info.to_vec()),
                    rate,
                    usize::from(info[12] >> 1 & 7) + 1,
                ))
            }
            b"Opus" => {
                let head = find(children, b"dOps").ok_or_else(corrupt)?;
                Ok(entry(
                    Coding::Opus(head.to_vec()),
                    48_000,
                    usize::from(*head.get(1).ok_or_else(corrupt)?),
                ))
            }
            other => Err(unsupported(&foreign(other))),
        }
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
