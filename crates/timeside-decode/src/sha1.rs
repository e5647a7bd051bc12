//! The identity of a medium: its SHA-1, as upstream reckons it, in slices that leave others room.

use sha1::{Digest, Sha1};
use std::io::{Read, Seek, SeekFrom};
use timeside_core::{Result, Source};

/// Bytes of a remote medium that count: upstream reads pieces of 512 KiB and stops after the first that ends
/// past 10 MiB.
pub const HEAD_BYTES: u64 = 21 * (512 << 10);

/// What of a medium is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of it: a file.
    Whole,
    /// The first [`HEAD_BYTES`]: an address.
    Head,
}

/// The SHA-1 of bytes at hand, in hexadecimal.
pub fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sha1::digest(bytes))
}

/// The SHA-1 of a source, reckoned piece by piece.
pub struct Sha1Task {
    source: Box<dyn Source>,
    hasher: Sha1,
    done: u64,
    limit: u64,
    buffer: Vec<u8>,
    digest: Option<String>,
}

impl Sha1Task {
    /// A task from the source's beginning.
    ///
    /// # Errors
    /// The source's errors.
    pub fn new(mut source: Box<dyn Source>, scope: Scope) -> Result<Self> {
        if source.is_seekable() {
            source.seek(SeekFrom::Start(0))?;
        }
        let limit = match scope {
            Scope::Whole => u64::MAX,
            Scope::Head => HEAD_BYTES,
        };
        Ok(Self {
            source,
            hasher: Sha1::new(),
            done: 0,
            limit,
            buffer: vec![0; 64 << 10],
            digest: None,
        })
    }

    /// Hashes about `max_bytes` more, and returns the digest in hexadecimal once all is done.
    ///
    /// # Errors
    /// The source's errors; the task may be advanced again after one.
    pub fn advance(&mut self, max_bytes: u64) -> Result<Option<String>> {
        let stop = self.done.saturating_add(max_bytes.max(1)).min(self.limit);
        while self.digest.is_none() && self.done < stop {
            let wanted = (stop - self.done).min(self.buffer.len() as u64) as usize;
            match self.source.read(&mut self.buffer[..wanted]) {
                Ok(0) => self.limit = self.done,
                Ok(n) => {
                    self.hasher.update(&self.buffer[..n]);
                    self.done += n as u64;
                }
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
            if self.done >= self.limit {
                break;
            }
        }
        if self.digest.is_none() && self.done >= self.limit {
            self.digest = Some(hex(&std::mem::take(&mut self.hasher).finalize()));
        }
        Ok(self.digest.clone())
    }

    /// Bytes hashed so far.
    pub fn done_bytes(&self) -> u64 {
        self.done
    }
}

impl std::fmt::Debug for Sha1Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sha1Task")
            .field("done", &self.done)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-1 of pieces, in hexadecimal.
pub(crate) fn hex_of(pieces: impl IntoIterator<Item = Vec<u8>>) -> String {
    let mut hasher = Sha1::new();
    pieces.into_iter().for_each(|piece| hasher.update(&piece));
    hex(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn run(bytes: Vec<u8>, scope: Scope, step: u64) -> (String, u64) {
        let mut task = Sha1Task::new(Box::new(Cursor::new(bytes)), scope).unwrap();
        loop {
            if let Some(digest) = task.advance(step).unwrap() {
                assert_eq!(task.advance(step).unwrap().as_ref(), Some(&digest));
                return (digest, task.done_bytes());
            }
        }
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        assert_eq!(
            run(b"abc".to_vec(), Scope::Whole, 1).0,
            "a9993e364706816aba3e25717850c26c9cd0d89d"
        );
        assert_eq!(
            run(Vec::new(), Scope::Head, 9).0,
            "da39a3ee5e6b4b0d3255bfef95601890afd80709"
        );
    }

    #[test]
    fn a_head_ends_after_ten_megabytes() {
        let bytes = vec![7; HEAD_BYTES as usize + 5];
        let (head, done) = run(bytes.clone(), Scope::Head, 1 << 20);
        assert_eq!(done, HEAD_BYTES);
        assert_eq!(
            head,
            run(bytes[..HEAD_BYTES as usize].to_vec(), Scope::Whole, 1 << 24).0
        );
        assert_ne!(head, run(bytes, Scope::Whole, 1 << 24).0);
    }
}
