//! `timeside analyze`: runs a pipe over each file.

use crate::plugins::registry;
use crate::progress::Bar;
use crate::target::{Target, write_file};
use crate::{Failed, Stop, args, input::Input, step, terminal::Terminal};
use serde_json::{Value, json};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;
use timeside::core::pipe::Plan;
use timeside::core::result::TimeAxis;
use timeside::export::{self, Format};
use timeside::{AnalyzerResult, Error, PipeSpec, Progress, Registry, Result, Results, RunContext};
use timeside_protocol::ErrorInfo;

pub(crate) fn run(a: &args::Analyze, terminal: &Terminal) -> Result<Failed, Stop> {
    let registry = registry();
    let spec = spec(a, &registry)?;
    let format = export::format(a.format.as_deref().unwrap_or("json")).map_err(usage)?;
    let target = Target::new(&a.files, a.output.as_deref(), format, a.format.is_some())?;
    let mut entries = Vec::new();
    let mut failed = 0;
    for (n, path) in a.files.iter().enumerate() {
        let name = path.display().to_string();
        let began = Instant::now();
        let done = analyse(path, &name, &registry, &spec, terminal).and_then(|results| {
            if let Target::Files(files) = &target {
                write_file(&files[n], &results, format)?;
            }
            Ok(results)
        });
        match done {
            Ok(results) => {
                terminal.note(&format!("{name}: {:.2} s", began.elapsed().as_secs_f64()));
                results
                    .warnings
                    .iter()
                    .for_each(|w| terminal.warn(&name, w));
                entries.extend(show(&name, &results, &target, n, format, terminal)?);
            }
            Err(error) => {
                failed += 1;
                terminal.error(&format!("{name}: {error}"));
                entries.push(json!({ "uri": name, "error": ErrorInfo::from(&error) }));
            }
        }
    }
    if terminal.json && !matches!(target, Target::Stdout) {
        let mut out = std::io::stdout().lock();
        serde_json::to_writer(&mut out, &entries)?;
        writeln!(out)?;
    }
    Ok(failed)
}

/// The pipe that the line asks for, checked before any file is opened.
fn spec(a: &args::Analyze, registry: &Registry) -> Result<PipeSpec, Stop> {
    let mut spec = PipeSpec {
        max_memory_bytes: a.max_memory.saturating_mul(1 << 20),
        ..PipeSpec::default()
    };
    for text in &a.analyzers {
        spec.steps
            .push(step::parse(registry, text).map_err(Stop::Usage)?);
    }
    let seconds = |name: &str, given: Option<f64>| match given {
        Some(secs) if !(secs.is_finite() && secs >= 0.0) => Err(Stop::Usage(format!(
            "--{name} must be a number of seconds from 0, not {secs}"
        ))),
        given => Ok(given),
    };
    spec.start = seconds("start", a.start)?.unwrap_or(0.0);
    spec.duration = seconds("duration", a.duration)?;
    spec.sample_rate = a.samplerate;
    spec.channels = a.channels.map(usize::from);
    spec.blocksize = a.blocksize.unwrap_or(spec.blocksize);
    Plan::new(registry, &spec).map_err(usage)?;
    Ok(spec)
}

fn usage(error: Error) -> Stop {
    let cure = if matches!(error, Error::UnknownProcessor { .. }) {
        "; `timeside processors` lists them"
    } else {
        ""
    };
    Stop::Usage(format!("{error}{cure}"))
}

fn analyse(
    path: &Path,
    name: &str,
    registry: &Registry,
    spec: &PipeSpec,
    terminal: &Terminal,
) -> Result<Results> {
    let input = Input::open(path)?;
    let context = RunContext {
        sha1: input.sha1(path)?,
        ..timeside::chain::system_context()
    };
    let mut pipe = input.media.start(registry, spec, context)?;
    let bar = Bar::new(terminal, name);
    loop {
        let progress = pipe.advance()?;
        bar.show(progress);
        if progress == Progress::Ended {
            return pipe.finish();
        }
        pipe.discard_partials();
    }
}

/// Prints the results of one file, or gives its entry in the list that `--json` prints at the end.
fn show(
    name: &str,
    results: &Results,
    target: &Target,
    n: usize,
    format: &Format,
    terminal: &Terminal,
) -> Result<Option<Value>, Stop> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    match target {
        Target::Stdout => {
            (format.write)(results, &mut out)
                .map_err(|e| Stop::Output(std::io::Error::other(e)))?;
            writeln!(out)?;
        }
        Target::Files(files) if terminal.json => {
            return Ok(Some(
                json!({ "uri": name, "output": files[n].display().to_string(), "warnings": results.warnings }),
            ));
        }
        Target::Files(files) => {
            terminal.note(&format!("{name}: written to {}", files[n].display()));
        }
        Target::Summary if terminal.json => {
            let container = export::json::to_value(results)
                .map_err(|e| Stop::Output(std::io::Error::other(e)))?;
            return Ok(Some(
                json!({ "uri": name, "results": container, "warnings": results.warnings }),
            ));
        }
        Target::Summary => {
            writeln!(out, "{}", terminal.bold(name))?;
            let width = results
                .iter()
                .map(|(key, _)| key.chars().count())
                .max()
                .unwrap_or(0);
            for (key, result) in results.iter() {
                writeln!(out, "  {key:<width$}  {}", summary(result))?;
            }
        }
    }
    out.flush()?;
    Ok(None)
}

/// One line on a result: its value, or the shape of its values.
fn summary(result: &AnalyzerResult) -> String {
    let unit = &result.id_metadata.unit;
    if let (TimeAxis::Global, Some(value)) = (&result.time, result.value()) {
        return format!("{value:.3} {unit}").trim_end().to_owned();
    }
    let rows = result.data.rows();
    let columns = result
        .array()
        .filter(|a| a.shape.len() > 1)
        .map(|a| format!(" × {}", a.columns()))
        .unwrap_or_default();
    let every = match &result.time {
        TimeAxis::Framewise(f) => format!(", every {:.3} ms", 1000.0 * f.time_secs(1)),
        _ => String::new(),
    };
    format!("{rows}{columns} values{every}")
}
