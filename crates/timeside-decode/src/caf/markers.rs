//! Markers and regions of CAF, and the strings that name them.

use crate::fields::{Fields, text};
use std::collections::BTreeMap;
use timeside_core::{Marker, time};

/// Bytes of a marker: type, frame, number, SMPTE time, channel.
const MARKER_BYTES: usize = 28;

/// What the chunks `mark`, `regn` and `strg` told so far. Any may come first.
#[derive(Debug, Default)]
pub(super) struct Markers {
    names: BTreeMap<u32, String>,
    /// Number of the name, and begin and end in frames.
    places: Vec<(u32, i64, i64)>,
}

/// Frame and number of the marker at byte `at`. A place that is not finite becomes one that is.
fn marker(chunk: Fields<'_>, at: usize) -> Option<(i64, u32)> {
    Some((chunk.f64(at + 4)?.round() as i64, chunk.u32(at + 12)?))
}

impl Markers {
    /// The chunk `mark`.
    pub(super) fn points(&mut self, chunk: Fields<'_>) {
        for i in 0..chunk.u32(4).unwrap_or(0) as usize {
            let Some((frame, number)) = marker(chunk, 8 + i * MARKER_BYTES) else {
                break;
            };
            self.places.push((number, frame, frame));
        }
    }

    /// The chunk `regn`: each region has markers of its own, from the first to the last of which it reaches.
    pub(super) fn regions(&mut self, chunk: Fields<'_>) {
        let mut at = 8;
        for _ in 0..chunk.u32(4).unwrap_or(0) {
            let (Some(number), Some(count)) = (chunk.u32(at), chunk.u32(at + 8)) else {
                break;
            };
            at += 12;
            let mut reach: Option<(i64, i64)> = None;
            for _ in 0..count {
                let Some((frame, _)) = marker(chunk, at) else {
                    break;
                };
                let (first, last) = reach.unwrap_or((frame, frame));
                reach = Some((first.min(frame), last.max(frame)));
                at += MARKER_BYTES;
            }
            self.places
                .extend(reach.map(|(first, last)| (number, first, last)));
        }
    }

    /// The chunk `strg`: numbers and places, then the strings themselves.
    pub(super) fn strings(&mut self, chunk: Fields<'_>) {
        let count = chunk.u32(0).unwrap_or(0) as usize;
        let strings = count.saturating_mul(12).saturating_add(4);
        for i in 0..count {
            let (Some(number), Some(offset)) = (chunk.u32(4 + i * 12), chunk.u64(8 + i * 12))
            else {
                break;
            };
            let at = usize::try_from(offset).unwrap_or(usize::MAX);
            let name = text(chunk.slice(strings.saturating_add(at), usize::MAX));
            self.names.insert(number, name);
        }
    }

    /// All of it in the order of time.
    pub(super) fn markers(&self, sample_rate: u32) -> Vec<Marker> {
        let mut places = self.places.clone();
        places.sort_by_key(|(_, start, end)| (*start, *end));
        let markers = places.iter().map(|(number, start, end)| Marker {
            start: time::secs_from_frame(*start, sample_rate),
            end: time::secs_from_frame(*end, sample_rate),
            label: self.names.get(number).cloned().unwrap_or_default(),
        });
        markers.collect()
    }
}
