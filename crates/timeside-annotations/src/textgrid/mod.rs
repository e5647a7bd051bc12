//! Praat's TextGrid as text, long and short.
//!
//! A TextGrid is read as Praat reads it: only free-standing texts, numbers and flags count, in their order; the words
//! around them are for people.

mod lanes;
mod read;
mod tokens;
mod write;

use crate::formats::Format;
use crate::losses::Keeps;

pub(crate) const FORMAT: Format = Format {
    id: "textgrid",
    name: "Praat TextGrid",
    doc: "Tiers of intervals without overlaps and tiers of points, as Praat and forced aligners write them.",
    extensions: &["textgrid"],
    mime_types: &["text/praat-textgrid"],
    sniff: |head| {
        let first = head.lines().next().unwrap_or("");
        match () {
            () if first.contains("ooTextFile") => 95,
            () if head.contains("\"IntervalTier\"") || head.contains("\"TextTier\"") => 80,
            () => 0,
        }
    },
    read: Some(read::read),
    write: Some(write::write),
    keeps: |_| Keeps {
        tiers: true,
        ..Keeps::default()
    },
    may_be_empty: true,
    may_have_mark: false,
};
