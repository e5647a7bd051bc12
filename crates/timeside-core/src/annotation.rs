//! What people say about a recording: annotations on tiers.
//!
//! These are the words at the edge, where files are read and programs call: times are seconds. While a document is
//! edited its times are frames of the medium.

use crate::Warning;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something said of a place in a recording.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Annotation {
    /// Unique in its document; empty where the file gave none and the reader has not made one yet.
    pub id: String,
    /// [`Tier::id`] of the tier it stands on; `None` is the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Begin in seconds.
    pub start: f64,
    /// End in seconds; equal to `start` for a point.
    pub end: f64,
    /// What is said. Never markup: shown as text.
    pub label: String,
    /// Lower edge of a box in Hz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper edge of a box in Hz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// A measured value, such as a note's pitch; its unit is the tier's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// How sure its author is, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Who said it: a person, or a processor's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Whatever else is known, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

impl Annotation {
    /// Does it stand at one moment?
    pub fn is_point(&self) -> bool {
        self.start == self.end
    }
}

/// What a tier holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TierKind {
    /// Stretches of time.
    #[default]
    Spans,
    /// Moments.
    Points,
    /// Stretches of time and frequency.
    Boxes,
    /// Stretches with a pitch.
    Notes,
    /// Stretches whose text is what matters: a transcript.
    Text,
}

/// What a tier forbids its annotations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TierRule {
    /// Nothing.
    #[default]
    Free,
    /// To overlap.
    NoOverlap,
    /// To overlap, and to leave gaps: the tier is cut into pieces from begin to end.
    Partition,
}

/// A row of annotations of one kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tier {
    /// Unique in its document.
    pub id: String,
    /// As shown.
    pub name: String,
    /// What it holds.
    pub kind: TierKind,
    /// What it forbids; `None` is [`TierRule::Free`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<TierRule>,
    /// [`Tier::id`] of the tier that it divides further.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// A CSS colour; `None` lets the player choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// The labels it admits, in the order of their keys; empty admits any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vocabulary: Vec<String>,
}

/// What a reader repaired, guessed and lost; what a writer could not keep.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportReport {
    /// The format's id, such as `textgrid`.
    pub format: String,
    /// What was wrong and has been repaired, or is doubtful.
    pub warnings: Vec<Warning>,
    /// What the file did not say and the reader decided.
    pub guessed: Vec<Warning>,
    /// What the other side cannot hold.
    pub lost: Vec<Warning>,
}

/// The annotations of one recording.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnnotationDocument {
    /// Top down.
    pub tiers: Vec<Tier>,
    /// In no particular order.
    pub annotations: Vec<Annotation>,
    /// How reading went; empty for what was made here.
    pub report: ImportReport,
}
