//! A pyramid as bytes, little-endian: its finest level and what of it was seen. The rest follows from these.

use super::level::{Level, Packed};
use super::{Coverage, PeakPyramid};

/// Bytes of a packed peak.
const PEAK_BYTES: usize = 6;

/// Bytes handed out at a time.
const PIECE_BYTES: usize = 64 << 10;

/// More stretches than these are not written: nobody looks at so many places.
const MAX_RANGES: usize = 4096;

impl PeakPyramid {
    /// Hands out its bytes in pieces, for a cache or another thread.
    pub fn write(&self, take: &mut dyn FnMut(&[u8])) {
        let ranges = &self.covered.ranges()[..self.covered.ranges().len().min(MAX_RANGES)];
        let mut piece = Vec::with_capacity(PIECE_BYTES + 64);
        for word in [
            self.base_frames as u64,
            self.max_peaks as u64,
            u64::from(self.lowest_exponent),
            self.channels.len() as u64,
            self.finest_len() as u64,
            // No frame has this number.
            self.end.unwrap_or(-1) as u64,
            ranges.len() as u64,
        ] {
            piece.extend_from_slice(&word.to_le_bytes());
        }
        for range in ranges {
            piece.extend_from_slice(&range.start.to_le_bytes());
            piece.extend_from_slice(&range.end.to_le_bytes());
        }
        for level in self.channels.iter().filter_map(|levels| levels.first()) {
            for packed in level.packed() {
                piece.extend_from_slice(&packed.min.to_le_bytes());
                piece.extend_from_slice(&packed.max.to_le_bytes());
                piece.extend_from_slice(&packed.rms.to_le_bytes());
                if piece.len() >= PIECE_BYTES {
                    take(&piece);
                    piece.clear();
                }
            }
            piece.extend_from_slice(level.exponents());
        }
        take(&piece);
    }

    /// Its bytes in one.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut all = Vec::new();
        self.write(&mut |piece| all.extend_from_slice(piece));
        all
    }

    /// The pyramid at the beginning of `bytes`, as [`PeakPyramid::write`] handed it out, and what follows it; `None`
    /// if it is not one that would fit `channels` and `max_peaks`.
    pub fn from_bytes(bytes: &[u8], channels: usize, max_peaks: usize) -> Option<(Self, &[u8])> {
        let mut rest = bytes;
        let base_frames = i64::try_from(word(&mut rest)?).ok()?;
        let is_base = base_frames >= Self::FINEST_BASE
            && base_frames.count_ones() == 1
            && base_frames <= 1 << 40;
        let mut pyramid = Self::new(channels, max_peaks);
        let fits_limit = word(&mut rest)? == pyramid.max_peaks as u64;
        pyramid.lowest_exponent = u8::try_from(word(&mut rest)?).ok().filter(|e| *e <= 1)?;
        let fits = fits_limit && word(&mut rest)? == channels as u64 && is_base;
        let len = usize::try_from(word(&mut rest)?).ok()?;
        let end = word(&mut rest)? as i64;
        let ranges = usize::try_from(word(&mut rest)?).ok()?;
        if !fits || len > pyramid.max_peaks || ranges > MAX_RANGES || end < -1 {
            return None;
        }
        pyramid.base_frames = base_frames;
        pyramid.end = (end >= 0).then_some(end);
        let base = base_frames;
        let mut covered = Coverage::default();
        for _ in 0..ranges {
            let (from, to) = (word(&mut rest)? as i64, word(&mut rest)? as i64);
            let is_whole = to % base == 0 || Some(to) == pyramid.end;
            if !(0..to).contains(&from) || from % base != 0 || !is_whole {
                return None;
            }
            if pyramid.runs(to) > len {
                return None;
            }
            covered.insert(from..to);
        }
        for levels in &mut pyramid.channels {
            let (packed, after) = rest.split_at_checked(len.checked_mul(PEAK_BYTES)?)?;
            let (exponents, after) = after.split_at_checked(len.div_ceil(64))?;
            rest = after;
            let packed = packed.chunks_exact(PEAK_BYTES).map(|b| Packed {
                min: i16::from_le_bytes([b[0], b[1]]),
                max: i16::from_le_bytes([b[2], b[3]]),
                rms: u16::from_le_bytes([b[4], b[5]]),
            });
            levels.push(Level::from_parts(
                pyramid.lowest_exponent,
                packed.collect(),
                exponents.to_vec(),
            )?);
        }
        let last = covered.ranges().last().map_or(0, |range| range.end);
        pyramid.covered = covered;
        pyramid.refresh(Some((0, last)));
        Some((pyramid, rest))
    }
}

fn word(rest: &mut &[u8]) -> Option<u64> {
    let (word, after) = rest.split_first_chunk::<8>()?;
    *rest = after;
    Some(u64::from_le_bytes(*word))
}
