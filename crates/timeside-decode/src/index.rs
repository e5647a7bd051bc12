//! Where a medium's packets are, learnt while it is read, and shared by all that read it.
//!
//! Streams of frames have no table, or one of which nobody knows whether it is true. What a reader has counted
//! itself is certain: a place of this index is entered without reading what lies before. One index serves all
//! decoders of a medium (give the same one in [`Hint::index`](crate::Hint::index)), and its bytes may be kept for
//! the next visit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use timeside_core::{Error, Result};

/// Bytes of the medium between two places, at first.
const SPACING_BYTES: u64 = 16 << 10;

/// More places than these are thinned out to half of them.
const MAX_PLACES: usize = 1 << 17;

const MAGIC: &[u8; 8] = b"TSINDEX\x01";

/// What is counted: packets of which kind of stream, beginning where, in a file of which length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct StreamKey {
    pub(crate) kind: Kind,
    pub(crate) first_byte: u64,
    /// Length of the file; 0 if unknown.
    pub(crate) source_bytes: u64,
}

/// What a place's `unit` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Kind {
    #[default]
    Nothing = 0,
    /// Coded frames of MPEG audio.
    Mpeg = 1,
    /// Coded frames of ADTS.
    Adts = 2,
    /// Samples of FLAC.
    Flac = 3,
    /// Granules of Ogg.
    Ogg = 4,
}

/// One known place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) unit: u64,
    pub(crate) byte: u64,
}

#[derive(Debug, Default)]
struct Places {
    key: StreamKey,
    spacing_bytes: u64,
    /// In the order of both numbers.
    entries: Vec<Place>,
    /// Units in all.
    end: Option<u64>,
}

/// The places of one medium; clones are handles on the same.
#[derive(Debug, Clone, Default)]
pub struct SeekIndex(Arc<Mutex<Places>>);

impl PartialEq for SeekIndex {
    /// True for handles on the same index.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for SeekIndex {}

impl SeekIndex {
    fn lock(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Number of known places.
    pub fn len(&self) -> usize {
        self.lock().entries.len()
    }

    /// True if nothing is known yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True if the end is known as well: all was read once.
    pub fn is_complete(&self) -> bool {
        self.lock().end.is_some()
    }

    /// Says which stream is counted. Places of another one are forgotten.
    pub(crate) fn bind(&self, key: StreamKey) {
        let mut places = self.lock();
        if places.key != key {
            *places = Places {
                key,
                spacing_bytes: SPACING_BYTES,
                ..Places::default()
            };
        }
    }

    /// Forgets all: a place proved wrong.
    pub(crate) fn clear(&self) {
        let mut places = self.lock();
        places.entries.clear();
        places.end = None;
    }

    /// Notes that `unit` begins at `byte`, unless places nearby are known.
    pub(crate) fn note(&self, unit: u64, byte: u64) {
        let mut places = self.lock();
        let spacing = places.spacing_bytes;
        let at = places.entries.partition_point(|p| p.unit <= unit);
        let behind = |p: &Place| p.unit < unit && p.byte.saturating_add(spacing) <= byte;
        let before = |p: &Place| p.unit > unit && byte.saturating_add(spacing) <= p.byte;
        let fits = at
            .checked_sub(1)
            .and_then(|i| places.entries.get(i))
            .is_none_or(behind)
            && places.entries.get(at).is_none_or(before);
        if !fits {
            return;
        }
        places.entries.insert(at, Place { unit, byte });
        if places.entries.len() > MAX_PLACES {
            let mut i = 0;
            places.entries.retain(|_| {
                i += 1;
                i % 2 == 1
            });
            places.spacing_bytes = spacing.saturating_mul(2);
        }
    }

    /// The last place at or before `unit`.
    pub(crate) fn before(&self, unit: u64) -> Option<Place> {
        let places = self.lock();
        let at = places.entries.partition_point(|p| p.unit <= unit);
        places.entries.get(at.checked_sub(1)?).copied()
    }

    /// The first place behind `unit`.
    pub(crate) fn after(&self, unit: u64) -> Option<Place> {
        let places = self.lock();
        let at = places.entries.partition_point(|p| p.unit <= unit);
        places.entries.get(at).copied()
    }

    /// Notes how many units there are in all.
    pub(crate) fn set_end(&self, units: u64) {
        self.lock().end = Some(units);
    }

    /// How many units there are in all, where all was read.
    pub(crate) fn end(&self) -> Option<u64> {
        self.lock().end
    }

    /// The index as bytes, to be kept with the medium's identity: about 4 bytes per 16 KiB of the medium.
    pub fn to_bytes(&self) -> Vec<u8> {
        let places = self.lock();
        let mut bytes = MAGIC.to_vec();
        bytes.push(places.key.kind as u8);
        for number in [
            places.key.first_byte,
            places.key.source_bytes,
            places.spacing_bytes,
            places.end.map_or(0, |end| end.saturating_add(1)),
            places.entries.len() as u64,
        ] {
            put(&mut bytes, number);
        }
        let mut last = Place { unit: 0, byte: 0 };
        for place in &places.entries {
            put(&mut bytes, place.unit - last.unit);
            put(&mut bytes, place.byte - last.byte);
            last = *place;
        }
        let sum = checksum(&bytes);
        bytes.extend(sum.to_le_bytes());
        bytes
    }

    /// Reads what [`SeekIndex::to_bytes`] wrote. It must have been kept for this very medium; a place at which no
    /// packet begins makes a decoder forget all of it.
    ///
    /// # Errors
    /// `CorruptMedia` if the bytes are no index, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::parse(bytes)
            .map(|places| Self(Arc::new(Mutex::new(places))))
            .ok_or_else(|| Error::CorruptMedia("the seek index is damaged: leave it out".into()))
    }

    /// Takes what [`SeekIndex::to_bytes`] wrote of the same stream into this index, if it knows more.
    ///
    /// # Errors
    /// `CorruptMedia` if the bytes are no index, damaged, or another stream's; nothing is changed then.
    pub fn learn(&self, bytes: &[u8]) -> Result<()> {
        let told = Self::from_bytes(bytes)?;
        let mut places = self.lock();
        let mut told = told.lock();
        if told.key != places.key {
            return Err(Error::CorruptMedia(
                "the seek index is of another stream: leave it out".into(),
            ));
        }
        if told.entries.len() > places.entries.len() {
            std::mem::swap(&mut *places, &mut *told);
        }
        Ok(())
    }

    fn parse(bytes: &[u8]) -> Option<Places> {
        let (content, sum) = bytes.split_last_chunk::<8>()?;
        if u64::from_le_bytes(*sum) != checksum(content) {
            return None;
        }
        let (kind, mut rest) = content.strip_prefix(MAGIC)?.split_first()?;
        let kind = [Kind::Nothing, Kind::Mpeg, Kind::Adts, Kind::Flac, Kind::Ogg]
            .into_iter()
            .find(|k| *k as u8 == *kind)?;
        let mut number = || take(&mut rest);
        let (first_byte, source_bytes) = (number()?, number()?);
        let (spacing_bytes, end, count) = (number()?.max(1), number()?, number()?);
        let mut entries = Vec::new();
        let mut last = Place { unit: 0, byte: 0 };
        for i in 0..count.min(MAX_PLACES as u64) {
            let (units, step) = (number()?, number()?);
            if i > 0 && (units == 0 || step == 0) {
                return None;
            }
            last = Place {
                unit: last.unit.checked_add(units)?,
                byte: last.byte.checked_add(step)?,
            };
            entries.push(last);
        }
        Some(Places {
            key: StreamKey {
                kind,
                first_byte,
                source_bytes,
            },
            spacing_bytes,
            entries,
            end: end.checked_sub(1),
        })
    }
}

/// Writes a number in groups of seven bits, the lowest first.
fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if *byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// FNV-1a, 64 bits.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(count: u64) -> SeekIndex {
        let index = SeekIndex::default();
        index.bind(StreamKey {
            kind: Kind::Mpeg,
            first_byte: 100,
            source_bytes: 1 << 30,
        });
        for i in 0..count {
            index.note(i * 40, 100 + i * SPACING_BYTES);
        }
        index
    }

    #[test]
    fn places_are_found_in_any_order_of_noting() {
        let index = filled(10);
        index.note(2000, 100 + 20 * SPACING_BYTES);
        index.note(1000, 100 + 15 * SPACING_BYTES);
        index.note(1001, 101 + 15 * SPACING_BYTES);
        index.note(1002, 5);
        assert_eq!(index.len(), 12);
        assert_eq!(index.before(1999).unwrap().unit, 1000);
        assert_eq!(index.after(1000).unwrap().unit, 2000);
        assert_eq!(index.before(39).unwrap().byte, 100);
        assert_eq!(index.after(2000), None);
    }

    #[test]
    fn a_full_index_is_thinned_and_survives_its_bytes() {
        let index = filled(MAX_PLACES as u64 + 5);
        assert_eq!(index.len(), MAX_PLACES / 2 + 3);
        index.set_end(77_000_000);
        let bytes = index.to_bytes();
        assert!(bytes.len() < 5 * index.len() + 64, "{}", bytes.len());
        let again = SeekIndex::from_bytes(&bytes).unwrap();
        assert_eq!(again.to_bytes(), bytes);
        assert_eq!(again.before(12_345), index.before(12_345));
        assert_eq!(again.end(), Some(77_000_000));
        // Another stream's places are of no use.
        again.bind(StreamKey::default());
        assert!(again.is_empty() && !again.is_complete());
    }

    #[test]
    fn what_is_learnt_is_of_the_same_stream_and_more() {
        let (known, told) = (filled(3), filled(9));
        told.set_end(360);
        known.learn(&told.to_bytes()).unwrap();
        assert_eq!((known.len(), known.end()), (9, Some(360)));
        known.learn(&filled(2).to_bytes()).unwrap();
        assert_eq!(known.len(), 9);
        let other = SeekIndex::default();
        assert!(other.learn(&told.to_bytes()).is_err() && other.is_empty());
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes = filled(50).to_bytes();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert!(SeekIndex::from_bytes(&damaged).is_err());
            assert!(SeekIndex::from_bytes(&bytes[..at]).is_err());
        }
    }
}
