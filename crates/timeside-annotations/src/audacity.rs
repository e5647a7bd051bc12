//! Audacity's label tracks: `start<TAB>end<TAB>label` in seconds, and a line `\<TAB>low<TAB>high` in Hz after a label with
//! a spectral selection. Several tracks follow each other without a sign.

use crate::clock::{decimal, nine_decimals};
use crate::draft::Draft;
use crate::formats::Format;
use crate::losses::Keeps;
use crate::options::WriteOptions;
use crate::report::Findings;
use crate::sheet::Sheet;
use crate::text::lines;
use std::fmt::Write as _;
use timeside_core::Result;
use timeside_core::annotation::Annotation;

pub(crate) const FORMAT: Format = Format {
    id: "audacity",
    name: "Audacity labels",
    doc: "Labels at points and over regions, with frequencies. Tiers become one track.",
    extensions: &["txt"],
    mime_types: &["text/plain"],
    sniff,
    read: Some(read),
    write: Some(write),
    keeps: |options| Keeps {
        tiers: options.tier_prefix,
        frequencies: true,
        ..Keeps::default()
    },
    may_be_empty: false,
    may_have_mark: false,
};

fn sniff(head: &str) -> u8 {
    let mut has_frequencies = false;
    let mut rows = 0;
    for (_, line) in lines(head).filter(|(_, l)| !l.is_empty()).take(20) {
        let cells: Vec<_> = line.split('\t').collect();
        let are_numbers =
            |pair: &[&str]| pair.len() == 2 && pair.iter().all(|c| decimal(c).is_some());
        match cells.as_slice() {
            ["\\", hz @ ..] if are_numbers(hz) => has_frequencies = true,
            [start, end] | [start, end, _] if are_numbers(&[start, end]) => rows += 1,
            // The last line of a head may be cut.
            _ if rows > 0 && head.len() > 8000 => break,
            _ => return 0,
        }
    }
    match (rows, has_frequencies) {
        (0, _) => 0,
        (_, true) => 95,
        (_, false) => 70,
    }
}

fn read(text: &str, draft: &mut Draft<'_>) -> Result<()> {
    let mut has_label = false;
    for (number, line) in lines(text) {
        if line.trim().is_empty() {
            continue;
        }
        if let Some(rest) = line.strip_prefix('\\') {
            frequencies(number, rest, has_label, draft);
            continue;
        }
        let Some((start, end, label)) = cells(line) else {
            has_label = false;
            draft.left_out(number, line, "not start, end and label between tabs");
            continue;
        };
        if !line.contains('\t') {
            let said = format_args!("times stand between spaces, as in Audacity before 2.1");
            draft.report.guessed.add("spaces", said);
        }
        has_label = true;
        let (tier, label) = match label.split_once('|').filter(|_| draft.options.tier_prefix) {
            Some((tier, label)) => (draft.tier(tier)?, label),
            None => (draft.only_tier()?, label),
        };
        let one = Annotation {
            start,
            end,
            label: label.to_owned(),
            ..Annotation::default()
        };
        draft.push(tier, number, one)?;
    }
    Ok(())
}

/// Start, end and label, which may be missing.
fn cells(line: &str) -> Option<(f64, f64, &str)> {
    if line.contains('\t') {
        let mut cells = line.splitn(3, '\t');
        let (start, end) = (decimal(cells.next()?)?, decimal(cells.next()?)?);
        return Some((start, end, cells.next().unwrap_or("")));
    }
    let (start, rest) = line.trim_start().split_once(' ')?;
    let rest = rest.trim_start();
    let (end, label) = rest.split_once(' ').unwrap_or((rest, ""));
    Some((decimal(start)?, decimal(end)?, label.trim_start()))
}

/// The line of frequencies of the label before.
fn frequencies(number: usize, rest: &str, has_label: bool, draft: &mut Draft<'_>) {
    if !has_label {
        draft.left_out(number, rest, "frequencies without a label before them");
        return;
    }
    let mut hz = (rest.split('\t').skip(1)).map(|c| decimal(c).filter(|n| *n >= 0.0));
    let (low, high) = (hz.next().flatten(), hz.next().flatten());
    if let Some(label) = draft.last() {
        (label.low, label.high) = (low, high);
    }
}

fn write(sheet: &Sheet, options: &WriteOptions, findings: &mut Findings) -> String {
    let mut out = String::new();
    for (tier, rows) in sheet.tiers.iter().zip(sheet.by_tier()) {
        for one in rows {
            let mut label = one.label.clone();
            if options.tier_prefix {
                label = format!("{}|{label}", tier.name.replace('|', "/"));
            }
            if label.contains(['\t', '\n', '\r']) {
                label = label.replace("\r\n", " ").replace(['\t', '\n', '\r'], " ");
                let said = format_args!("a label had tabs or line breaks; they are spaces now");
                findings.lost.add("text", said);
            }
            let (start, end) = (six_decimals(one.start), six_decimals(one.end));
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{start}\t{end}\t{label}");
            if one.low.is_some() || one.high.is_some() {
                let hz = |n: Option<f64>| n.map_or("-1".to_owned(), nine_decimals);
                let _ = writeln!(out, "\\\t{}\t{}", hz(one.low), hz(one.high));
            }
        }
    }
    out
}

/// As Audacity writes them: within half a microsecond, less than a frame at any rate.
fn six_decimals(secs: f64) -> String {
    format!("{secs:.6}")
}
