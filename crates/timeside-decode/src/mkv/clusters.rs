//! The clusters of a segment, read as one flat run of elements.
//!
//! Whether a cluster's size is known does not matter then: a live recording (a browser's MediaRecorder) that
//! leaves all sizes open reads as any other. Where the run breaks, the next cluster is looked for.

use super::block::Head;
use super::ebml::{Element, element, id, sint, uint};
use crate::reader::Reader;
use std::ops::Range;
use timeside_core::{Result, Warning};

/// A block of more bytes is a lie.
const MAX_BLOCK_BYTES: u64 = 16 << 20;

/// Bytes that are looked through at once for a cluster.
const WINDOW_BYTES: usize = 64 << 10;

/// Damage is told so often.
const MAX_WARNINGS: u32 = 8;

/// A block of the wanted track.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// Its time stamp in ticks of the segment.
    pub(crate) ticks: i64,
    /// Byte of the cluster that holds it.
    pub(crate) cluster: u64,
    /// The laced frames within `bytes`.
    pub(crate) frames: Vec<Range<usize>>,
    pub(crate) bytes: Vec<u8>,
    /// Nanoseconds to cut off at its end.
    pub(crate) discard_ns: i64,
}

/// The reader of clusters.
#[derive(Debug)]
pub(crate) struct Clusters {
    pub(crate) reader: Reader,
    /// Byte of the first cluster.
    pub(crate) first: u64,
    /// Byte behind the last, as the segment or the file says.
    pub(crate) end: u64,
    /// Byte and time stamp of the cluster at hand.
    cluster: u64,
    timestamp: i64,
    /// The file ended within a block.
    pub(crate) is_cut: bool,
    pub(crate) warnings: Vec<Warning>,
    warned: u32,
}

/// Elements that stand between blocks and are passed over.
fn is_known(id: u32) -> bool {
    matches!(
        id,
        id::POSITION
            | id::PREV_SIZE
            | id::SILENT_TRACKS
            | id::ENCRYPTED_BLOCK
            | id::VOID
            | id::CRC_32
            | id::SEEK_HEAD
            | id::INFO
            | id::TRACKS
            | id::CUES
            | id::CHAPTERS
            | id::TAGS
            | id::ATTACHMENTS
    )
}

impl Clusters {
    /// The clusters from byte `first` to `end`.
    pub(crate) fn new(reader: Reader, first: u64, end: u64) -> Self {
        Self {
            reader,
            first,
            end,
            cluster: first,
            timestamp: 0,
            is_cut: false,
            warnings: Vec::new(),
            warned: 0,
        }
    }

    /// Goes to a cluster's first byte.
    pub(crate) fn enter(&mut self, byte: u64) -> Result<()> {
        self.is_cut = false;
        self.cluster = byte;
        self.reader.seek_to(byte)
    }

    /// Reads the next block of `track`; false at the end.
    pub(crate) fn next_block(&mut self, track: u64, block: &mut Block) -> Result<bool> {
        loop {
            let at = self.reader.pos();
            if at >= self.end {
                return Ok(false);
            }
            let Some(found) = element(&mut self.reader)? else {
                if !self.resync(at)? {
                    return Ok(false);
                }
                continue;
            };
            let fits = found
                .end()
                .is_some_and(|end| end <= self.end || is_end_of_segment(found.id));
            match found.id {
                id::CLUSTER => {
                    self.cluster = at;
                    self.timestamp = 0;
                }
                id::TIMESTAMP if fits && found.size.is_some_and(|size| size <= 8) => {
                    self.timestamp = i64::try_from(self.number(&found)?).unwrap_or(0);
                }
                id::SIMPLE_BLOCK if fits => {
                    if self.block(&found, track, block)? {
                        block.discard_ns = 0;
                        return Ok(true);
                    }
                }
                id::BLOCK_GROUP if fits => {
                    if self.group(&found, track, block)? {
                        return Ok(true);
                    }
                }
                id::SIMPLE_BLOCK | id::BLOCK_GROUP
                    if found.size.is_some_and(|size| size <= MAX_BLOCK_BYTES) =>
                {
                    self.is_cut = true;
                    return Ok(false);
                }
                // Another segment, or a file appended to this one.
                id::EBML | id::SEGMENT => return Ok(false),
                known if fits && is_known(known) => {
                    self.reader.seek_to(found.end().unwrap_or(u64::MAX))?;
                }
                _ => {
                    if !self.resync(at)? {
                        return Ok(false);
                    }
                }
            }
        }
    }

    /// The content of a small element as a number.
    fn number(&mut self, element: &Element) -> Result<u64> {
        let mut bytes = Vec::new();
        self.reader
            .read_into(&mut bytes, element.size.unwrap_or(0).min(8) as usize)?;
        Ok(uint(&bytes))
    }

    /// Reads a block's content if it is one of `track`; the reader stands behind it then.
    fn block(&mut self, found: &Element, track: u64, block: &mut Block) -> Result<bool> {
        let size = found.size.unwrap_or(0);
        let end = found.body.saturating_add(size);
        let mut head = [0; Head::MAX_BYTES];
        let n = self
            .reader
            .read(&mut head[..size.min(Head::MAX_BYTES as u64) as usize])?;
        let parsed = Head::parse(&head[..n]).filter(|head| head.track == track);
        let Some(head) = parsed.filter(|_| size <= MAX_BLOCK_BYTES) else {
            self.reader.seek_to(end)?;
            return Ok(false);
        };
        self.reader.seek_to(found.body + head.bytes as u64)?;
        block.bytes.clear();
        self.reader
            .read_into(&mut block.bytes, size as usize - head.bytes)?;
        block.ticks = self.timestamp.saturating_add(i64::from(head.relative));
        block.cluster = self.cluster;
        let Some(frames) = head.frames(&block.bytes) else {
            self.warn(found.body, "a block's lacing cannot be true; it is skipped");
            return Ok(false);
        };
        block.frames = frames;
        Ok(true)
    }

    /// Reads a block group, which holds one block and what is said of it.
    fn group(&mut self, group: &Element, track: u64, block: &mut Block) -> Result<bool> {
        let end = group.end().unwrap_or(0);
        let mut is_ours = false;
        block.discard_ns = 0;
        while self.reader.pos() < end {
            let Some(found) = element(&mut self.reader)? else {
                break;
            };
            let Some(found_end) = found.end().filter(|found_end| *found_end <= end) else {
                break;
            };
            match found.id {
                id::BLOCK => {
                    is_ours = self.block(&found, track, block)?;
                    if !is_ours {
                        break;
                    }
                }
                id::DISCARD_PADDING => {
                    let mut bytes = Vec::new();
                    self.reader
                        .read_into(&mut bytes, found.size.unwrap_or(0).min(8) as usize)?;
                    block.discard_ns = sint(&bytes);
                }
                _ => {}
            }
            self.reader.seek_to(found_end)?;
        }
        self.reader.seek_to(end)?;
        Ok(is_ours)
    }

    /// Looks for a cluster behind byte `at`, which makes no sense; false if there is none.
    fn resync(&mut self, at: u64) -> Result<bool> {
        match self.find_cluster(at + 1, self.end)? {
            Some((byte, _)) => {
                self.warn(at, &format!("{} bytes are damaged; skipped", byte - at));
                self.reader.seek_to(byte)?;
                Ok(true)
            }
            None => {
                if self.end - at > 8 {
                    self.warn(at, "what follows is damaged; it is left out");
                }
                Ok(false)
            }
        }
    }

    fn warn(&mut self, byte: u64, what: &str) {
        self.warned += 1;
        if self.warned <= MAX_WARNINGS {
            self.warnings
                .push(Warning::new("damaged", format!("at byte {byte}: {what}")));
        }
    }

    /// Byte and time stamp of the first cluster that begins within `from..limit`.
    pub(crate) fn find_cluster(&mut self, from: u64, limit: u64) -> Result<Option<(u64, i64)>> {
        let magic = id::CLUSTER.to_be_bytes();
        let mut window = Vec::new();
        let mut from = from;
        while from < limit.min(self.end) {
            self.reader.seek_to(from)?;
            window.clear();
            let n = self.reader.read_into(&mut window, WINDOW_BYTES)?;
            let mut at = 0;
            while let Some(found) = window[at..].windows(4).position(|w| w == magic) {
                let byte = from + (at + found) as u64;
                if byte >= limit {
                    return Ok(None);
                }
                if let Some(timestamp) = self.cluster_at(byte)? {
                    return Ok(Some((byte, timestamp)));
                }
                at += found + 1;
            }
            if n < WINDOW_BYTES {
                break;
            }
            from += (WINDOW_BYTES - 3) as u64;
        }
        Ok(None)
    }

    /// The time stamp of the cluster at `byte`, if there is one: its first element says it.
    pub(crate) fn cluster_at(&mut self, byte: u64) -> Result<Option<i64>> {
        self.reader.seek_to(byte)?;
        let Some(cluster) = element(&mut self.reader)?.filter(|e| e.id == id::CLUSTER) else {
            return Ok(None);
        };
        // A checksum or a void may stand before it.
        for _ in 0..4 {
            let Some(found) = element(&mut self.reader)? else {
                return Ok(None);
            };
            let Some(end) = found.end() else {
                return Ok(None);
            };
            match found.id {
                id::TIMESTAMP if found.size.is_some_and(|size| (1..=8).contains(&size)) => {
                    let value = self.number(&found)?;
                    let within = cluster.end().is_none_or(|cluster_end| end <= cluster_end);
                    return Ok(i64::try_from(value).ok().filter(|_| within));
                }
                id::CRC_32 | id::VOID | id::POSITION | id::PREV_SIZE => self.reader.seek_to(end)?,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// True of elements that only stand behind all clusters or may: a cut file is whole up to there.
fn is_end_of_segment(id: u32) -> bool {
    matches!(id, id::CUES | id::TAGS | id::ATTACHMENTS | id::CHAPTERS)
}
