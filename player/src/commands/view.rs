//! What is shown.

use super::{Command, Group::View, Hands};
use crate::store::FrequencyWish;

/// Zoom of one key press.
const ZOOM_STEP: f64 = 1.5;

/// Seconds in a line, unless the element says.
const LINE_SECS: f64 = 10.0;

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
            store.next_follow();
            true
        },
    },
    Command {
        id: "view-back",
        group: View,
        keys: &["alt+[", "{"],
        name: |s| s.key_view_back,
        run: |Hands { store, .. }| store.step_views(false),
    },
    Command {
        id: "view-on",
        group: View,
        keys: &["alt+]", "}"],
        name: |s| s.key_view_on,
        run: |Hands { store, .. }| store.step_views(true),
    },
    Command {
        id: "box-zoom",
        group: View,
        keys: &["b"],
        name: |s| s.box_zoom,
        run: |Hands { store, .. }| {
            let on = !store.box_zoom.get_untracked();
            store.set_box_zoom(on);
            let s = store.strings.get_untracked();
            store.announce(if on { s.box_zoom_on } else { s.box_zoom_off }.to_owned());
            true
        },
    },
    Command {
        id: "frequencies-in",
        group: View,
        keys: &["shift+arrowup"],
        name: |s| s.key_frequencies_in,
        run: |hands| frequencies(hands, FrequencyWish::Zoom(1.25)),
    },
    Command {
        id: "frequencies-out",
        group: View,
        keys: &["shift+arrowdown"],
        name: |s| s.key_frequencies_out,
        run: |hands| frequencies(hands, FrequencyWish::Zoom(0.8)),
    },
    Command {
        id: "frequencies-up",
        group: View,
        keys: &["alt+arrowup"],
        name: |s| s.key_frequencies_up,
        run: |hands| frequencies(hands, FrequencyWish::Pan(0.1)),
    },
    Command {
        id: "frequencies-down",
        group: View,
        keys: &["alt+arrowdown"],
        name: |s| s.key_frequencies_down,
        run: |hands| frequencies(hands, FrequencyWish::Pan(-0.1)),
    },
    Command {
        id: "wrap",
        group: View,
        keys: &["w"],
        name: |s| s.wrap,
        run: |Hands { store, .. }| {
            let is_wrapped = store.wrap_secs.get_untracked().is_some();
            store.wrap((!is_wrapped).then_some(LINE_SECS));
            let s = store.strings.get_untracked();
            store.announce(if is_wrapped { s.wrap_off } else { s.wrap_on }.to_owned());
            true
        },
    },
    Command {
        id: "link",
        group: View,
        keys: &["u"],
        name: |s| s.copy_link,
        run: |Hands { store, .. }| {
            if let Some(bridge) = store.bridge() {
                bridge.copy_link();
            }
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

fn frequencies(Hands { store, .. }: Hands, wish: FrequencyWish) -> bool {
    store.wish_frequencies(wish)
}
