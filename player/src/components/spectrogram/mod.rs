//! The spectrogram lane.

use leptos::{html, prelude::*};
use timeside_view::{
    ColorMap, FrequencyScale, colormap,
    frequency::{FrequencyAxis, hz_text},
};

use super::{
    lane::{Lane, lane_canvas},
    layers_menu::scale_name,
};
use crate::{
    canvas::spectrogram,
    layers::LayerKind,
    sources::tiles::{TileAxis, TileSource},
    store::Store,
};

/// CSS pixels.
const HEIGHT: f64 = 192.0;
/// The lowest frequency shown where low ones are spread.
const LOW_HZ: f64 = 40.0;
/// Tiles have at most this many rows, whatever the screen.
const MAX_ROWS: f64 = 384.0;

/// Level over time and frequency.
#[component]
pub(crate) fn SpectrogramLane() -> impl IntoView {
    let store = Store::get();
    let axis = Memo::new(move |_| {
        let rate_hz = store.info.with(|info| info.as_ref().map(|i| i.rate_hz))?;
        let scale = store.spectrogram.get().scale;
        let min_hz = if scale == FrequencyScale::Log {
            LOW_HZ
        } else {
            0.0
        };
        let rows = (HEIGHT * store.px_ratio.get()).min(MAX_ROWS).round() as u32;
        Some(TileAxis {
            scale,
            min_hz,
            max_hz: rate_hz / 2.0,
            rows,
        })
    });
    let source = TileSource::new(store, move || axis.get());
    let map = Memo::new(move |_| {
        let by_theme = if store.palette.with(|p| p.dark) {
            ColorMap::Magma
        } else {
            ColorMap::InvertedGrey
        };
        store.spectrogram.get().map.unwrap_or(by_theme)
    });
    let style_number = RwSignal::new(1_u32);
    Effect::new(move |_| {
        map.track();
        store.spectrogram.track();
        style_number.update(|n| *n += 1);
    });
    let surface_axis = |axis: TileAxis, height_px: f64| FrequencyAxis {
        scale: axis.scale,
        min_hz: axis.min_hz,
        max_hz: axis.max_hz,
        height_px,
    };
    let canvas = lane_canvas(
        "fill",
        Signal::stored(HEIGHT),
        move || {
            source.track();
            style_number.track();
            axis.track();
        },
        move |surface, view| {
            let style = store.spectrogram.get();
            let map = map.get();
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
                colormap::lookup(
                    map,
                    tile.min_db,
                    tile.max_db,
                    style.floor_db,
                    style.ceiling_db,
                )
            });
            let dark_map = map != ColorMap::InvertedGrey;
            store.palette.with(|palette| {
                spectrogram::paint_axis(
                    surface,
                    &surface_axis(axis, surface.height),
                    palette,
                    dark_map,
                );
            });
        },
    );

    let lane = NodeRef::<html::Div>::new();
    let value = move || {
        let hover = store.hover.get()?;
        source.track();
        let (axis, rect) = (axis.get()?, lane.get()?.get_bounding_client_rect());
        let fraction = (hover.client_y - rect.top()) / rect.height();
        if !(0.0..1.0).contains(&fraction) {
            return None;
        }
        let hz = surface_axis(axis, 1.0).hz_from_y(fraction);
        let view = store.device_view();
        let frame = view.frame_from_px(hover.x * store.px_ratio.get());
        let level = source.level_at(&view, frame, fraction);
        let level = level
            .map(|db| format!(" {}\u{202f}dB", format!("{db:.0}").replace('-', "−")))
            .unwrap_or_default();
        Some(format!(
            "{}Hz{level}",
            hz_text(hz).replace('k', "\u{202f}k")
        ))
    };
    let detail = move || {
        let s = store.strings.get();
        let scale = scale_name(s, store.spectrogram.get().scale);
        format!("Hz, {}", scale.to_lowercase())
    };
    view! {
        <Lane
            name=Signal::derive(move || store.strings.get().spectrogram.to_owned())
            detail=Signal::derive(detail)
            value=Signal::derive(move || value().unwrap_or_default())
            height=Signal::stored(HEIGHT)
            on_hide=move |()| store.toggle_layer(LayerKind::Spectrogram)
        >
            <div class="fill" node_ref=lane>{canvas}</div>
        </Lane>
    }
}
