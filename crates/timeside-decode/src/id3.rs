//! ID3v2 tags without their pictures: only the frames of text are read, whatever stands between them.

use crate::reader::Reader;
use crate::symphonia;
use std::collections::BTreeMap;
use timeside_core::Result;

/// All texts together may take this; a longer tag's rest is left out.
const MAX_TEXT_BYTES: usize = 256 << 10;

/// Bytes of a tag's header.
const HEADER_BYTES: u64 = 10;

/// Reads the texts of the tag at byte `start`, `len` bytes long with its header.
pub(crate) fn texts(reader: &mut Reader, start: u64, len: u64) -> Result<BTreeMap<String, String>> {
    reader.seek_to(start)?;
    let Some(header) = reader.array::<10>()? else {
        return Ok(BTreeMap::new());
    };
    let major = header[3];
    // Unsynchronised tags and extended headers are rare, and their frames are not where they seem to be.
    let is_plain = header[5] & 0xC0 == 0;
    if !is_plain || !(2..=4).contains(&major) {
        if len > MAX_TEXT_BYTES as u64 {
            return Ok(BTreeMap::new());
        }
        reader.seek_to(start)?;
        let mut whole = Vec::new();
        reader.read_into(&mut whole, len as usize)?;
        return Ok(symphonia::id3v2_tags(whole));
    }
    let frame_header = if major == 2 { 6 } else { 10 };
    let end = start + len;
    let mut frames = Vec::new();
    while reader.pos() + frame_header <= end {
        let mut head = [0; 10];
        if reader.read(&mut head[..frame_header as usize])? < frame_header as usize || head[0] == 0
        {
            break;
        }
        let size = match major {
            2 => u32::from_be_bytes([0, head[3], head[4], head[5]]),
            3 => u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
            _ => head[4..8]
                .iter()
                .fold(0, |size, byte| size << 7 | u32::from(byte & 0x7F)),
        };
        let next = reader.pos() + u64::from(size);
        if next > end {
            break;
        }
        let is_text = head[0] == b'T' || head.starts_with(b"COM");
        if is_text && frames.len() as u64 + u64::from(size) <= MAX_TEXT_BYTES as u64 {
            frames.extend_from_slice(&head[..frame_header as usize]);
            reader.read_into(&mut frames, size as usize)?;
        }
        reader.seek_to(next)?;
    }
    Ok(symphonia::id3v2_tags(tag_of(major, &frames)))
}

/// A tag that holds `frames`.
fn tag_of(major: u8, frames: &[u8]) -> Vec<u8> {
    let size = frames.len() as u32;
    let mut tag = Vec::with_capacity(frames.len() + HEADER_BYTES as usize);
    tag.extend([b'I', b'D', b'3', major, 0, 0]);
    tag.extend([21, 14, 7, 0].map(|shift| (size >> shift & 0x7F) as u8));
    tag.extend_from_slice(frames);
    tag
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Counted;
    use std::io::Cursor;

    fn frame(id: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&id[..], &(body.len() as u32).to_be_bytes(), &[0, 0], body].concat()
    }

    fn read(tag: &[u8]) -> (BTreeMap<String, String>, u64) {
        let position = crate::stream::Position::default();
        let mut reader = Reader::new(Counted::new(
            Box::new(Cursor::new(tag.to_vec())),
            position.clone(),
        ));
        (
            texts(&mut reader, 0, tag.len() as u64).unwrap(),
            position.load(std::sync::atomic::Ordering::Relaxed),
        )
    }

    #[test]
    fn texts_around_a_picture_are_found_without_reading_it() {
        let picture = frame(b"APIC", &vec![7; 10 << 20]);
        let frames = [
            frame(b"TIT2", b"\0Chant"),
            picture,
            frame(b"TPE1", b"\0Voix"),
            vec![0; 64],
        ]
        .concat();
        let mut tag = tag_of(3, &frames);
        let (tags, _) = read(&tag);
        assert_eq!(tags.get("title").map(String::as_str), Some("Chant"));
        assert_eq!(tags.get("artist").map(String::as_str), Some("Voix"));
        tag.truncate(40);
        assert_eq!(read(&tag).0.len(), 1);
        for end in 0..25 {
            read(&tag[..end]);
        }
    }

    #[test]
    fn sizes_that_lie_end_the_reading() {
        let mut tag = tag_of(
            3,
            &[frame(b"TIT2", b"\0A"), frame(b"TPE1", b"\0B")].concat(),
        );
        tag[14..18].fill(0xFF);
        assert!(read(&tag).0.is_empty());
        // A frame that reaches beyond its tag takes nothing of what follows.
        let mut tag = tag_of(
            3,
            &[frame(b"TIT2", b"\0A"), frame(b"TPE1", b"\0B")].concat(),
        );
        tag[26..30].copy_from_slice(&2000_u32.to_be_bytes());
        let len = tag.len() as u64;
        tag.resize(8000, b'x');
        let inner = Counted::new(
            Box::new(Cursor::new(tag)),
            crate::stream::Position::default(),
        );
        let tags = texts(&mut Reader::new(inner), 0, len).unwrap();
        assert_eq!(tags.into_keys().collect::<Vec<_>>(), ["title"]);
    }
}
