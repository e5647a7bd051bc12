//! Tables: CSV and TSV of any program, with a header or in the order Sonic Visualiser writes without one.

mod columns;
mod read;
mod records;
mod write;

use crate::formats::Format;
use crate::losses::{ALL, Keeps};
use crate::options::WriteOptions;

pub(crate) const CSV: Format = Format {
    id: "csv",
    name: "table (CSV)",
    doc: "One row per annotation, for spreadsheets and scripts; columns by name, or in the order of Sonic Visualiser.",
    extensions: &["csv"],
    mime_types: &["text/csv"],
    sniff: read::sniff,
    read: Some(read::read),
    write: Some(|sheet, options, findings| {
        let delimiter = if options.decimal_comma { ';' } else { ',' };
        write::write(sheet, options, delimiter, findings)
    }),
    keeps,
    may_be_empty: true,
    may_have_mark: true,
};

pub(crate) const TSV: Format = Format {
    id: "tsv",
    name: "table (TSV)",
    doc: "As CSV, between tabs.",
    extensions: &["tsv", "tab"],
    mime_types: &["text/tab-separated-values"],
    // What is read is read as CSV, whose delimiter is seen.
    sniff: |_| 0,
    read: Some(read::read),
    write: Some(|sheet, options, findings| write::write(sheet, options, '\t', findings)),
    keeps,
    may_be_empty: true,
    may_have_mark: true,
};

fn keeps(_: &WriteOptions) -> Keeps {
    Keeps {
        tier_settings: false,
        ..ALL
    }
}
