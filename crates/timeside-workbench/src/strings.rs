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
}

/// The table for a BCP 47 language tag; English where a language is not there yet.
pub(crate) fn for_language(_tag: &str) -> &'static Strings {
    &ENGLISH
}
