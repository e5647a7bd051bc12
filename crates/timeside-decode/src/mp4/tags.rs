//! Tags of an MP4 file: the `ilst` box as iTunes writes it.

use super::boxes::{boxes, find, find_path};
use std::collections::BTreeMap;

/// Longer values are left out.
const MAX_VALUE_BYTES: usize = 64 << 10;

/// The `ilst` box, below a `meta` box that may or may not have a version field.
fn list(moov: &[u8]) -> Option<&[u8]> {
    let meta = find_path(moov, &[b"udta", b"meta"])?;
    find(meta.get(4..)?, b"ilst").or_else(|| find(meta, b"ilst"))
}

/// The text of an item's `data` box.
fn text(item: &[u8]) -> Option<String> {
    let data = find(item, b"data")?;
    let value = data
        .get(8..)
        .filter(|value| value.len() <= MAX_VALUE_BYTES)?;
    match data.get(3)? {
        1 => Some(String::from_utf8_lossy(value).into_owned()),
        _ => None,
    }
}

/// All texts, under lower-case names.
pub(super) fn ilst(moov: &[u8]) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    for (kind, item) in list(moov).into_iter().flat_map(boxes) {
        let key = match &kind {
            b"\xA9nam" => "title",
            b"\xA9ART" => "artist",
            b"aART" => "albumartist",
            b"\xA9alb" => "album",
            b"\xA9day" => "date",
            b"\xA9gen" => "genre",
            b"\xA9wrt" => "composer",
            b"\xA9cmt" => "comment",
            b"\xA9too" => "encoder",
            b"cprt" => "copyright",
            b"desc" => "description",
            b"\xA9lyr" => "lyrics",
            b"trkn" => {
                if let Some(number) = find(item, b"data")
                    .and_then(|data| data.get(11))
                    .filter(|number| **number > 0)
                {
                    tags.insert("tracknumber".to_owned(), number.to_string());
                }
                continue;
            }
            _ => continue,
        };
        if let Some(value) = text(item) {
            tags.insert(key.to_owned(), value);
        }
    }
    tags
}

/// The value of a free-form item (`----`) of that name.
pub(super) fn comment(moov: &[u8], name: &str) -> Option<String> {
    let items = boxes(list(moov)?).filter(|(kind, _)| kind == b"----");
    items
        .map(|(_, item)| item)
        .find(|item| find(item, b"name").and_then(|b| b.get(4..)) == Some(name.as_bytes()))
        .and_then(text)
}
