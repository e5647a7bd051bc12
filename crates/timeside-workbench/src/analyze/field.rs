//! One parameter as a field.

use leptos::prelude::*;

use super::schema::{Kind, Param, Refusal};
use crate::{bench::Bench, strings::Strings};

/// A field and what it holds; copyable.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) param: StoredValue<Param>,
    /// What stands in the field.
    pub(super) words: RwSignal<String>,
    /// Why that is refused, in words; else empty.
    pub(super) error: RwSignal<String>,
}

impl Entry {
    /// With what it begins with.
    pub(super) fn new(param: Param, words: Option<String>) -> Self {
        let words = words.unwrap_or_else(|| param.default.clone());
        Self {
            param: StoredValue::new(param),
            words: RwSignal::new(words),
            error: RwSignal::new(String::new()),
        }
    }
}

/// A refusal in words.
pub(super) fn refusal_words(s: &Strings, refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoNumber => s.no_number.to_owned(),
        Refusal::NotWhole => s.not_whole.to_owned(),
        Refusal::OutOfBounds(bounds) => format!("{} {bounds}", s.must_be),
    }
}

/// `input_stepsize` as `Input stepsize`.
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The label, the control that fits the parameter, its unit and bounds, what it does, and what is wrong.
#[component]
pub(super) fn Field(entry: Entry, number: usize) -> impl IntoView {
    let bench = Bench::get();
    let Entry { words, error, .. } = entry;
    let param = entry.param.get_value();
    let id = format!("analyze-{number}");
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    let described = {
        let (help_id, error_id) = (help_id.clone(), error_id.clone());
        move || match error.with(String::is_empty) {
            true => help_id.clone(),
            false => format!("{error_id} {help_id}"),
        }
    };
    let is_bad = move || error.with(|e| (!e.is_empty()).then_some("true"));
    let write = move |text: String| {
        error.set(String::new());
        words.set(text);
    };
    let hint = match (&param.kind, param.bounds()) {
        (Kind::List, _) => bench.strings.get_untracked().comma_list.to_owned(),
        (Kind::Table, _) => bench.strings.get_untracked().line_lists.to_owned(),
        (_, bounds) => bounds,
    };
    let placeholder = param
        .is_optional
        .then(|| bench.strings.get_untracked().automatic);
    let control = match param.kind {
        Kind::Switch => view! {
            <input
                id=id.clone()
                type="checkbox"
                name=param.name.clone()
                aria-describedby=described
                aria-invalid=is_bad
                prop:checked=move || words.with(|w| w == "true")
                on:change=move |event| write(event_target_checked(&event).to_string())
            />
        }
        .into_any(),
        Kind::Choice(choices) => view! {
            <select
                id=id.clone()
                name=param.name.clone()
                aria-describedby=described
                aria-invalid=is_bad
                on:change=move |event| write(event_target_value(&event))
            >
                {choices.into_iter().map(|choice| {
                    let (own, value) = (choice.clone(), choice.clone());
                    view! { <option value=value selected=move || words.with(|w| *w == own)>{choice}</option> }
                }).collect_view()}
            </select>
        }
        .into_any(),
        Kind::Table => view! {
            <textarea
                class="entry"
                id=id.clone()
                name=param.name.clone()
                rows="3"
                dir="auto"
                aria-describedby=described
                aria-invalid=is_bad
                prop:value=words
                on:input=move |event| write(event_target_value(&event))
            ></textarea>
        }
        .into_any(),
        ref kind => view! {
            <input
                class="entry"
                id=id.clone()
                type="text"
                dir="auto"
                inputmode=matches!(kind, Kind::Number { .. }).then_some("decimal")
                name=param.name.clone()
                placeholder=placeholder
                aria-describedby=described
                aria-invalid=is_bad
                prop:value=words
                on:input=move |event| write(event_target_value(&event))
            />
        }
        .into_any(),
    };
    view! {
        <div class="param">
            <label for=id title=param.name.clone()>{label(&param.name)}</label>
            <div class="param-control">
                {control}
                <span class="unit">{param.unit}</span>
                <span class="dim bounds">{hint}</span>
            </div>
            <p class="field-error" id=error_id>{error}</p>
            <p class="dim param-doc" id=help_id>{param.doc}</p>
        </div>
    }
}
