//! One annotation as JSON.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use timeside_core::annotation::Annotation;

/// Times that only the rate of the document turns into seconds.
pub(super) struct Frames {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// An annotation of any object that has a begin, and its frames if these are its times.
///
/// # Errors
/// A clause that names the key: `“start” must be …`.
pub(super) fn from_map(map: Map<String, Value>) -> Result<(Annotation, Option<Frames>), String> {
    let mut one = Annotation::default();
    let mut times = [None; 3];
    let mut frames = [None; 2];
    for (key, value) in map {
        match key.as_str() {
            "start" => times[0] = Some(secs(&key, &value)?),
            "time" if times[0].is_none() => times[0] = Some(secs(&key, &value)?),
            "end" => times[1] = Some(secs(&key, &value)?),
            "duration" => times[2] = Some(secs(&key, &value)?),
            "startFrame" => frames[0] = Some(frame(&key, &value)?),
            "endFrame" => frames[1] = Some(frame(&key, &value)?),
            _ => content(&mut one, key, value)?,
        }
    }
    if let Some(start) = frames[0] {
        let end = frames[1].unwrap_or(start);
        return Ok((one, Some(Frames { start, end })));
    }
    let [start, end, duration] = times;
    one.start = start.ok_or("“start” is missing")?;
    one.end = end.or(duration.map(|d| one.start + d)).unwrap_or(one.start);
    Ok((one, None))
}

/// What an annotation says, whenever it does.
fn content(one: &mut Annotation, key: String, value: Value) -> Result<(), String> {
    match key.as_str() {
        "id" => one.id = text(value),
        "tier" => one.tier = Some(text(value)).filter(|t| !t.is_empty()),
        "label" => one.label = text(value),
        "low" => one.low = number(&key, &value)?,
        "high" => one.high = number(&key, &value)?,
        "value" => match value {
            Value::Number(_) | Value::Null => one.value = number(&key, &value)?,
            // Other programs have texts there.
            other => keep(one, key, other),
        },
        "confidence" => one.confidence = number(&key, &value)?,
        "author" => one.author = Some(text(value)).filter(|t| !t.is_empty()),
        "attributes" => match value {
            Value::Object(all) => all.into_iter().for_each(|(k, v)| keep(one, k, v)),
            Value::Null => {}
            _ => return Err("“attributes” must be an object of texts".to_owned()),
        },
        _ => keep(one, key, value),
    }
    Ok(())
}

/// Keeps what has no place of its own.
fn keep(one: &mut Annotation, key: String, value: Value) {
    if !value.is_null() {
        one.attributes.insert(key, text(value));
    }
}

/// A text as it is, anything else as JSON; nothing for null.
pub(super) fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn secs(key: &str, value: &Value) -> Result<f64, String> {
    let wrong = || format!("“{key}” must be a number of seconds, not {}", shown(value));
    value.as_f64().ok_or_else(wrong)
}

fn frame(key: &str, value: &Value) -> Result<i64, String> {
    let whole = value
        .as_f64()
        .filter(|n| n.fract() == 0.0 && n.abs() < 9e15);
    let wrong = || {
        format!(
            "“{key}” must be a whole number of frames, not {}",
            shown(value)
        )
    };
    value.as_i64().or(whole.map(|n| n as i64)).ok_or_else(wrong)
}

fn number(key: &str, value: &Value) -> Result<Option<f64>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Number(n) => Ok(n.as_f64()),
        _ => Err(format!("“{key}” must be a number, not {}", shown(value))),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null (which is also what NaN and infinities become)".to_owned(),
        other => crate::text::quoted(&other.to_string()),
    }
}

/// Fills an annotation from the metadata of a cue, whose times it has; gives the name of its tier. `None` if they are
/// no object.
pub(crate) fn fill_from_text(json: &str, one: &mut Annotation) -> Option<String> {
    let map: Map<String, Value> = serde_json::from_str(json).ok()?;
    let mut read = Annotation::default();
    for (key, value) in map {
        // A value of the wrong type is somebody else's key.
        if content(&mut read, key.clone(), value.clone()).is_err() {
            keep(&mut read, key, value);
        }
    }
    let settings = std::mem::take(&mut one.attributes);
    let (id, start, end) = (std::mem::take(&mut one.id), one.start, one.end);
    let tier = read.tier.take().unwrap_or_default();
    *one = Annotation {
        id: if id.is_empty() { read.id.clone() } else { id },
        start,
        end,
        ..read
    };
    one.attributes.extend(settings);
    Some(if tier.is_empty() {
        "metadata".to_owned()
    } else {
        tier
    })
}

/// An annotation without its times as JSON on one line, with the name of its tier.
pub(crate) fn text_of(one: &Annotation, tier: &str) -> String {
    let mut value = json!({ "tier": tier, "label": one.label });
    let numbers = [
        ("low", one.low),
        ("high", one.high),
        ("value", one.value),
        ("confidence", one.confidence),
    ];
    for (key, number) in numbers {
        if let Some(n) = number {
            value[key] = json!(n);
        }
    }
    if let Some(author) = &one.author {
        value["author"] = json!(author);
    }
    if !one.attributes.is_empty() {
        value["attributes"] = json!(one.attributes);
    }
    // An arrow would end the cue.
    value.to_string().replace("-->", "--\\u003e")
}

/// Adds the attributes of a JSON object; what is none is one attribute.
pub(crate) fn attributes_from_text(json: &str, attributes: &mut BTreeMap<String, String>) {
    match serde_json::from_str::<Map<String, Value>>(json) {
        Ok(map) => attributes.extend(map.into_iter().map(|(k, v)| (k, text(v)))),
        Err(_) => {
            attributes.insert("attributes".to_owned(), json.to_owned());
        }
    }
}
