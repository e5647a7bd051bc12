//! The results panel: what the analyses say in numbers.

use leptos::{html, prelude::*};
use timeside_view::histogram::{self, number};

use crate::{
    canvas,
    frames::Frames,
    icons::Icon,
    sources::analysis::{Curve, RunState},
    store::{Phase, Store},
};

/// Of a chart, CSS pixels.
const CHART: (f64, f64) = (220.0, 84.0);
/// Bars of a chart.
const BINS: usize = 32;

/// Shown once something has been asked for.
#[component]
pub(crate) fn Results() -> impl IntoView {
    let store = Store::get();
    let analyses = store.analyses;
    let s = move || store.strings.get();
    let asked = move || {
        let opened = matches!(store.phase.get(), Phase::Opening { .. } | Phase::Ready);
        opened && (analyses.any_planned() || analyses.entries().with(|all| !all.is_empty()))
    };
    let unfinished = move || {
        analyses.entries().with(|all| {
            all.iter()
                .filter(|e| e.state != RunState::Done)
                .map(|e| (e.key, e.steps.join(", "), e.state.clone()))
                .collect::<Vec<_>>()
        })
    };
    let curve_keys = Memo::new(move |_| {
        analyses.curves().with(|all| {
            all.iter()
                .map(|c| (c.run, c.id.clone()))
                .collect::<Vec<_>>()
        })
    });

    view! {
        <Show when=asked>
            <section class="results" part="results" aria-label=move || s().results>
                // One row at least, so that the end of the last analysis moves nothing.
                <Show when=move || unfinished().is_empty()>
                    <div class="run"><span class="run-name">{move || s().results}</span></div>
                </Show>
                {move || unfinished().into_iter().map(|(key, steps, state)| view! { <Unfinished key_=key steps state /> }).collect_view()}
                <div class="result-grid">
                    <Show when=move || analyses.values().with(|v| !v.is_empty())>
                        <table class="values">
                            <thead class="sr-only">
                                <tr><th>{move || s().name}</th><th>{move || s().value}</th><th>{move || s().unit}</th></tr>
                            </thead>
                            <tbody>
                                {move || analyses.values().get().into_iter().map(|value| {
                                    view! {
                                        <tr title=value.id class:dim=!value.here>
                                            <th scope="row">{value.name}</th>
                                            <td class="number">{value.text}</td>
                                            <td class="unit">{value.unit}</td>
                                        </tr>
                                    }
                                }).collect_view()}
                            </tbody>
                        </table>
                    </Show>
                    <For each=move || curve_keys.get() key=|key| key.clone() let(key)>
                        <CurveCard run=key.0 id=key.1 />
                    </For>
                </div>
            </section>
        </Show>
    }
}

#[component]
fn Unfinished(key_: u32, steps: String, state: RunState) -> impl IntoView {
    let store = Store::get();
    let s = store.strings.get_untracked();
    let cancel_name = format!("{} {steps}", s.cancel);
    let dismiss_name = format!("{} {steps}", s.dismiss);
    match state {
        RunState::Running(done) => view! {
            <div class="run">
                <span class="run-name working" title=steps.clone()>{steps.clone()}</span>
                <progress max="1" value=done aria-label=s.analysing></progress>
                <span class="number">{format!("{:.0}\u{202f}%", done * 100.0)}</span>
                <button class="mini" type="button" aria-label=cancel_name.clone() title=cancel_name
                    on:click=move |_| store.analyses.cancel(key_)>{Icon::Close.view()}</button>
            </div>
        }
        .into_any(),
        RunState::Cancelled => view! {
            <div class="run">
                <span class="run-name">{steps}</span>
                <span class="dim">{s.cancelled}</span>
                <button class="mini" type="button" aria-label=dismiss_name.clone() title=dismiss_name
                    on:click=move |_| store.analyses.remove(key_)>{Icon::Close.view()}</button>
            </div>
        }
        .into_any(),
        RunState::Failed(failure) => view! {
            <div class="run failed" role="alert">
                {Icon::Alert.view()}
                <span class="run-name">{steps}</span>
                <span>{failure.message}</span>
                <button class="mini" type="button" aria-label=dismiss_name.clone() title=dismiss_name
                    on:click=move |_| store.analyses.remove(key_)>{Icon::Close.view()}</button>
            </div>
        }
        .into_any(),
        RunState::Done => ().into_any(),
    }
}

/// A curve in numbers, and how its values are spread.
#[component]
fn CurveCard(run: u32, id: String) -> impl IntoView {
    let store = Store::get();
    let id = StoredValue::new(id);
    let read = move |make: &mut dyn FnMut(&Curve)| {
        store.analyses.curves().with(|all| {
            let curve = all
                .iter()
                .find(|c| c.run == run && id.with_value(|id| *id == c.id));
            curve.map(make);
        });
    };
    // While rows still come, the numbers would change with every one of them.
    let running = Memo::new(move |_| store.analyses.progress(run).is_some());
    let facts = Memo::new(move |_| {
        let mut facts = (String::new(), String::new(), Vec::new(), None);
        let s = store.strings.get();
        // Room for the numbers that will come.
        facts.2 = [s.minimum, s.mean, s.maximum, s.values]
            .map(|name| (name, "–".to_owned()))
            .to_vec();
        if running.get() {
            let names = |curve: &Curve| (curve.name.clone(), curve.unit.clone());
            untrack(|| read(&mut |curve| (facts.0, facts.1) = names(curve)));
            return facts;
        }
        read(&mut |curve| {
            facts.0.clone_from(&curve.name);
            facts.1.clone_from(&curve.unit);
            let Some(series) = curve.series.first() else {
                return;
            };
            if let Some(sum) = histogram::summary(&series.values) {
                facts.2 = vec![
                    (s.minimum, number(sum.min)),
                    (s.mean, number(sum.mean)),
                    (s.maximum, number(sum.max)),
                    (s.values, number(sum.count as f64)),
                ];
            }
            facts.3 = histogram::histogram(&series.values, BINS);
        });
        facts
    });
    let node = NodeRef::<html::Canvas>::new();
    let frames = expect_context::<Frames>();
    frames.paint(
        move || {
            node.track();
            facts.track();
            store.palette.track();
            store.px_ratio.track();
        },
        move || {
            let Some(canvas) = node.get() else { return };
            let ratio = store.px_ratio.get();
            if canvas::Surface::of(&canvas, CHART.0 * ratio, CHART.1 * ratio, ratio).is_none() {
                return;
            }
            facts.with(|f| {
                if let Some(histogram) = &f.3 {
                    store
                        .palette
                        .with(|p| canvas::chart::paint_histogram(&canvas, histogram, p, ratio));
                }
            });
        },
    );
    let chart_name = move || {
        format!(
            "{} {}",
            store.strings.get().distribution,
            facts.with(|f| f.0.clone())
        )
    };
    view! {
        <figure class="card">
            <figcaption>
                {move || facts.with(|f| f.0.clone())}
                <span class="unit">{move || facts.with(|f| f.1.clone())}</span>
            </figcaption>
            <canvas node_ref=node class="chart" role="img" aria-label=chart_name></canvas>
            <dl>
                {move || facts.with(|f| f.2.clone()).into_iter().map(|(name, value)| view! {
                    <div><dt>{name}</dt><dd class="number">{value}</dd></div>
                }).collect_view()}
            </dl>
        </figure>
    }
}
