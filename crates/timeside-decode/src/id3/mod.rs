//! ID3 and APE tags: texts, chapters, pictures where they stand, and what iTunes says of delay and padding.
//!
//! Frames are walked by their headers, so that a cover of 10 MB between two texts is not read.

pub(crate) mod tail;
mod text;

use crate::pictures;
use crate::reader::{Counted, Reader};
use std::collections::BTreeMap;
use std::io::Cursor;
use timeside_core::{Chapter, Picture, PicturePlace, Result};

/// All texts together may take this; a longer tag's rest is left out.
const MAX_TEXT_BYTES: usize = 256 << 10;

/// A tag that is unsynchronised as a whole must be read as a whole; of a longer one nothing is.
const MAX_UNSYNCHRONISED_BYTES: u64 = 16 << 20;

/// More frames than these are no tag.
const MAX_FRAMES: usize = 4096;

/// Before a picture stand its type and a description.
const PICTURE_HEAD_BYTES: usize = 1024;

/// What tags tell.
#[derive(Debug, Default)]
pub(crate) struct Tags {
    pub(crate) texts: BTreeMap<String, String>,
    pub(crate) chapters: Vec<Chapter>,
    pub(crate) pictures: Vec<Picture>,
    pub(crate) gapless: Option<Gapless>,
    text_bytes: usize,
}

/// What `iTunSMPB` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gapless {
    /// Samples that the encoder put before the sound.
    pub(crate) delay: u32,
    /// Samples behind it.
    pub(crate) padding: u32,
    /// Samples of the sound; 0 if unknown.
    pub(crate) frames: u64,
}

impl Gapless {
    /// Reads ` 00000000 00000210 00000A2C 00000000000A8E44 …`: hexadecimal, the first number without a meaning.
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text
            .split_ascii_whitespace()
            .skip(1)
            .map(|number| u64::from_str_radix(number, 16).ok());
        Some(Self {
            delay: u32::try_from(numbers.next()??)
                .ok()
                .filter(|n| *n < 1 << 20)?,
            padding: u32::try_from(numbers.next()??)
                .ok()
                .filter(|n| *n < 1 << 20)?,
            frames: numbers.next().flatten().unwrap_or(0),
        })
    }
}

impl Tags {
    /// True if nothing was told.
    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.pictures.is_empty() && self.chapters.is_empty()
    }

    /// Adds a text; a second one of a name joins the first.
    fn add(&mut self, name: impl Into<String>, text: String) {
        self.text_bytes += text.len();
        if text.is_empty() || self.text_bytes > MAX_TEXT_BYTES {
            return;
        }
        self.texts
            .entry(name.into())
            .and_modify(|old| *old = format!("{old}; {text}"))
            .or_insert(text);
    }

    /// Adds a text of which no other tag spoke.
    fn add_new(&mut self, name: &str, text: String) {
        if !self.texts.contains_key(name) {
            self.add(name, text);
        }
    }

    /// Reads the tag at byte `start`, `len` bytes long with its header.
    pub(crate) fn read_id3v2(&mut self, reader: &mut Reader, start: u64, len: u64) -> Result<()> {
        reader.seek_to(start)?;
        let Some(header) = reader.array::<10>()? else {
            return Ok(());
        };
        let (major, flags) = (header[3], header[5]);
        let end = start + len;
        if flags & 0x80 == 0 || major == 4 {
            self.read_frames(reader, major, flags, end, false)?;
        } else if len <= MAX_UNSYNCHRONISED_BYTES {
            let mut body = Vec::new();
            reader.read_into(&mut body, len as usize - 10)?;
            let body = synchronised(&body);
            let len = body.len() as u64;
            let mut inner = Reader::new(Counted::new(
                Box::new(Cursor::new(body)),
                Default::default(),
            ));
            self.read_frames(&mut inner, major, flags, len, true)?;
        }
        self.chapters.sort_by(|a, b| a.start.total_cmp(&b.start));
        Ok(())
    }

    /// Reads the tag that a chunk of `size` bytes at byte `start` holds, if it does hold one.
    pub(crate) fn read_chunk(&mut self, reader: &mut Reader, start: u64, size: u64) -> Result<()> {
        reader.seek_to(start)?;
        let Some(header) = reader.array::<10>()? else {
            return Ok(());
        };
        match crate::sniff::id3v2_len(&header) {
            0 => Ok(()),
            len if len > size => Ok(()),
            len => self.read_id3v2(reader, start, len),
        }
    }

    /// Reads frames up to byte `end`; `is_copy` if the reader is not the file's.
    fn read_frames(
        &mut self,
        reader: &mut Reader,
        major: u8,
        flags: u8,
        end: u64,
        is_copy: bool,
    ) -> Result<()> {
        if flags & 0x40 != 0 && major >= 3 {
            let Some(size) = reader.array::<4>()? else {
                return Ok(());
            };
            // In version 2.4 the size counts itself.
            let skip = if major == 3 {
                u64::from(u32::from_be_bytes(size))
            } else {
                u64::from(synchsafe(size)).saturating_sub(4)
            };
            reader.skip(skip)?;
        }
        for _ in 0..MAX_FRAMES {
            let Some(frame) = FrameHead::read(reader, major, end)? else {
                break;
            };
            let next = reader.pos() + frame.bytes;
            self.read_frame(reader, &frame, is_copy)?;
            reader.seek_to(next)?;
        }
        Ok(())
    }

    fn read_frame(&mut self, reader: &mut Reader, frame: &FrameHead, is_copy: bool) -> Result<()> {
        if frame.is_unreadable || frame.bytes < frame.prefix {
            return Ok(());
        }
        reader.skip(frame.prefix)?;
        let start = reader.pos();
        let bytes = frame.bytes - frame.prefix;
        let id = frame.id.as_str();
        let is_picture = matches!(id, "APIC" | "PIC");
        if !is_picture
            && (bytes > MAX_TEXT_BYTES as u64
                || !(id.starts_with('T') || matches!(id, "COMM" | "COM" | "CHAP")))
        {
            return Ok(());
        }
        let is_here = is_copy || frame.is_unsynchronised;
        let wanted = if is_picture && !is_here {
            bytes.min(PICTURE_HEAD_BYTES as u64)
        } else {
            bytes.min(MAX_UNSYNCHRONISED_BYTES)
        };
        let mut body = Vec::new();
        reader.read_into(&mut body, wanted as usize)?;
        if frame.is_unsynchronised {
            body = synchronised(&body);
        }
        if !is_picture {
            self.take(id, &body);
        } else if let Some((mut picture, at)) = picture(id, &body) {
            if is_here {
                picture.byte_len = (body.len() - at) as u64;
                picture.place = PicturePlace::Here(body[at..].into());
            } else {
                picture.byte_len = bytes - at as u64;
                picture.place = PicturePlace::Source {
                    start: start + at as u64,
                };
            }
            self.pictures.push(picture);
        }
        Ok(())
    }

    /// Takes a frame's body.
    fn take(&mut self, id: &str, body: &[u8]) {
        let Some((&encoding, rest)) = body.split_first() else {
            return;
        };
        match id {
            "CHAP" => self.chapters.extend(chapter(body)),
            "TXXX" | "TXX" => {
                let (name, value) = text::split_terminated(encoding, rest);
                let name = text::decode(encoding, name).to_ascii_lowercase();
                let value = text::strings(&[&[encoding], value].concat());
                if name == "itunsmpb" {
                    self.gapless = self.gapless.or_else(|| Gapless::parse(&value));
                } else {
                    self.add(
                        if name.is_empty() {
                            id.to_ascii_lowercase()
                        } else {
                            name
                        },
                        value,
                    );
                }
            }
            "COMM" | "COM" => {
                // A language of three letters, a description, the comment.
                let (name, value) =
                    text::split_terminated(encoding, rest.get(3..).unwrap_or_default());
                let name = text::decode(encoding, name);
                let value = text::strings(&[&[encoding], value].concat());
                match name.as_str() {
                    "iTunSMPB" => self.gapless = self.gapless.or_else(|| Gapless::parse(&value)),
                    // Numbers of iTunes for itself.
                    _ if name.starts_with("iTun") => {}
                    _ => self.add("comment", value),
                }
            }
            _ => self.add(text::common_name(id), text::strings(body)),
        }
    }
}

/// A frame's header.
struct FrameHead {
    id: String,
    /// Bytes of the body.
    bytes: u64,
    /// Bytes of the body that precede the content.
    prefix: u64,
    is_unsynchronised: bool,
    /// Compressed or encrypted.
    is_unreadable: bool,
}

impl FrameHead {
    /// Reads the header at the reader's place; `None` at the padding, or where the frame would reach beyond `end`.
    fn read(reader: &mut Reader, major: u8, end: u64) -> Result<Option<Self>> {
        let len = if major == 2 { 6 } else { 10 };
        if reader.pos() + len > end {
            return Ok(None);
        }
        let mut head = [0; 10];
        let is_whole = reader.read(&mut head[..len as usize])? == len as usize;
        let id = &head[..if major == 2 { 3 } else { 4 }];
        if !is_whole
            || !id
                .iter()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        {
            return Ok(None);
        }
        let size = [head[4], head[5], head[6], head[7]];
        let bytes = match major {
            2 => u32::from_be_bytes([0, head[3], head[4], head[5]]),
            // Old versions of iTunes wrote plain numbers in tags of version 2.4.
            4 if size.iter().all(|b| *b < 0x80) => synchsafe(size),
            _ => u32::from_be_bytes(size),
        };
        let flags = head[9];
        let has = |bit: u8| flags & bit != 0;
        let (is_unreadable, is_unsynchronised, prefix) = match major {
            3 => (has(0xC0), false, u64::from(has(0x20))),
            4 => (
                has(0x0C),
                has(0x02),
                u64::from(has(0x40)) + if has(0x01) { 4 } else { 0 },
            ),
            _ => (false, false, 0),
        };
        let head = Self {
            id: text::latin1(id),
            bytes: bytes.into(),
            prefix,
            is_unsynchronised,
            is_unreadable,
        };
        Ok((reader.pos() + head.bytes <= end).then_some(head))
    }
}

fn synchsafe(bytes: [u8; 4]) -> u32 {
    bytes
        .iter()
        .fold(0, |size, byte| size << 7 | u32::from(byte & 0x7F))
}

/// Takes the zeros out that keep a decoder from mistaking a tag for sound (ID3v2.4, §6.1).
fn synchronised(bytes: &[u8]) -> Vec<u8> {
    let mut last = 0;
    let mut all = Vec::with_capacity(bytes.len());
    for byte in bytes {
        if last != 0xFF || *byte != 0 {
            all.push(*byte);
        }
        last = *byte;
    }
    all
}

/// A chapter: a name that a zero ends, times in ms and bytes, then frames of which the title is wanted (ID3v2
/// Chapter Frame Addendum, §3.1).
fn chapter(body: &[u8]) -> Option<Chapter> {
    let (_, rest) = text::split_terminated(0, body);
    let (times, mut frames) = rest.split_at_checked(16)?;
    let ms =
        |at: usize| u32::from_be_bytes([times[at], times[at + 1], times[at + 2], times[at + 3]]);
    let mut title = String::new();
    while let Some((head, behind)) = frames.split_first_chunk::<10>() {
        let size = [head[4], head[5], head[6], head[7]];
        // The version is not at hand: short titles have the same size in both.
        let (text, next) = behind.split_at_checked(synchsafe(size) as usize)?;
        if head.starts_with(b"TIT2") {
            title = text::strings(text);
        }
        frames = next;
    }
    Some(Chapter {
        start: f64::from(ms(0)) / 1000.0,
        end: (ms(4) > ms(0) && ms(4) != u32::MAX).then(|| f64::from(ms(4)) / 1000.0),
        title,
    })
}

/// Reads the beginning of a picture frame, and says where in it the picture's bytes begin.
fn picture(id: &str, body: &[u8]) -> Option<(Picture, usize)> {
    let (&encoding, rest) = body.split_first()?;
    let (mime_type, rest) = if id == "PIC" {
        let (format, rest) = rest.split_first_chunk::<3>()?;
        let mime_type = match format {
            b"PNG" => "image/png".into(),
            b"-->" => return None,
            _ => "image/jpeg".into(),
        };
        (mime_type, rest)
    } else {
        let (mime_type, rest) = text::split_terminated(0, rest);
        (text::latin1(mime_type), rest)
    };
    // A link is no picture.
    if mime_type == "-->" {
        return None;
    }
    let (&kind, rest) = rest.split_first()?;
    let (description, bytes) = text::split_terminated(encoding, rest);
    let shown = pictures::mime_type(bytes);
    Some((
        Picture {
            kind: pictures::kind(kind.into()),
            mime_type: shown.map_or(mime_type, str::to_owned),
            description: text::decode(encoding, description),
            byte_len: 0,
            place: PicturePlace::Source { start: 0 },
        },
        body.len() - bytes.len(),
    ))
}

#[cfg(test)]
mod tests;
