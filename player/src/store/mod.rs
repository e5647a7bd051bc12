//! The state of one widget: read-only signals, changed by named actions alone.

use leptos::html;
use timeside_view::{History, TimeUnit, Viewport};

mod appearance;
mod words;

pub(crate) use words::{Follow, FrequencyWish, Hotkeys, Hover, Offer, Phase, Playback};

use crate::{
    annotations::Annotations,
    bridge::Bridge,
    canvas::painters::Painters,
    focus::focus_in_place,
    format,
    keys::Keymap,
    layers::Layers,
    link::{Failure, Info, Media},
    palette::Palette,
    prelude::*,
    sources::analysis::Analyses,
    spectrogram_style::SpectrogramStyle,
    strings::{self, Strings},
    tiers::Tiers,
};

macro_rules! signals {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $initial:expr;)*) => {
        /// The signals of one widget; copyable.
        #[derive(Clone, Copy)]
        pub(crate) struct Store {
            $($(#[$doc])* pub(crate) $name: ReadSignal<$type>,)*
            set: Setters,
            bridge: StoredValue<Bridge>,
            media: RwSignal<Option<Media>>,
            reread_palette: StoredValue<Option<Callback<()>>>,
            frequencies: StoredValue<Option<Callback<FrequencyWish>>>,
            history: StoredValue<History>,
            /// The analyses asked for, and their results.
            pub(crate) analyses: Analyses,
            /// What is drawn over time.
            pub(crate) layers: Layers,
            /// What a picture of the widget is painted by.
            pub(crate) painters: Painters,
            /// What is said of the recording.
            pub(crate) annotations: Annotations,
            /// How that is looked at.
            pub(crate) tiers: Tiers,
            playhead_node: StoredValue<Option<NodeRef<html::Div>>>,
        }

        #[derive(Clone, Copy)]
        struct Setters { $($name: WriteSignal<$type>,)* }

        impl Store {
            pub(crate) fn new(bridge: Bridge) -> Self {
                $(let $name = signal::<$type>($initial);)*
                let annotations = Annotations::new();
                annotations.tell_to(bridge.clone());
                Self {
                    annotations,
                    tiers: Tiers::new(annotations),
                    playhead_node: StoredValue::new(None),
                    $($name: $name.0,)*
                    set: Setters { $($name: $name.1,)* },
                    bridge: StoredValue::new(bridge),
                    media: RwSignal::new(None),
                    reread_palette: StoredValue::new(None),
                    frequencies: StoredValue::new(None),
                    history: StoredValue::new(History::default()),
                    analyses: Analyses::new(),
                    layers: Layers::new(),
                    painters: Painters::new(),
                }
            }
        }
    };
}

signals! {
    /// How far the opening has come.
    phase: Phase = Phase::Empty;
    /// What is known of the open recording.
    info: Option<Info> = None;
    /// The view, in CSS pixels of the time axis.
    view: Viewport = Viewport::new(1, 1.0, 1.0);
    /// Device pixels in a CSS pixel.
    px_ratio: f64 = 1.0;
    /// How much of the recording has been read, 0..=1.
    read: f64 = 0.0;
    /// Where the sound is, seconds.
    playhead_secs: f64 = 0.0;
    /// What the media element does.
    playback: Playback = Playback {
        playing: false, waiting: false, volume: 1.0, muted: false, rate: 1.0, looping: false,
    };
    /// Can the media element play this recording?
    audible: bool = true;
    /// What the view does while it plays.
    follow: Follow = Follow::Page;
    /// In what the ruler counts.
    time_unit: TimeUnit = TimeUnit::Clock;
    /// Seconds in a line, where the waveform is shown as lines of text.
    wrap_secs: Option<f64> = None;
    /// Does the next drag draw the box to be shown?
    box_zoom: bool = false;
    /// Frames from, to (not the same).
    selection: Option<(i64, i64)> = None;
    /// Where the pointer rests over the lanes.
    hover: Option<Hover> = None;
    /// One waveform lane per channel?
    channels_apart: bool = true;
    /// How the spectrogram looks.
    spectrogram: SpectrogramStyle = SpectrogramStyle::default();
    /// The resolved colours.
    palette: Palette = Palette::default();
    /// Is the transport bar shown?
    controls: bool = true;
    /// Which keys act.
    hotkeys: Hotkeys = Hotkeys::default();
    /// What they do.
    keymap: Keymap = Keymap::default();
    /// The words.
    strings: &'static Strings = &strings::ENGLISH;
    /// What a screen reader should hear next.
    announcement: String = String::new();
    /// The panel of the workbench that is shown.
    panel: Option<&'static str> = None;
    /// Something went wrong beside an open recording.
    notice: Option<Failure> = None;
    /// Something about the annotations that the user decides.
    offer: Option<Offer> = None;
}

impl Store {
    /// The store of the widget that the current component belongs to.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// The element.
    pub(crate) fn bridge(self) -> Option<Bridge> {
        self.bridge.try_get_value()
    }

    /// The open recording; read in an effect, it tells of the next one.
    pub(crate) fn media(self) -> Option<Media> {
        self.media.try_get().flatten()
    }

    /// The view in device pixels: what painters and sources count in.
    pub(crate) fn device_view(self) -> Viewport {
        self.view.get().scaled(self.px_ratio.get())
    }

    /// The playhead as a frame.
    pub(crate) fn playhead_frame(self) -> i64 {
        self.view
            .get_untracked()
            .frame_from_secs(self.playhead_secs.get_untracked())
    }

    /// Is a recording (or at least its sound) there?
    pub(crate) fn is_open(self) -> bool {
        self.phase.get() == Phase::Ready
    }

    /// As [`Store::is_open`], without following it.
    pub(crate) fn is_open_untracked(self) -> bool {
        self.phase.with_untracked(|phase| *phase == Phase::Ready)
    }

    /// Where the playhead's handle is.
    pub(crate) fn playhead_is(self, node: NodeRef<html::Div>) {
        self.playhead_node.set_value(Some(node));
    }

    /// Gives the browser's focus to the playhead, from where every key acts.
    pub(crate) fn focus_playhead(self) {
        let node = self.playhead_node.get_value();
        if let Some(playhead) = node.and_then(|node| node.try_get_untracked()?) {
            focus_in_place(&playhead);
        }
    }

    // Opening

    pub(crate) fn opening(self, name: String, bytes: Option<f64>) {
        self.forget_media();
        self.set.phase.set(Phase::Opening { name, bytes });
    }

    pub(crate) fn opened(self, media: Media) {
        let info = media.facts();
        self.forget_media();
        let frames = info.frames.unwrap_or(1);
        let width = self.view.get_untracked().width_px();
        self.annotations
            .reset(info.rate_hz.round() as u32, info.frames);
        self.tiers.forget_medium();
        self.set
            .view
            .set(Viewport::new(frames, info.rate_hz, width));
        self.set.audible.set(info.playable);
        self.set.info.set(Some(info));
        self.media.set(Some(media));
        self.set.phase.set(Phase::Ready);
    }

    pub(crate) fn failed(self, failure: Failure) {
        self.forget_media();
        self.set.phase.set(Phase::Failed(failure));
    }

    pub(crate) fn closed(self) {
        self.forget_media();
        self.set.phase.set(Phase::Empty);
    }

    fn forget_media(self) {
        self.analyses.clear();
        self.layers.forget_medium();
        self.media.set(None);
        self.set.info.set(None);
        self.set.read.set(0.0);
        self.set.playhead_secs.set(0.0);
        self.set
            .view
            .update(|view| *view = Viewport::new(1, 1.0, view.width_px()));
        self.history.update_value(History::clear);
        self.set.selection.set(None);
        self.set.hover.set(None);
        self.set.notice.set(None);
        self.set.offer.set(None);
        self.set.audible.set(true);
    }

    /// The length became known better (from the media element or from the finished read).
    pub(crate) fn length_known(self, frames: i64) {
        if frames > 0 && frames != self.view.get_untracked().total_frames() {
            self.set.view.update(|view| *view = view.with_total(frames));
            self.annotations.length_known(frames);
        }
    }

    pub(crate) fn read_to(self, done: f64) {
        self.set.read.set(done.clamp(0.0, 1.0));
        if done >= 1.0
            && let Some(info) = self.media.get_untracked().map(|media| media.facts())
        {
            if let Some(frames) = info.frames {
                self.length_known(frames);
            }
            self.set.info.set(Some(info));
        }
    }

    /// Whether the media element can play the recording.
    pub(crate) fn audible_is(self, audible: bool) {
        if audible != self.audible.get_untracked() {
            self.set.audible.set(audible);
        }
    }

    pub(crate) fn warn(self, failure: Option<Failure>) {
        self.set.notice.set(failure);
    }

    /// Tells of the annotations kept in this browser, and asks what shall become of them.
    pub(crate) fn set_offer(self, offer: Option<Offer>) {
        self.set.offer.set(offer);
    }

    // The view

    pub(crate) fn show(self, view: Viewport) {
        let before = self.view.get_untracked();
        if view != before {
            self.history
                .update_value(|history| history.leaves(&before, js_sys::Date::now()));
            self.follow_to(view);
        }
    }

    /// As [`Store::show`], where the playhead leads: no step for [`Store::step_views`].
    pub(crate) fn follow_to(self, view: Viewport) {
        if view != self.view.get_untracked() {
            self.set.view.set(view);
            self.emit_view();
        }
    }

    /// Back to the view before, or forward again; false at the end.
    pub(crate) fn step_views(self, forward: bool) -> bool {
        let now = self.view.get_untracked();
        let found = self.history.try_update_value(|history| {
            if forward {
                history.forward(&now)
            } else {
                history.back(&now)
            }
        });
        let Some(view) = found.flatten() else {
            return false;
        };
        self.follow_to(view);
        self.announce_view();
        true
    }

    pub(crate) fn zoom(self, factor: f64, at_px: f64) {
        self.show(self.view.get_untracked().zoomed(factor, at_px));
    }

    /// Zooms about the playhead if it is in view, else about the middle.
    pub(crate) fn zoom_by_key(self, factor: f64) {
        let view = self.view.get_untracked();
        let px = view.px_from_frame(self.playhead_frame());
        let at = if (0.0..view.width_px()).contains(&px) {
            px
        } else {
            view.width_px() / 2.0
        };
        self.zoom(factor, at);
        self.announce_view();
    }

    pub(crate) fn pan(self, dx_px: f64) {
        self.show(self.view.get_untracked().panned(dx_px));
    }

    pub(crate) fn resize(self, width_px: f64, px_ratio: f64) {
        if px_ratio != self.px_ratio.get_untracked() {
            self.set.px_ratio.set(px_ratio);
        }
        let view = self.view.get_untracked().resized(width_px);
        if view != self.view.get_untracked() {
            self.set.view.set(view);
        }
    }

    pub(crate) fn set_follow(self, follow: Follow) {
        self.set.follow.set(follow);
        let s = self.strings.get_untracked();
        let words = match follow {
            Follow::Page => s.follow_on,
            Follow::Centre => s.follow_centre,
            Follow::Off => s.follow_off,
        };
        self.announce(words.to_owned());
    }

    /// Page, centre, off, and again.
    pub(crate) fn next_follow(self) {
        self.set_follow(match self.follow.get_untracked() {
            Follow::Page => Follow::Centre,
            Follow::Centre => Follow::Off,
            Follow::Off => Follow::Page,
        });
    }

    pub(crate) fn count_time_in(self, unit: TimeUnit) {
        self.set.time_unit.set(unit);
    }

    /// Shows the waveform as lines of so many seconds.
    pub(crate) fn wrap(self, line_secs: Option<f64>) {
        let line_secs = line_secs.filter(|secs| secs.is_finite() && *secs > 0.0);
        if line_secs != self.wrap_secs.get_untracked() {
            self.set.wrap_secs.set(line_secs);
        }
    }

    pub(crate) fn set_box_zoom(self, on: bool) {
        if on != self.box_zoom.get_untracked() {
            self.set.box_zoom.set(on);
        }
    }

    /// How [`Store::wish_frequencies`] reaches the lane.
    pub(crate) fn on_frequencies(self, change: Option<Callback<FrequencyWish>>) {
        self.frequencies.try_update_value(|kept| *kept = change);
    }

    /// Changes the frequencies shown; false where none are.
    pub(crate) fn wish_frequencies(self, wish: FrequencyWish) -> bool {
        let change = self.frequencies.try_get_value().flatten();
        change.is_some_and(|change| {
            change.run(wish);
            true
        })
    }

    pub(crate) fn select(self, range: Option<(i64, i64)>) {
        let range = range
            .map(|(a, b)| (a.min(b), a.max(b)))
            .filter(|(a, b)| a < b);
        if range == self.selection.get_untracked() {
            return;
        }
        self.set.selection.set(range);
        self.emit("selectionchange", &self.told_selection());
    }

    /// `{ start, end }` in seconds, or null.
    pub(crate) fn told_selection(self) -> wasm_bindgen::JsValue {
        let rate = self.view.get_untracked().rate_hz();
        self.selection
            .get_untracked()
            .map_or(wasm_bindgen::JsValue::NULL, |(a, b)| {
                crate::link::object(&[
                    ("start", (a as f64 / rate).into()),
                    ("end", (b as f64 / rate).into()),
                ])
                .into()
            })
    }

    pub(crate) fn hover_at(self, px: Option<Hover>) {
        if px != self.hover.get_untracked() {
            self.set.hover.set(px);
        }
    }

    // Playback, told by the transport

    pub(crate) fn playhead_at(self, secs: f64) {
        if secs != self.playhead_secs.get_untracked() {
            self.set.playhead_secs.set(secs);
            let is_playing = self.playback.with_untracked(|playback| playback.playing);
            self.annotations
                .playhead_at(self.playhead_frame(), is_playing);
        }
    }

    pub(crate) fn playback_is(self, playback: Playback) {
        if playback != self.playback.get_untracked() {
            self.set.playback.set(playback);
        }
    }

    // To the outside

    pub(crate) fn announce(self, text: String) {
        self.set.announcement.set(text);
    }

    pub(crate) fn announce_view(self) {
        let view = self.view.get_untracked();
        let s = self.strings.get_untracked();
        let time = |secs| format::spoken(self, secs);
        self.announce(format!(
            "{} {} {} {}",
            s.showing,
            time(view.start_secs()),
            s.to,
            time(view.end_secs())
        ));
    }

    pub(crate) fn emit(self, name: &str, detail: &wasm_bindgen::JsValue) {
        if let Some(bridge) = self.bridge() {
            bridge.emit(name, detail);
        }
    }

    fn emit_view(self) {
        let view = self.view.get_untracked();
        let detail = crate::link::object(&[
            ("start", view.start_secs().into()),
            ("end", view.end_secs().into()),
        ]);
        self.emit("viewchange", &detail.into());
    }
}
