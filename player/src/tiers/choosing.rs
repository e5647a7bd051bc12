//! Which annotation keys work on, and the ways from one to another.

use timeside_editing::{Document, Key, TierKey};

use super::{lanes::index_of, words};
use crate::{commands::Hands, format::counted, store::Store};

impl Store {
    /// Nothing can be removed or written: no annotation is chosen.
    pub(crate) fn nothing_chosen(self) -> bool {
        self.annotations
            .with_chosen(timeside_editing::Selection::is_empty)
    }

    /// What edits work on.
    pub(crate) fn worked_on(self) -> Vec<Key> {
        self.annotations.chosen()
    }

    /// A click on an annotation: alone, with others, or with all up to it.
    pub(crate) fn choose(self, key: Key, adds: bool, extends: bool) {
        self.annotations.choose(|chosen| match (adds, extends) {
            (true, _) => chosen.toggle(key),
            (_, true) => self
                .annotations
                .with_untracked(|d| chosen.extend_to(d, key)),
            _ => chosen.set(key),
        });
        self.focus_annotation(key);
        let count = self.annotations.chosen().len();
        if count > 1 {
            let s = self.strings.get_untracked();
            self.announce(counted(s, s.selected_many, count));
        } else {
            self.announce(words::described(self, key));
        }
    }

    pub(crate) fn choose_none(self) {
        self.annotations.choose(timeside_editing::Selection::clear);
    }

    /// Keys work on this annotation from now on, and the browser's focus is on it.
    pub(crate) fn focus_annotation(self, key: Key) {
        let tier = self
            .annotations
            .with_untracked(|document| document.item(key).map(|item| item.tier));
        let Some(tier) = tier else { return };
        self.tiers.active.set(Some(tier));
        self.reveal_tier(tier);
        self.tiers.focus_wanted.set(true);
    }

    pub(crate) fn hover_annotation(self, key: Option<Key>) {
        if key != self.tiers.hovered.get_untracked() {
            self.tiers.hovered.set(key);
        }
    }

    /// The tier that new annotations go to; the first where none was chosen.
    pub(crate) fn active_tier(self) -> Option<TierKey> {
        let active = self.tiers.active.get_untracked();
        self.annotations.with_untracked(|document| {
            active
                .filter(|key| document.tier(*key).is_some())
                .or_else(|| document.tiers().next().map(|tier| tier.key))
        })
    }

    /// Shows an annotation as wide as the view.
    pub(crate) fn zoom_to_annotation(self, key: Key) {
        let place = self
            .annotations
            .with_untracked(|document| document.item(key).map(|item| (item.start, item.end)));
        let Some((start, end)) = place else { return };
        let view = self.view.get_untracked();
        // A little of what stands around it.
        let room = ((end - start) as f64 * 0.15).max(view.rate_hz() * 0.05);
        self.show(view.showing(start as f64 - room, end as f64 + room));
        self.announce_view();
    }

    /// Opens the text of an annotation for writing; false where it may not be written.
    pub(crate) fn write(self, key: Key) -> bool {
        let tier = self
            .annotations
            .with_untracked(|document| document.item(key).map(|item| item.tier));
        let can = tier.is_some_and(|tier| self.can_edit(tier));
        if can {
            self.reveal_annotation(key);
            self.tiers.writing.set(Some(key));
        } else {
            let s = self.strings.get_untracked();
            self.announce(s.is_readonly.to_owned());
        }
        can
    }

    /// Turns the page to an annotation.
    pub(crate) fn reveal_annotation(self, key: Key) {
        let place = self
            .annotations
            .with_untracked(|document| document.item(key).map(|item| (item.start, item.end)));
        if let Some((start, end)) = place {
            let view = self.view.get_untracked();
            let is_seen = view.start_frame() < end.max(start + 1) && start < view.end_frame();
            if !is_seen {
                self.show(view.paged_to(start));
            }
        }
    }
}

/// To the annotation before (-1) or after (1) the focused one, or the playhead.
pub(crate) fn go(Hands { store, transport }: Hands, by: i32) -> bool {
    let Some(tier) = store.active_tier() else {
        return false;
    };
    let focused = store.tiers.focused.get_untracked();
    let at = store.playhead_frame();
    let next = store.annotations.with_untracked(|document| {
        let from = focused.filter(|key| document.item(*key).is_some_and(|item| item.tier == tier));
        match (from, by < 0) {
            (Some(key), true) => document.preceding(key),
            (Some(key), false) => document.following(key),
            (None, true) => document.previous_before(Some(tier), at),
            // What begins at the playhead has not been visited yet.
            (None, false) => document.next_after(Some(tier), at - 1),
        }
    });
    let Some(key) = next else {
        let s = store.strings.get_untracked();
        store.announce(
            if by < 0 {
                s.first_already
            } else {
                s.last_already
            }
            .to_owned(),
        );
        return true;
    };
    visit(Hands { store, transport }, key);
    true
}

/// Focuses an annotation and moves the playhead to it.
fn visit(Hands { store, transport }: Hands, key: Key) {
    let start = store
        .annotations
        .with_untracked(|document| document.item(key).map_or(0, |item| item.start));
    let rate = store.view.get_untracked().rate_hz();
    // A quarter of a frame in, so that rounding in the media element cannot fall back to the one before.
    transport.seek((start as f64 + 0.25) / rate);
    store.annotations.choose(|chosen| chosen.set(key));
    store.focus_annotation(key);
    store.reveal_annotation(key);
    store.announce(words::described(store, key));
}

/// To the tier above (-1) or below (1): to its annotation nearest to the focused one, or to the playhead.
pub(crate) fn go_to_tier(store: Store, by: isize) -> bool {
    let Some(tier) = store.active_tier() else {
        return false;
    };
    let hidden = store.tiers.hidden.get_untracked();
    let at = store.tiers.focused.get_untracked();
    let found = store.annotations.with_untracked(|document| {
        let shown: Vec<TierKey> = document
            .tiers()
            .map(|tier| tier.key)
            .filter(|key| !hidden.contains(key))
            .collect();
        let now = shown.iter().position(|key| *key == tier)?;
        let next = *shown.get(now.checked_add_signed(by)?)?;
        let frame = at.and_then(|key| document.item(key)).map(|item| item.start);
        let frame = frame.unwrap_or_else(|| store.playhead_frame());
        let name = document.tier(next)?.name().to_owned();
        Some((next, nearest(document, next, frame), name))
    });
    let Some((next, key, name)) = found else {
        return store
            .annotations
            .with_untracked(|document| index_of(document, tier).is_some());
    };
    store.tiers.active.set(Some(next));
    store.reveal_tier(next);
    let what = match key {
        Some(key) => {
            store.annotations.choose(|chosen| chosen.set(key));
            store.focus_annotation(key);
            words::described(store, key)
        }
        None => {
            store.choose_none();
            store.strings.get_untracked().empty_locked.to_owned()
        }
    };
    store.announce([&name, ": ", &what].concat());
    true
}

/// The annotation of a tier at a frame, or the nearest.
pub(crate) fn nearest(document: &Document, tier: TierKey, frame: i64) -> Option<Key> {
    if let Some(under) = document.entries(tier, frame, frame + 1).last() {
        return Some(under.key);
    }
    let before = document.previous_before(Some(tier), frame + 1);
    let after = document.next_after(Some(tier), frame);
    let far = |key: &Key| {
        document
            .item(*key)
            .map_or(i64::MAX, |item| (item.start - frame).abs())
    };
    before.into_iter().chain(after).min_by_key(far)
}

/// Chooses everything on the active tier.
pub(crate) fn select_all(store: Store) -> bool {
    let Some(tier) = store.active_tier() else {
        return false;
    };
    store.annotations.with_untracked(|document| {
        store
            .annotations
            .choose(|chosen| chosen.set_tier(document, tier));
    });
    let count = store.annotations.chosen().len();
    let s = store.strings.get_untracked();
    store.announce(counted(s, s.selected_many, count));
    count > 0
}
