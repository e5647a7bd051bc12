//! AIFF and AIFF-C, chunk by chunk (Apple, *Audio Interchange File Format*, version 1.3, and AIFF-C, 1991).

mod common;
mod markers;

use crate::fields::{Fields, read_body, text};
use crate::id3;
use crate::pcm::{Coding, Sound};
use crate::reader::Reader;
use common::Common;
use markers::Markers;
use std::collections::BTreeMap;
use timeside_core::{Error, Result};

/// Tags, markers and the like are read up to this in all.
const MAX_METADATA_BYTES: usize = 1 << 20;

/// No file has more chunks that matter.
const MAX_CHUNKS: usize = 4096;

fn corrupt(message: impl Into<String>) -> Error {
    Error::CorruptMedia(message.into())
}

/// Reads the chunks of the file that begins at byte `start`.
///
/// # Errors
/// `CorruptMedia` for a header that is cut off or cannot be true, `UnsupportedFormat` for a codec that we
/// lack, and the source's errors.
pub(crate) fn parse(reader: &mut Reader, start: u64) -> Result<Sound> {
    reader.seek_to(start)?;
    let head = reader
        .array::<12>()?
        .ok_or_else(|| corrupt("the AIFF header is cut off"))?;
    let is_compressed = &head[8..] == b"AIFC";
    let len = reader.len();
    let mut common = None;
    let mut data = None;
    let mut tags = BTreeMap::new();
    let mut id3 = id3::Tags::default();
    let mut markers = Markers::default();
    let mut room = MAX_METADATA_BYTES;
    for _ in 0..MAX_CHUNKS {
        // Beyond a sound that is cut off, or of which the length is not told, nothing stands.
        if data.is_some() && len.is_some_and(|len| reader.pos() >= len) {
            break;
        }
        let Some([a, b, c, d, size @ ..]) = reader.array::<8>()? else {
            break;
        };
        let id = [a, b, c, d];
        if data.is_some() && !id.iter().all(|b| (b' '..=b'~').contains(b)) {
            break;
        }
        let body = reader.pos();
        let size = u64::from(u32::from_be_bytes(size));
        match &id {
            b"COMM" if common.is_none() => {
                // Tags before it do not take its room.
                let chunk = read_body(reader, size, &mut 256)?;
                common = Some(Common::parse(Fields::big(&chunk), is_compressed)?);
            }
            b"SSND" if data.is_none() => {
                let Some(head) = reader.array::<8>()? else {
                    break;
                };
                let offset = u64::from(Fields::big(&head).u32(0).unwrap_or(0));
                // 0 and all ones are what a program writes that did not know the length yet.
                let told = (9..0xFFFF_FFFF)
                    .contains(&size)
                    .then(|| (size - 8).saturating_sub(offset));
                data = Some((body.saturating_add(8 + offset), told));
            }
            b"MARK" => markers.points(Fields::big(&read_body(reader, size, &mut room)?)),
            b"INST" => {
                markers.instrument(Fields::big(&read_body(reader, size, &mut room)?), &mut tags);
            }
            b"COMT" => {
                markers.comments(Fields::big(&read_body(reader, size, &mut room)?), &mut tags);
            }
            b"NAME" | b"AUTH" | b"(c) " | b"ANNO" => {
                let key = match &id {
                    b"NAME" => "title",
                    b"AUTH" => "artist",
                    b"(c) " => "copyright",
                    _ => "comment",
                };
                markers::add(&mut tags, key, text(&read_body(reader, size, &mut room)?));
            }
            b"ID3 " | b"id3 " => {
                id3.read_chunk(reader, body, size)?;
            }
            _ => {}
        }
        // Of a file that is still arriving, what stands behind the sound is not waited for.
        if len.is_none() && common.is_some() && data.is_some() {
            break;
        }
        reader.seek_to(body.saturating_add(size + size % 2))?;
    }
    let common = common.ok_or_else(|| corrupt("the AIFF file has no common chunk"))?;
    let Some((data_start, told)) = data else {
        return Err(match common.frames {
            0 => corrupt("the AIFF file has no sound in it"),
            _ => corrupt("the AIFF file has no sound chunk: it is cut off within its header"),
        });
    };
    let is_block = common.layout.coding == Coding::ImaApple;
    let block_frames = common.layout.block_frames;
    let mut sound = Sound::new(
        "aiff",
        (common.layout, common.sample_rate),
        data_start,
        told,
        len,
    )?;
    // The sound chunk may hold more than is counted, and of ADPCM packets are counted, or frames.
    let counted = u64::from(common.frames);
    let is_packets = is_block && sound.frames.is_none_or(|all| counted * block_frames <= all);
    let counted = counted * if is_packets { block_frames } else { 1 };
    if counted > 0 && told.is_some() {
        sound.trim(0, counted);
    }
    if !is_block {
        sound.bits_per_sample = Some(common.bits);
    }
    sound.tags = tags;
    sound.take_id3(id3);
    sound.markers = markers.markers(common.sample_rate);
    Ok(sound)
}
