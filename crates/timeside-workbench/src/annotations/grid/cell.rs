//! One cell: a text, or the field in which somebody writes.

use leptos::{html, prelude::*};
use web_sys::{KeyboardEvent, PointerEvent};

use super::{Draft, Grid, edits, keys};
use crate::annotations::{columns::Column, cursor::Cursor, entry::Entry, words};

/// Characters of a cell that are drawn; labels may have a million.
const MOST_SHOWN: usize = 160;

#[component]
pub(crate) fn Cell(
    row: usize,
    at: usize,
    column: Column,
    entry: Memo<Option<Entry>>,
) -> impl IntoView {
    let grid = expect_context::<Grid>();
    let desk = grid.desk;
    let is_cursor = move || {
        grid.cursor
            .with(|cursor| (cursor.row, cursor.column) == (row, at))
    };
    let is_marked = Memo::new(move |_| grid.cursor.with(|cursor| cursor.covers(row, at)));
    let is_drafted = Memo::new(move |_| {
        grid.draft.with(|draft| {
            draft
                .as_ref()
                .is_some_and(|draft| (draft.row, draft.column) == (row, at))
        })
    });
    let text = Memo::new(move |_| {
        let shown = entry.with(|entry| {
            let entry = entry.as_ref()?;
            Some(desk.tiers.with(|tiers| column.shown(entry, tiers)))
        });
        shortened(shown.unwrap_or_default())
    });
    let on_down = move |event: PointerEvent| {
        if event.button() != 0 || is_drafted.get_untracked() {
            return;
        }
        if grid.draft.with_untracked(Option::is_some) && !edits::commit(grid) {
            return;
        }
        if event.ctrl_key() || event.meta_key() {
            if let Some(entry) = entry.get_untracked() {
                desk.toggle(&entry.id);
            }
            return;
        }
        let mut cursor = Cursor::at(row, at);
        if event.shift_key() {
            cursor.anchor = grid.cursor.get_untracked().anchor;
            event.prevent_default();
        }
        // A finger scrolls; only a mouse marks by dragging.
        grid.marking.set(event.pointer_type() == "mouse");
        grid.go(cursor);
    };
    let on_enter = move |event: PointerEvent| {
        if grid.marking.get_untracked() && event.buttons() & 1 == 1 {
            let anchor = grid.cursor.get_untracked().anchor;
            grid.go(Cursor {
                row,
                column: at,
                anchor,
            });
        }
    };
    view! {
        <div
            role="gridcell"
            dir="auto"
            data-at=format!("{row}:{at}")
            aria-colindex=at + 1
            tabindex=move || if is_cursor() { "0" } else { "-1" }
            class:number=column.is_number()
            class:ann-marked=is_marked
            class:ann-cursor=is_cursor
            title=text
            on:pointerdown=on_down
            on:pointerenter=on_enter
            on:dblclick=move |_| if !is_drafted.get_untracked() { grid.edit(None) }
        >
            {move || match is_drafted.get() {
                true => view! { <Field column /> }.into_any(),
                false => view! { {text} }.into_any(),
            }}
        </div>
    }
}

/// The field over a cell. Enter, Tab and their like take what it holds, Escape leaves it as it was.
#[component]
fn Field(column: Column) -> impl IntoView {
    let grid = expect_context::<Grid>();
    let desk = grid.desk;
    let node = NodeRef::<html::Input>::new();
    let draft = grid.draft.get_untracked();
    let (text, is_fresh) = draft.as_ref().map_or_else(Default::default, |draft| {
        (draft.text.clone(), draft.text != draft.before)
    });
    let place = draft.as_ref().map(|draft| (draft.row, draft.column));
    // A field that goes because the next one opens takes nothing: what is open then is not its own.
    let on_blur = move |_| {
        let open = grid
            .draft
            .with_untracked(|draft| draft.as_ref().map(|draft| (draft.row, draft.column)));
        if open == place {
            edits::commit(grid);
        }
    };
    let started = StoredValue::new(false);
    Effect::new(move |_| {
        let Some(input) = node.get() else { return };
        if started.get_value() {
            return;
        }
        started.set_value(true);
        // Refused only by a field that is gone again.
        let _ = input.focus();
        if !is_fresh {
            input.select();
        }
    });
    let refused = move || {
        grid.draft.with(|draft| {
            draft
                .as_ref()
                .map(|d| d.refused.clone())
                .unwrap_or_default()
        })
    };
    let on_key = move |event: KeyboardEvent| {
        event.stop_propagation();
        if event.is_composing() {
            return;
        }
        let chord = desk.bench.host().chord_of(&event);
        if let Some(how) = keys::leaving(&chord) {
            event.prevent_default();
            let at = grid.cursor.get_untracked();
            if edits::commit(grid) {
                let after = at.moved(how, grid.extent(), false);
                grid.go(after);
                grid.focus_cell();
                if chord.ends_with("tab") && after != at {
                    grid.edit(None);
                }
            }
        } else if chord == "escape" {
            event.prevent_default();
            grid.draft.set(None);
            grid.focus_cell();
        }
    };
    let choices = move || match column {
        Column::Tier => desk
            .tiers
            .with(|tiers| tiers.iter().map(|tier| tier.name.clone()).collect()),
        Column::Label => edits::vocabulary(grid),
        _ => Vec::new(),
    };
    view! {
        <input
            node_ref=node
            class="entry cell-field"
            type="text"
            dir="auto"
            list="cell-choices"
            autocomplete="off"
            spellcheck="false"
            prop:value=text
            aria-label=move || words::column(column, desk.s())
            aria-invalid=move || (!refused().is_empty()).then_some("true")
            aria-describedby="cell-refused"
            on:input=move |event| {
                let text = event_target_value(&event);
                grid.draft.update(|draft| if let Some(draft) = draft { draft.text = text; });
            }
            on:keydown=on_key
            on:blur=on_blur
        />
        <datalist id="cell-choices">
            {move || choices().into_iter().map(|choice| view! { <option value=choice></option> }).collect_view()}
        </datalist>
        <span id="cell-refused" class="ann-refused" role="alert">{refused}</span>
    }
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A fresh cell in which somebody writes, as it is compared.
impl Draft {
    /// Has anything been written?
    pub(super) fn is_changed(&self) -> bool {
        self.text != self.before
    }
}
