//! What the playhead enters and leaves.

use timeside_core::order::sort_by;
use timeside_editing::{Document, Key, KeySet};

use super::{Annotations, wire};
use crate::link::object;

/// A playing playhead that comes farther at once has jumped.
const JUMP_SECS: i64 = 2;

/// Where the playhead is.
#[derive(Debug, Default)]
pub(super) struct Entered {
    frame: i64,
    within: KeySet,
}

impl Annotations {
    /// The playhead has come to a frame, by playing or by a jump. Whatever it passed while playing has been entered and
    /// left, however short.
    pub(crate) fn playhead_at(self, frame: i64, is_playing: bool) {
        let Some((entered, left)) = self.entered.try_update_value(|state| {
            self.with_untracked(|document| {
                let before = std::mem::replace(&mut state.frame, frame);
                if document.is_empty() && state.within.is_empty() {
                    return (Vec::new(), Vec::new());
                }
                let jump = JUMP_SECS * i64::from(document.rate_hz());
                let has_passed = is_playing && before < frame && frame - before < jump;
                let now = spans_at(document, frame);
                let mut entered: Vec<Key> = if has_passed {
                    begun(document, before + 1, frame + 1)
                } else {
                    Vec::new()
                };
                entered.retain(|key| !state.within.contains(*key));
                let mut left: Vec<Key> = {
                    let is_left = |key: &Key| !now.contains(*key);
                    state.within.iter().filter(is_left).collect()
                };
                left.extend(entered.iter().filter(|key| !now.contains(**key)));
                for key in &now {
                    if !state.within.contains(key) && !entered.contains(&key) {
                        entered.push(key);
                    }
                }
                state.within = now;
                (entered, left)
            })
        }) else {
            return;
        };
        for (name, keys) in [("annotationenter", entered), ("annotationleave", left)] {
            for key in keys {
                let said = self
                    .with_untracked(|document| Some(wire::write(document, document.item(key)?)));
                if let Some(said) = said {
                    self.send(name, &object(&[("annotation", said.into())]));
                }
            }
        }
    }
}

/// What the playhead stands in; a point only just where it is.
fn spans_at(document: &Document, frame: i64) -> KeySet {
    let tiers = document.tiers().map(|tier| tier.key);
    let at = tiers.flat_map(|tier| document.entries(tier, frame, frame + 1));
    at.map(|entry| entry.key).collect()
}

/// What begins in these frames.
fn begun(document: &Document, from: i64, to: i64) -> Vec<Key> {
    let tiers = document.tiers().map(|tier| tier.key);
    let there = tiers.flat_map(|tier| document.entries(tier, from, to));
    let mut begun: Vec<_> = there.filter(|entry| entry.start >= from).collect();
    sort_by(&mut begun, Ord::cmp);
    begun.into_iter().map(|entry| entry.key).collect()
}
