//! The annotations of the open recording: the document, what of it is chosen, and every way to change them.

use leptos::prelude::*;
use timeside_editing::{Change, Document, Edit, Key, Name, Refusal, Selection, TierKey};

/// The annotations of one widget; a copyable handle.
#[derive(Clone, Copy)]
pub(crate) struct Annotations {
    document: RwSignal<Document, LocalStorage>,
    chosen: RwSignal<Selection>,
}

impl Annotations {
    pub(crate) fn new() -> Self {
        Self {
            document: RwSignal::new_local(Document::new(1, None)),
            chosen: RwSignal::new(Selection::default()),
        }
    }

    /// Another recording: nothing is said of it yet.
    pub(crate) fn reset(self, rate_hz: u32, total_frames: Option<i64>) {
        self.choose(Selection::clear);
        self.document.set(Document::new(rate_hz, total_frames));
    }

    /// Reads the document, and tells of its changes.
    pub(crate) fn with<T>(self, read: impl FnOnce(&Document) -> T) -> T {
        self.document.with(read)
    }

    /// Reads the document.
    pub(crate) fn with_untracked<T>(self, read: impl FnOnce(&Document) -> T) -> T {
        self.document.with_untracked(read)
    }

    fn change<T>(self, change: impl FnOnce(&mut Document) -> T) -> Option<T> {
        let made = self.document.try_update(change);
        // What is gone is not chosen.
        self.with_untracked(|document| {
            self.choose(|chosen| {
                chosen.retain(document);
            });
        });
        made
    }

    /// Does an edit as a step of the history, or as a part of the open one.
    pub(crate) fn apply(self, edit: &Edit) -> Result<Change, Refusal> {
        self.change(|document| document.apply(edit))
            .unwrap_or(Err(Refusal::ReadOnly))
    }

    /// As [`Annotations::apply`]; edits with the same token one after another are one step.
    pub(crate) fn apply_in_burst(self, edit: &Edit, token: u64) -> Result<Change, Refusal> {
        self.change(|document| document.apply_in_burst(edit, token))
            .unwrap_or(Err(Refusal::ReadOnly))
    }

    /// Opens a step that lasts as long as a drag.
    pub(crate) fn begin(self, name: Name) {
        self.document
            .update_untracked(|document| document.begin(name));
    }

    /// What the drag means now, instead of what it meant before.
    pub(crate) fn drag(self, edit: &Edit) -> Result<Change, Refusal> {
        self.change(|document| document.drag(edit))
            .unwrap_or(Err(Refusal::ReadOnly))
    }

    /// Keeps what the open step did.
    pub(crate) fn commit(self) -> Option<Change> {
        self.change(Document::commit).flatten()
    }

    /// Undoes what the open step did.
    pub(crate) fn abandon(self) {
        self.change(Document::abandon);
    }

    pub(crate) fn undo(self) -> Option<Change> {
        self.change(Document::undo)?.ok().flatten()
    }

    pub(crate) fn redo(self) -> Option<Change> {
        self.change(Document::redo)?.ok().flatten()
    }

    pub(crate) fn set_locked(self, tier: TierKey, is_locked: bool) {
        self.change(|document| document.set_locked(tier, is_locked));
    }

    /// Reads what is chosen, and tells of changes.
    pub(crate) fn with_chosen<T>(self, read: impl FnOnce(&Selection) -> T) -> T {
        self.chosen.with(read)
    }

    /// What is chosen, in the order it was made.
    pub(crate) fn chosen(self) -> Vec<Key> {
        self.chosen.with_untracked(|chosen| chosen.keys().collect())
    }

    /// Chooses something else.
    pub(crate) fn choose(self, change: impl FnOnce(&mut Selection)) {
        let mut chosen = self.chosen.get_untracked();
        change(&mut chosen);
        if self.chosen.with_untracked(|before| *before != chosen) {
            self.chosen.set(chosen);
        }
    }
}
