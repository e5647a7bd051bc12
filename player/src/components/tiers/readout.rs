//! What a drag of an annotation shows under the pointer, and the line it holds on to.

use crate::{prelude::*, store::Store};

/// Where the line of a frame stands: left and top edge, and its height unless the style sheet has it; CSS pixels.
pub(crate) type SnapPlace = Callback<i64, (f64, f64, Option<f64>)>;

/// Shown while something is dragged.
#[component]
pub(crate) fn Readout(snap: SnapPlace) -> impl IntoView {
    let store = Store::get();
    let dragging = store.tiers.dragging;
    let snapped = move || {
        let at = dragging.with(|d| d.as_ref().and_then(|d| d.snapped))?;
        Some(snap.run(at))
    };
    let chip = move || {
        dragging.with(|d| {
            let d = d.as_ref().filter(|d| !d.text.is_empty())?;
            Some((d.text.clone(), d.x, d.y, d.flips))
        })
    };
    let band = move || dragging.with(|d| d.as_ref().and_then(|d| d.band));
    view! {
        {move || snapped().map(|(x, y, height)| view! {
            <div
                class="snap-line"
                style:transform=format!("translate({x}px, {y}px)")
                style:height=height.map(|px| format!("{px}px"))
            ></div>
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
