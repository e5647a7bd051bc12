//! What of the document the table shows: search, filters, the columns; one label's text for another.

use leptos::prelude::*;

use super::{columns, desk::Desk, link::Edit, replace::replace_all, settings, words};

/// Of a label that was found, so many letters are spoken.
const SPOKEN_LETTERS: usize = 120;

#[component]
pub(crate) fn Search() -> impl IntoView {
    let desk = Desk::get();
    let query = desk.query;
    let replacement = RwSignal::new(String::new());
    let count = move || desk.counted(|s| s.annotations_found, desk.total.get());
    let percent = move || {
        query
            .with(|query| query.confidence_below)
            .map_or_else(String::new, |share| super::times::plain(share * 100.0, 0))
    };
    view! {
        <div class="tools" role="search">
            <input
                class="entry search"
                type="search"
                dir="auto"
                placeholder=move || desk.s().search_labels
                aria-label=move || desk.s().search_labels
                prop:value=move || query.with(|query| query.text.clone())
                on:input=move |event| query.update(|query| query.text = event_target_value(&event))
            />
            <button class="act small" type="button" aria-label=move || desk.s().previous_match title=move || desk.s().previous_match
                on:click=move |_| jump(desk, false)>"↑"</button>
            <button class="act small" type="button" aria-label=move || desk.s().next_match title=move || desk.s().next_match
                on:click=move |_| jump(desk, true)>"↓"</button>
            <span class="number dim ann-found" aria-live="polite">{count}</span>
            <select
                aria-label=move || desk.s().tier
                prop:value=move || query.with(|query| query.tier.clone().unwrap_or_default())
                on:change=move |event| {
                    let id = event_target_value(&event);
                    query.update(|query| query.tier = Some(id).filter(|id| !id.is_empty()));
                }
            >
                <option value="">{move || desk.s().all_tiers}</option>
                {move || desk.tiers.get().into_iter().map(|tier| view! {
                    <option value=tier.id>{tier.name}</option>
                }).collect_view()}
            </select>
            <label class="check">
                <input type="checkbox" prop:checked=move || query.with(|query| query.without_label)
                    on:change=move |event| query.update(|query| query.without_label = event_target_checked(&event)) />
                {move || desk.s().without_label}
            </label>
            <label class="check">
                <input type="checkbox" prop:checked=move || query.with(|query| query.proposed)
                    on:change=move |event| query.update(|query| query.proposed = event_target_checked(&event)) />
                {move || desk.s().proposed}
            </label>
            <label class="check">
                {move || desk.s().confidence_below}
                <input class="entry ann-short" type="number" min="0" max="100" step="5" prop:value=percent
                    on:change=move |event| {
                        let typed = event_target_value(&event).parse::<f64>().ok();
                        let share = typed.filter(|percent| (0.0..=100.0).contains(percent)).map(|percent| percent / 100.0);
                        query.update(|query| query.confidence_below = share);
                    } />
                "%"
            </label>
            <details class="ann-drop-down" name="search-more">
                <summary class="act">{move || desk.s().columns}</summary>
                <div class="ann-drop-list" role="group" aria-label=move || desk.s().columns>
                    {columns::ALL.map(|column| view! {
                        <label class="check">
                            <input type="checkbox"
                                prop:checked=move || desk.columns.with(|shown| shown.contains(&column))
                                on:change=move |event| choose(desk, column, event_target_checked(&event)) />
                            {move || words::column(column, desk.s())}
                        </label>
                    })}
                </div>
            </details>
            <details class="ann-drop-down" name="search-more">
                <summary class="act">{move || desk.s().replace}</summary>
                <div class="ann-drop-list">
                    <p class="dim">{move || desk.s().replace_hint}</p>
                    <input class="entry" dir="auto" aria-label=move || desk.s().replace_with placeholder=move || desk.s().replace_with
                        on:input=move |event| replacement.set(event_target_value(&event)) />
                    <button class="act" type="button"
                        disabled=move || query.with(|query| query.text.trim().is_empty())
                        on:click=move |_| replace(desk, &replacement.get_untracked())>
                        {move || desk.s().replace_all}
                    </button>
                </div>
            </details>
        </div>
    }
}

/// Shows or hides a column; one stays at least.
fn choose(desk: Desk, column: columns::Column, shown: bool) {
    desk.columns.update(|chosen| {
        let all = columns::ALL.into_iter();
        let next: Vec<_> = all
            .filter(|each| {
                if *each == column {
                    shown
                } else {
                    chosen.contains(each)
                }
            })
            .collect();
        if !next.is_empty() {
            *chosen = next;
        }
    });
    desk.columns
        .with_untracked(|chosen| settings::keep_columns(chosen));
}

/// Selects the next row that is found, or the previous one; round the ends.
fn jump(desk: Desk, forward: bool) {
    let total = desk.total.get_untracked();
    if total == 0 {
        desk.say(desk.bench.strings.get_untracked().nothing_found.to_owned());
        return;
    }
    let at = desk
        .selection
        .with_untracked(|ids| ids.last().cloned())
        .and_then(|id| desk.row_of(&id));
    let row = match (at, forward) {
        (Some(row), true) => (row + 1) % total,
        (Some(row), false) => (row + total - 1) % total,
        (None, true) => 0,
        (None, false) => total - 1,
    };
    let found = untrack(|| desk.page(row, 1)).rows.into_iter().next();
    if let Some(entry) = found {
        desk.show(&entry);
        let label: String = entry.label.chars().take(SPOKEN_LETTERS).collect();
        desk.say(format!("{label} {} / {total}", row + 1));
        desk.select(vec![entry.id]);
    }
}

/// Replaces the searched text in every label that is shown, as one step.
fn replace(desk: Desk, with: &str) {
    let find = desk.query.with_untracked(|query| query.text.clone());
    let rows = untrack(|| desk.page(0, desk.total.get_untracked())).rows;
    let edits: Vec<Edit> = rows
        .into_iter()
        .filter_map(|before| {
            let label = replace_all(&before.label, &find, with)?;
            let mut after = before.clone();
            after.label = label;
            Some(Edit::Update(Box::new((before, after))))
        })
        .collect();
    if desk.apply(&edits, "replace") {
        desk.say_counted(|s| s.changed, edits.len());
    }
}
