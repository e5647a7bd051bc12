//! The lanes of annotations: legends at the left, one canvas for all of them under the common time axis.

mod editor;
mod grids;
mod legend;
mod picture;
mod readout;
mod thumb;
mod toolbar;

use gloo::timers::callback::Timeout;
use leptos::html;
use timeside_view::{Viewport, layers::tiers::Stack};
use web_sys::WheelEvent;

use crate::{prelude::*, store::Store, tiers::described};

pub(crate) use editor::{Editor, LEAST_PX};
pub(crate) use grids::Grids;
use legend::Legend;
use picture::Picture;
pub(crate) use picture::{BoxPicture, Strip, paint_strips};
pub(crate) use readout::Readout;
use thumb::Thumb;
pub(crate) use toolbar::Toolbar;

/// So long after the last step a view is at rest, milliseconds.
const REST_MS: u32 = 150;

/// All tiers.
#[component]
pub(crate) fn TierLanes() -> impl IntoView {
    let store = Store::get();
    let any = Memo::new(move |_| store.tiers.stack.with(|stack| stack.window_px() > 0.0));
    view! {
        <Show when=move || any.get()>
            <Lanes />
        </Show>
    }
}

#[component]
fn Lanes() -> impl IntoView {
    let store = Store::get();
    let stack = store.tiers.stack;
    let node = NodeRef::<html::Div>::new();
    store.lanes_stand_at(node);
    let height = Memo::new(move |_| stack.with(Stack::window_px));
    let shown = Memo::new(move |_| store.lanes_shown());
    let rested = view_at_rest(store);
    // A wheel over the legends scrolls the lanes; over the lanes it moves through time, as everywhere.
    let on_wheel = move |event: WheelEvent| {
        if store.scroll_tiers(event.delta_y()) {
            event.prevent_default();
        }
    };
    // Who wishes hears what the playhead enters on the tier that keys work on.
    let entered = Memo::new(move |_| {
        if !store.tiers.speaks_entries.get() {
            return None;
        }
        let tier = store.active_tier()?;
        let at = store
            .view
            .with(|view| view.frame_from_secs(store.playhead_secs.get()));
        store
            .annotations
            .with(|document| document.entries(tier, at, at + 1).last())
    });
    Effect::new(move |_| {
        if let Some(entry) = entered.get() {
            store.announce(described(store, entry.key));
        }
    });
    let place = Callback::new(move |key| editor::place_in_lanes(store, key));
    view! {
        <div class="tiers" part="tiers" style:height=move || format!("{}px", height.get())>
            <div class="tier-legends" on:wheel=on_wheel>
                <For each=move || shown.get() key=|tier| *tier let(tier)>
                    <Legend tier />
                </For>
            </div>
            <div class="lane-canvas" node_ref=node>
                <Picture height=height.into() />
                <For each=move || shown.get() key=|tier| *tier let(tier)>
                    <Grids tier rested />
                </For>
                <Editor place />
                <Thumb on_wheel=Callback::new(on_wheel) />
            </div>
        </div>
    }
}

/// The view once it has stood still: for what nobody needs at every step of a zoom.
fn view_at_rest(store: Store) -> ReadSignal<Viewport> {
    let (rested, set_rested) = signal(store.view.get_untracked());
    let timer: StoredValue<Option<Timeout>> = StoredValue::new(None);
    Effect::new(move |_| {
        let view = store.view.get();
        // Another step drops it, and with it what it would do.
        timer.set_value(Some(Timeout::new(REST_MS, move || {
            set_rested.set(view);
        })));
    });
    rested
}
