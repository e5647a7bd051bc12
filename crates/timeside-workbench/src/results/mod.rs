//! The results: what the analyses say in numbers. Shown below the panels once something has been asked for.

mod card;

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::{
    bench::{Bench, Topic},
    icons::Icon,
    js::{flag, list, number, text},
    runs::{self, Run, State},
};
use card::Card;

/// A row of the table, or the head of a card.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shown {
    run: u32,
    id: String,
    name: String,
    unit: String,
    /// The numbers; empty for curves.
    text: String,
    /// Has it come?
    here: bool,
}

impl Shown {
    fn read(told: &JsValue) -> Self {
        let word = |name: &str| text(told, name).unwrap_or_default();
        Self {
            run: number(told, "run").unwrap_or(0.0) as u32,
            id: word("id"),
            name: word("name"),
            unit: word("unit"),
            text: word("text"),
            here: flag(told, "here").unwrap_or(true),
        }
    }
}

fn shown(bench: Bench, kind: &str) -> Vec<Shown> {
    bench.track(Topic::Runs);
    list(&bench.host().results(), kind)
        .iter()
        .map(Shown::read)
        .collect()
}

#[component]
pub(crate) fn Results() -> impl IntoView {
    let bench = Bench::get();
    let values = Memo::new(move |_| shown(bench, "values"));
    let curves = Memo::new(move |_| shown(bench, "curves"));
    let unfinished = Memo::new(move |_| {
        // The panel of analyses lists them itself.
        if bench
            .panel
            .with(|panel| panel.as_deref() == Some("analyze"))
        {
            return Vec::new();
        }
        let mut runs = runs::all(bench);
        runs.retain(|run| run.state != State::Done);
        runs
    });
    let has_runs = Memo::new(move |_| !runs::all(bench).is_empty());
    let asked =
        move || has_runs.get() || values.with(|v| !v.is_empty()) || curves.with(|c| !c.is_empty());
    let rows = move || {
        values.get().into_iter().map(|value| {
            view! {
                <tr title=value.id class:dim=!value.here>
                    <th scope="row">{value.name}</th>
                    <td class="number">{value.text}</td>
                    <td class="unit">{value.unit}</td>
                </tr>
            }
        })
    };
    view! {
        <Show when=asked>
            <section class="results" part="results" aria-label=move || bench.s().results>
                // One row at least, so that the end of the last analysis moves nothing.
                <Show when=move || unfinished.with(Vec::is_empty)>
                    <div class="run"><span class="run-name">{move || bench.s().results}</span></div>
                </Show>
                {move || unfinished.get().into_iter().map(|run| view! { <Unfinished run /> }).collect_view()}
                <div class="result-grid">
                    <Show when=move || values.with(|v| !v.is_empty())>
                        <table class="values">
                            <colgroup><col /><col /><col /></colgroup>
                            <thead class="sr-only">
                                <tr><th>{move || bench.s().name}</th><th>{move || bench.s().value}</th><th>{move || bench.s().unit}</th></tr>
                            </thead>
                            <tbody>{move || rows().collect_view()}</tbody>
                        </table>
                    </Show>
                    <For each=move || curves.get() key=Clone::clone let(curve)>
                        <Card curve />
                    </For>
                </div>
            </section>
        </Show>
    }
}

/// An analysis that is on its way, or has ended without results.
#[component]
fn Unfinished(run: Run) -> impl IntoView {
    let bench = Bench::get();
    let s = bench.strings.get_untracked();
    let key = run.key;
    let named = |word: &str| format!("{word} {}", run.title);
    let (name, middle, is_running) = match run.state {
        State::Running(done) => {
            let share = f64::from(done) / 100.0;
            let middle = view! {
                <progress max="1" value=share aria-label=s.analysing></progress>
                <span class="number">{format!("{done}\u{202f}%")}</span>
            };
            (named(s.cancel), middle.into_any(), true)
        }
        State::Failed => (
            named(s.dismiss),
            view! { <span>{run.cause}</span> }.into_any(),
            false,
        ),
        _ => {
            let middle = view! { <span class="dim">{s.cancelled}</span> };
            (named(s.dismiss), middle.into_any(), false)
        }
    };
    let is_failed = run.state == State::Failed;
    let end = move |_| {
        let host = bench.host();
        if is_running {
            host.cancel_run(key);
        } else {
            host.remove_run(key);
        }
    };
    view! {
        <div class="run" class:failed=is_failed role=is_failed.then_some("alert")>
            {is_failed.then(|| Icon::Alert.view())}
            <span class="run-name" class:working=is_running title=run.title.clone()>{run.title.clone()}</span>
            {middle}
            <button class="mini" type="button" aria-label=name.clone() title=name on:click=end>{Icon::Close.view()}</button>
        </div>
    }
}
