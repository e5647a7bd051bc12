//! The lanes of framewise results.

use leptos::prelude::*;
use timeside_view::histogram::number;

use super::lane::{Lane, lane_canvas};
use crate::{canvas, sources::analysis::Curve, store::Store};

/// CSS pixels, unless `--timeside-lane-height` says otherwise.
const HEIGHT: f64 = 88.0;

/// One lane for each framewise result, in the order they came.
#[component]
pub(crate) fn CurveLanes() -> impl IntoView {
    let store = Store::get();
    let (hidden, hide) = signal(Vec::<(u32, String)>::new());
    let keys = Memo::new(move |_| {
        store.analyses.curves().with(|curves| {
            let keys = curves
                .iter()
                .enumerate()
                .map(|(index, c)| (index, c.run, c.id.clone()));
            keys.filter(|(_, run, id)| hidden.with(|h| !h.contains(&(*run, id.clone()))))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || keys.get() key=|key| key.clone() let(key)>
            <CurveLane index=key.0 run=key.1 id=key.2.clone() on_hide={
                let id = key.2.clone();
                move |()| hide.update(|h| h.push((key.1, id.clone())))
            } />
        </For>
    }
}

#[component]
fn CurveLane(
    index: usize,
    run: u32,
    id: String,
    #[prop(into)] on_hide: Callback<()>,
) -> impl IntoView {
    let store = Store::get();
    let id = StoredValue::new(id);
    let with_curve = move |read: &mut dyn FnMut(&Curve)| {
        store.analyses.curves().with(|curves| {
            let curve = curves
                .iter()
                .find(|c| c.run == run && id.with_value(|id| *id == c.id));
            curve.map(read);
        });
    };
    let text = move |make: fn(&Curve) -> String| {
        let mut out = String::new();
        with_curve(&mut |curve| out = make(curve));
        out
    };
    let range_text = |curve: &Curve| {
        let range = curve
            .range
            .map(|r| format!("{} … {}", number(r.low), number(r.high)))
            .unwrap_or_default();
        format!("{range} {}", curve.unit)
    };
    let value = move || {
        let Some(hover) = store.hover.get() else {
            return String::new();
        };
        let position = store.view.get().position_from_px(hover.x);
        let mut values: Vec<String> = Vec::new();
        with_curve(&mut |curve| {
            let at = |s: &timeside_view::layers::curve::Series| {
                Some(number(f64::from(s.values[s.index_at(position)?])))
            };
            values = curve.series.iter().filter_map(at).collect();
        });
        values.join("  ")
    };
    // Each series of every lane has a colour of its own.
    let first_color = move || {
        store.analyses.curves().with(|curves| {
            curves
                .iter()
                .take(index)
                .map(|c| c.series.len().max(1))
                .sum::<usize>()
        })
    };
    let height = Signal::derive(move || store.palette.with(|p| p.lane_height).unwrap_or(HEIGHT));
    let canvas = lane_canvas(
        "fill",
        height,
        move || store.analyses.curves().track(),
        move |surface, view| {
            store.palette.with(|palette| {
                with_curve(&mut |curve| {
                    let Some(range) = curve.range else { return };
                    canvas::curve::paint_grid(surface, range, palette);
                    for (column, series) in curve.series.iter().enumerate() {
                        canvas::curve::paint(
                            surface,
                            series,
                            view,
                            range,
                            palette.tier(first_color() + column),
                        );
                    }
                });
            });
        },
    );
    view! {
        <Lane
            name=Signal::derive(move || text(|curve| curve.name.clone()))
            detail=Signal::derive(move || text(range_text))
            value=Signal::derive(value)
            height=height
            color=Signal::derive(move || store.palette.with(|p| p.tier(first_color()).to_owned()))
            progress=Signal::derive(move || store.analyses.progress(run))
            on_cancel=Callback::new(move |()| store.analyses.cancel(run))
            on_hide=on_hide
        >
            {canvas}
        </Lane>
    }
}
