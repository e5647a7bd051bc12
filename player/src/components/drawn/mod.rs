//! What is drawn over time from results and from data that was given: matrices, events, segments, notes, texts, boxes.

use std::{cell::RefCell, rc::Rc};

use leptos::html;
use timeside_view::{
    ColorMap, FrequencyAxis, FrequencyScale, Viewport,
    histogram::number,
    layers::{
        items::{Items, Vertical, note_name, octaves},
        matrix::Grid,
        value_axis::ValueAxis,
    },
};

use super::lane::{Face, LaneShape, lane_canvas};
use crate::{
    canvas::{
        Surface,
        items::{self, Look},
        matrix::Tiles,
        spectrogram::{ON_DARK, ON_LIGHT},
    },
    layers::{Layer, LayerKind, Source, given::Data},
    prelude::*,
    store::Store,
};

/// Between texts of a vertical axis, CSS pixels.
const TICK_PX: f64 = 26.0;
/// How near to a point the pointer must be to read it, CSS pixels.
const NEAR_PX: f64 = 5.0;

/// A matrix, or items.
pub(crate) fn face(layer: &Layer, shape: LaneShape) -> Face {
    let store = Store::get();
    let id = layer.id.clone();
    let layer = store.layers.layer(&id);
    let data = move || store.layers.data(store, &layer.get()?);
    let lane = NodeRef::<html::Div>::new();
    let tiles = Rc::new(RefCell::new(Tiles::default()));
    let canvas = lane_canvas(
        "fill",
        shape.height,
        move || {
            layer.track();
            shape.axis.track();
            let _ = data();
        },
        move |surface, view| {
            let Some(layer) = layer.get() else { return };
            match data() {
                Some(Data::Matrix(grid)) => {
                    paint_matrix(store, surface, view, &layer, &grid, &tiles);
                }
                Some(Data::Items(_, items)) => {
                    paint_items(store, surface, view, &layer, &items, shape.axis.get());
                }
                _ => {}
            }
        },
    );
    let read = move |position: f64, client_y: Option<f64>| {
        let layer = layer.get()?;
        let (_, unit) = store.layers.words(store, &layer);
        match data()? {
            Data::Waiting(_) => None,
            Data::Items(_, items) => {
                let slack = NEAR_PX * store.view.get_untracked().frames_per_px();
                Some(item_words(
                    &items,
                    items.at(position, slack)?,
                    layer.kind,
                    &unit,
                ))
            }
            Data::Matrix(grid) => {
                let rect = lane.get_untracked()?.get_bounding_client_rect();
                let share = client_y.map(|y| (y - rect.top()) / rect.height());
                cell_words(&grid.borrow(), &layer, position, share, &unit)
            }
        }
    };
    let detail = move || {
        let layer = layer.get()?;
        let (_, unit) = store.layers.words(store, &layer);
        // The range of what is still coming changes with it.
        let _ = data();
        let range = store.layers.range(store, &layer);
        let text = match (range, layer.kind) {
            (Some(range), LayerKind::Notes) => {
                format!("{} … {}", note_name(range.low), note_name(range.high))
            }
            (Some(range), _) => format!("{} … {} {unit}", number(range.low), number(range.high)),
            // A low lane has room for the name and what is under the cursor.
            (None, LayerKind::Text) => String::new(),
            (None, _) => match data()? {
                Data::Items(_, items) => number(items.list().len() as f64),
                _ => String::new(),
            },
        };
        Some(text)
    };
    let run = move || match layer.get()?.source {
        Source::Result(run, _) => Some(run),
        _ => None,
    };
    let run = Memo::new(move |_| run());
    let done = move || store.analyses.progress(run.get()?);
    let cancel = move |()| {
        if let Some(run) = run.get_untracked() {
            store.analyses.cancel(run);
        }
    };
    let body = view! { <div class="fill" node_ref=lane>{canvas}</div> };
    let detail = Signal::derive(move || detail().unwrap_or_default());
    Face {
        progress: Some((Signal::derive(done), Callback::new(cancel))),
        ..Face::new(&id, detail, Rc::new(read), body.into_any())
    }
}

fn map_of(store: Store, layer: &Layer) -> ColorMap {
    layer
        .style
        .map
        .unwrap_or(if store.palette.with(|p| p.dark) {
            ColorMap::Magma
        } else {
            ColorMap::InvertedGrey
        })
}

fn paint_matrix(
    store: Store,
    surface: &Surface,
    view: &Viewport,
    layer: &Layer,
    grid: &RefCell<Grid>,
    tiles: &RefCell<Tiles>,
) {
    let mut grid = grid.borrow_mut();
    let mut tiles = tiles.borrow_mut();
    let is_linear = layer.style.scale == Some("linear");
    let (mut low, mut high, is_log) = grid.colors();
    if let Some(range) = layer.style.range {
        (low, high) = (range.0 as f32, range.1 as f32);
    }
    let is_log = is_log && low > 0.0;
    let map = map_of(store, layer);
    let look = ((low, high, is_log), map);
    tiles.paint(surface, view, &mut grid, is_linear, look);
    let Some(rows) = tiles.rows() else { return };
    let ticks = grid.ticks(rows, surface.height, surface.px(TICK_PX));
    let ink = if map == ColorMap::InvertedGrey {
        ON_LIGHT
    } else {
        ON_DARK
    };
    store
        .palette
        .with(|palette| items::paint_ticks(surface, &ticks, &palette.font, ink));
}

/// What the height of a lane means for a layer.
fn vertical_of(
    layer: &Layer,
    items: &Items,
    shared: Option<FrequencyAxis>,
    rate_hz: f64,
    height_px: f64,
) -> Vertical {
    let values = || {
        let range = layer
            .style
            .range_or(items.value_range(layer.kind == LayerKind::Events))?;
        Some(ValueAxis::new(range, layer.style.value_scale()))
    };
    match layer.kind {
        LayerKind::Boxes => {
            let scale = layer.style.scale.and_then(FrequencyScale::from_name);
            let (min_hz, max_hz) = layer.style.range.unwrap_or((0.0, rate_hz / 2.0));
            let own = FrequencyAxis {
                scale: scale.unwrap_or(FrequencyScale::Mel),
                min_hz,
                max_hz,
                height_px,
            };
            Vertical::Hz(shared.map_or(own, |axis| FrequencyAxis { height_px, ..axis }))
        }
        LayerKind::Notes => {
            let range = layer.style.range_or(items.pitch_range());
            range.map_or(Vertical::Full, Vertical::Pitch)
        }
        LayerKind::Text => Vertical::Full,
        _ => values().map_or(Vertical::Full, Vertical::Value),
    }
}

fn paint_items(
    store: Store,
    surface: &Surface,
    view: &Viewport,
    layer: &Layer,
    list: &Items,
    shared: Option<FrequencyAxis>,
) {
    let vertical = vertical_of(layer, list, shared, view.rate_hz(), surface.height);
    store.palette.with(|palette| {
        let mut colors: Vec<String> = (0..8)
            .map(|i| palette.tier(layer.color + i).to_owned())
            .collect();
        if let (Some(own), Some(first)) = (&layer.style.color, colors.first_mut()) {
            first.clone_from(own);
        }
        let look = Look {
            colors: &colors,
            ink: &palette.text,
            font: &palette.font,
            labels: layer.style.labels,
            outlined: layer.kind == LayerKind::Boxes && shared.is_some(),
        };
        items::paint(surface, list, view, &vertical, &look);
        let ticks = match vertical {
            Vertical::Pitch(range) => octaves(range, surface.height),
            Vertical::Hz(axis) if shared.is_none() => axis.ticks(surface.px(TICK_PX)),
            _ => return,
        };
        let ink = (palette.text_dim.as_str(), palette.surface.as_str());
        items::paint_ticks(surface, &ticks, &palette.font, ink);
    });
}

/// What an item says in its legend: its text, or its value.
fn item_words(items: &Items, index: usize, kind: LayerKind, unit: &str) -> String {
    const LONGEST: usize = 60;
    let item = &items.list()[index];
    let mut words = items.label(index).map_or(String::new(), |label| {
        label.chars().take(LONGEST).collect::<String>()
    });
    let value = f64::from(item.value);
    if value.is_finite() {
        let text = if kind == LayerKind::Notes {
            note_name(value)
        } else {
            format!("{}\u{202f}{unit}", number(value))
        };
        if !words.is_empty() {
            words.push_str("  ");
        }
        words.push_str(text.trim_end());
    }
    if item.low_hz.is_finite() && item.high_hz.is_finite() {
        let hz = |hz: f32| number(f64::from(hz).round());
        words = format!(
            "{words} {} … {}\u{202f}Hz",
            hz(item.low_hz),
            hz(item.high_hz)
        );
    }
    words
}

/// The cell under the pointer; without one, the strongest of its column.
fn cell_words(
    grid: &Grid,
    layer: &Layer,
    position: f64,
    share: Option<f64>,
    unit: &str,
) -> Option<String> {
    let rows = grid.rows_of_picture(layer.style.scale == Some("linear"));
    let count = rows.columns.len();
    let row = match share {
        Some(share) if (0.0..1.0).contains(&share) => (share * count as f64) as usize,
        Some(_) => return None,
        None => {
            let value = |row: &usize| grid.value_at(position, rows.columns[*row]);
            let filled = (0..count).filter(|row| value(row).is_some());
            filled.max_by(|a, b| value(a).unwrap_or(0.0).total_cmp(&value(b).unwrap_or(0.0)))?
        }
    };
    let columns = rows.columns.get(row.min(count.checked_sub(1)?))?;
    let value = grid.value_at(position, *columns)?;
    let at = match grid.y_value(columns.0) {
        Some(hz) if grid.is_hz() => format!("{}\u{202f}Hz", number(hz.round())),
        Some(y) => number(y),
        None => number(columns.0 as f64),
    };
    Some(
        format!("{at}  {}\u{202f}{unit}", number(f64::from(value)))
            .trim_end()
            .to_owned(),
    )
}
