//! The words for what is data elsewhere.

use super::columns::Column;
use crate::strings::Strings;

/// The head of a column.
pub(crate) fn column(column: Column, s: &Strings) -> &'static str {
    match column {
        Column::Tier => s.tier,
        Column::Start => s.start,
        Column::End => s.end,
        Column::Duration => s.duration_secs,
        Column::Label => s.label,
        Column::Low => s.low_hz,
        Column::High => s.high_hz,
        Column::Value => s.value,
        Column::Confidence => s.confidence,
        Column::Author => s.author,
        Column::Attributes => s.attributes,
    }
}

/// A step of the history: the document names its own by an id, what was done here comes with its words.
pub(crate) fn step<'a>(name: &'a str, s: &Strings) -> &'a str {
    match name {
        "add" => s.step_add,
        "change" => s.step_change,
        "remove" => s.step_remove,
        "move" => s.step_move,
        "resize" => s.step_resize,
        "split" => s.step_split,
        "merge" => s.step_merge,
        "join" => s.step_join,
        "duplicate" => s.step_duplicate,
        "add-tier" => s.step_add_tier,
        "change-tier" => s.step_change_tier,
        "remove-tier" => s.step_remove_tier,
        "move-tier" => s.step_move_tier,
        "import" => s.step_import,
        "paste" => s.step_paste,
        "fill" => s.step_fill,
        "accept" => s.step_accept,
        "reject" => s.step_reject,
        "replace" => s.step_replace,
        "propose" => s.step_propose,
        "clear" => s.step_clear,
        "start" => s.step_start,
        name => name,
    }
}

/// A kind of tier.
pub(crate) fn kind(kind: &str, s: &Strings) -> &'static str {
    match kind {
        "points" => s.kind_points,
        "boxes" => s.kind_boxes,
        "notes" => s.kind_notes,
        "text" => s.kind_text,
        _ => s.kind_spans,
    }
}

/// A rule of a tier.
pub(crate) fn rule(rule: &str, s: &Strings) -> &'static str {
    match rule {
        "no-overlap" => s.rule_no_overlap,
        "partition" => s.rule_partition,
        _ => s.rule_free,
    }
}
