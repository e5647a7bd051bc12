//! Stretches of time.

use super::{Command, Group::Selection, Hands};

/// Shown in this order.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        id: "selection-start",
        group: Selection,
        keys: &["["],
        name: |s| s.key_selection_start,
        run: |Hands { store, .. }| {
            let at = store.playhead_frame();
            let total = store.view.get_untracked().total_frames();
            let end = store
                .selection
                .get_untracked()
                .map_or(total, |(_, end)| end);
            store.select(Some((at, if end > at { end } else { total })));
            true
        },
    },
    Command {
        id: "selection-end",
        group: Selection,
        keys: &["]"],
        name: |s| s.key_selection_end,
        run: |Hands { store, .. }| {
            let at = store.playhead_frame();
            let start = store
                .selection
                .get_untracked()
                .map_or(0, |(start, _)| start);
            store.select(Some((if start < at { start } else { 0 }, at)));
            true
        },
    },
    Command {
        id: "leave",
        group: Selection,
        keys: &["escape"],
        name: |s| s.key_leave,
        run: |Hands { store, .. }| {
            if store.panel.get_untracked().is_some() {
                store.show_panel(None, None);
                return true;
            }
            if store.box_zoom.get_untracked() {
                store.set_box_zoom(false);
                return true;
            }
            if store.leave_annotation() {
                return true;
            }
            let selected = store.selection.get_untracked().is_some();
            store.select(None);
            selected
        },
    },
];
