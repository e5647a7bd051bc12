//! Reading a [`Source`] in small pieces: buffered, counted, and never allocating by a length that a file claims.

use crate::stream::Position;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::sync::atomic::Ordering;
use timeside_core::{Result, Source};

const BUFFER_BYTES: usize = 64 << 10;

/// The first read after a jump: a probe wants a header, not a block. Each read that goes on doubles it.
const FIRST_READ_BYTES: usize = 8 << 10;

/// A source that tells others how far it was read.
pub(crate) struct Counted {
    pub(crate) source: Box<dyn Source>,
    position: Position,
}

impl Counted {
    pub(crate) fn new(source: Box<dyn Source>, position: Position) -> Self {
        Self { source, position }
    }
}

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        loop {
            match self.source.read(buf) {
                Ok(n) => {
                    self.position.fetch_add(n as u64, Ordering::Relaxed);
                    return Ok(n);
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = self.source.seek(to)?;
        self.position.store(at, Ordering::Relaxed);
        Ok(at)
    }
}

/// A stretch of a source, as a source.
pub(crate) struct Part {
    source: Counted,
    start: u64,
    /// Up to the source's end if `None`.
    len: Option<u64>,
    at: u64,
}

impl Part {
    /// `len` bytes from byte `start` on, as far as they are there.
    pub(crate) fn new(source: Counted, start: u64, len: Option<u64>) -> Self {
        let there = source.source.byte_len();
        let there = there.map(|there| there.saturating_sub(start));
        Self {
            source,
            start,
            len: match (len, there) {
                (Some(len), Some(there)) => Some(len.min(there)),
                (len, there) => len.or(there),
            },
            at: 0,
        }
    }
}

impl Read for Part {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let left = self.len.map_or(u64::MAX, |len| len.saturating_sub(self.at));
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(buf.len());
        // Where the source stands is not known before the first read.
        let at = self.start.saturating_add(self.at);
        self.source.seek(SeekFrom::Start(at))?;
        let n = self.source.read(&mut buf[..count])?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Part {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let end = self.len.unwrap_or(u64::MAX);
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => end.checked_add_signed(by),
        };
        self.at = to.ok_or(ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl Source for Part {
    fn byte_len(&self) -> Option<u64> {
        self.len
    }
}

/// A buffered reader with an absolute position. Seeks within the buffer cost nothing.
pub(crate) struct Reader {
    inner: Counted,
    buffer: Vec<u8>,
    /// Position of `buffer[0]` in the source.
    buffer_start: u64,
    cursor: usize,
    /// Bytes that the next read asks for.
    next_read: usize,
    len: Option<u64>,
}

impl Reader {
    pub(crate) fn new(inner: Counted) -> Self {
        let len = inner.source.byte_len();
        Self {
            inner,
            buffer: Vec::with_capacity(BUFFER_BYTES),
            buffer_start: 0,
            cursor: 0,
            next_read: BUFFER_BYTES,
            len,
        }
    }

    /// Length of the source in bytes, where known.
    pub(crate) fn len(&self) -> Option<u64> {
        self.len
    }

    pub(crate) fn pos(&self) -> u64 {
        self.buffer_start + self.cursor as u64
    }

    /// The source alone, at no certain place.
    pub(crate) fn into_inner(self) -> Counted {
        self.inner
    }

    /// Goes to byte `to`; past the end is allowed, and nothing can be read there.
    pub(crate) fn seek_to(&mut self, to: u64) -> Result<()> {
        if to >= self.buffer_start && to <= self.buffer_start + self.buffer.len() as u64 {
            self.cursor = (to - self.buffer_start) as usize;
            return Ok(());
        }
        self.inner.seek(SeekFrom::Start(to))?;
        self.buffer.clear();
        self.buffer_start = to;
        self.cursor = 0;
        self.next_read = FIRST_READ_BYTES;
        Ok(())
    }

    /// Skips `count` bytes.
    pub(crate) fn skip(&mut self, count: u64) -> Result<()> {
        self.seek_to(self.pos().saturating_add(count))
    }

    /// Replaces the spent buffer by what follows it; false at the end.
    fn refill(&mut self) -> Result<bool> {
        let at = self.pos();
        self.buffer.resize(self.next_read, 0);
        self.next_read = (self.next_read * 2).min(BUFFER_BYTES);
        let read = self.inner.read(&mut self.buffer);
        self.buffer_start = at;
        self.cursor = 0;
        match read {
            Ok(n) => {
                self.buffer.truncate(n);
                Ok(n > 0)
            }
            Err(e) => {
                self.buffer.clear();
                Err(e.into())
            }
        }
    }

    /// Fills `to` as far as the source goes, and returns how far that was.
    pub(crate) fn read(&mut self, to: &mut [u8]) -> Result<usize> {
        let mut done = 0;
        while done < to.len() {
            let rest = &self.buffer[self.cursor..];
            if rest.is_empty() {
                if !self.refill()? {
                    break;
                }
                continue;
            }
            let n = rest.len().min(to.len() - done);
            to[done..done + n].copy_from_slice(&rest[..n]);
            self.cursor += n;
            done += n;
        }
        Ok(done)
    }

    /// Appends up to `count` bytes to `to`, which grows only by what is really there.
    pub(crate) fn read_into(&mut self, to: &mut Vec<u8>, count: usize) -> Result<usize> {
        let mut done = 0;
        while done < count {
            let rest = &self.buffer[self.cursor..];
            if rest.is_empty() {
                if !self.refill()? {
                    break;
                }
                continue;
            }
            let n = rest.len().min(count - done);
            to.extend_from_slice(&rest[..n]);
            self.cursor += n;
            done += n;
        }
        Ok(done)
    }

    /// The next `N` bytes, or `None` if fewer are left.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<Option<[u8; N]>> {
        let mut bytes = [0; N];
        Ok((self.read(&mut bytes)? == N).then_some(bytes))
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("pos", &self.pos())
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
