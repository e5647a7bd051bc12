//! Bytes that can be read and sought, wherever they are.

use std::io::{Cursor, Read, Seek};

/// The bytes of a medium. `Send + Sync` because demuxers ask for it; a source backed by the
/// browser wraps its handles in `send_wrapper` and stays in its worker.
pub trait Source: Read + Seek + Send + Sync {
    /// Length in bytes, where known.
    fn byte_len(&self) -> Option<u64>;

    /// False where seeking would mean reading everything before.
    fn is_seekable(&self) -> bool {
        true
    }
}

/// A source in memory.
pub type MemorySource = Cursor<Vec<u8>>;

impl<T: AsRef<[u8]> + Send + Sync> Source for Cursor<T> {
    fn byte_len(&self) -> Option<u64> {
        Some(self.get_ref().as_ref().len() as u64)
    }
}

impl Source for std::fs::File {
    fn byte_len(&self) -> Option<u64> {
        self.metadata().ok().map(|m| m.len())
    }
}

impl<S: Source + ?Sized> Source for Box<S> {
    fn byte_len(&self) -> Option<u64> {
        (**self).byte_len()
    }

    fn is_seekable(&self) -> bool {
        (**self).is_seekable()
    }
}
