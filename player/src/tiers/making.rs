//! New annotations by key and button, at rest and while listening.

use timeside_core::annotation::{self, TierKind};
use timeside_editing::{Edit, Fit, Item, Key, Name, TierKey};

use super::words;
use crate::store::Store;

/// A tap on the key for spans is this long at least, in seconds.
const LEAST_HELD_SECS: f64 = 0.02;

/// The playhead, earlier by what a person takes to react while the sound goes on.
fn heard_frame(store: Store) -> i64 {
    let at = store.playhead_frame();
    if !store.playback.get_untracked().playing {
        return at;
    }
    let rate = store.view.get_untracked().rate_hz();
    (at - (store.tiers.reaction_ms.get_untracked() / 1000.0 * rate).round() as i64).max(0)
}

/// The active tier if it holds such things; else the first that does; else a new one.
pub(super) fn tier_for(store: Store, kind: TierKind) -> Option<TierKey> {
    let same = |other: TierKind| match kind {
        TierKind::Points | TierKind::Boxes => other == kind,
        _ => !matches!(other, TierKind::Points | TierKind::Boxes),
    };
    let active = store.active_tier();
    let found = store.annotations.with_untracked(|document| {
        let all = document.tiers().map(|tier| tier.key);
        let fits = |key: &TierKey| document.tier(*key).is_some_and(|tier| same(tier.kind()));
        active
            .into_iter()
            .chain(all)
            .find(|key| fits(key) && !document.is_locked(*key))
    });
    if found.is_some() {
        return found;
    }
    let s = store.strings.get_untracked();
    let name = match kind {
        TierKind::Points => s.markers,
        TierKind::Boxes => s.boxes,
        _ => s.spans,
    };
    let tier = annotation::Tier {
        name: name.to_owned(),
        kind,
        ..annotation::Tier::default()
    };
    let added = store.annotations.apply(&Edit::AddTier { tier, at: None });
    if let Err(refusal) = added {
        words::refused(store, &refusal);
        return None;
    }
    let last = |document: &timeside_editing::Document| document.tiers().last().map(|tier| tier.key);
    store.annotations.with_untracked(last)
}

/// Adds to a tier of that kind; a tier made for it is part of the same step.
fn add_to(store: Store, kind: TierKind, item: impl FnOnce(TierKey) -> Item) -> Option<Key> {
    store.annotations.begin(Name::Add);
    let key = tier_for(store, kind).and_then(|tier| add(store, item(tier)));
    if key.is_some() {
        store.annotations.commit();
    } else {
        store.annotations.abandon();
    }
    key
}

fn add(store: Store, item: Item) -> Option<Key> {
    let s = store.strings.get_untracked();
    let fit = Fit::Clip;
    let change = store.edit(&Edit::Add { item, fit }, s.added)?;
    let key = change.added.first().copied()?;
    store.annotations.choose(|chosen| chosen.set(key));
    store.focus_annotation(key);
    Some(key)
}

/// A marker where the playhead is.
pub(crate) fn add_marker(store: Store) -> bool {
    add_point(store, heard_frame(store))
}

pub(super) fn add_point(store: Store, frame: i64) -> bool {
    if !store.is_open_untracked() {
        return false;
    }
    add_to(store, TierKind::Points, |tier| {
        Item::new(tier, frame, frame)
    });
    true
}

/// A span of the selection, a box as high as the picture while boxes are drawn; false where nothing is selected.
pub(crate) fn add_span(store: Store) -> bool {
    let Some((start, end)) = store.selection.get_untracked() else {
        return false;
    };
    let kind = if store.tiers.box_tool.get_untracked() {
        TierKind::Boxes
    } else {
        TierKind::Spans
    };
    if add_to(store, kind, |tier| Item::new(tier, start, end)).is_some() {
        store.select(None);
    }
    true
}

/// A word of the vocabulary at the selection, or at the playhead.
pub(super) fn add_labelled(store: Store, label: String) -> bool {
    let Some(tier) = store.active_tier() else {
        return false;
    };
    let kind = store
        .annotations
        .with_untracked(|document| document.tier(tier).map(|t| t.kind()));
    let is_point = kind == Some(TierKind::Points);
    let at = heard_frame(store);
    let (start, end) = match store.selection.get_untracked() {
        Some(range) if !is_point => range,
        _ if is_point => (at, at),
        _ => return false,
    };
    if add(store, Item::new(tier, start, end).labelled(label)).is_some() && !is_point {
        store.select(None);
    }
    true
}

/// The key for spans went down: the span begins here.
pub(crate) fn begin_held(store: Store) -> bool {
    if !store.is_open_untracked() {
        return false;
    }
    // A held key repeats.
    if store.tiers.held_since.get_untracked().is_none() {
        let at = heard_frame(store);
        store.tiers.held_since.set(Some(at));
        let rate = store.view.get_untracked().rate_hz();
        let s = store.strings.get_untracked();
        let time = crate::format::spoken(store, at as f64 / rate);
        store.announce([s.begins, " ", &time].concat());
    }
    true
}

/// It was let go: the span ends here.
pub(crate) fn end_held(store: Store) {
    let Some(start) = store.tiers.held_since.get_untracked() else {
        return;
    };
    store.tiers.held_since.set(None);
    let rate = store.view.get_untracked().rate_hz();
    let least = (LEAST_HELD_SECS * rate) as i64;
    let end = heard_frame(store);
    // Somebody who seeks back while holding the key means the same stretch.
    let (start, end) = (start.min(end), start.max(end));
    if end - start < least {
        store.announce(store.strings.get_untracked().too_short.to_owned());
        return;
    }
    add_to(store, TierKind::Spans, |tier| Item::new(tier, start, end));
}

/// The button for spans: of the selection; without one, the first press begins a span and the second ends it.
pub(crate) fn span_by_button(store: Store) {
    if add_span(store) {
        return;
    }
    if store.tiers.held_since.get_untracked().is_some() {
        end_held(store);
    } else {
        begin_held(store);
    }
}
