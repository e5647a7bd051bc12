//! WebVTT: cues with identifiers, settings and voices; captions, chapters, or metadata as JSON.

mod markup;
mod read;
mod write;

use crate::formats::Format;
use crate::losses::{ALL, Keeps};

pub(crate) const FORMAT: Format = Format {
    id: "webvtt",
    name: "WebVTT",
    doc: "Text over stretches of time, in milliseconds, for the <track> of a page. Tiers become one list.",
    extensions: &["vtt"],
    mime_types: &["text/vtt"],
    sniff: |head| if head.starts_with("WEBVTT") { 100 } else { 0 },
    read: Some(read::read),
    write: Some(write::write),
    keeps: |options| {
        if options.metadata {
            return Keeps {
                tier_settings: false,
                ..ALL
            };
        }
        Keeps {
            some_attributes: &[SPEAKER, SETTINGS, TIMES],
            ..Keeps::default()
        }
    },
    may_be_empty: true,
    may_have_mark: false,
};

/// Attribute: who speaks, of `<v Name>`.
const SPEAKER: &str = "speaker";

/// Attribute: what follows the times, such as `align:start line:0`.
const SETTINGS: &str = "vtt-settings";

/// Attribute: times within the text: `4@5.5 9@6` are 5.5 s before the fifth character, 6 s before the tenth.
const TIMES: &str = "vtt-times";
