//! What a hand without keys needs to annotate: one row of buttons.

use leptos::prelude::*;

use super::tool;
use crate::{commands::Hands, icons::Icon, store::Store, tiers, transport::Transport};

/// Shown while somebody annotates.
#[component]
pub(crate) fn Toolbar() -> impl IntoView {
    let store = Store::get();
    let hands = Hands {
        store,
        transport: Transport::get(),
    };
    let s = move || store.strings.get();
    let never = Signal::stored(false);
    let nothing = Signal::derive(move || store.nothing_chosen());
    let name = move |word: fn(&crate::strings::Strings) -> &'static str, key: &'static str| {
        Signal::derive(move || format!("{} ({key})", word(s())))
    };
    let any_hidden = move || store.tiers.hidden.with(|hidden| !hidden.is_empty());
    view! {
        <div class="bar annotate" part="annotation-controls" role="toolbar" aria-label=move || s().annotate>
            {tool(Icon::Marker, name(|s| s.add_marker, "M"), never, move || { tiers::add_marker(store); })}
            {tool(Icon::Span, name(|s| s.add_span, "enter"), never, move || { tiers::add_span_or_held(store); })}
            {tool(Icon::Write, name(|s| s.edit_text, "F2"), nothing, move || { store.write_focused(); })}
            {tool(Icon::Split, name(|s| s.split, "S"), never, move || { tiers::split(store); })}
            {tool(Icon::Delete, name(|s| s.delete, "⌫"), nothing, move || { tiers::remove_selected(store); })}
            {tool(Icon::Undo, name(|s| s.undo, "ctrl Z"), Signal::derive(move || !store.annotations.can_undo()), move || { store.annotations.undo(); })}
            {tool(Icon::Redo, name(|s| s.redo, "ctrl ⇧ Z"), Signal::derive(move || !store.annotations.can_redo()), move || { store.annotations.redo(); })}
            {tool(Icon::Before, name(|s| s.key_before, ","), never, move || { tiers::go(hands, -1); })}
            {tool(Icon::After, name(|s| s.key_after, "."), never, move || { tiers::go(hands, 1); })}
            <button
                class="button"
                type="button"
                aria-label=move || s().box_tool
                title=move || s().box_tool
                aria-pressed=move || store.tiers.box_tool.get().to_string()
                on:click=move |_| store.tiers.box_tool.update(|on| *on = !*on)
            >
                {Icon::Box.view()}
            </button>
            <Show when=any_hidden>
                {tool(Icon::Eye, Signal::derive(move || s().show_tiers.to_owned()), never, move || store.tiers.hidden.set(Vec::new()))}
            </Show>
        </div>
    }
}
