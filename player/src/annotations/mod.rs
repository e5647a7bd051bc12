//! The annotations of the open recording: the document, what of it is chosen, and every way to change them.

mod api;
mod crossing;
mod telling;
mod wire;

use timeside_core::annotation::{Annotation, AnnotationDocument, ImportReport};
use timeside_editing::{
    Change, Document, Edit, ImportMode, Key, Name, Record, Refusal, Rows, Selection, TierKey,
};

use crate::{bridge::Bridge, prelude::*};
use crossing::Entered;
pub(crate) use wire::{read as read_annotation, write as write_annotation};

/// The annotations of one widget; a copyable handle.
#[derive(Clone, Copy)]
pub(crate) struct Annotations {
    document: RwSignal<Document>,
    chosen: RwSignal<Selection>,
    /// Who is told of changes.
    bridge: StoredValue<Option<Bridge>>,
    /// Where the playhead is.
    entered: StoredValue<Entered>,
    /// What was asked for as a table last.
    rows: StoredValue<Rows>,
    /// What comes in slices, until it is all there.
    staged: StoredValue<Vec<Annotation>>,
}

impl Annotations {
    pub(crate) fn new() -> Self {
        Self {
            document: RwSignal::new(Document::new(1, None)),
            chosen: RwSignal::new(Selection::default()),
            bridge: StoredValue::new(None),
            entered: StoredValue::new(Entered::default()),
            rows: StoredValue::new(Rows::default()),
            staged: StoredValue::new(Vec::new()),
        }
    }

    /// Tells the element of every change from now on.
    pub(crate) fn tell_to(self, bridge: Bridge) {
        self.bridge.set_value(Some(bridge));
    }

    /// Another recording: nothing is said of it yet.
    pub(crate) fn reset(self, rate_hz: u32, total_frames: Option<i64>) {
        self.choose(Selection::clear);
        self.staged.set_value(Vec::new());
        self.entered.set_value(Entered::default());
        // Revisions begin anew: rows of another document must not pass for this one's.
        self.rows.set_value(Rows::default());
        let (is_readonly, author) = self.with_untracked(|document| {
            (document.is_readonly(), document.author().map(str::to_owned))
        });
        let mut document = Document::new(rate_hz, total_frames);
        document.set_readonly(is_readonly);
        document.set_author(author);
        self.document.set(document);
    }

    /// The length became known better.
    pub(crate) fn length_known(self, total_frames: i64) {
        self.document
            .update_untracked(|document| document.set_total_frames(Some(total_frames)));
    }

    /// Refuses every edit from now on, or no longer.
    pub(crate) fn set_readonly(self, is_readonly: bool) {
        if is_readonly {
            // A drag that is under way ends here.
            self.commit();
        }
        self.change(|document| document.set_readonly(is_readonly));
    }

    /// Who annotates from now on. Gives who did before.
    pub(crate) fn sign_as(self, author: Option<String>) -> Option<String> {
        let before = |document: &mut Document| document.set_author(author);
        self.document.try_update_untracked(before).flatten()
    }

    /// Begins anew with a document. Gives its report.
    pub(crate) fn load(self, said: AnnotationDocument) -> ImportReport {
        self.choose(Selection::clear);
        self.change(|document| document.load(said))
            .unwrap_or_default()
    }

    /// Does again what a journal says.
    pub(crate) fn replay(self, records: &[Record]) {
        self.change(|document| document.replay(records));
    }

    /// Takes in a document as one step.
    pub(crate) fn import(
        self,
        said: AnnotationDocument,
        mode: ImportMode,
    ) -> Result<ImportReport, Refusal> {
        let imported = self.change(|document| document.import(said, mode));
        let (change, report) = imported.unwrap_or(Err(Refusal::ReadOnly))?;
        self.tell_imported(&change);
        Ok(report)
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
        let made = self.change(|document| document.apply(edit));
        self.tell_unless_open(made.unwrap_or(Err(Refusal::ReadOnly)))
    }

    /// As [`Annotations::apply`]; edits with the same token one after another are one step.
    pub(crate) fn apply_in_burst(self, edit: &Edit, token: u64) -> Result<Change, Refusal> {
        let made = self.change(|document| document.apply_in_burst(edit, token));
        self.tell_unless_open(made.unwrap_or(Err(Refusal::ReadOnly)))
    }

    /// Opens a step that lasts as long as a drag.
    pub(crate) fn begin(self, name: Name) {
        self.commit();
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
        let made = self.change(Document::commit).flatten()?;
        self.tell(&made);
        Some(made)
    }

    /// Undoes what the open step did.
    pub(crate) fn abandon(self) {
        self.change(Document::abandon);
    }

    /// Takes the last step back; `None` where there is none, or nothing may be edited.
    pub(crate) fn undo(self) -> Option<Change> {
        let made = self.change(Document::undo)?.ok().flatten()?;
        self.tell(&made);
        Some(made)
    }

    /// Does again what was undone.
    pub(crate) fn redo(self) -> Option<Change> {
        let made = self.change(Document::redo)?.ok().flatten()?;
        self.tell(&made);
        Some(made)
    }

    fn tell_unless_open(self, made: Result<Change, Refusal>) -> Result<Change, Refusal> {
        if let Ok(change) = &made
            && !self.with_untracked(Document::is_open)
        {
            self.tell(change);
        }
        made
    }

    pub(crate) fn set_locked(self, tier: TierKey, is_locked: bool) {
        self.change(|document| document.set_locked(tier, is_locked));
        self.tell_tiers();
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
            self.tell_chosen();
        }
    }
}
