//! Vorbis comments, as Ogg holds them: bounded, in lower case.

use std::collections::BTreeMap;

/// Longer values (cover art) are left out.
const MAX_VALUE_BYTES: usize = 64 << 10;

/// Reads a comment block: vendor, count, then `KEY=value` each with its length before it.
pub(crate) fn vorbis_comments(mut bytes: &[u8]) -> BTreeMap<String, String> {
    fn piece<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
        let (len, rest) = bytes.split_first_chunk::<4>()?;
        let (piece, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
        *bytes = rest;
        Some(piece)
    }
    let mut tags = BTreeMap::<String, String>::new();
    let Some(vendor) = piece(&mut bytes) else {
        return tags;
    };
    if let Ok(vendor) = std::str::from_utf8(vendor)
        && !vendor.is_empty()
    {
        tags.insert("vendor".into(), vendor.into());
    }
    let Some((_count, rest)) = bytes.split_first_chunk::<4>() else {
        return tags;
    };
    bytes = rest;
    while let Some(comment) = piece(&mut bytes) {
        let Some(at) = comment.iter().position(|b| *b == b'=') else {
            continue;
        };
        let value = &comment[at + 1..];
        if value.is_empty() || value.len() > MAX_VALUE_BYTES {
            continue;
        }
        let key = String::from_utf8_lossy(&comment[..at]).to_lowercase();
        if key == "metadata_block_picture" || key == "coverart" {
            continue;
        }
        let value = String::from_utf8_lossy(value).into_owned();
        tags.entry(key)
            .and_modify(|old| *old = format!("{old}; {value}"))
            .or_insert(value);
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(comments: &[&str]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for text in [&["maker"], comments].concat() {
            bytes.extend((text.len() as u32).to_le_bytes());
            bytes.extend(text.as_bytes());
            if text == "maker" {
                bytes.extend((comments.len() as u32).to_le_bytes());
            }
        }
        bytes
    }

    #[test]
    fn keys_are_lower_case_and_doubles_are_joined() {
        let tags = vorbis_comments(&block(&[
            "TITLE=Chant",
            "artist=A",
            "ARTIST=B",
            "noequals",
            "EMPTY=",
        ]));
        assert_eq!(tags.get("title").map(String::as_str), Some("Chant"));
        assert_eq!(tags.get("artist").map(String::as_str), Some("A; B"));
        assert_eq!(tags.len(), 3);
    }

    #[test]
    fn a_wrong_length_ends_the_reading() {
        let mut bytes = block(&["TITLE=Chant", "ARTIST=A"]);
        let at = bytes.len() - 12;
        bytes[at..at + 4].fill(0xFF);
        assert_eq!(vorbis_comments(&bytes).len(), 2);
        for end in 0..bytes.len() {
            vorbis_comments(&bytes[..end]);
        }
    }
}
