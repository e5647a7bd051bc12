//! What has been run: how far it has come, by what and with which parameters; again, taken along, or away.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::{Desk, export, schema, scope};
use crate::{
    bench::Bench,
    icons::Icon,
    js::{get, list, message, text},
    panels,
    runs::{self, Run, State},
};

/// Where a run's results come from, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Provenance {
    /// `window=hann, fft_size=2048`; empty where all stands at its default.
    parameters: String,
    /// `1.2.0, 2026-11-21 10:00:00`, once there is a result.
    made: String,
    /// The stretch; empty for the whole.
    stretch: String,
}

impl Provenance {
    fn of(bench: Bench, key: u32) -> Self {
        let told = runs::told(bench, key).unwrap_or(JsValue::UNDEFINED);
        let steps = list(&told, "steps");
        let parameters = steps.iter().flat_map(schema::of_step);
        let parameters: Vec<String> = parameters
            .map(|(name, words)| format!("{name} = {words}"))
            .collect();
        let first = runs::results(bench, key).get(0);
        let made = [text(&first, "version"), text(&first, "date")];
        let made: Vec<String> = made
            .into_iter()
            .flatten()
            .filter(|word| !word.is_empty())
            .collect();
        Self {
            parameters: parameters.join(", "),
            made: made.join(", "),
            stretch: scope::told(&get(&told, "options")).unwrap_or_default(),
        }
    }
}

#[component]
pub(super) fn History(desk: Desk) -> impl IntoView {
    let bench = Bench::get();
    let all = Memo::new(move |_| {
        let mut runs = runs::all(bench);
        runs.reverse();
        runs
    });
    // The share done changes often: only its own line is made anew.
    let keys =
        Memo::new(move |_| all.with(|all| all.iter().map(|run| run.key).collect::<Vec<_>>()));
    view! {
        <Show when=move || !keys.with(Vec::is_empty)>
            <p class="heading" aria-hidden="true">{move || bench.s().done_analyses}</p>
            <ol class="history" aria-label=move || bench.s().done_analyses>
                <For each=move || keys.get() key=|key| *key let(key)>
                    <Entry desk key_=key all />
                </For>
            </ol>
        </Show>
    }
}

#[component]
fn Entry(desk: Desk, key_: u32, all: Memo<Vec<Run>>) -> impl IntoView {
    let bench = Bench::get();
    let run = Memo::new(move |_| all.with(|all| all.iter().find(|run| run.key == key_).cloned()));
    let state = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.state)));
    let is_done = Memo::new(move |_| state.get() == Some(State::Done));
    let is_running = Memo::new(move |_| matches!(state.get(), Some(State::Running(_))));
    let title = StoredValue::new(
        run.with_untracked(|run| run.as_ref().map(|r| r.title.clone()).unwrap_or_default()),
    );
    let named = move |word: &str| title.with_value(|title| format!("{word} {title}"));
    let provenance = Memo::new(move |_| {
        is_done.track();
        Provenance::of(bench, key_)
    });
    let took = move || {
        run.with(|run| run.as_ref().and_then(|run| run.secs))
            .map(|secs| format!("{secs:.1}\u{202f}s"))
    };
    let cause = move || {
        run.with(|run| {
            run.as_ref()
                .map(|run| run.cause.clone())
                .unwrap_or_default()
        })
    };
    let words = move || {
        let s = bench.s();
        match state.get() {
            Some(State::Running(done)) => format!("{done}\u{202f}%"),
            Some(State::Cancelled) => s.cancelled.to_owned(),
            Some(State::Failed) => cause(),
            _ => took().unwrap_or_default(),
        }
    };
    let facts = move || {
        let Provenance {
            parameters,
            made,
            stretch,
        } = provenance.get();
        let facts = [stretch, parameters, made];
        facts
            .into_iter()
            .filter(|fact| !fact.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let again = move |_| {
        let told = runs::told(bench, key_).unwrap_or(JsValue::UNDEFINED);
        // The form is about one step: the first.
        if let Some(step) = list(&told, "steps").first() {
            desk.choose(&runs::step_id(step), schema::of_step(step));
        }
    };
    // Moments and stretches can become annotations, where there is a panel of them.
    let has_places = Memo::new(move |_| {
        let is_place = |result: JsValue| {
            let mode = text(&result, "timeMode");
            matches!(mode.as_deref(), Some("event" | "segment"))
        };
        is_done.get()
            && panels::find("annotations").is_some()
            && runs::results(bench, key_).iter().any(is_place)
    });
    let failure = RwSignal::new(String::new());
    let save = move |kind: export::Kind| {
        failure.set(String::new());
        spawn_local(async move {
            if let Err(error) = export::save(bench, key_, kind).await {
                failure.try_set(message(&error));
            }
        });
    };
    let end = move |_| {
        let host = bench.host();
        if is_running.get_untracked() {
            host.cancel_run(key_);
        } else {
            host.remove_run(key_);
        }
    };
    let end_name = move || {
        named(if is_running.get() {
            bench.s().cancel
        } else {
            bench.s().remove
        })
    };
    view! {
        <li data-run=key_.to_string()>
            <div class="history-head">
                <span class="run-name">{title.get_value()}</span>
                <span class="number dim" class:failed=move || state.get() == Some(State::Failed)>{words}</span>
                <Show when=move || is_running.get()>
                    <progress
                        max="1"
                        value=move || match state.get() { Some(State::Running(done)) => f64::from(done) / 100.0, _ => 1.0 }
                        aria-label=move || bench.s().analysing
                    ></progress>
                </Show>
                <button class="mini" type="button" aria-label=end_name title=end_name on:click=end>{Icon::Close.view()}</button>
            </div>
            <p class="dim facts">{facts}</p>
            <div class="tools">
                <button class="act small" type="button" aria-label=move || named(bench.s().again) on:click=again>
                    {move || bench.s().again}
                </button>
                <Show when=move || has_places.get()>
                    <button
                        class="act small"
                        type="button"
                        aria-label=move || named(bench.s().to_annotations)
                        on:click=move |_| bench.host().open_panel("annotations", &key_.to_string())
                    >
                        {move || bench.s().to_annotations}
                    </button>
                </Show>
                <Show when=move || is_done.get()>
                    {export::Kind::ALL.map(|kind| view! {
                        <button class="act small" type="button" aria-label=move || named(kind.name()) on:click=move |_| save(kind)>
                            {kind.name()}
                        </button>
                    })}
                </Show>
            </div>
            <p class="field-error" role="alert">{failure}</p>
        </li>
    }
}
