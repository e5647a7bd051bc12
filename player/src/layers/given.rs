//! Data of layers in time: read from results, and from whatever a page, a `<track>` or the medium gives.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Float32Array, Float64Array, Object};
use timeside_view::layers::{
    items::{Item, Items},
    matrix::Grid,
};
use wasm_bindgen::{JsCast, prelude::*};

use super::LayerKind;
use crate::link::{get, number, text};

/// What a layer shows.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    /// Not there yet; what it will be.
    Waiting(LayerKind),
    /// Values as colours. Rows may still come.
    Matrix(Rc<RefCell<Grid>>),
    /// What stands in time, and what its height means.
    Items(LayerKind, Rc<Items>),
}

impl Data {
    pub(crate) fn items(&self) -> Option<&Rc<Items>> {
        match self {
            Self::Items(_, items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn kind(&self) -> LayerKind {
        match self {
            Self::Items(kind, _) | Self::Waiting(kind) => *kind,
            Self::Matrix(_) => LayerKind::Matrix,
        }
    }
}

/// Reads annotations as of `CONTRACT`: `start`, `end`, `label`, `value`, `low`, `high`; seconds and Hz.
pub(crate) fn read_annotations(list: &JsValue, rate_hz: f64) -> Items {
    let mut labels = Vec::new();
    let list = Array::from(list);
    let items = list.iter().filter_map(|given| {
        let start = number(&given, "start")? * rate_hz;
        let value = |name: &str| number(&given, name).map_or(f32::NAN, |value| value as f32);
        let label = text(&given, "label")
            .or_else(|| text(&given, "title"))
            .filter(|label| !label.is_empty());
        Some(Item {
            value: value("value"),
            low_hz: value("low"),
            high_hz: value("high"),
            label: label.map(|label| {
                labels.push(label);
                labels.len() as u32 - 1
            }),
            ..Item::new(
                start,
                number(&given, "end").map_or(start, |end| end * rate_hz),
            )
        })
    });
    let items = items.collect();
    Items::new(items, labels)
}

/// Reads events, segments and labels over time from an `AnalyzerResult`.
pub(crate) fn read_items(result: &JsValue, rate_hz: f64) -> (LayerKind, Items) {
    let values = Float32Array::new(&get(result, "data")).to_vec();
    let columns = Array::from(&get(result, "shape"))
        .iter()
        .skip(1)
        .filter_map(|n| n.as_f64())
        .product::<f64>()
        .max(1.0) as usize;
    let is_label = text(result, "dataMode").as_deref() == Some("label");
    let (numbers, labels): (Vec<i64>, Vec<String>) = labels_of(result).into_iter().unzip();
    let times = Float64Array::new(&get(result, "time")).to_vec();
    let durations = Float64Array::new(&get(result, "duration")).to_vec();
    let mode = text(result, "timeMode").unwrap_or_default();
    // One name for all says nothing beside each.
    let has_names = labels.len() > 1;
    let mut list: Vec<Item> = Vec::with_capacity(times.len());
    let mut before = f32::NAN;
    for (row, &value) in values.iter().step_by(columns).enumerate() {
        let Some(start) = times.get(row).map(|secs| secs * rate_hz) else {
            break;
        };
        let length = durations.get(row).map_or(0.0, |secs| secs * rate_hz);
        let end = if mode == "event" {
            start
        } else {
            start + length
        };
        // Frames of one label are one stretch.
        if mode == "framewise"
            && value == before
            && let Some(last) = list.last_mut()
        {
            last.end = end;
            continue;
        }
        before = value;
        let known = numbers.iter().position(|&n| n == value as i64);
        let label = known.filter(|_| is_label && has_names).map(|i| i as u32);
        list.push(Item {
            value: if is_label { f32::NAN } else { value },
            label,
            ..Item::new(start, end)
        });
    }
    let is_pitch = text(result, "unit").is_some_and(|unit| unit.contains("MIDI"));
    let kind = match mode.as_str() {
        "event" => LayerKind::Events,
        _ if is_pitch => LayerKind::Notes,
        _ => LayerKind::Segments,
    };
    (kind, Items::new(list, labels))
}

fn labels_of(result: &JsValue) -> Vec<(i64, String)> {
    let Ok(labels) = get(result, "labels").dyn_into::<Object>() else {
        return Vec::new();
    };
    let pair = |entry: JsValue| {
        let entry = Array::from(&entry);
        Some((
            entry.get(0).as_string()?.parse().ok()?,
            entry.get(1).as_string()?,
        ))
    };
    Object::entries(&labels).iter().filter_map(pair).collect()
}

/// Where a result comes from: analyzer, version, parameters, date.
pub(crate) fn provenance_of(result: &JsValue) -> JsValue {
    let id = text(result, "id").unwrap_or_default();
    let analyzer = id.split(['.', '#']).next().unwrap_or_default();
    crate::link::object(&[
        ("analyzer", analyzer.into()),
        ("result", id.as_str().into()),
        ("version", get(result, "version")),
        ("parameters", get(result, "parameters")),
        ("date", get(result, "date")),
        ("author", get(result, "author")),
    ])
    .into()
}
