//! The ends of a layer's vertical scale.

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::Shelf;
use crate::{
    bench::Bench,
    js::{flag, list},
};

/// Fitted to the data, or fixed to two numbers.
#[component]
pub(super) fn RangeControl(shelf: Shelf, id: StoredValue<String>) -> impl IntoView {
    let bench = Bench::get();
    let is_fixed = move || {
        id.with_value(|id| shelf.read(id, |l| flag(l, "isRangeFixed")))
            .flatten()
            .unwrap_or(false)
    };
    let ends = move || {
        let ends = id.with_value(|id| shelf.read(id, |l| list(l, "range")));
        let ends: Vec<f64> = ends
            .unwrap_or_default()
            .iter()
            .filter_map(|n| n.as_f64())
            .collect();
        (
            ends.first().copied().unwrap_or(0.0),
            ends.get(1).copied().unwrap_or(1.0),
        )
    };
    let change = move |range: Option<(f64, f64)>| {
        let range = range.map_or(JsValue::NULL, |(low, high)| {
            Array::of2(&low.into(), &high.into()).into()
        });
        id.with_value(|id| shelf.configure(bench, id, &[("range", range)]));
    };
    let end = move |is_high: bool| {
        let name = move || {
            if is_high {
                bench.s().range_high
            } else {
                bench.s().range_low
            }
        };
        let shown = move || {
            let (low, high) = ends();
            let value = if is_high { high } else { low };
            // Seven digits tell all that single precision holds.
            format!("{}", (value * 1e6).round() / 1e6)
        };
        view! {
            <label class="setting">
                <span aria-hidden="true">{name}</span>
                <input
                    class="entry narrow"
                    type="number"
                    step="any"
                    aria-label=name
                    disabled=move || !is_fixed()
                    prop:value=shown
                    on:change=move |event| {
                        let Ok(value) = event_target_value(&event).parse::<f64>() else { return };
                        let (low, high) = untrack(ends);
                        change(Some(if is_high { (low, value) } else { (value, high) }));
                    }
                />
            </label>
        }
    };
    view! {
        <label class="setting">
            <input
                type="checkbox"
                prop:checked=is_fixed
                on:change=move |event| change(event_target_checked(&event).then(|| untrack(ends)))
            />
            <span>{move || bench.s().range_fixed}</span>
        </label>
        {end(false)}
        {end(true)}
    }
}
