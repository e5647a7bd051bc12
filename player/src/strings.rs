//! Every word on the screen, one table per language.

use timeside_view::time::TimeWords;

macro_rules! table {
    ($($field:ident: $english:literal,)*) => {
        /// The words of one language.
        #[derive(Debug, PartialEq, Eq)]
        pub(crate) struct Strings {
            $(pub(crate) $field: &'static str,)*
            /// Hours, minutes and seconds as they are spoken.
            pub(crate) time_words: TimeWords,
        }

        static ENGLISH: Strings = Strings {
            $($field: $english,)*
            time_words: TimeWords {
                hour: ("hour", "hours"),
                minute: ("minute", "minutes"),
                second: ("second", "seconds"),
            },
        };
    };
}

table! {
    player: "Audio player",
    play: "Play",
    pause: "Pause",
    playing: "playing",
    paused: "paused",
    loop_: "Loop",
    loop_on: "loop on",
    loop_off: "loop off",
    mute: "Mute",
    unmute: "Unmute",
    volume: "Volume",
    rate: "Speed",
    zoom: "Zoom",
    zoom_in: "Zoom in",
    zoom_out: "Zoom out",
    fit: "Show all",
    follow: "Follow the playhead",
    follow_on: "following the playhead",
    follow_off: "not following the playhead",
    layers: "Layers",
    results: "Results",
    playhead: "Playhead",
    transport: "Transport",
    view_window: "Visible part",
    waveform: "Waveform",
    spectrogram: "Spectrogram",
    channels_apart: "One lane per channel",
    color_map: "Colours",
    map_auto: "By theme",
    map_magma: "Magma",
    map_grey: "Grey",
    map_inverted: "Ink on paper",
    map_viridis: "Viridis",
    map_inferno: "Inferno",
    map_cividis: "Cividis",
    scale: "Frequency",
    scale_linear: "Linear",
    scale_log: "Logarithmic",
    scale_mel: "Mel",
    scale_bark: "Bark",
    scale_erb: "ERB",
    floor: "Darkest at",
    ceiling: "Brightest at",
    gain: "Gain",
    lowest: "From",
    highest: "to",
    window_length: "Window",
    window: "Shape",
    padding: "Zero padding",
    channel: "Channel",
    channel_mean: "mean of all",
    reset: "Reset",
    spectrogram_settings: "Spectrogram settings",
    frequency_axis: "Frequencies shown",
    frequency_axis_help: "Frequencies: wheel or + and − zoom, drag or arrows move, double click shows all",
    hide: "Hide",
    to: "to",
    showing: "showing",
    empty_title: "Drop a recording here",
    empty_formats: "WAV, FLAC, MP3, AAC, Ogg Vorbis or Opus. It stays on this computer.",
    choose: "Choose a file",
    drop_here: "Drop to open",
    opening: "Opening",
    reading: "Reading",
    failed_title: "This recording cannot be opened",
    retry: "Try again",
    choose_other: "Choose another file",
    dismiss: "Dismiss",
    inaudible: "This browser cannot play this format. It is drawn and analysed all the same.",
    analysing: "Analysing",
    cancel: "Cancel",
    cancelled: "cancelled",
    channels_1: "mono",
    channels_2: "stereo",
    channels: "channels",
    value: "Value",
    name: "Name",
    unit: "Unit",
    minimum: "least",
    maximum: "greatest",
    mean: "mean",
    values: "values",
    rows: "rows",
    distribution: "Distribution of",
    selection: "Selection",
    ready: "ready",
    keys: "Keys",
    key_play: "Play or pause",
    key_slower: "Slower; at rest, back",
    key_faster: "Faster; at rest, play",
    key_second_back: "One second back",
    key_second_on: "One second on",
    key_five_back: "Five seconds back",
    key_five_on: "Five seconds on",
    key_frame_back: "One sample back",
    key_frame_on: "One sample on",
    key_start: "To the start",
    key_end: "To the end",
    key_page_back: "One page back",
    key_page_on: "One page on",
    key_zoom_selection: "Zoom to the selection",
    key_selection_start: "Selection begins here",
    key_selection_end: "Selection ends here",
    key_leave: "Close, clear the selection",
    // Panels
    panels: "Panels",
    analyze: "Analyze",
    annotations: "Annotations",
}

/// The table for a BCP 47 language tag; English where a language is not there yet.
pub(crate) fn for_language(_tag: &str) -> &'static Strings {
    &ENGLISH
}
