//! What a column means: by its name, or without one by what stands in it.

use crate::clock::time;
use std::borrow::Cow;

/// What stands in a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    Start(Unit),
    End(Unit),
    Duration(Unit),
    Label,
    Tier,
    Low,
    High,
    Value,
    Confidence,
    Author,
    Id,
    /// A JSON object of attributes.
    Attributes,
    /// An attribute of this name.
    Attribute(String),
}

/// What a time is counted in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unit {
    Seconds,
    Milliseconds,
    Minutes,
    Samples,
}

/// Longest name of an attribute: it stands in every row.
const MAX_NAME_BYTES: usize = 120;

/// The role of a name, without unit, blanks and signs.
fn role_of(name: &str, unit: Unit) -> Option<Role> {
    Some(match name {
        "start" | "begin" | "onset" | "tmin" | "xmin" | "time" | "starttime" | "begintime"
        | "tbeg" | "timestart" | "from" | "timestamp" | "startframe" => Role::Start(unit),
        "end" | "stop" | "offset" | "tmax" | "xmax" | "endtime" | "stoptime" | "timeend"
        | "tend" | "to" | "endframe" => Role::End(unit),
        "duration" | "dur" | "length" | "deltatime" => Role::Duration(unit),
        "label" | "text" | "class" | "name" | "annotation" | "transcript" | "transcription"
        | "species" | "title" => Role::Label,
        "tier" | "layer" | "speaker" | "track" => Role::Tier,
        "low" | "lowfreq" | "lowfrequency" | "minfreq" | "freqmin" | "fmin" | "flow"
        | "minfrequency" => Role::Low,
        "high" | "highfreq" | "highfrequency" | "maxfreq" | "freqmax" | "fmax" | "fhigh"
        | "maxfrequency" => Role::High,
        "value" => Role::Value,
        "confidence" | "score" | "probability" => Role::Confidence,
        "author" | "annotator" | "creator" => Role::Author,
        "id" | "annotationid" | "uuid" => Role::Id,
        "attributes" | "attrs" => Role::Attributes,
        _ => return None,
    })
}

/// The bare name of a column, and its unit: `Begin Time (s)`, `onset_ms`, `start [samples]`, R's `Begin.Time..s.`.
fn named(title: &str) -> (String, Unit) {
    let lower = title.trim().trim_start_matches('#').trim().to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let unit = words
        .last()
        .filter(|_| words.len() > 1)
        .and_then(|last| match *last {
            "s" | "sec" | "secs" | "second" | "seconds" | "hz" => Some(Unit::Seconds),
            "ms" | "msec" | "millis" | "milliseconds" => Some(Unit::Milliseconds),
            "min" | "mins" | "minutes" => Some(Unit::Minutes),
            "sample" | "samples" | "frame" | "frames" => Some(Unit::Samples),
            _ => None,
        });
    let bare = if unit.is_some() {
        &words[..words.len() - 1]
    } else {
        &words[..]
    };
    let name = bare.concat();
    let unit = match (unit, name.as_str()) {
        (Some(unit), _) => unit,
        (None, "startframe" | "endframe") => Unit::Samples,
        (None, _) => Unit::Seconds,
    };
    (name, unit)
}

/// Whether a first record is a header: it names a begin.
pub(super) fn is_header(cells: &[Cow<'_, str>]) -> bool {
    cells.iter().any(|c| {
        let (name, unit) = named(c);
        matches!(role_of(&name, unit), Some(Role::Start(_)))
    })
}

/// The roles of the columns of a header. The first of a name has the role; others become attributes.
pub(super) fn of_header(cells: &[Cow<'_, str>]) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    for (n, cell) in (1..).zip(cells) {
        let (name, unit) = named(cell);
        let role = role_of(&name, unit);
        let is_taken = |role: &Role| {
            roles
                .iter()
                .any(|r| std::mem::discriminant(r) == std::mem::discriminant(role))
        };
        let attribute = || {
            let title = crate::text::cut(cell.trim(), MAX_NAME_BYTES);
            Role::Attribute(if title.is_empty() {
                unnamed(n)
            } else {
                title.to_owned()
            })
        };
        roles.push(role.filter(|r| !is_taken(r)).unwrap_or_else(attribute));
    }
    roles
}

/// The name of a column that has none.
pub(super) fn unnamed(number: usize) -> String {
    format!("column {number}")
}

/// The roles of a table without header, and how they were decided, in words.
pub(super) fn by_content(rows: &[Vec<Cell>]) -> (Vec<Role>, &'static str) {
    let seconds = Unit::Seconds;
    let width = rows.iter().map(Vec::len).min().unwrap_or(0);
    let (start, end, duration) = (
        Role::Start(seconds),
        Role::End(seconds),
        Role::Duration(seconds),
    );
    let number = |row: &[Cell], n: usize| row.get(n).copied().flatten();
    let are_numbers = |n: usize| rows.iter().all(|r| number(r, n).is_some());
    let pairs = |a: usize, b: usize, is: &dyn Fn(f64, f64) -> bool| {
        (rows.iter()).all(|r| {
            number(r, a)
                .zip(number(r, b))
                .is_some_and(|(a, b)| is(a, b))
        })
    };
    let is_end = |n: usize| {
        let ends: Vec<f64> = rows.iter().filter_map(|r| number(r, n)).collect();
        pairs(0, n, &|a, b| b >= a) && ends.is_sorted()
    };
    match width {
        0 | 1 => (vec![start], "times"),
        2 if are_numbers(1) => (vec![start, Role::Value], "times and values"),
        2 => (vec![start, Role::Label], "times and labels"),
        3 if are_numbers(1) && is_end(1) => {
            (vec![start, end, Role::Label], "begins, ends and labels")
        }
        3 if are_numbers(1) && follows(rows) => (
            vec![start, duration, Role::Label],
            "begins, durations and labels",
        ),
        3 if are_numbers(1) => (
            vec![start, Role::Value, Role::Label],
            "times, values and labels",
        ),
        4 if are_numbers(1) && are_numbers(2) => (
            vec![start, Role::Value, duration, Role::Label],
            "regions: begins, values, durations and labels",
        ),
        5 if (1..4).all(are_numbers) => {
            let level = |_: f64, level: f64| (0.0..=1.0).contains(&level);
            let is_box = is_end(1) && pairs(2, 3, &|low, high| high >= low) && !pairs(0, 3, &level);
            if is_box {
                let roles = vec![start, end, Role::Low, Role::High, Role::Label];
                return (
                    roles,
                    "boxes: begins, ends, low and high frequencies, labels",
                );
            }
            let level = Role::Attribute("level".to_owned());
            let roles = vec![start, Role::Value, duration, level, Role::Label];
            (roles, "notes: begins, values, durations, levels and labels")
        }
        _ if are_numbers(1) && is_end(1) => {
            (vec![start, end, Role::Label], "begins, ends and labels")
        }
        _ => (vec![start, Role::Label], "times and labels"),
    }
}

/// Whether second columns can be durations: no row reaches into the next.
fn follows(rows: &[Vec<Cell>]) -> bool {
    let time = |row: &[Cell], n: usize| row.get(n).copied().flatten();
    let reach = |r: &Vec<Cell>| Some(time(r, 0)? + time(r, 1).filter(|d| *d >= 0.0)?);
    rows.len() > 1
        && rows.windows(2).all(|w| {
            let ends = reach(&w[0]);
            ends.zip(time(&w[1], 0))
                .is_some_and(|(end, next)| end <= next + 1e-6)
        })
        && rows.last().and_then(reach).is_some()
}

/// A cell: the number or time that it is, or nothing where it is text.
pub(super) type Cell = Option<f64>;

/// A row as numbers where it has them.
pub(super) fn numbers(cells: &[Cow<'_, str>]) -> Vec<Cell> {
    cells.iter().map(|c| time(c)).collect()
}
