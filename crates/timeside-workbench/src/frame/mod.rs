//! What stands around each panel: its title, the button that closes it, and where the focus goes.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::{
    bench::Bench,
    icons::Icon,
    panels::{self, Panel},
    results::Results,
};

/// The whole workbench: the panel that is open, if any, and what the analyses gave.
#[component]
pub(crate) fn Root() -> impl IntoView {
    let bench = Bench::get();
    let shown = Memo::new(move |_| bench.panel.get());
    let panel = move || {
        let panel = shown.with(|id| id.as_deref().and_then(panels::find))?;
        Some(view! { <Frame panel /> })
    };
    view! {
        {panel}
        <Results />
    }
}

/// One panel with its head. Escape closes it.
#[component]
fn Frame(panel: &'static Panel) -> impl IntoView {
    let bench = Bench::get();
    let node = NodeRef::<html::Section>::new();
    let close_name = move || format!("{} {}", bench.s().close, (panel.name)(bench.s()));
    // The keyboard goes on inside; `data-focus` marks where, else the panel as a whole.
    Effect::new(move |_| {
        let Some(section) = node.get() else { return };
        let marked = section.query_selector("[data-focus]").ok().flatten();
        let first = marked.and_then(|found| found.dyn_into::<HtmlElement>().ok());
        // Focus is refused only by what is not there any more.
        let _ = match first {
            Some(first) => first.focus(),
            None => section.focus(),
        };
    });
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            event.stop_propagation();
            bench.close();
        }
    };
    view! {
        <section
            class="panel"
            part="panel"
            node_ref=node
            tabindex="-1"
            data-panel=panel.id
            aria-label=move || (panel.name)(bench.s())
            on:keydown=on_key
        >
            <header class="panel-head">
                <p class="panel-title">{move || (panel.name)(bench.s())}</p>
                <button class="mini" type="button" aria-label=close_name title=close_name on:click=move |_| bench.close()>
                    {Icon::Close.view()}
                </button>
            </header>
            <div class="panel-body">{(panel.view)()}</div>
        </section>
    }
}
