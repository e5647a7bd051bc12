//! A property of the element as a labelled control.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::{bench::Bench, js, strings::Word};

/// Whose property it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Element,
    Playback,
    View,
}

impl Of {
    /// The object.
    pub(super) fn find(self, bench: Bench) -> JsValue {
        let element: JsValue = bench.element().into();
        match self {
            Self::Element => element,
            Self::Playback => js::get(&element, "playback"),
            Self::View => js::get(&element, "view"),
        }
    }
}

/// What it can be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Check,
    Number {
        least: f64,
        most: f64,
        step: f64,
    },
    /// 0 to 1, by a slider.
    Share,
    /// One of these words.
    Choice(&'static [(&'static str, Word)]),
}

/// A property and its control.
pub(super) struct Field {
    pub(super) name: Word,
    pub(super) of: Of,
    pub(super) property: &'static str,
    pub(super) kind: Kind,
}

impl Field {
    fn read(&self, bench: Bench) -> JsValue {
        js::get(&self.of.find(bench), self.property)
    }

    fn write(&self, bench: Bench, value: &JsValue) {
        // `followMode` is read by its word and set through `follow`.
        let property = if self.property == "followMode" {
            "follow"
        } else {
            self.property
        };
        // What is refused stays as it was, and the control says so when it is read again.
        let _ = js_sys::Reflect::set(&self.of.find(bench), &property.into(), value);
    }
}

/// Its label and control.
#[component]
pub(super) fn FieldRow(
    field: &'static Field,
    changes: Memo<u32>,
    changed: Callback<()>,
) -> impl IntoView {
    let bench = Bench::get();
    let value = move || {
        changes.track();
        field.read(bench)
    };
    let set = move |value: JsValue| {
        field.write(bench, &value);
        changed.run(());
    };
    let set_number = move |text: String| {
        if let Ok(number) = text.parse::<f64>() {
            set(number.into());
        } else {
            changed.run(());
        }
    };
    let digits = move || {
        let number = value().as_f64().unwrap_or(0.0);
        ((number * 1000.0).round() / 1000.0).to_string()
    };
    let control = match field.kind {
        Kind::Check => view! {
            <input
                type="checkbox"
                prop:checked=move || value().as_bool().unwrap_or(false)
                on:change=move |event| set(event_target_checked(&event).into())
            />
        }
        .into_any(),
        Kind::Number { least, most, step } => view! {
            <input
                class="entry number"
                type="number"
                min=least
                max=most
                step=step
                prop:value=digits
                on:change=move |event| set_number(event_target_value(&event))
            />
        }
        .into_any(),
        Kind::Share => view! {
            <input
                class="slider"
                type="range"
                min="0"
                max="1"
                step="0.01"
                prop:value=digits
                style:--fill=move || format!("{}%", value().as_f64().unwrap_or(0.0) * 100.0)
                on:input=move |event| set_number(event_target_value(&event))
            />
        }
        .into_any(),
        Kind::Choice(words) => view! {
            <select
                prop:value=move || value().as_string().unwrap_or_default()
                on:change=move |event| set(event_target_value(&event).into())
            >
                {words.iter().map(|(word, name)| view! {
                    <option value=*word selected=move || value().as_string().as_deref() == Some(*word)>{move || name(bench.s())}</option>
                }).collect_view()}
            </select>
        }
        .into_any(),
    };
    view! {
        <label class="field" data-property=field.property>
            <span>{move || (field.name)(bench.s())}</span>
            {control}
        </label>
    }
}
