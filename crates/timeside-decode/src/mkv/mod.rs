//! Matroska and WebM (RFC 9559): the packets of one audio track, each in its place to the frame.
//!
//! Matroska's time stamps are coarse, mostly milliseconds, so that frames are counted: by the packets' own
//! lengths from a known beginning, and the time stamp is the check. After a jump the beginning is found again
//! because packets start on a grid (AAC every 1024 frames, Opus every 2.5 ms, …) or tell their number (FLAC),
//! and the mean of many time stamps is far closer to it than half a step. Where the time stamps jitter, as in
//! live recordings of browsers, no place follows from them: there the packets are counted from the beginning,
//! and an index of clusters grows as they are.

mod block;
mod clusters;
mod demuxer;
mod ebml;
mod meta;
mod pace;
mod segment;
mod track;

pub(crate) use demuxer::MkvDemuxer;
pub(crate) use segment::Segment;
pub(crate) use track::Content;

use crate::coding;
use crate::reader::Reader;
use clusters::{Block, Clusters};
use timeside_core::{Error, Result, Warning};

/// What the segment tells, and the demuxer of the chosen track.
pub(crate) struct Opened {
    pub(crate) segment: Segment,
    /// Which of the segment's tracks is read.
    pub(crate) chosen: usize,
    pub(crate) content: Content,
    pub(crate) voice: coding::Opened,
    pub(crate) demuxer: MkvDemuxer,
    pub(crate) frames: Option<i64>,
    /// Seconds, as the segment says or its last time stamp; `None` where neither tells.
    pub(crate) duration: Option<f64>,
    pub(crate) warnings: Vec<Warning>,
}

fn corrupt(what: &str) -> Error {
    Error::CorruptMedia(format!("the Matroska file {what}"))
}

/// Opens the track of that number, or the default one that can be read.
pub(crate) fn open(mut reader: Reader, wanted: Option<u32>) -> Result<Opened> {
    let segment = Segment::read(&mut reader)?;
    let tracks = segment.tracks.iter().map(|entry| &entry.track);
    let chosen = crate::open::choose_track(tracks, wanted)?;
    let Some(entry) = segment.tracks.get(chosen) else {
        return Err(match segment.has_other_tracks {
            true => Error::UnsupportedFormat("the Matroska file has no audio track".into()),
            false => corrupt("has no tracks: it is cut off or damaged"),
        });
    };
    let content = entry.content.clone()?;
    let Some(first) = segment.first_cluster else {
        return Err(corrupt("is cut off before its first cluster"));
    };
    let mut warnings = Vec::new();
    let end = match (segment.end, reader.len()) {
        (Some(end), Some(len)) if end > len => {
            let message = format!("the file is cut off: {len} of {end} bytes are there");
            warnings.push(Warning::new("truncated", message));
            len
        }
        (Some(end), _) => end,
        (None, len) => len.unwrap_or(u64::MAX),
    };
    let mut clusters = Clusters::new(reader, first, end);
    let number = entry.number;
    let first_packet = first_packet(&mut clusters, number, &content)?;
    let voice = content
        .coding
        .open(content.sample_rate, content.channels, &first_packet)?;
    let about = (&content, &voice);
    let mut demuxer = MkvDemuxer::new(clusters, number, about, &segment, !warnings.is_empty())?;
    let (frames, last_secs) = demuxer.measure()?;
    let told = segment
        .duration
        .map(|ticks| ticks * segment.scale_ns as f64 / 1e9);
    Ok(Opened {
        chosen,
        content,
        voice,
        demuxer,
        frames,
        duration: match frames {
            Some(_) => None,
            None => told.or(last_secs),
        },
        warnings,
        segment,
    })
}

/// The first packet of AAC, which tells more than its description; empty of others.
fn first_packet(clusters: &mut Clusters, track: u64, content: &Content) -> Result<Vec<u8>> {
    let mut block = Block::default();
    if !matches!(content.coding, coding::Coding::Aac(_)) {
        return Ok(Vec::new());
    }
    clusters.enter(clusters.first)?;
    if !clusters.next_block(track, &mut block)? {
        return Ok(Vec::new());
    }
    let range = block.frames.first().cloned().unwrap_or_default();
    let bytes = block.bytes.get(range).unwrap_or_default();
    Ok([&content.stripped, bytes].concat())
}
