//! CAF, opened: blocks, or packets by its table.

use super::Opening;
use crate::caf::{self, Caf, Content, Packets};
use crate::packet::Codec;
use crate::pcm::Sound;
use crate::reader::Reader;
use crate::symphonia::SymphoniaCodec;
use timeside_core::{Decoder, Error, MediaInfo, Result, Warning};

/// Packets of AAC that must be decoded before the wanted one.
const AAC_PREROLL: u64 = 2;

impl Opening {
    pub(super) fn caf(self, mut reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        let mut caf = caf::parse(&mut reader, start)?;
        let Content::Blocks(layout) = &caf.description.content else {
            return self.caf_packets(reader, caf);
        };
        let layout = layout.clone();
        let is_block = layout.coding.sample_bytes().is_none();
        let coded = (layout, caf.description.sample_rate);
        let mut sound = Sound::new("caf", coded, caf.start, caf.told, reader.len())?;
        if !is_block && caf.description.bits > 0 {
            sound.bits_per_sample = sound
                .bits_per_sample
                .map(|bits| bits.min(caf.description.bits));
        }
        if let Some(table) = caf.table.as_ref().filter(|table| table.valid_frames > 0) {
            sound.trim(table.priming_frames, table.valid_frames);
        }
        sound.tags = std::mem::take(&mut caf.tags);
        sound.markers = caf.markers;
        self.pcm(reader, sound)
    }

    fn caf_packets(self, reader: Reader, caf: Caf) -> Result<Box<dyn Decoder>> {
        let corrupt = |what: &str| Error::CorruptMedia(format!("the CAF file {what}"));
        let Some(table) = caf.table else {
            return Err(corrupt("has no table of its packets"));
        };
        let (name, codec, preroll): (_, Box<dyn Codec>, _) = match caf.description.content {
            Content::Alac => {
                let cookie = alac_cookie(&caf.cookie);
                ("alac", Box::new(SymphoniaCodec::alac(cookie)?), 0)
            }
            Content::Aac | Content::Blocks(_) => {
                let config = crate::mp4::entry::specific_config(&caf.cookie)
                    .ok_or_else(|| corrupt("lacks the description of its AAC stream"))?;
                ("aac", Box::new(SymphoniaCodec::aac(config)?), AAC_PREROLL)
            }
        };
        let there = reader.len().map(|len| len.saturating_sub(caf.start));
        let mut warnings = Vec::new();
        let mut frames = table.frames().saturating_sub(table.priming_frames);
        if table.valid_frames > 0 {
            frames = frames.min(table.valid_frames);
        }
        if let Some(there) = there.filter(|there| *there < table.bytes()) {
            let message = format!(
                "the file is cut off: {there} of {} bytes of sound are there",
                table.bytes()
            );
            frames = frames.min(
                table
                    .frames_within(there)
                    .saturating_sub(table.priming_frames),
            );
            warnings.push(Warning::new("truncated", message).at(frames as i64));
        }
        let bits = caf.description.bits;
        let info = MediaInfo {
            container: "caf".into(),
            codec: name.into(),
            sample_rate: caf.description.sample_rate,
            channels: caf.description.channels,
            frames: i64::try_from(frames).ok(),
            bits_per_sample: match name {
                "alac" if bits == 0 => alac_cookie(&caf.cookie).get(5).map(|bits| (*bits).into()),
                "alac" => Some(bits),
                _ => None,
            },
            tags: caf.tags,
            markers: caf.markers,
            warnings,
            ..MediaInfo::default()
        };
        let demuxer = Packets::new(reader, caf.start, table, preroll);
        self.finish(info, demuxer, codec)
    }
}

/// The cookie itself: older files wrap it in the atoms `frma` and `alac`.
fn alac_cookie(cookie: &[u8]) -> &[u8] {
    match cookie.get(4..8) {
        Some(b"frma") => cookie.get(24..).unwrap_or_default(),
        _ => cookie,
    }
}
