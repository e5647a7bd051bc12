//! What the keys do, and how to change that.

mod chord;
mod row;

use js_sys::Object;
use leptos::{html, prelude::*};
use wasm_bindgen::JsValue;

use crate::{
    bench::{Bench, Topic},
    js::{self, list, text},
    panels::Panel,
    strings::Word,
};
use row::Row;

/// The sheet behind `?`.
pub(crate) const PANEL: Panel = Panel {
    id: "keys",
    name: |s| s.keys,
    view: || KeySheet().into_any(),
    css: include_str!("keys.css"),
};

/// A command as the player tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    /// Firm.
    id: String,
    /// `playback`, `view`, `selection` or `annotation`.
    group: String,
    /// In the reader's language.
    name: String,
    /// Its chords now.
    keys: Vec<String>,
    /// Its chords unless they are changed.
    own: Vec<String>,
}

impl Command {
    fn read(value: &JsValue) -> Self {
        let texts = |name: &str| {
            list(value, name)
                .into_iter()
                .filter_map(|key| key.as_string())
        };
        Self {
            id: text(value, "id").unwrap_or_default(),
            group: text(value, "group").unwrap_or_default(),
            name: text(value, "name").unwrap_or_default(),
            keys: texts("keys").collect(),
            own: texts("own").collect(),
        }
    }

    /// Has it these letters in its name or on its keys?
    fn has(&self, sought: &str) -> bool {
        self.name.to_lowercase().contains(sought)
            || self
                .keys
                .iter()
                .any(|key| chord::shown(key).to_lowercase() == sought)
    }
}

/// Id and heading of each group, as the sheet lists them.
const GROUPS: [(&str, Word); 4] = [
    ("playback", |s| s.group_playback),
    ("view", |s| s.group_view),
    ("selection", |s| s.group_selection),
    ("annotation", |s| s.group_annotation),
];

fn commands(bench: Bench) -> Vec<Command> {
    bench
        .host()
        .commands()
        .iter()
        .map(|c| Command::read(&c))
        .collect()
}

/// Tells the player every key that is not a command's own.
fn tell(bench: Bench, all: &[Command]) {
    let changed = Object::new();
    for command in all.iter().filter(|command| command.keys != command.own) {
        js::set(&changed, &command.id, &command.keys.join(" ").into());
    }
    bench.host().set_keys(&changed);
}

/// Gives a command one chord, which whoever had it before loses; the loser's name, if there was one.
fn assign(bench: Bench, id: &str, chord: &str) -> Option<String> {
    let mut all = commands(bench);
    let mut loser = None;
    for command in &mut all {
        if command.id == id {
            command.keys = vec![chord.to_owned()];
        } else if command.keys.iter().any(|key| key == chord) {
            command.keys.retain(|key| key != chord);
            loser = Some(command.name.clone());
        }
    }
    tell(bench, &all);
    loser
}

/// Gives commands their own chords back, and takes those from whoever got them since.
fn restore(bench: Bench, of: impl Fn(&Command) -> bool) {
    let mut all = commands(bench);
    let mut back: Vec<String> = Vec::new();
    for command in all.iter_mut().filter(|command| of(command)) {
        command.keys.clone_from(&command.own);
        back.extend(command.own.iter().cloned());
    }
    for command in all.iter_mut().filter(|command| !of(command)) {
        command.keys.retain(|key| !back.contains(key));
    }
    tell(bench, &all);
}

#[component]
fn KeySheet() -> impl IntoView {
    let bench = Bench::get();
    let sought = RwSignal::new(String::new());
    let said = RwSignal::new(String::new());
    let all = Memo::new(move |_| {
        bench.track(Topic::Keys);
        bench.strings.track();
        commands(bench)
    });
    let found = move |group: &'static str| {
        let sought = sought.get().trim().to_lowercase();
        all.with(|all| {
            let fits = |c: &&Command| c.group == group && (sought.is_empty() || c.has(&sought));
            all.iter().filter(fits).cloned().collect::<Vec<_>>()
        })
    };
    let is_changed = move || all.with(|all| all.iter().any(|c| c.keys != c.own));
    let search = NodeRef::<html::Input>::new();
    view! {
        <div class="tools">
            <input
                class="entry search"
                type="search"
                node_ref=search
                placeholder=move || bench.s().search_keys
                aria-label=move || bench.s().search_keys
                on:input=move |event| sought.set(event_target_value(&event))
            />
            <Show when=is_changed>
                <span class="dim">{move || bench.s().keys_changed}</span>
                <button class="act" type="button" on:click=move |_| { said.set(String::new()); restore(bench, |_| true); }>
                    {move || bench.s().reset_keys}
                </button>
            </Show>
        </div>
        <p class="said" role="status">{said}</p>
        <Show when=move || GROUPS.iter().all(|(id, _)| found(id).is_empty())>
            <p class="dim">{move || bench.s().nothing_found}</p>
        </Show>
        {GROUPS.map(|(id, heading)| view! {
            <Show when=move || !found(id).is_empty()>
                <p class="heading" aria-hidden="true">{move || heading(bench.s())}</p>
                <ul class="key-list" aria-label=move || heading(bench.s())>
                    <For each=move || found(id) key=|command| (command.id.clone(), command.keys.clone(), command.name.clone()) let(command)>
                        <Row command said />
                    </For>
                </ul>
            </Show>
        })}
    }
}
