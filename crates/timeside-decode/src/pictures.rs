//! What ID3v2, FLAC and Vorbis comments say of a picture: the same words, by the same numbers.

use timeside_core::{Picture, PicturePlace};

/// Longer pictures that stand in base64 are not kept in memory.
const MAX_KEPT_BYTES: usize = 16 << 20;

/// The kinds of ID3v2's APIC (§4.14), which FLAC took over.
const KINDS: [&str; 21] = [
    "other",
    "file-icon",
    "other-file-icon",
    "front-cover",
    "back-cover",
    "leaflet-page",
    "media",
    "lead-artist",
    "artist",
    "conductor",
    "band",
    "composer",
    "lyricist",
    "recording-location",
    "during-recording",
    "during-performance",
    "video-capture",
    "a-bright-coloured-fish",
    "illustration",
    "artist-logotype",
    "publisher-logotype",
];

/// The word for a kind's number.
pub(crate) fn kind(number: u32) -> String {
    let known = usize::try_from(number).ok().and_then(|n| KINDS.get(n));
    known.copied().unwrap_or("other").into()
}

/// The MIME type that a picture's first bytes show.
pub(crate) fn mime_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

/// Reads the beginning of a FLAC picture block (RFC 9639, §8.8), and says where in it the picture's bytes begin.
pub(crate) fn flac_picture(block: &[u8]) -> Option<(Picture, usize)> {
    let mut rest = block;
    let word = |rest: &mut &[u8]| {
        let (number, behind) = rest.split_first_chunk::<4>()?;
        *rest = behind;
        Some(u32::from_be_bytes(*number))
    };
    let number = word(&mut rest)?;
    let mut text = || {
        let len = word(&mut rest)? as usize;
        let (text, behind) = rest.split_at_checked(len)?;
        rest = behind;
        Some(String::from_utf8_lossy(text).into_owned())
    };
    let (mime_type, description) = (text()?, text()?);
    // Width, height, depth, number of colours: the picture says them itself.
    rest = rest.get(16..)?;
    let (len, _) = rest.split_first_chunk::<4>()?;
    let picture = Picture {
        kind: kind(number),
        mime_type,
        description,
        byte_len: u32::from_be_bytes(*len).into(),
        place: PicturePlace::Source { start: 0 },
    };
    Some((picture, block.len() - rest.len() + 4))
}

/// A picture in a Vorbis comment: a FLAC picture block in base64.
pub(crate) fn comment_picture(value: &[u8]) -> Option<Picture> {
    if value.len() > MAX_KEPT_BYTES / 3 * 4 {
        return None;
    }
    whole_block(&base64(value)?)
}

/// A picture block that is here as a whole: its bytes are kept.
pub(crate) fn whole_block(block: &[u8]) -> Option<Picture> {
    let (mut picture, at) = flac_picture(block)?;
    let bytes = &block[at..];
    let len = usize::try_from(picture.byte_len).ok()?.min(bytes.len());
    picture.byte_len = len as u64;
    picture.place = PicturePlace::Here(bytes[..len].into());
    Some(picture)
}

/// Decodes base64 (RFC 4648, §4); what is no digit, such as a line end, is passed over.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut group, mut digits) = (0_u32, 0);
    for character in text {
        let digit = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            b'\r' | b'\n' | b' ' => continue,
            _ => return None,
        };
        group = group << 6 | u32::from(digit);
        digits += 1;
        if digits == 4 {
            bytes.extend_from_slice(&group.to_be_bytes()[1..]);
            (group, digits) = (0, 0);
        }
    }
    match digits {
        2 => bytes.push((group >> 4) as u8),
        3 => bytes.extend_from_slice(&((group >> 2) as u16).to_be_bytes()),
        _ => {}
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_every_length_is_decoded() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYmE", "fooba"),
        ] {
            assert_eq!(base64(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert_eq!(base64(b"Zm9v*"), None);
    }

    #[test]
    fn a_picture_block_is_read() {
        let mut block = 3_u32.to_be_bytes().to_vec();
        for text in ["image/png", "Umschlag"] {
            block.extend((text.len() as u32).to_be_bytes());
            block.extend(text.as_bytes());
        }
        block.extend([0; 16]);
        block.extend(4_u32.to_be_bytes());
        let header = block.len();
        block.extend(b"\x89PNG");
        let (picture, at) = flac_picture(&block).unwrap();
        assert_eq!(
            (picture.kind.as_str(), picture.byte_len, at),
            ("front-cover", 4, header)
        );
        assert_eq!(picture.description, "Umschlag");
        for end in 0..header {
            assert!(flac_picture(&block[..end]).is_none());
        }
    }
}
