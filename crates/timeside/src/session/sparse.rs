//! Bytes of a medium behind an address that are asked for one small part at a time, without waiting for them.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use timeside_core::Source;
use timeside_decode::ranged::{RangedCache, RangedSource};

/// Bytes of a part: what a short stretch of most codecs takes.
const PART_BYTES: u64 = 16 << 10;

/// Bytes of all parts together, at any length of the medium.
const MAX_BYTES: u64 = 3 << 20;

/// Parts on their way at a time.
const MAX_IN_FLIGHT: usize = 6;

/// A part that was asked for.
struct Part {
    range: Range<u64>,
    bytes: Vec<u8>,
    is_ended: bool,
}

#[derive(Default)]
struct State {
    parts: Vec<Part>,
    asked_bytes: u64,
    /// The byte that a reader missed.
    missing: Option<u64>,
}

/// The parts, shared with their readers.
#[derive(Clone)]
pub(super) struct Sparse {
    state: Arc<Mutex<State>>,
    cache: RangedCache,
    source: RangedSource,
    byte_len: u64,
}

impl Sparse {
    /// Of the medium that `source` reads through `cache`.
    pub(super) fn new(source: RangedSource, byte_len: u64) -> Self {
        Self {
            state: Arc::default(),
            cache: source.cache(),
            source,
            byte_len,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A reader of its own place.
    pub(super) fn reader(&self) -> SparseSource {
        SparseSource {
            sparse: self.clone(),
            position: 0,
        }
    }

    /// The byte that was missed since the last call.
    pub(super) fn take_missing(&self) -> Option<u64> {
        self.lock().missing.take()
    }

    /// The part from `at` on, to be fetched now; `None` if that would be too much.
    pub(super) fn ask(&self, at: u64) -> Option<Range<u64>> {
        let mut state = self.lock();
        let range = at..at.saturating_add(PART_BYTES).min(self.byte_len);
        if range.is_empty() || state.asked_bytes + PART_BYTES > MAX_BYTES {
            return None;
        }
        state.asked_bytes += range.end - range.start;
        state.parts.push(Part {
            range: range.clone(),
            bytes: Vec::new(),
            is_ended: false,
        });
        Some(range)
    }

    /// True if one more part may be asked for.
    pub(super) fn has_room(&self) -> bool {
        self.lock().parts.iter().filter(|p| !p.is_ended).count() < MAX_IN_FLIGHT
    }

    /// True if the byte `at` is there, or will not come.
    pub(super) fn is_settled(&self, at: u64) -> bool {
        let state = self.lock();
        let mut parts = state.parts.iter().filter(|p| p.range.contains(&at));
        parts.all(|p| p.is_ended)
    }

    /// Takes bytes; false if they are not what was asked for here.
    pub(super) fn supply(&self, start: u64, bytes: &[u8]) -> bool {
        let mut state = self.lock();
        let goes_on = |p: &&mut Part| !p.is_ended && p.range.start + p.bytes.len() as u64 == start;
        let Some(part) = state.parts.iter_mut().find(goes_on) else {
            return false;
        };
        let room = usize::try_from(part.range.end - start).unwrap_or(0);
        part.bytes
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
        part.is_ended = part.bytes.len() as u64 >= part.range.end - part.range.start;
        true
    }

    /// Learns that no more comes of the part that was asked for from `start` on; false if none was.
    pub(super) fn end(&self, start: u64) -> bool {
        let mut state = self.lock();
        let part = state
            .parts
            .iter_mut()
            .find(|p| p.range.start == start && !p.is_ended);
        part.map(|part| part.is_ended = true).is_some()
    }
}

/// A reader that says `WouldBlock` where a part is missing.
pub(super) struct SparseSource {
    sparse: Sparse,
    position: u64,
}

impl Read for SparseSource {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let at = self.position;
        if at >= self.sparse.byte_len || buf.is_empty() {
            return Ok(0);
        }
        let mut state = self.sparse.lock();
        let there = state
            .parts
            .iter()
            .find(|p| (p.range.start..p.range.start + p.bytes.len() as u64).contains(&at));
        if let Some(part) = there {
            let rest = &part.bytes[(at - part.range.start) as usize..];
            let n = rest.len().min(buf.len());
            buf[..n].copy_from_slice(&rest[..n]);
            self.position += n as u64;
            return Ok(n);
        }
        if self.sparse.cache.has(at..at + 1) {
            drop(state);
            let mut source = self.sparse.source.clone();
            source.seek(SeekFrom::Start(at))?;
            let n = source.read(buf)?;
            self.position += n as u64;
            return Ok(n);
        }
        state.missing = Some(at);
        Err(ErrorKind::WouldBlock.into())
    }
}

impl Seek for SparseSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.sparse.byte_len.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = to.ok_or_else(|| io::Error::from(ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

impl Source for SparseSource {
    fn byte_len(&self) -> Option<u64> {
        Some(self.sparse.byte_len)
    }
}
