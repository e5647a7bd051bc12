//! Chapters: QuickTime's track of texts, or Nero's box.

use super::boxes::{find_path, u16_at, u64_at};
use super::tables::Tables;
use super::track;
use crate::reader::Reader;
use timeside_core::{Chapter, Result};

/// More than these are left out.
const MAX_CHAPTERS: u32 = 10_000;

/// A longer title is cut.
const MAX_TITLE_BYTES: usize = 1024;

/// The chapters of the audio track `audio`, which refers to their track.
pub(super) fn read(
    reader: &mut Reader,
    moov: &[u8],
    traks: &[&[u8]],
    audio: &[u8],
) -> Result<Vec<Chapter>> {
    let references = find_path(audio, &[b"tref", b"chap"]).unwrap_or_default();
    let (numbers, _) = references.as_chunks::<4>();
    for number in numbers {
        let wanted = Some(u32::from_be_bytes(*number));
        let texts = traks.iter().find(|trak| {
            track::id(trak) == wanted && matches!(track::handler(trak), Some(b"text" | b"sbtl"))
        });
        if let Some(trak) = texts {
            let chapters = of_track(reader, trak)?;
            if !chapters.is_empty() {
                return Ok(chapters);
            }
        }
    }
    let chpl = find_path(moov, &[b"udta", b"chpl"]);
    Ok(chpl.and_then(of_box).unwrap_or_default())
}

/// Each packet of the track is a title, which lasts as long as its chapter.
fn of_track(reader: &mut Reader, trak: &[u8]) -> Result<Vec<Chapter>> {
    let tables = find_path(trak, &[b"mdia", b"minf", b"stbl"]).and_then(Tables::parse);
    let (Some(tables), Some(scale)) = (tables, track::scale(trak)) else {
        return Ok(Vec::new());
    };
    let secs = |units: u64| units as f64 / f64::from(scale);
    let mut chapters = Vec::new();
    for sample in 0..tables.samples.min(MAX_CHAPTERS) {
        let (byte, bytes) = tables.place(sample);
        if reader.len().is_some_and(|len| byte >= len) {
            break;
        }
        reader.seek_to(byte)?;
        let mut data = Vec::new();
        reader.read_into(&mut data, (bytes as usize).min(MAX_TITLE_BYTES + 2))?;
        let len = u16_at(&data, 0).map_or(0, usize::from);
        let text = data.get(2..).unwrap_or_default();
        let end = match sample + 1 < tables.samples {
            true => tables.time(sample + 1),
            false => tables.duration,
        };
        chapters.push(Chapter {
            start: secs(tables.time(sample)),
            end: Some(secs(end)),
            title: title(&text[..len.min(text.len())]),
        });
    }
    Ok(chapters)
}

/// A text in UTF-8, or in UTF-16 with a mark of its order.
fn title(bytes: &[u8]) -> String {
    let wide = |swap: bool, bytes: &[u8]| {
        let (units, _) = bytes.as_chunks::<2>();
        let units: Vec<u16> = units
            .iter()
            .map(|unit| match swap {
                true => u16::from_le_bytes(*unit),
                false => u16::from_be_bytes(*unit),
            })
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => wide(false, rest),
        [0xFF, 0xFE, rest @ ..] => wide(true, rest),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Nero's list: begins in 100 ns, and titles.
fn of_box(chpl: &[u8]) -> Option<Vec<Chapter>> {
    let mut rest = chpl.get(if chpl.first()? == &0 { 4 } else { 8 }..)?;
    let count;
    (count, rest) = rest.split_first()?;
    let mut chapters: Vec<Chapter> = Vec::new();
    for _ in 0..*count {
        let start = u64_at(rest, 0)? as f64 / 1e7;
        let len = usize::from(*rest.get(8)?);
        let text = rest.get(9..)?;
        let text_end = len.min(text.len());
        if let Some(last) = chapters.last_mut() {
            last.end = Some(start);
        }
        chapters.push(Chapter {
            start,
            end: None,
            title: title(&text[..text_end]),
        });
        rest = &text[text_end..];
    }
    Some(chapters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nero_lists_begins_and_titles() {
        let mut chpl = vec![1, 0, 0, 0, 0, 0, 0, 0, 2];
        for (start, text) in [(0_u64, "One"), (15_000_000, "Zwei")] {
            chpl.extend(start.to_be_bytes());
            chpl.push(text.len() as u8);
            chpl.extend(text.as_bytes());
        }
        let chapters = of_box(&chpl).unwrap();
        assert_eq!(
            (chapters[0].end, chapters[1].start, &*chapters[1].title),
            (Some(1.5), 1.5, "Zwei")
        );
        for end in 0..chpl.len() {
            of_box(&chpl[..end]);
        }
        assert_eq!(title(b"\xFE\xFF\0A"), "A");
    }
}
