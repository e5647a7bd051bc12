//! Our own JSON, which keeps everything; and whatever has annotations of the same shape.
//!
//! ```json
//! { "type": "timeside-annotations", "version": 1,
//!   "media": { "name": "rec.wav", "duration": 12.5, "sampleRate": 44100 },
//!   "rate": 44100,
//!   "tiers": [ { "id": "words", "name": "words", "kind": "spans" } ],
//!   "annotations": [ { "id": "a1", "tier": "words", "startFrame": 22050, "endFrame": 55125, "label": "bird" } ] }
//! ```
//!
//! Times are `start` and `end` in seconds, or `startFrame` and `endFrame` at `rate`. Also read: a list of annotations, one
//! annotation, and a line of each (NDJSON). Keys that are unknown here are kept as attributes.

mod annotation;
mod read;
mod write;

use crate::formats::Format;
use crate::losses::ALL;

pub(crate) use annotation::{attributes_from_text, fill_from_text, text_of};

pub(crate) const FORMAT: Format = Format {
    id: "json",
    name: "TimeSide annotations (JSON)",
    doc: "Everything: tiers with their settings, exact times, attributes.",
    extensions: &["json", "ndjson", "jsonl"],
    mime_types: &[
        "application/vnd.timeside.annotations+json;version=1",
        "application/json",
    ],
    sniff: |head| match head.as_bytes() {
        [b'{', ..] if head.contains(KIND) => 100,
        [b'{', ..] if head.contains("\"annotations\"") || head.contains("\"start") => 80,
        [b'[', rest @ ..] if matches!(rest.trim_ascii_start(), [b'{' | b']', ..]) => 80,
        [b'{', ..] => 30,
        _ => 0,
    },
    read: Some(read::read),
    write: Some(write::write),
    keeps: |_| ALL,
    may_be_empty: true,
    may_have_mark: false,
};

/// What the key `type` says.
const KIND: &str = "timeside-annotations";

/// The version that is written; higher ones are refused.
const VERSION: u64 = 1;
