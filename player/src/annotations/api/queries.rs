//! `{ text, tier, withoutLabel, confidenceBelow, proposed, start, end, sort, descending }`.

use timeside_editing::{Column, Document, Filter, Sort, State, TierKey};
use wasm_bindgen::JsValue;

use crate::link::{get, number, text};

pub(super) fn read(document: &Document, query: &JsValue) -> (Filter, Sort) {
    let is = |key: &str| get(query, key).as_bool();
    let frame = |key: &str| {
        number(query, key).map(|secs| (secs * f64::from(document.rate_hz())).round() as i64)
    };
    // A tier that is not there has no rows.
    let tier = text(query, "tier").map(|id| {
        let tier = document.tier_of_id(&id);
        tier.map_or(TierKey::from_number(u32::MAX), |tier| tier.key)
    });
    let (start, end) = (frame("start"), frame("end"));
    let has_range = start.is_some() || end.is_some();
    let filter = Filter {
        text: text(query, "text").unwrap_or_default(),
        tier,
        is_unlabelled: is("withoutLabel").unwrap_or(false),
        confidence_below: number(query, "confidenceBelow"),
        state: is("proposed").map(|proposed| {
            if proposed {
                State::Proposed
            } else {
                State::Accepted
            }
        }),
        range: has_range.then(|| (start.unwrap_or(0), end.unwrap_or(i64::MAX))),
    };
    let column = match text(query, "sort").as_deref() {
        Some("end") => Column::End,
        Some("duration") => Column::Duration,
        Some("tier") => Column::Tier,
        Some("label") => Column::Label,
        Some("low") => Column::Low,
        Some("high") => Column::High,
        Some("value") => Column::Value,
        Some("confidence") => Column::Confidence,
        Some("author") => Column::Author,
        Some("id") => Column::Id,
        _ => Column::Start,
    };
    let is_descending = is("descending").unwrap_or(false);
    (
        filter,
        Sort {
            column,
            is_descending,
        },
    )
}
