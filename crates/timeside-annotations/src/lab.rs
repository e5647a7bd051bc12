//! `.lab` files: `start end label` between spaces, in seconds (MIREX), or in whole steps of 100 ns (HTK).

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
    id: "lab",
    name: "label file (HTK, MIREX)",
    doc: "Start, end and label between spaces: chords, segments, phones.",
    extensions: &["lab"],
    mime_types: &["text/x-lab"],
    sniff,
    read: Some(read),
    write: Some(write),
    keeps: |_| Keeps::default(),
    may_be_empty: false,
    may_have_mark: false,
};

/// HTK counts steps of 100 ns.
const STEPS_PER_SEC: f64 = 1e7;

/// Whole numbers from here on are steps: as seconds they would be more than a day.
const FEWEST_STEPS: f64 = 100_000.0;

fn sniff(head: &str) -> u8 {
    let mut rows = lines(head)
        .map(|(_, l)| l)
        .filter(|l| !l.trim().is_empty())
        .take(5);
    let is_row = |line: &str| {
        !line.contains(['\t', ',', ';']) && cells(line).is_some_and(|c| !c.2.is_empty())
    };
    if rows.next().is_some_and(is_row) && rows.all(is_row) {
        50
    } else {
        0
    }
}

fn cells(line: &str) -> Option<(f64, f64, &str)> {
    let (start, rest) = line.trim().split_once([' ', '\t'])?;
    let rest = rest.trim_start();
    let (end, label) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    Some((decimal(start)?, decimal(end)?, label.trim()))
}

fn read(text: &str, draft: &mut Draft<'_>) -> Result<()> {
    let tier = draft.only_tier()?;
    let mut rows = Vec::new();
    for (number, line) in lines(text).filter(|(_, l)| !l.trim().is_empty()) {
        match cells(line) {
            Some((start, end, label)) => rows.push((number, start, end, label)),
            None => draft.left_out(number, line, "not start, end and label"),
        }
    }
    let is_whole = |n: f64| n.fract() == 0.0;
    let are_steps = rows.iter().all(|(_, s, e, _)| is_whole(*s) && is_whole(*e))
        && rows.iter().any(|(_, _, e, _)| *e >= FEWEST_STEPS);
    let unit = if are_steps {
        let said =
            format_args!("times are whole and large: read as steps of 100 ns, as HTK writes them");
        draft.report.guessed.add("unit", said);
        STEPS_PER_SEC
    } else {
        1.0
    };
    for (number, start, end, label) in rows {
        // HTK may put a score behind the label.
        let (label, value) = match label.rsplit_once(' ').filter(|_| are_steps) {
            Some((label, score)) => match decimal(score) {
                Some(score) => (label.trim_end(), Some(score)),
                None => (label, None),
            },
            None => (label, None),
        };
        let one = Annotation {
            start: start / unit,
            end: end / unit,
            label: label.to_owned(),
            value,
            ..Annotation::default()
        };
        draft.push(tier, number, one)?;
    }
    Ok(())
}

fn write(sheet: &Sheet, _: &WriteOptions, findings: &mut Findings) -> String {
    let mut out = String::new();
    for one in sheet.annotations() {
        let label = one.label.split_whitespace().collect::<Vec<_>>().join(" ");
        if label != one.label {
            let said =
                format_args!("a label had line breaks or several spaces; they are one space now");
            findings.lost.add("text", said);
        }
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{} {} {label}",
            nine_decimals(one.start),
            nine_decimals(one.end)
        );
    }
    out
}
