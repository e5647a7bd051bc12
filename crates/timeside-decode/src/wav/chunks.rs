//! The chunks of RIFF in its five writings.

use super::corrupt;
use crate::fields::Fields;
use crate::pcm::Endian;
use crate::reader::Reader;
use timeside_core::Result;

/// `riff` and `wave` as Wave64 has them: GUIDs.
const WAVE64_RIFF: &[u8; 16] = b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0";
const WAVE64_WAVE: &[u8; 16] = b"wave\xF3\xAC\xD3\x11\x8C\xD1\0\xC0\x4F\x8E\xDB\x8A";

/// The table of the ds64 chunk has a line per chunk that is longer than 4 GiB: seldom more than one.
const MAX_LONG_CHUNKS: u32 = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Riff,
    /// Big-endian.
    Rifx,
    /// RF64 and BW64: sizes beyond 32 bits in the ds64 chunk.
    Rf64,
    /// GUIDs and sizes of 64 bits.
    Wave64,
}

/// A chunk's head.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk {
    pub(super) id: [u8; 4],
    pub(super) body: u64,
    pub(super) size: u64,
}

/// Goes from chunk to chunk.
pub(super) struct Chunks<'a> {
    pub(super) reader: &'a mut Reader,
    dialect: Dialect,
    /// Byte at which the file begins.
    start: u64,
    /// Sizes of chunks by the ds64 chunk, the sound's first.
    long: Vec<([u8; 4], u64)>,
    frames: Option<u64>,
}

impl<'a> Chunks<'a> {
    /// At the first chunk of the file that begins at byte `start`.
    pub(super) fn open(reader: &'a mut Reader, start: u64) -> Result<Self> {
        reader.seek_to(start)?;
        let cut = || corrupt("the WAV header is cut off");
        let head = reader.array::<12>()?.ok_or_else(cut)?;
        let dialect = match &head[..4] {
            b"RIFX" => Dialect::Rifx,
            b"RF64" | b"BW64" => Dialect::Rf64,
            b"riff" => Dialect::Wave64,
            _ => Dialect::Riff,
        };
        if dialect == Dialect::Wave64 {
            reader.seek_to(start)?;
            let head = reader.array::<40>()?.ok_or_else(cut)?;
            if &head[..16] != WAVE64_RIFF || &head[24..] != WAVE64_WAVE {
                return Err(corrupt("the Wave64 header is damaged"));
            }
        }
        Ok(Self {
            reader,
            dialect,
            start,
            long: Vec::new(),
            frames: None,
        })
    }

    pub(super) fn endian(&self) -> Endian {
        match self.dialect {
            Dialect::Rifx => Endian::Big,
            _ => Endian::Little,
        }
    }

    /// Frames by the ds64 chunk.
    pub(super) fn ds64_frames(&self) -> Option<u64> {
        self.frames
    }

    /// The next chunk, `None` at the end. Behind the sound (`is_late`) what is no chunk is the end, too.
    pub(super) fn next(&mut self, is_late: bool) -> Result<Option<Chunk>> {
        loop {
            if is_late
                && self
                    .reader
                    .len()
                    .is_some_and(|len| self.reader.pos() >= len)
            {
                return Ok(None);
            }
            let Some(chunk) = self.head()? else {
                return Ok(None);
            };
            if is_late && !chunk.id.iter().all(|b| (b' '..=b'~').contains(b)) {
                return Ok(None);
            }
            if self.dialect == Dialect::Rf64 && &chunk.id == b"ds64" {
                self.ds64()?;
                self.go_behind(&chunk)?;
                continue;
            }
            return Ok(Some(chunk));
        }
    }

    fn head(&mut self) -> Result<Option<Chunk>> {
        if self.dialect == Dialect::Wave64 {
            let Some(head) = self.reader.array::<24>()? else {
                return Ok(None);
            };
            let (guid, size) = head.split_at(16);
            let size = Fields {
                bytes: size,
                endian: Endian::Little,
            };
            return Ok(Some(Chunk {
                id: [guid[0], guid[1], guid[2], guid[3]],
                body: self.reader.pos(),
                size: size.u64(0).unwrap_or_default().saturating_sub(24),
            }));
        }
        let Some([a, b, c, d, size @ ..]) = self.reader.array::<8>()? else {
            return Ok(None);
        };
        let id = [a, b, c, d];
        let size = match self.endian() {
            Endian::Little => u32::from_le_bytes(size),
            Endian::Big => u32::from_be_bytes(size),
        };
        let long = || self.long.iter().find(|(long, _)| *long == id);
        let size = match (size, long()) {
            (u32::MAX, Some((_, size))) => *size,
            (size, _) => size.into(),
        };
        Ok(Some(Chunk {
            id,
            body: self.reader.pos(),
            size,
        }))
    }

    /// Sizes beyond 32 bits (EBU Tech 3306, §3).
    fn ds64(&mut self) -> Result<()> {
        let Some(head) = self.reader.array::<28>()? else {
            return Ok(());
        };
        let head = Fields {
            bytes: &head,
            endian: Endian::Little,
        };
        if let Some(size) = head.u64(8) {
            self.long.push((*b"data", size));
        }
        self.frames = head.u64(16).filter(|frames| *frames > 0);
        for _ in 0..head.u32(24).unwrap_or(0).min(MAX_LONG_CHUNKS) {
            let Some([a, b, c, d, size @ ..]) = self.reader.array::<12>()? else {
                break;
            };
            self.long.push(([a, b, c, d], u64::from_le_bytes(size)));
        }
        Ok(())
    }

    /// How long the sound is, of which `chunk` is the head; `None` if that is not told: up to the end.
    pub(super) fn sound_bytes(&mut self, chunk: &Chunk) -> Result<Option<u64>> {
        let there = self.reader.len().map(|len| len.saturating_sub(chunk.body));
        let is_narrow = matches!(self.dialect, Dialect::Riff | Dialect::Rifx);
        match (chunk.size, there) {
            // What a program writes that did not know the length yet; where it is RF64's, ds64 lacks it.
            (0xFFFF_FFFF, _) if self.dialect != Dialect::Wave64 => Ok(None),
            // Some recorders leave the length at 0 when they are switched off: an empty chunk is followed by
            // another, or by nothing.
            (0, Some(there)) if there > 0 => Ok(if self.is_chunk_next()? { Some(0) } else { None }),
            (0, None) => Ok(None),
            // A recorder that went on beyond 4 GiB, and kept the lower 32 bits of the length.
            (told, Some(there))
                if is_narrow && there > told && (there - told).trailing_zeros() >= 32 =>
            {
                Ok(Some(there))
            }
            (told, _) => Ok(Some(told)),
        }
    }

    /// Whether a chunk stands here that ends within the file.
    fn is_chunk_next(&mut self) -> Result<bool> {
        let at = self.reader.pos();
        let next = self.head()?;
        self.reader.seek_to(at)?;
        let len = self.reader.len().unwrap_or(u64::MAX);
        Ok(next.is_some_and(|next| {
            next.id.iter().all(|b| (b' '..=b'~').contains(b))
                && next.body.saturating_add(next.size) <= len
        }))
    }

    /// Goes to the chunk that follows `chunk`.
    pub(super) fn go_behind(&mut self, chunk: &Chunk) -> Result<()> {
        let end = chunk.body.saturating_add(chunk.size);
        let pad = match self.dialect {
            Dialect::Wave64 => (self.start.wrapping_sub(end)) % 8,
            _ => (end - chunk.body) % 2,
        };
        self.reader.seek_to(end.saturating_add(pad))
    }
}
