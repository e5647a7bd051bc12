//! Numbers and texts at places of a chunk: what lies beyond its end is `None`.

use crate::pcm::Endian;
use crate::reader::Reader;
use timeside_core::Result;

/// A chunk's bytes, and the order of the bytes in its numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) endian: Endian,
}

impl<'a> Fields<'a> {
    pub(crate) fn big(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            endian: Endian::Big,
        }
    }

    fn array<const N: usize>(self, at: usize) -> Option<[u8; N]> {
        let mut bytes: [u8; N] = self.bytes.get(at..)?.first_chunk().copied()?;
        // In little-endian order, for one set of functions below.
        if self.endian == Endian::Big {
            bytes.reverse();
        }
        Some(bytes)
    }

    pub(crate) fn u16(self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_le_bytes)
    }

    pub(crate) fn i16(self, at: usize) -> Option<i16> {
        self.array(at).map(i16::from_le_bytes)
    }

    pub(crate) fn u32(self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_le_bytes)
    }

    pub(crate) fn u64(self, at: usize) -> Option<u64> {
        self.array(at).map(u64::from_le_bytes)
    }

    pub(crate) fn f64(self, at: usize) -> Option<f64> {
        self.array(at).map(f64::from_le_bytes)
    }

    /// `len` bytes, or those of them that are there.
    pub(crate) fn slice(self, at: usize, len: usize) -> &'a [u8] {
        let rest = self.bytes.get(at..).unwrap_or_default();
        &rest[..len.min(rest.len())]
    }
}

/// A text up to its first NUL: UTF-8, or Latin-1 where it is not that.
pub(crate) fn text(bytes: &[u8]) -> String {
    let bytes = bytes.split(|b| *b == 0).next().unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim().to_owned(),
        Err(_) => {
            let text: String = bytes.iter().map(|b| char::from(*b)).collect();
            text.trim().to_owned()
        }
    }
}

/// Reads a chunk's body of `size` bytes where the reader stands, but no more than `room`, which it lessens.
///
/// # Errors
/// The source's errors.
pub(crate) fn read_body(reader: &mut Reader, size: u64, room: &mut usize) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let wanted = usize::try_from(size).unwrap_or(usize::MAX).min(*room);
    *room -= reader.read_into(&mut body, wanted)?;
    Ok(body)
}
