//! The table: a grid of which only the rows on the screen are there, edited like a spreadsheet.

mod cell;
mod edits;
mod head;
pub(crate) mod keys;

use gloo::{events::EventListener, timers::callback::Timeout};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlElement, KeyboardEvent};

use super::{
    columns::Column,
    cursor::{Cursor, Extent},
    desk::Desk,
    entry::Entry,
    link::Page,
    tsv, window,
};
use cell::Cell;
use head::Head;
use keys::Action;

/// A cell in which somebody writes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Draft {
    row: usize,
    column: usize,
    /// Whose row it is; a sort or an edit elsewhere may move it.
    id: String,
    /// What stood in the field at the start.
    before: String,
    /// What stands there instead because a letter was typed, or what was refused.
    text: String,
    /// Why it was not taken; empty if it was not tried.
    refused: String,
}

/// State of one grid; copyable.
#[derive(Clone, Copy)]
pub(crate) struct Grid {
    desk: Desk,
    cursor: RwSignal<Cursor>,
    draft: RwSignal<Option<Draft>>,
    /// Scroll position and height of the scrolled box, CSS pixels.
    scroll: RwSignal<(f64, f64)>,
    row_px: f64,
    page: Memo<Page>,
    node: NodeRef<html::Div>,
    /// Is a range being marked with the pointer?
    marking: RwSignal<bool>,
}

impl Grid {
    fn extent(self) -> Extent {
        Extent {
            rows: self.desk.total.get_untracked(),
            columns: self.desk.columns.with_untracked(Vec::len),
            page: ((self.scroll.get_untracked().1 - self.row_px) / self.row_px)
                .floor()
                .max(1.0) as usize,
        }
    }

    /// A row, from the page at hand or asked for.
    fn row(self, index: usize) -> Option<Entry> {
        let here = self.page.with(|page| page.row(index).cloned());
        here.or_else(|| self.desk.page(index, 1).rows.into_iter().next())
    }

    /// Stands on another cell; what is marked is selected, in the view too.
    fn go(self, cursor: Cursor) {
        self.cursor.set(cursor);
        self.reveal(cursor.row);
        let rows = cursor.rows();
        let (first, count) = (*rows.start(), rows.end() - rows.start() + 1);
        let marked = untrack(|| self.desk.page(first, count)).rows;
        if let Some(entry) = marked.get(cursor.row - first) {
            self.desk.show(entry);
        }
        self.desk
            .select(marked.into_iter().map(|entry| entry.id).collect());
    }

    /// Scrolls so that a row is seen.
    fn reveal(self, row: usize) {
        let Some(node) = self.node.get_untracked() else {
            return;
        };
        let (scroll_px, view_px) = self.scroll.get_untracked();
        let rows = self.desk.total.get_untracked();
        // The head stands over the first row's worth of the box.
        let body_px = (view_px - self.row_px).max(self.row_px);
        if let Some(to) = window::scroll_to(row, scroll_px, body_px, rows, self.row_px) {
            node.set_scroll_top(to.round() as i32);
            self.scroll.set((to.round(), view_px));
        }
    }

    /// The keyboard goes on at the cursor, once the cell is there.
    fn focus_cell(self) {
        let at = self.cursor.get_untracked();
        let (node, draft) = (self.node, self.draft);
        Timeout::new(0, move || {
            // Somebody has begun to write meanwhile: the field has the focus.
            if draft.try_with_untracked(Option::is_some) != Some(false) {
                return;
            }
            let Some(node) = node.try_get_untracked().flatten() else {
                return;
            };
            let found = node.query_selector(&format!("[data-at=\"{}:{}\"]", at.row, at.column));
            if let Some(cell) = found
                .ok()
                .flatten()
                .and_then(|cell| cell.dyn_into::<HtmlElement>().ok())
            {
                // Refused only by a cell that is gone again.
                let _ = cell.focus();
            }
        })
        .forget();
    }

    fn column(self, index: usize) -> Option<Column> {
        self.desk
            .columns
            .with_untracked(|columns| columns.get(index).copied())
    }

    /// Begins to write where the cursor stands; `typed` replaces what is there.
    fn edit(self, typed: Option<&str>) {
        let at = self.cursor.get_untracked();
        let (Some(column), Some(entry)) = (self.column(at.column), untrack(|| self.row(at.row)))
        else {
            return;
        };
        if let Some(why) = self.desk.locked(&entry.tier) {
            self.desk.say(why.to_owned());
            return;
        }
        let before = self
            .desk
            .tiers
            .with_untracked(|tiers| column.editable(&entry, tiers));
        self.cursor.set(Cursor::at(at.row, at.column));
        self.draft.set(Some(Draft {
            row: at.row,
            column: at.column,
            id: entry.id,
            text: typed.unwrap_or(&before).to_owned(),
            before,
            refused: String::new(),
        }));
    }

    fn act(self, action: Action) {
        let desk = self.desk;
        match action {
            Action::Go(how, extend) => {
                self.go(self
                    .cursor
                    .get_untracked()
                    .moved(how, self.extent(), extend));
                self.focus_cell();
            }
            Action::Edit => self.edit(None),
            Action::SelectAll => desk.select_found(),
            Action::FillDown => edits::fill_down(self),
            Action::Remove => {
                desk.remove_selected();
                self.go_on();
            }
            Action::Play => {
                let row = self.cursor.get_untracked().row;
                if let Some(entry) = untrack(|| self.row(row)) {
                    desk.play(&entry);
                }
            }
            Action::Undo => desk.step(false),
            Action::Redo => desk.step(true),
            Action::Accept => desk.judge(true),
            Action::Reject => {
                desk.judge(false);
                self.go_on();
            }
        }
    }

    /// After rows have gone: the row that stands there now is the next one.
    fn go_on(self) {
        let cursor = self.cursor.get_untracked().within(self.extent());
        self.go(Cursor::at(cursor.row, cursor.column));
        self.focus_cell();
    }

    fn pressed(self, event: &KeyboardEvent) {
        if event.is_composing() || self.draft.with_untracked(Option::is_some) {
            return;
        }
        let chord = self.desk.bench.host().chord_of(event);
        if let Some(action) = keys::find(&chord) {
            self.act(action);
        } else if keys::is_writing(&chord, &event.key()) {
            self.edit(Some(&event.key()));
        } else {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

/// The grid of the desk's annotations.
#[component]
pub(crate) fn Table() -> impl IntoView {
    let desk = Desk::get();
    let is_coarse = matches_media("(pointer: coarse)");
    let row_px = if is_coarse {
        window::COARSE_ROW_PX
    } else {
        window::ROW_PX
    };
    let scroll = RwSignal::new((0.0, 10.0 * row_px));
    let seen = Memo::new(move |_| {
        let (scroll_px, view_px) = scroll.get();
        window::visible(scroll_px, view_px - row_px, desk.total.get(), row_px)
    });
    let page = Memo::new(move |_| {
        let _ = desk.revision.get();
        let window = seen.get();
        desk.page(window.first, window.count)
    });
    let grid = Grid {
        desk,
        cursor: RwSignal::new(Cursor::default()),
        draft: RwSignal::new(None),
        scroll,
        row_px,
        page,
        node: NodeRef::new(),
        marking: RwSignal::new(false),
    };
    provide_context(grid);
    // The row with the cursor stays, seen or not: it holds the keyboard's focus.
    let indices = Memo::new(move |_| {
        let window = seen.get();
        let mut rows: Vec<usize> = (window.first..window.first + window.count).collect();
        let at = grid.cursor.get().row;
        if at < desk.total.get() && !rows.contains(&at) {
            rows.push(at);
        }
        rows
    });
    follow_selection(grid);
    watch_size(grid);
    let on_scroll = move |_| {
        if let Some(node) = grid.node.get_untracked() {
            scroll.set((
                f64::from(node.scroll_top()),
                f64::from(node.client_height()),
            ));
        }
    };
    let tracks = move || {
        let tracks: Vec<&str> = desk
            .columns
            .with(|columns| columns.iter().map(|c| width(*c)).collect());
        tracks.join(" ")
    };
    let on_copy = move |event: ClipboardEvent| {
        if grid.draft.with_untracked(Option::is_some) {
            return;
        }
        let text = tsv::format(&edits::marked(grid));
        if let Some(data) = event.clipboard_data()
            && data.set_data("text/plain", &text).is_ok()
        {
            event.prevent_default();
            event.stop_propagation();
            let count = grid.cursor.get_untracked().rows().count();
            desk.say_counted(|s| s.rows_copied, count);
        }
    };
    let on_paste = move |event: ClipboardEvent| {
        if grid.draft.with_untracked(Option::is_some) {
            return;
        }
        let text = event
            .clipboard_data()
            .and_then(|data| data.get_data("text/plain").ok());
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            event.prevent_default();
            event.stop_propagation();
            edits::paste(grid, &tsv::parse(&text));
        }
    };
    view! {
        <div
            class="ann-grid"
            class:coarse=is_coarse
            role="grid"
            aria-label=move || desk.s().annotations
            aria-multiselectable="true"
            aria-rowcount=move || desk.total.get() + 1
            aria-colcount=move || desk.columns.with(Vec::len)
            node_ref=grid.node
            style:--tracks=tracks
            on:scroll=on_scroll
            on:keydown=move |event| grid.pressed(&event)
            on:copy=on_copy
            on:paste=on_paste
            on:pointerup=move |_| grid.marking.set(false)
            on:pointerleave=move |_| grid.marking.set(false)
        >
            <Head />
            <div
                class="ann-rows"
                role="rowgroup"
                style:height=move || format!("{}px", seen.with(|window| window.height_px))
            >
                <For each=move || indices.get() key=|index| *index let(index)>
                    <Row index lifted_px=Signal::derive(move || seen.with(|window| window.lifted_px)) />
                </For>
            </div>
        </div>
    }
}

#[component]
fn Row(index: usize, lifted_px: Signal<f64>) -> impl IntoView {
    let grid = expect_context::<Grid>();
    let desk = grid.desk;
    let entry = Memo::new(move |_| grid.row(index));
    let is_selected = Memo::new(move |_| {
        entry.with(|entry| {
            let id = entry.as_ref().map(|entry| entry.id.as_str());
            id.is_some_and(|id| {
                desk.selection
                    .with(|ids| ids.iter().any(|known| known == id))
            })
        })
    });
    let top = move || {
        format!(
            "translateY({}px)",
            index as f64 * grid.row_px - lifted_px.get()
        )
    };
    let is_proposed =
        move || entry.with(|entry| entry.as_ref().is_some_and(|entry| entry.is_proposed));
    view! {
        <div
            class="ann-row"
            role="row"
            aria-rowindex=index + 2
            aria-selected=move || if is_selected.get() { "true" } else { "false" }
            class:ann-proposed=is_proposed
            style:transform=top
        >
            {move || {
                let columns = desk.columns.get().into_iter().enumerate();
                columns.map(|(at, column)| view! { <Cell row=index at column entry /> }).collect_view()
            }}
        </div>
    }
}

/// What is selected elsewhere is scrolled to; the focus stays where it is.
fn follow_selection(grid: Grid) {
    Effect::new(move |_| {
        let ids = grid.desk.selection.get();
        let Some(last) = ids.last() else { return };
        let marked = grid.cursor.get_untracked().rows();
        let is_here =
            |id: &String| untrack(|| grid.desk.row_of(id)).is_some_and(|row| marked.contains(&row));
        // Marked here: nothing to follow.
        if is_here(last) || ids.first().is_some_and(is_here) {
            return;
        }
        if let Some(row) = untrack(|| grid.desk.row_of(last)) {
            let column = grid.cursor.get_untracked().column;
            grid.cursor.set(Cursor::at(row, column));
            grid.reveal(row);
        }
    });
    // Another order: the cursor stays on its annotation.
    Effect::new(move |before: Option<()>| {
        grid.desk.query.track();
        if before.is_some()
            && let Some(row) = grid
                .desk
                .selection
                .with_untracked(|ids| ids.last().cloned())
                .and_then(|id| grid.desk.row_of(&id))
        {
            let column = grid.cursor.get_untracked().column;
            grid.cursor.set(Cursor::at(row, column));
            grid.reveal(row);
        }
    });
}

/// The box is measured when it stands and when the window changes.
fn watch_size(grid: Grid) {
    let measure = move || {
        if let Some(node) = grid.node.try_get_untracked().flatten() {
            grid.scroll
                .update(|scroll| scroll.1 = f64::from(node.client_height()));
        }
    };
    Effect::new(move |_| {
        if grid.node.get().is_some() {
            measure();
            let last = grid
                .desk
                .selection
                .with_untracked(|ids| ids.last().cloned());
            if let Some(row) = last.and_then(|id| grid.desk.row_of(&id)) {
                grid.cursor.set(Cursor::at(row, 0));
                grid.reveal(row);
            }
        }
    });
    let listener =
        web_sys::window().map(|window| EventListener::new(&window, "resize", move |_| measure()));
    let listener = StoredValue::new_local(listener);
    on_cleanup(move || {
        listener.try_update_value(Option::take);
    });
}

fn matches_media(query: &str) -> bool {
    let list = web_sys::window().and_then(|window| window.match_media(query).ok().flatten());
    list.is_some_and(|list| list.matches())
}

/// Of a column, as a track of a CSS grid.
fn width(column: Column) -> &'static str {
    match column {
        Column::Label => "minmax(150px,1fr)",
        Column::Start | Column::End => "106px",
        Column::Tier | Column::Author => "110px",
        Column::Attributes => "minmax(150px,.7fr)",
        Column::Duration | Column::Low | Column::High | Column::Value | Column::Confidence => {
            "84px"
        }
    }
}

/// A click on a head, or on what stands in for it: sorts, and says how.
fn sort_by(grid: Grid, column: Column) {
    grid.desk
        .query
        .update(|query| *query = std::mem::take(query).sorted_by(column));
}
