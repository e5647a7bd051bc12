//! Vorbis comments, as Ogg and FLAC hold them: bounded, in lower case; chapters and pictures among them.

use crate::pictures;
use std::collections::BTreeMap;
use timeside_core::{Chapter, Picture};

/// Longer values (cover art) are left out.
const MAX_VALUE_BYTES: usize = 64 << 10;

/// Pictures in comments beyond these are left out.
const MAX_PICTURES: usize = 32;

/// What a comment block tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Comments {
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) chapters: Vec<Chapter>,
    pub(crate) pictures: Vec<Picture>,
}

/// Reads a comment block whole: texts, `METADATA_BLOCK_PICTURE`, and chapters as `CHAPTER001=00:01:02.500` with
/// `CHAPTER001NAME=…`.
pub(crate) fn comments(bytes: &[u8]) -> Comments {
    let mut pictures = Vec::new();
    let mut tags = read(bytes, &mut pictures);
    let mut chapters = Vec::new();
    let keys: Vec<String> = tags
        .keys()
        .filter(|key| {
            key.strip_prefix("chapter").is_some_and(|number| {
                !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
            })
        })
        .cloned()
        .collect();
    for key in keys {
        let Some(start) = tags.get(&key).and_then(|time| seconds(time)) else {
            continue;
        };
        tags.remove(&key);
        let title = tags.remove(&format!("{key}name")).unwrap_or_default();
        chapters.push(Chapter {
            start,
            end: None,
            title,
        });
    }
    chapters.sort_by(|a, b| a.start.total_cmp(&b.start));
    Comments {
        tags,
        chapters,
        pictures,
    }
}

/// Seconds of `hh:mm:ss.sss`.
fn seconds(text: &str) -> Option<f64> {
    let mut secs = 0.0;
    for part in text.split(':') {
        secs = secs * 60.0 + decimal(part.trim())?;
    }
    Some(secs)
}

/// `12.345`, below a million. By hand, since the general conversion would bring its tables, 11 KB of a compressed worker.
fn decimal(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str, at_most: usize| {
        let fits = text.len() <= at_most && text.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| text.bytes().fold(0, |n, b| 10 * n + u32::from(b - b'0')))
    };
    let scale = 10_u32.pow(fraction.len().min(9) as u32);
    let parts = (digits(whole, 6)?, digits(fraction, 9)?);
    Some(f64::from(parts.0) + f64::from(parts.1) / f64::from(scale))
}

/// Reads the texts: vendor, count, then `KEY=value` each with its length before it.
fn read(mut bytes: &[u8], pictures: &mut Vec<Picture>) -> BTreeMap<String, String> {
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
        let key = String::from_utf8_lossy(&comment[..at]).to_ascii_lowercase();
        if key == "metadata_block_picture" {
            if pictures.len() < MAX_PICTURES {
                pictures.extend(pictures::comment_picture(value));
            }
            continue;
        }
        if value.is_empty() || value.len() > MAX_VALUE_BYTES || key == "coverart" {
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

    fn vorbis_comments(bytes: &[u8]) -> BTreeMap<String, String> {
        comments(bytes).tags
    }

    #[test]
    fn chapters_are_taken_out_of_the_tags() {
        let told = comments(&block(&[
            "CHAPTER002=00:01:02.500",
            "CHAPTER002NAME=Zweitens",
            "CHAPTER001=00:00:00",
            "CHAPTER003=later",
        ]));
        let chapters: Vec<_> = told
            .chapters
            .iter()
            .map(|c| (c.start, c.title.as_str()))
            .collect();
        assert_eq!(chapters, [(0.0, ""), (62.5, "Zweitens")]);
        assert_eq!(
            told.tags.into_keys().collect::<Vec<_>>(),
            ["chapter003", "vendor"]
        );
    }

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
