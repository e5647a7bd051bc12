//! The spectrogram lane.

mod frequency_axis;

use leptos::{html, prelude::*};
use timeside_view::{ColorMap, FrequencyScale, colormap, frequency::hz_text};

use super::lane::{Lane, LaneSettings, lane_canvas};
use super::tiers::BoxPicture;
use crate::{
    canvas::spectrogram,
    layers::LayerKind,
    sources::tiles::{TileAxis, TileSource},
    store::Store,
    strings::Strings,
};

use frequency_axis::FrequencyAxis;

/// CSS pixels.
const HEIGHT: f64 = 192.0;
/// Tiles have at most this many rows, whatever the screen.
const MAX_ROWS: f64 = 384.0;

/// Level over time and frequency.
#[component]
pub(crate) fn SpectrogramLane() -> impl IntoView {
    let store = Store::get();
    let axis = Memo::new(move |_| {
        let rate_hz = store.info.with(|info| info.as_ref().map(|i| i.rate_hz))?;
        let style = store.spectrogram.get();
        let axis = style.axis(rate_hz, HEIGHT);
        let channels = store.info.with(|info| info.as_ref().map(|i| i.channels))?;
        Some(TileAxis {
            scale: axis.scale,
            min_hz: axis.min_hz,
            max_hz: axis.max_hz,
            rows: (HEIGHT * store.px_ratio.get()).min(MAX_ROWS).round() as u32,
            block: style.block,
            fft: style.fft(),
            window: style.window,
            channel: style.channel.filter(|c| *c < channels),
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
    let look = Memo::new(move |_| (map.get(), store.spectrogram.get().range_db()));
    let style_number = RwSignal::new(1_u32);
    Effect::new(move |_| {
        look.track();
        style_number.update(|n| *n += 1);
    });
    let canvas = lane_canvas(
        "fill",
        Signal::stored(HEIGHT),
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
    let value = move || {
        let hover = store.hover.get()?;
        source.track();
        let (axis, rect) = (axis.get()?, lane.get()?.get_bounding_client_rect());
        let fraction = (hover.client_y - rect.top()) / rect.height();
        if !(0.0..1.0).contains(&fraction) {
            return None;
        }
        let hz = axis.on(1.0).hz_from_y(fraction);
        let view = store.device_view();
        let frame = view.frame_from_px(hover.x * store.px_ratio.get());
        let level = source.level_at(&view, frame, fraction);
        let gain_db = store.spectrogram.get().gain_db;
        let level = level
            .map(|db| db + gain_db)
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
    store.tiers.picture.set_value(Some(lane));
    let boxes_axis = Signal::derive(move || {
        let rate_hz = store.info.with(|info| info.as_ref().map(|i| i.rate_hz))?;
        Some(store.spectrogram.get().axis(rate_hz, HEIGHT))
    });
    let settings_name = Signal::derive(move || store.strings.get().spectrogram_settings);
    view! {
        <Lane
            name=Signal::derive(move || store.strings.get().spectrogram.to_owned())
            detail=Signal::derive(detail)
            value=Signal::derive(move || value().unwrap_or_default())
            height=Signal::stored(HEIGHT)
            on_hide=move |()| store.toggle_layer(LayerKind::Spectrogram)
            settings=LaneSettings { name: settings_name, layer: LayerKind::Spectrogram.id() }
        >
            <div class="fill" node_ref=lane>{canvas}<BoxPicture height=Signal::stored(HEIGHT) axis=boxes_axis /></div>
            <FrequencyAxis axis height=HEIGHT />
        </Lane>
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
