//! What is shown, and how the spectrogram looks.

use leptos::prelude::*;

use super::spectrogram::SpectrogramSettings;
use crate::{layers::LayerKind, store::Store};

/// The panel behind the layers button.
#[component]
pub(crate) fn LayersMenu() -> impl IntoView {
    let store = Store::get();
    let s = move || store.strings.get();
    let name = move |kind: LayerKind| match kind {
        LayerKind::Waveform => s().waveform,
        _ => s().spectrogram,
    };
    view! {
        <div class="menu" part="layers-menu" role="group" aria-label=move || s().layers>
            {LayerKind::OF_RECORDING.map(|kind| view! {
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || store.layers.shows(kind)
                        on:change=move |_| store.layers.toggle(kind)
                    />
                    {move || name(kind)}
                </label>
            })}
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || store.channels_apart.get()
                    on:change=move |event| store.set_channels_apart(event_target_checked(&event))
                />
                {move || s().channels_apart}
            </label>
            <Show when=move || store.layers.shows(LayerKind::Spectrogram)>
                <SpectrogramSettings />
            </Show>
        </div>
    }
}
