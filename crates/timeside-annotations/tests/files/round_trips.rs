//! Any document, written and read: what comes back is what went in, but for what the report calls lost.

use super::*;
use std::collections::BTreeMap;
use timeside_annotations::MAX_ANNOTATIONS;

const LABELS: [&str; 24] = [
    "",
    "a",
    "two words",
    "two\nlines",
    "blank\n\nline",
    "\nlead",
    "trail\n",
    "quo\"te",
    "comma, semi; tab\tx",
    "<b>&amp;",
    "a --> b",
    "=1+1",
    "é 中 🎵 \u{202e}rtl",
    " lead",
    "trail ",
    "{\\an8}x",
    "1984",
    "{\"start\":1}",
    "NOTE x",
    "\"",
    "<v Bob>hi",
    "x|y",
    "#x",
    "c\rr\r\nn",
];

/// Numbers by xorshift: the same on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn often(&mut self) -> bool {
        self.below(3) > 0
    }

    fn secs(&mut self) -> f64 {
        match self.below(3) {
            0 => self.below(20) as f64,
            1 => self.below(20_000) as f64 / 1000.0,
            _ => self.below(882_000) as f64 / 44_100.0,
        }
    }
}

fn any_document(chance: &mut Chance) -> AnnotationDocument {
    let mut all = Vec::new();
    for n in 0..chance.below(30) + 1 {
        let (a, b) = (chance.secs(), chance.secs());
        let end = if chance.below(4) == 0 { a } else { b };
        let tier = ["words", "Töne, \"x\"", "p"][chance.below(3)];
        let mut one = annotation(
            tier,
            a.min(end),
            a.max(end),
            LABELS[chance.below(LABELS.len())],
        );
        one.id = format!("id {n}");
        if chance.below(4) == 0 {
            one.low = Some(chance.below(9000) as f64 / 8.0);
            one.high = one.low.map(|hz| hz + chance.secs());
        }
        one.value = (!chance.often()).then(|| chance.secs() - 3.0);
        one.confidence = (!chance.often()).then(|| chance.below(101) as f64 / 100.0);
        one.author = (!chance.often()).then(|| "Ann, \"B\"".to_owned());
        if !chance.often() {
            let names = ["speaker", "channel", "other"];
            let name = names[chance.below(3)].to_owned();
            one.attributes.insert(name, "=x \"y\", z".to_owned());
        }
        all.push(one);
    }
    document(all)
}

/// Is what is compared, in an order that times rounded by the format do not change.
type Seen = Vec<(String, i64, i64, String, Vec<(&'static str, String)>)>;

/// What of an annotation a format keeps: its time by steps, its text, the rest by name.
struct Kept {
    tier: bool,
    steps_per_sec: f64,
    label: fn(&str) -> String,
    frequencies: bool,
    all: bool,
    attributes: &'static [&'static str],
}

fn seen(document: &AnnotationDocument, kept: &Kept) -> Seen {
    let names: BTreeMap<&str, &str> = document
        .tiers
        .iter()
        .map(|t| (t.id.as_str(), t.name.as_str()))
        .collect();
    let mut all: Seen = (document.annotations.iter())
        .map(|a| {
            let mut rest = Vec::new();
            let mut add = |name, value: Option<String>| rest.extend(value.map(|v| (name, v)));
            if kept.frequencies {
                add("low", a.low.map(|n| n.to_string()));
                add("high", a.high.map(|n| format!("{n:.6}")));
            }
            if kept.all {
                add("value", a.value.map(|n| n.to_string()));
                add("confidence", a.confidence.map(|n| n.to_string()));
                add("author", a.author.clone());
                add("id", Some(a.id.clone()));
                add("attributes", Some(format!("{:?}", a.attributes)));
            }
            for name in kept.attributes {
                add(name, a.attributes.get(*name).cloned());
            }
            let id = a.tier.as_deref().unwrap_or("");
            let tier = if kept.tier {
                names.get(id).copied().unwrap_or(id)
            } else {
                ""
            };
            let steps = |secs: f64| (secs * kept.steps_per_sec).round() as i64;
            let end = if a.is_point() {
                steps(a.start)
            } else {
                steps(a.end)
            };
            (
                tier.to_owned(),
                steps(a.start),
                end,
                (kept.label)(&a.label),
                rest,
            )
        })
        .collect();
    all.sort();
    all
}

fn lines_of_cues(label: &str) -> String {
    label.replace("\r\n", "\n").replace('\r', " ")
}

fn check(format: &str, options: &WriteOptions, kept: &Kept, losses: &[&str]) {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    for _ in 0..300 {
        let all = any_document(&mut chance);
        let (text, lost) = written(&all, format, options);
        let again = read_as(format, &text);
        assert_eq!(seen(&again, kept), seen(&all, kept), "{format}: {text}");
        for code in lost {
            assert!(losses.contains(&code.as_str()), "{format} lost {code}");
        }
        // Written again it is the same file: the order is stable.
        if kept.all {
            assert_eq!(written(&again, format, options).0, text, "{format}");
        }
    }
}

const EVERYTHING: Kept = Kept {
    tier: true,
    steps_per_sec: 1e9,
    label: str::to_owned,
    frequencies: true,
    all: true,
    attributes: &[],
};

#[test]
fn json_loses_nothing() {
    check("json", &WriteOptions::default(), &EVERYTHING, &[]);
    let mut chance = Chance(7);
    for _ in 0..100 {
        let all = any_document(&mut chance);
        let again = read_as("json", written(&all, "json", &WriteOptions::default()).0);
        let start = |d: &AnnotationDocument| {
            d.annotations
                .iter()
                .map(|a| (a.id.clone(), a.start.to_bits()))
                .collect::<BTreeMap<_, _>>()
        };
        assert_eq!(start(&again), start(&all), "times are the same to the bit");
    }
}

#[test]
fn tables_lose_nothing() {
    let european = WriteOptions {
        decimal_comma: true,
        ..WriteOptions::default()
    };
    check("csv", &WriteOptions::default(), &EVERYTHING, &[]);
    check("csv", &european, &EVERYTHING, &[]);
    check("tsv", &WriteOptions::default(), &EVERYTHING, &[]);
}

#[test]
fn captions_lose_what_they_say() {
    let losses = [
        "tiers",
        "frequencies",
        "values",
        "confidences",
        "authors",
        "attributes",
        "points-widened",
        "times-rounded",
        "text",
        "markup",
    ];
    let kept = Kept {
        tier: false,
        steps_per_sec: 1000.0,
        label: lines_of_cues,
        frequencies: false,
        all: false,
        attributes: &["speaker"],
    };
    check("webvtt", &WriteOptions::default(), &kept, &losses);
    let srt = Kept {
        label: |label| {
            lines_of_cues(label)
                .replace("-->", "->")
                .replace("<b>", "")
                .replace("{\\an8}", "")
        },
        attributes: &[],
        ..kept
    };
    check("srt", &WriteOptions::default(), &srt, &losses);
    let metadata = WriteOptions {
        metadata: true,
        ..WriteOptions::default()
    };
    let kept = Kept {
        steps_per_sec: 1000.0,
        ..EVERYTHING
    };
    check(
        "webvtt",
        &metadata,
        &kept,
        &["points-widened", "times-rounded"],
    );
}

#[test]
fn labels_lose_what_they_say() {
    let losses = [
        "tiers",
        "frequencies",
        "values",
        "confidences",
        "authors",
        "attributes",
        "text",
    ];
    let kept = Kept {
        tier: false,
        steps_per_sec: 1e6,
        label: |label| label.replace("\r\n", " ").replace(['\t', '\n', '\r'], " "),
        frequencies: true,
        all: false,
        attributes: &[],
    };
    check("audacity", &WriteOptions::default(), &kept, &losses);
    let lab = Kept {
        label: |label| label.split_whitespace().collect::<Vec<_>>().join(" "),
        frequencies: false,
        steps_per_sec: 1e9,
        ..kept
    };
    check("lab", &WriteOptions::default(), &lab, &losses);
}

#[test]
fn grids_keep_every_labelled_annotation_and_its_time() {
    let mut chance = Chance(3);
    for round in 0..300 {
        let all = any_document(&mut chance);
        let options = WriteOptions {
            short: round % 2 == 0,
            ..WriteOptions::default()
        };
        let (text, _) = written(&all, "textgrid", &options);
        let again = read_as("textgrid", &text);
        let plain = |d: &AnnotationDocument| {
            let labelled = d
                .annotations
                .iter()
                .filter(|a| a.is_point() || !a.label.is_empty());
            let mut all: Vec<_> = labelled
                .map(|a| {
                    (
                        a.start.to_bits(),
                        a.end.to_bits(),
                        a.label.replace("\r\n", "\n"),
                    )
                })
                .collect();
            all.sort();
            all
        };
        assert_eq!(plain(&again), plain(&all), "{text}");
        for tier in &again.tiers {
            let base = tier
                .name
                .trim_end_matches("_points")
                .trim_end_matches(|c: char| c == '_' || c.is_ascii_digit());
            assert!(
                all.annotations
                    .iter()
                    .any(|a| a.tier.as_deref() == Some(base.trim_end_matches("_points"))),
                "{}",
                tier.name
            );
        }
    }
}

#[test]
fn fifty_thousand_come_back_in_every_format() {
    let all = document(
        (0..50_000)
            .map(|n| annotation("t", f64::from(n), f64::from(n) + 0.5, "some words here"))
            .collect(),
    );
    assert!(all.annotations.len() < MAX_ANNOTATIONS);
    for format in [
        "json", "csv", "webvtt", "srt", "audacity", "textgrid", "lab",
    ] {
        let (text, _) = written(&all, format, &WriteOptions::default());
        assert_eq!(read_as(format, &text).annotations.len(), 50_000, "{format}");
    }
}
