//! Which functions are wanted later, by their names.

/// Parts of names: what a page wants only when somebody annotates, asks or changes something.
const LATER: &[&str] = &[
    // Annotations: the document, its lanes, hands and keys.
    "timeside_editing::",
    "timeside_core::annotation",
    "timeside_player::annotations::",
    "timeside_player::tiers::",
    "timeside_player::components::tiers::",
    "timeside_player::canvas::tiers::",
    "timeside_view::layers::tiers::",
    "PlayerHandle>::annotat",
    "PlayerHandle>::change_annotations",
    "PlayerHandle>::replay_annotations",
    "PlayerHandle>::select_annotations",
    "PlayerHandle>::take_annotations",
    "PlayerHandle_annotat",
    "PlayerHandle_changeAnnotations",
    "PlayerHandle_replayAnnotations",
    "PlayerHandle_selectAnnotations",
    "PlayerHandle_takeAnnotations",
    "Store>::active_tier",
    "Store>::choose",
    "Store>::focus_annotation",
    "Store>::hide_tier",
    "Store>::reveal",
    "Store>::tier",
    "Store>::write",
    "timeside_view::plural",
    "PluralRules",
    // The waveform in lines.
    "timeside_player::components::lines::",
    "timeside_player::canvas::lines::",
    "timeside_view::wrapped::",
    // Results, and layers that are added, changed or asked about.
    "timeside_player::components::drawn::",
    "timeside_player::components::spectrogram::__component_slice",
    "timeside_player::layers::given::",
    "timeside_player::layers::style::",
    "timeside_player::layers::told::",
    "timeside_player::sources::analysis::Curve>",
    "timeside_player::sources::rich::",
    "timeside_view::chart::",
    "timeside_view::layers::items",
    "timeside_view::layers::matrix",
    "timeside_view::layers::slice",
    "Analyses>::cancel",
    "Layers>::configure",
    "Layers>::own_spectrogram",
    "Layers>::read_out",
    "SpectrogramStyle>::configure",
    "SortedMap<alloc::string",
    "PlayerHandle>::add_layer",
    "PlayerHandle>::analyze",
    "PlayerHandle>::configure_layer",
    "PlayerHandle>::move_layer",
    "PlayerHandle>::paint_into",
    "PlayerHandle>::remove_layer",
    "PlayerHandle>::runs",
    "PlayerHandle>::sound_of",
    "PlayerHandle_addLayer",
    // Keys, and what only they do.
    "timeside_player::commands::",
    "timeside_player::keys::",
    "timeside_view::history::",
    "PlayerHandle>::set_keys",
    "PlayerHandle>::set_panel",
    "PlayerHandle_setPanel",
    "Store>::announce_view",
    "Store>::step_views",
    "Store>::told_selection",
    "Store>::wish_freq",
    "Transport>::play_around",
    "Transport>::set_rate",
    "Transport>::step_rate",
    "Transport>::toggle_loop",
    // Time in frames, hours of the day and beats.
    "time_unit::beat_ticks",
    "time_unit::frame_ticks",
    "time_unit::grouped",
    // Of the libraries: what becomes of a list or a view that changes, sorting, maps, marks of letters, numbers with
    // exponents, what errors say of themselves, streams that nobody uses.
    "as tachys::view::Render>::rebuild",
    "IntoStyleValue>::rebuild",
    "tachys::renderer::dom::Dom>::add_event_listener_delegated",
    "tachys::view::keyed::",
    "Cow<str>",
    "alloc::collections::btree::",
    "core::slice::sort::",
    "RawTableInner>::rehash",
    "core::str::count",
    "core::str::pattern::TwoWay",
    "core::str::slice_error_fail",
    "SplitInternal",
    "escape_debug",
    "is_printable",
    "unicode_data",
    "core::fmt::Debug>::fmt",
    "core::fmt::builders",
    "float_to_exponential",
    "digits_to_exp",
    "mul_digits",
    "exp2",
    "hypot",
    "linear_mul_reduction",
    "rem_pio2_large",
    "u128_div_rem",
    "std::io::error",
    "intounderlying",
    "wasm_streams::",
];

/// What of these a page calls at once, as recorded.
pub(super) const AT_ONCE: &str = include_str!("at_once.txt");

/// In a smaller function a door would weigh as much as what stands behind it.
const LEAST_SIZE: u64 = 40;

/// Is the function of this demangled name, and of so many instructions, wanted later?
pub(super) fn is_later(name: &str, size: u64) -> bool {
    is_of_later_paths(name, size) && {
        let path = plain(name);
        !AT_ONCE.lines().any(|line| line == path)
    }
}

/// As [`is_later`], whatever has been recorded.
pub(super) fn is_of_later_paths(name: &str, size: u64) -> bool {
    let path = plain(name);
    size >= LEAST_SIZE && LATER.iter().any(|part| path.contains(part))
}

/// Without the hashes that tell crates apart: `a[1f]::b` is `a::b`.
pub(super) fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(open) = rest.find('[') {
        plain.push_str(&rest[..open]);
        let inside = rest[open + 1..]
            .find(']')
            .map(|end| &rest[open + 1..open + 1 + end]);
        let is_hash = |text: &&str| text.len() > 8 && text.bytes().all(|b| b.is_ascii_hexdigit());
        match inside.filter(is_hash) {
            Some(hash) => rest = &rest[open + hash.len() + 2..],
            None => {
                plain.push('[');
                rest = &rest[open + 1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}
