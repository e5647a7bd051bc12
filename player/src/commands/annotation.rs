//! What is said about the recording.

use super::{Command, Group::Annotation, Hands};
use crate::tiers;

/// Shown in this order.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        id: "marker",
        group: Annotation,
        keys: &["m"],
        name: |s| s.key_marker,
        run: |hands| tiers::add_marker(hands.store),
    },
    Command {
        id: "span-while-held",
        group: Annotation,
        keys: &["n"],
        name: |s| s.key_held,
        run: |hands| tiers::begin_held(hands.store),
    },
    Command {
        id: "span",
        group: Annotation,
        keys: &["enter"],
        name: |s| s.key_span,
        run: |hands| tiers::add_span(hands.store) || edit(hands),
    },
    Command {
        id: "edit",
        group: Annotation,
        keys: &["f2"],
        name: |s| s.key_edit,
        run: edit,
    },
    Command {
        id: "remove",
        group: Annotation,
        keys: &["backspace", "delete"],
        name: |s| s.key_remove,
        run: |hands| tiers::remove_selected(hands.store),
    },
    Command {
        id: "split",
        group: Annotation,
        keys: &["s"],
        name: |s| s.key_split,
        run: |hands| tiers::split(hands.store),
    },
    Command {
        id: "merge",
        group: Annotation,
        keys: &["mod+j", "g"],
        name: |s| s.key_merge,
        run: |hands| tiers::merge(hands.store),
    },
    Command {
        id: "join",
        group: Annotation,
        keys: &["shift+g"],
        name: |s| s.key_join,
        run: |hands| tiers::join(hands.store),
    },
    Command {
        id: "duplicate",
        group: Annotation,
        keys: &["mod+d"],
        name: |s| s.key_duplicate,
        run: |hands| tiers::duplicate(hands.store),
    },
    Command {
        id: "annotation-before",
        group: Annotation,
        keys: &[","],
        name: |s| s.key_before,
        run: |hands| tiers::go(hands, -1),
    },
    Command {
        id: "annotation-after",
        group: Annotation,
        keys: &["."],
        name: |s| s.key_after,
        run: |hands| tiers::go(hands, 1),
    },
    Command {
        id: "tier-above",
        group: Annotation,
        keys: &["arrowup"],
        name: |s| s.key_tier_above,
        run: |hands| tiers::go_to_tier(hands.store, -1),
    },
    Command {
        id: "tier-below",
        group: Annotation,
        keys: &["arrowdown"],
        name: |s| s.key_tier_below,
        run: |hands| tiers::go_to_tier(hands.store, 1),
    },
    Command {
        id: "end-earlier",
        group: Annotation,
        keys: &["alt+shift+arrowleft"],
        name: |s| s.key_end_earlier,
        run: |hands| tiers::nudge(hands.store, -1, true),
    },
    Command {
        id: "end-later",
        group: Annotation,
        keys: &["alt+shift+arrowright"],
        name: |s| s.key_end_later,
        run: |hands| tiers::nudge(hands.store, 1, true),
    },
    Command {
        id: "band-up",
        group: Annotation,
        keys: &["mod+arrowup"],
        name: |s| s.key_band_up,
        run: |hands| tiers::nudge_band(hands.store, 1.0, false),
    },
    Command {
        id: "band-down",
        group: Annotation,
        keys: &["mod+arrowdown"],
        name: |s| s.key_band_down,
        run: |hands| tiers::nudge_band(hands.store, -1.0, false),
    },
    Command {
        id: "band-wider",
        group: Annotation,
        keys: &["alt+shift+arrowup"],
        name: |s| s.key_band_wider,
        run: |hands| tiers::nudge_band(hands.store, 1.0, true),
    },
    Command {
        id: "band-narrower",
        group: Annotation,
        keys: &["alt+shift+arrowdown"],
        name: |s| s.key_band_narrower,
        run: |hands| tiers::nudge_band(hands.store, -1.0, true),
    },
    word("word-1", &["1"], |hands| tiers::use_word(hands.store, 1)),
    word("word-2", &["2"], |hands| tiers::use_word(hands.store, 2)),
    word("word-3", &["3"], |hands| tiers::use_word(hands.store, 3)),
    word("word-4", &["4"], |hands| tiers::use_word(hands.store, 4)),
    word("word-5", &["5"], |hands| tiers::use_word(hands.store, 5)),
    word("word-6", &["6"], |hands| tiers::use_word(hands.store, 6)),
    word("word-7", &["7"], |hands| tiers::use_word(hands.store, 7)),
    word("word-8", &["8"], |hands| tiers::use_word(hands.store, 8)),
    word("word-9", &["9"], |hands| tiers::use_word(hands.store, 9)),
    Command {
        id: "accept",
        group: Annotation,
        keys: &["mod+enter"],
        name: |s| s.key_accept,
        run: |hands| tiers::judge(hands.store, true),
    },
    Command {
        id: "reject",
        group: Annotation,
        keys: &["mod+backspace", "mod+delete"],
        name: |s| s.key_reject,
        run: |hands| tiers::judge(hands.store, false),
    },
    Command {
        id: "undo",
        group: Annotation,
        keys: &["mod+z"],
        name: |s| s.undo,
        run: |hands| tiers::undo(hands.store),
    },
    Command {
        id: "redo",
        group: Annotation,
        keys: &["mod+shift+z", "mod+y"],
        name: |s| s.redo,
        run: |hands| tiers::redo(hands.store),
    },
    Command {
        id: "select-all",
        group: Annotation,
        keys: &["mod+a"],
        name: |s| s.key_select_all,
        run: |hands| tiers::select_all(hands.store),
    },
    Command {
        id: "copy",
        group: Annotation,
        keys: &["mod+c"],
        name: |s| s.key_copy,
        // The browser's own copying asks the player what it wants copied.
        run: |_| false,
    },
    Command {
        id: "cut",
        group: Annotation,
        keys: &["mod+x"],
        name: |s| s.key_cut,
        run: |_| false,
    },
    Command {
        id: "paste",
        group: Annotation,
        keys: &["mod+v"],
        name: |s| s.key_paste,
        run: |_| false,
    },
];

/// Id of a command, and what ends with its key.
type Release = (&'static str, fn(Hands));

/// What happens when the key of a command is let go.
pub(crate) const RELEASES: &[Release] =
    &[("span-while-held", |hands| tiers::end_held(hands.store))];

const fn word(id: &'static str, keys: &'static [&'static str], run: fn(Hands) -> bool) -> Command {
    Command {
        id,
        group: Annotation,
        keys,
        name: |s| s.key_word,
        run,
    }
}

fn edit(hands: Hands) -> bool {
    let tiers = hands.store.tiers;
    let Some(key) = tiers.focused.get_untracked() else {
        return false;
    };
    hands.store.write(key)
}
