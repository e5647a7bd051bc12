//! The lanes under one time axis, with the playhead, the selection and the pointer over them all.

mod gestures;

use leptos::html;
use timeside_view::ruler;
use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};

use super::{
    lane::Lane,
    ruler::{HEIGHT as RULER_HEIGHT, Ruler},
    tiers::{Readout, TierLanes},
};
use crate::{format, prelude::*, store::Store, transport::Transport};

/// Below this width (CSS pixels) there is room for one layer.
const NARROW_PX: f64 = 400.0;

/// Ruler and lanes.
#[component]
pub(crate) fn Stage() -> impl IntoView {
    let store = Store::get();
    let axis = NodeRef::<html::Div>::new();
    let playhead = NodeRef::<html::Div>::new();
    observe_width(axis, move |width| {
        store.resize(width, window().device_pixel_ratio());
    });
    store.playhead_is(playhead);
    let gestures = gestures::Gestures::new(store, Transport::get(), axis);

    // A small screen shows one lane, the first that is asked for, and computes no other.
    let narrow = Memo::new(move |_| store.view.with(|view| view.width_px() < NARROW_PX));
    let lanes = Memo::new(move |_| {
        let mut lanes = store.layers.lanes();
        if narrow.get() {
            lanes.truncate(1);
        }
        lanes
    });
    let playhead_px = move || store.view.get().px_from_secs(store.playhead_secs.get());
    let playhead_shown = move || {
        let view = store.view.get();
        store.info.with(Option::is_some) && (-1.0..=view.width_px() + 1.0).contains(&playhead_px())
    };
    // Ten times a second are enough for who listens.
    let tenth = Memo::new(move |_| (store.playhead_secs.get() * 10.0).floor() / 10.0);
    let time_text = move || {
        store.strings.track();
        format::spoken(store, tenth.get())
    };
    let selection = Memo::new(move |_| {
        let (start, end) = store.selection.get()?;
        let view = store.view.get();
        let left = view.px_from_frame(start).max(-8.0);
        let right = view.px_from_frame(end).min(view.width_px() + 8.0);
        let secs = (end - start) as f64 / view.rate_hz();
        (right > left).then(|| (left, right - left, secs, ruler::decimals_for(&view)))
    });
    let hover_text = move |x: f64| {
        let view = store.view.get();
        let secs = (view.position_from_px(x) / view.rate_hz()).clamp(0.0, view.total_secs());
        format::position(store, secs, ruler::decimals_for(&view))
    };
    let snap = Callback::new(move |frame| (store.view.with(|v| v.px_from_frame(frame)), 0.0, None));

    view! {
        <div class="stage" part="stage">
            <Ruler />
            <For each=move || lanes.get() key=|lane| lane.clone() let(lane)>
                <Lane ids=lane.into_iter().map(|(id, _)| id).collect() />
            </For>
            <TierLanes />
            <div
                class="axis"
                part="axis"
                node_ref=axis
                on:pointerdown=move |event| gestures.down(&event)
                on:pointermove=move |event| gestures.moved(&event)
                on:pointerup=move |event| gestures.up(&event)
                on:pointercancel=move |event| gestures.cancelled(&event)
                on:pointerleave=move |_| gestures.left()
                on:touchmove=move |event| gestures.touch_moved(&event)
                on:contextmenu=move |event| gestures.menu_wanted(&event)
                on:wheel=move |event| gestures.wheel(&event)
                class:zoomed=move || !store.view.with(timeside_view::Viewport::is_fit)
                class:panning=move || gestures.is_panning()
                style:cursor=move || gestures.cursor()
                class:boxing=move || store.box_zoom.get()
            >
                <div
                    class="zoom-box"
                    hidden=move || gestures.drawn().is_none()
                    style:transform=move || gestures.drawn().map(|(x, y, ..)| format!("translate({x}px, {y}px)"))
                    style:width=move || gestures.drawn().map(|(_, _, width, _)| format!("{width}px"))
                    style:height=move || gestures.drawn().map(|(.., height)| format!("{height}px"))
                ></div>
                <Show when=move || selection.get().is_some()>
                    <div
                        class="selection"
                        part="selection"
                        style:left=move || format!("{}px", selection.get().map_or(0.0, |s| s.0))
                        style:width=move || format!("{}px", selection.get().map_or(0.0, |s| s.1))
                    >
                        <span class="chip">
                            {move || selection.get().map(|s| format::clock(store, s.2, s.3)).unwrap_or_default()}
                        </span>
                    </div>
                </Show>
                <Show when=move || store.hover.get().is_some() && store.info.with(Option::is_some)>
                    <div class="hover" style:transform=move || format!("translateX({}px)", store.hover.get().map_or(0.0, |h| h.x))>
                        <span
                            class="chip"
                            class:flip=move || store.hover.get().is_some_and(|h| h.x > store.view.get().width_px() - 90.0)
                        >
                            {move || store.hover.get().map(|h| hover_text(h.x)).unwrap_or_default()}
                        </span>
                    </div>
                </Show>
                <Readout snap />
                <div
                    class="playhead"
                    part="playhead"
                    node_ref=playhead
                    role="slider"
                    tabindex="0"
                    aria-label=move || store.strings.get().playhead
                    aria-orientation="horizontal"
                    aria-valuemin="0"
                    aria-valuemax=move || store.view.with(|v| v.total_secs())
                    aria-valuenow=move || tenth.get()
                    aria-valuetext=time_text
                    class:away=move || !playhead_shown()
                    style:transform=move || format!("translateX({}px)", playhead_px().clamp(-1.0, store.view.get().width_px() + 1.0))
                ></div>
            </div>
        </div>
    }
}

/// Is this height (CSS pixels from the stage's top) on the ruler?
fn on_ruler(y: f64) -> bool {
    y < RULER_HEIGHT
}

/// Tells the width of an element, in CSS pixels, now and whenever it changes.
pub(crate) fn observe_width(node: NodeRef<html::Div>, tell: impl Fn(f64) + Copy + 'static) {
    let observing: StoredValue<Option<Observation>> = StoredValue::new(None);
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let element: Element = element.into();
        let watched = element.clone();
        let callback = Closure::<dyn FnMut()>::new(move || {
            let width = watched.get_bounding_client_rect().width();
            if width > 0.0 {
                tell(width);
            }
        });
        if let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&element);
            observing.set_value(Some(Observation {
                observer,
                _callback: callback,
            }));
        }
    });
    on_cleanup(move || {
        observing.try_update_value(Option::take);
    });
}

struct Observation {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl Drop for Observation {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
