//! Apple's Core Audio Format, chunk by chunk (*Apple Core Audio Format Specification 1.0*).

mod description;
mod markers;
mod packets;

pub(crate) use description::Content;
pub(crate) use packets::{PacketTable, Packets};

use crate::fields::{Fields, read_body, text};
use crate::reader::Reader;
use description::Description;
use markers::Markers;
use std::collections::BTreeMap;
use timeside_core::{Error, Marker, Result};

/// Tags, markers and the like are read up to this in all.
const MAX_METADATA_BYTES: usize = 1 << 20;

/// A table of packets of more bytes is a lie: 24 hours of AAC take 8 MiB.
const MAX_TABLE_BYTES: usize = 32 << 20;

/// No file has more chunks that matter.
const MAX_CHUNKS: usize = 4096;

fn corrupt(what: &str) -> Error {
    Error::CorruptMedia(format!("the CAF file {what}"))
}

/// What the chunks tell.
#[derive(Debug)]
pub(crate) struct Caf {
    pub(crate) description: Description,
    /// First byte of the sound.
    pub(crate) start: u64,
    /// Bytes of the sound, where told.
    pub(crate) told: Option<u64>,
    pub(crate) table: Option<PacketTable>,
    pub(crate) cookie: Vec<u8>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) markers: Vec<Marker>,
}

/// Reads the chunks of the file that begins at byte `start`.
///
/// # Errors
/// `CorruptMedia` for a header that is cut off or cannot be true, `UnsupportedFormat` for a codec that we
/// lack, and the source's errors.
pub(crate) fn parse(reader: &mut Reader, start: u64) -> Result<Caf> {
    reader.seek_to(start.saturating_add(8))?;
    let len = reader.len();
    let mut description = None;
    let mut data = None;
    let mut table = None;
    let mut cookie = Vec::new();
    let mut tags = BTreeMap::new();
    let mut markers = Markers::default();
    let mut room = MAX_METADATA_BYTES;
    for _ in 0..MAX_CHUNKS {
        if data.is_some() && len.is_some_and(|len| reader.pos() >= len) {
            break;
        }
        let Some([a, b, c, d, size @ ..]) = reader.array::<12>()? else {
            break;
        };
        let body = reader.pos();
        // -1 stands for “up to the end”, and only the sound may say so.
        let size = u64::try_from(i64::from_be_bytes(size)).ok();
        let id = [a, b, c, d];
        if &id == b"data" && data.is_none() {
            // An edit count stands before the sound.
            data = Some((
                body.saturating_add(4),
                size.map(|size| size.saturating_sub(4)),
            ));
        }
        let Some(size) = size else { break };
        match &id {
            b"desc" if description.is_none() => {
                // Tags before it do not take its room.
                let chunk = read_body(reader, size, &mut 256)?;
                description = Some(Description::parse(Fields::big(&chunk))?);
            }
            b"pakt" if table.is_none() => {
                let mut table_room = MAX_TABLE_BYTES;
                let chunk = read_body(reader, size, &mut table_room)?;
                table = PacketTable::parse(chunk, description.as_ref());
            }
            b"kuki" => cookie = read_body(reader, size, &mut room)?,
            b"info" => information(&read_body(reader, size, &mut room)?, &mut tags),
            b"mark" => markers.points(Fields::big(&read_body(reader, size, &mut room)?)),
            b"regn" => markers.regions(Fields::big(&read_body(reader, size, &mut room)?)),
            b"strg" => markers.strings(Fields::big(&read_body(reader, size, &mut room)?)),
            _ => {}
        }
        reader.seek_to(body.saturating_add(size))?;
    }
    let description =
        description.ok_or_else(|| corrupt("does not describe its sound: it is cut off"))?;
    let (start, told) =
        data.ok_or_else(|| corrupt("has no sound chunk: it is cut off within its header"))?;
    Ok(Caf {
        markers: markers.markers(description.sample_rate),
        description,
        start,
        told,
        table,
        cookie,
        tags,
    })
}

/// The chunk `info`: pairs of a key and a value, each ended by a NUL.
fn information(chunk: &[u8], tags: &mut BTreeMap<String, String>) {
    let mut texts = chunk.get(4..).unwrap_or_default().split(|b| *b == 0);
    while let (Some(key), Some(value)) = (texts.next(), texts.next()) {
        let key = match text(key).to_ascii_lowercase().as_str() {
            "track number" => "tracknumber".into(),
            "comments" => "comment".into(),
            "encoding application" => "encoder".into(),
            "recorded date" | "year" => "date".into(),
            other => other.to_owned(),
        };
        let value = text(value);
        if !key.is_empty() && !value.is_empty() {
            tags.entry(key).or_insert(value);
        }
    }
}
