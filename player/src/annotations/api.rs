//! What `element.annotations` calls; `pkg/src/player/annotations.ts` makes it idiomatic.

mod edits;
mod queries;

use js_sys::{Array, Object};
use timeside_core::annotation::AnnotationDocument;
use timeside_editing::{Document, ImportMode, Item, Name, Refusal, Selection, TierKey};
use wasm_bindgen::prelude::*;

use super::{Annotations, wire};
use crate::{
    format::counted,
    handle::PlayerHandle,
    link::{object, text},
    store::Offer,
};

/// `{ refusal, tier?, other?, label? }`: the words are JavaScript's.
fn thrown(document: &Document, refusal: &Refusal) -> JsValue {
    let out = object(&[("refusal", refusal.code().into())]);
    let (tier, other) = match refusal {
        Refusal::Overlap { tier, other } | Refusal::RuleBroken { tier, other } => {
            (Some(*tier), Some(*other))
        }
        Refusal::Locked(tier)
        | Refusal::ParentCycle(tier)
        | Refusal::OutsideParent { tier, .. } => (Some(*tier), None),
        Refusal::NotInVocabulary { tier, label } => {
            wire::set(&out, "label", &label.as_str().into());
            (Some(*tier), None)
        }
        Refusal::WouldOrphan(key) | Refusal::NotInside(key) | Refusal::NotNeighbours(key) => {
            (None, Some(*key))
        }
        Refusal::DuplicateId(id) => {
            wire::set(&out, "label", &id.as_str().into());
            (None, None)
        }
        _ => (None, None),
    };
    if let Some(tier) = tier.and_then(|key| document.tier(key)) {
        wire::set(&out, "tier", &tier.id().into());
    }
    if let Some(item) = other.and_then(|key| document.item(key)) {
        wire::set(&out, "other", &item.id.as_str().into());
    }
    out.into()
}

fn ids<'a>(items: impl Iterator<Item = &'a Item>) -> JsValue {
    items
        .map(|item| JsValue::from_str(&item.id))
        .collect::<Array>()
        .into()
}

#[wasm_bindgen]
impl PlayerHandle {
    fn said(&self) -> Annotations {
        self.store.annotations
    }

    /// The `readonly` attribute.
    #[wasm_bindgen(js_name = setReadonly)]
    pub fn set_readonly(&self, is_readonly: bool) {
        self.said().set_readonly(is_readonly);
    }

    /// Tells of what this browser keeps: `restored`, `restored-changed`, `unsaved-blocked`, `unsaved-full`,
    /// `elsewhere`, or nothing more.
    pub fn offer(&self, kind: Option<String>) {
        self.store.set_offer(match kind.as_deref() {
            Some("restored") => Some(Offer::Restored),
            Some("restored-changed") => Some(Offer::RestoredChanged),
            Some("unsaved-full") => Some(Offer::Full),
            Some("elsewhere") => Some(Offer::Elsewhere),
            Some(_) => Some(Offer::Blocked),
            None => None,
        });
    }

    /// The ids of new annotations count from here.
    #[wasm_bindgen(js_name = numberAnnotationsFrom)]
    pub fn number_annotations_from(&self, number: f64) {
        self.said()
            .document
            .update_untracked(|document| document.number_from(number as u32));
    }

    /// Some annotations of a document that comes in slices, so that no slice holds up the page.
    #[wasm_bindgen(js_name = stageAnnotations)]
    pub fn stage_annotations(&self, slice: &Array) {
        let slice = slice.iter().map(|one| wire::read(&one));
        self.said().staged.update_value(|all| all.extend(slice));
    }

    /// Takes in what was staged, with its tiers: anew (`load`), or as one step (`merge`, `new-tiers`, `replace`).
    /// Gives the report.
    ///
    /// # Errors
    /// `{ refusal }`.
    #[wasm_bindgen(js_name = takeAnnotations)]
    pub fn take_annotations(
        &self,
        tiers: &Array,
        report: &JsValue,
        mode: &str,
    ) -> Result<Object, JsValue> {
        let said = self.said();
        let staged = said.staged.try_update_value(std::mem::take);
        let document = AnnotationDocument {
            tiers: tiers.iter().map(|tier| wire::read_tier(&tier)).collect(),
            annotations: staged.unwrap_or_default(),
            report: wire::read_report(report),
        };
        let mode = match mode {
            "merge" => ImportMode::Merge,
            "new-tiers" => ImportMode::NewTiers,
            "replace" => ImportMode::Replace,
            _ => return Ok(wire::write_report(&said.load(document))),
        };
        let count = document.annotations.len();
        let taken = said.import(document, mode);
        if taken.is_ok() {
            let s = self.store.strings.get_untracked();
            self.store.announce(counted(s, s.added_many, count));
        }
        taken
            .map(|report| wire::write_report(&report))
            .map_err(|refusal| said.with_untracked(|document| thrown(document, &refusal)))
    }

    /// Does again what a journal says.
    #[wasm_bindgen(js_name = replayAnnotations)]
    pub fn replay_annotations(&self, records: &Array) {
        let records: Vec<_> = records.iter().map(|one| wire::read_record(&one)).collect();
        self.said().replay(&records);
    }

    /// All of it: `{ tiers, annotations }`.
    #[wasm_bindgen(js_name = annotationDocument)]
    pub fn annotation_document(&self) -> Object {
        self.said().with_untracked(|document| {
            let tiers = document.tiers();
            let annotations: Array = tiers
                .flat_map(|tier| document.on_tier(tier.key))
                .map(|(_, item)| wire::write(document, item))
                .collect();
            object(&[
                ("tiers", self.tiers().into()),
                ("annotations", annotations.into()),
            ])
        })
    }

    /// The tiers, top down; with `locked` and `hidden` where one is.
    pub fn tiers(&self) -> Array {
        let hidden = self.store.tiers.hidden.get_untracked();
        self.said().with_untracked(|document| {
            let tiers = document.tiers().map(|tier| {
                let out = wire::write_tier(&tier.said);
                if document.is_locked(tier.key) {
                    wire::set(&out, "locked", &true.into());
                }
                if hidden.contains(&tier.key) {
                    wire::set(&out, "hidden", &true.into());
                }
                out
            });
            tiers.collect()
        })
    }

    /// Shows a tier, or folds it away; false where there is none of this id.
    #[wasm_bindgen(js_name = showTier)]
    pub fn show_tier(&self, id: &str, is_shown: bool) -> bool {
        let key = self.tier_key(id);
        if let Some(key) = key {
            self.store.hide_tier(key, !is_shown);
        }
        key.is_some()
    }

    fn tier_key(&self, id: &str) -> Option<TierKey> {
        self.said()
            .with_untracked(|document| document.tier_of_id(id).map(|tier| tier.key))
    }

    /// Locks or unlocks a tier; false where there is none of this id.
    #[wasm_bindgen(js_name = lockTier)]
    pub fn lock_tier(&self, id: &str, is_locked: bool) -> bool {
        let key = self.tier_key(id);
        if let Some(key) = key {
            self.said().set_locked(key, is_locked);
        }
        key.is_some()
    }

    /// Does edits as one step, all or none. Gives the ids: `{ added, changed, removed }`. A program says itself whose they
    /// are; only hands sign.
    ///
    /// # Errors
    /// `{ refusal, … }`.
    #[wasm_bindgen(js_name = changeAnnotations)]
    pub fn change_annotations(&self, given: &Array, name: &str) -> Result<Object, JsValue> {
        let said = self.said();
        // A drag that is under way is finished first.
        said.commit();
        said.begin(Name::Other(name.to_owned()));
        let author = said.sign_as(None);
        let mut change = Ok(());
        for one in given.iter() {
            let edits = said.with_untracked(|document| edits::read(document, &one));
            change = edits.and_then(|edits| {
                let mut each = edits.iter();
                each.try_for_each(|edit| said.apply(edit).map(|_| ()))
            });
            if change.is_err() {
                break;
            }
        }
        said.sign_as(author);
        if let Err(refusal) = change {
            let thrown = said.with_untracked(|document| thrown(document, &refusal));
            said.abandon();
            return Err(thrown);
        }
        let change = said.commit().unwrap_or_default();
        Ok(said.with_untracked(|document| {
            let now =
                |keys: &mut dyn Iterator<Item = _>| ids(keys.filter_map(|key| document.item(key)));
            object(&[
                ("added", now(&mut change.added.iter().copied())),
                (
                    "changed",
                    now(&mut change.changed.iter().map(|(key, _)| *key)),
                ),
                (
                    "removed",
                    ids(change.removed.iter().map(|(_, item)| item.as_ref())),
                ),
            ])
        }))
    }

    /// Takes the last step back; false where there is none.
    ///
    /// # Errors
    /// `{ refusal }` where nothing may be edited.
    #[wasm_bindgen(js_name = undoAnnotations)]
    pub fn undo_annotations(&self) -> Result<bool, JsValue> {
        self.refuse_readonly()?;
        Ok(self.said().undo().is_some())
    }

    /// Does again what was undone; false where there is nothing.
    ///
    /// # Errors
    /// `{ refusal }` where nothing may be edited.
    #[wasm_bindgen(js_name = redoAnnotations)]
    pub fn redo_annotations(&self) -> Result<bool, JsValue> {
        self.refuse_readonly()?;
        Ok(self.said().redo().is_some())
    }

    fn refuse_readonly(&self) -> Result<(), JsValue> {
        self.said().with_untracked(|document| {
            if document.is_readonly() {
                return Err(thrown(document, &Refusal::ReadOnly));
            }
            Ok(())
        })
    }

    /// Names of the steps: `{ done, undone, dirty }`, the last done last, the next to redo first.
    #[wasm_bindgen(js_name = annotationHistory)]
    pub fn annotation_history(&self) -> Object {
        self.said().with_untracked(|document| {
            let (done, undone) = document.history();
            let names = |names: Vec<&Name>| -> JsValue {
                let names = names.into_iter().map(|name| JsValue::from_str(name.id()));
                names.collect::<Array>().into()
            };
            object(&[
                ("done", names(done)),
                ("undone", names(undone)),
                ("dirty", document.is_dirty().into()),
            ])
        })
    }

    /// The document has been saved as it is.
    #[wasm_bindgen(js_name = markAnnotationsSaved)]
    pub fn mark_annotations_saved(&self) {
        self.said().document.update_untracked(Document::mark_saved);
    }

    /// Selects these ids and no others; unknown ones are left out.
    #[wasm_bindgen(js_name = selectAnnotations)]
    pub fn select_annotations(&self, ids: &Array) {
        let said = self.said();
        let keys: Vec<_> = said.with_untracked(|document| {
            let ids = ids.iter().filter_map(|id| id.as_string());
            ids.filter_map(|id| document.key_of(&id)).collect()
        });
        said.choose(|chosen| chosen.set_all(keys));
    }

    /// Ids of what is selected.
    #[wasm_bindgen(js_name = selectedAnnotations)]
    pub fn selected_annotations(&self) -> JsValue {
        let said = self.said();
        let keys = said.chosen();
        said.with_untracked(|document| ids(keys.iter().filter_map(|key| document.item(*key))))
    }

    /// One of an id, or `undefined`.
    pub fn annotation(&self, id: &str) -> JsValue {
        self.said().with_untracked(|document| {
            let item = document.key_of(id).and_then(|key| document.item(key));
            item.map_or(JsValue::UNDEFINED, |item| {
                wire::write(document, item).into()
            })
        })
    }

    /// Rows `from..from + count` of what a query finds: `{ total, rows }`.
    #[wasm_bindgen(js_name = annotationRows)]
    pub fn annotation_rows(&self, query: &JsValue, from: f64, count: f64) -> Object {
        let said = self.said();
        said.with_untracked(|document| {
            let (filter, sort) = queries::read(document, query);
            let (total, keys) = said
                .rows
                .try_update_value(|rows| {
                    let all = rows.get(document, &filter, sort);
                    let from = (from.max(0.0) as usize).min(all.len());
                    let to = from.saturating_add(count.max(0.0) as usize).min(all.len());
                    (all.len(), all[from..to].to_vec())
                })
                .unwrap_or_default();
            let rows = keys.iter().filter_map(|key| document.item(*key));
            let rows: Array = rows.map(|item| wire::write(document, item)).collect();
            object(&[("total", (total as f64).into()), ("rows", rows.into())])
        })
    }

    /// Where an annotation stands among what a query finds, or −1.
    #[wasm_bindgen(js_name = annotationRow)]
    pub fn annotation_row(&self, id: &str, query: &JsValue) -> f64 {
        let said = self.said();
        said.with_untracked(|document| {
            let (filter, sort) = queries::read(document, query);
            let key = document.key_of(id);
            let place = said.rows.try_update_value(|rows| {
                let mut all = rows.get(document, &filter, sort).iter();
                all.position(|other| Some(*other) == key)
            });
            place.flatten().map_or(-1.0, |place| place as f64)
        })
    }
}

impl Annotations {
    /// Reads what is chosen.
    pub(crate) fn with_chosen_untracked<T>(self, read: impl FnOnce(&Selection) -> T) -> T {
        self.chosen.with_untracked(read)
    }
}

/// A text of an edit, or nothing.
fn word(given: &JsValue, key: &str) -> String {
    text(given, key).unwrap_or_default()
}
