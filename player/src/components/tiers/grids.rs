//! What those hear who do not see the canvas: a grid per tier, of which only the annotation that keys work on and its
//! neighbours stand in the document.

use leptos::html;
use timeside_core::annotation::TierKind;
use timeside_editing::{Key, TierKey};
use timeside_view::Viewport;

use crate::{
    focus::focus_in_place,
    format::counted,
    prelude::*,
    store::Store,
    tiers::{TierFacts, described, nearest},
};

/// The grid of one tier.
#[component]
pub(crate) fn Grids(
    tier: TierKey,
    /// The view when it last came to rest.
    rested: ReadSignal<Viewport>,
) -> impl IntoView {
    let store = Store::get();
    let s = move || store.strings.get();
    let facts = Memo::new(move |_| store.tier_facts(tier));
    let fact = move |read: fn(&TierFacts) -> String| facts.with(|f| f.as_ref().map(read));
    let name = move || {
        let name = fact(|f| f.name.clone()).unwrap_or_default();
        let count = facts.with(|f| f.as_ref().map_or(0, |f| f.count));
        [&name, ", ", &counted(s(), s().count_annotations, count)].concat()
    };
    // The focused annotation, else the one that Tab shall reach: the first in the view; on an empty tier, a hint.
    let keys = Memo::new(move |_| {
        let focused = store.tiers.focused.get();
        let start = rested.with(Viewport::start_frame);
        store.annotations.with(|document| {
            let here = focused.filter(|key| document.item(*key).is_some_and(|i| i.tier == tier));
            let Some(key) = here else {
                return vec![nearest(document, tier, start)];
            };
            let mut around = vec![document.preceding(key), Some(key), document.following(key)];
            around.retain(Option::is_some);
            around
        })
    });
    let hint = move || {
        let can = store
            .annotations
            .with(|d| !d.is_readonly() && !d.is_locked(tier));
        let kind = facts.with(|f| f.as_ref().map(|f| f.kind));
        match kind {
            _ if !can => s().empty_locked,
            Some(TierKind::Points) => s().empty_points,
            Some(TierKind::Boxes) => s().empty_boxes,
            _ => s().empty_tier,
        }
    };
    let place = move || {
        store
            .lane_of(tier)
            .map_or((0.0, 0.0), |lane| (lane.top_px, lane.height_px))
    };
    view! {
        <div
            class="tier-grid"
            role="grid"
            aria-label=name
            aria-multiselectable="true"
            aria-readonly=move || store.annotations.with(|d| d.is_readonly() || d.is_locked(tier)).to_string()
            style:top=move || format!("{}px", place().0)
            style:height=move || format!("{}px", place().1)
        >
            <For each=move || keys.get() key=|key| *key let(key)>
                {match key {
                    Some(key) => view! { <Row key_=key rested /> }.into_any(),
                    None => view! {
                        <div role="row"><div class="tier-hint" role="gridcell">{hint}</div></div>
                    }.into_any(),
                }}
            </For>
        </div>
    }
}

#[component]
fn Row(key_: Key, rested: ReadSignal<Viewport>) -> impl IntoView {
    let store = Store::get();
    let key = key_;
    let node = NodeRef::<html::Div>::new();
    let is_focused = Memo::new(move |_| store.tiers.focused.get() == Some(key));
    // Is the focused one on its tier?
    let is_near = Memo::new(move |_| {
        let focused = store.tiers.focused.get();
        store.annotations.with(|document| {
            let tier = |key: Key| document.item(key).map(|item| item.tier);
            focused.and_then(tier) == tier(key)
        })
    });
    // Between others of its tier only the focused one is reached by Tab.
    let in_order = move || {
        if is_focused.get() || !is_near.get() {
            "0"
        } else {
            "-1"
        }
    };
    let place = move || {
        // Where nobody is, nothing needs to follow each step of the view.
        let view = if is_near.get() {
            store.view.get()
        } else {
            rested.get()
        };
        store.annotations.with(|document| {
            let item = document.item(key)?;
            let left = view.px_from_frame(item.start).clamp(0.0, view.width_px());
            let right = view.px_from_frame(item.end).clamp(left, view.width_px());
            Some((left, (right - left).max(8.0)))
        })
    };
    let said = move || {
        store.annotations.with(|_| ());
        described(store, key)
    };
    let is_chosen = move || store.annotations.with_chosen(|chosen| chosen.contains(key));
    // The browser's focus follows when a key or a hand has chosen this one.
    Effect::new(move |_| {
        if store.tiers.focus_wanted.get()
            && let Some(node) = node.get()
            && is_focused.get()
            && store.tiers.writing.get_untracked().is_none()
        {
            store.tiers.focus_wanted.set(false);
            if store.wrap_secs.with_untracked(Option::is_some) {
                // It stands above the lines, which show themselves what keys have come to.
                focus_in_place(&node);
            } else {
                // Focus that cannot be given is not taken from anybody.
                let _ = node.focus();
            }
        }
    });
    view! {
        <div
            class="tier-row"
            role="row"
            node_ref=node
            tabindex=in_order
            aria-selected=move || is_chosen().to_string()
            style:left=move || format!("{}px", place().map_or(0.0, |p| p.0))
            style:width=move || format!("{}px", place().map_or(0.0, |p| p.1))
            on:focus=move |_| {
                if !is_focused.get_untracked() {
                    store.choose(key, false, false);
                }
            }
        >
            <div class="sr-only" role="gridcell">{said}</div>
        </div>
    }
}
