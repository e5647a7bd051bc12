//! A lane: its legend at the left, its canvas under the common time axis.

use std::rc::Rc;

use leptos::html;
use timeside_view::{FrequencyAxis, Viewport};

use super::{curve, drawn, spectrogram, waveform};
use crate::{
    canvas::{Surface, painters::Paint},
    frames::Frames,
    icons::Icon,
    layers::{Layer, LayerKind, Reader},
    prelude::*,
    store::Store,
};

/// A button in the legend that opens settings in the panel of the layers.
#[derive(Clone, Copy)]
pub(crate) struct LaneSettings {
    /// What it opens.
    pub(crate) name: Signal<&'static str>,
    /// The layer they are of.
    pub(crate) layer: &'static str,
}

/// What a layer puts into its lane.
pub(crate) struct Face {
    /// Of the layer.
    pub(crate) id: String,
    /// Its unit and range, or the like.
    pub(crate) detail: Signal<String>,
    /// What it says at a position and a height.
    pub(crate) read: Reader,
    /// Over the lane's whole canvas.
    pub(crate) body: AnyView,
    /// How far its analysis has come, while it runs, and what cancels it.
    pub(crate) progress: Option<(Signal<Option<f64>>, Callback<()>)>,
    /// Opens settings under the lane.
    pub(crate) settings: Option<LaneSettings>,
    /// Those settings.
    pub(crate) below: AnyView,
    /// Over all layers of the lane: what hands take hold of.
    pub(crate) front: AnyView,
}

impl Face {
    /// Of a layer of the recording.
    pub(crate) fn new(id: &str, detail: Signal<String>, read: Reader, body: AnyView) -> Self {
        Self {
            id: id.to_owned(),
            detail,
            read,
            body,
            progress: None,
            settings: None,
            below: ().into_any(),
            front: ().into_any(),
        }
    }
}

/// What the layers of one lane share.
#[derive(Clone, Copy)]
pub(crate) struct LaneShape {
    /// CSS pixels.
    pub(crate) height: Signal<f64>,
    /// The axis of frequency, where one of the layers has one: scale, lowest and highest Hz.
    pub(crate) axis: RwSignal<Option<FrequencyAxis>>,
}

/// One lane: the layers of one group, the first at the back.
#[component]
pub(crate) fn Lane(ids: Vec<String>) -> impl IntoView {
    let store = Store::get();
    let layers = store.layers;
    let known: Vec<_> = ids.iter().map(|id| layers.layer(id)).collect();
    let height = Memo::new(move |_| {
        let heights = known.iter().map(|layer| {
            layer.with(|layer| {
                layer
                    .as_ref()
                    .map_or(0.0, |layer| layers.height(store, layer))
            })
        });
        heights.fold(16.0, f64::max)
    });
    let shape = LaneShape {
        height: height.into(),
        axis: RwSignal::new(None),
    };
    let mut bodies = Vec::new();
    let (mut entries, mut below, mut front) = (Vec::new(), Vec::new(), Vec::new());
    for id in &ids {
        let layer = layers.layer(id);
        let Some(now) = layer.get_untracked() else {
            continue;
        };
        let mut face = match now.kind {
            LayerKind::Waveform => waveform::face(&now, shape),
            LayerKind::Spectrogram => spectrogram::face(&now, shape),
            LayerKind::Curve => curve::face(&now, shape),
            _ => drawn::face(&now, shape),
        };
        let style = Memo::new(move |_| {
            layer.with(|layer| {
                layer
                    .as_ref()
                    .map_or((1.0, "normal"), |l| (l.style.opacity, l.style.blend))
            })
        });
        let body = std::mem::replace(&mut face.body, ().into_any());
        bodies.push(view! {
            <div
                class="fill"
                style:opacity=move || style.get().0.to_string()
                style:mix-blend-mode=move || style.get().1
            >{body}</div>
        });
        front.push(std::mem::replace(&mut face.front, ().into_any()));
        below.push(std::mem::replace(&mut face.below, ().into_any()));
        entries.push(legend(face, layer));
    }
    view! {
        <div
            class="lane"
            part="lane"
            data-layers=ids.join(" ")
            style:height=move || format!("{}px", height.get())
        >
            <div class="legend" part="legend">{entries}</div>
            <div class="lane-canvas">{bodies}{front}</div>
        </div>
        {below}
    }
}

/// Name, value and range of one layer.
fn legend(face: Face, layer: Memo<Option<Layer>>) -> impl IntoView {
    let store = Store::get();
    let s = move || store.strings.get();
    let Face {
        id,
        detail,
        read,
        progress,
        settings,
        ..
    } = face;
    store.layers.read_by(&id, read.clone());
    let own = id.clone();
    on_cleanup(move || store.layers.leave(&own));
    let words = Memo::new(move |_| {
        let layer = layer.get();
        layer.map(|l| {
            (
                store.layers.words(store, &l).0,
                store.layers.color(store, &l),
            )
        })
    });
    let name = move || words.get().map(|words| words.0).unwrap_or_default();
    let color = move || words.get().map(|words| words.1).unwrap_or_default();
    let read = StoredValue::new(read);
    let value = move || {
        let hover = store.hover.get()?;
        let position = store.view.get().position_from_px(hover.x);
        read.try_with_value(|read| read(position, Some(hover.client_y)))?
    };
    let hide_name = move || format!("{} {}", s().hide, name());
    let hide = move |_| store.layers.hide(&id);
    view! {
        <div class="legend-entry">
            <div class="legend-head">
                <span class="swatch" class:none=move || color().is_empty() style:background-color=color></span>
                <span class="legend-name" dir="auto" title=name>{name}</span>
                {settings.map(|LaneSettings { name, layer }| view! {
                    <button
                        class="legend-hide"
                        type="button"
                        aria-label=move || name.get()
                        title=move || name.get()
                        aria-expanded=move || (store.panel.get() == Some("layers")).to_string()
                        aria-controls="workbench"
                        on:click=move |_| match store.panel.get_untracked() {
                            Some("layers") => store.show_panel(None, None),
                            _ => store.show_panel(Some("layers"), Some(layer)),
                        }
                    >
                        {Icon::Settings.view()}
                    </button>
                })}
                <button class="legend-hide" type="button" aria-label=hide_name title=hide_name on:click=hide>
                    {Icon::Eye.view()}
                </button>
            </div>
            <span class="legend-value" dir="auto">{move || value().unwrap_or_default()}</span>
            <span class="legend-detail">{move || detail.get()}</span>
            {progress.map(|(done, cancel)| {
                let cancel_name = move || format!("{} {}", s().cancel, name());
                view! {
                    <Show when=move || done.get().is_some()>
                        <div class="legend-progress">
                            <progress max="1" value=move || done.get().unwrap_or(0.0) aria-label=move || s().analysing></progress>
                            <button
                                class="mini"
                                type="button"
                                aria-label=cancel_name
                                title=cancel_name
                                on:click=move |_| cancel.run(())
                            >
                                {Icon::Close.view()}
                            </button>
                        </div>
                    </Show>
                }
            })}
        </div>
    }
}

/// A canvas as wide as the time axis, painted when something that `watch` reads has changed.
/// `paint` gets the view in device pixels.
pub(crate) fn lane_canvas(
    class: &'static str,
    height: Signal<f64>,
    watch: impl Fn() + 'static,
    paint: impl Fn(&Surface, &Viewport) + 'static,
) -> impl IntoView {
    lane_canvas_while(Signal::stored(true), class, height, watch, paint)
}

/// As [`lane_canvas`], painted only while `seen` says that somebody could see it.
pub(crate) fn lane_canvas_while(
    seen: Signal<bool>,
    class: &'static str,
    height: Signal<f64>,
    watch: impl Fn() + 'static,
    paint: impl Fn(&Surface, &Viewport) + 'static,
) -> impl IntoView {
    let store = Store::get();
    let node = NodeRef::<html::Canvas>::new();
    let frames = expect_context::<Frames>();
    let paint: Paint = Rc::new(paint);
    let size = move || (store.view.with(Viewport::width_px), height.get());
    store.painters.keep(node, Rc::new(size), paint.clone());
    frames.paint(
        move || {
            if !seen.get() {
                return;
            }
            node.track();
            store.view.track();
            store.px_ratio.track();
            store.palette.track();
            height.track();
            watch();
        },
        move || {
            let Some(canvas) = node.get().filter(|_| seen.get()) else {
                return;
            };
            let view = store.device_view();
            let ratio = store.px_ratio.get();
            if let Some(surface) =
                Surface::of(&canvas, view.width_px(), height.get() * ratio, ratio)
            {
                paint(&surface, &view);
            }
        },
    );
    view! { <canvas node_ref=node class=class aria-hidden="true"></canvas> }
}

/// How much of a box `width` wide lies right of the playhead, as a clip of what is already played.
pub(crate) fn played_clip(width: f64, playhead_px: f64) -> String {
    format!("inset(0 {}px 0 0)", (width - playhead_px).clamp(0.0, width))
}
