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
    // Annotations
    annotations: "Annotations",
    annotation: "annotation",
    annotations_found: "annotations",
    tab_table: "Table",
    tab_tiers: "Tiers",
    tab_exchange: "Import and export",
    tab_results: "From analyses",
    tab_history: "Steps",
    no_document: "No recording is open. Open one, then annotate it.",
    no_annotations: "Nothing is annotated yet. Press M for a marker, or select a stretch and press Enter.",
    nothing_selected: "Select a row to see everything that is known of it.",
    table_hint: "Type or press Enter to edit a cell, Tab and Enter go on, Escape leaves it. Times are h:mm:ss.mmm, seconds, or frames as 44100 f. Ctrl C and V exchange cells with a spreadsheet, Ctrl D fills down.",
    is_readonly: "These annotations are read-only.",
    tier_is_locked: "This tier is locked. Unlock it under Tiers.",
    // Its columns
    tier: "Tier",
    start: "Start",
    end: "End",
    duration_secs: "Length (s)",
    label: "Label",
    low_hz: "Low (Hz)",
    high_hz: "High (Hz)",
    confidence: "Confidence",
    author: "Author",
    attributes: "Attributes",
    // Why a cell does not take what was typed
    no_time: "No time: write h:mm:ss.mmm, seconds, or frames as 44100 f.",
    past_sixty: "Minutes and seconds behind a colon go to 59.",
    no_number: "No number.",
    inverted: "The end would come before the start.",
    no_share: "Confidence goes from 0 to 1, or from 0 to 100 %.",
    no_frequency: "Low and high are Hz from 0 on, low not above high.",
    unknown_tier: "No tier has this name. Add it under Tiers.",
    no_attribute: "Write attributes as name=value; name=value. Without a name of its own:",
    // What happened
    row: "Row",
    rows_copied: "rows copied",
    rows_without_start: "pasted rows lie below the table and have no start. Paste them over a Start column.",
    changed: "changed",
    removed: "removed",
    selected: "selected",
    fill_needs_rows: "Mark several rows first (shift and arrow down): the first one's cells fill the others.",
    nothing_to_undo: "Nothing to undo.",
    nothing_to_redo: "Nothing to redo.",
    undone: "Undone:",
    redone: "Redone:",
    // Search
    search_labels: "Search labels",
    previous_match: "Previous match",
    next_match: "Next match",
    all_tiers: "All tiers",
    without_label: "Without label",
    proposed: "Proposed",
    confidence_below: "Confidence below",
    columns: "Columns",
    replace: "Replace",
    replace_hint: "Replaces what is searched for in every label that is shown.",
    replace_with: "Replace with",
    replace_all: "Replace all",
    // Inspector
    inspector: "Selected annotations",
    several: "several",
    unknown: "unknown",
    play_row: "Play",
    remove: "Remove",
    accept: "Accept",
    reject: "Reject",
    accepted: "accepted",
    rejected: "rejected",
    none_proposed: "Nothing of this is proposed.",
    attribute_name: "Name",
    attribute_value: "Value",
    attribute_needs_name: "Give the attribute a name first.",
    add: "Add",
    by: "by",
    // Tiers
    add_tier: "Add a tier",
    no_tiers: "There is no tier yet.",
    removed_tier: "Removed",
    undo_brings_back: "Undo brings it back.",
    show: "Show",
    lock: "Lock",
    move_up: "Move up",
    move_down: "Move down",
    holds: "Holds",
    kind_spans: "stretches",
    kind_points: "points",
    kind_boxes: "boxes in time and frequency",
    kind_notes: "notes",
    kind_text: "text",
    rule: "Rule",
    rule_free: "free",
    rule_no_overlap: "no overlap",
    rule_partition: "no overlap, no gap",
    parent: "Divides",
    none: "no other tier",
    color: "Colour",
    by_order: "by its place",
    own_color: "Another colour",
    vocabulary: "Labels it admits, one per line",
    vocabulary_hint: "Empty admits any. The first nine are set with the keys 1 to 9.",
    // Import and export
    import: "Import",
    choose_files: "Choose files",
    import_mode: "What is there already",
    mode_merge: "add to tiers of the same name",
    mode_new_tiers: "put on new tiers",
    mode_replace: "replace everything",
    import_hint: "The format is recognised. Files can also be dropped on the player.",
    paste_here: "Or paste the text of a file here",
    import_pasted: "Import this text",
    imported: "Imported",
    repaired: "Repaired or doubtful",
    guessed: "Guessed",
    lost: "Lost",
    report_clean: "Nothing was repaired, guessed or lost.",
    more_lines: "more; all are copied",
    copy_report: "Copy the report",
    copied: "Copied.",
    not_copied: "This browser did not allow copying. Select the text instead.",
    export: "Export",
    format: "Format",
    choose_format: "Choose a format",
    save_file: "Save the file",
    saved_as: "Saved as",
    not_saved: "This browser did not let the file be saved.",
    author_name: "Your name",
    author_hint: "Written into new annotations, and kept in this browser.",
    // From analyses
    no_places: "No analysis of this recording has found events, stretches or labels yet. Run one under Analyze.",
    target_tier: "Tier",
    new_tier: "a new tier",
    make_proposals: "Propose",
    proposed_now: "proposed",
    wait: "wait to be accepted or rejected",
    confidence_from: "Only with confidence from",
    judge_hint: "In the table, Ctrl Enter accepts and Ctrl Delete rejects what is selected.",
    // Steps
    undo: "Undo",
    redo: "Redo",
    step_start: "As it was opened",
    step_add: "Add",
    step_change: "Change",
    step_remove: "Remove",
    step_move: "Move",
    step_resize: "Change the length",
    step_split: "Split",
    step_merge: "Merge",
    step_join: "Join",
    step_duplicate: "Duplicate",
    step_add_tier: "Add a tier",
    step_change_tier: "Change a tier",
    step_remove_tier: "Remove a tier",
    step_move_tier: "Move a tier",
    step_import: "Import",
    step_paste: "Paste",
    step_fill: "Fill down",
    step_accept: "Accept",
    step_reject: "Reject",
    step_replace: "Replace",
    step_propose: "Propose",
    step_clear: "Clear",
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
