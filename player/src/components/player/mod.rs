//! The whole widget.

use leptos::html;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, Element, KeyboardEvent};

use super::{
    empty::Empty, lines::Lines, notice::Notices, overview::Overview, stage::Stage, tiers::Toolbar,
    transport_bar::TransportBar,
};
use crate::{
    announce::LiveRegion,
    commands::Hands,
    keys,
    prelude::*,
    store::{Phase, Store},
    tiers,
    transport::Transport,
};

/// Everything between the element's edges.
#[component]
pub(crate) fn Player(root: NodeRef<html::Div>) -> impl IntoView {
    let store = Store::get();
    let transport = Transport::get();
    let (dragging, set_dragging) = signal(false);

    let label = move || {
        let name = store
            .info
            .with(|info| info.as_ref().map(|i| i.name.clone()).unwrap_or_default());
        format!("{} {name}", store.strings.get().player)
    };
    let phase = move || match store.phase.get() {
        Phase::Empty => "empty",
        Phase::Opening { .. } => "opening",
        Phase::Ready if store.analyses.any_running() => "analysing",
        Phase::Ready if store.read.get() < 1.0 => "reading",
        Phase::Ready => "ready",
        Phase::Failed(_) => "error",
    };
    let on_key = move |event: KeyboardEvent| {
        if keys::pressed(Hands { store, transport }, &event) {
            event.prevent_default();
            // Nobody around the widget shall act on it a second time.
            event.stop_propagation();
        }
    };
    let on_clipboard = move |event: &ClipboardEvent, what: &str| {
        let Some(data) = event.clipboard_data().filter(|_| !is_writing(event)) else {
            return;
        };
        let done = match what {
            "paste" => tiers::paste(store, &data),
            what => tiers::copy(store, &data, what == "cut"),
        };
        if done {
            event.prevent_default();
        }
    };
    let carries_file = |event: &DragEvent| {
        event
            .data_transfer()
            .is_some_and(|data| data.types().iter().any(|kind| kind == "Files"))
    };
    let on_drag_over = move |event: DragEvent| {
        if carries_file(&event) {
            event.prevent_default();
            set_dragging.set(true);
        }
    };
    let on_drop = move |event: DragEvent| {
        set_dragging.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        let Some(files) = files.filter(|files| files.length() > 0) else {
            return;
        };
        event.prevent_default();
        // Which is the sound and which are annotations, the element finds out.
        if let Some(bridge) = store.bridge() {
            for file in (0..files.length()).filter_map(|at| files.get(at)) {
                bridge.open_file(&file);
            }
        }
    };
    let shows_lanes = move || matches!(store.phase.get(), Phase::Opening { .. } | Phase::Ready);

    view! {
        <div
            node_ref=root
            class="player"
            part="base"
            role="region"
            aria-label=label
            lang=move || store.strings.get().tag
            dir=move || if store.strings.get().right_to_left { "rtl" } else { "ltr" }
            data-phase=phase
            class:dragging=move || dragging.get()
            on:keydown=on_key
            on:keyup=move |event| keys::released(Hands { store, transport }, &event)
            on:copy=move |event| on_clipboard(&event, "copy")
            on:cut=move |event| on_clipboard(&event, "cut")
            on:paste=move |event| on_clipboard(&event, "paste")
            on:dragover=on_drag_over
            on:dragleave=move |_| set_dragging.set(false)
            on:drop=on_drop
        >
            <Notices />
            <Show when=shows_lanes fallback=|| view! { <Empty /> }>
                <Overview />
                <Show when=move || store.wrap_secs.get().is_some() fallback=|| view! { <Stage /> }>
                    <Lines />
                </Show>
            </Show>
            <Show when=move || store.is_annotating()>
                <Toolbar />
            </Show>
            <Show when=move || store.controls.get()>
                <TransportBar />
            </Show>
            // Whose it is: the workbench mounts here.
            <div id="workbench"></div>
            <LiveRegion />
            <div class="drop" aria-hidden="true">{move || store.strings.get().drop_here}</div>
        </div>
    }
}

/// Does the clipboard belong to a field in which somebody writes?
fn is_writing(event: &ClipboardEvent) -> bool {
    let target = event.composed_path().get(0).dyn_into::<Element>();
    target.is_ok_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA"))
}
