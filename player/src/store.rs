//! The state of one widget: read-only signals, changed by named actions alone.

use leptos::prelude::*;
use timeside_view::Viewport;

use crate::{
    bridge::Bridge,
    canvas::painters::Painters,
    format,
    keys::Keymap,
    layers::Layers,
    link::{Failure, Info, Media},
    palette::Palette,
    sources::analysis::Analyses,
    spectrogram_style::SpectrogramStyle,
    strings::{self, Strings},
};

/// How far the opening of a recording has come.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Phase {
    /// Nothing to show yet.
    Empty,
    /// Asked for, not yet answered.
    Opening {
        /// As shown.
        name: String,
        /// Size where known.
        bytes: Option<f64>,
    },
    /// Open.
    Ready,
    /// It cannot be opened.
    Failed(Failure),
}

/// What the media element does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Playback {
    /// Sounding, or about to.
    pub(crate) playing: bool,
    /// Waiting for data.
    pub(crate) waiting: bool,
    /// 0..=1.
    pub(crate) volume: f64,
    /// Silent whatever the volume.
    pub(crate) muted: bool,
    /// 1 is the recording's own speed.
    pub(crate) rate: f64,
    /// From the end to the start again.
    pub(crate) looping: bool,
}

/// Where the pointer rests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hover {
    /// CSS pixels from the time axis's left edge.
    pub(crate) x: f64,
    /// CSS pixels from the top of the window.
    pub(crate) client_y: f64,
}

/// Which keys act.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hotkeys {
    /// None at all.
    pub(crate) off: bool,
    /// Lower-case tokens such as `noarrowleft`.
    pub(crate) without: Vec<String>,
}

macro_rules! signals {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $initial:expr;)*) => {
        /// The signals of one widget; copyable.
        #[derive(Clone, Copy)]
        pub(crate) struct Store {
            $($(#[$doc])* pub(crate) $name: ReadSignal<$type>,)*
            set: Setters,
            bridge: StoredValue<Bridge, LocalStorage>,
            media: RwSignal<Option<Media>, LocalStorage>,
            reread_palette: StoredValue<Option<Callback<()>>>,
            /// The analyses asked for, and their results.
            pub(crate) analyses: Analyses,
            /// What is drawn over time.
            pub(crate) layers: Layers,
            /// What a picture of the widget is painted by.
            pub(crate) painters: Painters,
        }

        #[derive(Clone, Copy)]
        struct Setters { $($name: WriteSignal<$type>,)* }

        impl Store {
            pub(crate) fn new(bridge: Bridge) -> Self {
                $(let $name = signal::<$type>($initial);)*
                Self {
                    $($name: $name.0,)*
                    set: Setters { $($name: $name.1,)* },
                    bridge: StoredValue::new_local(bridge),
                    media: RwSignal::new_local(None),
                    reread_palette: StoredValue::new(None),
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
    /// Does the view turn pages with the playhead?
    follow: bool = true;
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
    /// Is the sheet of keys shown?
    key_sheet: bool = false;
    /// Something went wrong beside an open recording.
    notice: Option<Failure> = None;
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
        self.set.selection.set(None);
        self.set.hover.set(None);
        self.set.notice.set(None);
        self.set.audible.set(true);
    }

    /// The length became known better (from the media element or from the finished read).
    pub(crate) fn length_known(self, frames: i64) {
        if frames > 0 && frames != self.view.get_untracked().total_frames() {
            self.set.view.update(|view| *view = view.with_total(frames));
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

    // The view

    pub(crate) fn show(self, view: Viewport) {
        if view != self.view.get_untracked() {
            self.set.view.set(view);
            self.emit_view();
        }
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

    pub(crate) fn set_follow(self, follow: bool) {
        self.set.follow.set(follow);
        let s = self.strings.get_untracked();
        self.announce(if follow { s.follow_on } else { s.follow_off }.to_owned());
    }

    pub(crate) fn select(self, range: Option<(i64, i64)>) {
        let range = range
            .map(|(a, b)| (a.min(b), a.max(b)))
            .filter(|(a, b)| a < b);
        if range == self.selection.get_untracked() {
            return;
        }
        self.set.selection.set(range);
        let rate = self.view.get_untracked().rate_hz();
        let detail = range.map_or(wasm_bindgen::JsValue::NULL, |(a, b)| {
            crate::link::object(&[
                ("start", (a as f64 / rate).into()),
                ("end", (b as f64 / rate).into()),
            ])
            .into()
        });
        self.emit("selectionchange", &detail);
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
        }
    }

    pub(crate) fn playback_is(self, playback: Playback) {
        if playback != self.playback.get_untracked() {
            self.set.playback.set(playback);
        }
    }

    // Appearance

    pub(crate) fn set_channels_apart(self, apart: bool) {
        self.set.channels_apart.set(apart);
    }

    pub(crate) fn style_spectrogram(self, change: impl FnOnce(&mut SpectrogramStyle)) {
        self.set.spectrogram.update(change);
    }

    pub(crate) fn recolor(self, palette: Palette) {
        if palette != self.palette.get_untracked() {
            self.set.palette.set(palette);
        }
    }

    /// How [`Store::recolor_now`] finds the colours.
    pub(crate) fn on_recolor(self, reread: Callback<()>) {
        self.reread_palette.set_value(Some(reread));
    }

    pub(crate) fn recolor_now(self) {
        if let Some(reread) = self.reread_palette.get_value() {
            reread.run(());
        }
    }

    pub(crate) fn set_controls(self, on: bool) {
        self.set.controls.set(on);
    }

    pub(crate) fn set_hotkeys(self, hotkeys: Hotkeys) {
        self.set.hotkeys.set(hotkeys);
    }

    pub(crate) fn set_keymap(self, keymap: Keymap) {
        self.set.keymap.set(keymap);
    }

    pub(crate) fn set_strings(self, strings: &'static Strings) {
        self.set.strings.set(strings);
    }

    pub(crate) fn show_key_sheet(self, shown: bool) {
        self.set.key_sheet.set(shown);
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
