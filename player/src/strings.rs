//! Every word on the screen. English is built in; other languages come from the page, as they are needed.

use std::cell::RefCell;

use wasm_bindgen::JsValue;

use crate::link;

macro_rules! table {
    ($($field:ident: $english:literal,)*) => {
        /// The words of one language.
        #[derive(Debug, PartialEq, Eq)]
        pub(crate) struct Strings {
            /// Its BCP 47 tag, for numbers and units.
            pub(crate) tag: &'static str,
            /// Is it written from right to left?
            pub(crate) right_to_left: bool,
            $(pub(crate) $field: &'static str,)*
        }

        /// What is said where a language has no word.
        pub(crate) static ENGLISH: Strings = Strings {
            tag: "en",
            right_to_left: false,
            $($field: $english,)*
        };

        /// Names of the words: what a translation must have.
        #[cfg(test)]
        pub(crate) const NAMES: &[&str] = &[$(stringify!($field),)*];

        fn read(tag: &'static str, words: &JsValue) -> Strings {
            let word = |name: &str, english: &'static str| {
                link::text(words, name).map_or(english, |word| &*word.leak())
            };
            Strings {
                tag,
                right_to_left: is_right_to_left(tag),
                $($field: word(stringify!($field), $english),)*
            }
        }
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
    group_playback: "Playback",
    group_view: "View",
    group_selection: "Selection",
    group_annotation: "Annotation",
    // Layers
    chapters: "Chapters",
    markers: "Markers",
    key_read_out: "Say what is at the playhead",
    key_slice: "Spectrum at the cursor",
    key_next_place: "Next event, chapter or cue",
    key_previous_place: "Previous event, chapter or cue",
    key_amplitude_in: "Waveform higher",
    key_amplitude_out: "Waveform lower",
    slice_on: "spectrum shown",
    slice_off: "spectrum hidden",
    peak: "peak",
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

/// By the script that the language is written in, or by the language.
fn is_right_to_left(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default().to_ascii_lowercase();
    let script = parts.find(|part| part.len() == 4);
    match script {
        Some(script) => ["Arab", "Hebr", "Thaa", "Nkoo", "Syrc"].contains(&script),
        None => ["ar", "he", "fa", "ur", "ps", "dv", "yi", "sd", "ug", "ckb"]
            .contains(&language.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_languages_tell_the_direction() {
        for tag in ["ar", "ar-EG", "he", "fa-IR", "az-Arab"] {
            assert!(is_right_to_left(tag), "{tag}");
        }
        for tag in ["en", "zh-Hans", "ar-Latn", "fr"] {
            assert!(!is_right_to_left(tag), "{tag}");
        }
    }
}
