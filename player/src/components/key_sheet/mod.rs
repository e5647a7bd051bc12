//! What the keys do.

use leptos::prelude::*;

use crate::{
    commands::{self, Group},
    keys::shown,
    store::Store,
};

const GROUPS: [Group; 4] = [
    Group::Playback,
    Group::View,
    Group::Selection,
    Group::Annotation,
];

/// The sheet behind `?`.
#[component]
pub(crate) fn KeySheet() -> impl IntoView {
    let store = Store::get();
    let heading = move |group| {
        let s = store.strings.get();
        match group {
            Group::Playback => s.group_playback,
            Group::View => s.group_view,
            Group::Selection => s.group_selection,
            Group::Annotation => s.group_annotation,
        }
    };
    let rows = move |group| {
        let s = store.strings.get();
        commands::all()
            .filter(|command| command.group == group)
            .map(|command| {
                let chords = store.keymap.with(|keymap| keymap.chords(command));
                let keys: Vec<String> = chords.iter().map(|chord| shown(chord)).collect();
                (keys, (command.name)(s))
            })
            .collect::<Vec<_>>()
    };
    let has_rows = |group: &Group| commands::all().any(|command| command.group == *group);
    view! {
        <section class="keys" part="keys" aria-label=move || store.strings.get().keys>
            {GROUPS.into_iter().filter(has_rows).map(|group| view! {
                <h3>{move || heading(group)}</h3>
                <dl>
                    {move || rows(group).into_iter().map(|(keys, what)| view! {
                        <div>
                            <dt>{keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                            <dd>{what}</dd>
                        </div>
                    }).collect_view()}
                </dl>
            }).collect_view()}
        </section>
    }
}
