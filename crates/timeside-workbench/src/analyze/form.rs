//! The form of one analyzer.

use js_sys::Object;
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlElement, SubmitEvent};

use super::{
    Desk,
    catalogue::{self, Analyzer},
    field::{Entry, Field, refusal_words},
    scope::{Scope, ScopeChoice},
};
use crate::{
    bench::{Bench, Topic},
    js::{get, message, number, set, text},
};

/// The step that the fields describe: what stands at its default is left out. `None` if a field holds no value; its
/// error then says why.
fn step_of(bench: Bench, id: &str, entries: &[Entry]) -> Option<Object> {
    let step = Object::new();
    set(&step, "id", &id.into());
    let mut is_good = true;
    for entry in entries {
        entry.param.with_value(|param| {
            let words = entry.words.get_untracked();
            if words == param.default {
                return;
            }
            match param.value(&words) {
                Ok(value) if value.is_null() => {}
                Ok(value) => set(&step, &param.name, &value),
                Err(refusal) => {
                    let s = bench.strings.get_untracked();
                    entry.error.set(refusal_words(s, &refusal));
                    is_good = false;
                }
            }
        });
    }
    is_good.then_some(step)
}

/// Puts a refusal of the engine at its field; false if it is about none.
fn place_refusal(entries: &[Entry], error: &JsValue) -> bool {
    if text(error, "code").as_deref() != Some("bad-parameter") {
        return false;
    }
    let Some(name) = text(&get(error, "details"), "parameter") else {
        return false;
    };
    let field = entries
        .iter()
        .find(|entry| entry.param.with_value(|p| p.name == name));
    let Some(field) = field else { return false };
    field.error.try_set(message(error));
    true
}

/// The run that ended by this very error, if it is still listed, says no more than its field does.
fn forget_refused(bench: Bench, error: &JsValue) {
    let host = bench.host();
    let key = host
        .runs()
        .iter()
        .find(|run| get(run, "error") == *error)
        .and_then(|run| number(&run, "key"));
    if let Some(key) = key {
        host.remove_run(key as u32);
    }
}

#[component]
pub(super) fn Form(desk: Desk, analyzer: Analyzer) -> impl IntoView {
    let bench = Bench::get();
    let given = desk.given.get_untracked();
    let word_of = |name: &str| {
        given
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, words)| words.clone())
    };
    let entries: Vec<Entry> = analyzer
        .params
        .iter()
        .map(|param| Entry::new(param.clone(), word_of(&param.name)))
        .collect();
    let entries = StoredValue::new(entries);
    let scope = RwSignal::new(Scope::default());
    let failure = RwSignal::new(String::new());
    let node = NodeRef::<html::Form>::new();
    let id = StoredValue::new(analyzer.id.clone());
    // The first field that is wrong, once the page shows it so.
    let focus_bad = move || {
        request_animation_frame(move || {
            let Some(form) = node.try_get_untracked().flatten() else {
                return;
            };
            let bad = form.query_selector("[aria-invalid=true]").ok().flatten();
            if let Some(bad) = bad.and_then(|bad| bad.dyn_into::<HtmlElement>().ok()) {
                // Refused only by what is not there any more.
                let _ = bad.focus();
            }
        });
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        failure.set(String::new());
        let step = id.with_value(|id| entries.with_value(|entries| step_of(bench, id, entries)));
        let Some(step) = step else {
            focus_bad();
            return;
        };
        id.with_value(|id| desk.recent.set(catalogue::remember(id)));
        let run = bench
            .element()
            .analyze(&step, &scope.get_untracked().options(bench));
        spawn_local(async move {
            let Err(error) = JsFuture::from(run).await else {
                return;
            };
            let placed = entries.try_with_value(|entries| place_refusal(entries, &error));
            if placed == Some(true) {
                forget_refused(bench, &error);
                focus_bad();
            } else if text(&error, "code").as_deref() != Some("cancelled") {
                failure.try_set(message(&error));
            }
        });
    };
    let reset = move |_| {
        entries.with_value(|entries| {
            for entry in entries {
                entry
                    .words
                    .set(entry.param.with_value(|param| param.default.clone()));
                entry.error.set(String::new());
            }
        });
    };
    let is_open = move || {
        bench.track(Topic::Media);
        bench.element().media().is_object()
    };
    let count = analyzer.params.len();
    let form_name = analyzer.name.clone();
    let paragraphs: Vec<String> = plain(&analyzer.doc);
    let fields = entries.with_value(|entries| {
        let field = |(number, entry): (usize, &Entry)| view! { <Field entry=*entry number /> };
        entries.iter().enumerate().map(field).collect_view()
    });
    view! {
        <form class="form" novalidate node_ref=node aria-label=form_name on:submit=on_submit>
            <p class="form-title">{analyzer.name}" "<span class="dim">{analyzer.version}</span></p>
            <p class="dim">{analyzer.description}</p>
            {(!paragraphs.is_empty()).then(|| view! {
                <details>
                    <summary>{move || bench.s().about}</summary>
                    {paragraphs.into_iter().map(|text| view! { <p class="about">{text}</p> }).collect_view()}
                </details>
            })}
            <div class="params">{fields}</div>
            <p class="field-error" role="alert">{failure}</p>
            <div class="tools">
                <ScopeChoice scope />
                <button class="act main" type="submit" disabled=move || !is_open()>{move || bench.s().run}</button>
                {(count > 0).then(|| view! {
                    <button class="act" type="button" on:click=reset>{move || bench.s().reset}</button>
                })}
            </div>
        </form>
    }
}

/// The paragraphs of a Markdown text without its marks, code and lists included as they are.
fn plain(markdown: &str) -> Vec<String> {
    let paragraphs = markdown
        .split("\n\n")
        .map(str::trim)
        .filter(|text| !text.is_empty());
    paragraphs
        .map(|text| text.replace('`', "").replace("**", ""))
        .collect()
}
