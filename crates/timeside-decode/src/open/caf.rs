//! CAF, opened: blocks, or packets by its table.

use super::Opening;
use crate::aac;
use crate::alac::AlacCodec;
use crate::caf::{self, Caf, Content, Packets};
use crate::packet::Codec;
use crate::pcm::Sound;
use crate::reader::Reader;
use timeside_core::{Decoder, Error, MediaInfo, Result, Warning};

/// The first packet of AAC is in so many bytes (ISO 14496-3, §4.5.3: 768 for each channel); what follows it does not
/// matter.
const FIRST_PACKET_BYTES: usize = 8 << 10;

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

    fn caf_packets(self, mut reader: Reader, mut caf: Caf) -> Result<Box<dyn Decoder>> {
        let corrupt = |what: &str| Error::CorruptMedia(format!("the CAF file {what}"));
        let Some(table) = caf.table else {
            return Err(corrupt("has no table of its packets"));
        };
        let (name, codec, preroll): (_, Box<dyn Codec>, _) = match &caf.description.content {
            Content::Alac => {
                let cookie = alac_cookie(&caf.cookie);
                ("alac", Box::new(AlacCodec::new(cookie)?), 0)
            }
            Content::Aac | Content::Blocks(_) => {
                let config = crate::mp4::entry::specific_config(&caf.cookie)
                    .ok_or_else(|| corrupt("lacks the description of its AAC stream"))?;
                let mut first_packet = Vec::new();
                reader.seek_to(caf.start)?;
                reader.read_into(&mut first_packet, FIRST_PACKET_BYTES)?;
                let aac = aac::open(config, &first_packet)?;
                // The packet table counts in the description's frames.
                let told = (caf.description.sample_rate, caf.description.packet_frames);
                if told != (aac.sample_rate, aac.packet_frames) {
                    return Err(corrupt("says another rate than its AAC stream has"));
                }
                caf.description.channels = aac.channels;
                ("aac", aac.codec, aac.preroll.into())
            }
        };
        let there = reader.len().map(|len| len.saturating_sub(caf.start));
        let mut warnings = Vec::new();
        let mut frames = table.frames();
        if caf.description.content == Content::Alac {
            // Not every program tells of the padding, but the last packet knows its own length.
            let (byte, frame) = table.last();
            reader.seek_to(caf.start.saturating_add(byte))?;
            if let Some(last) = reader.array()?.and_then(alac_packet_frames) {
                frames = frames.min(frame.saturating_add(last));
            }
        }
        frames = frames.saturating_sub(table.priming_frames);
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

/// Frames of a packet of Apple Lossless that begins so, if it is shorter than others: behind 19 bits of tag,
/// instance and zeros one says whether 32 bits of length follow the next three.
fn alac_packet_frames(head: [u8; 7]) -> Option<u64> {
    let bits = head
        .iter()
        .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (bits >> 36 & 1 == 1).then_some(bits >> 1 & 0xFFFF_FFFF)
}

/// The cookie itself: older files wrap it in the atoms `frma` and `alac`.
fn alac_cookie(cookie: &[u8]) -> &[u8] {
    match cookie.get(4..8) {
        Some(b"frma") => cookie.get(24..).unwrap_or_default(),
        _ => cookie,
    }
}
