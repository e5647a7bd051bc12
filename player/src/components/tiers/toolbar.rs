//! What a hand without keys needs to annotate: one row of buttons.

use crate::{
    commands::Hands, icons::Icon, prelude::*, store::Store, strings::Strings, tiers,
    transport::Transport,
};

/// Shown while somebody annotates.
#[component]
pub(crate) fn Toolbar() -> impl IntoView {
    let store = Store::get();
    let hands = Hands {
        store,
        transport: Transport::get(),
    };
    let s = move || store.strings.get();
    let any_hidden = move || store.tiers.hidden.with(|hidden| !hidden.is_empty());
    view! {
        <div class="bar annotate" part="annotation-controls" role="toolbar" aria-label=move || s().annotate>
            {TOOLS.iter().map(|tool| view! {
                <button
                    class="button"
                    type="button"
                    aria-label=move || (tool.name)(s())
                    title=move || (tool.name)(s())
                    disabled=move || (tool.is_off)(store)
                    aria-pressed=move || tool.is_on.map(|is_on| is_on(store).to_string())
                    on:click=move |_| (tool.run)(hands)
                >
                    {tool.icon.view()}
                </button>
            }).collect_view()}
            <Show when=any_hidden>
                <button class="text-button" type="button" on:click=move |_| store.show_all_tiers()>
                    {move || s().show_tiers}
                </button>
            </Show>
        </div>
    }
}

/// A button of the row.
struct Tool {
    icon: Icon,
    name: fn(&Strings) -> &'static str,
    is_off: fn(Store) -> bool,
    is_on: Option<fn(Store) -> bool>,
    run: fn(Hands),
}

const TOOLS: &[Tool] = &[
    Tool {
        icon: Icon::Marker,
        name: |s| s.key_marker,
        is_off: |_| false,
        is_on: None,
        run: |hands| _ = tiers::add_marker(hands.store),
    },
    Tool {
        icon: Icon::Span,
        name: |s| s.add_span,
        is_off: |_| false,
        is_on: Some(|store| store.tiers.held_since.get().is_some()),
        run: |hands| tiers::span_by_button(hands.store),
    },
    Tool {
        icon: Icon::Write,
        name: |s| s.key_edit,
        is_off: Store::nothing_chosen,
        is_on: None,
        run: |hands| {
            if let Some(key) = hands.store.tiers.focused.get_untracked() {
                hands.store.write(key);
            }
        },
    },
    Tool {
        icon: Icon::Split,
        name: |s| s.key_split,
        is_off: |_| false,
        is_on: None,
        run: |hands| _ = tiers::split(hands.store),
    },
    Tool {
        icon: Icon::Delete,
        name: |s| s.key_remove,
        is_off: Store::nothing_chosen,
        is_on: None,
        run: |hands| _ = tiers::remove_selected(hands.store),
    },
    Tool {
        icon: Icon::Undo,
        name: |s| s.undo,
        is_off: |store| {
            store
                .annotations
                .with(|document| document.undo_name().is_none())
        },
        is_on: None,
        run: |hands| _ = tiers::undo(hands.store),
    },
    Tool {
        icon: Icon::Redo,
        name: |s| s.redo,
        is_off: |store| {
            store
                .annotations
                .with(|document| document.redo_name().is_none())
        },
        is_on: None,
        run: |hands| _ = tiers::redo(hands.store),
    },
    Tool {
        icon: Icon::Before,
        name: |s| s.key_before,
        is_off: |store| store.annotations.with(timeside_editing::Document::is_empty),
        is_on: None,
        run: |hands| _ = tiers::go(hands, -1),
    },
    Tool {
        icon: Icon::After,
        name: |s| s.key_after,
        is_off: |store| store.annotations.with(timeside_editing::Document::is_empty),
        is_on: None,
        run: |hands| _ = tiers::go(hands, 1),
    },
    Tool {
        icon: Icon::Box,
        name: |s| s.box_tool,
        is_off: |_| false,
        is_on: Some(|store| store.tiers.box_tool.get()),
        run: |hands| hands.store.tiers.box_tool.update(|on| *on = !*on),
    },
];
