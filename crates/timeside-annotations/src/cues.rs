//! What subtitles have in common: times in whole milliseconds, and nothing without length.

use crate::clock::{clock, decimal, millis};
use crate::report::Findings;
use crate::sheet::Sheet;
use timeside_core::annotation::Annotation;

/// The sign between the times of a cue.
pub(crate) const ARROW: &str = "-->";

/// A cue of this length is a point.
pub(crate) const POINT_MILLIS: u64 = 1;

/// Begin and end in seconds, and what follows them on the line; `None` if it is no line of times.
pub(crate) fn timing(line: &str) -> Option<(f64, f64, &str)> {
    let (start, rest) = line.split_once(ARROW)?;
    let rest = rest.trim_start();
    let (end, settings) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    // A few programs write plain seconds.
    let secs = |text: &str| clock(text).or_else(|| decimal(text));
    Some((secs(start)?, secs(end)?, settings.trim()))
}

/// Begin and end of each annotation in milliseconds, with a word in the report for what changes.
pub(crate) fn in_millis<'a>(
    sheet: &'a Sheet,
    findings: &mut Findings,
) -> Vec<(u64, u64, &'a Annotation)> {
    let (mut widened, mut rounded) = (0, 0);
    let is_off = |secs: f64, millis: u64| (secs - millis as f64 / 1000.0).abs() > 1e-7;
    let mut cues: Vec<_> = (sheet.annotations())
        .map(|one| {
            let (start, mut end) = (millis(one.start), millis(one.end));
            if end <= start {
                end = start + POINT_MILLIS;
                widened += 1;
            }
            let is_rounded = is_off(one.start, start) || (!one.is_point() && is_off(one.end, end));
            rounded += usize::from(is_rounded);
            (start, end, one)
        })
        .collect();
    cues.sort_by_key(|(start, ..)| *start);
    if widened > 0 {
        let said = format_args!("{widened} points: a cue needs a length, so they last 1 ms");
        findings.lost.add("points-widened", said);
    }
    if rounded > 0 {
        let said = format_args!("{rounded} annotations: their times are rounded to 1 ms");
        findings.lost.add("times-rounded", said);
    }
    cues
}

/// Makes a point of what lasts a millisecond, since [`in_millis`] writes points so.
pub(crate) fn see_points(annotations: &mut [Annotation], findings: &mut Findings) {
    let mut points = 0;
    for one in annotations {
        let length = one.end - one.start;
        if length > 0.0 && millis(length) <= POINT_MILLIS && length < 0.0015 {
            one.end = one.start;
            points += 1;
        }
    }
    if points > 0 {
        let said = format_args!("{points} cues of 1 ms are read as points");
        findings.guessed.add("points", said);
    }
}

/// The lines of a label as lines of a cue. A cue ends at an empty line, so such a line holds a space.
pub(crate) fn to_lines(label: &str, findings: &mut Findings) -> String {
    if label.is_empty() {
        return String::new();
    }
    let lines: Vec<&str> = label
        .split('\n')
        .map(|l| l.strip_suffix('\r').unwrap_or(l))
        .collect();
    if label.contains('\r') || lines.contains(&" ") {
        let said = format_args!("a label had line breaks of another kind, or lines of one space");
        findings.lost.add("text", said);
    }
    let lines: Vec<_> = (lines.into_iter())
        .map(|l| {
            if l.is_empty() {
                " ".to_owned()
            } else {
                l.replace('\r', " ")
            }
        })
        .collect();
    lines.join("\n")
}

/// What [`to_lines`] wrote.
pub(crate) fn from_lines(text: &str) -> String {
    let plain: Vec<_> = text
        .split('\n')
        .map(|l| if l == " " { "" } else { l })
        .collect();
    plain.join("\n")
}
