//! Changes told to the element: events of its contract, and records for the journal.

use js_sys::{Array, Object};
use timeside_editing::{Change, Document, Item, Selection};
use wasm_bindgen::JsValue;

use super::{Annotations, wire};
use crate::link::object;

impl Annotations {
    /// Tells of a step that was done, undone or done again.
    pub(super) fn tell(self, change: &Change) {
        self.keep_journal();
        let (added, changed, removed) = self.with_untracked(|document| {
            let said = |item: &Item| wire::write(document, item);
            let now = |key| document.item(key).map(said);
            let added: Vec<Object> = change.added.iter().filter_map(|key| now(*key)).collect();
            let changed: Vec<(Object, Object)> = change
                .changed
                .iter()
                .filter_map(|(key, before)| Some((now(*key)?, said(before))))
                .collect();
            let removed: Vec<Object> = change.removed.iter().map(|(_, item)| said(item)).collect();
            (added, changed, removed)
        });
        self.emit("annotationadd", &added, &[]);
        let (now, before): (Vec<Object>, Vec<Object>) = changed.into_iter().unzip();
        self.emit("annotationchange", &now, &before);
        self.emit("annotationremove", &removed, &[]);
        if change.tiers {
            self.tell_tiers();
        }
    }

    /// An import is told by its report alone: a thousand events would say less.
    pub(super) fn tell_imported(self, change: &Change) {
        self.keep_journal();
        if change.tiers {
            self.tell_tiers();
        }
    }

    /// Tiers are others, stand elsewhere, or are locked, hidden or shown.
    pub(crate) fn tell_tiers(self) {
        self.send("annotationtierschange", &JsValue::NULL);
    }

    pub(super) fn tell_chosen(self) {
        let focus = self.chosen_focus();
        let count = self.with_chosen_untracked(Selection::len);
        let detail = object(&[("annotation", focus), ("count", (count as f64).into())]);
        self.send("annotationselect", &detail);
    }

    fn chosen_focus(self) -> JsValue {
        let focus = self.with_chosen_untracked(Selection::focus);
        self.with_untracked(|document| {
            let item = focus.and_then(|key| document.item(key));
            item.map_or(JsValue::NULL, |item| wire::write(document, item).into())
        })
    }

    fn keep_journal(self) {
        let records = self.document.try_update_untracked(Document::take_journal);
        let records = records.unwrap_or_default();
        if !records.is_empty()
            && let Some(bridge) = self.bridge.get_value()
        {
            bridge.keep_records(&records.iter().map(wire::write_record).collect());
        }
    }

    /// One event for all of a kind: `{ annotation, annotations }`, the first and all; with `previous` and `previously`,
    /// as they were.
    fn emit(self, name: &str, now: &[Object], before: &[Object]) {
        let Some(first) = now.first() else {
            return;
        };
        let detail = object(&[
            ("annotation", first.into()),
            ("annotations", now.iter().collect::<Array>().into()),
        ]);
        if let Some(first) = before.first() {
            wire::set(&detail, "previous", &first.into());
            let all = before.iter().collect::<Array>();
            wire::set(&detail, "previously", &all.into());
        }
        self.send(name, &detail);
    }

    pub(super) fn send(self, name: &str, detail: &JsValue) {
        if let Some(bridge) = self.bridge.try_get_value().flatten() {
            bridge.emit(name, detail);
        }
    }
}
