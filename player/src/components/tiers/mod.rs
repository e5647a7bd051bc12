//! The lanes of annotations: legends at the left, one canvas for all of them under the common time axis.

mod editor;
mod grids;
mod legend;
mod picture;
mod readout;
mod toolbar;

use leptos::html;
use timeside_view::layers::tiers::Stack;
use web_sys::WheelEvent;

use crate::{prelude::*, store::Store, tiers::described};

use editor::Editor;
use grids::Grids;
use legend::Legend;
pub(crate) use picture::BoxPicture;
use picture::Picture;
pub(crate) use readout::Readout;
pub(crate) use toolbar::Toolbar;

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
    let thumb = move || {
        stack.with(|stack| {
            stack.overflows().then(|| {
                let share = stack.window_px() / stack.total_px();
                (stack.scroll_px() * share, stack.window_px() * share)
            })
        })
    };
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
                    <Grids tier />
                </For>
                <Editor />
                {move || thumb().map(|(top, height)| view! {
                    <div class="tier-thumb" style:top=format!("{top}px") style:height=format!("{height}px")></div>
                })}
            </div>
        </div>
    }
}
