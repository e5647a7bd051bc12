//! What is shown, and how the spectrogram looks.

use leptos::prelude::*;

use super::spectrogram::SpectrogramSettings;
use crate::{
    layers::{self, LayerKind},
    store::Store,
};

/// The panel behind the layers button.
#[component]
pub(crate) fn LayersMenu() -> impl IntoView {
    let store = Store::get();
    let s = move || store.strings.get();
    let name = move |kind: LayerKind| match kind {
        LayerKind::Waveform => s().waveform,
        LayerKind::Spectrogram => s().spectrogram,
    };
    view! {
        <div class="menu" part="layers-menu" role="group" aria-label=move || s().layers>
            {layers::ALL.map(|kind| view! {
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || store.layers.with(|shown| shown.contains(&kind))
                        on:change=move |_| store.toggle_layer(kind)
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
            <Show when=move || store.layers.with(|shown| shown.contains(&LayerKind::Spectrogram))>
                <SpectrogramSettings />
            </Show>
        </div>
    }
}
