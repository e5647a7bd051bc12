//! What a drag of an annotation shows under the pointer, and the line it holds on to.

use crate::{prelude::*, store::Store};

/// Shown while something is dragged.
#[component]
pub(crate) fn Readout() -> impl IntoView {
    let store = Store::get();
    let dragging = store.tiers.dragging;
    let snap_px = move || {
        let at = dragging.with(|d| d.as_ref().and_then(|d| d.snapped))?;
        Some(store.view.with(|view| view.px_from_frame(at)))
    };
    let chip = move || {
        dragging.with(|d| {
            let d = d.as_ref().filter(|d| !d.text.is_empty())?;
            let flip = d.x > store.view.with(timeside_view::Viewport::width_px) / 2.0;
            Some((d.text.clone(), d.x, d.y, flip))
        })
    };
    let band = move || dragging.with(|d| d.as_ref().and_then(|d| d.band));
    view! {
        {move || snap_px().map(|x| view! {
            <div class="snap-line" style:transform=format!("translateX({x}px)")></div>
        })}
        {move || chip().map(|(text, x, y, flip)| view! {
            <div class="drag-chip" style:transform=format!("translate({x}px, {y}px)")>
                <span class="chip" class:flip=flip>{text}</span>
            </div>
        })}
        {move || band().map(|(left, top, width, height)| view! {
            <div
                class="band"
                style:left=format!("{left}px")
                style:top=format!("{top}px")
                style:width=format!("{width}px")
                style:height=format!("{height}px")
            ></div>
        })}
    }
}
