//! What the keys do.

use leptos::prelude::*;

use crate::store::Store;

/// The sheet behind `?`.
#[component]
pub(crate) fn KeySheet() -> impl IntoView {
    let store = Store::get();
    let rows = move || {
        let s = store.strings.get();
        [
            (vec!["space"], s.key_play),
            (vec!["J", "K", "L"], s.key_shuttle),
            (vec!["←", "→"], s.key_second),
            (vec!["⇧ ←", "⇧ →"], s.key_five),
            (vec!["alt ←", "alt →"], s.key_frame),
            (vec!["home", "end"], s.key_ends),
            (vec!["+", "−", "0"], s.key_zoom),
            (vec!["page ↑", "page ↓"], s.key_page),
            (vec!["[", "]"], s.key_select),
            (vec!["Z", "esc"], s.key_selection),
            (vec!["F"], s.follow),
            (vec!["?"], s.keys),
        ]
    };
    view! {
        <section class="keys" part="keys" aria-label=move || store.strings.get().keys>
            <dl>
                {move || rows().into_iter().map(|(keys, what)| view! {
                    <div>
                        <dt>{keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                        <dd>{what}</dd>
                    </div>
                }).collect_view()}
            </dl>
        </section>
    }
}
