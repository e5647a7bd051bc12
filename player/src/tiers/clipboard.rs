//! Annotations on the clipboard: as rows for a spreadsheet, and whole for another widget.

use js_sys::{Array, JSON};
use timeside_core::order::sort_by_key;
use timeside_editing::{Edit, Fit, Item, Key, Name, TierKey};
use wasm_bindgen::JsValue;
use web_sys::DataTransfer;

use super::words;
use crate::{link, store::Store};

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
            let tier = document.tier(item.tier).map_or("", |tier| tier.id());
            let (start, end) = (item.start as f64 / rate, item.end as f64 / rate);
            // A row stays a row, whatever a label holds.
            let label = item.label.replace(['\t', '\n', '\r'], " ");
            text.push_str(&format!("{start:.6}\t{end:.6}\t{label}\n"));
            let number = |value: Option<f64>| value.map_or(JsValue::NULL, JsValue::from);
            rows.push(&link::object(&[
                ("start", (item.start as f64).into()),
                ("end", (item.end as f64).into()),
                ("label", item.label.as_str().into()),
                ("tier", tier.into()),
                ("low", number(item.low_hz)),
                ("high", number(item.high_hz)),
                ("value", number(item.value)),
                ("rate", rate.into()),
            ]));
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
        store.announce(format!("{} {}", keys.len(), s.copied));
    }
    true
}

/// Puts the annotations on the clipboard at the playhead, as one step; false where it holds none of ours.
pub(crate) fn paste(store: Store, data: &DataTransfer) -> bool {
    let whole = data.get_data(KIND).unwrap_or_default();
    let Ok(rows) = JSON::parse(&whole) else {
        return false;
    };
    if !Array::is_array(&rows) {
        return false;
    }
    let rows = Array::from(&rows);
    let Some(tier) = store.active_tier() else {
        return false;
    };
    let items: Vec<Item> = rows
        .iter()
        .filter_map(|row| read(store, &row, tier))
        .collect();
    let Some(first) = items.iter().map(|item| item.start).min() else {
        return false;
    };
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
            let added: Vec<Key> = change.added;
            store.announce(format!("{} {}", added.len(), s.pasted));
            let last = added.last().copied();
            store.annotations.choose(|chosen| chosen.set_all(added));
            if let Some(key) = last {
                store.focus_annotation(key);
            }
        }
        Err(refusal) => words::refused(store, &refusal),
    }
    true
}

/// One row; on its own tier where this document has it and it is open, else on `tier`.
fn read(store: Store, row: &JsValue, tier: TierKey) -> Option<Item> {
    let id = link::text(row, "tier").unwrap_or_default();
    let (own, here_hz) = store.annotations.with_untracked(|document| {
        let own = document.tier_of_id(&id).map(|tier| tier.key);
        (
            own.filter(|key| !document.is_locked(*key)),
            document.rate_hz(),
        )
    });
    // The other recording may count frames otherwise.
    let ratio = f64::from(here_hz) / link::number(row, "rate").filter(|hz| *hz > 0.0)?;
    let frame = |name| Some((link::number(row, name)? * ratio).round() as i64);
    let mut item = Item::new(own.unwrap_or(tier), frame("start")?, frame("end")?);
    item.label = link::text(row, "label").unwrap_or_default();
    item.low_hz = link::number(row, "low");
    item.high_hz = link::number(row, "high");
    item.value = link::number(row, "value");
    Some(item)
}
