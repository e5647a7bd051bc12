//! `timeside annotations`: files of annotations from one format to another.

use crate::{Failed, Stop, args, input::Input, input::is_stdin, target, terminal::Terminal};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::Path;
use timeside::annotations::{
    Format, MAX_BYTES, ReadOptions, WriteOptions, Written, format, formats, read, write,
};
use timeside::core::annotation::{AnnotationDocument, ImportReport};
use timeside::{Error, Result};
use timeside_protocol::ErrorInfo;

pub(crate) fn run(a: &args::Annotations, terminal: &Terminal) -> Result<Failed, Stop> {
    match a {
        args::Annotations::Convert(a) => convert(a, terminal),
        args::Annotations::Formats => list(terminal).map(|()| 0),
    }
}

fn list(terminal: &Terminal) -> Result<(), Stop> {
    let mut out = std::io::stdout().lock();
    if terminal.json {
        let entry = |f: &Format| {
            json!({
                "id": f.id, "name": f.name, "description": f.doc, "extensions": f.extensions,
                "mimeTypes": f.mime_types, "canRead": f.can_read(), "canWrite": f.can_write(),
            })
        };
        let all: Vec<Value> = formats().iter().map(entry).collect();
        serde_json::to_writer_pretty(&mut out, &all)?;
        writeln!(out)?;
        return Ok(());
    }
    for f in formats() {
        writeln!(out, "{:<10} {}: {}", terminal.bold(f.id), f.name, f.doc)?;
    }
    Ok(())
}

fn convert(a: &args::Convert, terminal: &Terminal) -> Result<Failed, Stop> {
    let to = match &a.to {
        Some(to) => to.clone(),
        None => by_extension(&a.output)?,
    };
    for asked in a.from.iter().chain([&to]) {
        format(asked).map_err(|e| Stop::Usage(e.to_string()))?;
    }
    let name = a.input.display().to_string();
    let done = match converted(a, &to) {
        // The file is good: what is asked of it is not.
        Err(error @ Error::BadParameter { .. }) => return Err(Stop::Usage(error.to_string())),
        Err(error) => Err(error),
        Ok((document, written)) if is_stdin(&a.output) => {
            std::io::stdout().lock().write_all(&written.bytes)?;
            Ok((document, written))
        }
        Ok((document, written)) => {
            target::write_bytes(&a.output, &written.bytes).map(|()| (document, written))
        }
    };
    let (entry, failed) = match &done {
        Ok((document, written)) => {
            let (imported, exported) = (&document.report, &written.report);
            tell(a, &name, imported, exported, terminal)?;
            let entry = json!({
                "uri": name,
                "output": a.output.display().to_string(),
                "tiers": document.tiers.len(),
                "annotations": document.annotations.len(),
                "imported": imported,
                "exported": exported,
            });
            (entry, 0)
        }
        Err(error) => {
            terminal.error(&format!("{name}: {error}"));
            (json!({ "uri": name, "error": ErrorInfo::from(error) }), 1)
        }
    };
    if terminal.json && !is_stdin(&a.output) {
        let mut out = std::io::stdout().lock();
        serde_json::to_writer(&mut out, &[entry])?;
        writeln!(out)?;
    }
    Ok(failed)
}

/// What the name of the output says of its format.
fn by_extension(output: &Path) -> Result<String, Stop> {
    let extension = output.extension().map(|e| e.to_string_lossy().into_owned());
    extension.filter(|_| !is_stdin(output)).ok_or_else(|| {
        let known: Vec<_> = formats().iter().map(|f| f.id).collect();
        let message = format!("--to must say the format: one of {}", known.join(", "));
        Stop::Usage(message)
    })
}

fn converted(a: &args::Convert, to: &str) -> Result<(AnnotationDocument, Written)> {
    let media = a.media.as_deref().map(Input::open).transpose()?;
    let info = media.as_ref().map(|input| input.media.info());
    let sample_rate = info.map(|i| f64::from(i.sample_rate));
    let read_options = ReadOptions {
        name: a.input.display().to_string(),
        duration: info.and_then(|i| i.duration),
        sample_rate,
        tier_prefix: a.tier_prefix,
        ..ReadOptions::default()
    };
    let document = read(&bytes(&a.input)?, a.from.as_deref(), &read_options)?;
    let write_options = WriteOptions {
        duration: read_options.duration,
        sample_rate,
        media: info.map(|i| i.name.clone()),
        tiers: a.tiers.clone(),
        short: a.short,
        tier_prefix: a.tier_prefix,
        metadata: a.metadata,
        decimal_comma: a.decimal_comma,
        guard_formulas: a.guard_formulas,
        ..WriteOptions::default()
    };
    let written = write(&document, to, &write_options)?;
    Ok((document, written))
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    // One byte more than is read, so that the reader refuses what is too large.
    let limit = MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if is_stdin(path) {
        std::io::stdin()
            .lock()
            .take(limit)
            .read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(path)?
            .take(limit)
            .read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Says what was repaired and lost; all of it, guesses too, where a report is asked for.
fn tell(
    a: &args::Convert,
    name: &str,
    imported: &ImportReport,
    exported: &ImportReport,
    terminal: &Terminal,
) -> Result<(), Stop> {
    let output = a.output.display().to_string();
    if !a.report {
        let read = imported.warnings.iter().chain(&imported.lost);
        read.for_each(|w| terminal.warn(name, w));
        let written = exported.warnings.iter().chain(&exported.lost);
        written.for_each(|w| terminal.warn(&output, w));
        return Ok(());
    }
    if terminal.json {
        return Ok(());
    }
    let mut text = String::new();
    for (name, report) in [(name, imported), (output.as_str(), exported)] {
        text.push_str(&format!("{name} ({})\n", report.format));
        let lists = [
            ("repaired", &report.warnings),
            ("guessed", &report.guessed),
            ("lost", &report.lost),
        ];
        for (word, list) in lists {
            for warning in list {
                text.push_str(&format!("  {word:<9} {}\n", warning.message));
            }
        }
    }
    // Standard output may be the file itself.
    if is_stdin(&a.output) {
        std::io::stderr().lock().write_all(text.as_bytes())?;
    } else {
        std::io::stdout().lock().write_all(text.as_bytes())?;
    }
    Ok(())
}
