//! Annotations and edits in words: spoken, and beside the pointer.

use timeside_editing::{Item, Key, Refusal, State};
use timeside_view::{Viewport, ruler, time};

use crate::{format, store::Store};

/// Bytes of a label that are spoken.
const SPOKEN_BYTES: usize = 200;

/// An annotation as it is spoken: label, begin, length.
pub(crate) fn described(store: Store, key: Key) -> String {
    store
        .annotations
        .with_untracked(|document| document.item(key).map(|item| of_item(store, item)))
        .unwrap_or_default()
}

fn of_item(store: Store, item: &Item) -> String {
    let s = store.strings.get_untracked();
    let rate = store.view.with_untracked(Viewport::rate_hz);
    let secs = |frames: i64| frames as f64 / rate;
    let mut at = item.label.len().min(SPOKEN_BYTES);
    while !item.label.is_char_boundary(at) {
        at -= 1;
    }
    let label = match item.label[..at].trim() {
        "" => s.no_label,
        label => label,
    };
    let mut out = [label, ", ", &format::spoken(store, secs(item.start))].concat();
    if !item.is_point() {
        let length = secs(item.len_frames());
        out.push_str(", ");
        out.push_str(s.long);
        out.push(' ');
        // Tenths would say of a phoneme that it has no length.
        if length < 1.0 {
            out.push_str(&((length * 1000.0).round() as i64).to_string());
            out.push(' ');
            out.push_str(s.milliseconds);
        } else {
            out.push_str(&format::spoken(store, length));
        }
    }
    if let Some(hz) = frequencies(item) {
        out.push_str(", ");
        out.push_str(&hz);
    }
    if item.state == State::Proposed {
        out.push_str(", ");
        out.push_str(s.proposed);
    }
    out
}

/// The frequencies of a box: `500 – 2000 Hz`.
pub(super) fn frequencies(item: &Item) -> Option<String> {
    let whole = |hz: f64| (hz.round() as i64).to_string();
    let (low, high) = (whole(item.low_hz?), whole(item.high_hz?));
    Some([&low, " – ", &high, "\u{202f}Hz"].concat())
}

/// Says what was done to an annotation.
pub(super) fn say(store: Store, done: &str, key: Option<Key>) {
    let what = key.map(|key| described(store, key)).unwrap_or_default();
    store.announce(if what.is_empty() {
        done.to_owned()
    } else {
        [done, ": ", &what].concat()
    });
}

/// Begin, end and length as digits as deep as the zoom.
pub(super) fn times(store: Store, view: &Viewport, start: i64, end: i64) -> String {
    let decimals = ruler::decimals_for(view).max(2);
    let clock = |frames: i64| format::clock(store, frames as f64 / view.rate_hz(), decimals);
    if start == end {
        return clock(start);
    }
    let length = time::digits((end - start) as f64 / view.rate_hz(), decimals, false);
    [&clock(start), " – ", &clock(end), " · ", &length].concat()
}

/// Why an edit was refused, and what to do.
pub(super) fn refused(store: Store, refusal: &Refusal) {
    let s = store.strings.get_untracked();
    store.announce(
        match refusal {
            Refusal::ReadOnly => s.is_readonly,
            Refusal::Locked(_) => s.is_locked,
            Refusal::Overlap { .. } => s.no_room,
            Refusal::OutsideParent { .. } | Refusal::WouldOrphan(_) => s.outside_parent,
            Refusal::NotInside(_) => s.not_inside,
            Refusal::DifferentTiers | Refusal::NotNeighbours(_) | Refusal::TooFew => {
                s.not_neighbours
            }
            Refusal::NotInVocabulary { .. } => s.not_in_vocabulary,
            _ => s.cannot,
        }
        .to_owned(),
    );
}
