//! Every word of the panels. English is built in; other languages come from the page, as they are needed.

use std::cell::RefCell;

use wasm_bindgen::JsValue;

use crate::js;

macro_rules! table {
    ($($field:ident: $english:literal,)*) => {
        /// The words of one language.
        #[derive(Debug, PartialEq, Eq)]
        pub(crate) struct Strings {
            /// Its BCP 47 tag, for numbers and units.
            pub(crate) tag: &'static str,
            $(pub(crate) $field: &'static str,)*
        }

        /// What is said where a language has no word.
        pub(crate) static ENGLISH: Strings = Strings {
            tag: "en",
            $($field: $english,)*
        };

        fn read(tag: &'static str, words: &JsValue) -> Strings {
            let word = |name: &str, english: &'static str| {
                js::text(words, name).map_or(english, |word| &*word.leak())
            };
            Strings {
                tag,
                $($field: word(stringify!($field), $english),)*
            }
        }
    };
}

table! {
    // All panels
    close: "Close",
    search: "Search",
    nothing_found: "Nothing has these letters.",
    reset: "Reset",
    cancel: "Cancel",
    dismiss: "Dismiss",
    // Results
    results: "Results",
    value: "Value",
    name: "Name",
    unit: "Unit",
    minimum: "least",
    maximum: "greatest",
    mean: "mean",
    values: "values",
    distribution: "Distribution of",
    analysing: "Analysing",
    cancelled: "cancelled",
    // Analyses
    analyze: "Analyze",
    open_first: "Open a recording first: drop one here, or choose a file.",
    choose_analyzer: "Choose an analyzer from the list.",
    search_analyzers: "Search analyzers",
    found: "found",
    favourites: "Favourites",
    favourite: "Favourite:",
    recent: "Run before",
    families: "Families",
    about: "About this analyzer",
    scope: "Part",
    scope_whole: "The whole recording",
    scope_selection: "The selection",
    scope_view: "What is shown",
    run: "Run",
    no_number: "must be a number",
    not_whole: "must be a whole number",
    must_be: "must be",
    comma_list: "between commas",
    line_lists: "one list per line, between commas",
    automatic: "automatic",
    done_analyses: "Analyses of this recording",
    again: "Change and run again",
    remove: "Remove",
    // Layers
    layers: "Layers",
    layers_top_down: "Layers, top down",
    no_layers: "No layers are shown.",
    add_waveform: "Add a waveform",
    add_spectrogram: "Add a spectrogram",
    move_help: "Alt + ↑ and ↓ move the layer that has the focus.",
    move_up: "Move up",
    move_down: "Move down",
    place: "place",
    settings: "settings",
    show_settings: "Settings of",
    opacity: "Opacity",
    height: "Height",
    blend: "Overlay",
    blend_normal: "Over",
    blend_multiply: "Multiply",
    blend_screen: "Screen",
    blend_lighten: "Lighter wins",
    blend_darken: "Darker wins",
    color: "Colour",
    texts: "Texts",
    amplitude: "Amplitude",
    vertical_zoom: "Vertical zoom",
    rms: "RMS",
    clipping: "Clipping",
    normalise: "Normalise",
    channels: "Channels",
    channels_auto: "By their number",
    channels_apart: "One lane each",
    channels_mix: "Mixed",
    value_scale: "Scale",
    range_fixed: "Fixed range",
    range_low: "Lowest value",
    range_high: "Highest value",
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
    scale_db: "dB",
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
    window_gauss: "Gauss",
    window_flat: "Flat top",
    window_rectangle: "Rectangle",
    padding: "Zero padding",
    channel: "Channel",
    channel_mean: "mean of all",
    // Keys
    keys: "Keys",
    group_playback: "Playback",
    group_view: "View",
    group_selection: "Selection",
    group_annotation: "Annotation",
    search_keys: "Search commands",
    press_chord: "Press keys…",
    change_keys: "Change the keys of",
    keys_taken: "is taken from",
    keys_changed: "Changed keys are kept in this browser.",
    reset_keys: "All keys as they were",
    reset_command: "As it was:",
    no_key: "no key",
    // Playback and view
    playback: "Playback and view",
    sound: "Sound",
    loops: "Loop the selection, or all",
    pre_roll: "Seconds before the playhead",
    post_roll: "Seconds after the playhead",
    speed: "Speed",
    keeps_pitch: "Keep the pitch at other speeds",
    volume: "Volume",
    engine: "Engine",
    engine_auto: "Automatic",
    engine_media: "The browser’s",
    engine_exact: "Exact to the sample",
    plays_media: "The browser’s own player plays.",
    plays_exact: "The exact engine plays.",
    scrubs: "Sound while dragging on the ruler",
    sonify_volume: "Volume of clicks and tones",
    sonify_cursor: "Sound each place stepped to",
    mute_channel: "Mute channel",
    solo_channel: "Only channel",
    follow: "Follow the playhead",
    follow_page: "By pages",
    follow_centre: "In the middle",
    follow_off: "Off",
    ruler: "Ruler",
    ruler_time: "Time",
    ruler_frames: "Samples",
    ruler_clock: "Hour of the day",
    ruler_beats: "Bars and beats",
    wrap: "Seconds per line (0: one line)",
    play_selection: "Play the selection",
    play_around: "Play around the playhead",
    zoom_in: "Zoom in",
    zoom_out: "Zoom out",
    fit: "Show all",
    view_back: "View before",
    view_on: "View after",
    copy_link: "Copy a link to this place",
}

thread_local! {
    /// What has been read. A page speaks few languages, so none is ever given back.
    static KNOWN: RefCell<Vec<&'static Strings>> = const { RefCell::new(Vec::new()) };
}

/// The table of a language, from an object of words by their names; a word that is missing stays English.
pub(crate) fn of_language(tag: &str, words: &JsValue) -> &'static Strings {
    if !words.is_object() {
        return &ENGLISH;
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some(strings) = known.iter().find(|strings| strings.tag == tag) {
            return *strings;
        }
        let strings: &'static Strings = Box::leak(Box::new(read(tag.to_owned().leak(), words)));
        known.push(strings);
        strings
    })
}
