//! WAV and its kin: RIFF, RIFX, RF64, BW64 (ITU-R BS.2088) and Wave64, chunk by chunk.
//!
//! All chunks are seen, those behind the sound as well: markers and tags often stand there.

mod chunks;
mod cues;
mod format;
mod texts;

use crate::fields::{Fields, read_body};
use crate::id3;
use crate::pcm::Sound;
use crate::reader::Reader;
use chunks::{Chunk, Chunks};
use cues::Cues;
use format::{Content, Format};
use std::collections::BTreeMap;
use timeside_core::{Error, MediaInfo, Result};

/// Tags, markers and the like are read up to this in all.
const MAX_METADATA_BYTES: usize = 1 << 20;

/// The format chunk is read up to this: its longest form has 7 pairs of ADPCM coefficients.
const MAX_FORMAT_BYTES: usize = 256;

/// No file has more chunks that matter.
const MAX_CHUNKS: usize = 4096;

/// The chunks that are read, besides the sound and ID3.
const READ: [&[u8; 4]; 10] = [
    b"fmt ", b"fact", b"LIST", b"list", b"cue ", b"smpl", b"bext", b"iXML", b"aXML", b"axml",
];

fn corrupt(message: impl Into<String>) -> Error {
    Error::CorruptMedia(message.into())
}

/// What is in a WAV file.
#[derive(Debug)]
pub(crate) enum Wav {
    /// PCM or ADPCM.
    Blocks(Sound),
    /// MPEG audio.
    Mpeg(Mpeg),
}

/// A stream of MPEG audio in a WAV file.
#[derive(Debug)]
pub(crate) struct Mpeg {
    /// First byte of the stream.
    pub(crate) start: u64,
    /// Its bytes, where told.
    pub(crate) bytes: Option<u64>,
    /// What the chunks around it told.
    pub(crate) around: MediaInfo,
    pub(crate) id3: id3::Tags,
}

/// What the chunks told so far.
#[derive(Default)]
struct Found {
    format: Option<Format>,
    /// First byte of the sound, and its length as far as it is told.
    data: Option<(u64, Option<u64>)>,
    /// Frames, by the fact chunk.
    fact: Option<u64>,
    tags: BTreeMap<String, String>,
    id3: id3::Tags,
    cues: Cues,
    time_reference: Option<u64>,
}

/// Reads the chunks of the file that begins at byte `start`.
///
/// # Errors
/// `CorruptMedia` for a header that is cut off or cannot be true, `UnsupportedFormat` for a codec that we
/// lack, and the source's errors.
pub(crate) fn parse(reader: &mut Reader, start: u64) -> Result<Wav> {
    let mut chunks = Chunks::open(reader, start)?;
    let mut found = Found::default();
    let mut room = MAX_METADATA_BYTES;
    for _ in 0..MAX_CHUNKS {
        let Some(chunk) = chunks.next(found.data.is_some())? else {
            break;
        };
        if &chunk.id == b"data" && found.data.is_none() {
            let told = chunks.sound_bytes(&chunk)?;
            found.data = Some((chunk.body, told));
            let Some(told) = told else { break };
            // Of a file that is still arriving, what stands behind the sound is not waited for.
            if chunks.reader.len().is_none() && found.format.is_some() {
                break;
            }
            chunks.go_behind(&Chunk {
                size: told,
                ..chunk
            })?;
            continue;
        }
        found.take(&mut chunks, &chunk, &mut room)?;
        chunks.go_behind(&chunk)?;
    }
    let len = chunks.reader.len();
    found.finish(len)
}

impl Found {
    /// Reads a chunk that is not the sound.
    fn take(&mut self, chunks: &mut Chunks<'_>, chunk: &Chunk, room: &mut usize) -> Result<()> {
        if matches!(&chunk.id, b"id3 " | b"ID3 ") {
            return self.id3.read_chunk(chunks.reader, chunk.body, chunk.size);
        }
        if !READ.contains(&&chunk.id) {
            return Ok(());
        }
        let endian = chunks.endian();
        // Tags before it do not take the format's room.
        let mut format_room = MAX_FORMAT_BYTES;
        let room = match &chunk.id {
            b"fmt " => &mut format_room,
            _ => room,
        };
        let body = read_body(chunks.reader, chunk.size, room)?;
        let fields = Fields {
            bytes: &body,
            endian,
        };
        match (&chunk.id, body.get(..4)) {
            (b"fmt ", _) if self.format.is_none() => self.format = Some(Format::parse(fields)?),
            (b"fact", _) => {
                self.fact = match fields.u32(0) {
                    Some(u32::MAX) | None => chunks.ds64_frames(),
                    Some(frames) => Some(frames.into()),
                };
            }
            (b"LIST" | b"list", Some(b"INFO")) => {
                texts::info(&body[4..], endian, &mut self.tags);
            }
            (b"LIST" | b"list", Some(b"adtl")) => self.cues.labels(&body[4..], endian),
            (b"cue ", _) => self.cues.points(fields),
            (b"smpl", _) => self.cues.loops(fields, &mut self.tags),
            (b"bext", _) => self.time_reference = texts::bext(fields, &mut self.tags),
            (b"iXML" | b"aXML" | b"axml", _) => texts::xml(chunk.id, &body, &mut self.tags),
            _ => {}
        }
        Ok(())
    }

    fn finish(self, len: Option<u64>) -> Result<Wav> {
        let Some(format) = self.format else {
            return Err(corrupt(match self.data {
                Some(_) => "the WAV file has no format chunk",
                None => "the WAV file has neither a format nor a data chunk",
            }));
        };
        let Some((start, told)) = self.data else {
            return Err(corrupt(
                "the WAV file has no data chunk: it is cut off within its header",
            ));
        };
        let markers = self.cues.markers(format.sample_rate);
        let layout = match format.content {
            Content::Blocks(layout) => layout,
            Content::Mpeg => {
                return Ok(Wav::Mpeg(Mpeg {
                    start,
                    bytes: told,
                    around: MediaInfo {
                        container: "wav".into(),
                        tags: self.tags,
                        markers,
                        time_reference: self.time_reference,
                        ..MediaInfo::default()
                    },
                    id3: self.id3,
                }));
            }
        };
        let is_block = layout.coding.sample_bytes().is_none();
        let mut sound = Sound::new("wav", (layout, format.sample_rate), start, told, len)?;
        if !is_block {
            sound.bits_per_sample = Some(format.valid_bits);
        } else if let Some(frames) = self.fact.filter(|frames| *frames > 0) {
            // The last block is padded.
            sound.trim(0, frames);
        }
        sound.tags = self.tags;
        sound.take_id3(self.id3);
        sound.markers = markers;
        sound.time_reference = self.time_reference;
        Ok(Wav::Blocks(sound))
    }
}
