//! What is shown.

use leptos::prelude::*;

use super::{Command, Group::View, Hands};

/// Zoom of one key press.
const ZOOM_STEP: f64 = 1.5;

/// Shown in this order.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        id: "zoom-in",
        group: View,
        keys: &["+", "="],
        name: |s| s.zoom_in,
        run: |hands| zoom(hands, ZOOM_STEP),
    },
    Command {
        id: "zoom-out",
        group: View,
        keys: &["-", "_"],
        name: |s| s.zoom_out,
        run: |hands| zoom(hands, 1.0 / ZOOM_STEP),
    },
    Command {
        id: "fit",
        group: View,
        keys: &["0"],
        name: |s| s.fit,
        run: |Hands { store, .. }| {
            store.show(store.view.get_untracked().fit());
            store.announce_view();
            true
        },
    },
    Command {
        id: "zoom-selection",
        group: View,
        keys: &["z"],
        name: |s| s.key_zoom_selection,
        run: |Hands { store, .. }| {
            let Some((start, end)) = store.selection.get_untracked() else {
                return false;
            };
            let view = store.view.get_untracked();
            store.show(view.showing(start as f64, end as f64));
            store.announce_view();
            true
        },
    },
    Command {
        id: "page-back",
        group: View,
        keys: &["pageup"],
        name: |s| s.key_page_back,
        run: |hands| page(hands, -0.9),
    },
    Command {
        id: "page-on",
        group: View,
        keys: &["pagedown"],
        name: |s| s.key_page_on,
        run: |hands| page(hands, 0.9),
    },
    Command {
        id: "follow",
        group: View,
        keys: &["f"],
        name: |s| s.follow,
        run: |Hands { store, .. }| {
            store.set_follow(!store.follow.get_untracked());
            true
        },
    },
];

fn zoom(Hands { store, .. }: Hands, factor: f64) -> bool {
    store.zoom_by_key(factor);
    true
}

fn page(Hands { store, .. }: Hands, pages: f64) -> bool {
    store.pan(pages * store.view.get_untracked().width_px());
    store.announce_view();
    true
}
