//! What the keys do in the grid. Letters and digits begin to write in the cell.

use crate::annotations::cursor::Move;

/// Something that a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// To another cell; `true` marks from where one was.
    Go(Move, bool),
    /// Writes in the cell, its text at hand.
    Edit,
    /// Everything that is found.
    SelectAll,
    /// The first marked row's cells into those below.
    FillDown,
    /// Takes the selected annotations away.
    Remove,
    /// Plays the row.
    Play,
    /// One step back.
    Undo,
    /// One step on again.
    Redo,
    /// The proposed are the document's own from now on.
    Accept,
    /// The proposed are no use.
    Reject,
}

/// Chords as the player's commands spell them, and what they do.
const KEYS: &[(&str, Action)] = &[
    ("arrowup", Action::Go(Move::Up, false)),
    ("arrowdown", Action::Go(Move::Down, false)),
    ("arrowleft", Action::Go(Move::Left, false)),
    ("arrowright", Action::Go(Move::Right, false)),
    ("home", Action::Go(Move::RowStart, false)),
    ("end", Action::Go(Move::RowEnd, false)),
    ("mod+home", Action::Go(Move::First, false)),
    ("mod+end", Action::Go(Move::Last, false)),
    ("pageup", Action::Go(Move::PageUp, false)),
    ("pagedown", Action::Go(Move::PageDown, false)),
    ("shift+arrowup", Action::Go(Move::Up, true)),
    ("shift+arrowdown", Action::Go(Move::Down, true)),
    ("shift+arrowleft", Action::Go(Move::Left, true)),
    ("shift+arrowright", Action::Go(Move::Right, true)),
    ("shift+home", Action::Go(Move::RowStart, true)),
    ("shift+end", Action::Go(Move::RowEnd, true)),
    ("mod+shift+home", Action::Go(Move::First, true)),
    ("mod+shift+end", Action::Go(Move::Last, true)),
    ("shift+pageup", Action::Go(Move::PageUp, true)),
    ("shift+pagedown", Action::Go(Move::PageDown, true)),
    ("enter", Action::Edit),
    ("f2", Action::Edit),
    ("mod+a", Action::SelectAll),
    ("mod+d", Action::FillDown),
    ("delete", Action::Remove),
    ("backspace", Action::Remove),
    ("shift+space", Action::Play),
    ("mod+z", Action::Undo),
    ("mod+shift+z", Action::Redo),
    ("mod+y", Action::Redo),
    ("mod+enter", Action::Accept),
    ("mod+delete", Action::Reject),
    ("mod+backspace", Action::Reject),
];

/// What a chord does.
pub(crate) fn find(chord: &str) -> Option<Action> {
    KEYS.iter()
        .find(|(known, _)| *known == chord)
        .map(|(_, action)| *action)
}

/// Where a key leads that ends the writing in a cell.
pub(crate) fn leaving(chord: &str) -> Option<Move> {
    match chord {
        "enter" => Some(Move::Down),
        "shift+enter" => Some(Move::Up),
        "tab" => Some(Move::Next),
        "shift+tab" => Some(Move::Previous),
        _ => None,
    }
}

/// A key that begins to write: one character, no chord. Space plays, as everywhere in the widget.
pub(crate) fn is_writing(chord: &str, key: &str) -> bool {
    !chord.starts_with("mod+")
        && !chord.starts_with("alt+")
        && key != " "
        && key.chars().count() == 1
}
