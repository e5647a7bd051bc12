//! How it looks, and which panel is open.

use super::{Hotkeys, Store};
use crate::{
    keys::Keymap, palette::Palette, prelude::*, spectrogram_style::SpectrogramStyle,
    strings::Strings,
};

impl Store {
    pub(crate) fn set_channels_apart(self, apart: bool) {
        self.set.channels_apart.set(apart);
    }

    pub(crate) fn style_spectrogram(self, change: impl FnOnce(&mut SpectrogramStyle)) {
        self.set.spectrogram.update(change);
    }

    pub(crate) fn recolor(self, palette: Palette) {
        if palette != self.palette.get_untracked() {
            self.set.palette.set(palette);
        }
    }

    /// How [`Store::recolor_now`] finds the colours.
    pub(crate) fn on_recolor(self, reread: Callback<()>) {
        self.reread_palette.set_value(Some(reread));
    }

    pub(crate) fn recolor_now(self) {
        if let Some(reread) = self.reread_palette.get_value() {
            reread.run(());
        }
    }

    pub(crate) fn set_controls(self, on: bool) {
        self.set.controls.set(on);
    }

    pub(crate) fn set_hotkeys(self, hotkeys: Hotkeys) {
        self.set.hotkeys.set(hotkeys);
    }

    pub(crate) fn set_keymap(self, keymap: Keymap) {
        self.set.keymap.set(keymap);
    }

    pub(crate) fn set_strings(self, strings: &'static Strings) {
        self.set.strings.set(strings);
    }

    /// Shows a panel of the workbench, or none; `subject` is what of it is asked for.
    pub(crate) fn show_panel(self, panel: Option<&'static str>, subject: Option<&str>) {
        self.set.panel.set(panel);
        if let Some(bridge) = self.bridge() {
            bridge.show_panel(panel, subject);
        }
    }

    /// Shows a panel, or takes it away again.
    pub(crate) fn toggle_panel(self, panel: &'static str) {
        let shown = self.panel.get_untracked() == Some(panel);
        self.show_panel((!shown).then_some(panel), None);
    }

    /// Tells the panels what has changed.
    pub(crate) fn tell_panels(self, topic: &str) {
        if let Some(bridge) = self.bridge() {
            bridge.changed(topic);
        }
    }
}
