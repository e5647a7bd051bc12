//! What stands beside a lane of annotations: its name, what it holds and forbids, lock and eye.

use leptos::html;
use timeside_core::annotation::{TierKind, TierRule};
use timeside_editing::TierKey;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, KeyboardEvent, Node, PointerEvent};

use crate::{icons::Icon, prelude::*, store::Store, strings::Strings};

/// What a tier holds and forbids, where that is not the usual.
fn nature(s: &Strings, kind: TierKind, rule: TierRule) -> &'static str {
    match (kind, rule) {
        (TierKind::Points, _) => s.kind_points,
        (TierKind::Boxes, _) => s.kind_boxes,
        (TierKind::Notes, _) => s.kind_notes,
        (_, TierRule::Partition) => s.rule_partition,
        (_, TierRule::NoOverlap) => s.rule_no_overlap,
        (TierKind::Spans | TierKind::Text, TierRule::Free) => "",
    }
}

/// The legend of one lane.
#[component]
pub(super) fn Legend(tier: TierKey) -> impl IntoView {
    let store = Store::get();
    let s = move || store.strings.get();
    let facts = Memo::new(move |_| store.tier_facts(tier));
    let name = move || facts.with(|f| f.as_ref().map(|f| f.name.clone()).unwrap_or_default());
    let place = Memo::new(move |_| {
        let lane = store.lane_of(tier);
        lane.map_or((0.0, 0.0), |lane| (lane.top_px, lane.height_px))
    });
    let detail = move || facts.with(|f| f.as_ref().map_or("", |f| nature(s(), f.kind, f.rule)));
    let is_locked = Memo::new(move |_| facts.with(|f| f.as_ref().is_some_and(|f| f.is_locked)));
    let is_locked = move || is_locked.get();
    let lock_name = move || [s().lock, " ", &name()].concat();
    let hide_name = move || [s().hide_tier, " ", &name()].concat();
    let grip_name = move || [s().tier_height, " ", &name()].concat();

    // Buttons stand only where somebody is: with eight lanes they were a seventh of the widget's nodes.
    let (hovered, set_hovered) = signal(false);
    let (focused, set_focused) = signal(false);
    let at_hand = Memo::new(move |_| {
        hovered.get() || focused.get() || store.tiers.active.get() == Some(tier)
    });
    let shows_lock = Memo::new(move |_| at_hand.get() || is_locked());
    let on_focus_out = move |event: FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<Node>().ok());
        let here = event
            .current_target()
            .and_then(|at| at.dyn_into::<Node>().ok());
        // What is about to have the focus must not go.
        if !here.is_some_and(|here| here.contains(to.as_ref())) {
            set_focused.set(false);
        }
    };

    let grip = NodeRef::<html::Div>::new();
    let drag = StoredValue::new(None::<f64>);
    let on_down = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(grip) = grip.get_untracked() {
            // Without capture the drag ends at the edge, nothing worse.
            let _ = grip
                .unchecked_ref::<Element>()
                .set_pointer_capture(event.pointer_id());
        }
        drag.set_value(Some(place.get_untracked().1 - f64::from(event.client_y())));
    };
    let on_move = move |event: PointerEvent| {
        if let Some(offset) = drag.get_value() {
            store.set_tier_height(tier, offset + f64::from(event.client_y()));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowUp" => -4.0,
            "ArrowDown" => 4.0,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        store.set_tier_height(tier, place.get_untracked().1 + by);
    };
    view! {
        <div
            class="tier-legend"
            part="legend"
            class:active=move || store.tiers.active.get() == Some(tier)
            style:top=move || format!("{}px", place.get().0)
            style:height=move || format!("{}px", place.get().1)
            on:click=move |_| store.tiers.active.set(Some(tier))
            on:pointerenter=move |_| set_hovered.set(true)
            on:pointerleave=move |_| set_hovered.set(false)
            on:focusin=move |_| set_focused.set(true)
            on:focusout=on_focus_out
        >
            <span class="swatch" style:background-color=move || store.tier_color(tier)></span>
            <bdi class="tier-name" title=name>{name}</bdi>
            <span class="tier-nature">{detail}</span>
            <div
                class="tier-grip"
                node_ref=grip
                role="separator"
                tabindex="0"
                aria-orientation="horizontal"
                aria-label=grip_name
                aria-valuemin="20"
                aria-valuemax="320"
                aria-valuenow=move || place.get().1.round().to_string()
                on:pointerdown=on_down
                on:pointermove=on_move
                on:pointerup=move |_| drag.set_value(None)
                on:pointercancel=move |_| drag.set_value(None)
                on:keydown=on_key
            ></div>
            {move || shows_lock.get().then(|| view! {
                <button
                    class="legend-hide"
                    type="button"
                    aria-label=lock_name
                    title=lock_name
                    aria-pressed=move || is_locked().to_string()
                    on:click=move |_| store.annotations.set_locked(tier, !is_locked())
                >
                    {move || if is_locked() { Icon::Lock.view() } else { Icon::Unlock.view() }}
                </button>
            })}
            {move || at_hand.get().then(|| view! {
                <button
                    class="legend-hide"
                    type="button"
                    aria-label=hide_name
                    title=hide_name
                    on:click=move |_| store.hide_tier(tier, true)
                >
                    {Icon::Eye.view()}
                </button>
            })}
        </div>
    }
}
