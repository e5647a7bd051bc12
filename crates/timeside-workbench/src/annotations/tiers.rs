//! The tiers: their order, what they hold and forbid, how they look, and which labels they admit.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{desk::Desk, entry::TierEntry, words};
use crate::{
    icons::Icon,
    js::{self, object},
};

const KINDS: [&str; 5] = ["spans", "points", "boxes", "notes", "text"];
const RULES: [&str; 3] = ["free", "no-overlap", "partition"];
/// Of the theme's own colours.
const TOKENS: usize = 8;
/// Words that are set by a digit.
const KEYS: usize = 9;
/// Words of a vocabulary that are shown with their colours.
const MOST_WORDS: usize = 60;

#[component]
pub(crate) fn Tiers() -> impl IntoView {
    let desk = Desk::get();
    let chosen = RwSignal::new(None::<String>);
    let tier = Memo::new(move |_| {
        let id = chosen.get();
        desk.tiers.with(|tiers| {
            let found = id.and_then(|id| tiers.iter().find(|tier| tier.id == id));
            found.or_else(|| tiers.first()).cloned()
        })
    });
    let add = move |_| {
        let s = desk.bench.strings.get_untracked();
        let number = desk.tiers.with_untracked(Vec::len) + 1;
        let made = object(&[
            ("name", format!("{} {number}", s.tier).into()),
            ("kind", "spans".into()),
        ]);
        match desk.api().map(|api| api.add_tier(&made)) {
            Some(Ok(id)) => chosen.set(Some(id)),
            Some(Err(error)) => desk.say(js::message(&error)),
            None => desk.say(s.no_document.to_owned()),
        }
    };
    let ids = Memo::new(move |_| {
        desk.tiers
            .with(|tiers| tiers.iter().map(|tier| tier.id.clone()).collect::<Vec<_>>())
    });
    view! {
        <div class="tools">
            <button class="act" type="button" on:click=add>{move || desk.s().add_tier}</button>
            <Show when=move || desk.tiers.with(Vec::is_empty)>
                <span class="dim">{move || desk.s().no_tiers}</span>
            </Show>
        </div>
        <div class="tier-page">
            <ul class="tier-list" aria-label=move || desk.s().tab_tiers>
                <For each=move || ids.get() key=|id| id.clone() let(id)>
                    <TierLine id chosen tier />
                </For>
            </ul>
            {move || tier.get().map(|tier| view! { <TierForm tier /> })}
        </div>
    }
}

/// Changes a tier; a refusal is said.
fn update(desk: Desk, id: &str, key: &str, value: JsValue) {
    if let Some(Err(error)) = desk
        .api()
        .map(|api| api.update_tier(id, &object(&[(key, value)])))
    {
        desk.say(js::message(&error));
    }
}

#[component]
fn TierLine(
    id: String,
    chosen: RwSignal<Option<String>>,
    tier: Memo<Option<TierEntry>>,
) -> impl IntoView {
    let desk = Desk::get();
    let id = StoredValue::new(id);
    let this = Memo::new(move |_| {
        let found = desk
            .tiers
            .with(|tiers| id.with_value(|id| tiers.iter().find(|t| t.id == *id).cloned()));
        found.unwrap_or_default()
    });
    let place = move || {
        desk.tiers
            .with_untracked(|tiers| id.with_value(|id| tiers.iter().position(|t| t.id == *id)))
    };
    let is_chosen = move || {
        tier.with(|tier| {
            tier.as_ref()
                .is_some_and(|tier| id.with_value(|id| tier.id == *id))
        })
    };
    let name = move || this.with(|tier| tier.name.clone());
    // A theme's own colour has a value also where the page sets none.
    let swatch = move || match this.with(|tier| tier.color.clone()) {
        Some(color) => color.replace("--timeside-tier-", "--_tier-"),
        None => format!("var(--_tier-{})", place().unwrap_or(0) % TOKENS + 1),
    };
    let named = move |what: &'static str| format!("{what} {}", name());
    let shift = move |by: isize| {
        let Some(to) = place().and_then(|at| at.checked_add_signed(by)) else {
            return;
        };
        if to >= desk.tiers.with_untracked(Vec::len) {
            return;
        }
        if let Some(Err(error)) = desk
            .api()
            .map(|api| id.with_value(|id| api.move_tier(id, to)))
        {
            desk.say(js::message(&error));
        }
    };
    let remove = move |_| {
        let s = desk.bench.strings.get_untracked();
        let said = format!("{} {}. {}", s.removed_tier, name(), s.undo_brings_back);
        match desk
            .api()
            .map(|api| id.with_value(|id| api.remove_tier(id)))
        {
            Some(Ok(())) => desk.say(said),
            Some(Err(error)) => desk.say(js::message(&error)),
            None => {}
        }
    };
    let lock = move |_| {
        let is_locked = this.with_untracked(|tier| tier.is_locked);
        if let Some(Err(error)) = desk
            .api()
            .map(|api| id.with_value(|id| api.lock_tier(id, !is_locked)))
        {
            desk.say(js::message(&error));
        }
    };
    let is_shown = move || this.with(|tier| !tier.is_hidden);
    let show = move |_| {
        let shown = !untrack(is_shown);
        if let Some(Err(error)) = desk
            .api()
            .map(|api| id.with_value(|id| api.show_tier(id, shown)))
        {
            desk.say(js::message(&error));
        }
    };
    view! {
        <li class:ann-chosen=is_chosen>
            <button class="ann-tier-name" type="button" aria-pressed=move || if is_chosen() { "true" } else { "false" }
                on:click=move |_| chosen.set(Some(id.get_value()))>
                <i class="ann-swatch" style:background-color=swatch aria-hidden="true"></i>
                <bdi>{name}</bdi>
                <span class="dim">{move || this.with(|tier| words::kind(&tier.kind, desk.s()))}</span>
            </button>
            <button class="mini" type="button" aria-label=move || named(desk.s().show_tier) title=move || named(desk.s().show_tier)
                aria-pressed=move || if is_shown() { "true" } else { "false" }
                on:click=show>
                {Icon::Eye.view()}
            </button>
            <button class="mini" type="button" aria-label=move || named(desk.s().lock) title=move || named(desk.s().lock)
                aria-pressed=move || if this.with(|tier| tier.is_locked) { "true" } else { "false" }
                on:click=lock>
                {Icon::Lock.view()}
            </button>
            <button class="mini" type="button" aria-label=move || named(desk.s().move_up) title=move || named(desk.s().move_up)
                on:click=move |_| shift(-1)>"↑"</button>
            <button class="mini" type="button" aria-label=move || named(desk.s().move_down) title=move || named(desk.s().move_down)
                on:click=move |_| shift(1)>"↓"</button>
            <button class="mini" type="button" aria-label=move || named(desk.s().remove) title=move || named(desk.s().remove)
                on:click=remove>{Icon::Close.view()}</button>
        </li>
    }
}

/// What a tier is, to be changed.
#[component]
fn TierForm(tier: TierEntry) -> impl IntoView {
    let desk = Desk::get();
    let id = StoredValue::new(tier.id.clone());
    let set =
        move |key: &'static str, value: JsValue| id.with_value(|id| update(desk, id, key, value));
    let others: Vec<TierEntry> = desk.tiers.with_untracked(|tiers| {
        tiers
            .iter()
            .filter(|other| other.id != tier.id)
            .cloned()
            .collect()
    });
    let parent = tier.parent.clone().unwrap_or_default();
    let token = (1..=TOKENS)
        .find(|n| tier.color.as_deref() == Some(&format!("var(--timeside-tier-{n})")))
        .map_or_else(String::new, |n| n.to_string());
    let custom = tier
        .color
        .clone()
        .filter(|color| color.starts_with('#') && color.len() == 7);
    // As the lanes draw them: a colour for each word, from the tier's place on.
    let place = desk
        .tiers
        .with_untracked(|tiers| tiers.iter().position(|other| other.id == tier.id))
        .unwrap_or(0);
    let words: Vec<_> = tier
        .vocabulary
        .iter()
        .take(MOST_WORDS)
        .enumerate()
        .map(|(at, word)| {
            let swatch = format!("var(--_tier-{})", (place + at) % TOKENS + 1);
            let key = (at < KEYS).then(|| view! { <kbd>{at + 1}</kbd> });
            view! { <li><i class="ann-swatch" style:background-color=swatch aria-hidden="true"></i><bdi>{word.clone()}</bdi>{key}</li> }
        })
        .collect();
    view! {
        <div class="ann-fields tier-form" role="group" aria-label=tier.name.clone()>
            <label class="ann-field">
                <span>{move || desk.s().name}</span>
                <input class="entry" dir="auto" prop:value=tier.name.clone()
                    on:change=move |event| set("name", event_target_value(&event).into()) />
            </label>
            <label class="ann-field">
                <span>{move || desk.s().holds}</span>
                <select on:change=move |event| set("kind", event_target_value(&event).into())>
                    {KINDS.map(|kind| {
                        let is_it = tier.kind == kind;
                        view! { <option value=kind selected=is_it>{move || words::kind(kind, desk.s())}</option> }
                    })}
                </select>
            </label>
            <label class="ann-field">
                <span>{move || desk.s().rule}</span>
                <select on:change=move |event| set("rule", event_target_value(&event).into())>
                    {RULES.map(|rule| {
                        let is_it = tier.rule == rule;
                        view! { <option value=rule selected=is_it>{move || words::rule(rule, desk.s())}</option> }
                    })}
                </select>
            </label>
            <label class="ann-field">
                <span>{move || desk.s().parent}</span>
                <select on:change=move |event| {
                    let id = event_target_value(&event);
                    set("parent", if id.is_empty() { JsValue::NULL } else { id.into() });
                }>
                    <option value="">{move || desk.s().none}</option>
                    {others.into_iter().map(|other| {
                        let is_it = other.id == parent;
                        view! { <option value=other.id selected=is_it>{other.name}</option> }
                    }).collect_view()}
                </select>
            </label>
            <label class="ann-field">
                <span>{move || desk.s().color}</span>
                <select on:change=move |event| {
                    let number = event_target_value(&event);
                    let color = if number.is_empty() { JsValue::NULL } else { format!("var(--timeside-tier-{number})").into() };
                    set("color", color);
                }>
                    <option value="">{move || desk.s().by_order}</option>
                    {(1..=TOKENS).map(|n| {
                        let is_it = token == n.to_string();
                        view! { <option value=n.to_string() selected=is_it>{move || format!("{} {n}", desk.s().color)}</option> }
                    }).collect_view()}
                </select>
            </label>
            <label class="ann-field">
                <span>{move || desk.s().own_color}</span>
                <input type="color" class="ann-color" prop:value=custom.unwrap_or_else(|| "#2f6fb7".to_owned())
                    on:change=move |event| set("color", event_target_value(&event).into()) />
            </label>
            <label class="ann-field wide">
                <span>{move || desk.s().vocabulary}</span>
                <textarea class="entry" dir="auto" rows="4" spellcheck="false" prop:value=tier.vocabulary.join("\n")
                    on:change=move |event| {
                        let typed = event_target_value(&event);
                        let words = typed.lines().map(str::trim).filter(|word| !word.is_empty());
                        let list: js_sys::Array = words.map(JsValue::from_str).collect();
                        set("vocabulary", list.into());
                    }></textarea>
                <span class="dim">{move || desk.s().vocabulary_hint}</span>
            </label>
            {(!words.is_empty()).then(|| view! { <ul class="ann-words" aria-label=move || desk.s().vocabulary>{words}</ul> })}
        </div>
    }
}
