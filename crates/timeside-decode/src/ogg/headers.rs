//! The header packets of an Ogg file: which streams there are, what they hold, and what they say of themselves.

use super::page::Page;
use super::{Coded, MAX_PACKET_BYTES, OggDemuxer, vorbis};
use crate::flac::header::StreamInfo;
use crate::flac::metadata::cue_sheet;
use crate::index::{Kind, SeekIndex, StreamKey};
use crate::pictures;
use crate::reader::Reader;
use crate::tags::{Comments, comments};
use std::collections::VecDeque;
use timeside_core::{Error, Marker, Picture, Result, Track, Warning};

/// More streams side by side than these are not listed.
const MAX_STREAMS: usize = 64;

/// More header packets than these are no FLAC.
const MAX_HEADERS: usize = 256;

/// What the beginning and the end of an Ogg file tell.
pub(crate) struct Opened {
    pub(crate) demuxer: OggDemuxer,
    pub(crate) comments: Comments,
    pub(crate) markers: Vec<Marker>,
    pub(crate) frames: Option<i64>,
    /// The audio streams, by their serial numbers, where there are several.
    pub(crate) tracks: Vec<Track>,
    /// The one that is read.
    pub(crate) serial: u32,
    pub(crate) warnings: Vec<Warning>,
}

/// The first packet of a stream.
struct Announced {
    serial: u32,
    packet: Vec<u8>,
}

fn corrupt(what: &str) -> Error {
    Error::CorruptMedia(format!("the Ogg file {what}"))
}

impl Announced {
    /// Its codec's word, and whether it can be read; `None` if it is no audio.
    fn codec(&self) -> Option<(&'static str, bool)> {
        match &self.packet[..] {
            [1, b'v', b'o', b'r', b'b', b'i', b's', ..] => Some(("vorbis", true)),
            [b'O', b'p', b'u', b's', b'H', ..] => Some(("opus", cfg!(feature = "opus"))),
            [0x7F, b'F', b'L', b'A', b'C', ..] => Some(("flac", true)),
            [b'S', b'p', b'e', b'e', b'x', ..] => Some(("speex", false)),
            [b'P', b'C', b'M', b' ', ..] => Some(("pcm", false)),
            _ => None,
        }
    }

    /// Whether this codec is read.
    fn is_supported(&self) -> bool {
        self.codec().is_some_and(|(_, supported)| supported)
    }

    /// What it is, for a message.
    fn name(&self) -> &'static str {
        match &self.packet[..] {
            [b'O', b'p', b'u', b's', b'H', ..] => "Opus (left out of this build)",
            [b'S', b'p', b'e', b'e', b'x', ..] => "Speex",
            [0x80, b't', b'h', b'e', b'o', b'r', b'a', ..] => "Theora (video)",
            [b'f', b'i', b's', b'h', b'e', b'a', b'd', ..] => "a skeleton",
            [b'B', b'B', b'C', b'D', ..] => "Dirac (video)",
            _ => "unknown",
        }
    }

    fn track(&self) -> Option<Track> {
        let (codec, is_supported) = self.codec()?;
        let p = &self.packet;
        let word = |at: usize| Some(u32::from_le_bytes(p.get(at..at + 4)?.try_into().ok()?));
        let (sample_rate, channels) = match codec {
            "vorbis" => (word(12).unwrap_or(0), p.get(11).map_or(0, |n| (*n).into())),
            "opus" => (48_000, p.get(9).map_or(0, |n| (*n).into())),
            "flac" => flac_info(p).map_or((0, 0), |info| (info.sample_rate, info.channels)),
            _ => (0, 0),
        };
        Some(Track {
            id: self.serial,
            codec: codec.into(),
            sample_rate,
            channels,
            is_supported,
            ..Track::default()
        })
    }

    /// Whether `packets`, of which this is the first, are all headers.
    fn is_complete(&self, packets: &[Vec<u8>]) -> bool {
        match self.codec() {
            Some(("opus", _)) => packets.len() >= 2,
            Some(("flac", _)) => {
                // The number of packets that follow, or 0; each is a metadata block, the last says so.
                let told = usize::from(self.packet.get(7).copied().unwrap_or(0)) << 8
                    | usize::from(self.packet.get(8).copied().unwrap_or(0));
                let is_last =
                    |packet: &[u8], at: usize| packet.get(at).is_some_and(|b| b & 0x80 != 0);
                (told > 0 && packets.len() > told)
                    || is_last(&self.packet, 13)
                    || packets.iter().skip(1).any(|packet| is_last(packet, 0))
                    || packets.len() > MAX_HEADERS
            }
            _ => packets.len() >= 3,
        }
    }
}

/// The stream information in the first packet of FLAC in Ogg (RFC 9639, §10.1).
fn flac_info(packet: &[u8]) -> Option<StreamInfo> {
    let block = packet.get(9..)?.strip_prefix(b"fLaC")?.get(4..)?;
    StreamInfo::parse(block).ok()
}

/// Opens the stream `track`, or the first that can be read.
///
/// # Errors
/// `UnsupportedFormat` if none can be, `BadParameter` if there is no such track, `CorruptMedia`, and the source's.
pub(crate) fn open(mut reader: Reader, track: Option<u32>, index: SeekIndex) -> Result<Opened> {
    let mut page = Page::default();
    let mut skipped = 0;
    let mut streams: Vec<Announced> = Vec::new();
    reader.seek_to(0)?;
    // The streams' first pages stand together at the beginning.
    let mut found = page.read_next(&mut reader, u64::MAX, &mut skipped)?;
    while found && page.first {
        let mut packet = Vec::new();
        page.pieces(|bytes, _| {
            if packet.is_empty() {
                packet.extend_from_slice(bytes);
            }
        });
        if streams.len() < MAX_STREAMS {
            streams.push(Announced {
                serial: page.serial,
                packet,
            });
        }
        found = page.read_next(&mut reader, u64::MAX, &mut skipped)?;
    }
    let chosen = choose(&streams, track)?;
    let mut packets: Vec<Vec<u8>> = vec![chosen.packet.clone()];
    let mut partial = Vec::new();
    while found && !chosen.is_complete(&packets) {
        if page.serial == chosen.serial {
            take_headers(&page, &mut partial, &mut packets)?;
        }
        if !chosen.is_complete(&packets) {
            found = page.read_next(&mut reader, u64::MAX, &mut skipped)?;
        }
    }
    if !chosen.is_complete(&packets) {
        return Err(corrupt("is cut off within its headers"));
    }
    // A stream whose one packet tells all has its first page of sound right here.
    let data_start = if packets.len() == 1 && found {
        page.byte
    } else {
        reader.pos()
    };
    let (coded, told, markers) = headers(chosen, &packets)?;
    index.bind(StreamKey {
        kind: Kind::Ogg,
        first_byte: data_start ^ u64::from(chosen.serial) << 32,
        source_bytes: reader.len().unwrap_or(0),
    });
    let mut demuxer = OggDemuxer {
        reader,
        coded,
        serial: chosen.serial,
        data_start,
        base: 0,
        first_granule: 0,
        last_granule: None,
        index,
        page,
        partial: Vec::new(),
        waiting: VecDeque::new(),
        clock: None,
        previous_block: None,
        next_sequence: None,
        discontinuous: false,
        ended: false,
        warnings: Vec::new(),
    };
    let mut warnings = Vec::new();
    demuxer.last_granule = demuxer.find_end(&mut warnings)?;
    demuxer.find_start()?;
    let frames = demuxer.last_granule.map(|end| demuxer.frame(end).max(0));
    let mut tracks: Vec<Track> = streams.iter().filter_map(Announced::track).collect();
    if let Some(first) = tracks.iter_mut().find(|track| track.is_supported) {
        first.is_default = true;
    }
    if tracks.len() < 2 {
        tracks.clear();
    }
    Ok(Opened {
        demuxer,
        comments: told,
        markers,
        frames,
        tracks,
        serial: chosen.serial,
        warnings,
    })
}

fn choose(streams: &[Announced], track: Option<u32>) -> Result<&Announced> {
    if let Some(id) = track {
        return streams
            .iter()
            .find(|stream| stream.serial == id && stream.is_supported())
            .ok_or_else(|| {
                let message = format!("there is no track {id} in this Ogg file that can be read");
                Error::bad_parameter("open", "track", message)
            });
    }
    if streams.is_empty() {
        return Err(corrupt("is damaged or cut off at its beginning"));
    }
    let supported = streams.iter().find(|stream| stream.is_supported());
    supported.ok_or_else(|| {
        let mut names: Vec<_> = streams.iter().map(Announced::name).collect();
        names.dedup();
        let names = names.join(", ");
        Error::UnsupportedFormat(format!(
            "the Ogg file holds no Vorbis, Opus or FLAC, but: {names}"
        ))
    })
}

fn take_headers(page: &Page, partial: &mut Vec<u8>, packets: &mut Vec<Vec<u8>>) -> Result<()> {
    let mut too_long = false;
    page.pieces(|bytes, ends| {
        too_long |= partial.len() + bytes.len() > MAX_PACKET_BYTES;
        if !too_long {
            partial.extend_from_slice(bytes);
            if ends {
                packets.push(std::mem::take(partial));
            }
        }
    });
    if too_long {
        return Err(corrupt("has a header of more than 16 MiB"));
    }
    Ok(())
}

/// What all header packets of a stream tell.
fn headers(stream: &Announced, packets: &[Vec<u8>]) -> Result<(Coded, Comments, Vec<Marker>)> {
    let second = packets.get(1).map_or(&[][..], |packet| packet);
    match stream.codec() {
        Some(("flac", _)) => {
            let info = flac_info(&stream.packet).ok_or_else(|| {
                Error::CorruptMedia("the FLAC header in the Ogg file is damaged".into())
            })?;
            let mut told = Comments::default();
            let mut markers = Vec::new();
            let mut images: Vec<Picture> = Vec::new();
            for packet in packets.iter().skip(1) {
                match packet.first().map(|kind| kind & 0x7F) {
                    Some(4) => told = comments(packet.get(4..).unwrap_or_default()),
                    Some(5) => {
                        markers = cue_sheet(packet.get(4..).unwrap_or_default(), info.sample_rate);
                    }
                    Some(6) => {
                        images.extend(pictures::whole_block(packet.get(4..).unwrap_or_default()));
                    }
                    _ => {}
                }
            }
            told.pictures.extend(images);
            Ok((Coded::Flac(info), told, markers))
        }
        #[cfg(feature = "opus")]
        Some(("opus", _)) => {
            let told = second.strip_prefix(b"OpusTags").map(comments);
            let head = crate::opus::Head::parse(&stream.packet)?;
            Ok((Coded::Opus(head), told.unwrap_or_default(), Vec::new()))
        }
        _ => {
            let setup = packets.get(2).map_or(&[][..], |packet| packet);
            let coded = Coded::Vorbis {
                identification: stream.packet.clone(),
                setup: setup.to_vec(),
                parsed: vorbis::Setup::parse(&stream.packet, setup)?,
            };
            let told = second.strip_prefix(b"\x03vorbis").map(comments);
            Ok((coded, told.unwrap_or_default(), Vec::new()))
        }
    }
}
