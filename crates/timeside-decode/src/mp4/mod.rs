//! MP4, M4A and QuickTime: the packets of one audio track, trimmed by edit lists.
//!
//! Only that track is read, in whatever order the file holds it, and each packet is found by its table, or by its
//! fragment's: any place is reached by few reads.

mod blocks;
mod boxes;
mod chapters;
mod demuxer;
mod edits;
pub(crate) mod entry;
mod fragments;
mod moof;
mod tables;
mod tags;
mod track;

use crate::coding::{self, Coding};
use crate::packet::Demuxer;
use crate::reader::Reader;
use blocks::ChunkedBlocks;
use boxes::{boxes, file_box, find, find_path, u32_at};
use demuxer::Mp4Demuxer;
use edits::Scales;
use fragments::Fragments;
use moof::Defaults;
use std::collections::BTreeMap;
use tables::Tables;
use timeside_core::{Chapter, Error, Picture, Result, Track, Warning, time};
use track::Trak;

/// The index of a 24-hour recording takes 16 MiB; cover art may come on top.
const MAX_MOOV_BYTES: u64 = 96 << 20;

/// The first packet of AAC is looked at as far as this.
const MAX_FIRST_PACKET_BYTES: u32 = 1 << 16;

/// What the index tells.
pub(crate) struct Opened {
    pub(crate) demuxer: Box<dyn Demuxer>,
    pub(crate) voice: coding::Opened,
    pub(crate) coding: Coding,
    pub(crate) frames: Option<i64>,
    /// In seconds, where the frames are not known yet.
    pub(crate) duration: Option<f64>,
    pub(crate) tracks: Vec<Track>,
    pub(crate) track: u32,
    pub(crate) chapters: Vec<Chapter>,
    pub(crate) pictures: Vec<Picture>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) warnings: Vec<Warning>,
}

fn corrupt(what: &str) -> Error {
    Error::CorruptMedia(format!("the MP4 file {what}"))
}

/// The content of the `moov` box, where it begins, and where it ends.
struct Moov {
    bytes: Vec<u8>,
    start: u64,
    end: u64,
}

/// What the index says of the chosen track's place in time.
struct Timing {
    scale: u32,
    movie_scale: u32,
    rate: u32,
}

/// Opens the audio track of that number, or the default one that can be read.
pub(crate) fn open(mut reader: Reader, wanted: Option<u32>) -> Result<Opened> {
    let moov = read_moov(&mut reader)?;
    let movie_scale = find(&moov.bytes, b"mvhd")
        .and_then(|b| u32_at(b, if b.first() == Some(&1) { 20 } else { 12 }))
        .unwrap_or(1000);
    let all: Vec<&[u8]> = boxes(&moov.bytes)
        .filter(|(kind, _)| kind == b"trak")
        .map(|(_, body)| body)
        .collect();
    let traks: Vec<Trak<'_>> = all.iter().filter_map(|body| Trak::parse(body)).collect();
    let chosen = crate::open::choose_track(traks.iter().map(|trak| &trak.track), wanted)?;
    let Some(trak) = traks.get(chosen) else {
        return Err(match all.len() {
            0 => corrupt("has no tracks in its index"),
            _ => Error::UnsupportedFormat("the MP4 file has no audio track".into()),
        });
    };
    let entry = trak.entry.clone()?;
    let chapters = chapters::read(&mut reader, &moov.bytes, &all, trak.body)?;
    let mut warnings = Vec::new();
    let stbl = find_path(trak.body, &[b"mdia", b"minf", b"stbl"])
        .ok_or_else(|| corrupt("has no table of packets"))?;
    let tables =
        Tables::parse(stbl).ok_or_else(|| corrupt("lacks a part of its table of packets"))?;
    let is_fragmented = tables.samples == 0 && find(&moov.bytes, b"mvex").is_some();
    let mut timing = Timing {
        scale: trak.scale,
        movie_scale,
        rate: entry.sample_rate,
    };
    let mut duration = None;
    let (demuxer, voice, frames): (Box<dyn Demuxer>, _, _) = if is_fragmented {
        let (mut demuxer, voice) = open_fragments(reader, trak, &entry, &moov)?;
        timing.rate = voice.sample_rate;
        // The length is not known before the delay is: no edit is longer than all.
        let trim = trak.trim(&moov.bytes, &timing.scales(i64::MAX), &mut warnings);
        let delay = demuxer.set_codec(&voice, &entry.coding, trim.delay - trim.lead);
        let end = demuxer.measure()?;
        if demuxer.is_cut() {
            warnings.append(&mut demuxer.take_warnings());
        }
        duration = find_path(&moov.bytes, &[b"mvex", b"mehd"])
            .and_then(|mehd| u32_at(mehd, if mehd.first() == Some(&1) { 8 } else { 4 }))
            .map(|units| f64::from(units) / f64::from(movie_scale.max(1)))
            .filter(|_| end.is_none());
        let frames = end.map(|end| (end - delay).max(0));
        (Box::new(demuxer), voice, frames)
    } else if let Coding::Pcm(layout) = &entry.coding {
        let voice = entry.coding.open(entry.sample_rate, entry.channels, &[])?;
        let frames = i64::try_from(tables.duration).unwrap_or(i64::MAX);
        let frames = time::frames_at_rate(frames, timing.scale, timing.rate);
        let trim = trak.trim(&moov.bytes, &timing.scales(frames), &mut warnings);
        let demuxer = ChunkedBlocks::parse(reader, stbl, layout, trim.delay - trim.lead)
            .ok_or_else(|| corrupt("lacks a part of its table of packets"))?;
        let total = frames.min(demuxer.frames());
        (Box::new(demuxer), voice, Some(trim.length(total)))
    } else {
        if tables.samples == 0 {
            return Err(corrupt("has an audio track without any packet"));
        }
        let voice = open_voice(&entry, &tables, &mut reader)?;
        timing.rate = voice.sample_rate;
        let units = i64::try_from(tables.duration).unwrap_or(i64::MAX);
        let frames = time::frames_at_rate(units, timing.scale, timing.rate);
        let trim = trak.trim(&moov.bytes, &timing.scales(frames), &mut warnings);
        // The last packet of an AAC track may be said to be shorter than it is, which is its padding.
        let total = match (voice.packet_frames, tables.common_duration) {
            (Some(each), Some(_)) if timing.scale != timing.rate => {
                i64::from(tables.samples) * i64::from(each)
            }
            _ => frames,
        };
        let demuxer = Mp4Demuxer {
            reader,
            track_scale: timing.scale,
            sample_rate: timing.rate,
            packet_frames: voice.packet_frames,
            preroll: voice.preroll,
            tables,
            delay: trim.delay - trim.lead,
            next: 0,
            is_entry: true,
            warnings: Vec::new(),
        };
        (Box::new(demuxer), voice, Some(trim.length(total)))
    };
    Ok(Opened {
        demuxer,
        voice,
        coding: entry.coding,
        frames,
        duration,
        track: trak.track.id,
        tracks: traks.iter().map(|trak| trak.track.clone()).collect(),
        chapters,
        pictures: tags::pictures(&moov.bytes, moov.start),
        tags: tags::read(&moov.bytes),
        warnings,
    })
}

impl Timing {
    fn scales(&self, frames: i64) -> Scales {
        Scales {
            sample_rate: self.rate,
            movie: self.movie_scale,
            track: self.scale,
            frames,
        }
    }
}

/// The codec of a track with tables: AAC tells more in its first packet.
fn open_voice(
    entry: &entry::Entry,
    tables: &Tables,
    reader: &mut Reader,
) -> Result<coding::Opened> {
    let mut first_packet = Vec::new();
    if matches!(entry.coding, Coding::Aac(_)) {
        let (byte, bytes) = tables.place(0);
        reader.seek_to(byte)?;
        let bytes = bytes.min(MAX_FIRST_PACKET_BYTES);
        reader.read_into(&mut first_packet, bytes as usize)?;
    }
    let (rate, channels) = (entry.sample_rate, entry.channels);
    entry.coding.open(rate, channels, &first_packet)
}

/// The fragments of a track, and its codec.
fn open_fragments(
    reader: Reader,
    trak: &Trak<'_>,
    entry: &entry::Entry,
    moov: &Moov,
) -> Result<(Fragments, coding::Opened)> {
    if matches!(entry.coding, Coding::Pcm(_)) {
        let message = "the MP4 file holds PCM in fragments, which is not supported";
        return Err(Error::UnsupportedFormat(message.into()));
    }
    let track = fragments::Track {
        id: trak.track.id,
        scale: trak.scale,
        defaults: Defaults::of(&moov.bytes, trak.track.id),
        sample_rate: entry.sample_rate,
        packet_frames: None,
        preroll_frames: 0,
        delay: 0,
    };
    let mut demuxer = Fragments::open(reader, track, moov.end)?;
    let first_packet = demuxer.first_packet()?;
    let (rate, channels) = (entry.sample_rate, entry.channels);
    let voice = entry.coding.open(rate, channels, &first_packet)?;
    Ok((demuxer, voice))
}

/// Finds the `moov` box.
fn read_moov(reader: &mut Reader) -> Result<Moov> {
    reader.seek_to(0)?;
    let mut seen_data = false;
    while let Some(found) = file_box(reader)? {
        if &found.kind == b"moov" {
            let bytes = found
                .end
                .or(reader.len())
                .map_or(MAX_MOOV_BYTES, |end| end.saturating_sub(found.body));
            if bytes.min(reader.len().map_or(bytes, |len| len - found.body)) > MAX_MOOV_BYTES {
                return Err(Error::OutOfMemory {
                    needed_bytes: bytes,
                    limit_bytes: MAX_MOOV_BYTES,
                    hint: "the MP4 file's index is too large".into(),
                });
            }
            let mut moov = Vec::new();
            if (reader.read_into(&mut moov, bytes as usize)? as u64) < bytes {
                return Err(corrupt("is cut off within its index"));
            }
            return Ok(Moov {
                bytes: moov,
                start: found.body,
                end: found.body + bytes,
            });
        }
        seen_data |= &found.kind == b"mdat";
        let Some(end) = found.end else { break };
        if reader.len().is_some_and(|len| end >= len) {
            break;
        }
        reader.seek_to(end)?;
    }
    Err(corrupt(if seen_data {
        "has no index (moov): it is cut off, or its recording was never finished"
    } else {
        "has neither an index nor sound in it"
    }))
}
