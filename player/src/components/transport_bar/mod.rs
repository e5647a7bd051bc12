//! The control bar.

use timeside_view::Viewport;

use crate::{
    commands::PANELS,
    format,
    icons::Icon,
    keys::tooltip,
    link::parsed,
    prelude::*,
    store::{Follow, Phase, Store},
    transport::{RATES, Transport},
};

/// Steps of the zoom slider.
const ZOOM_STEPS: f64 = 1000.0;

/// One row that wraps; the primary button first.
#[component]
pub(crate) fn TransportBar() -> impl IntoView {
    let store = Store::get();
    let transport = Transport::get();
    let s = move || store.strings.get();
    let playing = move || store.playback.get().playing;
    let there = move || store.phase.get() != Phase::Empty;
    let drawn = move || store.info.with(Option::is_some);
    let play_name = move || if playing() { s().pause } else { s().play };
    let volume_icon = move || match store.playback.get() {
        p if p.muted || p.volume == 0.0 => Icon::Muted.view(),
        p if p.volume < 0.5 => Icon::VolumeLow.view(),
        _ => Icon::Volume.view(),
    };
    let loudness = move || {
        let playback = store.playback.get();
        if playback.muted { 0.0 } else { playback.volume }
    };

    // Each option costs the browser half a dozen nodes: until somebody chooses, there is the one that holds.
    let rate = Memo::new(move |_| store.playback.get().rate);
    let (choosing, set_choosing) = signal(false);
    let offered = move || {
        if !choosing.get() {
            return vec![rate.get()];
        }
        let mut offered = RATES.to_vec();
        let now = rate.get_untracked();
        if let Err(at) = offered.binary_search_by(|other| other.total_cmp(&now)) {
            offered.insert(at, now);
        }
        offered
    };

    let follow_title = move || {
        let s = s();
        let now = match store.follow.get() {
            Follow::Page => s.follow_on,
            Follow::Centre => s.follow_centre,
            Follow::Off => s.follow_off,
        };
        tooltip(store, "follow", &[s.follow, ": ", now].concat())
    };

    view! {
        <div class="bar" part="controls" role="toolbar" aria-label=move || s().transport>
            <slot name="controls-start"></slot>
            <button
                class="button primary"
                part="play-button"
                type="button"
                aria-label=play_name
                title=move || tooltip(store, "play", play_name())
                disabled=move || !there() || !store.audible.get()
                on:click=move |_| transport.toggle()
            >
                {move || if playing() { Icon::Pause.view() } else { Icon::Play.view() }}
            </button>
            <div class="time" part="time">
                <span class="now">{move || format::position(store, store.playhead_secs.get(), 3)}</span>
                <span class="total" class:unknown=move || !drawn()>
                    {move || format!(" / {}", format::clock(store, store.view.with(Viewport::total_secs), 3))}
                </span>
            </div>
            <div class="group">
                <button
                    class="button"
                    type="button"
                    aria-label=move || s().loop_
                    aria-pressed=move || store.playback.get().looping.to_string()
                    title=move || tooltip(store, "loop", s().loop_)
                    on:click=move |_| transport.toggle_loop()
                >
                    {Icon::Loop.view()}
                </button>
                <select
                    class="rate"
                    aria-label=move || s().rate
                    title=move || format!("{} (J, L)", s().rate)
                    on:pointerdown=move |_| set_choosing.set(true)
                    on:focus=move |_| set_choosing.set(true)
                    on:blur=move |_| set_choosing.set(false)
                    on:change=move |event| {
                        if let Some(rate) = parsed(&event_target_value(&event)) {
                            transport.set_rate(rate);
                        }
                    }
                >
                    {move || offered().into_iter().map(|offer| view! {
                        <option value=offer.to_string() prop:selected=move || rate.get() == offer>{format!("{offer}×")}</option>
                    }).collect_view()}
                </select>
            </div>
            <div class="group volume" part="volume">
                <button
                    class="button"
                    type="button"
                    aria-label=move || if store.playback.get().muted { s().unmute } else { s().mute }
                    title=move || tooltip(store, "mute", if store.playback.get().muted { s().unmute } else { s().mute })
                    on:click=move |_| transport.toggle_muted()
                >
                    {volume_icon}
                </button>
                <input
                    class="slider"
                    type="range"
                    min="0"
                    max="1"
                    step="0.01"
                    aria-label=move || s().volume
                    aria-valuetext=move || format!("{:.0} %", loudness() * 100.0)
                    prop:value=move || loudness().to_string()
                    style:--fill=move || format!("{}%", loudness() * 100.0)
                    on:input=move |event| {
                        if let Some(volume) = parsed(&event_target_value(&event)) {
                            transport.set_volume(volume);
                        }
                    }
                />
            </div>
            <div class="space"></div>
            <div class="group zoom" part="zoom" aria-label=move || s().zoom role="group">
                <button class="button" type="button" disabled=move || !drawn() aria-label=move || s().zoom_out
                    title=move || tooltip(store, "zoom-out", s().zoom_out) on:click=move |_| store.zoom_by_key(1.0 / 1.5)>
                    {Icon::Minus.view()}
                </button>
                <input
                    class="slider"
                    type="range"
                    min="0"
                    max=ZOOM_STEPS
                    step="1"
                    disabled=move || !drawn()
                    aria-label=move || s().zoom
                    aria-valuetext=move || format!("{:.1}×", store.view.with(Viewport::magnification))
                    prop:value=move || (zoom_fraction(&store.view.get()) * ZOOM_STEPS).round().to_string()
                    style:--fill=move || format!("{}%", zoom_fraction(&store.view.get()) * 100.0)
                    on:input=move |event| {
                        if let Some(step) = parsed(&event_target_value(&event)) {
                            let view = store.view.get_untracked();
                            let wanted = deepest(&view).powf(step / ZOOM_STEPS);
                            store.zoom_by_key(wanted / view.magnification());
                        }
                    }
                />
                <button class="button" type="button" disabled=move || !drawn() aria-label=move || s().zoom_in
                    title=move || tooltip(store, "zoom-in", s().zoom_in) on:click=move |_| store.zoom_by_key(1.5)>
                    {Icon::Plus.view()}
                </button>
                <button class="button" type="button" disabled=move || !drawn() aria-label=move || s().fit
                    title=move || tooltip(store, "fit", s().fit)
                    on:click=move |_| { store.show(store.view.get_untracked().fit()); store.announce_view(); }>
                    {Icon::Fit.view()}
                </button>
                <button class="button" type="button" aria-label=move || s().follow
                    aria-pressed=move || (store.follow.get() != Follow::Off).to_string()
                    title=follow_title
                    on:click=move |_| store.next_follow()>
                    {move || if store.follow.get() == Follow::Centre { Icon::Centre.view() } else { Icon::Follow.view() }}
                </button>
            </div>
            <div class="group" role="group" aria-label=move || s().panels>
                <button
                    class="button"
                    type="button"
                    disabled=move || !drawn()
                    aria-label=move || s().annotate
                    title=move || s().annotate
                    aria-pressed=move || store.is_annotating().to_string()
                    on:click=move |_| store.tiers.annotating.set(Some(!store.is_annotating()))
                >
                    {Icon::Write.view()}
                </button>
                {PANELS.map(|panel| view! {
                    <button
                        class="button"
                        type="button"
                        data-panel=panel.id
                        aria-label=move || (panel.name)(s())
                        title=move || (panel.name)(s())
                        aria-expanded=move || (store.panel.get() == Some(panel.id)).to_string()
                        on:click=move |_| store.toggle_panel(panel.id)
                    >
                        {panel.icon.view()}
                    </button>
                })}
            </div>
            <slot name="controls-end"></slot>
        </div>
    }
}

/// Magnification at the deepest zoom.
fn deepest(view: &Viewport) -> f64 {
    view.fit()
        .zoomed(f64::MAX, 0.0)
        .magnification()
        .max(1.000_1)
}

/// The zoom between 0 (all) and 1 (deepest), even in octaves.
fn zoom_fraction(view: &Viewport) -> f64 {
    (view.magnification().ln() / deepest(view).ln()).clamp(0.0, 1.0)
}
