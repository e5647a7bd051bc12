//! What a drag of an annotation shows under the pointer, and the line it holds on to.

use crate::{prelude::*, store::Store};

/// From the pointer to the text, CSS pixels.
const BESIDE_PX: f64 = 5.0;

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
            // Beside the pointer, where there is more room, and never out of sight: 100% is the text's own width.
            let x = if d.x > d.width / 2.0 {
                format!("translateX(max(0px, {}px - 100%))", d.x - BESIDE_PX)
            } else {
                let right = d.x + BESIDE_PX;
                format!("translateX(max(0px, min({right}px, {}px - 100%)))", d.width)
            };
            Some((d.text.clone(), x, d.y))
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
        {move || chip().map(|(text, x, y)| view! {
            <div class="drag-chip" style:transform=format!("translateY({y}px)")>
                <span class="chip" style:transform=x>{text}</span>
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
