use super::lanes::{SAME_SECS, lanes};
use crate::options::WriteOptions;
use crate::report::Findings;
use crate::sheet::Sheet;
use std::collections::HashSet;
use std::fmt::Write as _;
use timeside_core::annotation::{Annotation, Tier, TierKind};

/// A point should stand within its tier, not at its end.
const AFTER_LAST_POINT_SECS: f64 = 0.001;

/// One tier as Praat has it.
struct Grid {
    name: String,
    has_points: bool,
    /// Begin, end and text; for points both times are equal.
    items: Vec<(f64, f64, String)>,
}

pub(super) fn write(sheet: &Sheet, options: &WriteOptions, findings: &mut Findings) -> String {
    let end = end_secs(sheet, options);
    let mut names: HashSet<String> = sheet.tiers.iter().map(|t| t.name.clone()).collect();
    let mut grids = Vec::new();
    for (tier, rows) in sheet.tiers.iter().zip(sheet.by_tier()) {
        let is_short = |a: &Annotation| a.end - a.start <= SAME_SECS;
        let (points, spans): (Vec<&Annotation>, Vec<_>) =
            rows.into_iter().partition(|a| is_short(a));
        let is_of_points =
            spans.is_empty() && (!points.is_empty() || tier.kind == TierKind::Points);
        if !is_of_points {
            intervals(tier, &spans, end, &mut names, &mut grids, findings);
        }
        if is_of_points || !points.is_empty() {
            let name = if is_of_points {
                tier.name.clone()
            } else {
                let name = new_name(&mut names, &format!("{}_points", tier.name));
                let said = format_args!(
                    "{} points of the tier “{}” stand on a tier of their own, “{name}”",
                    points.len(),
                    tier.name
                );
                findings.lost.add("points-moved", said);
                name
            };
            text_tiers(&name, &points, end, &mut names, &mut grids, findings);
        }
    }
    if options.short {
        short(end, &grids)
    } else {
        long(end, &grids)
    }
}

/// Where all tiers end: at the medium's end, or after the last annotation.
fn end_secs(sheet: &Sheet, options: &WriteOptions) -> f64 {
    options.duration.unwrap_or_else(|| {
        let last = |a: &Annotation| {
            if a.is_point() {
                a.end + AFTER_LAST_POINT_SECS
            } else {
                a.end
            }
        };
        let last = sheet.annotations().map(last).fold(0.0, f64::max);
        if last > 0.0 { last } else { 1.0 }
    })
}

fn new_name(names: &mut HashSet<String>, wanted: &str) -> String {
    let mut name = wanted.to_owned();
    let mut n = 2;
    while !names.insert(name.clone()) {
        name = format!("{wanted}_{n}");
        n += 1;
    }
    name
}

/// Tiers without overlaps, whose gaps are filled.
fn intervals(
    tier: &Tier,
    spans: &[&Annotation],
    end: f64,
    names: &mut HashSet<String>,
    grids: &mut Vec<Grid>,
    findings: &mut Findings,
) {
    let mut empty = 0;
    for (n, lane) in (1..).zip(lanes(spans)) {
        let name = if n == 1 {
            tier.name.clone()
        } else {
            let name = new_name(names, &format!("{}_{n}", tier.name));
            moved(&tier.name, &name, lane.len(), findings);
            name
        };
        let mut items = Vec::with_capacity(lane.len() * 2 + 1);
        let mut at = 0.0;
        for one in lane {
            empty += usize::from(one.label.is_empty());
            if one.start > at + SAME_SECS {
                items.push((at, one.start, String::new()));
                at = one.start;
            }
            // Shared boundaries are equal to the bit; so is the end of all tiers.
            let stop = if one.end > end - SAME_SECS {
                end
            } else {
                one.end
            };
            items.push((at, stop, one.label.clone()));
            at = stop;
        }
        if at < end {
            items.push((at, end, String::new()));
        }
        grids.push(Grid {
            name,
            has_points: false,
            items,
        });
    }
    if empty > 0 {
        let said = format_args!(
            "{empty} annotations of the tier “{}” have no label: Praat cannot tell them from gaps",
            tier.name
        );
        findings.lost.add("empty-labels", said);
    }
}

fn moved(from: &str, to: &str, count: usize, findings: &mut Findings) {
    let said = format_args!(
        "{count} annotations of the tier “{from}” overlap others; they stand on “{to}”"
    );
    findings.lost.add("overlaps-moved", said);
}

fn text_tiers(
    name: &str,
    points: &[&Annotation],
    end: f64,
    names: &mut HashSet<String>,
    grids: &mut Vec<Grid>,
    findings: &mut Findings,
) {
    let at_edge = (points.iter())
        .filter(|p| p.start <= 0.0 || p.start >= end)
        .count();
    if at_edge > 0 {
        let said = format_args!(
            "{at_edge} points of the tier “{name}” stand at its very begin or end, which Praat does not allow when it edits"
        );
        findings.warnings.add("point-at-edge", said);
    }
    for (n, lane) in (1..).zip(lanes(points)) {
        let name = if n == 1 {
            name.to_owned()
        } else {
            let other = new_name(names, &format!("{name}_{n}"));
            moved(name, &other, lane.len(), findings);
            other
        };
        let items = lane.iter().map(|p| (p.start, p.start, p.label.clone()));
        grids.push(Grid {
            name,
            has_points: true,
            items: items.collect(),
        });
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn class(grid: &Grid) -> &'static str {
    if grid.has_points {
        "TextTier"
    } else {
        "IntervalTier"
    }
}

// Numbers stand as the shortest text that reads as the same double. Writing to a String cannot fail.

fn long(end: f64, grids: &[Grid]) -> String {
    let mut out = format!(
        "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0 \nxmax = {end} \ntiers? <exists> \nsize = {} \nitem []: \n",
        grids.len()
    );
    for (n, grid) in (1..).zip(grids) {
        let kind = if grid.has_points {
            "points"
        } else {
            "intervals"
        };
        let _ = write!(
            out,
            "    item [{n}]:\n        class = \"{}\" \n        name = {} \n        xmin = 0 \n        xmax = {end} \n        {kind}: size = {} \n",
            class(grid),
            quoted(&grid.name),
            grid.items.len()
        );
        for (i, (start, stop, text)) in (1..).zip(&grid.items) {
            let text = quoted(text);
            let _ = if grid.has_points {
                write!(
                    out,
                    "        points [{i}]:\n            number = {start} \n            mark = {text} \n"
                )
            } else {
                write!(
                    out,
                    "        intervals [{i}]:\n            xmin = {start} \n            xmax = {stop} \n            text = {text} \n"
                )
            };
        }
    }
    out
}

fn short(end: f64, grids: &[Grid]) -> String {
    let mut out = format!(
        "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n{end}\n<exists>\n{}\n",
        grids.len()
    );
    for grid in grids {
        let (class, name) = (class(grid), quoted(&grid.name));
        let _ = write!(out, "\"{class}\"\n{name}\n0\n{end}\n{}\n", grid.items.len());
        for (start, stop, text) in &grid.items {
            let text = quoted(text);
            let _ = if grid.has_points {
                write!(out, "{start}\n{text}\n")
            } else {
                write!(out, "{start}\n{stop}\n{text}\n")
            };
        }
    }
    out
}
