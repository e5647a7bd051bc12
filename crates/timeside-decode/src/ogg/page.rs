//! Ogg pages (RFC 3533): found, checked, taken apart.

use crate::reader::Reader;
use timeside_core::Result;

/// The longest page: header, 255 lacing values, 255 full segments.
pub(crate) const MAX_PAGE_BYTES: usize = 27 + 255 + 255 * 255;

/// After so many places in a row that begin like a page and are none the search ends: each takes a checksum over
/// as much as a page, and a file can be full of them.
const MAX_DAMAGED_PAGES: u32 = 1000;

/// A page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Where it begins in the file.
    pub(crate) byte: u64,
    pub(crate) continued: bool,
    pub(crate) first: bool,
    pub(crate) last: bool,
    /// Position of the end of the last packet that ends here; −1 if none does.
    pub(crate) granule: i64,
    pub(crate) serial: u32,
    pub(crate) sequence: u32,
    lacing: Vec<u8>,
    body: Vec<u8>,
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut value = (i as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 0x8000_0000 == 0 {
                value << 1
            } else {
                value << 1 ^ 0x04C1_1DB7
            };
            bit += 1;
        }
        table[i] = value;
        i += 1;
    }
    table
};

fn crc(seed: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(seed, |crc, byte| {
        crc << 8 ^ CRC_TABLE[(crc >> 24) as usize ^ usize::from(*byte)]
    })
}

impl Page {
    /// Bytes of the whole page.
    pub(crate) fn byte_len(&self) -> u64 {
        (27 + self.lacing.len() + self.body.len()) as u64
    }

    /// Calls `each` with every piece of a packet on this page, and whether the packet ends with it.
    pub(crate) fn pieces(&self, mut each: impl FnMut(&[u8], bool)) {
        let mut start = 0;
        let mut end = 0;
        for (i, lace) in self.lacing.iter().enumerate() {
            end += usize::from(*lace);
            if *lace < 255 {
                each(&self.body[start..end], true);
                start = end;
            } else if i + 1 == self.lacing.len() {
                each(&self.body[start..end], false);
            }
        }
    }

    /// Reads the page at the reader's place, and leaves the reader behind it. False, with the reader where it
    /// was, if there is none or it is damaged.
    fn read_here(&mut self, reader: &mut Reader) -> Result<bool> {
        let byte = reader.pos();
        let intact = self.read_parts(reader)?;
        if intact {
            self.byte = byte;
        } else {
            reader.seek_to(byte)?;
        }
        Ok(intact)
    }

    fn read_parts(&mut self, reader: &mut Reader) -> Result<bool> {
        let Some(mut head) = reader.array::<27>()? else {
            return Ok(false);
        };
        if &head[..5] != b"OggS\0" {
            return Ok(false);
        }
        self.continued = head[5] & 1 != 0;
        self.first = head[5] & 2 != 0;
        self.last = head[5] & 4 != 0;
        let [_, _, _, _, _, _, g @ ..] = head;
        self.granule = i64::from_le_bytes([g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7]]);
        self.serial = u32::from_le_bytes([head[14], head[15], head[16], head[17]]);
        self.sequence = u32::from_le_bytes([head[18], head[19], head[20], head[21]]);
        let checksum = u32::from_le_bytes([head[22], head[23], head[24], head[25]]);
        self.lacing.clear();
        let segments = usize::from(head[26]);
        if reader.read_into(&mut self.lacing, segments)? < segments {
            return Ok(false);
        }
        let bytes = self.lacing.iter().map(|lace| usize::from(*lace)).sum();
        self.body.clear();
        if reader.read_into(&mut self.body, bytes)? < bytes {
            return Ok(false);
        }
        head[22..26].fill(0);
        Ok(crc(crc(crc(0, &head), &self.lacing), &self.body) == checksum)
    }

    /// Reads the next intact page that begins before byte `limit`; false if there is none. Says in
    /// `skipped` how many bytes were no page.
    pub(crate) fn read_next(
        &mut self,
        reader: &mut Reader,
        limit: u64,
        skipped: &mut u64,
    ) -> Result<bool> {
        *skipped = 0;
        let start = reader.pos();
        let mut window = Vec::new();
        let mut damaged = 0;
        loop {
            if reader.pos() >= limit || damaged > MAX_DAMAGED_PAGES {
                *skipped = reader.pos().saturating_sub(start);
                return Ok(false);
            }
            if self.read_here(reader)? {
                *skipped = self.byte - start;
                return Ok(true);
            }
            // The next place where a page may begin.
            let from = reader.pos() + 1;
            reader.seek_to(from)?;
            loop {
                let at = reader.pos();
                window.clear();
                let n = reader.read_into(&mut window, 32 << 10)?;
                if let Some(i) = window.windows(4).position(|w| w == b"OggS") {
                    reader.seek_to(at + i as u64)?;
                    damaged += 1;
                    break;
                }
                if n < 32 << 10 || at >= limit {
                    *skipped = (at + n as u64).saturating_sub(start);
                    return Ok(false);
                }
                reader.seek_to(at + n as u64 - 3)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        // CRC-32/MPEG-2 without its initial ones: of "123456789".
        assert_eq!(crc(0, b"123456789"), 0x89A1_897F);
    }

    #[test]
    fn packets_are_cut_by_their_lacing() {
        let page = Page {
            lacing: vec![255, 1, 0, 255],
            body: vec![7; 511],
            ..Page::default()
        };
        let mut pieces = Vec::new();
        page.pieces(|bytes, ends| pieces.push((bytes.len(), ends)));
        assert_eq!(pieces, [(256, true), (0, true), (255, false)]);
    }
}
