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

        fn read(tag: &'static str, words: &JsValue) -> Strings {
            // A loop over one list: a call for each word is much more code.
            let mut list = [$($english),*];
            let names = concat!($(stringify!($field), " "),*).split(' ');
            for (word, name) in list.iter_mut().zip(names) {
                if let Some(said) = link::text(words, name) {
                    *word = said.leak();
                }
            }
            table(tag, &list)
        }

        // Apart, or each word would be kept in a variable of its own.
        #[inline(never)]
        fn table(tag: &'static str, [$($field),*]: &[&'static str; COUNT]) -> Strings {
            Strings {
                tag,
                right_to_left: is_right_to_left(tag),
                $($field,)*
            }
        }

        const COUNT: usize = [$($english),*].len();
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
    channels: "one:# channel|other:# channels",
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
    // Tiers
    annotate: "Annotate",
    markers: "Markers",
    spans: "Spans",
    boxes: "Boxes",
    count_annotations: "one:# annotation|other:# annotations",
    empty_tier: "Drag here to make a span",
    empty_points: "Click here, or M, makes a marker",
    empty_boxes: "Drag a box on the spectrogram",
    empty_locked: "Nothing here",
    lock: "Lock",
    hide_tier: "Fold away",
    show_tiers: "Show folded tiers",
    tier_height: "Height of",
    rule_no_overlap: "no overlap",
    rule_partition: "no gaps",
    kind_points: "points",
    kind_boxes: "boxes",
    kind_notes: "notes",
    no_label: "no label",
    long: "long",
    milliseconds: "milliseconds",
    proposed: "proposed",
    selected_many: "one:# annotation selected|other:# annotations selected",
    added: "added",
    removed: "removed",
    removed_many: "one:# annotation removed|other:# annotations removed",
    moved: "moved",
    changed: "changed",
    split_done: "split",
    merged: "merged",
    joined: "joined",
    duplicated: "duplicated",
    copied: "one:# annotation copied|other:# annotations copied",
    pasted: "one:# annotation pasted|other:# annotations pasted",
    undone: "undone",
    redone: "done again",
    nothing_to_undo: "Nothing to take back",
    first_already: "No annotation before",
    last_already: "No annotation after",
    begins: "begins at",
    too_short: "Too short: hold the key for as long as the span lasts.",
    snapped_to: "at",
    snap_grid: "the grid",
    snap_boundary: "a boundary",
    snap_event: "an event",
    snap_zero: "a zero crossing",
    is_readonly: "These annotations are for reading only.",
    is_locked: "This tier is locked. Unlock it in its legend.",
    no_room: "No room: another annotation stands there.",
    outside_parent: "It must stay inside an annotation of the tier above.",
    not_inside: "Put the playhead inside the annotation that is to be split.",
    not_neighbours: "Choose neighbours on one tier.",
    not_in_vocabulary: "This tier takes words of its vocabulary only.",
    cannot: "That cannot be done here.",
    label: "Label on",
    undo: "Undo",
    redo: "Redo",
    add_span: "Span: of the selection, else from here until pressed again",
    box_tool: "Draw boxes on the spectrogram",
    key_marker: "Marker at the playhead",
    key_held: "Hold while listening: a span",
    key_span: "Span of the selection; else edit",
    key_edit: "Edit the text",
    key_remove: "Remove the selected annotations",
    key_split: "Split at the playhead",
    key_merge: "Merge into one",
    key_join: "Join: close the gap to the next",
    key_duplicate: "Duplicate",
    key_before: "Annotation before",
    key_after: "Annotation after",
    key_tier_above: "Tier above",
    key_tier_below: "Tier below",
    key_end_earlier: "End one sample earlier",
    key_end_later: "End one sample later",
    key_word: "Word of the vocabulary",
    key_select_all: "Select all of the tier",
    key_copy: "Copy annotations",
    key_cut: "Cut annotations",
    key_paste: "Paste annotations at the playhead",
    // Hearing and the view.
    follow_centre: "keeping the playhead in the middle",
    play_selection: "Play the selection, or around the playhead",
    play_around: "Play around the playhead",
    key_loop: "Loop the selection, or all",
    key_view_back: "Back to the view before",
    key_view_on: "Forward again",
    box_zoom: "Zoom to a box drawn next",
    box_zoom_on: "draw a box to zoom to",
    box_zoom_off: "no box",
    key_frequencies_in: "Fewer frequencies",
    key_frequencies_out: "More frequencies",
    key_frequencies_up: "Higher frequencies",
    key_frequencies_down: "Lower frequencies",
    wrap: "Lines of text",
    wrap_on: "shown as lines",
    wrap_off: "shown in one line",
    copy_link: "Copy a link to this place",
    link_copied: "link copied",
    lines: "Waveform in lines",
    playback: "Playback and view",
    // Annotations kept in this browser
    restored: "Your annotations from the last visit are here again.",
    restored_changed: "Your annotations from the last visit are here again. The file they came from has changed since.",
    discard: "Discard them",
    keep: "Keep them",
    unsaved_blocked: "This browser does not keep annotations here. Download them before you leave.",
    unsaved_full: "The browser's storage is full: annotations are no longer kept. Download them before you leave.",
    elsewhere: "These annotations are being edited in another tab. Here they can only be read.",
    edit_here: "Edit here",
    download: "Download",
    // Layers
    chapters: "Chapters",
    key_read_out: "Say what is at the playhead",
    key_slice: "Spectrum at the cursor",
    key_next_place: "Next event, chapter or cue",
    key_previous_place: "Previous event, chapter or cue",
    key_amplitude_in: "Waveform higher",
    key_amplitude_out: "Waveform lower",
    slice_on: "spectrum shown",
    slice_off: "spectrum hidden",
    peak: "peak",
    // Proposals
    key_accept: "Accept the proposal",
    key_reject: "Reject the proposal",
    accepted: "accepted",
    rejected: "rejected",
    none_proposed: "None of these is proposed.",
    added_many: "one:# annotation added|other:# annotations added",
    // Frequencies of boxes
    key_band_up: "Box higher in frequency",
    key_band_down: "Box lower in frequency",
    key_band_wider: "Upper edge of the box higher",
    key_band_narrower: "Upper edge of the box lower",
}

thread_local! {
    /// What has been read. A page speaks few languages, so none is ever given back.
    static KNOWN: RefCell<Vec<(JsValue, &'static Strings)>> = const { RefCell::new(Vec::new()) };
}

/// The table of a language, from an object of words by their names; a word that is missing stays English.
pub(crate) fn of_language(tag: &str, words: &JsValue) -> &'static Strings {
    if !words.is_object() {
        return &ENGLISH;
    }
    KNOWN.with_borrow_mut(|known| {
        let same = |(from, strings): &&(JsValue, &Strings)| from == words && strings.tag == tag;
        if let Some((_, strings)) = known.iter().find(same) {
            return *strings;
        }
        let strings: &'static Strings = Box::leak(Box::new(read(tag.to_owned().leak(), words)));
        known.push((words.clone(), strings));
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
