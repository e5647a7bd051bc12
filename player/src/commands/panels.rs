//! The panels of the workbench.

use super::{
    Command,
    Group::{Annotation, View},
    Hands,
};
use crate::{icons::Icon, strings::Strings};

/// A panel and its button in the transport bar.
pub(crate) struct Panel {
    /// As the workbench names it.
    pub(crate) id: &'static str,
    /// On its button.
    pub(crate) icon: Icon,
    /// Its name.
    pub(crate) name: fn(&Strings) -> &'static str,
}

/// Every panel, in the order of the buttons.
pub(crate) const PANELS: [Panel; 5] = [
    Panel {
        id: "playback",
        icon: Icon::More,
        name: |s| s.playback,
    },
    Panel {
        id: "analyze",
        icon: Icon::Analyze,
        name: |s| s.analyze,
    },
    Panel {
        id: "layers",
        icon: Icon::Layers,
        name: |s| s.layers,
    },
    Panel {
        id: "annotations",
        icon: Icon::Annotations,
        name: |s| s.annotations,
    },
    Panel {
        id: "keys",
        icon: Icon::Keys,
        name: |s| s.keys,
    },
];

/// Shown in this order. Each command has the id of its panel.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        id: "playback",
        group: View,
        keys: &["shift+p"],
        name: |s| s.playback,
        run: |hands| toggle(hands, "playback"),
    },
    Command {
        id: "analyze",
        group: View,
        keys: &["shift+a"],
        name: |s| s.analyze,
        run: |hands| toggle(hands, "analyze"),
    },
    Command {
        id: "layers",
        group: View,
        keys: &["shift+l"],
        name: |s| s.layers,
        run: |hands| toggle(hands, "layers"),
    },
    Command {
        id: "annotations",
        group: Annotation,
        keys: &["shift+t"],
        name: |s| s.annotations,
        run: |hands| toggle(hands, "annotations"),
    },
    Command {
        id: "keys",
        group: View,
        keys: &["?"],
        name: |s| s.keys,
        run: |hands| toggle(hands, "keys"),
    },
];

fn toggle(Hands { store, .. }: Hands, panel: &'static str) -> bool {
    store.toggle_panel(panel);
    true
}
