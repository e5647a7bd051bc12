//! The annotations panel: a table edited like a spreadsheet, the tiers, import and export, proposals of analyses, and
//! the steps that can be undone.
//!
//! - `desk` is what every part works with: the document behind `element.annotations`, and what of it is shown.
//! - `link` carries plain values across to it and back; nothing else touches the API.
//! - `columns`, `cursor`, `entry`, `proposals`, `query`, `replace`, `times`, `tsv`, `window` are pure.
//! - `grid` is the table; `search`, `inspector`, `tiers`, `exchange`, `from_results`, `history`, `annotating` stand around
//!   it.

mod annotating;
mod columns;
mod cursor;
mod desk;
mod entry;
mod exchange;
mod from_results;
mod grid;
mod history;
mod inspector;
mod link;
mod proposals;
mod query;
mod replace;
mod search;
mod settings;
mod tiers;
mod times;
mod tsv;
mod window;
mod words;

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::{bench::Bench, panels::Panel, strings::Strings};
use desk::Desk;

/// The panel behind the annotations button.
pub(crate) const PANEL: Panel = Panel {
    id: "annotations",
    name: |s| s.annotations,
    view: || Annotations().into_any(),
    css: include_str!("annotations.css"),
};

/// What the panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Table,
    Tiers,
    Exchange,
    Results,
    History,
    Annotating,
}

impl Tab {
    const ALL: [Self; 6] = [
        Self::Table,
        Self::Tiers,
        Self::Exchange,
        Self::Results,
        Self::History,
        Self::Annotating,
    ];

    /// As the panel's subject names it.
    fn id(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Tiers => "tiers",
            Self::Exchange => "exchange",
            Self::Results => "results",
            Self::History => "history",
            Self::Annotating => "annotating",
        }
    }

    fn name(self, s: &Strings) -> &'static str {
        match self {
            Self::Table => s.tab_table,
            Self::Tiers => s.tab_tiers,
            Self::Exchange => s.tab_exchange,
            Self::Results => s.tab_results,
            Self::History => s.tab_history,
            Self::Annotating => s.tab_annotating,
        }
    }

    fn view(self) -> AnyView {
        match self {
            Self::Table => view! { <TablePage /> }.into_any(),
            Self::Tiers => view! { <tiers::Tiers /> }.into_any(),
            Self::Exchange => view! { <exchange::Exchange /> }.into_any(),
            Self::Results => view! { <from_results::FromResults /> }.into_any(),
            Self::History => view! { <history::History /> }.into_any(),
            Self::Annotating => view! { <annotating::Annotating /> }.into_any(),
        }
    }
}

#[component]
fn Annotations() -> impl IntoView {
    let bench = Bench::get();
    let desk = Desk::new(bench);
    provide_context(desk);
    let asked = move || {
        Tab::ALL
            .into_iter()
            .find(|tab| bench.subject.with(|subject| subject == tab.id()))
    };
    let tab = RwSignal::new(untrack(asked).unwrap_or(Tab::Table));
    Effect::new(move |_| {
        if let Some(asked) = asked() {
            tab.set(asked);
        }
    });
    // As everywhere in tab lists: arrows choose, one tab stop for all.
    let on_key = move |event: KeyboardEvent| {
        let at = Tab::ALL
            .iter()
            .position(|known| *known == tab.get_untracked())
            .unwrap_or(0);
        let count = Tab::ALL.len();
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % count,
            "ArrowLeft" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        tab.set(Tab::ALL[to]);
        focus_by_id(&event, &format!("annotations-{}", Tab::ALL[to].id()));
    };
    view! {
        <div class="tabs" role="tablist" aria-label=move || bench.s().annotations on:keydown=on_key>
            {Tab::ALL.map(|each| view! {
                <button
                    type="button"
                    role="tab"
                    id=format!("annotations-{}", each.id())
                    data-focus=(each == Tab::Table).then_some("")
                    aria-selected=move || if tab.get() == each { "true" } else { "false" }
                    aria-controls="annotations-page"
                    tabindex=move || if tab.get() == each { "0" } else { "-1" }
                    on:click=move |_| tab.set(each)
                >
                    {move || each.name(bench.s())}
                </button>
            })}
        </div>
        <p class="said" role="status">{desk.said}</p>
        <div role="tabpanel" id="annotations-page" aria-labelledby=move || format!("annotations-{}", tab.get().id())>
            {move || tab.get().view()}
        </div>
    }
}

/// The table with its search and what is known of the selected.
#[component]
fn TablePage() -> impl IntoView {
    let desk = Desk::get();
    view! {
        <search::Search />
        <div class="table-page">
            <div class="table-side">
                <grid::Table />
                <Show when=move || desk.total.get() == 0>
                    <p class="dim">
                        {move || if desk.query.with(query::Query::is_filter) { desk.s().nothing_found } else { desk.s().no_annotations }}
                    </p>
                </Show>
                <p class="dim ann-hint">{move || desk.s().table_hint}</p>
            </div>
            <inspector::Inspector />
        </div>
    }
}

/// Focuses an element of the same tree.
fn focus_by_id(event: &KeyboardEvent, id: &str) {
    use wasm_bindgen::JsCast;
    let list = event
        .current_target()
        .and_then(|list| list.dyn_into::<web_sys::Element>().ok());
    let found = list.and_then(|list| list.query_selector(&format!("#{id}")).ok().flatten());
    if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Refused only by what is not there any more.
        let _ = found.focus();
    }
}
