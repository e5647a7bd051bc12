//! Parameters as a processor's JSON schema describes them, and what a person wrote in their fields.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::js::{get, list, number, text};

/// What a parameter takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// True or false.
    Switch,
    /// A number within bounds.
    Number {
        /// No fraction?
        is_whole: bool,
        /// Least.
        min: Option<f64>,
        /// Greatest.
        max: Option<f64>,
    },
    /// One of these words.
    Choice(Vec<String>),
    /// Any text.
    Text,
    /// Texts between commas.
    List,
    /// A list on each line.
    Table,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Param {
    /// As the step takes it.
    pub(super) name: String,
    /// What it does.
    pub(super) doc: String,
    /// Of its numbers; may be empty.
    pub(super) unit: String,
    pub(super) kind: Kind,
    /// May it be left empty?
    pub(super) is_optional: bool,
    /// As its field shows it.
    pub(super) default: String,
}

/// Why a field's words are no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    NoNumber,
    NotWhole,
    /// The bounds, as words.
    OutOfBounds(String),
}

impl Param {
    /// Every parameter of a processor, in the schema's order.
    pub(super) fn all(schema: &JsValue) -> Vec<Self> {
        let properties = get(schema, "properties");
        let Some(properties) = Object::try_from(&properties) else {
            return Vec::new();
        };
        let entries = Object::entries(properties);
        entries
            .iter()
            .map(|entry| {
                let entry = Array::from(&entry);
                Self::read(entry.get(0).as_string().unwrap_or_default(), &entry.get(1))
            })
            .collect()
    }

    fn read(name: String, schema: &JsValue) -> Self {
        let types: Vec<String> = match text(schema, "type") {
            Some(one) => vec![one],
            None => list(schema, "type")
                .iter()
                .filter_map(|t| t.as_string())
                .collect(),
        };
        let words: Vec<String> = list(schema, "enum")
            .iter()
            .filter_map(|w| w.as_string())
            .collect();
        let is = |name: &str| types.iter().any(|t| t == name);
        let kind = if !words.is_empty() {
            Kind::Choice(words)
        } else if is("boolean") {
            Kind::Switch
        } else if is("integer") || is("number") {
            Kind::Number {
                is_whole: is("integer"),
                min: number(schema, "minimum"),
                max: number(schema, "maximum"),
            }
        } else if is("array") {
            match text(&get(schema, "items"), "type").as_deref() {
                Some("array") => Kind::Table,
                _ => Kind::List,
            }
        } else {
            Kind::Text
        };
        Self {
            name,
            doc: text(schema, "description").unwrap_or_default(),
            unit: text(schema, "unit").unwrap_or_default(),
            default: brief(&get(schema, "default")),
            is_optional: is("null"),
            kind,
        }
    }

    /// What a field's words mean.
    pub(super) fn value(&self, words: &str) -> Result<JsValue, Refusal> {
        let trimmed = words.trim();
        if self.is_optional && trimmed.is_empty() {
            return Ok(JsValue::NULL);
        }
        match &self.kind {
            Kind::Switch => Ok((trimmed == "true").into()),
            Kind::Number { is_whole, min, max } => {
                let value = read_number(trimmed).ok_or(Refusal::NoNumber)?;
                if *is_whole && value.fract() != 0.0 {
                    return Err(Refusal::NotWhole);
                }
                let low = min.is_none_or(|min| min <= value);
                let high = max.is_none_or(|max| value <= max);
                if low && high {
                    Ok(value.into())
                } else {
                    Err(Refusal::OutOfBounds(bounds(*min, *max)))
                }
            }
            Kind::Choice(_) | Kind::Text => Ok(words.into()),
            Kind::List => Ok(row(words).into()),
            Kind::Table => {
                let lines = words.lines().filter(|line| !line.trim().is_empty());
                Ok(lines.map(row).collect::<Array>().into())
            }
        }
    }

    /// Its bounds, as words; empty without.
    pub(super) fn bounds(&self) -> String {
        match self.kind {
            Kind::Number { min, max, .. } => bounds(min, max),
            _ => String::new(),
        }
    }
}

/// A number with a point or a comma.
fn read_number(words: &str) -> Option<f64> {
    let value: f64 = words.replace(',', ".").parse().ok()?;
    value.is_finite().then_some(value)
}

fn bounds(min: Option<f64>, max: Option<f64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("{min} … {max}"),
        (Some(min), None) => format!("≥ {min}"),
        (None, Some(max)) => format!("≤ {max}"),
        (None, None) => String::new(),
    }
}

fn row(words: &str) -> Array {
    let items = words
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    items.map(JsValue::from).collect()
}

/// A default as a field shows it: left as it is it is not sent, so that a few digits do.
fn brief(value: &JsValue) -> String {
    match value.as_f64() {
        Some(number) if number.fract() != 0.0 => rounded(number),
        _ => shown(value),
    }
}

/// To six digits behind the point; smaller numbers as they are.
fn rounded(number: f64) -> String {
    let short = (number * 1e6).round() / 1e6;
    if short == 0.0 { number } else { short }.to_string()
}

/// A value as a field shows it.
pub(crate) fn shown(value: &JsValue) -> String {
    if let Some(text) = value.as_string() {
        return text;
    }
    if let Some(number) = value.as_f64() {
        return number.to_string();
    }
    if let Some(on) = value.as_bool() {
        return on.to_string();
    }
    if !Array::is_array(value) {
        return String::new();
    }
    let items = Array::from(value);
    let is_table = items.iter().any(|item| Array::is_array(&item));
    let parts: Vec<String> = items.iter().map(|item| shown(&item)).collect();
    parts.join(if is_table { "\n" } else { ", " })
}

/// The parameters of a step that was run, by their names.
pub(super) fn of_step(step: &JsValue) -> Vec<(String, String)> {
    let Some(object) = Object::try_from(step) else {
        return Vec::new();
    };
    let names = Object::keys(object);
    names
        .iter()
        .filter_map(|name| name.as_string())
        .filter(|name| name != "id" && name != "as")
        .map(|name| {
            let value = Reflect::get(step, &name.as_str().into()).unwrap_or(JsValue::NULL);
            (name, shown(&value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_point_or_comma_and_bounds_are_told() {
        assert_eq!(read_number("0,5"), Some(0.5));
        assert_eq!(read_number("1e3"), Some(1000.0));
        assert_eq!(read_number("inf"), None);
        assert_eq!(read_number("ten"), None);
        assert_eq!(bounds(Some(1.0), Some(65_536.0)), "1 … 65536");
        assert_eq!(bounds(Some(0.5), None), "≥ 0.5");
        assert_eq!(bounds(None, None), "");
        assert_eq!(rounded(0.046_439_909_297_052_155), "0.04644");
        assert_eq!(rounded(1e-9), "0.000000001");
    }
}
