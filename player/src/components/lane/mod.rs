//! A lane: its legend at the left, its canvas under the common time axis.

use leptos::{html, prelude::*};
use timeside_view::Viewport;

use crate::{canvas::Surface, frames::Frames, icons::Icon, store::Store};

/// A button in the legend that opens settings in the panel of the layers.
#[derive(Clone, Copy)]
pub(crate) struct LaneSettings {
    /// What it opens.
    pub(crate) name: Signal<&'static str>,
    /// The layer they are of.
    pub(crate) layer: &'static str,
}

/// One lane. The canvas comes as children.
#[component]
pub(crate) fn Lane(
    /// What it shows.
    #[prop(into)]
    name: Signal<String>,
    /// Its unit and range, or the like.
    #[prop(into)]
    detail: Signal<String>,
    /// The value under the cursor.
    #[prop(into)]
    value: Signal<String>,
    /// CSS pixels.
    #[prop(into)]
    height: Signal<f64>,
    /// Takes the lane away.
    #[prop(into)]
    on_hide: Callback<()>,
    /// The colour of its mark, if it has one.
    #[prop(optional, into)]
    color: Signal<String>,
    /// How far its analysis has come, while it runs.
    #[prop(optional, into)]
    progress: Signal<Option<f64>>,
    /// Cancels the analysis.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
    /// Opens settings under it.
    #[prop(optional, into)]
    settings: Option<LaneSettings>,
    children: Children,
) -> impl IntoView {
    let store = Store::get();
    let s = move || store.strings.get();
    let hide_name = move || format!("{} {}", s().hide, name.get());
    let cancel_name = move || format!("{} {}", s().cancel, name.get());
    view! {
        <div class="lane" part="lane" style:height=move || format!("{}px", height.get())>
            <div class="legend" part="legend">
                <div class="legend-head">
                    <span class="swatch" class:none=move || color.get().is_empty() style:background-color=color></span>
                    <span class="legend-name" title=name>{name}</span>
                    {settings.map(|LaneSettings { name, layer }| view! {
                        <button
                            class="legend-hide"
                            type="button"
                            aria-label=name
                            title=name
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
                    <button
                        class="legend-hide"
                        type="button"
                        aria-label=hide_name
                        title=hide_name
                        on:click=move |_| on_hide.run(())
                    >
                        {Icon::Eye.view()}
                    </button>
                </div>
                <span class="legend-value">{value}</span>
                <span class="legend-detail">{detail}</span>
                <Show when=move || progress.get().is_some()>
                    <div class="legend-progress">
                        <progress max="1" value=move || progress.get().unwrap_or(0.0) aria-label=move || s().analysing></progress>
                        <button
                            class="mini"
                            type="button"
                            aria-label=cancel_name
                            title=cancel_name
                            on:click=move |_| {
                                if let Some(cancel) = on_cancel {
                                    cancel.run(());
                                }
                            }
                        >
                            {Icon::Close.view()}
                        </button>
                    </div>
                </Show>
            </div>
            <div class="lane-canvas">{children()}</div>
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
    let store = Store::get();
    let node = NodeRef::<html::Canvas>::new();
    let frames = expect_context::<Frames>();
    frames.paint(
        move || {
            node.track();
            store.view.track();
            store.px_ratio.track();
            store.palette.track();
            height.track();
            watch();
        },
        move || {
            let Some(canvas) = node.get() else { return };
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
