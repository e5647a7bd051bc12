//! What the signals hold.

use crate::link::Failure;

/// How far the opening of a recording has come.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Phase {
    /// Nothing to show yet.
    Empty,
    /// Asked for, not yet answered.
    Opening {
        /// As shown.
        name: String,
        /// Size where known.
        bytes: Option<f64>,
    },
    /// Open.
    Ready,
    /// It cannot be opened.
    Failed(Failure),
}

/// What the media element does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Playback {
    /// Sounding, or about to.
    pub(crate) playing: bool,
    /// Waiting for data.
    pub(crate) waiting: bool,
    /// 0..=1.
    pub(crate) volume: f64,
    /// Silent whatever the volume.
    pub(crate) muted: bool,
    /// 1 is the recording's own speed.
    pub(crate) rate: f64,
    /// From the end to the start again.
    pub(crate) looping: bool,
}

/// Where the pointer rests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hover {
    /// CSS pixels from the time axis's left edge.
    pub(crate) x: f64,
    /// CSS pixels from the top of the window.
    pub(crate) client_y: f64,
}

/// What the view does while it plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follow {
    /// Turns a page when the playhead leaves it.
    Page,
    /// Keeps the playhead in the middle.
    Centre,
    /// Stays.
    Off,
}

impl Follow {
    /// Its word in the API.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Centre => "centre",
            Self::Off => "off",
        }
    }

    /// By its word.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Page, Self::Centre, Self::Off]
            .into_iter()
            .find(|mode| mode.word() == word)
    }
}

/// A wish about the frequencies shown, for the lane that shows some.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum FrequencyWish {
    /// Comes nearer by a factor, about the middle.
    Zoom(f64),
    /// Up by a share of the height.
    Pan(f64),
    /// What lies between these heights of the window, CSS pixels.
    Between(f64, f64),
}

/// Which keys act.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hotkeys {
    /// None at all.
    pub(crate) off: bool,
    /// Lower-case tokens such as `noarrowleft`.
    pub(crate) without: Vec<String>,
}
