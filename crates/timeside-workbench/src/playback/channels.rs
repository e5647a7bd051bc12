//! Each channel: whether it is heard, alone or not at all.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::{bench::Bench, js};

/// Mute and solo of every channel; nothing for a single one.
#[component]
pub(super) fn Channels(changes: Memo<u32>, changed: Callback<()>) -> impl IntoView {
    let bench = Bench::get();
    let states = move || {
        changes.track();
        js::list(&bench.element(), "channels")
    };
    let count = Memo::new(move |_| states().len());
    let is = move |channel: usize, what: &'static str| {
        states()
            .get(channel)
            .and_then(|state| js::flag(state, what))
            .unwrap_or(false)
    };
    let toggle = move |channel: usize, what: &'static str| {
        let element: JsValue = bench.element().into();
        let state = js::object(&[(what, (!is(channel, what)).into())]);
        if let Ok(set) = js::get(&element, "setChannel").dyn_into::<js_sys::Function>() {
            // It is a channel of this recording; if that has just gone, nothing is lost.
            let _ = set.call2(&element, &(channel as u32).into(), &state);
        }
        changed.run(());
    };
    let button = move |channel: usize, what: &'static str| {
        let name = move || {
            let s = bench.s();
            let verb = if what == "muted" {
                s.mute_channel
            } else {
                s.solo_channel
            };
            format!("{verb} {}", channel + 1)
        };
        view! {
            <button
                class="act small"
                type="button"
                aria-label=name
                title=name
                aria-pressed=move || is(channel, what).to_string()
                on:click=move |_| toggle(channel, what)
            >
                {if what == "muted" { "M" } else { "S" }}
            </button>
        }
    };
    view! {
        <Show when=move || { count.get() > 1 }>
            <h3 class="heading">{move || bench.s().channels}</h3>
            <div class="tools" role="group" aria-label=move || bench.s().channels>
                {move || (0..count.get()).map(|channel| view! {
                    <span class="channel">
                        <span class="number">{channel + 1}</span>
                        {button(channel, "muted")}
                        {button(channel, "solo")}
                    </span>
                }).collect_view()}
            </div>
        </Show>
    }
}
