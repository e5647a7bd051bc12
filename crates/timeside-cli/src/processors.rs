//! `timeside processors`: what can be put in a pipe.

mod text;

use crate::args::{self, ListFormat};
use crate::plugins::registry;
use crate::{Failed, Stop, terminal::Terminal};
use serde_json::{Value, json};
use std::io::Write;
use timeside::Registry;
use timeside::core::{Info, Kind, TimeMode};
use timeside_protocol::ProcessorInfo;

pub(crate) fn run(a: &args::Processors, terminal: &Terminal) -> Result<Failed, Stop> {
    let registry = registry();
    let infos = chosen(a, &registry)?;
    let mut out = std::io::stdout().lock();
    let format = if terminal.json {
        ListFormat::Json
    } else {
        a.format
    };
    match format {
        ListFormat::Json => {
            let list: Vec<_> = infos.iter().map(|i| ProcessorInfo::from(*i)).collect();
            serde_json::to_writer_pretty(&mut out, &list)?;
            writeln!(out)?;
        }
        ListFormat::Csv => write_csv(&mut out, &registry, &infos)?,
        ListFormat::Rst => text::write_rst(&mut out, &infos)?,
        ListFormat::Text if a.id.is_some() => text::write_details(&mut out, terminal, &infos)?,
        ListFormat::Text => text::write_list(&mut out, terminal, &infos)?,
    }
    Ok(0)
}

fn chosen<'a>(a: &args::Processors, registry: &'a Registry) -> Result<Vec<&'a Info>, Stop> {
    let kind = a.kind.map(|k| match k {
        args::Kind::Decoder => Kind::Decoder,
        args::Kind::Analyzer => Kind::Analyzer,
        args::Kind::Effect => Kind::Effect,
        args::Kind::Grapher => Kind::Grapher,
        args::Kind::Encoder => Kind::Encoder,
    });
    let infos: Vec<_> = registry
        .infos()
        .filter(|i| kind.is_none_or(|k| i.kind == k) && a.id.as_deref().is_none_or(|id| i.id == id))
        .collect();
    match &a.id {
        Some(id) if infos.is_empty() => Err(Stop::Usage(format!(
            "there is no such processor: {id}; `timeside processors` lists them"
        ))),
        _ => Ok(infos),
    }
}

/// Upstream's name of the interface: an analyzer of global values alone is a value analyzer.
fn interface(info: &Info) -> &'static str {
    let global =
        !info.results.is_empty() && info.results.iter().all(|r| r.time_mode == TimeMode::Global);
    match info.kind {
        Kind::Decoder => "IDecoder",
        Kind::Analyzer if global => "IValueAnalyzer",
        Kind::Analyzer => "IAnalyzer",
        Kind::Effect => "IEffect",
        Kind::Grapher => "IGrapher",
        Kind::Encoder => "IEncoder",
        _ => "IProcessor",
    }
}

fn write_csv(out: &mut impl Write, registry: &Registry, infos: &[&Info]) -> Result<(), Stop> {
    writeln!(
        out,
        "id;version;APInterface;ValueType;description;unit;parent;repository"
    )?;
    for info in infos {
        let mut types: Vec<_> = info
            .results
            .iter()
            .map(|r| {
                format!(
                    "{}/{}",
                    word(&json!(r.data_mode)),
                    word(&json!(r.time_mode))
                )
            })
            .collect();
        types.dedup();
        let (types, parents) = (types.join(","), parents(registry, info).join(","));
        let fields = [
            info.id,
            info.version,
            interface(info),
            &types,
            info.description,
            info.unit,
            &parents,
            env!("CARGO_PKG_REPOSITORY"),
        ];
        writeln!(out, "{}", fields.map(csv_field).join(";"))?;
    }
    Ok(())
}

fn parents(registry: &Registry, info: &Info) -> Vec<String> {
    let made = registry
        .check(info.id, &serde_json::Map::new())
        .and_then(|(_, params)| registry.make(info.id, &params));
    made.map(|p| p.parents().into_iter().map(|s| s.id).collect())
        .unwrap_or_default()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn csv_field(text: &str) -> String {
    if text.contains([';', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
