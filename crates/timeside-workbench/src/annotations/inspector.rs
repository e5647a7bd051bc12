//! Everything that is known of the selected annotation, to be changed; of several, what shall become the same.

use leptos::prelude::*;

use super::{
    columns::{Column, tier_name},
    desk::Desk,
    entry::Entry,
    link::Edit,
    times, words,
};

/// Fields in their order; the times of several are not made the same.
const FIELDS: [Column; 9] = [
    Column::Label,
    Column::Tier,
    Column::Start,
    Column::End,
    Column::Low,
    Column::High,
    Column::Value,
    Column::Confidence,
    Column::Author,
];

/// Selected annotations that the fields are read off.
const SAMPLE: usize = 200;

fn is_single(column: Column) -> bool {
    matches!(column, Column::Start | Column::End)
}

#[component]
pub(crate) fn Inspector() -> impl IntoView {
    let desk = Desk::get();
    // What is shown of many is read off a few; what is done is done to all.
    let entries = Memo::new(move |_| {
        let _ = desk.revision.get();
        desk.selection.with(|ids| {
            ids.iter()
                .take(SAMPLE)
                .filter_map(|id| desk.entry(id))
                .collect::<Vec<_>>()
        })
    });
    let count = Memo::new(move |_| desk.selection.with(Vec::len));
    let any_proposed =
        Memo::new(move |_| entries.with(|entries| entries.iter().any(|entry| entry.is_proposed)));
    let title = move || desk.counted(|s| s.annotations_found, count.get());
    let on_play = move |_| {
        if let Some(entry) = entries.with_untracked(|entries| entries.first().cloned()) {
            desk.play(&entry);
        }
    };
    view! {
        <aside class="ann-inspector" aria-label=move || desk.s().inspector>
            <Show
                when=move || { count.get() > 0 }
                fallback=move || view! { <p class="dim">{move || desk.s().nothing_selected}</p> }
            >
                <div class="tools">
                    <strong class="ann-grow">{title}</strong>
                    <button class="act small" type="button" on:click=on_play>{move || desk.s().play_row}</button>
                    <button class="act small" type="button" on:click=move |_| desk.remove_selected()>
                        {move || desk.s().remove}
                    </button>
                </div>
                <Show when=move || any_proposed.get()>
                    <div class="tools ann-judging">
                        <span class="dim ann-grow">{move || desk.s().proposed}</span>
                        <button class="act small main" type="button" on:click=move |_| desk.judge(true)>
                            {move || desk.s().accept}
                        </button>
                        <button class="act small" type="button" on:click=move |_| desk.judge(false)>
                            {move || desk.s().reject}
                        </button>
                    </div>
                </Show>
                <div class="ann-fields">
                    {move || FIELDS
                        .into_iter()
                        .filter(|column| count.get() == 1 || !is_single(*column))
                        .map(|column| view! { <FieldOf column entries /> })
                        .collect_view()}
                </div>
                <Attributes entries />
                <Provenance entries />
            </Show>
        </aside>
    }
}

/// One field; empty with “several” where the selected differ.
#[component]
fn FieldOf(column: Column, entries: Memo<Vec<Entry>>) -> impl IntoView {
    let desk = Desk::get();
    let shown = Memo::new(move |_| {
        let texts = |entry: &Entry| desk.tiers.with(|tiers| column.editable(entry, tiers));
        entries.with(|entries| {
            let first = entries.first().map(texts).unwrap_or_default();
            let is_same = entries.iter().skip(1).all(|entry| texts(entry) == first);
            if is_same { Some(first) } else { None }
        })
    });
    let set = move |text: String| {
        if shown.get_untracked().as_ref() == Some(&text) {
            return;
        }
        desk.write_all(&untrack(|| desk.selected()), column, &text, "change");
    };
    let name = move || words::column(column, desk.s());
    let placeholder = move || {
        if shown.get().is_none() {
            desk.s().several
        } else {
            ""
        }
    };
    let value = move || shown.get().unwrap_or_default();
    match column {
        Column::Tier => view! {
            <label class="ann-field">
                <span>{name}</span>
                <select prop:value=value on:change=move |event| set(event_target_value(&event))>
                    <Show when=move || shown.get().is_none()>
                        <option value="">{move || desk.s().several}</option>
                    </Show>
                    {move || desk.tiers.get().into_iter().map(|tier| {
                        let is_shown = shown.get().as_ref() == Some(&tier.name);
                        view! { <option value=tier.name.clone() selected=is_shown>{tier.name.clone()}</option> }
                    }).collect_view()}
                </select>
            </label>
        }
        .into_any(),
        Column::Confidence => {
            let share = move || shown.get().and_then(|text| text.parse::<f64>().ok());
            let words = move || match share() {
                Some(share) => format!("{}\u{202f}%", times::plain(share * 100.0, 0)),
                None if shown.get().is_none() => desk.s().several.to_owned(),
                None => desk.s().unknown.to_owned(),
            };
            view! {
                <label class="ann-field">
                    <span>{name}</span>
                    <span class="ann-share">
                        <input
                            class="slider"
                            type="range"
                            min="0"
                            max="1"
                            step="0.01"
                            prop:value=move || share().unwrap_or(1.0).to_string()
                            style:--fill=move || format!("{}%", share().unwrap_or(0.0) * 100.0)
                            aria-valuetext=words
                            on:change=move |event| set(event_target_value(&event))
                        />
                        <output class="number">{words}</output>
                    </span>
                </label>
            }
            .into_any()
        }
        Column::Label => view! {
            <label class="ann-field wide">
                <span>{name}</span>
                <textarea
                    class="entry"
                    dir="auto"
                    rows="2"
                    spellcheck="false"
                    placeholder=placeholder
                    prop:value=value
                    on:change=move |event| set(event_target_value(&event))
                ></textarea>
            </label>
        }
        .into_any(),
        _ => view! {
            <label class="ann-field">
                <span>{name}</span>
                <input
                    class="entry"
                    type="text"
                    dir="auto"
                    autocomplete="off"
                    placeholder=placeholder
                    prop:value=value
                    on:change=move |event| set(event_target_value(&event))
                />
            </label>
        }
        .into_any(),
    }
}

/// Names and values of whatever else is known; a name that some of several lack is marked so.
#[component]
fn Attributes(entries: Memo<Vec<Entry>>) -> impl IntoView {
    let desk = Desk::get();
    let (name, value) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let names = Memo::new(move |_| {
        let mut names: Vec<String> = Vec::new();
        entries.with(|entries| {
            for (key, _) in entries.iter().flat_map(|entry| &entry.attributes) {
                if !names.contains(key) {
                    names.push(key.clone());
                }
            }
        });
        names
    });
    let change = move |key: &str, value: Option<&str>| {
        let edits = untrack(|| desk.selected())
            .into_iter()
            .filter_map(|before| {
                let mut after = before.clone();
                match (
                    after.attributes.iter().position(|(known, _)| known == key),
                    value,
                ) {
                    (Some(at), Some(value)) => value.clone_into(&mut after.attributes[at].1),
                    (Some(at), None) => {
                        after.attributes.remove(at);
                    }
                    (None, Some(value)) => {
                        after.attributes.push((key.to_owned(), value.to_owned()));
                    }
                    (None, None) => {}
                }
                (after != before).then(|| Edit::Update(Box::new((before, after))))
            })
            .collect::<Vec<_>>();
        desk.apply(&edits, "change");
    };
    let add = move |_| {
        let key = name.get_untracked().trim().to_owned();
        if key.is_empty() {
            desk.say(
                desk.bench
                    .strings
                    .get_untracked()
                    .attribute_needs_name
                    .to_owned(),
            );
            return;
        }
        change(&key, Some(&value.get_untracked()));
        name.set(String::new());
        value.set(String::new());
    };
    view! {
        <h3 class="heading">{move || desk.s().attributes}</h3>
        <For each=move || names.get() key=|key| key.clone() let(key)>
            {
                let key = StoredValue::new(key);
                let shown = move || entries.with(|entries| {
                    let of = |entry: &Entry| key.with_value(|key| {
                        entry.attributes.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
                    });
                    let first = entries.first().and_then(of);
                    let is_same = entries.iter().all(|entry| of(entry) == first);
                    if is_same { first } else { None }
                });
                let remove_name = move || format!("{} {}", desk.s().remove, key.get_value());
                view! {
                    <div class="ann-attribute">
                        <span class="name"><bdi>{key.get_value()}</bdi></span>
                        <input
                            class="entry"
                            dir="auto"
                            aria-label=key.get_value()
                            placeholder=move || if shown().is_none() { desk.s().several } else { "" }
                            prop:value=move || shown().unwrap_or_default()
                            on:change=move |event| key.with_value(|key| change(key, Some(&event_target_value(&event))))
                        />
                        <button class="mini" type="button" aria-label=remove_name title=remove_name
                            on:click=move |_| key.with_value(|key| change(key, None))>
                            {crate::icons::Icon::Close.view()}
                        </button>
                    </div>
                }
            }
        </For>
        <div class="ann-attribute">
            <input class="entry name" dir="auto" aria-label=move || desk.s().attribute_name placeholder=move || desk.s().attribute_name
                prop:value=name on:input=move |event| name.set(event_target_value(&event)) />
            <input class="entry" dir="auto" aria-label=move || desk.s().attribute_value placeholder=move || desk.s().attribute_value
                prop:value=value on:input=move |event| value.set(event_target_value(&event)) />
            <button class="act small" type="button" on:click=add>{move || desk.s().add}</button>
        </div>
    }
}

/// Where it comes from: its id, its tier, who said it, how long it is.
#[component]
fn Provenance(entries: Memo<Vec<Entry>>) -> impl IntoView {
    let desk = Desk::get();
    let words = move || {
        entries.with(|entries| {
            let [entry] = entries.as_slice() else {
                return String::new();
            };
            let tier = desk.tiers.with(|tiers| tier_name(&entry.tier, tiers));
            let mut parts = vec![entry.id.clone(), tier];
            if !entry.is_point() {
                parts.push(format!(
                    "{}\u{202f}s",
                    times::plain(entry.duration_secs(), 3)
                ));
            }
            parts.extend(
                entry
                    .author
                    .as_ref()
                    .map(|author| format!("{} {author}", desk.s().by)),
            );
            parts.join(" · ")
        })
    };
    view! { <p class="dim provenance"><bdi>{words}</bdi></p> }
}
