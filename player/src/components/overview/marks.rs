//! Events, chapters, markers and cues as ticks in the overview.

use super::HEIGHT;
use crate::{canvas::Surface, frames::Frames, prelude::*, store::Store};

/// Length of a tick, CSS pixels.
const TICK_PX: f64 = 6.0;

/// A canvas over the overview's waveform.
#[component]
pub(super) fn Marks(
    /// Of the overview, CSS pixels.
    width: ReadSignal<f64>,
) -> impl IntoView {
    let store = Store::get();
    let node = NodeRef::<leptos::html::Canvas>::new();
    let total = Memo::new(move |_| store.view.with(timeside_view::Viewport::total_frames));
    let any = Memo::new(move |_| !store.layers.places(store).is_empty());
    expect_context::<Frames>().paint(
        move || {
            node.track();
            let _ = (total.get(), width.get(), store.px_ratio.get());
            let _ = store.layers.places(store);
            store.palette.track();
        },
        move || {
            let Some(canvas) = node.get() else { return };
            let ratio = store.px_ratio.get();
            let Some(surface) = Surface::of(&canvas, width.get() * ratio, HEIGHT * ratio, ratio)
            else {
                return;
            };
            for (layer, data) in store.layers.places(store) {
                let Some(items) = data.items() else { continue };
                let color = store.layers.color(store, &layer);
                let length = surface.px(TICK_PX);
                let top = surface.height - length;
                surface.context.set_fill_style_str(&color);
                for x in items.ticks(total.get(), surface.width) {
                    surface.context.fill_rect(x, top, surface.hair(), length);
                }
            }
        },
    );
    view! {
        <Show when=move || any.get()>
            <canvas node_ref=node class="fill" aria-hidden="true"></canvas>
        </Show>
    }
}
