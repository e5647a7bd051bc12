//! The waveform lane.

use leptos::prelude::*;
use timeside_view::histogram::number;

use super::lane::{Lane, lane_canvas, played_clip};
use crate::{
    canvas::waveform::{self, Ink},
    layers::LayerKind,
    sources::peaks::{PeakSource, Wave},
    store::{Phase, Store},
};

/// One channel, or all in one, CSS pixels.
const HEIGHT: f64 = 128.0;
/// Each of several channels.
const CHANNEL_HEIGHT: f64 = 72.0;
/// Between channels.
const GAP: f64 = 4.0;
/// More channels than this share one lane.
const MAX_APART: u32 = 8;

/// The waveform of the recording, per channel or merged.
#[component]
pub(crate) fn WaveformLane() -> impl IntoView {
    let store = Store::get();
    let source = PeakSource::new(store, move || store.device_view());
    let channels = move || {
        store
            .info
            // Most recordings are stereo: while one is opened, its room is kept.
            .with(|info| info.as_ref().map_or(2, |i| i.channels))
    };
    let apart = move || store.channels_apart.get() && (2..=MAX_APART).contains(&channels());
    let height = Signal::derive(move || {
        let n = f64::from(channels());
        if apart() {
            n * CHANNEL_HEIGHT + (n - 1.0) * GAP
        } else {
            HEIGHT
        }
    });
    let paint = move |played: bool| {
        lane_canvas(
            if played { "fill played" } else { "fill" },
            height,
            move || {
                source.wave();
                store.phase.track();
                store.channels_apart.track();
            },
            move |surface, view| {
                store.palette.with(|palette| {
                    let ink = if played {
                        Ink::played(palette)
                    } else {
                        Ink::ahead(palette)
                    };
                    match source.wave() {
                        Some(Wave::Columns(columns)) if apart() => {
                            waveform::paint(surface, &columns, view, ink, GAP);
                        }
                        Some(Wave::Columns(columns)) => {
                            waveform::paint(surface, &columns.merged(), view, ink, GAP);
                        }
                        Some(Wave::Samples { start, channels }) => {
                            let shown = if apart() { channels.len() } else { 1 };
                            waveform::paint_samples(
                                surface,
                                &channels[..shown.min(channels.len())],
                                start,
                                view,
                                ink,
                                GAP,
                            );
                        }
                        None if !played && !matches!(store.phase.get(), Phase::Failed(_)) => {
                            waveform::paint_skeleton(surface, palette);
                        }
                        None => {}
                    }
                });
            },
        )
    };
    let clip = move || {
        let view = store.view.get();
        played_clip(
            view.width_px(),
            view.px_from_secs(store.playhead_secs.get()),
        )
    };
    let value = move || {
        let hover = store.hover.get()?;
        let view = store.view.get();
        let Some(Wave::Columns(columns)) = source.wave() else {
            return None;
        };
        let position = view.position_from_px(hover.x);
        let column = ((position - columns.start) / columns.frames_per_column).floor();
        let peak = columns
            .channels
            .iter()
            .filter_map(|c| {
                Some(
                    c.min
                        .get(column as usize)?
                        .abs()
                        .max(c.max.get(column as usize)?.abs()),
                )
            })
            .fold(f32::NAN, f32::max);
        (column >= 0.0 && peak > 0.0).then(|| {
            format!(
                "{}\u{202f}dB",
                number((20.0 * f64::from(peak).log10() * 10.0).round() / 10.0)
            )
        })
    };
    let detail = move || {
        let s = store.strings.get();
        if store.info.with(Option::is_none) {
            return String::new();
        }
        match channels() {
            1 => s.channels_1.to_owned(),
            2 => s.channels_2.to_owned(),
            n => format!("{n} {}", s.channels),
        }
    };
    view! {
        <Lane
            name=Signal::derive(move || store.strings.get().waveform.to_owned())
            detail=Signal::derive(detail)
            value=Signal::derive(move || value().unwrap_or_default())
            height=height
            on_hide=move |()| store.toggle_layer(LayerKind::Waveform)
        >
            {paint(false)}
            <div class="fill" style:clip-path=clip>{paint(true)}</div>
        </Lane>
    }
}
