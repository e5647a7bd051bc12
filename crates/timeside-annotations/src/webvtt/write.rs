use super::{SETTINGS, SPEAKER, TIMES, markup};
use crate::clock::millis_clock;
use crate::cues::{ARROW, in_millis, to_lines};
use crate::json;
use crate::options::WriteOptions;
use crate::report::Findings;
use crate::sheet::Sheet;
use std::fmt::Write as _;
use timeside_core::annotation::Annotation;

pub(super) fn write(sheet: &Sheet, options: &WriteOptions, findings: &mut Findings) -> String {
    let mut out = String::from("WEBVTT\n");
    if options.metadata {
        out.push_str("Kind: metadata\n");
    }
    out.push('\n');
    for (start, end, one) in in_millis(sheet, findings) {
        let text = if options.metadata {
            let tier = (sheet.tiers.iter()).find(|t| Some(&t.id) == one.tier.as_ref());
            json::text_of(one, tier.map_or("", |t| &t.name))
        } else {
            text(one, findings)
        };
        if let Some(id) = identifier(&one.id) {
            out.push_str(id);
            out.push('\n');
        }
        let settings = match one.attributes.get(SETTINGS) {
            Some(settings) if are_settings(settings) => format!(" {settings}"),
            Some(_) => {
                let said = format_args!("the settings of a cue are none of WebVTT's");
                findings.lost.add("settings", said);
                String::new()
            }
            None => String::new(),
        };
        let [start, end] = [start, end].map(|t| millis_clock(t, '.'));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{start} {ARROW} {end}{settings}");
        if !text.is_empty() {
            out.push_str(&text);
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

fn text(one: &Annotation, findings: &mut Findings) -> String {
    let attribute = |name: &str| one.attributes.get(name).map(String::as_str);
    let lines = to_lines(&one.label, findings);
    let times = attribute(TIMES).filter(|_| lines == one.label);
    let times = times.map_or(Vec::new(), |t| markup::times_from_text(t, &lines));
    markup::write(attribute(SPEAKER), &lines, &times)
}

/// An id, if it can stand on a line of its own without being taken for something else.
fn identifier(id: &str) -> Option<&str> {
    let first = id.split([' ', '\t']).next().unwrap_or("");
    let is_taken = ["NOTE", "STYLE", "REGION", "WEBVTT"].contains(&first);
    let is_good = !id.is_empty() && !is_taken && !id.contains(['\n', '\r']) && !id.contains(ARROW);
    is_good.then_some(id)
}

/// Settings are pairs of a name and a value, each with a colon.
fn are_settings(text: &str) -> bool {
    !text.contains(['\n', '\r'])
        && !text.contains(ARROW)
        && text.split_whitespace().all(|pair| pair.contains(':'))
}
