//! Stretches of one source that are read like files of their own.

use crate::reader::Counted;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use timeside_core::Source;

/// A source that several windows look at, one at a time.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Counted>>);

impl Shared {
    pub(crate) fn new(source: Counted) -> Self {
        Self(Arc::new(Mutex::new(source)))
    }

    /// The bytes of `range`, as a file.
    pub(crate) fn window(&self, range: Range<u64>) -> Window {
        Window {
            shared: self.clone(),
            range,
            at: 0,
        }
    }
}

/// A stretch of a source.
pub(crate) struct Window {
    shared: Shared,
    range: Range<u64>,
    at: u64,
}

impl Read for Window {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let left = (self.range.end - self.range.start).saturating_sub(self.at);
        let wanted = usize::try_from(left).map_or(buf.len(), |left| left.min(buf.len()));
        if wanted == 0 {
            return Ok(0);
        }
        let mut source = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        source.seek(SeekFrom::Start(self.range.start + self.at))?;
        let n = source.read(&mut buf[..wanted])?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => (self.range.end - self.range.start).checked_add_signed(by),
        };
        self.at = at.ok_or(ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl Source for Window {
    fn byte_len(&self) -> Option<u64> {
        Some(self.range.end - self.range.start)
    }
}
