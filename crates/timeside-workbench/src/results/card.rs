//! A curve in numbers, and how its values are spread.

use js_sys::Float32Array;
use leptos::{html, prelude::*};
use timeside_view::histogram::{self, Histogram, number as digits};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::Shown;
use crate::{
    bench::{Bench, Topic},
    canvas::chart::paint_histogram,
    js::{get, list, text},
    palette::Palette,
    runs::{self, State},
    strings::Strings,
};

/// Of a chart, CSS pixels.
const CHART: (f64, f64) = (220.0, 84.0);
/// Bars of a chart.
const BINS: usize = 32;

/// What a card says: names of numbers and the numbers, and the bars.
type Facts = (Vec<(&'static str, String)>, Option<Histogram>);

/// The first column of a result that has come; empty while rows still come, since the numbers would change with each.
fn values_of(bench: Bench, run: u32, id: &str) -> Vec<f32> {
    let is_done = runs::all(bench)
        .iter()
        .any(|r| r.key == run && r.state == State::Done);
    if !is_done {
        return Vec::new();
    }
    let results = runs::results(bench, run);
    let Some(result) = results
        .iter()
        .find(|r| text(r, "id").as_deref() == Some(id))
    else {
        return Vec::new();
    };
    let columns: f64 = list(&result, "shape")
        .iter()
        .skip(1)
        .filter_map(|n| n.as_f64())
        .product();
    let data = Float32Array::new(&get(&result, "data")).to_vec();
    data.into_iter()
        .step_by((columns as usize).max(1))
        .collect()
}

fn facts(s: &'static Strings, values: &[f32]) -> Facts {
    let names = [s.minimum, s.mean, s.maximum, s.values];
    let numbers = match histogram::summary(values) {
        Some(sum) => [sum.min, sum.mean, sum.max, sum.count as f64].map(digits),
        // Room for the numbers that will come.
        None => std::array::from_fn(|_| "–".to_owned()),
    };
    (
        names.into_iter().zip(numbers).collect(),
        histogram::histogram(values, BINS),
    )
}

#[component]
pub(super) fn Card(curve: Shown) -> impl IntoView {
    let bench = Bench::get();
    let (run, id) = (curve.run, curve.id);
    let facts = Memo::new(move |_| facts(bench.s(), &values_of(bench, run, &id)));
    let node = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        bench.track(Topic::Palette);
        let (Some(canvas), Some(window)) = (node.get(), web_sys::window()) else {
            return;
        };
        facts.with(|(_, histogram)| {
            if let Some(histogram) = histogram {
                let root: &HtmlElement = canvas.unchecked_ref();
                let palette = Palette::read(&bench.element(), root);
                paint_histogram(
                    &canvas,
                    histogram,
                    &palette,
                    CHART,
                    window.device_pixel_ratio(),
                );
            }
        });
    });
    let name = StoredValue::new(curve.name.clone());
    let chart_name = move || format!("{} {}", bench.s().distribution, name.get_value());
    let numbers = move || {
        let facts = facts.with(|(numbers, _)| numbers.clone());
        let pair =
            |(name, value)| view! { <div><dt>{name}</dt><dd class="number">{value}</dd></div> };
        facts.into_iter().map(pair).collect_view()
    };
    view! {
        <figure class="card">
            <figcaption>{curve.name}<span class="unit">{curve.unit}</span></figcaption>
            <canvas node_ref=node class="chart" role="img" aria-label=chart_name></canvas>
            <dl>{numbers}</dl>
        </figure>
    }
}
