//! What the listener should know while the recording stays usable.

use crate::{
    format,
    icons::Icon,
    prelude::*,
    store::{Offer, Phase, Store},
};

/// Name and facts of the recording, and notices below it.
#[component]
pub(crate) fn Notices() -> impl IntoView {
    let store = Store::get();
    let s = move || store.strings.get();
    let facts = move || match store.phase.get() {
        Phase::Opening { name, bytes } => {
            let size = bytes.map(format::bytes).unwrap_or_default();
            Some((name, format!("{} {size}", s().opening)))
        }
        Phase::Ready => store.info.get().map(|info| {
            let channels = match info.channels {
                1 => s().channels_1.to_owned(),
                2 => s().channels_2.to_owned(),
                n => format::counted(s(), s().channels, n as usize),
            };
            let parts = [info.format, format::rate(info.rate_hz), channels];
            let line = parts
                .into_iter()
                .filter(|p| !p.is_empty())
                .collect::<Vec<_>>()
                .join(" · ");
            (info.name, line)
        }),
        _ => None,
    };
    let warnings = move || {
        store.info.with(|info| {
            info.as_ref()
                .map(|i| i.warnings.clone())
                .unwrap_or_default()
        })
    };
    view! {
        <Show when=move || facts().is_some()>
            <div class="title" part="title">
                <span class="title-name">{move || facts().map(|f| f.0)}</span>
                <span class="title-facts">{move || facts().map(|f| f.1)}</span>
            </div>
        </Show>
        <Show when=move || store.is_open() && !store.audible.get()>
            <p class="notice" role="status">{Icon::Muted.view()} <span>{move || s().inaudible}</span></p>
        </Show>
        {move || warnings().into_iter().map(|text| view! {
            <p class="notice" role="status">{Icon::Alert.view()} <span>{text}</span></p>
        }).collect_view()}
        {move || store.notice.get().map(|failure| view! {
            <p class="notice failed" role="alert">
                {Icon::Alert.view()}
                <span>{failure.message}</span>
                <button class="mini" type="button" aria-label=s().dismiss title=s().dismiss on:click=move |_| store.warn(None)>
                    {Icon::Close.view()}
                </button>
            </p>
        })}
        {move || store.offer.get().map(|offer| view! { <Offered offer /> })}
    }
}

/// What became of the annotations kept in this browser, and what can be done.
#[component]
fn Offered(offer: Offer) -> impl IntoView {
    let store = Store::get();
    let s = store.strings.get_untracked();
    let (text, choice, other) = match offer {
        Offer::Restored => (s.restored, ("discard", s.discard), s.keep),
        Offer::RestoredChanged => (s.restored_changed, ("discard", s.discard), s.keep),
        Offer::Blocked => (s.unsaved_blocked, ("download", s.download), s.dismiss),
        Offer::Full => (s.unsaved_full, ("download", s.download), s.dismiss),
        Offer::Elsewhere => (s.elsewhere, ("edit-here", s.edit_here), s.dismiss),
    };
    let (choice, name) = choice;
    let choose = move |_| {
        if let Some(bridge) = store.bridge() {
            bridge.answer_offer(choice);
        }
    };
    view! {
        <p class="notice offer" role="status" part="offer">
            {Icon::Alert.view()}
            <span>{text}</span>
            <button class="text-button" type="button" on:click=choose>{name}</button>
            <button class="text-button" type="button" on:click=move |_| store.set_offer(None)>{other}</button>
        </p>
    }
}
