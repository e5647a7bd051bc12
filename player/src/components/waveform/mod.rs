//! The waveform lane.

use std::rc::Rc;

use timeside_view::{
    histogram::number,
    layers::waveform::{Amplitude, ChannelColumns},
};

use super::lane::{Face, LaneShape, lane_canvas_while, played_clip};
use crate::{
    canvas::waveform::{self, Ink},
    layers::Layer,
    prelude::*,
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

/// Are channels told apart?
fn is_apart(store: Store, layer: &Layer) -> bool {
    let wished = layer.style.apart.unwrap_or(store.channels_apart.get());
    wished && (2..=MAX_APART).contains(&channels(store))
}

fn channels(store: Store) -> u32 {
    store
        .info
        // Most recordings are stereo: while one is opened, its room is kept.
        .with(|info| info.as_ref().map_or(2, |i| i.channels))
}

/// Height of the lane unless told otherwise, CSS pixels.
pub(crate) fn height(store: Store, layer: &Layer) -> f64 {
    if is_apart(store, layer) {
        let n = f64::from(channels(store));
        n * CHANNEL_HEIGHT + (n - 1.0) * GAP
    } else {
        HEIGHT
    }
}

/// The waveform of the recording, per channel or merged.
pub(crate) fn face(layer: &Layer, shape: LaneShape) -> Face {
    let store = Store::get();
    let id = layer.id.clone();
    let layer = store.layers.layer(&id);
    let source = PeakSource::new(store, move || store.device_view());
    let style = Memo::new(move |_| layer.get().map(|layer| layer.style).unwrap_or_default());
    let apart =
        Memo::new(move |_| layer.with(|layer| layer.as_ref().is_some_and(|l| is_apart(store, l))));
    // Only what is normalised is painted anew when something louder comes.
    let amplitude = Memo::new(move |_| {
        style.with(|style| {
            let peak = if style.normalise {
                store.layers.peak()
            } else {
                1.0
            };
            style.amplitude(peak)
        })
    });
    // One of the two is often hidden wholly: what lies right of the playhead, or left of it.
    let playhead_px = move || {
        let view = store.view.get();
        (
            view.px_from_secs(store.playhead_secs.get()),
            view.width_px(),
        )
    };
    let seen = move |played: bool| {
        let seen = Memo::new(move |_| match playhead_px() {
            (at, _) if played => at > 0.0,
            (at, width) => at < width,
        });
        seen.into()
    };
    let paint = move |played: bool| {
        lane_canvas_while(
            seen(played),
            if played { "fill played" } else { "fill" },
            shape.height,
            move || {
                source.wave();
                store.phase.track();
                // The style before what is made of it: a memo that another one brings up to date while an effect looks
                // through its sources passes that effect by (reactive_graph 0.2).
                style.track();
                apart.track();
                amplitude.track();
            },
            move |surface, view| {
                store.palette.with(|palette| {
                    let style = style.get();
                    let ink = if played {
                        Ink::played(palette)
                    } else {
                        Ink::ahead(palette)
                    };
                    let ink = ink.styled(&style, amplitude.get(), played);
                    match source.wave() {
                        Some(Wave::Columns(columns)) if apart.get() => {
                            waveform::paint(surface, &columns, view, ink, GAP);
                        }
                        Some(Wave::Columns(columns)) => {
                            waveform::paint(surface, &columns.merged(), view, ink, GAP);
                        }
                        Some(Wave::Samples { start, channels }) => {
                            let shown = if apart.get() { channels.len() } else { 1 };
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
    let clip = Memo::new(move |_| {
        let (at, width) = playhead_px();
        played_clip(width, at)
    });
    let read = move |position: f64, _: Option<f64>| {
        let peak = match source.wave()? {
            Wave::Columns(columns) => {
                let column = ((position - columns.start) / columns.frames_per_column).floor();
                let at = |c: &ChannelColumns| {
                    let low = c.min.get(column as usize)?.abs();
                    Some(low.max(c.max.get(column as usize)?.abs()))
                };
                let peaks = columns.channels.iter().filter_map(at);
                peaks.fold(f32::NAN, f32::max)
            }
            Wave::Samples { start, channels } => {
                let at = usize::try_from(position.floor() as i64 - start).ok()?;
                let peaks = channels.iter().filter_map(|c| Some(c.get(at)?.abs()));
                peaks.fold(f32::NAN, f32::max)
            }
        };
        let level = 20.0 * f64::from(peak).log10();
        (peak > 0.0).then(|| format!("{}\u{202f}dB", number((level * 10.0).round() / 10.0)))
    };
    let detail = move || {
        let s = store.strings.get();
        if store.info.with(Option::is_none) {
            return String::new();
        }
        let mut text = match channels(store) {
            1 => s.channels_1.to_owned(),
            2 => s.channels_2.to_owned(),
            n => crate::format::counted(s, s.channels, n as usize),
        };
        let Amplitude { gain, floor_db } = amplitude.get();
        if gain != 1.0 {
            text.push_str(" ×");
            text.push_str(&number((gain * 100.0).round() / 100.0));
        }
        if let Some(floor) = floor_db {
            text.push_str(", ");
            text.push_str(&number(floor));
            text.push_str("\u{202f}dB");
        }
        text
    };
    let body = view! {
        {paint(false)}
        <div class="fill" style:clip-path=move || clip.get()>{paint(true)}</div>
    };
    let detail = Signal::derive(detail);
    Face::new(&id, detail, Rc::new(read), body.into_any())
}
