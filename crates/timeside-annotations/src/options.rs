//! What a caller may say about reading and writing.

use serde::Deserialize;
use timeside_core::{Error, Result};

/// What is known of a file before it is read, and how it is to be understood.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ReadOptions {
    /// File name: its extension helps to tell the format, its stem names the tier where the file names none.
    pub name: String,
    /// Length of the medium in seconds: what lies past it is clipped.
    pub duration: Option<f64>,
    /// Rate of the medium in Hz, for files whose times are samples.
    pub sample_rate: Option<f64>,
    /// Keep the intervals of a TextGrid that have no text; without it they are gaps.
    pub keep_empty: bool,
    /// Labels of an Audacity file are `tier|label`.
    pub tier_prefix: bool,
}

impl ReadOptions {
    pub(crate) fn check(&self) -> Result<()> {
        positive("parseAnnotations", "duration", self.duration)?;
        positive("parseAnnotations", "sampleRate", self.sample_rate)
    }
}

/// How a file is to be written.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct WriteOptions {
    /// Length of the medium in seconds: where the tiers of a TextGrid end.
    pub duration: Option<f64>,
    /// Rate of the medium in Hz: JSON then has frames.
    pub sample_rate: Option<f64>,
    /// Name or address of the medium, for JSON.
    pub media: Option<String>,
    /// Only the tiers of these ids; empty is all.
    pub tiers: Vec<String>,
    /// TextGrid in its short form.
    pub short: bool,
    /// Audacity's labels as `tier|label`.
    pub tier_prefix: bool,
    /// WebVTT with `Kind: metadata`: the text of a cue is JSON, and nothing is lost but the tiers' settings.
    pub metadata: bool,
    /// CSV between `;`, with decimal commas.
    pub decimal_comma: bool,
    /// CSV in which no cell begins a formula: where one would, an apostrophe stands before it.
    pub guard_formulas: bool,
    /// CSV and SRT begin with a byte order mark, which some programs need to see UTF-8.
    pub byte_order_mark: bool,
}

impl WriteOptions {
    pub(crate) fn check(&self) -> Result<()> {
        positive("formatAnnotations", "duration", self.duration)?;
        positive("formatAnnotations", "sampleRate", self.sample_rate)
    }
}

fn positive(call: &str, name: &str, value: Option<f64>) -> Result<()> {
    match value {
        Some(n) if !(n.is_finite() && n > 0.0) => Err(Error::bad_parameter(
            call,
            name,
            format!("must be a number above 0, not {n}"),
        )),
        _ => Ok(()),
    }
}
