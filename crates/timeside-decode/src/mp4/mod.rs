//! MP4, M4A and QuickTime: the audio track's packets, trimmed by edit lists.
//!
//! Only the audio track is read, in whatever order the file holds it, and each packet is found by its table:
//! any place is reached by one read.

mod boxes;
mod edits;
pub(crate) mod entry;
mod tables;
mod tags;

use crate::aac::{self, Aac};
use crate::packet::{Demuxer, Packet};
use crate::reader::Reader;
use boxes::{boxes, file_box, find, find_path, u32_at};
use edits::{Scales, Trim};
use entry::{Coding, Entry};
use std::collections::BTreeMap;
use tables::Tables;
use timeside_core::{Error, Result, Warning, time};

/// The index of a 24-hour recording takes 16 MiB; cover art may come on top.
const MAX_MOOV_BYTES: u64 = 96 << 20;

/// A packet of more bytes is a lie of the table.
const MAX_PACKET_BYTES: u32 = 1 << 20;

/// What the index tells.
pub(crate) struct Opened {
    pub(crate) demuxer: Mp4Demuxer,
    pub(crate) entry: Entry,
    /// The stream, if the entry says AAC.
    pub(crate) aac: Option<Aac>,
    pub(crate) frames: i64,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) warnings: Vec<Warning>,
}

/// The demuxer of the audio track.
#[derive(Debug)]
pub(crate) struct Mp4Demuxer {
    reader: Reader,
    tables: Tables,
    track_scale: u32,
    sample_rate: u32,
    /// Frames in each packet, where the codec fixes them.
    packet_frames: Option<u32>,
    /// Packets that must be decoded before the wanted one.
    preroll: u32,
    delay: i64,
    next: u32,
    /// The next packet is the first, or the first after a seek: its time stamp sets the count.
    is_entry: bool,
    warnings: Vec<Warning>,
}

fn corrupt(what: &str) -> Error {
    Error::CorruptMedia(format!("the MP4 file {what}"))
}

/// Finds the index and the first audio track in it.
pub(crate) fn open(mut reader: Reader) -> Result<Opened> {
    let moov = read_moov(&mut reader)?;
    let movie_scale = find(&moov, b"mvhd")
        .and_then(|b| u32_at(b, if b[0] == 1 { 20 } else { 12 }))
        .unwrap_or(1000);
    let traks: Vec<&[u8]> = boxes(&moov)
        .filter(|(kind, _)| kind == b"trak")
        .map(|(_, body)| body)
        .collect();
    let is_audio = |trak: &&&[u8]| {
        find_path(trak, &[b"mdia", b"hdlr"]).and_then(|hdlr| hdlr.get(8..12)) == Some(b"soun")
    };
    let mut refused = None;
    for trak in traks.iter().filter(is_audio) {
        match open_track(trak, movie_scale, &moov, &mut reader) {
            Ok((tables, entry, aac, track_scale, trim, warnings)) => {
                if tables.samples == 0 {
                    return Err(match find(&moov, b"mvex") {
                        Some(_) => Error::UnsupportedFormat(
                            "fragmented MP4 files are not supported".into(),
                        ),
                        None => corrupt("has an audio track without any packet"),
                    });
                }
                let total = total_frames(&tables, &entry, aac.as_ref(), track_scale);
                let demuxer = Mp4Demuxer {
                    reader,
                    track_scale,
                    sample_rate: entry.sample_rate,
                    packet_frames: aac.as_ref().map(|aac| aac.packet_frames),
                    preroll: match entry.coding {
                        Coding::Aac(_) => aac.as_ref().map_or(0, |aac| aac.preroll),
                        Coding::Mp3 => 64,
                        Coding::Flac(_) => 0,
                        Coding::Opus(_) => 25,
                    },
                    tables,
                    delay: trim.delay,
                    next: 0,
                    is_entry: true,
                    warnings: Vec::new(),
                };
                let rest = (total - trim.delay).max(0);
                let frames = trim.frames.map_or(rest, |frames| frames.min(rest));
                return Ok(Opened {
                    demuxer,
                    entry,
                    aac,
                    frames,
                    tags: tags::ilst(&moov),
                    warnings,
                });
            }
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.unwrap_or_else(|| match traks.len() {
        0 => corrupt("has no tracks in its index"),
        _ => Error::UnsupportedFormat("the MP4 file has no audio track".into()),
    }))
}

/// The content of the `moov` box.
fn read_moov(reader: &mut Reader) -> Result<Vec<u8>> {
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
            return Ok(moov);
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

type Track = (Tables, Entry, Option<Aac>, u32, Trim, Vec<Warning>);

fn open_track(trak: &[u8], movie_scale: u32, moov: &[u8], reader: &mut Reader) -> Result<Track> {
    let mdhd = find_path(trak, &[b"mdia", b"mdhd"]).unwrap_or_default();
    let track_scale = u32_at(mdhd, if mdhd.first() == Some(&1) { 20 } else { 12 }).unwrap_or(0);
    if track_scale == 0 {
        return Err(corrupt("says a time scale of 0"));
    }
    let stbl = find_path(trak, &[b"mdia", b"minf", b"stbl"])
        .ok_or_else(|| corrupt("has no table of packets"))?;
    let mut entry =
        Entry::parse(find(stbl, b"stsd").ok_or_else(|| corrupt("does not name its codec"))?)?;
    let tables =
        Tables::parse(stbl).ok_or_else(|| corrupt("lacks a part of its table of packets"))?;
    let aac = match &entry.coding {
        Coding::Aac(config) => Some(open_aac(config, &tables, reader)?),
        _ => None,
    };
    if let Some(aac) = &aac {
        // The sample entry's word may be the coded rate or a lie.
        entry.sample_rate = aac.sample_rate;
        entry.channels = aac.channels;
    }
    if entry.sample_rate == 0 || entry.channels == 0 {
        let (rate, channels) = (entry.sample_rate, entry.channels);
        return Err(corrupt(&format!("says {channels} channels at {rate} Hz")));
    }
    let scales = Scales {
        sample_rate: entry.sample_rate,
        movie: movie_scale,
        track: track_scale,
        frames: time::frames_at_rate(
            i64::try_from(tables.duration).unwrap_or(i64::MAX),
            track_scale,
            entry.sample_rate,
        ),
    };
    let mut warnings = Vec::new();
    let by_edits = edits::from_edit_list(trak, &scales);
    if let Some((_, true)) = by_edits {
        let message = "the MP4 file is cut together of several stretches; they are read as one, from the first on";
        warnings.push(Warning::new("edit-list", message));
    }
    let by_comment =
        || tags::comment(moov, "iTunSMPB").and_then(|text| edits::from_itunsmpb(&text));
    let trim = match by_edits {
        Some((trim, several)) if trim.delay > 0 || several => trim,
        Some((trim, _)) => by_comment().unwrap_or(trim),
        None => by_comment().unwrap_or_default(),
    };
    Ok((tables, entry, aac, track_scale, trim, warnings))
}

/// The AAC stream, as its configuration and its first packet tell.
fn open_aac(config: &[u8], tables: &Tables, reader: &mut Reader) -> Result<Aac> {
    let mut first_packet = Vec::new();
    if tables.samples > 0 {
        let (byte, bytes) = tables.place(0);
        reader.seek_to(byte)?;
        reader.read_into(&mut first_packet, bytes.min(MAX_PACKET_BYTES) as usize)?;
    }
    aac::open(config, &first_packet)
}

/// Frames that the track's packets decode to, as far as the tables tell: the last packet of an AAC track may
/// be said to be shorter than it is, which is its padding.
fn total_frames(tables: &Tables, entry: &Entry, aac: Option<&Aac>, track_scale: u32) -> i64 {
    match (aac.map(|aac| aac.packet_frames), tables.common_duration) {
        (Some(frames), Some(_)) if track_scale != entry.sample_rate => {
            i64::from(tables.samples) * i64::from(frames)
        }
        _ => {
            let units = i64::try_from(tables.duration).unwrap_or(i64::MAX);
            time::frames_at_rate(units, track_scale, entry.sample_rate)
        }
    }
}

impl Mp4Demuxer {
    /// Frame at which a packet's samples begin, before the delay is taken off.
    fn start(&self, sample: u32) -> i64 {
        match (self.packet_frames, self.tables.common_duration) {
            (Some(frames), Some(_)) => i64::from(sample) * i64::from(frames),
            _ => {
                let units = i64::try_from(self.tables.time(sample)).unwrap_or(i64::MAX);
                time::frames_at_rate(units, self.track_scale, self.sample_rate)
            }
        }
    }

    /// The packet that holds a frame, counted before the delay is taken off.
    fn sample_at(&self, frame: i64) -> u32 {
        match (self.packet_frames, self.tables.common_duration) {
            (Some(frames), Some(_)) => (frame.max(0) / i64::from(frames))
                .min(i64::from(self.tables.samples.saturating_sub(1)))
                as u32,
            _ => self.tables.sample_at(time::frames_at_rate(
                frame.max(0),
                self.sample_rate,
                self.track_scale,
            ) as u64),
        }
    }
}

impl Demuxer for Mp4Demuxer {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        if self.next >= self.tables.samples {
            return Ok(false);
        }
        let (byte, bytes) = self.tables.place(self.next);
        let frame = self.start(self.next) - self.delay;
        let is_there = self
            .reader
            .len()
            .is_none_or(|len| byte.saturating_add(u64::from(bytes)) <= len);
        packet.data.clear();
        let mut read = 0;
        if is_there && bytes <= MAX_PACKET_BYTES {
            self.reader.seek_to(byte)?;
            read = self.reader.read_into(&mut packet.data, bytes as usize)?;
        }
        if read < bytes as usize {
            if bytes > MAX_PACKET_BYTES {
                // The table lies here; what follows may be sound.
                packet.data.clear();
            } else {
                return Ok(false);
            }
        }
        // Time stamps of another scale are rounded: they set the count after a seek only.
        let is_exact = match (self.packet_frames, self.tables.common_duration) {
            (Some(_), Some(_)) => true,
            _ => self.track_scale == self.sample_rate,
        };
        packet.start = (std::mem::take(&mut self.is_entry) || is_exact).then_some(frame);
        packet.frames = self.packet_frames.map(|frames| frames as usize);
        self.next += 1;
        Ok(true)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.next = self
            .sample_at(frame.saturating_add(self.delay))
            .saturating_sub(self.preroll);
        self.is_entry = true;
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Counted;

    fn full(kind: &[u8; 4], words: &[u32]) -> Vec<u8> {
        let mut bytes = (12 + words.len() as u32 * 4).to_be_bytes().to_vec();
        bytes.extend(kind);
        bytes.extend([0; 4]);
        bytes.extend(words.iter().flat_map(|w| w.to_be_bytes()));
        bytes
    }

    /// Milliseconds cannot count frames: they place the first packet only, or every packet would be moved.
    #[test]
    fn rounded_time_stamps_set_the_count_once() {
        let stbl = [
            full(b"stsz", &[1, 50]),
            full(b"stts", &[1, 50, 26]),
            full(b"stsc", &[1, 1, 50, 1]),
            full(b"stco", &[1, 0]),
        ]
        .concat();
        let source = Counted::new(
            Box::new(std::io::Cursor::new(vec![0; 50])),
            crate::stream::Position::default(),
        );
        let mut demuxer = Mp4Demuxer {
            reader: Reader::new(source),
            tables: Tables::parse(&stbl).unwrap(),
            track_scale: 1000,
            sample_rate: 44_100,
            packet_frames: None,
            preroll: 2,
            delay: 0,
            next: 0,
            is_entry: true,
            warnings: Vec::new(),
        };
        let mut packet = Packet::default();
        let mut starts = |demuxer: &mut Mp4Demuxer| {
            [(); 4].map(|()| {
                assert!(demuxer.next_packet(&mut packet).unwrap());
                packet.start
            })
        };
        assert_eq!(starts(&mut demuxer), [Some(0), None, None, None]);
        demuxer.seek(11_500).unwrap();
        assert_eq!(starts(&mut demuxer), [Some(9173), None, None, None]);
    }
}
