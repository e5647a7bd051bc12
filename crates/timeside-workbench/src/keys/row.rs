//! One command of the sheet.

use leptos::{html, prelude::*};
use web_sys::KeyboardEvent;

use super::{Command, assign, chord, restore};
use crate::bench::Bench;

/// What is pressed with others, and is no key of its own.
const MODIFIERS: [&str; 8] = [
    "Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Fn", "Dead",
];

/// Its name, its keys, and the button that waits for another.
#[component]
pub(super) fn Row(command: Command, said: RwSignal<String>) -> impl IntoView {
    let bench = Bench::get();
    let waits = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let is_changed = command.keys != command.own;
    let change_name = format!("{} {}", bench.s().change_keys, command.name);
    let change_title = change_name.clone();
    let reset_name = format!("{} {}", bench.s().reset_command, command.name);
    let id = StoredValue::new(command.id.clone());
    let name = StoredValue::new(command.name.clone());

    let on_key = move |event: KeyboardEvent| {
        if !waits.get_untracked() || event.key() == "Tab" {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        if MODIFIERS.contains(&event.key().as_str()) {
            return;
        }
        waits.set(false);
        if event.key() == "Escape" {
            return;
        }
        let pressed = bench.host().chord_of(&event);
        let loser = id.with_value(|id| assign(bench, id, &pressed));
        let keys = chord::shown(&pressed);
        let text = match loser {
            Some(loser) => format!(
                "{}: {keys}, {} {loser}",
                name.get_value(),
                bench.s().keys_taken
            ),
            None => format!("{}: {keys}", name.get_value()),
        };
        said.set(text);
    };
    let shown_keys = if command.keys.is_empty() {
        view! { <span class="dim">{bench.s().no_key}</span> }.into_any()
    } else {
        command
            .keys
            .iter()
            .map(|key| view! { <kbd>{chord::shown(key)}</kbd> })
            .collect_view()
            .into_any()
    };
    view! {
        <li data-command=command.id>
            <span class="command">{command.name}</span>
            <button
                class="chord"
                type="button"
                node_ref=button
                title=change_title
                aria-pressed=move || waits.get().to_string()
                on:click=move |_| waits.update(|on| *on = !*on)
                on:keydown=on_key
                on:blur=move |_| waits.set(false)
            >
                // Part of the name, which must hold what is seen.
                <span class="sr-only">{change_name}</span>
                <span class="keys-shown">{shown_keys}</span>
                <span class="waiting">{move || bench.s().press_chord}</span>
            </button>
            {is_changed.then(|| view! {
                <button class="act small" type="button" aria-label=reset_name.clone() title=reset_name
                    on:click=move |_| id.with_value(|id| restore(bench, |c| c.id == *id))>
                    {bench.s().reset}
                </button>
            })}
        </li>
    }
}
