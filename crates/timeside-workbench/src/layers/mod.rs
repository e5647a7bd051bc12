//! The layers: their order, which are seen, and how each looks.

mod control;
mod range;
mod row;
mod settings;

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::{
    bench::{Bench, Topic},
    host::Layers,
    js::{self, flag, message, object, text},
    panels::Panel,
};
use row::Row;

/// The panel behind the layers button.
pub(crate) const PANEL: Panel = Panel {
    id: "layers",
    name: |s| s.layers,
    view: || LayersPanel().into_any(),
    css: include_str!("layers.css"),
};

/// The layers as the element tells them; copyable.
#[derive(Clone, Copy)]
struct Shelf {
    /// What `layers.describe()` gave, the top one first.
    all: RwSignal<Vec<JsValue>, LocalStorage>,
    /// Why the last change was refused, in words; else empty.
    failure: RwSignal<String>,
    /// Whose settings are seen.
    opened: RwSignal<Option<String>>,
}

impl Shelf {
    fn layers(bench: Bench) -> Layers {
        bench.element().layers()
    }

    /// Asks again.
    fn update(self, bench: Bench) {
        let list = Self::layers(bench).describe();
        self.all.set(list.iter().collect());
    }

    /// Ids, the top one first; tracked.
    fn ids(self) -> Vec<String> {
        self.all
            .with(|all| all.iter().filter_map(|layer| text(layer, "id")).collect())
    }

    /// Reads one layer; tracked. `None` if it is gone.
    fn read<T>(self, id: &str, read: impl FnOnce(&JsValue) -> T) -> Option<T> {
        self.all.with(|all| {
            let found = all
                .iter()
                .find(|layer| text(layer, "id").as_deref() == Some(id));
            found.map(read)
        })
    }

    fn say(self, outcome: Result<(), JsValue>) {
        self.failure.set(
            outcome
                .err()
                .map_or_else(String::new, |error| message(&error)),
        );
    }

    /// Changes how a layer looks.
    fn configure(self, bench: Bench, id: &str, settings: &[(&str, JsValue)]) {
        self.say(Self::layers(bench).configure(id, &object(settings)));
    }

    /// Puts a layer to another place, counted from the top.
    fn move_to(self, bench: Bench, id: &str, place: usize) {
        self.say(Self::layers(bench).move_to(id, place as u32));
        let (name, count) = (self.name(id), self.all.with_untracked(Vec::len));
        let s = bench.strings.get_untracked();
        bench.announce(&format!("{name}, {} {} / {count}", s.place, place + 1));
    }

    fn remove(self, bench: Bench, id: &str) {
        self.say(Self::layers(bench).remove(id));
    }

    /// As it is shown.
    fn name(self, id: &str) -> String {
        self.read(id, |layer| text(layer, "name"))
            .flatten()
            .unwrap_or_else(|| id.to_owned())
    }

    fn is_seen(self, id: &str) -> bool {
        self.read(id, |layer| flag(layer, "visible"))
            .flatten()
            .unwrap_or(true)
    }
}

#[component]
fn LayersPanel() -> impl IntoView {
    let bench = Bench::get();
    let shelf = Shelf {
        all: RwSignal::new_local(Vec::new()),
        failure: RwSignal::new(String::new()),
        opened: RwSignal::new(None),
    };
    shelf.update(bench);
    let changes = bench.count_events("layerchange");
    Effect::new(move |_| {
        changes.track();
        bench.track(Topic::Layers);
        bench.track(Topic::Runs);
        bench.track(Topic::Media);
        bench.strings.track();
        shelf.update(bench);
    });
    // A lane's own button asks for its layer.
    Effect::new(move |_| {
        let subject = bench.subject.get();
        if !subject.is_empty() {
            shelf.opened.set(Some(subject));
        }
    });
    let ids = Memo::new(move |_| shelf.ids());
    let add = move |kind: &str| {
        shelf.say(Shelf::layers(bench).add(&kind.into()));
    };
    view! {
        <p class="field-error" role="alert">{move || shelf.failure.get()}</p>
        <Show when=move || ids.with(Vec::is_empty)>
            <p class="dim">{move || bench.s().no_layers}</p>
        </Show>
        <ol class="layer-list" aria-label=move || bench.s().layers_top_down>
            <For each=move || ids.get() key=Clone::clone let(id)>
                <Row shelf id />
            </For>
        </ol>
        <div class="tools">
            <button class="act" type="button" on:click=move |_| add("waveform")>{move || bench.s().add_waveform}</button>
            <button class="act" type="button" on:click=move |_| add("spectrogram")>{move || bench.s().add_spectrogram}</button>
            <span class="dim">{move || bench.s().move_help}</span>
        </div>
    }
}

/// Where a result comes from, in words; empty for other layers.
fn provenance(layer: &JsValue) -> String {
    let told = js::get(layer, "provenance");
    let word = |name: &str| text(&told, name).unwrap_or_default();
    let parameters = js_sys::Object::try_from(&js::get(&told, "parameters")).map(|parameters| {
        let entries = js_sys::Object::entries(parameters);
        let pairs = entries.iter().map(|entry| {
            let entry = js_sys::Array::from(&entry);
            let name = entry.get(0).as_string().unwrap_or_default();
            format!("{name} = {}", crate::analyze::shown(&entry.get(1)))
        });
        pairs.collect::<Vec<_>>().join(", ")
    });
    let parts = [
        word("analyzer"),
        word("version"),
        parameters.unwrap_or_default(),
        word("date"),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}
