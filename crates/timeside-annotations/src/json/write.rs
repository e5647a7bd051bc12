use super::{KIND, VERSION};
use crate::options::WriteOptions;
use crate::report::Findings;
use crate::sheet::Sheet;
use serde::Serialize;
use serde_json::{Map, Value, json};
use timeside_core::annotation::Annotation;

/// A time this near to a frame, in frames, is that frame: seconds come from a division.
const ON_FRAME: f64 = 1e-4;

/// A line per tier and annotation, so that versions can be compared line by line.
pub(super) fn write(sheet: &Sheet, options: &WriteOptions, _: &mut Findings) -> String {
    let mut media = Map::new();
    if let Some(name) = &options.media {
        media.insert("name".to_owned(), json!(name));
    }
    if let Some(secs) = options.duration {
        media.insert("duration".to_owned(), json!(secs));
    }
    if let Some(rate) = options.sample_rate {
        media.insert("sampleRate".to_owned(), json!(rate));
    }
    let mut out = format!("{{\n\"type\": \"{KIND}\",\n\"version\": {VERSION},\n");
    if !media.is_empty() {
        out.push_str(&format!("\"media\": {},\n", Value::Object(media)));
    }
    if let Some(rate) = options.sample_rate {
        out.push_str(&format!("\"rate\": {rate},\n"));
    }
    list(&mut out, "tiers", sheet.tiers.iter().map(line));
    out.push_str(",\n");
    let rate = options.sample_rate;
    list(
        &mut out,
        "annotations",
        sheet.annotations().map(|one| annotation(one, rate)),
    );
    out.push_str("\n}\n");
    out
}

fn list(out: &mut String, key: &str, lines: impl Iterator<Item = String>) {
    out.push_str(&format!("\"{key}\": ["));
    let mut has_any = false;
    for line in lines {
        out.push_str(if has_any { ",\n" } else { "\n" });
        out.push_str(&line);
        has_any = true;
    }
    out.push_str(if has_any { "\n]" } else { "]" });
}

fn line(data: &impl Serialize) -> String {
    // Fails only for maps whose keys are no texts and for what cannot be written: neither is here.
    serde_json::to_string(data).unwrap_or_default()
}

fn annotation(one: &Annotation, rate: Option<f64>) -> String {
    let frame = |secs: f64| {
        let frames = secs * rate?;
        let nearest = frames.round();
        ((frames - nearest).abs() < ON_FRAME && nearest < 9e15).then_some(nearest as i64)
    };
    let (Some(start), Some(end)) = (frame(one.start), frame(one.end)) else {
        return line(one);
    };
    let Ok(Value::Object(mut map)) = serde_json::to_value(one) else {
        return line(one);
    };
    for (seconds, frames, n) in [("start", "startFrame", start), ("end", "endFrame", end)] {
        map.shift_remove(seconds);
        map.insert(frames.to_owned(), json!(n));
    }
    Value::Object(map).to_string()
}
