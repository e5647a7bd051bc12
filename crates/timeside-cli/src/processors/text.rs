//! The list for people, and as reStructuredText.

use crate::terminal::Terminal;
use serde_json::Value;
use std::io::{Result, Write};
use timeside::core::{Info, Kind, Param, ParamKind};

const KINDS: [(Kind, &str); 5] = [
    (Kind::Decoder, "Decoders"),
    (Kind::Analyzer, "Analyzers"),
    (Kind::Effect, "Effects"),
    (Kind::Grapher, "Graphers"),
    (Kind::Encoder, "Encoders"),
];

fn by_kind<'a>(infos: &'a [&'a Info]) -> impl Iterator<Item = (&'static str, Vec<&'a Info>)> {
    KINDS
        .iter()
        .map(|(kind, title)| {
            (
                *title,
                infos
                    .iter()
                    .copied()
                    .filter(|i| i.kind == *kind)
                    .collect::<Vec<_>>(),
            )
        })
        .filter(|(_, list)| !list.is_empty())
}

/// A line for each processor, by kind.
pub(super) fn write_list(out: &mut impl Write, terminal: &Terminal, infos: &[&Info]) -> Result<()> {
    let width = infos.iter().map(|i| i.id.len()).max().unwrap_or(0);
    for (title, list) in by_kind(infos) {
        writeln!(out, "{}", terminal.bold(title))?;
        for info in list {
            writeln!(out, "  {:<width$}  {}", info.id, info.description)?;
        }
    }
    Ok(())
}

/// All that is known of each processor.
pub(super) fn write_details(
    out: &mut impl Write,
    terminal: &Terminal,
    infos: &[&Info],
) -> Result<()> {
    for info in infos {
        writeln!(
            out,
            "{} {}  {}\n\n{}",
            terminal.bold(info.id),
            info.version,
            info.name,
            info.description
        )?;
        if !info.doc.is_empty() {
            writeln!(out, "\n{}", info.doc)?;
        }
        if !info.params.is_empty() {
            writeln!(out, "\n{}", terminal.bold("Parameters"))?;
        }
        for param in &info.params {
            writeln!(
                out,
                "  {} = {}  ({})\n      {}",
                terminal.bold(param.name),
                default(param),
                values(param),
                param.doc
            )?;
        }
        if !info.results.is_empty() {
            writeln!(out, "\n{}", terminal.bold("Results"))?;
        }
        for (n, result) in info.results.iter().enumerate() {
            let unit = if result.unit.is_empty() {
                String::new()
            } else {
                format!(", {}", result.unit)
            };
            writeln!(
                out,
                "  {}{unit}\n      {}",
                terminal.bold(&info.result_id(n)),
                result.doc
            )?;
        }
    }
    Ok(())
}

/// A reStructuredText page.
pub(super) fn write_rst(out: &mut impl Write, infos: &[&Info]) -> Result<()> {
    for (title, list) in by_kind(infos) {
        writeln!(out, "{title}\n{}\n", "=".repeat(title.len()))?;
        for info in list {
            writeln!(out, "{}\n{}\n", info.id, "-".repeat(info.id.len()))?;
            writeln!(out, "{} (version {})\n", info.description, info.version)?;
            for param in &info.params {
                writeln!(
                    out,
                    ":{}: {} *{}; default {}*",
                    param.name,
                    param.doc,
                    values(param),
                    default(param)
                )?;
            }
            if !info.params.is_empty() {
                writeln!(out)?;
            }
            for (n, result) in info.results.iter().enumerate() {
                writeln!(out, "- ``{}``: {}", info.result_id(n), result.doc)?;
            }
            if !info.results.is_empty() {
                writeln!(out)?;
            }
        }
    }
    Ok(())
}

/// The default as it is written on a command line.
fn default(param: &Param) -> String {
    match &param.default {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The values that a parameter takes, in words.
fn values(param: &Param) -> String {
    let mut words = match &param.kind {
        ParamKind::Bool => "true or false".to_owned(),
        ParamKind::Integer { min, max } => format!("{min} to {max}"),
        ParamKind::Number { min, max } if *max == f64::MAX => format!("from {min}"),
        ParamKind::Number { min, max } => format!("{min} to {max}"),
        ParamKind::Text => "text".to_owned(),
        ParamKind::Choice(words) => words.join(", "),
        ParamKind::TextList => "texts between commas".to_owned(),
        ParamKind::TextTable => {
            "rows between semicolons of texts between commas, or JSON".to_owned()
        }
    };
    if !param.unit.is_empty() {
        words = format!("{words} {}", param.unit);
    }
    if param.nullable {
        format!("{words}, or null")
    } else {
        words
    }
}
