//! The menu of analyzers: what the reader likes, what was run last, and families to open; or what a search finds.

use leptos::prelude::*;

use super::{
    Desk,
    catalogue::{self, Analyzer},
};
use crate::{bench::Bench, icons::Icon};

/// A search shows at most so many.
const MAX_FOUND: usize = 30;

#[component]
pub(super) fn Menu(desk: Desk) -> impl IntoView {
    let bench = Bench::get();
    let sought = RwSignal::new(String::new());
    let open_family = RwSignal::new(String::new());
    let words = Memo::new(move |_| sought.get().trim().to_lowercase());
    let found = Memo::new(move |_| {
        let words = words.get();
        desk.all.with(|all| {
            let fits = all.iter().filter(|a| a.has(&words));
            fits.take(MAX_FOUND).cloned().collect::<Vec<_>>()
        })
    });
    let of_ids = move |ids: Vec<String>| {
        desk.all.with(|all| {
            let known = ids.iter().filter_map(|id| all.iter().find(|a| a.id == *id));
            known.cloned().collect::<Vec<_>>()
        })
    };
    let favourites = Memo::new(move |_| of_ids(desk.favourites.get()));
    let recent = Memo::new(move |_| of_ids(desk.recent.get()));
    let families = Memo::new(move |_| desk.all.with(|all| catalogue::families(all)));
    let of_family = move |family: &str| {
        desk.all.with(|all| {
            let own = all.iter().filter(|a| a.family == family);
            own.cloned().collect::<Vec<_>>()
        })
    };
    view! {
        <div class="desk-menu">
            <input
                class="entry search"
                type="search"
                data-focus=""
                placeholder=move || bench.s().search_analyzers
                aria-label=move || bench.s().search_analyzers
                on:input=move |event| sought.set(event_target_value(&event))
            />
            <Show
                when=move || words.with(String::is_empty)
                fallback=move || view! {
                    <p class="sr-only" role="status">{move || bench.counted(|s| s.found, found.with(Vec::len))}</p>
                    <Show when=move || found.with(Vec::is_empty)>
                        <p class="dim">{move || bench.s().nothing_found}</p>
                    </Show>
                    <List desk items=Signal::from(found) name=Signal::derive(move || bench.s().search_analyzers.to_owned()) />
                }
            >
                <Show when=move || !favourites.with(Vec::is_empty)>
                    <p class="heading" aria-hidden="true">{move || bench.s().favourites}</p>
                    <List desk items=Signal::from(favourites) name=Signal::derive(move || bench.s().favourites.to_owned()) />
                </Show>
                <Show when=move || !recent.with(Vec::is_empty)>
                    <p class="heading" aria-hidden="true">{move || bench.s().recent}</p>
                    <List desk items=Signal::from(recent) name=Signal::derive(move || bench.s().recent.to_owned()) />
                </Show>
                <p class="heading" aria-hidden="true">{move || bench.s().families}</p>
                <ul class="families" aria-label=move || bench.s().families>
                    <For each=move || families.get() key=Clone::clone let(family)>
                        {
                            let (name, count) = family;
                            let id = StoredValue::new(name.clone());
                            let is_open = move || open_family.with(|open| id.with_value(|id| open == id));
                            let items = Signal::derive(move || id.with_value(|id| of_family(id)));
                            view! {
                                <li>
                                    <button
                                        class="family"
                                        type="button"
                                        aria-expanded=move || is_open().to_string()
                                        on:click=move |_| open_family.update(|open| {
                                            let name = id.get_value();
                                            *open = if *open == name { String::new() } else { name };
                                        })
                                    >
                                        <span>{name}</span>
                                        <span class="dim number">{count}</span>
                                    </button>
                                    <Show when=is_open><List desk items name=id.get_value() /></Show>
                                </li>
                            }
                        }
                    </For>
                </ul>
            </Show>
        </div>
    }
}

#[component]
fn List(
    desk: Desk,
    items: Signal<Vec<Analyzer>>,
    #[prop(into)] name: Signal<String>,
) -> impl IntoView {
    view! {
        <ul class="picks" aria-label=name>
            <For each=move || items.get() key=|a| a.id.clone() let(analyzer)>
                <Pick desk analyzer />
            </For>
        </ul>
    }
}

/// One analyzer: opens its form; the star makes it a favourite.
#[component]
fn Pick(desk: Desk, analyzer: Analyzer) -> impl IntoView {
    let bench = Bench::get();
    let id = StoredValue::new(analyzer.id.clone());
    let is_chosen = move || {
        desk.chosen.with(|chosen| {
            let chosen = chosen.as_ref().map(|a| a.id.as_str());
            id.with_value(|id| chosen == Some(id.as_str()))
        })
    };
    let is_liked = move || {
        desk.favourites
            .with(|ids| id.with_value(|id| ids.contains(id)))
    };
    let star_name = format!(
        "{} {}",
        bench.strings.get_untracked().favourite,
        analyzer.name
    );
    view! {
        <li class="pick-row">
            <button
                class="pick"
                type="button"
                title=analyzer.id
                aria-current=move || is_chosen().then_some("true")
                on:click=move |_| id.with_value(|id| desk.choose(id, Vec::new()))
            >
                <span>{analyzer.name}</span>
                <span class="dim">{analyzer.description}</span>
            </button>
            <button
                class="mini star"
                type="button"
                aria-label=star_name.clone()
                title=star_name
                aria-pressed=move || is_liked().to_string()
                on:click=move |_| id.with_value(|id| desk.favourites.set(catalogue::toggle_favourite(id)))
            >
                {Icon::Star.view()}
            </button>
        </li>
    }
}
