//! The keyboard: which key means which command. Keys act only while the focus is inside the widget.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::{
    commands::{self, Command, Hands},
    store::Store,
};

/// Which chords run which command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keymap {
    /// Command and its chords, where they are not the command's own.
    changed: Vec<(String, Vec<String>)>,
}

impl Keymap {
    /// With the chords of these commands (by id) changed; unknown ids wait for a command of that name.
    pub(crate) fn with(changed: Vec<(String, Vec<String>)>) -> Self {
        Self { changed }
    }

    /// The chords of a command.
    pub(crate) fn chords(&self, command: &Command) -> Vec<String> {
        match self.changed.iter().find(|(id, _)| id == command.id) {
            Some((_, chords)) => chords.clone(),
            None => command.keys.iter().map(|key| (*key).to_owned()).collect(),
        }
    }

    /// The command of a chord.
    pub(crate) fn find(&self, chord: &str) -> Option<&'static Command> {
        commands::all().find(
            |command| match self.changed.iter().find(|(id, _)| id == command.id) {
                Some((_, chords)) => chords.iter().any(|key| key == chord),
                None => command.keys.contains(&chord),
            },
        )
    }
}

/// A chord as it stands on keys.
pub(crate) fn shown(chord: &str) -> String {
    let mut out = String::new();
    let mut rest = chord;
    for (word, sign) in [("mod+", "ctrl "), ("alt+", "alt "), ("shift+", "⇧ ")] {
        if let Some(after) = rest.strip_prefix(word) {
            out.push_str(sign);
            rest = after;
        }
    }
    let key = match rest {
        "arrowleft" => "←",
        "arrowright" => "→",
        "arrowup" => "↑",
        "arrowdown" => "↓",
        "pageup" => "page ↑",
        "pagedown" => "page ↓",
        "escape" => "esc",
        "-" => "−",
        key => key,
    };
    out.push_str(&match key.chars().count() {
        1 => key.to_uppercase(),
        _ => key.to_owned(),
    });
    out
}

/// The name of a command and the first of its present keys: what a tooltip says.
pub(crate) fn tooltip(store: Store, id: &str, name: &str) -> String {
    let chords = commands::all()
        .find(|command| command.id == id)
        .map(|command| store.keymap.with(|keymap| keymap.chords(command)));
    match chords.as_deref().and_then(<[String]>::first) {
        Some(chord) => [name, " (", &shown(chord), ")"].concat(),
        None => name.to_owned(),
    }
}

/// Acts on a key; true if it meant something here.
pub(crate) fn pressed(hands: Hands, event: &KeyboardEvent) -> bool {
    let key = event.key();
    if event.is_composing() || refused(hands.store, &key) {
        return false;
    }
    let target = event.composed_path().get(0).dyn_into::<HtmlElement>().ok();
    if target.is_some_and(|target| belongs_to_control(&target, &key)) {
        return false;
    }
    let command = hands
        .store
        .keymap
        .with_untracked(|keymap| keymap.find(&chord(event)));
    command.is_some_and(|command| (command.run)(hands))
}

/// A key was let go: what it held ends.
pub(crate) fn released(hands: Hands, event: &KeyboardEvent) {
    let key = event.key().to_lowercase();
    for (id, release) in commands::RELEASES {
        let command = commands::all().find(|command| command.id == *id);
        let chords =
            command.map(|command| hands.store.keymap.with_untracked(|k| k.chords(command)));
        // A modifier may have been let go before.
        if chords.is_some_and(|chords| chords.iter().any(|c| c.rsplit('+').next() == Some(&key))) {
            release(hands);
        }
    }
}

/// A pressed key as [`Command::keys`] spell it: `mod+`, `alt+`, `shift+` and the key in lower case. A character that
/// needs shift on some keyboards (`?`, `+`) is spelled without it.
pub(crate) fn chord(event: &KeyboardEvent) -> String {
    let key = event.key();
    let name = if key == " " {
        "space".to_owned()
    } else {
        key.to_lowercase()
    };
    let is_sign = name.chars().count() == 1 && !name.chars().all(char::is_alphanumeric);
    let mut out = String::new();
    if event.ctrl_key() || event.meta_key() {
        out.push_str("mod+");
    }
    if event.alt_key() {
        out.push_str("alt+");
    }
    if event.shift_key() && !is_sign {
        out.push_str("shift+");
    }
    out + &name
}

fn refused(store: Store, key: &str) -> bool {
    let name = if key == " " {
        "space".to_owned()
    } else {
        key.to_lowercase()
    };
    store.hotkeys.with_untracked(|keys| {
        keys.off
            || keys
                .without
                .iter()
                .any(|token| token.strip_prefix("no") == Some(name.as_str()))
    })
}

/// Keys that the focused control needs for itself.
fn belongs_to_control(target: &HtmlElement, key: &str) -> bool {
    let arrows = matches!(
        key,
        "ArrowLeft"
            | "ArrowRight"
            | "ArrowUp"
            | "ArrowDown"
            | "Home"
            | "End"
            | "PageUp"
            | "PageDown"
    );
    match target.tag_name().as_str() {
        "SELECT" | "TEXTAREA" => true,
        "INPUT" => {
            let kind = target.get_attribute("type").unwrap_or_default();
            match kind.as_str() {
                "range" => arrows,
                "checkbox" | "file" => key == " ",
                _ => true,
            }
        }
        "BUTTON" | "SUMMARY" | "A" => matches!(key, " " | "Enter"),
        _ => false,
    }
}
