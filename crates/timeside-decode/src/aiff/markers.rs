//! Markers of AIFF, the loops between them, and comments on them.

use crate::fields::{Fields, text};
use std::collections::BTreeMap;
use timeside_core::{Marker, time};

/// What the chunks `MARK`, `INST` and `COMT` told so far. Any may come first.
#[derive(Debug, Default)]
pub(super) struct Markers {
    /// Frame and name by number.
    points: BTreeMap<u16, (u32, String)>,
    /// Comments by the number of the marker.
    comments: BTreeMap<u16, String>,
    /// Name, and the numbers of the markers at which it begins and ends.
    loops: Vec<(&'static str, u16, u16)>,
}

/// Adds a tag, behind one of the same key.
pub(super) fn add(tags: &mut BTreeMap<String, String>, key: &str, value: String) {
    if !value.is_empty() {
        tags.entry(key.to_owned())
            .and_modify(|old| *old = format!("{old}; {value}"))
            .or_insert(value);
    }
}

impl Markers {
    /// The chunk `MARK`: number, frame, and a name that begins with its length and is padded to an even one.
    pub(super) fn points(&mut self, chunk: Fields<'_>) {
        let mut at = 2;
        for _ in 0..chunk.u16(0).unwrap_or(0) {
            let (Some(number), Some(frame)) = (chunk.u16(at), chunk.u32(at + 2)) else {
                break;
            };
            let len = usize::from(chunk.bytes.get(at + 6).copied().unwrap_or(0));
            self.points
                .insert(number, (frame, text(chunk.slice(at + 7, len))));
            at += 7 + len + (len + 1) % 2;
        }
    }

    /// The chunk `INST`: the key that plays the sound as it is, and two loops.
    pub(super) fn instrument(&mut self, chunk: Fields<'_>, tags: &mut BTreeMap<String, String>) {
        if let Some(key) = chunk.bytes.first().filter(|key| (1..128).contains(*key)) {
            add(tags, "midi_unity_note", key.to_string());
        }
        for (name, at) in [("sustain loop", 8), ("release loop", 14)] {
            if let (Some(1..), Some(from), Some(to)) =
                (chunk.u16(at), chunk.u16(at + 2), chunk.u16(at + 4))
            {
                self.loops.push((name, from, to));
            }
        }
    }

    /// The chunk `COMT`: time stamp, marker or 0, and a text padded to an even length.
    pub(super) fn comments(&mut self, chunk: Fields<'_>, tags: &mut BTreeMap<String, String>) {
        let mut at = 2;
        for _ in 0..chunk.u16(0).unwrap_or(0) {
            let (Some(number), Some(len)) = (chunk.u16(at + 4), chunk.u16(at + 6)) else {
                break;
            };
            let comment = text(chunk.slice(at + 8, len.into()));
            match number {
                0 => add(tags, "comment", comment),
                number => {
                    self.comments.insert(number, comment);
                }
            }
            at += 8 + usize::from(len).next_multiple_of(2);
        }
    }

    /// All of it in the order of time.
    pub(super) fn markers(&self, sample_rate: u32) -> Vec<Marker> {
        let secs = |frame: u32| time::secs_from_frame(frame.into(), sample_rate);
        let points = self.points.iter().map(|(number, (frame, name))| Marker {
            start: secs(*frame),
            end: secs(*frame),
            label: match (name.as_str(), self.comments.get(number)) {
                ("", Some(comment)) => comment.clone(),
                _ => name.clone(),
            },
        });
        let loops = self.loops.iter().filter_map(|(name, from, to)| {
            let (from, to) = (self.points.get(from)?.0, self.points.get(to)?.0);
            (from < to).then(|| Marker {
                start: secs(from),
                end: secs(to),
                label: (*name).into(),
            })
        });
        let mut markers: Vec<_> = points.chain(loops).collect();
        markers.sort_by(|a, b| a.start.total_cmp(&b.start).then(a.end.total_cmp(&b.end)));
        markers
    }
}
