//! Annotations and tiers as they are edited.

use std::collections::BTreeMap;

use timeside_core::{
    annotation::{self, TierKind, TierRule},
    time,
};

/// Attribute under which the edge keeps [`State::Proposed`].
const STATUS: &str = "status";
const PROPOSED: &str = "proposed";

/// An annotation of one document; never given to another, also after removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub(crate) u32);

impl Key {
    /// As a number, to carry over a border.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The key of a number. One that the document never gave names nothing.
    pub fn from_number(number: u32) -> Self {
        Self(number)
    }
}

/// A tier of one document; never given to another, also after removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TierKey(pub(crate) u32);

impl TierKey {
    /// As a number, to carry over a border.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The key of a number.
    pub fn from_number(number: u32) -> Self {
        Self(number)
    }
}

/// Has somebody agreed?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// Somebody's word.
    #[default]
    Accepted,
    /// An analyzer's, which waits to be accepted.
    Proposed,
}

/// Something said of a place in the recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Unique in its document; empty in a new one lets the document choose.
    pub id: String,
    /// The tier it stands on.
    pub tier: TierKey,
    /// First frame.
    pub start: i64,
    /// The frame after the last; equal to `start` for a point.
    pub end: i64,
    /// What is said.
    pub label: String,
    /// Lower edge of a box, Hz.
    pub low_hz: Option<f64>,
    /// Upper edge of a box, Hz.
    pub high_hz: Option<f64>,
    /// A measured value.
    pub value: Option<f64>,
    /// How sure its author is, 0 to 1.
    pub confidence: Option<f64>,
    /// Who said it.
    pub author: Option<String>,
    /// Whatever else is known.
    pub attributes: BTreeMap<String, String>,
    /// Accepted, or proposed by an analyzer.
    pub state: State,
}

impl Item {
    /// A new annotation without a word.
    pub fn new(tier: TierKey, start: i64, end: i64) -> Self {
        Self {
            id: String::new(),
            tier,
            start,
            end,
            label: String::new(),
            low_hz: None,
            high_hz: None,
            value: None,
            confidence: None,
            author: None,
            attributes: BTreeMap::new(),
            state: State::Accepted,
        }
    }

    /// The same with a label.
    #[must_use]
    pub fn labelled(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Does it stand at one moment?
    pub fn is_point(&self) -> bool {
        self.start == self.end
    }

    /// Its length in frames.
    pub fn len_frames(&self) -> i64 {
        self.end - self.start
    }

    /// The frame after the last that it takes room on: a point takes its frame.
    pub(crate) fn room_end(&self) -> i64 {
        self.end.max(self.start.saturating_add(1))
    }

    /// Has nobody said anything with it?
    pub fn is_blank(&self) -> bool {
        self.label.is_empty() && self.attributes.is_empty() && self.value.is_none()
    }

    /// From the edge's words; `rate_hz` makes frames of seconds. What is no number becomes 0.
    pub fn from_annotation(said: annotation::Annotation, tier: TierKey, rate_hz: u32) -> Self {
        let mut attributes = said.attributes;
        let proposed = attributes.get(STATUS).is_some_and(|word| word == PROPOSED);
        if proposed {
            attributes.remove(STATUS);
        }
        Self {
            id: said.id,
            tier,
            start: time::frame_from_secs(said.start, rate_hz),
            end: time::frame_from_secs(said.end, rate_hz),
            label: said.label,
            low_hz: said.low,
            high_hz: said.high,
            value: said.value,
            confidence: said.confidence,
            author: said.author,
            attributes,
            state: if proposed {
                State::Proposed
            } else {
                State::Accepted
            },
        }
    }

    /// In the edge's words; `tier` is the tier's id. A proposal carries the attribute `status: "proposed"`.
    pub fn to_annotation(&self, tier: &str, rate_hz: u32) -> annotation::Annotation {
        let mut attributes = self.attributes.clone();
        if self.state == State::Proposed {
            attributes.insert(STATUS.to_owned(), PROPOSED.to_owned());
        }
        annotation::Annotation {
            id: self.id.clone(),
            tier: Some(tier.to_owned()),
            start: time::secs_from_frame(self.start, rate_hz),
            end: time::secs_from_frame(self.end, rate_hz),
            label: self.label.clone(),
            low: self.low_hz,
            high: self.high_hz,
            value: self.value,
            confidence: self.confidence,
            author: self.author.clone(),
            attributes,
        }
    }

    /// Numbers that are none are dropped, an upside-down box is turned, confidence stays within 0 and 1.
    pub(crate) fn tidied(mut self) -> Self {
        let finite = |number: Option<f64>| number.filter(|n| n.is_finite());
        self.low_hz = finite(self.low_hz).map(|hz| hz.max(0.0));
        self.high_hz = finite(self.high_hz).map(|hz| hz.max(0.0));
        self.value = finite(self.value);
        self.confidence = finite(self.confidence).map(|share| share.clamp(0.0, 1.0));
        if let (Some(low), Some(high)) = (self.low_hz, self.high_hz)
            && low > high
        {
            (self.low_hz, self.high_hz) = (Some(high), Some(low));
        }
        self
    }
}

/// A row of annotations.
#[derive(Debug, Clone, PartialEq)]
pub struct Tier {
    /// Names it in this document.
    pub key: TierKey,
    /// As the edge knows it.
    pub said: annotation::Tier,
    /// Must its annotations lie within those of its parent? So if they did when it was loaded or made.
    pub is_contained: bool,
}

impl Tier {
    /// What it forbids.
    pub fn rule(&self) -> TierRule {
        self.said.rule.unwrap_or_default()
    }

    /// What it holds.
    pub fn kind(&self) -> TierKind {
        self.said.kind
    }

    /// Its id at the edge.
    pub fn id(&self) -> &str {
        &self.said.id
    }

    /// As shown.
    pub fn name(&self) -> &str {
        &self.said.name
    }
}
