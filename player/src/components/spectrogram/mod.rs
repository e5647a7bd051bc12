//! The spectrogram lane.

mod frequency_axis;

use std::rc::Rc;

use leptos::html;
use timeside_view::{ColorMap, FrequencyScale, colormap, frequency::hz_text, layers::slice};

use super::lane::{Face, LaneSettings, LaneShape, lane_canvas};
use super::tiers::BoxPicture;
use crate::{
    canvas::{self, Surface, spectrogram},
    frames::Frames,
    layers::{Layer, LayerKind},
    prelude::*,
    sources::tiles::{TileAxis, TileSource},
    store::Store,
    strings::Strings,
};

use frequency_axis::FrequencyAxis;

/// Width of the spectrum at the cursor, CSS pixels.
const SLICE_PX: f64 = 128.0;
/// Tiles have at most this many rows, whatever the screen.
const MAX_ROWS: f64 = 384.0;

/// Level over time and frequency.
pub(crate) fn face(layer: &Layer, shape: LaneShape) -> Face {
    let store = Store::get();
    let id = layer.id.clone();
    let is_main = layer.id == LayerKind::Spectrogram.id();
    let style = store.layers.spectrogram_style(store, &id);
    let height = shape.height;
    let axis = Memo::new(move |_| {
        let rate_hz = store.info.with(|info| info.as_ref().map(|i| i.rate_hz))?;
        let style = style.get();
        let axis = style.axis(rate_hz, height.get());
        let channels = store.info.with(|info| info.as_ref().map(|i| i.channels))?;
        Some(TileAxis {
            scale: axis.scale,
            min_hz: axis.min_hz,
            max_hz: axis.max_hz,
            rows: (height.get() * store.px_ratio.get()).min(MAX_ROWS).round() as u32,
            block: style.block,
            fft: style.fft(),
            window: style.window,
            channel: style.channel.filter(|c| *c < channels),
        })
    });
    Effect::new(move |_| shape.axis.set(axis.get().map(|axis| axis.on(1.0))));
    let source = TileSource::new(store, move || axis.get());
    let map = Memo::new(move |_| {
        let by_theme = if store.palette.with(|p| p.dark) {
            ColorMap::Magma
        } else {
            ColorMap::InvertedGrey
        };
        style.get().map.unwrap_or(by_theme)
    });
    let look = Memo::new(move |_| (map.get(), style.get().range_db()));
    let style_number = RwSignal::new(1_u32);
    Effect::new(move |_| {
        look.track();
        style_number.update(|n| *n += 1);
    });
    let canvas = lane_canvas(
        "fill",
        height,
        move || {
            source.track();
            style_number.track();
            axis.track();
        },
        move |surface, view| {
            let (map, (floor_db, ceiling_db)) = look.get();
            let Some(axis) = axis.get() else { return };
            let [r, g, b] = map.table()[0];
            surface.fill(
                &format!("rgb({r},{g},{b})"),
                0.0,
                0.0,
                surface.width,
                surface.height,
            );
            source.paint(surface, view, style_number.get(), |tile| {
                colormap::lookup(map, tile.min_db, tile.max_db, floor_db, ceiling_db)
            });
            let dark_map = map != ColorMap::InvertedGrey;
            store.palette.with(|palette| {
                spectrogram::paint_axis(surface, &axis.on(surface.height), palette, dark_map);
            });
        },
    );

    let lane = NodeRef::<html::Div>::new();
    let gain_db = move || style.get().gain_db;
    let read = move |position: f64, client_y: Option<f64>| {
        source.track();
        let axis = axis.get()?;
        let view = store.device_view();
        let frame = (position.round() as i64).clamp(0, view.total_frames());
        let Some(client_y) = client_y else {
            let levels = source.column_at(&view, frame)?;
            let peak = slice::plan(&levels, look.get().1, (1.0, 1.0)).peak?;
            let said = words(
                axis.on(1.0).hz_from_y(peak.y),
                Some(peak.level_db + gain_db()),
            );
            return Some(format!("{} {said}", store.strings.get().peak));
        };
        let rect = lane.get()?.get_bounding_client_rect();
        let fraction = (client_y - rect.top()) / rect.height();
        if !(0.0..1.0).contains(&fraction) {
            return None;
        }
        let hz = axis.on(1.0).hz_from_y(fraction);
        let level = source.level_at(&view, frame, fraction);
        Some(words(hz, level.map(|db| db + gain_db())))
    };
    let detail = move || {
        let s = store.strings.get();
        let scale = scale_name(s, style.get().scale);
        format!("Hz, {}", scale.to_lowercase())
    };
    if is_main {
        store.tiers.picture.set_value(Some(lane));
    }
    let boxes_axis = Signal::derive(move || {
        let rate_hz = store.info.with(|info| info.as_ref().map(|i| i.rate_hz))?;
        Some(style.get().axis(rate_hz, height.get()))
    });
    let settings_name = Signal::derive(move || store.strings.get().spectrogram_settings);
    let body = view! {
        <div class="fill" node_ref=lane>{canvas}{is_main.then(|| view! { <BoxPicture height axis=boxes_axis /> })}</div>
        <Slice axis source look height />
    };
    Face {
        settings: is_main.then_some(LaneSettings {
            name: settings_name,
            layer: LayerKind::Spectrogram.id(),
        }),
        front: is_main
            .then(|| view! { <FrequencyAxis axis height /> })
            .into_any(),
        ..Face::new(&id, Signal::derive(detail), Rc::new(read), body.into_any())
    }
}

/// `440 Hz −23 dB`.
fn words(hz: f64, level_db: Option<f32>) -> String {
    let level = level_db
        .map(|db| format!(" {}\u{202f}dB", format!("{db:.0}").replace('-', "−")))
        .unwrap_or_default();
    format!("{}Hz{level}", hz_text(hz).replace('k', "\u{202f}k"))
}

/// The spectrum at the cursor, else at the playhead, at the right of the lane and on its axis.
#[component]
fn Slice(
    axis: Memo<Option<TileAxis>>,
    source: TileSource,
    look: Memo<(ColorMap, (f32, f32))>,
    height: Signal<f64>,
) -> impl IntoView {
    let store = Store::get();
    let node = NodeRef::<html::Canvas>::new();
    let frames = expect_context::<Frames>();
    let shown = store.layers.slice();
    let position = move || match store.hover.get() {
        Some(hover) => store.view.get().position_from_px(hover.x),
        None => store.playhead_secs.get() * store.view.get().rate_hz(),
    };
    frames.paint(
        move || {
            if shown.get() {
                node.track();
                source.track();
                let _ = (axis.get(), look.get(), height.get(), position());
                store.palette.track();
                store.px_ratio.track();
            }
        },
        move || {
            let (Some(canvas), Some(axis)) = (node.get(), axis.get()) else {
                return;
            };
            let ratio = store.px_ratio.get();
            let size = (SLICE_PX * ratio, height.get() * ratio);
            let Some(surface) = Surface::of(&canvas, size.0, size.1, ratio) else {
                return;
            };
            let frame = position().round() as i64;
            let Some(levels) = source.column_at(&store.device_view(), frame) else {
                return;
            };
            let name = |share: f64, db: f32| words(axis.on(1.0).hz_from_y(share), Some(db));
            store.palette.with(|palette| {
                canvas::slice::paint(&surface, &levels, look.get().1, palette, name);
            });
        },
    );
    view! {
        <Show when=move || shown.get()>
            <canvas node_ref=node class="slice" aria-hidden="true"></canvas>
        </Show>
    }
}

/// The word for a frequency scale.
fn scale_name(s: &Strings, scale: FrequencyScale) -> &'static str {
    match scale {
        FrequencyScale::Bark => s.scale_bark,
        FrequencyScale::Erb => s.scale_erb,
        FrequencyScale::Log => s.scale_log,
        FrequencyScale::Mel => s.scale_mel,
        _ => s.scale_linear,
    }
}
