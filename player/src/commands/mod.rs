//! Everything that can be done with a key, as data: one table per trade.
//!
//! A new command is a line in the table it belongs to. The key sheet, remapped keys and the tooltips read the tables.

mod annotation;
mod layers;
mod panels;
mod playback;
mod selection;
mod view;

use js_sys::Array;
use wasm_bindgen::JsValue;

pub(crate) use annotation::RELEASES;

use crate::{link, store::Store, strings::Strings, transport::Transport};

/// What a command works with.
#[derive(Clone, Copy)]
pub(crate) struct Hands {
    /// State and its actions.
    pub(crate) store: Store,
    /// The sound.
    pub(crate) transport: Transport,
}

/// Headings of the key sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// Sound.
    Playback,
    /// What is shown.
    View,
    /// Stretches of time.
    Selection,
    /// What is said about the recording.
    Annotation,
}

impl Group {
    /// Its word for the key sheet.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Playback => "playback",
            Self::View => "view",
            Self::Selection => "selection",
            Self::Annotation => "annotation",
        }
    }
}

/// Something that can be done.
pub(crate) struct Command {
    /// Firm: changed keys are kept under it.
    pub(crate) id: &'static str,
    /// Its heading.
    pub(crate) group: Group,
    /// Its chords unless they are changed, as [`crate::keys::chord`] spells them: `space`, `shift+arrowleft`, `mod+z`
    /// (`mod` is ctrl, or ⌘).
    pub(crate) keys: &'static [&'static str],
    /// Its name.
    pub(crate) name: fn(&Strings) -> &'static str,
    /// Does it; false where there is nothing to do, and the key stays the browser's.
    pub(crate) run: fn(Hands) -> bool,
}

/// Every command, in the order of the key sheet.
pub(crate) fn all() -> impl Iterator<Item = &'static Command> {
    [
        playback::COMMANDS,
        view::COMMANDS,
        layers::COMMANDS,
        selection::COMMANDS,
        annotation::COMMANDS,
        panels::COMMANDS,
    ]
    .into_iter()
    .flatten()
}

/// Every command as `CommandInfo[]` of the workbench.
pub(crate) fn told(store: Store) -> Array {
    let s = store.strings.get_untracked();
    let texts = |keys: &[String]| {
        keys.iter()
            .map(|key| JsValue::from(key.as_str()))
            .collect::<Array>()
    };
    all()
        .map(|command| {
            let keys = store.keymap.with_untracked(|keymap| keymap.chords(command));
            let own: Vec<String> = command.keys.iter().map(|key| (*key).to_owned()).collect();
            link::object(&[
                ("id", command.id.into()),
                ("group", command.group.id().into()),
                ("name", (command.name)(s).into()),
                ("keys", texts(&keys).into()),
                ("own", texts(&own).into()),
            ])
        })
        .collect()
}

pub(crate) use panels::PANELS;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_and_keys_are_unique() {
        let ids: BTreeSet<_> = all().map(|command| command.id).collect();
        assert_eq!(ids.len(), all().count());
        let keys: Vec<_> = all().flat_map(|command| command.keys).collect();
        let distinct: BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "{keys:?}");
    }
}
