//! Blocks: the head of one, and the frames that are laced into it (RFC 9559, §10).

use super::ebml::{signed_vint, vint};
use std::ops::Range;

/// Track, time stamp relative to the cluster's, lacing; and the length of the head in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) track: u64,
    pub(crate) relative: i16,
    flags: u8,
    pub(crate) bytes: usize,
}

impl Head {
    /// More bytes than a head takes.
    pub(crate) const MAX_BYTES: usize = 11;

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (track, len) = vint(bytes)?;
        let &[t0, t1, flags] = bytes.get(len..)?.first_chunk()?;
        Some(Self {
            track,
            relative: i16::from_be_bytes([t0, t1]),
            flags,
            bytes: len + 3,
        })
    }

    /// The frames within `payload`, which follows the head; `None` if their lengths cannot be true.
    pub(crate) fn frames(&self, payload: &[u8]) -> Option<Vec<Range<usize>>> {
        let lacing = self.flags >> 1 & 3;
        if lacing == 0 {
            return Some(std::iter::once(0..payload.len()).collect());
        }
        let count = usize::from(*payload.first()?) + 1;
        let mut at = 1;
        let mut sizes = Vec::with_capacity(count);
        match lacing {
            // Fixed: all of one size.
            2 => {
                let each = payload.len().checked_sub(1)? / count;
                sizes.resize(count - 1, each);
            }
            // Xiph: bytes of 255, ended by a smaller one.
            1 => {
                for _ in 1..count {
                    let mut size = 0;
                    loop {
                        let byte = *payload.get(at)?;
                        at += 1;
                        size += usize::from(byte);
                        if byte < 255 {
                            break;
                        }
                    }
                    sizes.push(size);
                }
            }
            // EBML: the first size, then differences.
            _ => {
                let mut size = 0_i64;
                for i in 1..count {
                    let rest = payload.get(at..)?;
                    let (value, len) = if i == 1 {
                        let (value, len) = vint(rest)?;
                        (i64::try_from(value).ok()?, len)
                    } else {
                        signed_vint(rest)?
                    };
                    at += len;
                    size = size.checked_add(value).filter(|size| *size >= 0)?;
                    sizes.push(usize::try_from(size).ok()?);
                }
            }
        }
        let mut frames = Vec::with_capacity(count);
        for size in sizes {
            let end = at.checked_add(size).filter(|end| *end <= payload.len())?;
            frames.push(at..end);
            at = end;
        }
        frames.push(at..payload.len());
        Some(frames)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(flags: u8, payload: &[u8]) -> Option<Vec<Range<usize>>> {
        let head = Head::parse(&[0x82, 0xFF, 0xFE, flags]).unwrap();
        assert_eq!((head.track, head.relative, head.bytes), (2, -2, 4));
        head.frames(payload)
    }

    #[test]
    fn laces_are_undone() {
        let whole = Range { start: 0, end: 5 };
        assert_eq!(frames(0x80, &[7; 5]), Some(vec![whole]));
        assert_eq!(frames(0x04, &[1, 7, 7, 8, 8]), Some(vec![1..3, 3..5]));
        // Xiph: 300 bytes and the rest.
        let mut xiph = vec![1, 255, 45];
        xiph.resize(3 + 300 + 7, 0);
        assert_eq!(frames(0x02, &xiph), Some(vec![3..303, 303..310]));
        // EBML: 4, then 4 − 1, then the rest.
        let ebml = [2, 0x84, 0xBE, 0, 0, 0, 0, 1, 1, 1, 2];
        assert_eq!(frames(0x06, &ebml), Some(vec![3..7, 7..10, 10..11]));
    }

    #[test]
    fn laces_that_lie_are_refused() {
        assert_eq!(frames(0x02, &[1, 200, 1, 1]), None);
        assert_eq!(frames(0x06, &[2, 0x81, 0x80, 1]), None);
        assert_eq!(frames(0x06, &[255]), None);
        assert_eq!(frames(0x04, &[]), None);
        assert_eq!(frames(0x04, &[255, 1]).map(|f| f.len()), Some(256));
        assert_eq!(Head::parse(&[0x82, 0]), None);
    }
}
