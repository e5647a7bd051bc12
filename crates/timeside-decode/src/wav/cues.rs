//! Markers and regions: cue points, their labels and lengths, and a sampler's loops.

use crate::fields::{Fields, text};
use crate::pcm::Endian;
use std::collections::BTreeMap;
use timeside_core::{Marker, time};

/// What the chunks `cue `, `adtl` and `smpl` told so far, by the number of the cue point. Any may come first.
#[derive(Debug, Default)]
pub(super) struct Cues {
    /// Number and frame.
    points: Vec<(u32, u32)>,
    labels: BTreeMap<u32, String>,
    notes: BTreeMap<u32, String>,
    /// Length in frames, and a label.
    lengths: BTreeMap<u32, (u32, String)>,
    /// Number, first and last frame.
    loops: Vec<(u32, u32, u32)>,
}

impl Cues {
    /// The chunk `cue `: number, position, chunk, its start, the block's start, the frame in the block.
    pub(super) fn points(&mut self, chunk: Fields<'_>) {
        let count = chunk.u32(0).unwrap_or(0) as usize;
        let (points, _) = chunk.bytes.get(4..).unwrap_or_default().as_chunks::<24>();
        for bytes in points.iter().take(count) {
            let point = Fields { bytes, ..chunk };
            self.points.extend(point.u32(0).zip(point.u32(20)));
        }
    }

    /// The content of a list `adtl`: labels, notes, and texts with a length.
    pub(super) fn labels(&mut self, mut list: &[u8], endian: Endian) {
        while let Some((head, rest)) = list.split_first_chunk::<8>() {
            let size = Fields {
                bytes: head,
                endian,
            };
            let size = size.u32(4).unwrap_or(0) as usize;
            let entry = Fields {
                bytes: &rest[..size.min(rest.len())],
                endian,
            };
            if let Some(number) = entry.u32(0) {
                match &head[..4] {
                    b"labl" => {
                        self.labels.insert(number, text(entry.slice(4, size)));
                    }
                    b"note" => {
                        self.notes.insert(number, text(entry.slice(4, size)));
                    }
                    b"ltxt" => {
                        let frames = entry.u32(4).unwrap_or(0);
                        self.lengths
                            .insert(number, (frames, text(entry.slice(20, size))));
                    }
                    _ => {}
                }
            }
            list = rest
                .get(size.saturating_add(size % 2)..)
                .unwrap_or_default();
        }
    }

    /// The chunk `smpl`: the key that plays the sound as it is, and its loops.
    pub(super) fn loops(&mut self, chunk: Fields<'_>, tags: &mut BTreeMap<String, String>) {
        if let Some(key) = chunk.u32(12).filter(|key| (1..128).contains(key)) {
            tags.insert("midi_unity_note".into(), key.to_string());
        }
        let count = chunk.u32(28).unwrap_or(0) as usize;
        let (loops, _) = chunk.bytes.get(36..).unwrap_or_default().as_chunks::<24>();
        for bytes in loops.iter().take(count) {
            let one = Fields { bytes, ..chunk };
            if let (Some(number), Some(first), Some(last)) = (one.u32(0), one.u32(8), one.u32(12)) {
                self.loops.push((number, first, last));
            }
        }
    }

    /// All of it in the order of time.
    pub(super) fn markers(&self, sample_rate: u32) -> Vec<Marker> {
        let secs = |frame: u64| time::secs_from_frame(frame as i64, sample_rate);
        let label = |number: &u32| {
            let own = [self.labels.get(number), self.notes.get(number)];
            let of_length = self.lengths.get(number).map(|(_, text)| text);
            let texts = [own[0], of_length, own[1]].into_iter().flatten();
            texts.into_iter().find(|text| !text.is_empty()).cloned()
        };
        let points = self.points.iter().map(|(number, frame)| {
            let frames = self.lengths.get(number).map_or(0, |(frames, _)| *frames);
            Marker {
                start: secs((*frame).into()),
                end: secs(u64::from(*frame) + u64::from(frames)),
                label: label(number).unwrap_or_default(),
            }
        });
        let loops = self.loops.iter().map(|(number, first, last)| Marker {
            start: secs((*first).into()),
            // The last frame is played as well.
            end: secs(u64::from(*last.max(first)) + 1),
            label: label(number).unwrap_or_else(|| "loop".into()),
        });
        let mut markers: Vec<_> = points.chain(loops).collect();
        markers.sort_by(|a, b| a.start.total_cmp(&b.start).then(a.end.total_cmp(&b.end)));
        markers
    }
}
