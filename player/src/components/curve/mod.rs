//! The curve of a framewise result.

use std::rc::Rc;

use timeside_view::{
    histogram::number,
    layers::{curve::Series, value_axis::ValueAxis},
};

use super::lane::{Face, LaneShape, lane_canvas};
use crate::{
    canvas,
    layers::{Layer, Source},
    prelude::*,
    store::Store,
};

/// One line for each column.
pub(crate) fn face(layer: &Layer, shape: LaneShape) -> Face {
    let store = Store::get();
    let analyses = store.analyses;
    let id = layer.id.clone();
    let layer = store.layers.layer(&id);
    let source = move || {
        layer.with(|layer| match layer.as_ref().map(|l| &l.source) {
            Some(Source::Result(run, id)) => Some((*run, id.clone())),
            _ => None,
        })
    };
    let source = Memo::new(move |_| source());
    // What is in Hz lies on the axis of the spectrogram under it.
    let axis = Memo::new(move |_| {
        let layer = layer.get()?;
        let (run, id) = source.get()?;
        let (_, unit) = analyses.words(run, &id);
        if let Some(axis) = shape.axis.get().filter(|_| unit == "Hz") {
            return Some(ValueAxis::from(axis));
        }
        let range = layer.style.range_or(analyses.range(run, &id))?;
        Some(ValueAxis::new(range, layer.style.value_scale()))
    });
    let detail = move || {
        let (run, id) = source.get()?;
        let (_, unit) = analyses.words(run, &id);
        let range = axis.get().map(|axis| axis.range);
        let range = range.map(|r| format!("{} … {}", number(r.low), number(r.high)));
        Some(format!("{} {unit}", range.unwrap_or_default()))
    };
    let read = move |position: f64, _: Option<f64>| {
        let (run, id) = source.get()?;
        let at = |s: &Series| Some(number(f64::from(s.values[s.index_at(position)?])));
        analyses.with_curve(run, &id, |curve| {
            let values: Vec<String> = curve.series.iter().filter_map(at).collect();
            values.join("  ")
        })
    };
    let color = Memo::new(move |_| layer.get().map(|l| (l.color, l.style.color)));
    let canvas = lane_canvas(
        "fill",
        shape.height,
        move || {
            analyses.curves().track();
            axis.track();
            color.track();
        },
        move |surface, view| {
            let (Some(axis), Some((run, id)), Some((first, own))) =
                (axis.get(), source.get(), color.get())
            else {
                return;
            };
            store.palette.with(|palette| {
                canvas::curve::paint_grid(surface, axis, palette);
                analyses.with_curve(run, &id, |curve| {
                    for (column, series) in curve.series.iter().enumerate() {
                        let own = own.as_deref().filter(|_| column == 0);
                        let color = own.unwrap_or(palette.tier(first + column));
                        canvas::curve::paint(surface, series, view, axis, color);
                    }
                });
            });
        },
    );
    let done = move || analyses.progress(source.get()?.0);
    let cancel = move |()| {
        if let Some((run, _)) = source.get_untracked() {
            analyses.cancel(run);
        }
    };
    let detail = Signal::derive(move || detail().unwrap_or_default());
    Face {
        progress: Some((Signal::derive(done), Callback::new(cancel))),
        ..Face::new(&id, detail, Rc::new(read), canvas.into_any())
    }
}
