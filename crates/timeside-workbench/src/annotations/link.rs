//! The public annotations of the element, and plain values across to it and back.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;

use super::{
    columns::Column,
    entry::{Entry, TierEntry},
    query::Query,
};
use crate::js::{flag, get, list, number, object, set, text};

#[wasm_bindgen]
extern "C" {
    /// `element.annotations`.
    #[derive(Clone)]
    pub(crate) type Annotations;

    #[wasm_bindgen(method, catch)]
    fn rows(this: &Annotations, query: &Object, from: f64, count: f64) -> Result<Object, JsValue>;

    #[wasm_bindgen(method, catch, js_name = get)]
    fn get_by_id(this: &Annotations, id: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = rowOf)]
    fn row_of_id(this: &Annotations, id: &str, query: &Object) -> Result<f64, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn change(this: &Annotations, edits: &Array, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn select(this: &Annotations, ids: &Array) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter)]
    fn selected(this: &Annotations) -> Array;

    #[wasm_bindgen(method, getter)]
    fn tiers(this: &Annotations) -> Tiers;

    /// Takes the last step back.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn undo(this: &Annotations) -> Result<JsValue, JsValue>;

    /// Does it again.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn redo(this: &Annotations) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn history(this: &Annotations) -> Result<Object, JsValue>;

    /// Who annotates; empty for nobody in particular.
    #[wasm_bindgen(method, getter)]
    fn author(this: &Annotations) -> Option<String>;

    /// Writes the document as a file, and takes it as saved: `{ bytes, extension, mimeType, report }`.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn export(
        this: &Annotations,
        format: &str,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = import)]
    fn import_bytes(
        this: &Annotations,
        bytes: &JsValue,
        format: &JsValue,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    /// `element.annotations.tiers`.
    #[derive(Clone)]
    pub(crate) type Tiers;

    #[wasm_bindgen(method, catch)]
    fn list(this: &Tiers) -> Result<Array, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn add(this: &Tiers, tier: &Object) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn update(this: &Tiers, id: &str, patch: &Object) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn remove(this: &Tiers, id: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn show(this: &Tiers, id: &str, shown: bool) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn lock(this: &Tiers, id: &str, locked: bool) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = move)]
    fn move_to(this: &Tiers, id: &str, index: f64) -> Result<JsValue, JsValue>;
}

/// Attribute and value of what waits to be accepted.
const STATUS: &str = "status";
const PROPOSED: &str = "proposed";

/// One edit of many that are one step to undo.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Edit {
    /// An annotation as it was and as it shall be.
    Update(Box<(Entry, Entry)>),
    /// A new one; its id is given by the document.
    Add(Box<Entry>),
    /// Away with the annotation of this id.
    Remove(String),
}

/// Some rows of the table, and how many there are.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Page {
    /// Rows that the query finds.
    pub(crate) total: usize,
    /// Index of the first of `rows`.
    pub(crate) from: usize,
    /// In their order.
    pub(crate) rows: Vec<Entry>,
}

impl Page {
    /// A row by its index in the whole.
    pub(crate) fn row(&self, index: usize) -> Option<&Entry> {
        index
            .checked_sub(self.from)
            .and_then(|at| self.rows.get(at))
    }
}

impl Annotations {
    /// The rows `from..from + count` of what the query finds.
    pub(crate) fn page(&self, query: &Query, from: usize, count: usize) -> Result<Page, JsValue> {
        let answer = self.rows(&query.to_js(), from as f64, count as f64)?;
        Ok(Page {
            total: number(&answer, "total").unwrap_or(0.0) as usize,
            from,
            rows: list(&answer, "rows").iter().map(entry).collect(),
        })
    }

    /// An annotation by its id.
    pub(crate) fn entry(&self, id: &str) -> Option<Entry> {
        let found = self.get_by_id(id).ok()?;
        found.is_object().then(|| entry(&found))
    }

    /// Where an annotation stands among what the query finds.
    pub(crate) fn row_of(&self, id: &str, query: &Query) -> Option<usize> {
        let row = self.row_of_id(id, &query.to_js()).ok()?;
        (row >= 0.0).then_some(row as usize)
    }

    /// Several edits as one step to undo, under a name; signed by who annotates.
    pub(crate) fn apply(&self, edits: &[Edit], name: &str) -> Result<(), JsValue> {
        let told = Array::new();
        let author = self.author().filter(|author| !author.is_empty());
        for edit in edits {
            let edit = match edit {
                Edit::Update(both) => object(&[
                    ("update", both.0.id.as_str().into()),
                    (
                        "patch",
                        patch(&both.0, &both.1.signed(&both.0, author.as_deref())).into(),
                    ),
                ]),
                Edit::Add(entry) => {
                    let nothing = Entry::default();
                    let entry = entry.signed(&nothing, author.as_deref());
                    let annotation = patch(&nothing, &entry);
                    set(&annotation, "start", &entry.start_secs.into());
                    set(&annotation, "end", &entry.end_secs.into());
                    object(&[("add", annotation.into())])
                }
                Edit::Remove(id) => object(&[("remove", id.as_str().into())]),
            };
            told.push(&edit);
        }
        self.change(&told, name).map(|_| ())
    }

    /// Ids of what is selected, here and in the view.
    pub(crate) fn selection(&self) -> Vec<String> {
        self.selected()
            .iter()
            .filter_map(|id| id.as_string())
            .collect()
    }

    /// Selects these and no others.
    pub(crate) fn select_ids(&self, ids: &[String]) -> Result<(), JsValue> {
        self.select(&ids.iter().map(|id| JsValue::from_str(id)).collect())
    }

    /// The tiers, top down.
    pub(crate) fn all_tiers(&self) -> Vec<TierEntry> {
        let tiers = self.tiers().list().unwrap_or_default();
        tiers.iter().map(|tier| tier_entry(&tier)).collect()
    }

    /// A new tier; its id.
    pub(crate) fn add_tier(&self, tier: &Object) -> Result<String, JsValue> {
        let made = self.tiers().add(tier)?;
        Ok(made
            .as_string()
            .or_else(|| text(&made, "id"))
            .unwrap_or_default())
    }

    /// Changes a tier.
    pub(crate) fn update_tier(&self, id: &str, patch: &Object) -> Result<(), JsValue> {
        self.tiers().update(id, patch).map(|_| ())
    }

    /// Refuses edits on a tier from now on, or no longer.
    pub(crate) fn lock_tier(&self, id: &str, is_locked: bool) -> Result<(), JsValue> {
        self.tiers().lock(id, is_locked).map(|_| ())
    }

    /// Shows a tier, or folds it away.
    pub(crate) fn show_tier(&self, id: &str, is_shown: bool) -> Result<(), JsValue> {
        self.tiers().show(id, is_shown).map(|_| ())
    }

    /// Removes a tier with all that stands on it.
    pub(crate) fn remove_tier(&self, id: &str) -> Result<(), JsValue> {
        self.tiers().remove(id).map(|_| ())
    }

    /// Puts a tier at a place from the top.
    pub(crate) fn move_tier(&self, id: &str, index: usize) -> Result<(), JsValue> {
        self.tiers().move_to(id, index as f64).map(|_| ())
    }

    /// Names of the steps that can be undone (the last one last) and of those that can be done again (the next first).
    pub(crate) fn steps(&self) -> (Vec<String>, Vec<String>) {
        let history = self.history().unwrap_or_default();
        let names = |key| {
            list(&history, key)
                .iter()
                .filter_map(JsValue::as_string)
                .collect()
        };
        (names("done"), names("undone"))
    }

    /// Reads a file into the document; the promise gives the report.
    pub(crate) fn import(
        &self,
        bytes: &JsValue,
        format: &JsValue,
        options: &Object,
    ) -> Result<Promise, JsValue> {
        self.import_bytes(bytes, format, options)
    }
}

impl Query {
    fn to_js(&self) -> Object {
        let object = Object::new();
        if !self.text.is_empty() {
            set(&object, "text", &self.text.as_str().into());
        }
        if let Some(tier) = &self.tier {
            set(&object, "tier", &tier.as_str().into());
        }
        if self.without_label {
            set(&object, "withoutLabel", &true.into());
        }
        if let Some(share) = self.confidence_below {
            set(&object, "confidenceBelow", &share.into());
        }
        if self.proposed {
            set(&object, "proposed", &true.into());
        }
        set(
            &object,
            "sort",
            &self.sort.map_or("start", Column::id).into(),
        );
        if self.descending {
            set(&object, "descending", &true.into());
        }
        object
    }
}

/// What differs between two states of an annotation; what is gone is `null`.
fn patch(before: &Entry, after: &Entry) -> Object {
    let object = Object::new();
    let optional = |key: &str, before: Option<f64>, after: Option<f64>| {
        if before != after {
            set(&object, key, &after.map_or(JsValue::NULL, JsValue::from));
        }
    };
    optional("low", before.low_hz, after.low_hz);
    optional("high", before.high_hz, after.high_hz);
    optional("value", before.value, after.value);
    optional("confidence", before.confidence, after.confidence);
    optional("start", Some(before.start_secs), Some(after.start_secs));
    optional("end", Some(before.end_secs), Some(after.end_secs));
    if before.tier != after.tier {
        set(&object, "tier", &after.tier.as_str().into());
    }
    if before.label != after.label {
        set(&object, "label", &after.label.as_str().into());
    }
    if before.author != after.author {
        let author = after
            .author
            .as_deref()
            .map_or(JsValue::NULL, JsValue::from_str);
        set(&object, "author", &author);
    }
    if before.attributes != after.attributes || before.is_proposed != after.is_proposed {
        let attributes = Object::new();
        for (key, value) in &after.attributes {
            set(&attributes, key, &value.as_str().into());
        }
        if after.is_proposed {
            set(&attributes, STATUS, &PROPOSED.into());
        }
        set(&object, "attributes", &attributes);
    }
    object
}

fn entry(row: &JsValue) -> Entry {
    let start_secs = number(row, "start").unwrap_or(0.0);
    let given = get(row, "attributes");
    let attributes = given
        .dyn_ref::<Object>()
        .map(Object::entries)
        .unwrap_or_default();
    Entry {
        id: text(row, "id").unwrap_or_default(),
        tier: text(row, "tier").unwrap_or_default(),
        start_secs,
        end_secs: number(row, "end").unwrap_or(start_secs),
        label: text(row, "label").unwrap_or_default(),
        low_hz: number(row, "low"),
        high_hz: number(row, "high"),
        value: number(row, "value"),
        confidence: number(row, "confidence"),
        author: text(row, "author"),
        attributes: attributes
            .iter()
            .filter_map(|pair| {
                let pair = Array::from(&pair);
                Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
            })
            .filter(|(key, value)| key != STATUS || value != PROPOSED)
            .collect(),
        is_proposed: text(&given, STATUS).as_deref() == Some(PROPOSED),
    }
}

fn tier_entry(tier: &JsValue) -> TierEntry {
    TierEntry {
        id: text(tier, "id").unwrap_or_default(),
        name: text(tier, "name").unwrap_or_default(),
        kind: text(tier, "kind").unwrap_or_else(|| "spans".to_owned()),
        rule: text(tier, "rule").unwrap_or_else(|| "free".to_owned()),
        parent: text(tier, "parent"),
        color: text(tier, "color"),
        vocabulary: list(tier, "vocabulary")
            .iter()
            .filter_map(JsValue::as_string)
            .collect(),
        is_locked: flag(tier, "locked").unwrap_or(false),
        is_hidden: flag(tier, "hidden").unwrap_or(false),
    }
}
