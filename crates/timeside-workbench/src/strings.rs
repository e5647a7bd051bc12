//! Every word of the panels, one table per language.

macro_rules! table {
    ($($field:ident: $english:literal,)*) => {
        /// The words of one language.
        #[derive(Debug, PartialEq, Eq)]
        pub(crate) struct Strings {
            $(pub(crate) $field: &'static str,)*
        }

        static ENGLISH: Strings = Strings {
            $($field: $english,)*
        };
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
    channels: "Channels",
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
    fit: "Show all",
    view_back: "View before",
    view_on: "View after",
    copy_link: "Copy a link to this place",
}

/// The table for a BCP 47 language tag; English where a language is not there yet.
pub(crate) fn for_language(_tag: &str) -> &'static Strings {
    &ENGLISH
}
