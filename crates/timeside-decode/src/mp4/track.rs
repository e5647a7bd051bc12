//! Tracks: which are audio, what they hold, and what of it is the sound.

use super::boxes::{find, find_path, u16_at, u32_at};
use super::corrupt;
use super::edits::{self, Scales, Trim};
use super::entry::{self, Entry};
use super::tags;
use crate::coding::Coding;
use timeside_core::{Error, Result, Track, Warning};

/// An audio track.
#[derive(Debug)]
pub(super) struct Trak<'a> {
    pub(super) body: &'a [u8],
    /// Units of its time per second.
    pub(super) scale: u32,
    pub(super) track: Track,
    /// What it holds, or why it cannot be read.
    pub(super) entry: std::result::Result<Entry, Error>,
}

/// The handler's kind of a track: `soun`, `vide`, `text`, …
pub(super) fn handler(trak: &[u8]) -> Option<&[u8]> {
    find_path(trak, &[b"mdia", b"hdlr"])?.get(8..12)
}

/// Number of a track.
pub(super) fn id(trak: &[u8]) -> Option<u32> {
    let tkhd = find(trak, b"tkhd")?;
    u32_at(tkhd, if tkhd.first() == Some(&1) { 20 } else { 12 })
}

/// Units of a track's time per second.
pub(super) fn scale(trak: &[u8]) -> Option<u32> {
    let mdhd = find_path(trak, &[b"mdia", b"mdhd"])?;
    u32_at(mdhd, if mdhd.first() == Some(&1) { 20 } else { 12 }).filter(|scale| *scale > 0)
}

/// The first of the numbers that QuickTime has for languages (QuickTime File Format, “Language Code Values”).
const MACINTOSH_LANGUAGES: [&str; 15] = [
    "eng", "fra", "deu", "ita", "nld", "swe", "spa", "dan", "por", "nor", "heb", "jpn", "ara",
    "fin", "ell",
];

/// The language: as an own box says (BCP 47), or in three letters of five bits (ISO 639-2).
fn language(trak: &[u8]) -> Option<String> {
    let mdia = find(trak, b"mdia")?;
    if let Some(elng) = find(mdia, b"elng").and_then(|b| b.get(4..)) {
        let text = String::from_utf8_lossy(elng);
        return Some(text.trim_end_matches('\0').to_owned());
    }
    let mdhd = find(mdia, b"mdhd")?;
    let packed = u16_at(mdhd, if mdhd.first() == Some(&1) { 32 } else { 20 })?;
    if packed < 0x400 {
        return MACINTOSH_LANGUAGES
            .get(usize::from(packed))
            .map(|language| (*language).to_owned());
    }
    let letters = [10, 5, 0].map(|shift| (packed >> shift & 31) as u8 + 0x60);
    let text = String::from_utf8_lossy(&letters).into_owned();
    (packed != 0x7FFF && text != "und").then_some(text)
}

impl<'a> Trak<'a> {
    /// Reads a `trak` box; `None` if it is no audio track.
    pub(super) fn parse(body: &'a [u8]) -> Option<Self> {
        if handler(body) != Some(b"soun") {
            return None;
        }
        let stsd = find_path(body, &[b"mdia", b"minf", b"stbl", b"stsd"]);
        let entry = entry(body, stsd);
        let tkhd = find(body, b"tkhd").unwrap_or_default();
        let mut track = Track {
            id: id(body).unwrap_or(0),
            codec: stsd.map(entry::word).unwrap_or_default(),
            language: language(body).unwrap_or_default(),
            name: find_path(body, &[b"udta", b"name"])
                .map(|name| String::from_utf8_lossy(name).into_owned())
                .unwrap_or_default(),
            // The flag “enabled”.
            is_default: tkhd.get(3).is_some_and(|flags| flags & 1 == 1),
            is_supported: entry.is_ok(),
            ..Track::default()
        };
        if let Ok(entry) = &entry {
            track.codec = entry.coding.name().into();
            track.sample_rate = entry.sample_rate;
            track.channels = entry.channels;
        }
        Some(Self {
            body,
            scale: scale(body).unwrap_or(0),
            track,
            entry,
        })
    }

    /// What of the decoded frames is the sound, by the edit list, iTunSMPB, or the codec's own word.
    pub(super) fn trim(&self, moov: &[u8], scales: &Scales, warnings: &mut Vec<Warning>) -> Trim {
        let by_edits = edits::from_edit_list(self.body, scales);
        if let Some((_, true)) = by_edits {
            let message = "the MP4 file is cut together of several stretches; they are read as one, from the first on";
            warnings.push(Warning::new("edit-list", message));
        }
        let by_comment =
            || tags::comment(moov, "iTunSMPB").and_then(|text| edits::from_itunsmpb(&text));
        match by_edits {
            Some((trim, several)) if trim.delay > 0 || trim.lead > 0 || several => trim,
            Some((trim, _)) => by_comment().unwrap_or(trim),
            None => by_comment().unwrap_or_else(|| self.own_trim()),
        }
    }

    /// Opus tells its delay itself.
    fn own_trim(&self) -> Trim {
        match &self.entry {
            #[cfg(feature = "opus")]
            Ok(Entry {
                coding: Coding::Opus(head),
                ..
            }) => Trim {
                delay: i64::from(head.pre_skip),
                ..Trim::default()
            },
            _ => Trim::default(),
        }
    }
}

/// The first sample description of a track that makes sense.
fn entry(trak: &[u8], stsd: Option<&[u8]>) -> Result<Entry> {
    if scale(trak).is_none() {
        return Err(corrupt("says a time scale of 0"));
    }
    let entry = Entry::parse(stsd.ok_or_else(|| corrupt("does not name its codec"))?)?;
    // AAC tells both itself.
    let tells_itself = matches!(entry.coding, Coding::Aac(_));
    if (entry.sample_rate == 0 || entry.channels == 0) && !tells_itself {
        let (rate, channels) = (entry.sample_rate, entry.channels);
        return Err(corrupt(&format!("says {channels} channels at {rate} Hz")));
    }
    Ok(entry)
}

impl Trim {
    /// Length of the sound, of `total` decoded frames.
    pub(super) fn length(&self, total: i64) -> i64 {
        let rest = (total - self.delay).max(0);
        let frames = self.frames.map_or(rest, |frames| frames.min(rest));
        frames.saturating_add(self.lead)
    }
}
