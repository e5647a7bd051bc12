//! A `Blob` as a source, read in slices.

use crate::convert::error_from_js;
use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use std::io::{self, Read, Seek, SeekFrom};
use timeside::{Error, Source};
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

/// Bytes read first after a seek; each further slice doubles, up to the largest. Jumping about stays cheap,
/// reading on takes few slices.
const FIRST_SLICE_BYTES: usize = 64 << 10;
const LARGEST_SLICE_BYTES: usize = 1 << 20;

struct Handles {
    blob: Blob,
    reader: FileReaderSync,
}

/// The bytes of a `Blob`, in the worker it came to.
pub struct BlobSource {
    // `Source` asks for Send + Sync; the wrapper panics if another thread should ever touch it.
    handles: SendWrapper<Handles>,
    byte_len: u64,
    position: u64,
    slice: Vec<u8>,
    slice_start: u64,
    slice_bytes: usize,
}

impl std::fmt::Debug for BlobSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobSource")
            .field("byte_len", &self.byte_len)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl BlobSource {
    /// A handle of its own on a blob.
    ///
    /// # Errors
    /// `Io` outside of a worker, where there is no synchronous reader.
    pub fn new(blob: Blob) -> Result<Self, Error> {
        let reader = FileReaderSync::new().map_err(|e| error_from_js(&e))?;
        let byte_len = blob.size() as u64;
        let handles = SendWrapper::new(Handles { blob, reader });
        Ok(Self {
            handles,
            byte_len,
            position: 0,
            slice: Vec::new(),
            slice_start: 0,
            slice_bytes: FIRST_SLICE_BYTES,
        })
    }

    fn slice_end(&self) -> u64 {
        self.slice_start + self.slice.len() as u64
    }

    fn load(&mut self) -> io::Result<()> {
        let reads_on = !self.slice.is_empty() && self.position == self.slice_end();
        self.slice_bytes = if reads_on {
            (self.slice_bytes * 2).min(LARGEST_SLICE_BYTES)
        } else {
            FIRST_SLICE_BYTES
        };
        let end = self.byte_len.min(self.position + self.slice_bytes as u64);
        let Handles { blob, reader } = &*self.handles;
        let bytes = blob
            .slice_with_f64_and_f64(self.position as f64, end as f64)
            .and_then(|part| reader.read_as_array_buffer(&part))
            .map_err(|e| error_from_js(&e).into_io())?;
        let bytes = Uint8Array::new(&JsValue::from(bytes));
        self.slice.resize(bytes.length() as usize, 0);
        bytes.copy_to(&mut self.slice);
        self.slice_start = self.position;
        Ok(())
    }
}

impl Read for BlobSource {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.byte_len || out.is_empty() {
            return Ok(0);
        }
        if !(self.slice_start..self.slice_end()).contains(&self.position) {
            self.load()?;
        }
        let at = (self.position - self.slice_start) as usize;
        let count = out.len().min(self.slice.len() - at);
        out[..count].copy_from_slice(&self.slice[at..at + count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for BlobSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(n) => Some(n),
            SeekFrom::End(n) => self.byte_len.checked_add_signed(n),
            SeekFrom::Current(n) => self.position.checked_add_signed(n),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

impl Source for BlobSource {
    fn byte_len(&self) -> Option<u64> {
        Some(self.byte_len)
    }
}
