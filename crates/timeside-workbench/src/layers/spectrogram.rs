//! The settings of the spectrogram, as a row of fields under its lane and in the layers menu.

use leptos::prelude::*;
use timeside_view::{ColorMap, FrequencyScale};

use crate::{
    spectrogram_style::{SpectrogramStyle, WINDOWS},
    store::Store,
    strings::Strings,
};

/// Window lengths to choose from, in samples.
const BLOCKS: [u32; 9] = [128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768];
/// Zero padding to choose from.
const PADDINGS: [u32; 3] = [1, 2, 4];

/// The fields; each acts at once.
#[component]
pub(crate) fn SpectrogramSettings() -> impl IntoView {
    let store = Store::get();
    let s = move || store.strings.get();
    let style = store.spectrogram;
    let rate_hz = move || {
        store
            .info
            .with(|info| info.as_ref().map_or(44_100.0, |i| i.rate_hz))
    };
    let channels = Memo::new(move |_| {
        store
            .info
            .with(|info| info.as_ref().map_or(1, |i| i.channels))
    });
    let axis = move || style.get().axis(rate_hz(), 1.0);
    let block_text = move |block: u32| {
        let ms = f64::from(block) / rate_hz() * 1000.0;
        format!("{block} ({ms:.*}\u{202f}ms)", usize::from(ms < 10.0))
    };
    view! {
        <Choice name=Signal::derive(move || s().color_map) on_choice=move |id: String| {
            store.style_spectrogram(|style| style.map = ColorMap::from_id(&id));
        }>
            <option value="auto" selected=move || style.get().map.is_none()>{move || s().map_auto}</option>
            {ColorMap::ALL.map(|map| view! {
                <option value=map.id() selected=move || style.get().map == Some(map)>{move || map_name(s(), map)}</option>
            })}
        </Choice>
        <Level
            name=Signal::derive(move || s().floor)
            range=(-120.0, -40.0)
            value=Signal::derive(move || style.get().floor_db)
            on_level=move |db| store.style_spectrogram(|style| style.floor_db = db)
        />
        <Level
            name=Signal::derive(move || s().ceiling)
            range=(-60.0, 0.0)
            value=Signal::derive(move || style.get().ceiling_db)
            on_level=move |db| store.style_spectrogram(|style| style.ceiling_db = db)
        />
        <Level
            name=Signal::derive(move || s().gain)
            range=(-30.0, 60.0)
            value=Signal::derive(move || style.get().gain_db)
            on_level=move |db| store.style_spectrogram(|style| style.gain_db = db)
        />
        <Choice name=Signal::derive(move || s().scale) on_choice=move |id: String| {
            if let Some(scale) = FrequencyScale::from_name(&id) {
                store.style_spectrogram(|style| style.scale = scale);
            }
        }>
            {FrequencyScale::NAMES.map(|(id, scale)| view! {
                <option value=id selected=move || style.get().scale == scale>{move || scale_name(s(), scale)}</option>
            })}
        </Choice>
        <Frequency
            name=Signal::derive(move || s().lowest)
            value=Signal::derive(move || axis().min_hz)
            on_hz=move |hz| store.style_spectrogram(|style| style.min_hz = hz)
        />
        <Frequency
            name=Signal::derive(move || s().highest)
            value=Signal::derive(move || axis().max_hz)
            on_hz=move |hz| store.style_spectrogram(|style| style.max_hz = hz)
        />
        <Choice name=Signal::derive(move || s().window_length) on_choice=move |block: String| {
            if let Ok(block) = block.parse() {
                store.style_spectrogram(|style| style.block = block);
            }
        }>
            {BLOCKS.map(|block| view! {
                <option value=block.to_string() selected=move || style.get().block == block>{move || block_text(block)}</option>
            })}
        </Choice>
        <Choice name=Signal::derive(move || s().window) on_choice=move |id: String| {
            let known = WINDOWS.iter().find(|(name, _)| *name == id);
            if let Some((name, _)) = known {
                store.style_spectrogram(|style| style.window = name);
            }
        }>
            {WINDOWS.map(|(id, name)| view! {
                <option value=id selected=move || style.get().window == id>{name}</option>
            })}
        </Choice>
        <Choice name=Signal::derive(move || s().padding) on_choice=move |times: String| {
            if let Ok(padding) = times.parse() {
                store.style_spectrogram(|style| style.padding = padding);
            }
        }>
            {PADDINGS.map(|times| view! {
                <option value=times.to_string() selected=move || style.get().padding == times>{format!("× {times}")}</option>
            })}
        </Choice>
        <Show when=move || 1 < channels.get()>
            <Choice name=Signal::derive(move || s().channel) on_choice=move |channel: String| {
                store.style_spectrogram(|style| style.channel = channel.parse().ok());
            }>
                <option value="mean" selected=move || style.get().channel.is_none()>{move || s().channel_mean}</option>
                {move || (0..channels.get()).map(|c| view! {
                    <option value=c.to_string() selected=move || style.get().channel == Some(c)>{c + 1}</option>
                }).collect_view()}
            </Choice>
        </Show>
        <button class="reset" type="button" on:click=move |_| store.style_spectrogram(|style| *style = SpectrogramStyle::default())>
            {move || s().reset}
        </button>
    }
}

/// A choice among named things.
#[component]
fn Choice(
    name: Signal<&'static str>,
    #[prop(into)] on_choice: Callback<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <label class="field">
            <span aria-hidden="true">{name}</span>
            <select aria-label=name on:change=move |event| on_choice.run(event_target_value(&event))>{children()}</select>
        </label>
    }
}

/// A level in dB.
#[component]
fn Level(
    name: Signal<&'static str>,
    range: (f32, f32),
    value: Signal<f32>,
    #[prop(into)] on_level: Callback<f32>,
) -> impl IntoView {
    let (least, most) = range;
    let text = move || {
        let db = format!("{:.0}", value.get()).replace('-', "−");
        format!("{db}\u{202f}dB")
    };
    view! {
        <label class="field">
            <span aria-hidden="true">{name}</span>
            <input
                class="slider"
                aria-label=name
                type="range"
                min=least.to_string()
                max=most.to_string()
                step="1"
                prop:value=move || value.get().to_string()
                aria-valuetext=text
                style:--fill=move || format!("{}%", (value.get() - least) / (most - least) * 100.0)
                on:input=move |event| {
                    if let Ok(db) = event_target_value(&event).parse() {
                        on_level.run(db);
                    }
                }
            />
            <span class="number level" aria-hidden="true">{text}</span>
        </label>
    }
}

/// A frequency in Hz; emptied, it is the scale's own.
#[component]
fn Frequency(
    name: Signal<&'static str>,
    value: Signal<f64>,
    #[prop(into)] on_hz: Callback<Option<f64>>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span aria-hidden="true">{name}</span>
            <input
                class="hertz"
                aria-label=name
                type="number"
                min="0"
                step="any"
                prop:value=move || format!("{:.0}", value.get())
                on:change=move |event| on_hz.run(event_target_value(&event).parse().ok())
            />
            <span class="unit">"Hz"</span>
        </label>
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
