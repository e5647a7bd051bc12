use super::*;
use std::fmt::Write as _;
use timeside_annotations::{MAX_BYTES, formats};

#[test]
fn what_is_no_file_of_annotations_is_refused_by_its_cause() {
    for (bytes, cause) in [
        (&b""[..], "empty"),
        (b"  \n ", "empty"),
        (&[0; 64], "zero bytes"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"<?xml version=\"1.0\"?><ANNOTATION_DOCUMENT>", "ELAN"),
        (b"<!DOCTYPE sonic-visualiser>", "Sonic Visualiser"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"once upon a time", "no annotations"),
    ] {
        let said = refused(None, bytes);
        assert!(said.contains(cause), "{said}");
    }
    for format in formats() {
        let said = read(
            b"once upon a time",
            Some(format.id),
            &ReadOptions::default(),
        );
        let is_refused = said.as_ref().is_err_and(|e| e.code() == "bad-annotations");
        assert!(
            is_refused
                || said.is_ok_and(|d| d.annotations.is_empty() && !d.report.warnings.is_empty()),
            "{}",
            format.id
        );
    }
    let large = vec![b' '; MAX_BYTES + 1];
    let error = read(&large, None, &ReadOptions::default()).unwrap_err();
    assert_eq!(error.code(), "out-of-memory");
    let error = read(b"1", Some("docx"), &ReadOptions::default()).unwrap_err();
    assert!(
        error.code() == "bad-parameter" && error.to_string().contains("textgrid"),
        "{error}"
    );
}

#[test]
fn ids_times_and_texts_are_repaired_with_a_report() {
    let label = "x".repeat((1 << 20) + 10);
    let text = format!(
        r#"{{"tiers":[{{"id":"t","parent":"u"}},{{"id":"u","parent":"t"}},{{"id":"t"}}],"annotations":[
            {{"id":"a","start":-1,"end":1,"label":"<script>alert(1)</script>\u202e"}},
            {{"id":"a","start":3,"end":2,"label":"nul\u0000 \ud800"}},
            {{"id":"a","start":9,"end":99,"label":"{label}","low":5,"high":1,"confidence":87}},
            {{"start":1,"end":1,"tier":"new"}}]}}"#
    );
    let options = ReadOptions {
        duration: Some(10.0),
        ..ReadOptions::default()
    };
    let document = read(text.as_bytes(), None, &options).unwrap();
    let times: Vec<_> = document
        .annotations
        .iter()
        .map(|a| (a.id.as_str(), a.start, a.end))
        .collect();
    assert_eq!(
        times,
        [
            ("a", 0.0, 1.0),
            ("a-2", 2.0, 3.0),
            ("a-3", 9.0, 10.0),
            ("a1", 1.0, 1.0)
        ]
    );
    assert_eq!(
        document.annotations[0].label,
        "<script>alert(1)</script>\u{202e}"
    );
    assert_eq!(document.annotations[1].label, "nul\u{fffd} \u{fffd}");
    let third = &document.annotations[2];
    assert_eq!(
        (third.label.len(), third.low, third.confidence),
        (1 << 20, Some(1.0), None)
    );
    assert_eq!(third.attributes["confidence"], "87");
    let ids: Vec<_> = document
        .tiers
        .iter()
        .map(|t| (t.id.as_str(), t.parent.as_deref()))
        .collect();
    assert_eq!(
        ids,
        [("t", None), ("u", Some("t")), ("t-2", None), ("new", None)]
    );
    let mut told = codes(&document.report.warnings);
    told.sort();
    assert_eq!(
        told,
        [
            "before-start",
            "confidence-range",
            "duplicate-id",
            "duplicate-id",
            "duplicate-tier",
            "end-before-start",
            "label-cut",
            "low-above-high",
            "nul-replaced",
            "past-end",
            "surrogates-replaced",
            "tier-parent",
        ]
    );
}

#[test]
fn many_alike_are_counted() {
    let mut text = String::new();
    for n in 0..1000 {
        let _ = writeln!(text, "{n}\t{}\tx", n - 1);
    }
    let document = read_as("audacity", text);
    let warnings = &document.report.warnings;
    let last = warnings
        .iter()
        .rfind(|w| w.code == "end-before-start")
        .unwrap();
    assert!(
        warnings.len() < 20 && last.message.contains("992 more"),
        "{warnings:?}"
    );
}

#[test]
fn a_hundred_thousand_overlaps_and_equal_ids_take_no_quadratic_time() {
    let one = |n: usize| Annotation {
        id: "same".to_owned(),
        ..annotation("t", n as f64 * 1e-3, 1e6, "x")
    };
    let all = document((0..20_000).map(one).collect());
    let (text, _) = written(&all, "json", &WriteOptions::default());
    assert_eq!(read_as("json", text).annotations.len(), 20_000);
    let (grid, _) = written(&all, "textgrid", &WriteOptions::default());
    // So many tiers are refused, not swallowed.
    assert!(refused(Some("textgrid"), grid).contains("tiers"));
}
