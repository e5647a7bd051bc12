//! Between the media element and the store: events in, commands out.

use gloo::events::EventListener;
use web_sys::HtmlMediaElement;

use crate::{
    format,
    frames::{Frames, Ticker},
    prelude::*,
    store::{Follow, Playback, Store},
};

/// Speeds that the keys step through.
pub(crate) const RATES: [f64; 9] = [0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0];

/// `MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED`
const SRC_NOT_SUPPORTED: u16 = 4;

const WATCHED: [&str; 13] = [
    "play",
    "pause",
    "playing",
    "waiting",
    "ended",
    "timeupdate",
    "seeking",
    "seeked",
    "volumechange",
    "ratechange",
    "durationchange",
    "emptied",
    "error",
];

/// What can be done to the sound; a copyable handle.
#[derive(Clone, Copy)]
pub(crate) struct Transport {
    store: Store,
    audio: StoredValue<HtmlMediaElement>,
}

impl Transport {
    /// Listens to the media element until the owner is cleaned up.
    pub(crate) fn new(store: Store, audio: HtmlMediaElement, frames: Frames) -> Self {
        let transport = Self {
            store,
            audio: StoredValue::new(audio.clone()),
        };
        let ticker = frames.ticker(move || {
            transport.tell_position();
            store.playback.get_untracked().playing
        });
        let listeners: Vec<EventListener> = WATCHED
            .into_iter()
            .map(|name| EventListener::new(&audio, name, move |_| transport.heard(ticker)))
            .collect();
        let listeners = StoredValue::new(Some(listeners));
        on_cleanup(move || {
            listeners.try_update_value(Option::take);
        });
        transport.heard(ticker);
        transport.loop_selections();
        transport
    }

    /// While it loops, a selection is what is repeated.
    fn loop_selections(self) {
        let store = self.store;
        let looping = Memo::new(move |_| store.playback.with(|playback| playback.looping));
        Effect::new(move |was: Option<bool>| {
            let range = store.selection.get().filter(|_| looping.get());
            if let Some(bridge) = store
                .bridge()
                .filter(|_| range.is_some() || was == Some(true))
            {
                let rate = store.view.with_untracked(timeside_view::Viewport::rate_hz);
                let (start, end) = range.map_or((f64::NAN, f64::NAN), |(start, end)| {
                    (start as f64 / rate, end as f64 / rate)
                });
                bridge.repeat_range(start, end);
            }
            range.is_some()
        });
    }

    /// The transport of the widget that the current component belongs to.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    fn audio(self) -> Option<HtmlMediaElement> {
        self.audio.try_get_value()
    }

    fn heard(self, ticker: Ticker) {
        let Some(audio) = self.audio() else { return };
        let playing = !audio.paused() && !audio.ended();
        self.store.playback_is(Playback {
            playing,
            waiting: playing && audio.ready_state() < 3,
            volume: audio.volume(),
            muted: audio.muted(),
            rate: audio.playback_rate(),
            looping: audio.loop_(),
        });
        self.judge();
        let duration = audio.duration();
        let unknown = self
            .store
            .info
            .with_untracked(|info| info.as_ref().is_some_and(|i| i.frames.is_none()));
        if unknown && duration.is_finite() {
            let rate = self.store.view.get_untracked().rate_hz();
            self.store.length_known((duration * rate).round() as i64);
        }
        self.tell_position();
        if playing {
            ticker.start();
        }
    }

    /// Whether the recording sounds: what the element has found out counts more than what it said.
    pub(crate) fn judge(self) {
        let Some(audio) = self.audio() else { return };
        if audio
            .error()
            .is_some_and(|error| error.code() == SRC_NOT_SUPPORTED)
        {
            self.store.audible_is(false);
        } else if audio.ready_state() > 0 {
            self.store.audible_is(true);
        }
    }

    fn tell_position(self) {
        let Some(audio) = self.audio() else { return };
        if !self.store.audible.get_untracked() {
            return;
        }
        let secs = audio.current_time();
        self.store.playhead_at(secs);
        // It follows only while it plays: a pan at rest must not be undone.
        if audio.paused() || audio.seeking() {
            return;
        }
        let view = self.store.view.get_untracked();
        match self.store.follow.get_untracked() {
            Follow::Off => {}
            Follow::Page => self
                .store
                .follow_to(view.paged_to(view.frame_from_secs(secs))),
            Follow::Centre if view.is_fit() => {}
            Follow::Centre => {
                let step_px = 1.0 / self.store.px_ratio.get_untracked();
                self.store
                    .follow_to(view.centred_on(secs * view.rate_hz(), step_px));
            }
        }
    }

    pub(crate) fn toggle(self) {
        let playing = self.store.playback.get_untracked().playing;
        if playing { self.pause() } else { self.play() }
    }

    pub(crate) fn play(self) {
        let Some(audio) = self.audio() else { return };
        if let Ok(promise) = audio.play() {
            // A refusal (autoplay policy, unsupported format) shows as an event.
            wasm_bindgen_futures::spawn_local(async move {
                let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
            });
        }
        self.say(self.store.strings.get_untracked().playing);
    }

    pub(crate) fn pause(self) {
        if let Some(audio) = self.audio() {
            // It cannot fail on an element that exists.
            let _ = audio.pause();
        }
        self.say(self.store.strings.get_untracked().paused);
    }

    /// Plays the selection, if there is one, and stops at its end.
    pub(crate) fn play_selection(self) {
        let Some((start, end)) = self.store.selection.get_untracked() else {
            return;
        };
        let rate = self.store.view.get_untracked().rate_hz();
        if let Some(bridge) = self.store.bridge() {
            bridge.play_range(start as f64 / rate, end as f64 / rate);
        }
        self.say(self.store.strings.get_untracked().playing);
    }

    /// Plays from a little before the playhead to a little after it, and returns.
    pub(crate) fn play_around(self) {
        if let Some(bridge) = self.store.bridge() {
            bridge.play_around(self.store.playhead_secs.get_untracked());
        }
        self.say(self.store.strings.get_untracked().playing);
    }

    /// The playhead follows a hand, and the sound with it; [`Transport::seek`] ends it.
    pub(crate) fn scrub(self, secs: f64) {
        self.store.playhead_at(secs);
        if let Some(bridge) = self.store.bridge() {
            bridge.scrub(secs);
        }
    }

    /// The hand has let go.
    pub(crate) fn end_scrub(self) {
        if let Some(bridge) = self.store.bridge() {
            bridge.scrub(f64::NAN);
        }
    }

    /// Seeks and says where to.
    pub(crate) fn seek(self, secs: f64) {
        let secs = secs.clamp(0.0, self.store.view.get_untracked().total_secs());
        if self.store.audible.get_untracked()
            && let Some(audio) = self.audio()
        {
            audio.set_current_time(secs);
        }
        self.store.playhead_at(secs);
        self.store.announce(format::spoken(self.store, secs));
    }

    /// Seeks relative to the playhead and keeps it in view.
    pub(crate) fn nudge(self, by_secs: f64) {
        self.seek(self.store.playhead_secs.get_untracked() + by_secs);
        self.reveal();
    }

    /// Seeks by whole frames.
    pub(crate) fn nudge_frames(self, by: i64) {
        let rate = self.store.view.get_untracked().rate_hz();
        // A quarter of a frame in, so that rounding in the element cannot fall back to the one before.
        self.seek(((self.store.playhead_frame() + by) as f64 + 0.25) / rate);
        self.reveal();
    }

    /// Turns the page to the playhead.
    pub(crate) fn reveal(self) {
        let view = self.store.view.get_untracked();
        self.store
            .follow_to(view.paged_to(self.store.playhead_frame()));
    }

    pub(crate) fn set_volume(self, volume: f64) {
        if let Some(audio) = self.audio() {
            audio.set_volume(volume.clamp(0.0, 1.0));
            audio.set_muted(false);
        }
    }

    pub(crate) fn toggle_muted(self) {
        if let Some(audio) = self.audio() {
            audio.set_muted(!audio.muted());
        }
    }

    pub(crate) fn toggle_loop(self) {
        let Some(audio) = self.audio() else { return };
        audio.set_loop(!audio.loop_());
        let looping = audio.loop_();
        // No event tells of this attribute.
        self.store.playback_is(Playback {
            looping,
            ..self.store.playback.get_untracked()
        });
        let s = self.store.strings.get_untracked();
        self.say(if looping { s.loop_on } else { s.loop_off });
    }

    pub(crate) fn set_rate(self, rate: f64) {
        if let Some(audio) = self.audio() {
            audio.set_playback_rate(rate);
        }
        self.say(&format!(
            "{} {rate}×",
            self.store.strings.get_untracked().rate
        ));
    }

    /// The next speed up (`1`) or down (`-1`).
    pub(crate) fn step_rate(self, direction: i32) {
        let now = self.store.playback.get_untracked().rate;
        let next = if direction > 0 {
            RATES.into_iter().find(|rate| *rate > now + 1e-3)
        } else {
            RATES.into_iter().rev().find(|rate| *rate < now - 1e-3)
        };
        if let Some(rate) = next {
            self.set_rate(rate);
        }
    }

    fn say(self, text: &str) {
        self.store.announce(text.to_owned());
    }
}
