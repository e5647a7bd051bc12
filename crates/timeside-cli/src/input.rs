//! Opening what the command line names.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use timeside::decode::Hint;
use timeside::decode::sha1::{Scope, Sha1Task};
use timeside::{Error, Media, Result, Source};

/// Largest recording that is taken from standard input, which cannot seek: 1 GiB.
const MAX_STDIN_BYTES: u64 = 1 << 30;

/// True for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// An open recording.
pub(crate) struct Input {
    pub(crate) media: Media,
    /// What came from standard input, which can be read once only.
    bytes: Option<Arc<[u8]>>,
}

impl Input {
    /// Opens a file, or what comes from standard input.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        if !is_stdin(path) {
            return Ok(Self {
                media: Media::open_path(path)?,
                bytes: None,
            });
        }
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(MAX_STDIN_BYTES + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_STDIN_BYTES {
            let hint = "standard input is read into memory: write it to a file first".to_owned();
            return Err(Error::OutOfMemory {
                needed_bytes: bytes.len() as u64,
                limit_bytes: MAX_STDIN_BYTES,
                hint,
            });
        }
        let bytes = Arc::<[u8]>::from(bytes);
        let hint = Hint {
            name: "stdin".to_owned(),
            uri: "-".to_owned(),
            ..Hint::default()
        };
        let again = Arc::clone(&bytes);
        let media = Media::open(
            Rc::new(move || Ok(Box::new(Cursor::new(Arc::clone(&again))))),
            hint,
        )?;
        Ok(Self {
            media,
            bytes: Some(bytes),
        })
    }

    /// The SHA-1 of all its bytes, by which results name what they were made of.
    pub(crate) fn sha1(&self, path: &Path) -> Result<String> {
        let source: Box<dyn Source> = match &self.bytes {
            Some(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            None => Box::new(File::open(path)?),
        };
        let digest = Sha1Task::new(source, Scope::Whole)?.advance(u64::MAX)?;
        Ok(digest.unwrap_or_default())
    }
}
