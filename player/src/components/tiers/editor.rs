//! The text of an annotation, written in its place.

use leptos::{ev::KeyboardEvent, html};
use timeside_core::annotation::{TierKind, TierRule};
use timeside_editing::{Edit, Key, Patch};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

use crate::{prelude::*, store::Store};

/// The least width of the field, CSS pixels.
pub(crate) const LEAST_PX: f64 = 120.0;
/// Words of a vocabulary that are offered.
const MOST_WORDS: usize = 60;

/// Where the field of an annotation stands: left, top, width and height in CSS pixels.
pub(crate) type Place = Callback<Key, Option<(f64, f64, f64, f64)>>;

/// Shown while a text is being written, where `place` says.
#[component]
pub(crate) fn Editor(place: Place) -> impl IntoView {
    let store = Store::get();
    view! {
        {move || store.tiers.writing.get().map(|key| view! { <Field key_=key place /> })}
    }
}

/// Over the annotation in its lane; tells of changes.
pub(super) fn place_in_lanes(store: Store, key: Key) -> Option<(f64, f64, f64, f64)> {
    let view = store.view.get();
    let (start, end, tier) = store.annotations.with(|document| {
        let item = document.item(key)?;
        Some((item.start, item.end, item.tier))
    })?;
    let lane = store.lane_of(tier)?;
    let width = view.width_px();
    let left = view
        .px_from_frame(start)
        .clamp(0.0, (width - LEAST_PX).max(0.0));
    let right = view.px_from_frame(end).clamp(0.0, width);
    Some((
        left,
        lane.top_px,
        (right - left).max(LEAST_PX).min(width),
        lane.height_px,
    ))
}

/// What the field needs to know of its annotation.
#[derive(Debug, Clone, PartialEq)]
struct Text {
    label: String,
    name: String,
    words: Vec<String>,
    is_text: bool,
    /// Does Enter go on to the next?
    goes_on: bool,
}

fn text_of(store: Store, key: Key) -> Option<Text> {
    store.annotations.with_untracked(|document| {
        let item = document.item(key)?;
        let tier = document.tier(item.tier)?;
        Some(Text {
            label: item.label.clone(),
            name: tier.name().to_owned(),
            words: tier
                .said
                .vocabulary
                .iter()
                .take(MOST_WORDS)
                .cloned()
                .collect(),
            is_text: tier.kind() == TierKind::Text,
            goes_on: tier.kind() == TierKind::Text || tier.rule() == TierRule::Partition,
        })
    })
}

#[component]
fn Field(key_: Key, place: Place) -> impl IntoView {
    let store = Store::get();
    let key = key_;
    let Some(text) = text_of(store, key) else {
        return ().into_any();
    };
    let place = Memo::new(move |_| place.run(key));
    let goes_on = text.goes_on;
    let before = StoredValue::new(text.label.clone());
    let commit = move |label: String| {
        if before.with_value(|before| *before == label) {
            return true;
        }
        let s = store.strings.get_untracked();
        let patch = Patch::label(label.clone());
        let keys = vec![key];
        let done = store
            .edit(&Edit::Update { keys, patch }, s.changed)
            .is_some();
        if done {
            before.set_value(label);
        }
        done
    };
    let leave = move || {
        store.tiers.writing.set(None);
        store.focus_annotation(key);
    };
    let on_key = move |event: KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            "Escape" => {
                event.prevent_default();
                leave();
            }
            // Shift+Enter is a new line of a text.
            "Enter" if !event.shift_key() && !event.is_composing() => {
                event.prevent_default();
                if !commit(written(&event)) {
                    return;
                }
                let next = store
                    .annotations
                    .with_untracked(|document| document.following(key));
                match next.filter(|_| goes_on) {
                    Some(next) => {
                        store.annotations.choose(|chosen| chosen.set(next));
                        store.write(next);
                    }
                    None => leave(),
                }
            }
            _ => {}
        }
    };
    // Clicking elsewhere keeps what was written.
    let on_blur = move |label: String| {
        if store.tiers.writing.get_untracked() == Some(key) {
            commit(label);
            store.tiers.writing.set(None);
        }
    };
    let name = [store.strings.get_untracked().label, " ", &text.name].concat();
    let left = move || place.get().map(|p| format!("{}px", p.0));
    let top = move || place.get().map(|p| format!("{}px", p.1));
    let width = move || place.get().map(|p| format!("{}px", p.2));
    let height = move || place.get().map(|p| format!("{}px", p.3));
    if text.is_text {
        let node = NodeRef::<html::Textarea>::new();
        Effect::new(move |_| {
            if let Some(field) = node.get() {
                let _ = field.focus();
                field.select();
            }
        });
        return view! {
            <textarea
                class="tier-field"
                dir="auto"
                aria-label=name
                node_ref=node
                style:left=left
                style:top=top
                style:width=width
                style:height=height
                prop:value=text.label
                on:keydown=on_key
                on:blur=move |event| on_blur(event_target_value(&event))
            ></textarea>
        }
        .into_any();
    }
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = node.get() {
            let _ = field.focus();
            field.select();
        }
    });
    let list = (!text.words.is_empty()).then_some("tier-words");
    view! {
        <input
            class="tier-field"
            type="text"
            dir="auto"
            autocomplete="off"
            aria-label=name
            list=list
            node_ref=node
            style:left=left
            style:top=top
            style:width=width
            style:height=height
            prop:value=text.label
            on:keydown=on_key
            on:blur=move |event| on_blur(event_target_value(&event))
        />
        {list.map(|list| view! {
            <datalist id=list>
                {text.words.into_iter().map(|word| view! { <option value=word></option> }).collect_view()}
            </datalist>
        })}
    }
    .into_any()
}

/// What stands in the field that a key was pressed in.
fn written(event: &KeyboardEvent) -> String {
    let target = event.target();
    let input = target
        .clone()
        .and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
    let area = target.and_then(|t| t.dyn_into::<HtmlTextAreaElement>().ok());
    input
        .map(|field| field.value())
        .or(area.map(|field| field.value()))
        .unwrap_or_default()
}
