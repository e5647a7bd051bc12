//! The whole widget.

use leptos::{html, prelude::*};
use web_sys::{DragEvent, KeyboardEvent};

use super::{
    empty::Empty, key_sheet::KeySheet, layers_menu::LayersMenu, notice::Notices,
    overview::Overview, results::Results, stage::Stage, transport_bar::TransportBar,
};
use crate::{
    announce::LiveRegion,
    commands::Hands,
    keys,
    store::{Phase, Store},
    transport::Transport,
};

/// Everything between the element's edges.
#[component]
pub(crate) fn Player(root: NodeRef<html::Div>) -> impl IntoView {
    let store = Store::get();
    let transport = Transport::get();
    let (dragging, set_dragging) = signal(false);
    let (menu_open, set_menu_open) = signal(false);

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
        let file = event
            .data_transfer()
            .and_then(|data| data.files())
            .and_then(|files| files.get(0));
        if let Some(file) = file {
            event.prevent_default();
            if let Some(bridge) = store.bridge() {
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
            class:dragging=dragging
            on:keydown=on_key
            on:dragover=on_drag_over
            on:dragleave=move |_| set_dragging.set(false)
            on:drop=on_drop
        >
            <Notices />
            <Show when=shows_lanes fallback=|| view! { <Empty /> }>
                <Overview />
                <Stage />
            </Show>
            <Show when=move || store.controls.get()>
                <TransportBar menu_open set_menu_open />
                <Show when=move || menu_open.get()>
                    <LayersMenu />
                </Show>
                <Show when=move || store.key_sheet.get()>
                    <KeySheet />
                </Show>
            </Show>
            <Results />
            <LiveRegion />
            <div class="drop" aria-hidden="true">{move || store.strings.get().drop_here}</div>
        </div>
    }
}
