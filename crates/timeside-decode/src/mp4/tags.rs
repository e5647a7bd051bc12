//! Tags and pictures: the `ilst` box as iTunes writes it, and the texts of QuickTime.

use super::boxes::{boxes, find, find_path, u16_at, u32_at};
use std::collections::BTreeMap;
use timeside_core::{Picture, PicturePlace};

/// Longer values are left out.
const MAX_VALUE_BYTES: usize = 64 << 10;

/// More pictures than these are left out.
const MAX_PICTURES: usize = 64;

/// The `meta` boxes, each of which may or may not have a version field before its boxes.
fn metas(moov: &[u8]) -> impl Iterator<Item = &[u8]> {
    [find_path(moov, &[b"udta", b"meta"]), find(moov, b"meta")]
        .into_iter()
        .flatten()
}

/// A box in a `meta` box.
fn in_meta<'a>(meta: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    find(meta.get(4..)?, kind).or_else(|| find(meta, kind))
}

/// The text of an item's `data` box.
fn text(item: &[u8]) -> Option<String> {
    let data = find(item, b"data")?;
    let value = data
        .get(8..)
        .filter(|value| value.len() <= MAX_VALUE_BYTES)?;
    match data.get(3)? {
        1 => Some(String::from_utf8_lossy(value).into_owned()),
        // A number of 1 to 4 bytes.
        21 if (1..=4).contains(&value.len()) => {
            let number = value
                .iter()
                .fold(0_u32, |n, byte| n << 8 | u32::from(*byte));
            Some(number.to_string())
        }
        _ => None,
    }
}

/// The usual name of an item.
fn name(kind: &[u8; 4]) -> Option<&'static str> {
    Some(match kind {
        b"\xA9nam" => "title",
        b"\xA9ART" => "artist",
        b"aART" => "albumartist",
        b"\xA9alb" => "album",
        b"\xA9day" => "date",
        b"\xA9gen" => "genre",
        b"\xA9wrt" | b"\xA9com" => "composer",
        b"\xA9cmt" => "comment",
        b"\xA9too" | b"\xA9swr" => "encoder",
        b"\xA9grp" => "grouping",
        b"\xA9cpy" => "copyright",
        b"\xA9lyr" => "lyrics",
        b"cprt" => "copyright",
        b"desc" | b"\xA9des" => "description",
        b"tmpo" => "bpm",
        _ => return None,
    })
}

/// All texts, under lower-case names.
pub(super) fn read(moov: &[u8]) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    // QuickTime's texts stand in `udta` itself: a length, a language, then the text.
    for (kind, item) in find(moov, b"udta").into_iter().flat_map(boxes) {
        if let Some(key) = name(&kind).filter(|_| kind[0] == 0xA9)
            && let Some(len) = u16_at(item, 0)
            && let Some(value) = item.get(4..4 + usize::from(len))
        {
            tags.insert(key.to_owned(), String::from_utf8_lossy(value).into_owned());
        }
    }
    for meta in metas(moov) {
        let keys = in_meta(meta, b"keys").map(keys).unwrap_or_default();
        for (kind, item) in in_meta(meta, b"ilst").into_iter().flat_map(boxes) {
            if let Some((key, value)) = item_of(&kind, item, &keys) {
                tags.insert(key, value);
            }
        }
    }
    tags
}

/// Name and text of an item.
fn item_of(kind: &[u8; 4], item: &[u8], keys: &[String]) -> Option<(String, String)> {
    // A number and how many there are.
    let number = || {
        let data = find(item, b"data")?;
        let number = u16_at(data, 10).filter(|number| *number > 0)?;
        Some(number.to_string())
    };
    match kind {
        b"trkn" => Some(("tracknumber".into(), number()?)),
        b"disk" => Some(("discnumber".into(), number()?)),
        b"----" => {
            let key = find(item, b"name").and_then(|b| b.get(4..))?;
            let key = String::from_utf8_lossy(key).to_ascii_lowercase();
            // What players count by, not what somebody wrote.
            (!key.starts_with("itun")).then_some((key, text(item)?))
        }
        _ => {
            let key = match name(kind) {
                Some(name) => name.to_owned(),
                None => {
                    let number = (u32::from_be_bytes(*kind) as usize).checked_sub(1)?;
                    keys.get(number)?.clone()
                }
            };
            Some((key, text(item)?))
        }
    }
}

/// The names that items are numbered by: the last word of `com.apple.quicktime.title`.
fn keys(body: &[u8]) -> Vec<String> {
    let entries = boxes(body.get(8..).unwrap_or_default());
    entries
        .map(|(_, name)| {
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            name.strip_prefix("com.apple.quicktime.")
                .map(str::to_owned)
                .unwrap_or(name)
        })
        .collect()
}

/// The value of a free-form item (`----`) of that name.
pub(super) fn comment(moov: &[u8], name: &str) -> Option<String> {
    metas(moov)
        .filter_map(|meta| in_meta(meta, b"ilst"))
        .flat_map(boxes)
        .filter(|(kind, _)| kind == b"----")
        .map(|(_, item)| item)
        .find(|item| find(item, b"name").and_then(|b| b.get(4..)) == Some(name.as_bytes()))
        .and_then(text)
}

/// The covers. `moov` begins at byte `start` of the file, where their bytes stay.
pub(super) fn pictures(moov: &[u8], start: u64) -> Vec<Picture> {
    metas(moov)
        .filter_map(|meta| in_meta(meta, b"ilst"))
        .flat_map(boxes)
        .filter(|(kind, _)| kind == b"covr")
        .flat_map(|(_, item)| boxes(item))
        .filter(|(kind, _)| kind == b"data")
        .filter_map(|(_, data)| {
            let bytes = data.get(8..).filter(|bytes| !bytes.is_empty())?;
            let mime_type = match (u32_at(data, 0)? & 0xFF_FFFF, bytes) {
                (13, _) | (_, [0xFF, 0xD8, ..]) => "image/jpeg",
                (14, _) | (_, [0x89, b'P', ..]) => "image/png",
                (27, _) => "image/bmp",
                (12, _) => "image/gif",
                _ => return None,
            };
            // `bytes` lies within `moov`.
            let within = (bytes.as_ptr() as usize).checked_sub(moov.as_ptr() as usize)?;
            Some(Picture {
                kind: "front-cover".into(),
                mime_type: mime_type.into(),
                description: String::new(),
                byte_len: bytes.len() as u64,
                place: PicturePlace::Source {
                    start: start + within as u64,
                },
            })
        })
        .take(MAX_PICTURES)
        .collect()
}
