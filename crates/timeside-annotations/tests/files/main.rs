//! Files as programs write them, files as nobody should, and every format there and back.

#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

mod captions;
mod grids;
mod hostile;
mod json;
mod labels;
mod round_trips;
mod tables;

use timeside_annotations::{ReadOptions, WriteOptions, read, write};
use timeside_core::Warning;
use timeside_core::annotation::{Annotation, AnnotationDocument};

fn read_as(format: &str, bytes: impl AsRef<[u8]>) -> AnnotationDocument {
    read(bytes.as_ref(), Some(format), &ReadOptions::default()).unwrap()
}

/// Read by what it is.
fn sniffed(bytes: impl AsRef<[u8]>, name: &str) -> AnnotationDocument {
    let options = ReadOptions {
        name: name.to_owned(),
        ..ReadOptions::default()
    };
    read(bytes.as_ref(), None, &options).unwrap()
}

fn refused(format: Option<&str>, bytes: impl AsRef<[u8]>) -> String {
    let error = read(bytes.as_ref(), format, &ReadOptions::default()).unwrap_err();
    assert_eq!(error.code(), "bad-annotations", "{error}");
    error.to_string()
}

fn written(
    document: &AnnotationDocument,
    format: &str,
    options: &WriteOptions,
) -> (String, Vec<String>) {
    let written = write(document, format, options).unwrap();
    (
        String::from_utf8(written.bytes).unwrap(),
        codes(&written.report.lost),
    )
}

fn codes(list: &[Warning]) -> Vec<String> {
    list.iter().map(|w| w.code.clone()).collect()
}

/// Start, end and label of each.
fn spans(document: &AnnotationDocument) -> Vec<(f64, f64, &str)> {
    let span = |a: &'_ Annotation| (a.start, a.end);
    let all = document.annotations.iter();
    all.map(|a| (span(a).0, span(a).1, a.label.as_str()))
        .collect()
}

fn tier_names(document: &AnnotationDocument) -> Vec<&str> {
    document.tiers.iter().map(|t| t.name.as_str()).collect()
}

fn annotation(tier: &str, start: f64, end: f64, label: &str) -> Annotation {
    Annotation {
        tier: Some(tier.to_owned()),
        start,
        end,
        label: label.to_owned(),
        ..Annotation::default()
    }
}

fn document(annotations: Vec<Annotation>) -> AnnotationDocument {
    AnnotationDocument {
        annotations,
        ..AnnotationDocument::default()
    }
}
