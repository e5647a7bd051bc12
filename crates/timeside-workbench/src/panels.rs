//! The table of panels. A new one is a folder of its own and a line here (and a button in the player's transport bar).

use leptos::prelude::*;

use crate::{analyze, annotations, keys, layers, playback, strings::Strings};

/// A panel behind a button of the transport bar.
pub(crate) struct Panel {
    /// Firm: the player's buttons and commands name it.
    pub(crate) id: &'static str,
    /// Its title.
    pub(crate) name: fn(&Strings) -> &'static str,
    /// What is in it. Made when it is opened, gone when it is closed.
    pub(crate) view: fn() -> AnyView,
    /// Its style sheet.
    pub(crate) css: &'static str,
}

/// Every panel.
pub(crate) static PANELS: &[Panel] = &[
    playback::PANEL,
    analyze::PANEL,
    layers::PANEL,
    annotations::PANEL,
    keys::PANEL,
];

/// The panel of an id.
pub(crate) fn find(id: &str) -> Option<&'static Panel> {
    PANELS.iter().find(|panel| panel.id == id)
}
