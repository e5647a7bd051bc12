//! What is shown, and how the spectrogram looks.

use leptos::prelude::*;
use timeside_view::{ColorMap, FrequencyScale};

use crate::{
    layers::{self, LayerKind},
    store::Store,
    strings::Strings,
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
            <label class="field">
                <span>{move || s().color_map}</span>
                <select on:change=move |event| {
                    let map = ColorMap::from_id(&event_target_value(&event));
                    store.style_spectrogram(|style| style.map = map);
                }>
                    <option value="auto">{move || s().map_auto}</option>
                    {ColorMap::ALL.map(|map| view! {
                        <option value=map.id() selected=move || store.spectrogram.get().map == Some(map)>{move || map_name(s(), map)}</option>
                    })}
                </select>
            </label>
            <label class="field">
                <span>{move || s().scale}</span>
                <select on:change=move |event| {
                    if let Some(scale) = FrequencyScale::from_name(&event_target_value(&event)) {
                        store.style_spectrogram(|style| style.scale = scale);
                    }
                }>
                    {FrequencyScale::NAMES.map(|(id, scale)| view! {
                        <option value=id selected=move || store.spectrogram.get().scale == scale>{move || scale_name(s(), scale)}</option>
                    })}
                </select>
            </label>
            <label class="field">
                <span>{move || s().floor}</span>
                <input
                    class="slider"
                    type="range"
                    min="-120"
                    max="-50"
                    step="1"
                    prop:value=move || store.spectrogram.get().floor_db.to_string()
                    style:--fill=move || format!("{}%", (store.spectrogram.get().floor_db + 120.0) / 0.7)
                    on:input=move |event| {
                        if let Ok(floor_db) = event_target_value(&event).parse() {
                            store.style_spectrogram(|style| style.floor_db = floor_db);
                        }
                    }
                />
                <span class="number">{move || format!("−{:.0}\u{202f}dB", -store.spectrogram.get().floor_db)}</span>
            </label>
        </div>
    }
}

fn map_name(s: &Strings, map: ColorMap) -> &'static str {
    match map {
        ColorMap::Magma => s.map_magma,
        ColorMap::Inferno => s.map_inferno,
        ColorMap::Viridis => s.map_viridis,
        ColorMap::Cividis => s.map_cividis,
        ColorMap::Grey => s.map_grey,
        ColorMap::InvertedGrey => s.map_inverted,
    }
}

/// The word for a frequency scale.
pub(crate) fn scale_name(s: &Strings, scale: FrequencyScale) -> &'static str {
    match scale {
        FrequencyScale::Bark => s.scale_bark,
        FrequencyScale::Erb => s.scale_erb,
        FrequencyScale::Log => s.scale_log,
        FrequencyScale::Mel => s.scale_mel,
        _ => s.scale_linear,
    }
}
