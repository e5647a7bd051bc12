//! Annotations on the clipboard: as rows for a spreadsheet, and whole for another widget.

use js_sys::{Array, JSON};
use timeside_core::{
    annotation::{Annotation, TierKind},
    order::sort_by_key,
};
use timeside_editing::{Edit, Fit, Item, Key, Name, TierKey};
use web_sys::{DataTransfer, File};

use super::{making::tier_for, words};
use crate::{
    annotations::{read_annotation, write_annotation},
    format::counted,
    store::Store,
};

/// Under this name annotations travel whole.
const KIND: &str = "application/x-timeside-annotations+json";

/// Puts what is chosen on the clipboard; false where nothing is. `cuts` removes it.
pub(crate) fn copy(store: Store, data: &DataTransfer, cuts: bool) -> bool {
    let keys = store.worked_on();
    if keys.is_empty() {
        return false;
    }
    let rows = Array::new();
    let mut text = String::new();
    store.annotations.with_untracked(|document| {
        let mut items: Vec<&Item> = keys.iter().filter_map(|key| document.item(*key)).collect();
        sort_by_key(&mut items, |item| (item.start, item.end));
        let rate = f64::from(document.rate_hz());
        for item in items {
            let (start, end) = (item.start as f64 / rate, item.end as f64 / rate);
            // A row stays a row, whatever a label holds.
            let label = item.label.replace(['\t', '\n', '\r'], " ");
            text.push_str(&format!("{start:.6}\t{end:.6}\t{label}\n"));
            rows.push(&write_annotation(document, item));
        }
    });
    let whole = JSON::stringify(&rows)
        .ok()
        .and_then(|text| text.as_string());
    // A clipboard that takes nothing keeps what it had.
    let _ = data.set_data("text/plain", &text);
    let _ = data.set_data(KIND, &whole.unwrap_or_default());
    let s = store.strings.get_untracked();
    if cuts {
        super::remove_selected(store);
    } else {
        store.announce(counted(s, s.copied, keys.len()));
    }
    true
}

/// Puts the annotations on the clipboard at the playhead, as one step. What another program copied is taken in as a
/// file of annotations is: files, or the text of one. False where there is nothing of the kind.
pub(crate) fn paste(store: Store, data: &DataTransfer) -> bool {
    paste_own(store, data) || paste_foreign(store, data)
}

fn paste_foreign(store: Store, data: &DataTransfer) -> bool {
    let Some(bridge) = store.bridge() else {
        return false;
    };
    let files = data.files();
    let files: Vec<File> = files
        .iter()
        .flat_map(|files| (0..files.length()).filter_map(|at| files.get(at)))
        .collect();
    for file in &files {
        bridge.open_file(file);
    }
    let text = data.get_data("text/plain").unwrap_or_default();
    let is_text = files.is_empty() && store.is_open_untracked() && !text.trim().is_empty();
    if is_text {
        bridge.paste_text(&text);
    }
    is_text || !files.is_empty()
}

fn paste_own(store: Store, data: &DataTransfer) -> bool {
    let whole = data.get_data(KIND).unwrap_or_default();
    let Ok(rows) = JSON::parse(&whole) else {
        return false;
    };
    if !Array::is_array(&rows) {
        return false;
    }
    let rows = Array::from(&rows);
    let rows = rows.iter().filter(wasm_bindgen::JsValue::is_object);
    let said: Vec<Annotation> = rows.map(|row| read_annotation(&row)).collect();
    let Some(first) = said.first() else {
        return false;
    };
    let kind = match (first.start < first.end, first.low) {
        (false, _) => TierKind::Points,
        (true, Some(_)) => TierKind::Boxes,
        (true, None) => TierKind::Spans,
    };
    // A tier made for them is part of the same step.
    store.annotations.begin(Name::Paste);
    let Some(tier) = store.active_tier().or_else(|| tier_for(store, kind)) else {
        store.annotations.abandon();
        return true;
    };
    let items: Vec<Item> = said
        .into_iter()
        .map(|said| placed(store, said, tier))
        .collect();
    let first = items.iter().map(|item| item.start).min().unwrap_or(0);
    let by = store.playhead_frame() - first;
    let edits = items.into_iter().map(|mut item| {
        item.start += by;
        item.end += by;
        let fit = Fit::Clip;
        Edit::Add { item, fit }
    });
    let edit = Edit::Batch {
        name: Name::Paste,
        edits: edits.collect(),
    };
    let s = store.strings.get_untracked();
    match store.annotations.apply(&edit) {
        Ok(change) => {
            store.annotations.commit();
            let added: Vec<Key> = change.added;
            store.announce(counted(s, s.pasted, added.len()));
            let last = added.last().copied();
            store.annotations.choose(|chosen| chosen.set_all(added));
            if let Some(key) = last {
                store.focus_annotation(key);
            }
        }
        Err(refusal) => {
            store.annotations.abandon();
            words::refused(store, &refusal);
        }
    }
    true
}

/// A row as an annotation of this document; on its own tier where there is one of its name and it is open, else on
/// `tier`.
fn placed(store: Store, mut said: Annotation, tier: TierKey) -> Item {
    store.annotations.with_untracked(|document| {
        let id = said.tier.take().unwrap_or_default();
        let own = document.tier_of_id(&id).map(|tier| tier.key);
        let own = own.filter(|key| !document.is_locked(*key));
        // What is copied is another annotation.
        said.id.clear();
        Item::from_annotation(said, own.unwrap_or(tier), document.rate_hz())
    })
}
