//! Analyses: a menu of what can be run, a form for its parameters, and what has been run.

mod catalogue;
mod export;
mod field;
mod form;
mod history;
mod menu;
mod schema;
mod scope;

use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::{
    bench::{Bench, Topic},
    js::message,
    panels::Panel,
};
use catalogue::Analyzer;
use form::Form;
use history::History;
use menu::Menu;
pub(crate) use schema::shown;

/// The panel behind the analyze button.
pub(crate) const PANEL: Panel = Panel {
    id: "analyze",
    name: |s| s.analyze,
    view: || Analyze().into_any(),
    css: include_str!("analyze.css"),
};

/// What the menu, the form and the list of runs share.
#[derive(Clone, Copy)]
struct Desk {
    /// Everything that can be run; empty until the engine has told.
    all: RwSignal<Vec<Analyzer>>,
    /// What the form is about.
    chosen: RwSignal<Option<Analyzer>>,
    /// What its fields begin with, where that is not the default: names and words.
    given: RwSignal<Vec<(String, String)>>,
    favourites: RwSignal<Vec<String>>,
    recent: RwSignal<Vec<String>>,
}

impl Desk {
    /// Opens the form of an analyzer, with these words in its fields.
    fn choose(self, id: &str, given: Vec<(String, String)>) {
        let found = self
            .all
            .with_untracked(|all| all.iter().find(|a| a.id == id).cloned());
        self.given.set(given);
        // Also when it is the same: its fields begin anew.
        self.chosen.set(found);
    }
}

#[component]
fn Analyze() -> impl IntoView {
    let bench = Bench::get();
    let desk = Desk {
        all: RwSignal::new(Vec::new()),
        chosen: RwSignal::new(None),
        given: RwSignal::new(Vec::new()),
        favourites: RwSignal::new(catalogue::favourites()),
        recent: RwSignal::new(catalogue::recent()),
    };
    let failure = RwSignal::new(String::new());
    spawn_local(async move {
        // The panel may be closed before the engine answers: hence the `try_`s.
        match JsFuture::from(bench.host().processors()).await {
            Ok(list) => {
                let list = js_sys::Array::from(&list);
                let all = list
                    .iter()
                    .filter_map(|told| Analyzer::read(&told))
                    .collect();
                desk.all.try_set(all);
            }
            Err(error) => {
                failure.try_set(message(&error));
            }
        }
    });
    let is_open = move || {
        bench.track(Topic::Media);
        bench.element().media().is_object()
    };
    view! {
        <Show when=move || !is_open()>
            <p class="dim">{move || bench.s().open_first}</p>
        </Show>
        <Show when=move || !failure.with(String::is_empty)>
            <p class="field-error" role="alert">{failure}</p>
        </Show>
        <div class="desk">
            <Menu desk />
            <div class="desk-main">
                {move || match desk.chosen.get() {
                    Some(analyzer) => view! { <Form desk analyzer /> }.into_any(),
                    None => view! { <p class="dim">{move || bench.s().choose_analyzer}</p> }.into_any(),
                }}
                <History desk />
            </div>
        </div>
    }
}
