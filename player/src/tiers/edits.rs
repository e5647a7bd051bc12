//! What keys and buttons do to the annotations that are chosen.

use timeside_core::order::sort_by_key;
use timeside_editing::{Change, Document, Edge, Edit, Fit, Key, Name, Patch, Refusal, State};

use super::words;
use crate::{format::counted, store::Store};

/// A held arrow is one step of the history.
const NUDGES: u64 = 1;

impl Store {
    /// Does an edit and says so, or why not; what it made.
    pub(crate) fn edit(self, edit: &Edit, done: &'static str) -> Option<Change> {
        self.told(self.annotations.apply(edit), done)
    }

    pub(super) fn told(
        self,
        outcome: Result<Change, Refusal>,
        done: &'static str,
    ) -> Option<Change> {
        match outcome {
            Ok(change) => {
                let key = change.added.first().copied();
                words::say(self, done, key.or(change.changed.first().map(|c| c.0)));
                Some(change)
            }
            Err(refusal) => {
                words::refused(self, &refusal);
                None
            }
        }
    }
}

pub(crate) fn remove_selected(store: Store) -> bool {
    let keys = store.worked_on();
    let Some(first) = keys.first().copied() else {
        return false;
    };
    // Where the focus goes then.
    let neighbour = store.annotations.with_untracked(|document| {
        let beside = |key| document.following(key).or_else(|| document.preceding(key));
        let mut next = beside(first);
        while let Some(key) = next.filter(|key| keys.contains(key)) {
            next = document.following(key);
        }
        next
    });
    let s = store.strings.get_untracked();
    let said = words::described(store, first);
    let Some(change) = store.edit(&Edit::Remove(keys), s.removed) else {
        return true;
    };
    let count = change.removed.len();
    store.announce(if count == 1 {
        [s.removed, ": ", &said].concat()
    } else {
        counted(s, s.removed_many, count)
    });
    let stays = |key: &Key| store.annotations.with_untracked(|d| d.item(*key).is_some());
    match neighbour.filter(stays) {
        Some(key) => {
            store.annotations.choose(|chosen| chosen.set(key));
            store.focus_annotation(key);
        }
        None => {
            store.choose_none();
            store.focus_playhead();
        }
    }
    true
}

/// Splits the focused annotation at the playhead, else the one under it on the active tier.
pub(crate) fn split(store: Store) -> bool {
    let at = store.playhead_frame();
    let focused = store.tiers.focused.get_untracked();
    let tier = store.active_tier();
    let key = store.annotations.with_untracked(|document| {
        let under = |key: &Key| {
            document
                .item(*key)
                .is_some_and(|i| i.start < at && at < i.end)
        };
        let others = tier.and_then(|tier| document.entries(tier, at, at + 1).last());
        let found = focused
            .filter(under)
            .or(others.map(|entry| entry.key).filter(under));
        found.or(focused)
    });
    let Some(key) = key else { return false };
    let s = store.strings.get_untracked();
    let edit = Edit::Split {
        key,
        at,
        right_label: None,
    };
    if let Some(change) = store.edit(&edit, s.split_done)
        && let Some(second) = change.added.first()
    {
        store.annotations.choose(|chosen| chosen.set(*second));
        store.focus_annotation(*second);
    }
    true
}

/// Makes one of what is chosen; a single one takes in the next.
pub(crate) fn merge(store: Store) -> bool {
    let mut keys = store.worked_on();
    if let [one] = keys.as_slice() {
        let next = store
            .annotations
            .with_untracked(|document| document.following(*one));
        keys.extend(next);
    }
    if keys.is_empty() {
        return false;
    }
    let s = store.strings.get_untracked();
    if let Some(change) = store.edit(&Edit::Merge(keys), s.merged)
        && let Some(key) = change
            .changed
            .first()
            .map(|c| c.0)
            .or(change.added.first().copied())
    {
        store.annotations.choose(|chosen| chosen.set(key));
        store.focus_annotation(key);
    }
    true
}

/// Lets two neighbours meet: those chosen, or the focused one and the next.
pub(crate) fn join(store: Store) -> bool {
    let keys = store.worked_on();
    let pair = store.annotations.with_untracked(|document| {
        let begin = |key: &Key| document.item(*key).map(|item| item.start);
        let mut keys = keys;
        sort_by_key(&mut keys, begin);
        match keys.as_slice() {
            [one] => Some((*one, document.following(*one)?)),
            [left, right] => Some((*left, *right)),
            _ => None,
        }
    });
    let s = store.strings.get_untracked();
    let Some((left, right)) = pair else {
        store.announce(s.not_neighbours.to_owned());
        return true;
    };
    // The gap goes to the earlier one, as when its end is dragged there.
    let at = store
        .annotations
        .with_untracked(|document| document.item(right).map(|i| i.start));
    store.edit(&Edit::Join { left, right, at }, s.joined);
    true
}

/// Copies what is chosen behind itself.
pub(crate) fn duplicate(store: Store) -> bool {
    let keys = store.worked_on();
    let extent = store.annotations.with_untracked(|document| {
        let items = || keys.iter().filter_map(|key| document.item(*key));
        Some((
            items().map(|i| i.start).min()?,
            items().map(|i| i.end).max()?,
        ))
    });
    let Some((start, end)) = extent else {
        return false;
    };
    let rate = store.view.get_untracked().rate_hz();
    let by = if end > start {
        end - start
    } else {
        rate as i64
    };
    let s = store.strings.get_untracked();
    let edit = Edit::Duplicate {
        keys,
        by,
        tier: None,
        fit: Fit::Clip,
    };
    if let Some(change) = store.edit(&edit, s.duplicated)
        && let Some(first) = change.added.first().copied()
    {
        store
            .annotations
            .choose(|chosen| chosen.set_all(change.added.into_iter().rev()));
        store.focus_annotation(first);
        store.reveal_annotation(first);
    }
    true
}

/// Moves what is chosen by frames, or only the focused one's end; false where no annotation is focused, so that the
/// playhead may take the key.
pub(crate) fn nudge(store: Store, by: i64, end_only: bool) -> bool {
    let Some(key) = store.tiers.focused.get_untracked() else {
        return false;
    };
    let end = store
        .annotations
        .with_untracked(|document| document.item(key).map(|i| i.end));
    let Some(end) = end else { return false };
    let edit = if end_only {
        Edit::Resize {
            key,
            edge: Edge::End,
            to: end + by,
            is_shared: false,
            fit: Fit::Clip,
        }
    } else {
        Edit::Move {
            keys: store.worked_on(),
            by,
            tier: None,
            fit: Fit::Clip,
        }
    };
    let s = store.strings.get_untracked();
    let outcome = store
        .annotations
        .apply_in_burst(&edit, NUDGES + u64::from(end_only));
    if store.told(outcome, s.moved).is_some() {
        let place = store
            .annotations
            .with_untracked(|d| d.item(key).map(|i| (i.start, i.end)));
        if let Some((start, end)) = place {
            let view = store.view.get_untracked();
            store.announce(words::times(store, &view, start, end));
        }
    }
    true
}

/// Gives what is chosen the nth word of its tier's vocabulary, counted from 1.
pub(crate) fn use_word(store: Store, nth: usize) -> bool {
    let keys = store.worked_on();
    let tier = store.active_tier();
    let word = store.annotations.with_untracked(|document| {
        let tier = keys
            .first()
            .and_then(|key| document.item(*key))
            .map(|item| item.tier)
            .or(tier)?;
        document.tier(tier)?.said.vocabulary.get(nth - 1).cloned()
    });
    let Some(label) = word else { return false };
    if keys.is_empty() {
        // Without an annotation the key makes one, as `m` and `enter` do.
        return super::making::add_labelled(store, label);
    }
    let s = store.strings.get_untracked();
    let patch = Patch::label(label);
    store.edit(&Edit::Update { keys, patch }, s.changed);
    true
}

/// Accepts or rejects what of the chosen is proposed, and goes on to the next proposal of the tier; false where nothing
/// is chosen.
pub(crate) fn judge(store: Store, accepts: bool) -> bool {
    let mut keys = store.worked_on();
    let Some(last) = keys.last().copied() else {
        return false;
    };
    let s = store.strings.get_untracked();
    let is_proposed = |document: &Document, key: Key| {
        let item = document.item(key);
        item.is_some_and(|item| item.state == State::Proposed)
    };
    let next = store.annotations.with_untracked(|document| {
        keys.retain(|key| is_proposed(document, *key));
        let mut next = document.following(last);
        while let Some(key) = next.filter(|key| !is_proposed(document, *key)) {
            next = document.following(key);
        }
        next
    });
    if keys.is_empty() {
        store.announce(s.none_proposed.to_owned());
        return true;
    }
    let (name, done, edit) = if accepts {
        let patch = Patch {
            state: Some(State::Accepted),
            ..Patch::default()
        };
        (Name::Accept, s.accepted, Edit::Update { keys, patch })
    } else {
        (Name::Reject, s.rejected, Edit::Remove(keys))
    };
    let edits = vec![edit];
    if store.edit(&Edit::Batch { name, edits }, done).is_none() {
        return true;
    }
    let stays = |key: &Key| store.annotations.with_untracked(|d| d.item(*key).is_some());
    match next.or(Some(last)).filter(stays) {
        Some(key) => {
            store.annotations.choose(|chosen| chosen.set(key));
            store.focus_annotation(key);
            store.reveal_annotation(key);
            if next.is_some() {
                store.announce([done, ". ", &words::described(store, key)].concat());
            }
        }
        None => {
            store.choose_none();
            store.focus_playhead();
        }
    }
    true
}

pub(crate) fn undo(store: Store) -> bool {
    let s = store.strings.get_untracked();
    after(store, store.annotations.undo(), s.undone)
}

pub(crate) fn redo(store: Store) -> bool {
    let s = store.strings.get_untracked();
    after(store, store.annotations.redo(), s.redone)
}

/// What was undone or done again, said and shown.
fn after(store: Store, change: Option<Change>, word: &'static str) -> bool {
    let Some(change) = change else {
        let s = store.strings.get_untracked();
        let is_readonly = store.annotations.with_untracked(Document::is_readonly);
        let why = if is_readonly {
            s.is_readonly
        } else {
            s.nothing_to_undo
        };
        store.announce(why.to_owned());
        return true;
    };
    let key = change
        .added
        .first()
        .copied()
        .or(change.changed.first().map(|c| c.0));
    words::say(store, word, key);
    match key {
        Some(key) => {
            store.annotations.choose(|chosen| chosen.set(key));
            store.focus_annotation(key);
            store.reveal_annotation(key);
        }
        None => {
            let lost = store.tiers.focused.get_untracked().is_some_and(|key| {
                store
                    .annotations
                    .with_untracked(|document| document.item(key).is_none())
            });
            if lost {
                store.choose_none();
                store.focus_playhead();
            }
        }
    }
    true
}
