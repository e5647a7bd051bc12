//! The frequency axis under the pointer and the keys: wheel and +/− zoom about a frequency, drag and arrows move.

use leptos::html;
use timeside_view::{FrequencyAxis as Axis, frequency::hz_text};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent, WheelEvent};

use crate::{
    prelude::*,
    sources::tiles::TileAxis,
    store::{FrequencyWish, Store},
};

/// What one press of a key zooms by.
const KEY_ZOOM: f64 = 1.25;
/// What one press of a key moves by, as a share of the height.
const KEY_PAN: f64 = 0.1;

/// A box lower than this (CSS pixels) leaves the frequencies as they are.
const LEAST_BOX_PX: f64 = 8.0;

/// A strip over the labels at the left edge of the spectrogram.
#[component]
pub(crate) fn FrequencyAxis(
    axis: Memo<Option<TileAxis>>,
    /// CSS pixels.
    height: Signal<f64>,
) -> impl IntoView {
    let store = Store::get();
    let strip = NodeRef::<html::Div>::new();
    let drag_y = StoredValue::new(None::<f64>);
    let rate_hz = move || {
        let info = store.info.get_untracked();
        info.map_or(44_100.0, |info| info.rate_hz)
    };
    let change = move |to: &dyn Fn(&Axis, (f64, f64)) -> Axis| {
        let Some(now) = axis.get_untracked() else {
            return;
        };
        let rate = rate_hz();
        let limits = store.spectrogram.get_untracked().limits_hz(rate);
        let next = to(&now.on(height.get_untracked()), limits);
        store.style_spectrogram(|style| style.show(&next, rate));
    };
    let zoom = move |factor: f64, y: f64| change(&|axis, limits| axis.zoomed(factor, y, limits));
    let pan = move |dy: f64| change(&|axis, limits| axis.panned(dy, limits));
    let whole = move || {
        store.style_spectrogram(|style| (style.min_hz, style.max_hz) = (None, None));
    };
    let y_of = move |client_y: f64| {
        let top = strip
            .get_untracked()
            .map_or(0.0, |strip| strip.get_bounding_client_rect().top());
        client_y - top
    };
    let between = move |top: f64, bottom: f64| {
        change(&|axis, limits| Axis {
            min_hz: axis
                .hz_from_y(bottom.min(height.get_untracked()))
                .max(limits.0),
            max_hz: axis.hz_from_y(top.max(0.0)).min(limits.1),
            ..*axis
        });
    };
    store.on_frequencies(Some(Callback::new(move |wish| match wish {
        FrequencyWish::Zoom(factor) => zoom(factor, height.get_untracked() / 2.0),
        FrequencyWish::Pan(share) => pan(share * height.get_untracked()),
        FrequencyWish::Between(top, bottom) => {
            let (top, bottom) = (y_of(top), y_of(bottom));
            // A box that only touches the lane is about time alone.
            if bottom.min(height.get_untracked()) - top.max(0.0) >= LEAST_BOX_PX {
                between(top, bottom);
            }
        }
    })));
    on_cleanup(move || store.on_frequencies(None));
    let wheel = move |event: WheelEvent| {
        let notches = if event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL {
            event.delta_y() / 100.0
        } else {
            event.delta_y().signum()
        };
        zoom(
            (-notches.clamp(-2.0, 2.0) * 0.25).exp(),
            y_of(f64::from(event.client_y())),
        );
        event.prevent_default();
    };
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(strip) = strip.get_untracked() {
            // Without capture a drag ends at the edge, nothing worse.
            let _ = strip
                .unchecked_ref::<Element>()
                .set_pointer_capture(event.pointer_id());
        }
        drag_y.set_value(Some(y_of(f64::from(event.client_y()))));
    };
    let moved = move |event: PointerEvent| {
        if let Some(from) = drag_y.get_value() {
            let y = y_of(f64::from(event.client_y()));
            pan(y - from);
            drag_y.set_value(Some(y));
        }
    };
    let key = move |event: KeyboardEvent| {
        let height = height.get_untracked();
        match event.key().as_str() {
            "ArrowUp" => pan(height * KEY_PAN),
            "ArrowDown" => pan(-height * KEY_PAN),
            "+" | "=" => zoom(KEY_ZOOM, height / 2.0),
            "-" => zoom(1.0 / KEY_ZOOM, height / 2.0),
            "0" | "Home" => whole(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let spoken = move || {
        let s = store.strings.get();
        let range = axis.get().map(|axis| {
            let text = |hz: f64| hz_text(hz).replace('k', " k");
            format!("{}Hz {} {}Hz", text(axis.min_hz), s.to, text(axis.max_hz))
        });
        range.unwrap_or_default()
    };
    view! {
        <div
            class="frequency-axis"
            node_ref=strip
            role="slider"
            tabindex="0"
            aria-label=move || store.strings.get().frequency_axis
            aria-orientation="vertical"
            aria-valuemin="0"
            aria-valuemax=move || store.info.with(|info| info.as_ref().map_or(0.0, |i| i.rate_hz / 2.0))
            aria-valuenow=move || axis.get().map_or(0.0, |axis| axis.on(1.0).hz_from_y(0.5).round())
            aria-valuetext=spoken
            title=move || store.strings.get().frequency_axis_help
            on:wheel=wheel
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=move |_| drag_y.set_value(None)
            on:pointercancel=move |_| drag_y.set_value(None)
            on:dblclick=move |_| whole()
            on:keydown=key
        ></div>
    }
}
