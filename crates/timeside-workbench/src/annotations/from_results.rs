//! From what analyses found to annotations: proposals that somebody accepts or rejects.

use js_sys::{Float64Array, Object};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::{desk::Desk, entry::Entry, link::Edit, proposals::Rows, query::Query};
use crate::{
    bench::{Bench, Topic},
    js::{self, get, list, object, text},
};

/// A result of which annotations can be made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Source {
    /// As shown.
    pub(crate) name: String,
    /// Of the analyzer.
    pub(crate) id: String,
    /// Its places.
    pub(crate) rows: Rows,
}

/// Reads an `AnalyzerResult`; none if it says nothing of places.
pub(crate) fn source(result: &JsValue) -> Option<Source> {
    let mut rows = Rows {
        time_mode: text(result, "timeMode")?,
        is_label: text(result, "dataMode").as_deref() == Some("label"),
        ..Rows::default()
    };
    if !rows.has_places() {
        return None;
    }
    let shape: Vec<f64> = list(result, "shape")
        .iter()
        .filter_map(JsValue::as_f64)
        .collect();
    rows.columns = shape.iter().skip(1).product::<f64>().max(1.0) as usize;
    rows.data = Float64Array::new(&get(result, "data")).to_vec();
    rows.times_secs = Float64Array::new(&get(result, "time")).to_vec();
    rows.durations_secs = Float64Array::new(&get(result, "duration")).to_vec();
    let labels = get(result, "labels");
    let labels = labels
        .dyn_ref::<Object>()
        .map(Object::entries)
        .unwrap_or_default();
    rows.labels = labels
        .iter()
        .filter_map(|pair| {
            let pair: js_sys::Array = pair.dyn_into().ok()?;
            Some((
                pair.get(0).as_string()?.parse().ok()?,
                pair.get(1).as_string()?,
            ))
        })
        .collect();
    Some(Source {
        name: text(result, "name").unwrap_or_default(),
        id: text(result, "id").unwrap_or_default(),
        rows,
    })
}

/// All that the analyses of this recording gave, the last first.
fn sources(bench: Bench) -> Vec<Source> {
    let runs = bench.host().runs();
    let mut found: Vec<Source> = runs
        .iter()
        .flat_map(|run| list(&run, "results"))
        .filter_map(|result| source(&result))
        .collect();
    found.reverse();
    found
}

/// Makes proposals of a result on a tier, or on a new one named after it; how many, or why not.
pub(crate) fn propose(desk: Desk, source: &Source, tier: Option<String>) -> Result<usize, String> {
    let s = desk.bench.strings.get_untracked();
    let api = desk.api().ok_or(s.no_document)?;
    let tier = match tier {
        Some(tier) => tier,
        None => {
            let kind = if source.rows.is_points() {
                "points"
            } else {
                "spans"
            };
            let made = object(&[("name", source.name.as_str().into()), ("kind", kind.into())]);
            api.add_tier(&made).map_err(|error| js::message(&error))?
        }
    };
    let edits: Vec<Edit> = source
        .rows
        .drafts()
        .into_iter()
        .map(|draft| {
            Edit::Add(Box::new(Entry {
                tier: tier.clone(),
                start_secs: draft.start_secs,
                end_secs: draft.end_secs,
                label: draft.label,
                value: draft.value,
                author: Some(source.id.clone()),
                is_proposed: true,
                ..Entry::default()
            }))
        })
        .collect();
    desk.try_apply(&edits, "propose").map(|()| edits.len())
}

#[component]
pub(crate) fn FromResults() -> impl IntoView {
    let desk = Desk::get();
    let bench = desk.bench;
    let found = Memo::new(move |_| {
        bench.track(Topic::Runs);
        sources(bench)
    });
    let chosen = RwSignal::new(0_usize);
    let tier = RwSignal::new(String::new());
    let at_least = RwSignal::new(0.0_f64);
    let waiting = Memo::new(move |_| {
        let _ = desk.revision.get();
        let query = Query {
            proposed: true,
            ..Query::default()
        };
        let count = desk
            .api()
            .and_then(|api| api.page(&query, 0, 0).ok())
            .map_or(0, |page| page.total);
        let all = desk.api().and_then(|api| api.page(&query, 0, count).ok());
        all.map(|page| page.rows).unwrap_or_default()
    });
    let fitting = move || {
        let least = at_least.get();
        waiting.with(|all| {
            all.iter()
                .filter(|entry| {
                    least == 0.0 || entry.confidence.is_some_and(|share| share >= least)
                })
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    let make = move |_| {
        let Some(source) = found.with_untracked(|found| found.get(chosen.get_untracked()).cloned())
        else {
            return;
        };
        let target = Some(tier.get_untracked()).filter(|tier| !tier.is_empty());
        match propose(desk, &source, target) {
            Ok(count) => desk.say_counted(|s| s.proposed_now, count),
            Err(why) => desk.say(why),
        }
    };
    view! {
        <Show
            when=move || found.with(|found| !found.is_empty())
            fallback=move || view! { <p class="dim">{move || desk.s().no_places}</p> }
        >
            <div class="tools">
                <select aria-label=move || desk.s().results
                    on:change=move |event| chosen.set(event_target_value(&event).parse().unwrap_or(0))>
                    {move || found.get().into_iter().enumerate().map(|(at, source)| {
                        let words = format!("{} ({})", source.name, source.rows.drafts().len());
                        view! { <option value=at.to_string()>{words}</option> }
                    }).collect_view()}
                </select>
                <span aria-hidden="true">"→"</span>
                <select aria-label=move || desk.s().target_tier on:change=move |event| tier.set(event_target_value(&event))>
                    <option value="">{move || desk.s().new_tier}</option>
                    {move || desk.tiers.get().into_iter().map(|tier| view! {
                        <option value=tier.id>{tier.name}</option>
                    }).collect_view()}
                </select>
                <button class="act main" type="button" on:click=make>{move || desk.s().make_proposals}</button>
            </div>
        </Show>
        <h3 class="heading">{move || desk.s().proposed}</h3>
        <p class="number">{move || desk.counted(|s| s.wait, waiting.with(Vec::len))}</p>
        <div class="tools">
            <label class="check">
                {move || desk.s().confidence_from}
                <input class="entry ann-short" type="number" min="0" max="100" step="5" prop:value="0"
                    on:change=move |event| {
                        let percent = event_target_value(&event).parse::<f64>().unwrap_or(0.0);
                        at_least.set((percent / 100.0).clamp(0.0, 1.0));
                    } />
                "%"
            </label>
            <button class="act" type="button" disabled=move || fitting().is_empty()
                on:click=move |_| desk.judge_all(untrack(fitting), true)>
                {move || format!("{} ({})", desk.s().accept, fitting().len())}
            </button>
            <button class="act" type="button" disabled=move || fitting().is_empty()
                on:click=move |_| desk.judge_all(untrack(fitting), false)>
                {move || format!("{} ({})", desk.s().reject, fitting().len())}
            </button>
        </div>
        <p class="dim">{move || desk.s().judge_hint}</p>
    }
}
