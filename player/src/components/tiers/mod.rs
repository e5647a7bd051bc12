//! The lanes of annotations: legends at the left, one canvas for all of them under the common time axis.

mod editor;
mod grids;
mod legend;
mod picture;
mod toolbar;

use leptos::{html, prelude::*};
use web_sys::WheelEvent;

use crate::{icons::Icon, store::Store};

use editor::Editor;
use grids::Grids;
use legend::Legends;
pub(crate) use picture::BoxPicture;
use picture::Picture;
pub(crate) use toolbar::Toolbar;

/// All tiers.
#[component]
pub(crate) fn TierLanes() -> impl IntoView {
    let store = Store::get();
    let stack = store.stack();
    let any = Memo::new(move |_| stack.with(|stack| stack.window_px() > 0.0));
    view! {
        <Show when=move || any.get()>
            <Lanes />
        </Show>
    }
}

#[component]
fn Lanes() -> impl IntoView {
    let store = Store::get();
    let stack = store.stack();
    let node = NodeRef::<html::Div>::new();
    store.lanes_stand_at(node);
    let height = Memo::new(move |_| stack.with(timeside_view::layers::tiers::Stack::window_px));
    // Wheels over the legends scroll the lanes; over the lanes they move through time, as everywhere.
    let on_wheel = move |event: WheelEvent| {
        if store.scroll_tiers(event.delta_y()) {
            event.prevent_default();
        }
    };
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
                <Legends />
            </div>
            <div class="lane-canvas" node_ref=node>
                <Picture height=Signal::derive(move || height.get()) />
                <Grids />
                <Editor />
                {move || thumb().map(|(top, height)| view! {
                    <div class="tier-thumb" style:top=format!("{top}px") style:height=format!("{height}px")></div>
                })}
            </div>
        </div>
    }
}

/// A button with an icon and its key.
fn tool(
    icon: Icon,
    name: Signal<String>,
    off: Signal<bool>,
    run: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button
            class="button"
            type="button"
            aria-label=name
            title=name
            disabled=off
            on:click=move |_| run()
        >
            {icon.view()}
        </button>
    }
}
