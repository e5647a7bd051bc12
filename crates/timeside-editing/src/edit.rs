//! What can be done to a document, and why it may be refused.

use timeside_core::annotation::{self, TierKind, TierRule};

use crate::item::{Item, Key, State, TierKey};

/// What happens where there is no room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fit {
    /// It is cut to, or stops at, what is free; refused only where nothing is.
    #[default]
    Clip,
    /// It is refused.
    Refuse,
}

/// One end of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edge {
    /// Its begin.
    Start,
    /// Its end.
    End,
}

/// What changes of annotations; `None` stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch {
    /// Another label; one that the tier's vocabulary has, where it has one, or none.
    pub label: Option<String>,
    /// Lower edge, Hz; `Some(None)` removes it.
    pub low_hz: Option<Option<f64>>,
    /// Upper edge, Hz.
    pub high_hz: Option<Option<f64>>,
    /// A value.
    pub value: Option<Option<f64>>,
    /// Confidence, 0 to 1.
    pub confidence: Option<Option<f64>>,
    /// Who said it.
    pub author: Option<Option<String>>,
    /// Attributes by name; `None` removes one.
    pub attributes: Vec<(String, Option<String>)>,
    /// Accepted or proposed.
    pub state: Option<State>,
}

impl Patch {
    /// Another label, nothing else.
    pub fn label(label: impl Into<String>) -> Self {
        Self {
            label: Some(label.into()),
            ..Self::default()
        }
    }
}

/// What changes of a tier; `None` stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TierPatch {
    /// As shown.
    pub name: Option<String>,
    /// What it holds.
    pub kind: Option<TierKind>,
    /// What it forbids.
    pub rule: Option<TierRule>,
    /// Id of the parent; `Some(None)` frees it.
    pub parent: Option<Option<String>>,
    /// A CSS colour; `Some(None)` lets the player choose.
    pub color: Option<Option<String>>,
    /// The labels it admits.
    pub vocabulary: Option<Vec<String>>,
}

/// Everything that can be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// A new annotation. On a partition it is cut out of the pieces there; a point cuts a piece in two and names the
    /// second half.
    Add {
        /// Without an id it is given one.
        item: Item,
        /// Where there is no room.
        fit: Fit,
    },
    /// Other words.
    Update {
        /// Which.
        keys: Vec<Key>,
        /// What.
        patch: Patch,
    },
    /// Other times.
    SetTimes {
        /// Which.
        key: Key,
        /// First frame.
        start: i64,
        /// The frame after the last.
        end: i64,
        /// Where there is no room.
        fit: Fit,
    },
    /// Removal. On a partition the piece before grows, else the one after. What depends on a removed parent goes too.
    Remove(Vec<Key>),
    /// All together by so many frames, to another tier, or both. What lies within a moved parent comes along.
    Move {
        /// Which.
        keys: Vec<Key>,
        /// Frames, negative is earlier.
        by: i64,
        /// `None` stays on its tier.
        tier: Option<TierKey>,
        /// Where there is no room.
        fit: Fit,
    },
    /// One edge elsewhere. Never past the other edge.
    Resize {
        /// Which.
        key: Key,
        /// Which edge.
        edge: Edge,
        /// The frame it shall stand at.
        to: i64,
        /// Do neighbours that end or begin just there come along? On a partition they always do.
        is_shared: bool,
        /// Where there is no room.
        fit: Fit,
    },
    /// Two of one.
    Split {
        /// Which.
        key: Key,
        /// The frame where the second begins.
        at: i64,
        /// The second's label; `None` copies the first's.
        right_label: Option<String>,
    },
    /// One of several on one tier; labels joined by a space.
    Merge(Vec<Key>),
    /// A gap (or an overlap) between two closed: they meet.
    Join {
        /// The earlier.
        left: Key,
        /// The later.
        right: Key,
        /// The frame where they meet; `None` is the middle of the gap.
        at: Option<i64>,
    },
    /// Copies, so many frames on.
    Duplicate {
        /// Which.
        keys: Vec<Key>,
        /// Frames.
        by: i64,
        /// `None` is their own tier.
        tier: Option<TierKey>,
        /// Where there is no room.
        fit: Fit,
    },
    /// A new tier; without an id it is given one. A partition begins with one piece.
    AddTier {
        /// Which.
        tier: annotation::Tier,
        /// Its place from the top; `None` is the last.
        at: Option<usize>,
    },
    /// Another name, rule, … of a tier.
    UpdateTier {
        /// Which.
        key: TierKey,
        /// What.
        patch: TierPatch,
    },
    /// A tier and all that stands on it.
    RemoveTier(TierKey),
    /// Another place among the tiers.
    MoveTier {
        /// Which.
        key: TierKey,
        /// From the top.
        to: usize,
    },
    /// Several as one step; all or none.
    Batch {
        /// What the step is called.
        name: Name,
        /// In order.
        edits: Vec<Self>,
    },
}

/// What a step of the history is called.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the name of what was done")]
pub enum Name {
    Add,
    Change,
    Remove,
    Move,
    Resize,
    Split,
    Merge,
    Join,
    Duplicate,
    AddTier,
    ChangeTier,
    RemoveTier,
    MoveTier,
    Import,
    Paste,
    Accept,
    Reject,
    Replace,
    Clear,
    /// A program's own.
    Other(String),
}

/// Those of this house.
const NAMES: [Name; 19] = [
    Name::Add,
    Name::Change,
    Name::Remove,
    Name::Move,
    Name::Resize,
    Name::Split,
    Name::Merge,
    Name::Join,
    Name::Duplicate,
    Name::AddTier,
    Name::ChangeTier,
    Name::RemoveTier,
    Name::MoveTier,
    Name::Import,
    Name::Paste,
    Name::Accept,
    Name::Reject,
    Name::Replace,
    Name::Clear,
];

impl Name {
    /// The name that [`Name::id`] gives as `id`.
    pub fn of_id(id: &str) -> Self {
        let known = NAMES.iter().find(|name| name.id() == id);
        known.cloned().unwrap_or_else(|| Self::Other(id.to_owned()))
    }

    /// A word to carry over a border, in kebab case.
    pub fn id(&self) -> &str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Remove => "remove",
            Self::Move => "move",
            Self::Resize => "resize",
            Self::Split => "split",
            Self::Merge => "merge",
            Self::Join => "join",
            Self::Duplicate => "duplicate",
            Self::AddTier => "add-tier",
            Self::ChangeTier => "change-tier",
            Self::RemoveTier => "remove-tier",
            Self::MoveTier => "move-tier",
            Self::Import => "import",
            Self::Paste => "paste",
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Replace => "replace",
            Self::Clear => "clear",
            Self::Other(name) => name,
        }
    }
}

impl Edit {
    /// Is whose the result is settled? Either it says so itself; or, as when a proposal is accepted or a tier changes,
    /// nobody has said anything new.
    pub(crate) fn keeps_authors(&self) -> bool {
        match self {
            Self::Add { item, .. } => item.author.is_some(),
            Self::Update { patch, .. } => patch.author.is_some() || patch.state.is_some(),
            Self::AddTier { .. }
            | Self::UpdateTier { .. }
            | Self::RemoveTier(_)
            | Self::MoveTier { .. } => true,
            _ => false,
        }
    }

    /// The annotations that it is about, of those that are there already.
    pub(crate) fn subjects(&self) -> &[Key] {
        match self {
            Self::Update { keys, .. } | Self::Move { keys, .. } | Self::Merge(keys) => keys,
            Self::SetTimes { key, .. } | Self::Resize { key, .. } | Self::Split { key, .. } => {
                std::slice::from_ref(key)
            }
            Self::Join { left, .. } => std::slice::from_ref(left),
            _ => &[],
        }
    }

    /// What the step is called.
    pub fn name(&self) -> Name {
        match self {
            Self::Add { .. } => Name::Add,
            Self::Update { .. } | Self::SetTimes { .. } => Name::Change,
            Self::Remove(_) => Name::Remove,
            Self::Move { .. } => Name::Move,
            Self::Resize { .. } => Name::Resize,
            Self::Split { .. } => Name::Split,
            Self::Merge(_) => Name::Merge,
            Self::Join { .. } => Name::Join,
            Self::Duplicate { .. } => Name::Duplicate,
            Self::AddTier { .. } => Name::AddTier,
            Self::UpdateTier { .. } => Name::ChangeTier,
            Self::RemoveTier(_) => Name::RemoveTier,
            Self::MoveTier { .. } => Name::MoveTier,
            Self::Batch { name, .. } => name.clone(),
        }
    }
}

/// Why an edit was not done. Nothing has changed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The document may only be read.
    ReadOnly,
    /// The tier is locked.
    Locked(TierKey),
    /// There is no such annotation (any more).
    UnknownItem,
    /// There is no such tier (any more).
    UnknownTier,
    /// Another annotation or tier has this id.
    DuplicateId(String),
    /// It would lie before the begin or after the end.
    OutOfRange,
    /// No room on a tier that forbids overlaps.
    Overlap {
        /// The tier.
        tier: TierKey,
        /// What stands there.
        other: Key,
    },
    /// It would lie outside the annotations of the parent tier.
    OutsideParent {
        /// The tier.
        tier: TierKey,
        /// The parent.
        parent: TierKey,
    },
    /// What lies within it would lie outside.
    WouldOrphan(Key),
    /// The place to split at is not inside.
    NotInside(Key),
    /// They must stand on one tier.
    DifferentTiers,
    /// Others stand between.
    NotNeighbours(Key),
    /// Too few to merge.
    TooFew,
    /// The tier's vocabulary has no such label.
    NotInVocabulary {
        /// The tier.
        tier: TierKey,
        /// The label.
        label: String,
    },
    /// The tier has what its new rule or kind forbids.
    RuleBroken {
        /// The tier.
        tier: TierKey,
        /// One that breaks it.
        other: Key,
    },
    /// Points cannot cut a tier into pieces.
    PointsCannotTile,
    /// A tier would be its own ancestor.
    ParentCycle(TierKey),
}

impl Refusal {
    /// A word to test for, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::Locked(_) => "locked",
            Self::UnknownItem => "unknown-annotation",
            Self::UnknownTier => "unknown-tier",
            Self::DuplicateId(_) => "duplicate-id",
            Self::OutOfRange => "out-of-range",
            Self::Overlap { .. } => "overlap",
            Self::OutsideParent { .. } => "outside-parent",
            Self::WouldOrphan(_) => "would-orphan",
            Self::NotInside(_) => "not-inside",
            Self::DifferentTiers => "different-tiers",
            Self::NotNeighbours(_) => "not-neighbours",
            Self::TooFew => "too-few",
            Self::NotInVocabulary { .. } => "not-in-vocabulary",
            Self::RuleBroken { .. } => "rule-broken",
            Self::PointsCannotTile => "points-cannot-tile",
            Self::ParentCycle(_) => "parent-cycle",
        }
    }
}
