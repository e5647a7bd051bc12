//! The thumb of lanes that do not all fit: what a scroll bar has, over a canvas that does not scroll.

use leptos::html;
use timeside_view::layers::tiers::Stack;
use web_sys::{PointerEvent, WheelEvent};

use crate::{format::media_matches, prelude::*, store::Store};

/// The least height of what is dragged, CSS pixels; under a finger the size of a target.
const LEAST_PX: f64 = 24.0;
const TOUCH_PX: f64 = 44.0;

/// Of a stack: the thumb's place and height, and how far a pixel of it scrolls; CSS pixels.
fn shape(stack: &Stack, least_px: f64) -> Option<(f64, f64, f64)> {
    let (window, total) = (stack.window_px(), stack.total_px());
    if !stack.overflows() {
        return None;
    }
    let height = (window * window / total).max(least_px).min(window);
    let per_px = (total - window) / (window - height).max(1.0);
    Some((stack.scroll_px() / per_px, height, per_px))
}

/// Shown while lanes are out of sight. Keys bring the lane they work on into view, so it is for hands alone.
#[component]
pub(super) fn Thumb(on_wheel: Callback<WheelEvent>) -> impl IntoView {
    let store = Store::get();
    let node = NodeRef::<html::Div>::new();
    let least = if media_matches("(any-pointer: coarse)") {
        TOUCH_PX
    } else {
        LEAST_PX
    };
    let place = Memo::new(move |_| store.tiers.stack.with(|stack| shape(stack, least)));
    // Where the pointer took hold, and how far the lanes were scrolled there.
    let held = StoredValue::new(None::<(f64, f64)>);
    let down = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(node) = node.get_untracked() {
            // Without capture a drag ends at the edge, nothing worse.
            let _ = node.set_pointer_capture(event.pointer_id());
        }
        let scroll = store.tiers.stack.with_untracked(Stack::scroll_px);
        held.set_value(Some((f64::from(event.client_y()), scroll)));
    };
    let moved = move |event: PointerEvent| {
        let (Some((from, scroll)), Some(place)) = (held.get_value(), place.get_untracked()) else {
            return;
        };
        let to = scroll + (f64::from(event.client_y()) - from) * place.2;
        let now = store.tiers.stack.with_untracked(Stack::scroll_px);
        store.scroll_tiers(to - now);
    };
    let px =
        move |of: fn((f64, f64, f64)) -> f64| move || place.get().map(|p| format!("{}px", of(p)));
    view! {
        <div
            class="tier-thumb"
            node_ref=node
            aria-hidden="true"
            hidden=move || place.get().is_none()
            style:top=px(|place| place.0)
            style:height=px(|place| place.1)
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=move |_| held.set_value(None)
            on:pointercancel=move |_| held.set_value(None)
            on:wheel=move |event| on_wheel.run(event)
        ></div>
    }
}
