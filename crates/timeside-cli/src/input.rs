//! Opening what the command line names.

use std::io::{Cursor, Read};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use timeside::decode::Hint;
use timeside::{Error, Media, Result};

/// Largest recording that is taken from standard input, which cannot seek: 1 GiB.
const MAX_STDIN_BYTES: u64 = 1 << 30;

/// True for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Opens a file, or what comes from standard input.
pub(crate) fn open(path: &Path) -> Result<Media> {
    if !is_stdin(path) {
        return Media::open_path(path);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MAX_STDIN_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_STDIN_BYTES {
        let hint = "standard input is read into memory: write it to a file first".to_owned();
        return Err(Error::OutOfMemory { needed_bytes: bytes.len() as u64, limit_bytes: MAX_STDIN_BYTES, hint });
    }
    let bytes = Arc::<[u8]>::from(bytes);
    let hint = Hint { name: "stdin".to_owned(), uri: "-".to_owned(), ..Hint::default() };
    Media::open(Rc::new(move || Ok(Box::new(Cursor::new(Arc::clone(&bytes))))), hint)
}
