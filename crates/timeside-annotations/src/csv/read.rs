use super::columns::{Role, Unit, by_content, is_header, numbers, of_header, unnamed};
use super::records::{Record, Records, declared, delimiter};
use crate::clock::{decimal, time};
use crate::draft::Draft;
use crate::json;
use timeside_core::annotation::Annotation;
use timeside_core::{Error, Result};

/// Rows that are looked at to know what columns mean.
const LOOKED_AT: usize = 1000;

/// Most columns: each of them may become an attribute of every row.
const MAX_COLUMNS: usize = 1000;

pub(super) fn sniff(head: &str) -> u8 {
    if declared(head).is_some() {
        return 90;
    }
    let delimiter = delimiter(head, |r| is_header(&r.cells));
    let mut records = Records::new(head, 1, delimiter, true);
    match records.next() {
        Some(first) if is_header(&first.cells) => 75,
        Some(first) if first.cells.first().is_some_and(|c| time(c).is_some()) => 60,
        _ => 0,
    }
}

pub(super) fn read(text: &str, draft: &mut Draft<'_>) -> Result<()> {
    let (given, text, first_line) = match declared(text) {
        Some((given, rest)) => (Some(given), rest, 1),
        None => (None, text, 1),
    };
    let delimiter = given.unwrap_or_else(|| delimiter(text, |r| is_header(&r.cells)));
    let mut records = Records::new(text, first_line, delimiter, true);
    let mut rows: Vec<Record<'_>> = records.by_ref().collect();
    if records.is_unclosed {
        let said = format_args!("a quote has no end: quotes are taken as they stand");
        draft.report.warnings.add("unclosed-quote", said);
        rows = Records::new(text, first_line, delimiter, false).collect();
    }
    let comments = rows.iter().take_while(|r| is_comment(r)).count();
    rows.drain(..comments);
    let Some(first) = rows.first() else {
        return Ok(());
    };
    if first.cells.len() > MAX_COLUMNS {
        let why = format!("line {}: more than {MAX_COLUMNS} columns", first.line);
        return Err(Error::BadAnnotations(why));
    }
    let has_header = is_header(&first.cells);
    let roles = if has_header {
        let titles = rows.remove(0).cells;
        let mut roles = of_header(&titles);
        value_as_label(&mut roles, &rows);
        roles
    } else {
        headerless(&mut rows, draft)
    };
    for row in &rows {
        match annotation(row, &roles, draft)? {
            Ok((tier, one)) => {
                let tier = match tier {
                    Some(name) => draft.tier(&name)?,
                    None => draft.only_tier()?,
                };
                draft.push(tier, row.line, one)?;
            }
            Err(why) => {
                let whole = row.cells.join(&delimiter.to_string());
                draft.left_out(row.line, &whole, why);
            }
        }
    }
    // A header alone is a table without rows; rows of which none can be read are no table.
    if draft.is_empty() && !(has_header && rows.is_empty()) {
        let why = match rows.first() {
            Some(row) => format!(
                "line {}: no time stands there, nor in any other row",
                row.line
            ),
            None => "there are no rows".to_owned(),
        };
        return Err(Error::BadAnnotations(format!(
            "no table of annotations: {why}"
        )));
    }
    Ok(())
}

/// A line that begins with `#`, unless it is a header.
fn is_comment(record: &Record<'_>) -> bool {
    record.cells.first().is_some_and(|c| c.starts_with('#')) && !is_header(&record.cells)
}

/// A column `value` holds labels, where there is no other for them and texts stand in it.
fn value_as_label(roles: &mut [Role], rows: &[Record<'_>]) {
    let Some(at) = roles.iter().position(|r| *r == Role::Value) else {
        return;
    };
    let has_texts = || {
        let mut cells = rows.iter().take(LOOKED_AT).filter_map(|r| r.cells.get(at));
        cells.any(|c| !c.trim().is_empty() && decimal(c).is_none())
    };
    if !roles.contains(&Role::Label) && has_texts() {
        roles[at] = Role::Label;
    }
}

fn headerless(rows: &mut Vec<Record<'_>>, draft: &mut Draft<'_>) -> Vec<Role> {
    let has_time = |r: &Record<'_>| r.cells.first().is_some_and(|c| time(c).is_some());
    // Names that nobody knows above columns: they say nothing, and are no row.
    let is_title = !rows.first().is_some_and(has_time) && rows.get(1).is_some_and(has_time);
    if is_title {
        let title = rows.remove(0);
        let said = format_args!(
            "line {}: names of columns that are not known here",
            title.line
        );
        draft.report.guessed.add("unknown-header", said);
    }
    let seen: Vec<_> = (rows.iter().filter(|r| has_time(r)).take(LOOKED_AT))
        .map(|r| numbers(&r.cells))
        .collect();
    let (roles, what) = by_content(&seen);
    let said = format_args!("no header: the columns are read as {what}");
    draft.report.guessed.add("columns", said);
    roles
}

/// The name of its tier and the annotation; or why there is none.
type Row = Result<(Option<String>, Annotation), &'static str>;

fn annotation(row: &Record<'_>, roles: &[Role], draft: &mut Draft<'_>) -> Result<Row> {
    let mut one = Annotation::default();
    let (mut start, mut end, mut duration, mut tier) = (None, None, None, None);
    for (n, cell) in row.cells.iter().enumerate() {
        let plain = cell.trim();
        if plain.is_empty() && roles.get(n) != Some(&Role::Label) {
            continue;
        }
        let unknown;
        let role = match roles.get(n) {
            Some(role) => role,
            None if n < MAX_COLUMNS => {
                unknown = Role::Attribute(unnamed(n + 1));
                &unknown
            }
            None => break,
        };
        match role {
            Role::Start(unit) => start = secs(plain, *unit, draft)?,
            Role::End(unit) => end = secs(plain, *unit, draft)?,
            Role::Duration(unit) => duration = secs(plain, *unit, draft)?,
            Role::Label => one.label = cell.to_string(),
            Role::Tier => tier = Some(cell.to_string()),
            Role::Low => number(&mut one.low, "low_freq", cell, &mut one.attributes),
            Role::High => number(&mut one.high, "high_freq", cell, &mut one.attributes),
            Role::Value => number(&mut one.value, "value", cell, &mut one.attributes),
            Role::Confidence => {
                number(&mut one.confidence, "confidence", cell, &mut one.attributes);
            }
            Role::Author => one.author = Some(cell.to_string()),
            Role::Id => one.id = cell.to_string(),
            Role::Attributes => json::attributes_from_text(cell, &mut one.attributes),
            Role::Attribute(name) => {
                one.attributes.insert(name.clone(), cell.to_string());
            }
        }
    }
    let Some(start) = start else {
        return Ok(Err("no time stands there"));
    };
    one.start = start;
    one.end = end.or(duration.map(|d| start + d)).unwrap_or(start);
    Ok(Ok((tier, one)))
}

/// A number in its place; what is none is kept as an attribute.
fn number(
    place: &mut Option<f64>,
    name: &str,
    cell: &str,
    attributes: &mut std::collections::BTreeMap<String, String>,
) {
    *place = decimal(cell);
    if place.is_none() {
        attributes.insert(name.to_owned(), cell.to_owned());
    }
}

/// A time in seconds; `None` if it is none.
fn secs(cell: &str, unit: Unit, draft: &Draft<'_>) -> Result<Option<f64>> {
    let Some(n) = time(cell) else {
        return Ok(None);
    };
    if cell.contains(':') {
        return Ok(Some(n));
    }
    Ok(Some(match unit {
        Unit::Seconds => n,
        Unit::Milliseconds => n / 1000.0,
        Unit::Minutes => n * 60.0,
        Unit::Samples => match draft.options.sample_rate {
            Some(rate) => n / rate,
            None => {
                let why = "times are samples: say the sample rate of the medium";
                return Err(Error::BadAnnotations(why.to_owned()));
            }
        },
    }))
}
