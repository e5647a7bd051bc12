//! The links of a chained Ogg file (RFC 3533, §4): whole files, one behind the other.

use super::page::{MAX_PAGE_BYTES, Page};
use super::seek::{FIRST_TAIL_BYTES, MAX_TAIL_BYTES};
use crate::reader::Reader;
use std::ops::Range;
use timeside_core::{Error, Result};

/// More links than these are not looked for: each costs a dozen reads.
const MAX_LINKS: usize = 64;

/// The bytes of every link, in order: one for a file that is not chained. A last one may hold several where there
/// are too many.
///
/// # Errors
/// `CorruptMedia` if no page begins a stream, and the source's.
pub(crate) fn find(reader: &mut Reader) -> Result<Vec<Range<u64>>> {
    let Some(len) = reader.len() else {
        return Ok(std::iter::once(0..u64::MAX).collect());
    };
    let mut serials = serials_at(reader, 0)?;
    // Where nothing begins there is no end to look for either.
    if serials.is_empty() {
        return Err(Error::CorruptMedia(
            "the Ogg file is damaged or cut off at its beginning".into(),
        ));
    }
    let last = last_serial(reader, len)?;
    let mut links = Vec::new();
    let mut start = 0;
    loop {
        if last.is_none_or(|last| serials.contains(&last))
            || serials.is_empty()
            || links.len() + 1 >= MAX_LINKS
        {
            links.push(start..len);
            return Ok(links);
        }
        let end = end_of(reader, &serials, start, len)?;
        links.push(start..end);
        if end >= len {
            return Ok(links);
        }
        start = end;
        serials = serials_at(reader, start)?;
    }
}

/// The serial number of the file's last page; `None` if its end holds none.
fn last_serial(reader: &mut Reader, len: u64) -> Result<Option<u32>> {
    let mut tail = FIRST_TAIL_BYTES;
    loop {
        reader.seek_to(len.saturating_sub(tail))?;
        let mut page = Page::default();
        let (mut skipped, mut last) = (0, None);
        while page.read_next(reader, len, &mut skipped)? {
            last = Some(page.serial);
        }
        if last.is_some() || tail >= len || tail > MAX_TAIL_BYTES {
            return Ok(last);
        }
        tail *= 4;
    }
}

/// The serial numbers of the streams that begin at byte `start`.
fn serials_at(reader: &mut Reader, start: u64) -> Result<Vec<u32>> {
    reader.seek_to(start)?;
    let mut page = Page::default();
    let mut skipped = 0;
    let mut serials = Vec::new();
    while serials.len() < 256 && page.read_next(reader, u64::MAX, &mut skipped)? && page.first {
        serials.push(page.serial);
    }
    Ok(serials)
}

/// Where pages of other streams than `serials` begin, by halving.
fn end_of(reader: &mut Reader, serials: &[u32], start: u64, len: u64) -> Result<u64> {
    let (mut low, mut high) = (start, len);
    let mut page = Page::default();
    let mut skipped = 0;
    while high - low > MAX_PAGE_BYTES as u64 {
        let middle = low + (high - low) / 2;
        reader.seek_to(middle)?;
        if page.read_next(reader, high, &mut skipped)? && serials.contains(&page.serial) {
            low = page.byte + page.byte_len();
        } else {
            high = middle;
        }
    }
    reader.seek_to(low)?;
    while page.read_next(reader, len, &mut skipped)? {
        if !serials.contains(&page.serial) {
            return Ok(page.byte);
        }
    }
    Ok(len)
}
