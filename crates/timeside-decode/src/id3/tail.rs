//! Tags behind the sound: ID3v1 in the last 128 bytes, APEv2 before it.

use super::text::{genre, latin1};
use super::{MAX_TEXT_BYTES, Tags};
use crate::pictures;
use crate::reader::Reader;
use timeside_core::{Picture, PicturePlace, Result};

/// Reads what stands at the end of the file. What `tags` say already stays.
pub(crate) fn read(reader: &mut Reader, tags: &mut Tags) -> Result<()> {
    let Some(len) = reader.len() else {
        return Ok(());
    };
    let mut last = None;
    if let Some(start) = len.checked_sub(128) {
        reader.seek_to(start)?;
        last = reader.array::<128>()?.filter(|tag| tag.starts_with(b"TAG"));
    }
    ape(reader, len - if last.is_some() { 128 } else { 0 }, tags)?;
    // ID3v1 cuts texts at 30 characters: it comes last.
    if let Some(tag) = last {
        id3v1(&tag, tags);
    }
    Ok(())
}

fn id3v1(tag: &[u8; 128], tags: &mut Tags) {
    let text = |range: std::ops::Range<usize>| {
        let field = &tag[range];
        let len = field.iter().position(|b| *b == 0).unwrap_or(field.len());
        latin1(&field[..len]).trim_end().to_owned()
    };
    // ID3v1.1 ends the comment with a zero and the number of the track.
    let is_numbered = tag[125] == 0 && tag[126] != 0;
    tags.add_new("title", text(3..33));
    tags.add_new("artist", text(33..63));
    tags.add_new("album", text(63..93));
    tags.add_new("date", text(93..97));
    tags.add_new("comment", text(97..if is_numbered { 125 } else { 127 }));
    if is_numbered {
        tags.add_new("tracknumber", tag[126].to_string());
    }
    tags.add_new("genre", genre(tag[127]).unwrap_or_default().to_owned());
}

/// An APEv2 tag that ends at byte `end`.
fn ape(reader: &mut Reader, end: u64, tags: &mut Tags) -> Result<()> {
    let Some(footer_start) = end.checked_sub(32) else {
        return Ok(());
    };
    reader.seek_to(footer_start)?;
    let Some(footer) = reader.array::<32>()? else {
        return Ok(());
    };
    let word = |at: usize| {
        u32::from_le_bytes([footer[at], footer[at + 1], footer[at + 2], footer[at + 3]])
    };
    let size = u64::from(word(12));
    let Some(start) = end.checked_sub(size).filter(|_| size >= 32) else {
        return Ok(());
    };
    if !footer.starts_with(b"APETAGEX") {
        return Ok(());
    }
    reader.seek_to(start)?;
    for _ in 0..word(16).min(1024) {
        let Some(head) = reader.array::<8>()? else {
            break;
        };
        let value_len = u64::from(u32::from_le_bytes([head[0], head[1], head[2], head[3]]));
        let mut key = Vec::new();
        while let Some([byte]) = reader
            .array::<1>()?
            .filter(|b| b[0] != 0 && key.len() < 255)
        {
            key.push(byte);
        }
        let value_start = reader.pos();
        let next = value_start + value_len;
        if next > footer_start {
            break;
        }
        let key = latin1(&key).to_ascii_lowercase();
        match head[4] >> 1 & 3 {
            0 if value_len <= MAX_TEXT_BYTES as u64 => {
                let mut value = Vec::new();
                reader.read_into(&mut value, value_len as usize)?;
                let text = String::from_utf8_lossy(&value).replace('\0', "; ");
                tags.add_new(common_name(&key), text);
            }
            1 if key.starts_with("cover art") => {
                tags.pictures.extend(cover(reader, &key, value_len)?);
            }
            _ => {}
        }
        reader.seek_to(next)?;
    }
    Ok(())
}

fn common_name(key: &str) -> &str {
    match key {
        "track" => "tracknumber",
        "disc" => "discnumber",
        "year" => "date",
        "album artist" => "albumartist",
        other => other,
    }
}

/// A cover: a file name that a zero ends, then the picture.
fn cover(reader: &mut Reader, key: &str, len: u64) -> Result<Option<Picture>> {
    let start = reader.pos();
    let mut head = Vec::new();
    reader.read_into(&mut head, len.min(512) as usize)?;
    let Some(at) = head.iter().position(|b| *b == 0) else {
        return Ok(None);
    };
    let mime_type = pictures::mime_type(&head[at + 1..]).unwrap_or("application/octet-stream");
    Ok(Some(Picture {
        kind: pictures::kind(if key.contains("front") {
            3
        } else if key.contains("back") {
            4
        } else {
            0
        }),
        mime_type: mime_type.into(),
        description: String::from_utf8_lossy(&head[..at]).into_owned(),
        byte_len: len - at as u64 - 1,
        place: PicturePlace::Source {
            start: start + at as u64 + 1,
        },
    }))
}
