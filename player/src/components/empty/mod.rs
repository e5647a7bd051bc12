//! Nothing to show: the drop zone, or what went wrong.

use leptos::html;

use crate::{
    icons::Icon,
    prelude::*,
    store::{Phase, Store},
};

/// In place of the lanes.
#[component]
pub(crate) fn Empty() -> impl IntoView {
    let store = Store::get();
    let s = move || store.strings.get();
    let failure = move || match store.phase.get() {
        Phase::Failed(failure) => Some(failure),
        _ => None,
    };
    let input = NodeRef::<html::Input>::new();
    let on_choose = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        if let (Some(file), Some(bridge)) =
            (input.files().and_then(|files| files.get(0)), store.bridge())
        {
            bridge.open_file(&file);
        }
        input.set_value("");
    };
    let retry = move |_| {
        if let Some(bridge) = store.bridge() {
            bridge.retry();
        }
    };
    view! {
        <div class="empty" part="empty" class:failed=move || failure().is_some()>
            <div class="empty-icon">
                {move || if failure().is_some() { Icon::Alert.view() } else { Icon::Drop.view() }}
            </div>
            <div class="empty-words" role=move || failure().map(|_| "alert")>
                <p class="empty-title">
                    {move || if failure().is_some() { s().failed_title } else { s().empty_title }}
                </p>
                <p class="dim">
                    {move || failure().map_or_else(|| s().empty_formats.to_owned(), |f| f.message)}
                </p>
            </div>
            <div class="empty-actions">
                <Show when=move || failure().is_some()>
                    <button class="text-button primary" type="button" on:click=retry>
                        {Icon::Retry.view()} {move || s().retry}
                    </button>
                </Show>
                <label class="text-button">
                    <input
                        node_ref=input
                        class="sr-only"
                        type="file"
                        accept="audio/*,.wav,.flac,.mp3,.m4a,.aac,.ogg,.oga,.opus"
                        on:change=on_choose
                    />
                    {move || if failure().is_some() { s().choose_other } else { s().choose }}
                </label>
            </div>
        </div>
    }
}
