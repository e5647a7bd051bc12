//! The lanes of annotations, as one looks at them and works on them: what is folded, focused, dragged. What is said in
//! them lies in `annotations`.

mod bands;
mod choosing;
mod clipboard;
mod drags;
mod edits;
mod ground;
mod hands;
mod lanes;
mod making;
mod planned;
mod settings;
mod snapping;
mod words;

use std::sync::Arc;

use leptos::html;
use timeside_editing::{Key, Selection, TierKey};
use timeside_view::layers::tiers::Stack;

use crate::{annotations::Annotations, prelude::*, store::Store};

pub(crate) use bands::nudge_band;
pub(crate) use choosing::{go, go_to_tier, nearest, select_all};
pub(crate) use clipboard::{copy, paste};
pub(crate) use edits::{
    duplicate, join, judge, merge, nudge, redo, remove_selected, split, undo, use_word,
};
pub(crate) use ground::{At, Ground};
pub(crate) use hands::TierHands;
pub(crate) use lanes::{TierFacts, color_of, shape_of};
pub(crate) use making::{add_marker, add_span, begin_held, end_held, span_by_button};
pub(crate) use planned::Planned;
use snapping::Crossings;
pub(crate) use words::described;

/// What a drag snaps to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SnapSettings {
    pub(crate) is_on: bool,
    /// Step of a grid in seconds; 0 is none.
    pub(crate) grid_secs: f64,
    /// Borders of other annotations.
    pub(crate) boundaries: bool,
    /// Events of the results: beats, onsets.
    pub(crate) events: bool,
    /// Where the samples change their sign.
    pub(crate) zero_crossings: bool,
    /// The playhead and the selection.
    pub(crate) playhead: bool,
}

impl Default for SnapSettings {
    fn default() -> Self {
        Self {
            is_on: true,
            grid_secs: 0.0,
            boundaries: true,
            events: true,
            zero_crossings: false,
            playhead: true,
        }
    }
}

/// What a drag shows while it lasts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dragging {
    /// Begin, end, length and what it snapped to, in words.
    pub(crate) text: String,
    /// Of the pointer, CSS pixels of the axis, or of all lines.
    pub(crate) x: f64,
    /// Of the pointer, CSS pixels of the axis, or of all lines.
    pub(crate) y: f64,
    /// Is there more room at its left?
    pub(crate) flips: bool,
    /// A frame that it has snapped to.
    pub(crate) snapped: Option<i64>,
    /// What a rubber band spans: left, top, width, height in CSS pixels of the same.
    pub(crate) band: Option<(f64, f64, f64, f64)>,
}

/// How the tiers are looked at; copyable.
#[derive(Clone, Copy)]
pub(crate) struct Tiers {
    signals: Signals,
    /// The annotation that keys work on.
    pub(crate) focused: Memo<Option<Key>>,
    /// Sub-rows and ranges, by what is said.
    pub(crate) rows: Memo<lanes::TierRows>,
    /// The lanes, one below the other.
    pub(crate) stack: Memo<Stack>,
    /// What was painted last, so that hands find what eyes see.
    pub(crate) planned: StoredValue<Planned>,
    /// Where something begins or ends in the layers that are seen: what a drag snaps to. Frames, ascending.
    pub(crate) events: StoredValue<Arc<[i64]>>,
    /// Zero crossings about the pointer.
    pub(crate) crossings: StoredValue<Crossings>,
    /// The element of the lanes, right of the legends.
    pub(crate) lanes: StoredValue<Option<NodeRef<html::Div>>>,
    /// The spectrogram's element.
    pub(crate) picture: StoredValue<Option<NodeRef<html::Div>>>,
}

impl std::ops::Deref for Tiers {
    type Target = Signals;

    fn deref(&self) -> &Signals {
        &self.signals
    }
}

impl Tiers {
    pub(crate) fn new(annotations: Annotations) -> Self {
        let signals = Signals::new();
        let rows = Memo::new(move |before| {
            annotations.with(|document| lanes::TierRows::of(document, before))
        });
        Self {
            signals,
            focused: Memo::new(move |_| annotations.with_chosen(Selection::focus)),
            rows,
            stack: Memo::new(move |_| lanes::stack(annotations, rows, &signals)),
            planned: StoredValue::new(Planned::default()),
            events: StoredValue::new(Arc::default()),
            crossings: StoredValue::new(Crossings::default()),
            lanes: StoredValue::new(None),
            picture: StoredValue::new(None),
        }
    }

    /// Another recording: its tiers are others, though their numbers begin anew.
    pub(crate) fn forget_medium(self) {
        self.hidden.set(Vec::new());
        self.heights.set(Vec::new());
        self.active.set(None);
        self.crossings.set_value(Crossings::default());
    }
}

macro_rules! tier_signals {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $initial:expr;)*) => {
        /// What hands and settings change; copyable.
        #[derive(Clone, Copy)]
        pub(crate) struct Signals {
            $($(#[$doc])* pub(crate) $name: RwSignal<$type>,)*
        }

        impl Signals {
            fn new() -> Self {
                Self { $($name: RwSignal::new($initial),)* }
            }
        }
    };
}

tier_signals! {
    /// CSS pixels that the lanes are scrolled.
    scroll_px: f64 = 0.0;
    /// The greatest height of all lanes together, or of the wrapped lines, where the page sets one; CSS pixels.
    most_px: Option<f64> = None;
    /// Height of the window upon the wrapped lines, CSS pixels.
    lines_px: f64 = 0.0;
    /// Heights that were set; CSS pixels.
    heights: Vec<(TierKey, f64)> = Vec::new();
    /// Tiers folded away.
    hidden: Vec<TierKey> = Vec::new();
    /// The tier that keys work on.
    active: Option<TierKey> = None;
    /// Shall the focused annotation have the browser's focus too?
    focus_wanted: bool = false;
    /// The annotation under the pointer.
    hovered: Option<Key> = None;
    /// What is being dragged.
    dragging: Option<Dragging> = None;
    /// The annotation whose text is being written.
    writing: Option<Key> = None;
    /// Is the row of annotation buttons shown? Unless somebody has said, where there is anything to edit.
    annotating: Option<bool> = None;
    /// Does a drag on the spectrogram make a box?
    box_tool: bool = false;
    /// Counts up when a drag shall be given up.
    abandon_wanted: u32 = 0;
    /// What a drag snaps to.
    snap: SnapSettings = SnapSettings::default();
    /// Taken off the time of a key that is pressed while listening, milliseconds.
    reaction_ms: f64 = 0.0;
    /// Where the span begins that a held key is making, in frames.
    held_since: Option<i64> = None;
    /// Is the pointer a finger?
    coarse: bool = false;
    /// Is an annotation spoken when the playhead enters it?
    speaks_entries: bool = false;
}

impl Store {
    /// Is somebody annotating? Where there is anything to edit, unless the button has said otherwise.
    pub(crate) fn is_annotating(self) -> bool {
        let can = self.annotations.with(|document| !document.is_readonly());
        let any = || self.annotations.with(|document| document.tiers().len() > 0);
        can && self.is_open() && self.tiers.annotating.get().unwrap_or_else(any)
    }

    /// Gives up a drag, or leaves the focused annotation; false where there is neither.
    pub(crate) fn leave_annotation(self) -> bool {
        if self.tiers.dragging.get_untracked().is_some() {
            self.tiers.abandon_wanted.update(|n| *n += 1);
            return true;
        }
        let any = !self.annotations.chosen().is_empty();
        if any {
            self.choose_none();
            self.focus_playhead();
        }
        any
    }
}
