//! Tags, chapters and attached pictures.

use super::ebml::{Element, children, element, find, id, text, uint};
use crate::reader::Reader;
use std::collections::BTreeMap;
use timeside_core::{Chapter, Picture, PicturePlace, Result};

/// Longer values are left out.
const MAX_VALUE_BYTES: usize = 64 << 10;

/// More than these are left out.
const MAX_CHAPTERS: usize = 10_000;
const MAX_PICTURES: usize = 64;

/// The names of Matroska's tags that are called otherwise here.
fn common_name(name: &str, level: u64) -> String {
    match (name, level) {
        ("PART_NUMBER", 30) | ("TRACK", _) => "tracknumber".into(),
        ("PART_NUMBER", 40) => "discnumber".into(),
        // The title of what holds the track: the album.
        ("TITLE", 50) => "album".into(),
        ("ARTIST", 50) => "albumartist".into(),
        ("DATE_RELEASED" | "DATE_RECORDED", _) => "date".into(),
        ("ALBUM_ARTIST", _) => "albumartist".into(),
        (other, _) => other.to_ascii_lowercase(),
    }
}

/// The texts of a `Tags` element that are said of the whole, or of the track `uid`, under lower-case names.
///
/// A level of 50 means the album where there are words of level 30 (the track) too; alone it means the file.
pub(super) fn tags(body: &[u8], uid: u64, tags: &mut BTreeMap<String, String>) {
    let of_whole = || {
        children(body).filter(|(i, tag)| {
            let targets = find(tag, id::TARGETS).unwrap_or_default();
            let others = [
                id::TAG_EDITION_UID,
                id::TAG_CHAPTER_UID,
                id::TAG_ATTACHMENT_UID,
            ];
            *i == id::TAG
                && children(targets).all(|(i, value)| match i {
                    id::TAG_TRACK_UID => uint(value) == uid || uint(value) == 0,
                    other => !others.contains(&other),
                })
        })
    };
    let level = |tag: &[u8]| {
        find(tag, id::TARGETS)
            .and_then(|targets| find(targets, id::TARGET_TYPE_VALUE))
            .map_or(50, uint)
    };
    let has_tracks = of_whole().any(|(_, tag)| level(tag) == 30);
    for (_, tag) in of_whole() {
        let level = match level(tag) {
            50 if !has_tracks => 30,
            level => level,
        };
        for (_, simple) in children(tag).filter(|(i, _)| *i == id::SIMPLE_TAG) {
            let Some(name) = find(simple, id::TAG_NAME).map(text) else {
                continue;
            };
            let Some(value) = find(simple, id::TAG_STRING)
                .filter(|value| value.len() <= MAX_VALUE_BYTES)
                .map(text)
                .filter(|value| !value.is_empty())
            else {
                continue;
            };
            // What ffmpeg and mkvmerge count, not what somebody wrote.
            if name.starts_with("_STATISTICS")
                || matches!(
                    &*name,
                    "DURATION" | "NUMBER_OF_FRAMES" | "NUMBER_OF_BYTES" | "BPS"
                )
            {
                continue;
            }
            tags.entry(common_name(&name.to_ascii_uppercase(), level))
                .and_modify(|old| {
                    if *old != value {
                        *old = format!("{old}; {value}");
                    }
                })
                .or_insert(value);
        }
    }
}

/// The chapters of the default edition.
pub(super) fn chapters(body: &[u8]) -> Vec<Chapter> {
    let editions = || {
        children(body).filter(|(i, edition)| {
            *i == id::EDITION_ENTRY && find(edition, id::EDITION_FLAG_HIDDEN).map_or(0, uint) == 0
        })
    };
    let default = editions()
        .find(|(_, edition)| find(edition, id::EDITION_FLAG_DEFAULT).map_or(0, uint) == 1)
        .or_else(|| editions().next());
    let Some((_, edition)) = default else {
        return Vec::new();
    };
    let secs = |bytes: &[u8]| uint(bytes) as f64 / 1e9;
    let mut chapters: Vec<Chapter> = children(edition)
        .filter(|(i, atom)| {
            *i == id::CHAPTER_ATOM && find(atom, id::CHAPTER_FLAG_HIDDEN).map_or(0, uint) == 0
        })
        .take(MAX_CHAPTERS)
        .map(|(_, atom)| Chapter {
            start: find(atom, id::CHAPTER_TIME_START).map_or(0.0, secs),
            end: find(atom, id::CHAPTER_TIME_END).map(secs),
            title: find(atom, id::CHAPTER_DISPLAY)
                .and_then(|display| find(display, id::CHAP_STRING))
                .map(text)
                .unwrap_or_default(),
        })
        .collect();
    chapters.sort_by(|a, b| a.start.total_cmp(&b.start));
    chapters
}

/// The pictures among the attachments. Their bytes stay where they are.
pub(super) fn pictures(reader: &mut Reader, attachments: &Element) -> Result<Vec<Picture>> {
    let mut pictures = Vec::new();
    let end = attachments.end().or(reader.len()).unwrap_or(0);
    reader.seek_to(attachments.body)?;
    while reader.pos() < end && pictures.len() < MAX_PICTURES {
        let Some(file) = element(reader)? else { break };
        let Some(file_end) = file.end().filter(|e| *e <= end) else {
            break;
        };
        if file.id == id::ATTACHED_FILE
            && let Some(picture) = picture(reader, file_end)?
        {
            pictures.push(picture);
        }
        reader.seek_to(file_end)?;
    }
    Ok(pictures)
}

/// The attached file that ends at `end`, if it is a picture.
fn picture(reader: &mut Reader, end: u64) -> Result<Option<Picture>> {
    let (mut name, mut mime_type, mut description) = Default::default();
    let mut data = None;
    while reader.pos() < end {
        let Some(found) = element(reader)? else { break };
        let Some(found_end) = found.end().filter(|e| *e <= end) else {
            break;
        };
        let mut read = |to: &mut String| -> Result<()> {
            let mut bytes = Vec::new();
            let size = found_end - found.body;
            reader.read_into(&mut bytes, size.min(1024) as usize)?;
            *to = text(&bytes);
            Ok(())
        };
        match found.id {
            id::FILE_NAME => read(&mut name)?,
            id::FILE_MEDIA_TYPE => read(&mut mime_type)?,
            id::FILE_DESCRIPTION => read(&mut description)?,
            id::FILE_DATA => data = Some((found.body, found_end - found.body)),
            _ => {}
        }
        reader.seek_to(found_end)?;
    }
    let Some((start, byte_len)) = data.filter(|_| mime_type.starts_with("image/")) else {
        return Ok(None);
    };
    // The names of RFC 9559, §23.1: cover.jpg stands, cover_land.jpg lies, small_… are smaller.
    let kind = if name.starts_with("cover") || name.starts_with("small_cover") {
        "front-cover"
    } else {
        "other"
    };
    Ok(Some(Picture {
        kind: kind.into(),
        mime_type,
        description,
        byte_len,
        place: PicturePlace::Source { start },
    }))
}
