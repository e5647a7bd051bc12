//! What a segment tells beside its sound: the elements before the first cluster, and those that the seek head
//! finds elsewhere.

use super::ebml::{Element, children, element, find, float, id, text, uint};
use super::meta;
use super::track::Entry;
use crate::reader::Reader;
use std::collections::BTreeMap;
use timeside_core::{Chapter, Error, Picture, Result};

/// The cues of a day take 1 MiB; no other element that is read whole is as large.
const MAX_ELEMENT_BYTES: u64 = 16 << 20;

/// A seek head with more entries lies.
const MAX_SEEKS: usize = 256;

/// What stands around the clusters.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    /// The file says that it is WebM.
    pub(crate) is_webm: bool,
    pub(crate) body: u64,
    /// Where it ends, as it says; `None` where the writer did not know it.
    pub(crate) end: Option<u64>,
    /// Nanoseconds per tick.
    pub(crate) scale_ns: u64,
    /// In ticks.
    pub(crate) duration: Option<f64>,
    pub(crate) tracks: Vec<Entry>,
    pub(crate) has_other_tracks: bool,
    /// Tick and byte of clusters.
    pub(crate) cues: Vec<(i64, u64)>,
    pub(crate) chapters: Vec<Chapter>,
    pub(crate) pictures: Vec<Picture>,
    title: String,
    tags: Vec<Vec<u8>>,
    /// Byte of the first cluster.
    pub(crate) first_cluster: Option<u64>,
}

fn corrupt(what: &str) -> Error {
    Error::CorruptMedia(format!("the Matroska file {what}"))
}

/// Reads the head of the file up to the segment's content.
fn open(reader: &mut Reader) -> Result<Segment> {
    reader.seek_to(0)?;
    let Some(head) = element(reader)?.filter(|e| e.id == id::EBML) else {
        return Err(corrupt("has no head"));
    };
    let mut bytes = Vec::new();
    let size = head.size.unwrap_or(0).min(4096);
    reader.read_into(&mut bytes, size as usize)?;
    let kind = find(&bytes, id::DOC_TYPE).map_or_else(|| "matroska".into(), text);
    if !matches!(&*kind, "matroska" | "webm") {
        return Err(Error::UnsupportedFormat(format!(
            "this is an EBML file of the kind “{}”, not Matroska or WebM",
            kind.escape_debug()
        )));
    }
    reader.seek_to(head.end().unwrap_or(head.body))?;
    while let Some(found) = element(reader)? {
        if found.id == id::SEGMENT {
            return Ok(Segment {
                is_webm: kind == "webm",
                body: found.body,
                end: found.end(),
                scale_ns: 1_000_000,
                ..Segment::default()
            });
        }
        match found.end().filter(|_| found.id == id::VOID) {
            Some(end) => reader.seek_to(end)?,
            None => break,
        }
    }
    Err(corrupt("has no segment: it is cut off or damaged"))
}

impl Segment {
    /// Reads all but the clusters.
    pub(crate) fn read(reader: &mut Reader) -> Result<Self> {
        let mut segment = open(reader)?;
        let end = segment
            .end
            .unwrap_or(u64::MAX)
            .min(reader.len().unwrap_or(u64::MAX));
        let mut seeks = Vec::new();
        let mut visited = Vec::new();
        reader.seek_to(segment.body)?;
        loop {
            let at = reader.pos();
            if at >= end {
                break;
            }
            let Some(found) = element(reader)? else { break };
            if found.id == id::CLUSTER {
                segment.first_cluster = Some(at);
                break;
            }
            visited.push(at);
            segment.take(reader, &found, &mut seeks)?;
            match found.end() {
                Some(end) => reader.seek_to(end)?,
                None => break,
            }
        }
        let mut next = 0;
        while next < seeks.len().min(MAX_SEEKS) {
            let byte = seeks[next];
            next += 1;
            if visited.contains(&byte) || byte >= end {
                continue;
            }
            visited.push(byte);
            reader.seek_to(byte)?;
            match element(reader)? {
                Some(found) if found.id == id::CLUSTER => {
                    segment.first_cluster = segment.first_cluster.or(Some(byte));
                }
                Some(found) => segment.take(reader, &found, &mut seeks)?,
                None => {}
            }
        }
        segment.cues.sort_unstable();
        segment.cues.dedup();
        Ok(segment)
    }

    /// Takes what an element tells. `seeks` gets the places of others.
    fn take(&mut self, reader: &mut Reader, found: &Element, seeks: &mut Vec<u64>) -> Result<()> {
        if found.id == id::ATTACHMENTS {
            self.pictures.extend(meta::pictures(reader, found)?);
            return Ok(());
        }
        if !matches!(
            found.id,
            id::SEEK_HEAD | id::INFO | id::TRACKS | id::CUES | id::CHAPTERS | id::TAGS
        ) {
            return Ok(());
        }
        let mut body = Vec::new();
        let size = found.size.unwrap_or(0).min(MAX_ELEMENT_BYTES);
        reader.read_into(&mut body, size as usize)?;
        match found.id {
            id::SEEK_HEAD => {
                for (_, seek) in children(&body).filter(|(i, _)| *i == id::SEEK) {
                    let wanted = find(seek, id::SEEK_ID).map(uint);
                    if let (Some(_), Some(position)) =
                        (wanted, find(seek, id::SEEK_POSITION).map(uint))
                    {
                        seeks.push(self.body.saturating_add(position));
                    }
                }
            }
            id::INFO => {
                if let Some(scale) = find(&body, id::TIMESTAMP_SCALE).map(uint) {
                    self.scale_ns = scale.clamp(1, 1_000_000_000);
                }
                self.duration = find(&body, id::DURATION)
                    .map(float)
                    .filter(|ticks| ticks.is_finite() && *ticks > 0.0);
                self.title = find(&body, id::TITLE).map(text).unwrap_or_default();
            }
            id::TRACKS if self.tracks.is_empty() => {
                for (_, entry) in children(&body).filter(|(i, _)| *i == id::TRACK_ENTRY) {
                    match Entry::parse(entry) {
                        Some(entry) => self.tracks.push(entry),
                        None => self.has_other_tracks = true,
                    }
                }
            }
            id::CUES => {
                for (_, point) in children(&body).filter(|(i, _)| *i == id::CUE_POINT) {
                    let Some(ticks) = find(point, id::CUE_TIME).map(uint) else {
                        continue;
                    };
                    let positions = children(point).filter(|(i, _)| *i == id::CUE_TRACK_POSITIONS);
                    for (_, position) in positions {
                        if let (Ok(ticks), Some(byte)) = (
                            i64::try_from(ticks),
                            find(position, id::CUE_CLUSTER_POSITION).map(uint),
                        ) {
                            self.cues.push((ticks, self.body.saturating_add(byte)));
                        }
                    }
                }
            }
            id::CHAPTERS if self.chapters.is_empty() => self.chapters = meta::chapters(&body),
            id::TAGS => self.tags.push(body),
            _ => {}
        }
        Ok(())
    }

    /// All texts of the whole and of the track `uid`.
    pub(crate) fn texts(&self, uid: u64) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        if !self.title.is_empty() {
            texts.insert("title".to_owned(), self.title.clone());
        }
        for body in &self.tags {
            meta::tags(body, uid, &mut texts);
        }
        texts
    }
}
