//! One description of parameters drives validation, JSON schema, help texts, forms and REST.

use crate::{Error, Result};
use serde_json::{Map, Value, json};

/// What values a parameter takes.
#[derive(Debug, Clone, PartialEq)]
pub enum ParamKind {
    /// true or false.
    Bool,
    /// A whole number within bounds, both included.
    Integer {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// A finite number within bounds, both included.
    Number {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// Any text.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of texts.
    TextList,
    /// A list of lists of texts.
    TextTable,
}

/// The description of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Name, as upstream's.
    pub name: &'static str,
    /// What values it takes.
    pub kind: ParamKind,
    /// Its value when not given; `null` (only for a nullable one) means “derived”, as the doc says.
    pub default: Value,
    /// True if `null` is allowed.
    pub nullable: bool,
    /// Unit, or empty.
    pub unit: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// False if it is written into results only when it differs from the default (`compat`).
    pub always_recorded: bool,
    /// What `null` comes to when the others have their defaults; the schema shows it as the default.
    pub derived_default: Option<Value>,
}

impl Param {
    fn new(name: &'static str, kind: ParamKind, default: Value, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            nullable: default.is_null(),
            default,
            unit: "",
            doc,
            always_recorded: true,
            derived_default: None,
        }
    }

    /// A whole number in `min..=max`.
    pub fn integer(
        name: &'static str,
        default: i64,
        min: i64,
        max: i64,
        doc: &'static str,
    ) -> Self {
        Self::new(name, ParamKind::Integer { min, max }, json!(default), doc)
    }

    /// A whole number in `min..=max`, or `null` (the default): derived from the others, as `doc` says.
    pub fn optional_integer(name: &'static str, min: i64, max: i64, doc: &'static str) -> Self {
        Self::new(name, ParamKind::Integer { min, max }, Value::Null, doc)
    }

    /// A finite number in `min..=max`.
    pub fn number(name: &'static str, default: f64, min: f64, max: f64, doc: &'static str) -> Self {
        Self::new(name, ParamKind::Number { min, max }, json!(default), doc)
    }

    /// A finite number in `min..=max`, or `null` (the default).
    pub fn optional_number(name: &'static str, min: f64, max: f64, doc: &'static str) -> Self {
        Self::new(name, ParamKind::Number { min, max }, Value::Null, doc)
    }

    /// true or false.
    pub fn boolean(name: &'static str, default: bool, doc: &'static str) -> Self {
        Self::new(name, ParamKind::Bool, json!(default), doc)
    }

    /// One of `words`.
    pub fn choice(
        name: &'static str,
        default: &'static str,
        words: &'static [&'static str],
        doc: &'static str,
    ) -> Self {
        Self::new(name, ParamKind::Choice(words), json!(default), doc)
    }

    /// Any text.
    pub fn text(name: &'static str, default: &str, doc: &'static str) -> Self {
        Self::new(name, ParamKind::Text, json!(default), doc)
    }

    /// A list of texts.
    pub fn text_list(name: &'static str, default: &[&str], doc: &'static str) -> Self {
        Self::new(name, ParamKind::TextList, json!(default), doc)
    }

    /// A list of lists of texts; empty by default.
    pub fn text_table(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, ParamKind::TextTable, json!([]), doc)
    }

    /// `compat`: upstream's own number instead of the right one; recorded only when true.
    pub fn compat(doc: &'static str) -> Self {
        Self {
            always_recorded: false,
            ..Self::boolean("compat", false, doc)
        }
    }

    /// The same parameter, showing in its schema what `null` comes to when the others have their defaults.
    #[must_use]
    pub fn derived_default(mut self, value: impl Into<Value>) -> Self {
        self.derived_default = Some(value.into());
        self
    }

    /// The same parameter with a unit.
    #[must_use]
    pub fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// This parameter as a property of a JSON schema (draft 4).
    pub fn schema(&self) -> Value {
        let mut schema = match &self.kind {
            ParamKind::Bool => json!({ "type": "boolean" }),
            ParamKind::Integer { min, max } => {
                json!({ "type": "integer", "minimum": min, "maximum": max })
            }
            ParamKind::Number { min, max } => {
                let mut s = json!({ "type": "number" });
                // JSON has no infinity: an open end has no bound.
                if min.is_finite() {
                    s["minimum"] = json!(min);
                }
                if max.is_finite() {
                    s["maximum"] = json!(max);
                }
                s
            }
            ParamKind::Text => json!({ "type": "string" }),
            ParamKind::Choice(words) => json!({ "type": "string", "enum": words }),
            ParamKind::TextList => json!({ "type": "array", "items": { "type": "string" } }),
            ParamKind::TextTable => {
                json!({ "type": "array", "items": { "type": "array", "items": { "type": "string" } } })
            }
        };
        if self.nullable {
            schema["type"] = json!([schema["type"].clone(), "null"]);
        }
        schema["default"] = self
            .derived_default
            .as_ref()
            .unwrap_or(&self.default)
            .clone();
        schema["description"] = json!(self.doc);
        if !self.unit.is_empty() {
            schema["unit"] = json!(self.unit);
        }
        schema
    }

    /// `None` if `value` is allowed, else what is.
    fn refusal(&self, value: &Value) -> Option<String> {
        if self.nullable && value.is_null() {
            return None;
        }
        let unit = if self.unit.is_empty() {
            String::new()
        } else {
            format!(" {}", self.unit)
        };
        let wanted = match &self.kind {
            ParamKind::Bool if value.is_boolean() => return None,
            ParamKind::Bool => "must be true or false".to_owned(),
            ParamKind::Integer { min, max } => {
                if as_integer(value).is_some_and(|v| (*min..=*max).contains(&v)) {
                    return None;
                }
                format!("must be a whole number from {min} to {max}{unit}")
            }
            ParamKind::Number { min, max } => {
                if value
                    .as_f64()
                    .is_some_and(|v| v.is_finite() && *min <= v && v <= *max)
                {
                    return None;
                }
                format!("must be a number from {min} to {max}{unit}")
            }
            ParamKind::Text if value.is_string() => return None,
            ParamKind::Text => "must be a text".to_owned(),
            ParamKind::Choice(words) => {
                if value.as_str().is_some_and(|v| words.contains(&v)) {
                    return None;
                }
                format!("must be one of {}", words.join(", "))
            }
            ParamKind::TextList => {
                if value
                    .as_array()
                    .is_some_and(|list| list.iter().all(Value::is_string))
                {
                    return None;
                }
                "must be a list of texts".to_owned()
            }
            ParamKind::TextTable => {
                let is_row = |row: &Value| {
                    row.as_array()
                        .is_some_and(|row| row.iter().all(Value::is_string))
                };
                if value.as_array().is_some_and(|rows| rows.iter().all(is_row)) {
                    return None;
                }
                "must be a list of lists of texts".to_owned()
            }
        };
        let or_null = if self.nullable { " or null" } else { "" };
        Some(format!("{wanted}{or_null}, not {value}"))
    }
}

/// A whole number, also when it is written as `2048.0`: JavaScript does not tell them apart.
fn as_integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let v = value.as_f64()?;
        // Beyond 2^53 a double is no longer every whole number.
        (v.fract() == 0.0 && v.abs() <= 9_007_199_254_740_992.0).then_some(v as i64)
    })
}

/// Checked and complete parameters of one processor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params {
    values: Map<String, Value>,
}

impl Params {
    /// Checks `given` against `description` and fills in the defaults, in the description's order.
    ///
    /// # Errors
    /// `BadParameter` naming the parameter and what is allowed.
    pub fn check(
        processor: &str,
        description: &[Param],
        given: &Map<String, Value>,
    ) -> Result<Self> {
        if let Some(unknown) = given
            .keys()
            .find(|k| !description.iter().any(|p| p.name == k.as_str()))
        {
            let known: Vec<_> = description.iter().map(|p| p.name).collect();
            let reason = if known.is_empty() {
                "is unknown: it takes no parameters".to_owned()
            } else {
                format!("is unknown; known are {}", known.join(", "))
            };
            return Err(Error::bad_parameter(processor, unknown.as_str(), reason));
        }
        let mut values = Map::new();
        for param in description {
            let value = given.get(param.name).unwrap_or(&param.default);
            if let Some(reason) = param.refusal(value) {
                return Err(Error::bad_parameter(processor, param.name, reason));
            }
            let value = match param.kind {
                ParamKind::Integer { .. } => as_integer(value).map_or(Value::Null, Value::from),
                _ => value.clone(),
            };
            values.insert(param.name.to_owned(), value);
        }
        Ok(Self { values })
    }

    /// The JSON schema of a description, as upstream's with further properties.
    pub fn schema(description: &[Param]) -> Value {
        let properties: Map<_, _> = description
            .iter()
            .map(|p| (p.name.to_owned(), p.schema()))
            .collect();
        json!({ "$schema": "http://json-schema.org/schema#", "type": "object", "properties": properties })
    }

    /// The values that a result records.
    pub fn recorded(&self, description: &[Param]) -> Map<String, Value> {
        description
            .iter()
            .filter_map(|p| self.values.get(p.name).map(|v| (p, v)))
            .filter(|(p, v)| p.always_recorded || **v != p.default)
            .map(|(p, v)| (p.name.to_owned(), v.clone()))
            .collect()
    }

    /// All values, defaults included; equal for equal processors.
    pub fn values(&self) -> &Map<String, Value> {
        &self.values
    }

    /// A flag; false if there is none of this name.
    pub fn flag(&self, name: &str) -> bool {
        self.values
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    /// A size; `None` if it is null, negative or absent.
    pub fn size(&self, name: &str) -> Option<usize> {
        self.values
            .get(name)
            .and_then(Value::as_u64)
            .and_then(|v| usize::try_from(v).ok())
    }

    /// A whole number; `None` if it is null or absent.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.values.get(name).and_then(Value::as_i64)
    }

    /// A number; `None` if it is null or absent.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.values.get(name).and_then(Value::as_f64)
    }

    /// A text; `None` if it is null or absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Value::as_str)
    }

    /// A list of texts; empty if absent.
    pub fn text_list(&self, name: &str) -> Vec<&str> {
        let list = self.values.get(name).and_then(Value::as_array);
        list.map(|l| l.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    }

    /// A list of lists of texts; empty if absent.
    pub fn text_table(&self, name: &str) -> Vec<Vec<&str>> {
        let rows = self.values.get(name).and_then(Value::as_array);
        rows.map(|rows| {
            rows.iter()
                .filter_map(Value::as_array)
                .map(|row| row.iter().filter_map(Value::as_str).collect())
                .collect()
        })
        .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn description() -> Vec<Param> {
        vec![
            Param::integer("input_blocksize", 2048, 1, 65_536, "Samples per frame.")
                .unit("samples"),
            Param::optional_integer("fft_size", 1, 65_536, "Points; null means input_blocksize."),
            Param::compat("Upstream's number."),
        ]
    }

    fn check(given: Value) -> Result<Params> {
        Params::check("p", &description(), given.as_object().unwrap())
    }

    #[test]
    fn defaults_are_filled_and_compat_is_recorded_only_when_true() {
        let p = check(json!({})).unwrap();
        assert_eq!(
            Value::from(p.recorded(&description())),
            json!({ "input_blocksize": 2048, "fft_size": null })
        );
        let p = check(json!({ "compat": true, "fft_size": 4096.0 })).unwrap();
        assert_eq!(p.size("fft_size"), Some(4096));
        assert!(p.recorded(&description()).contains_key("compat"));
    }

    #[test]
    fn refusals_name_the_parameter_and_the_range() {
        for (given, words) in [
            (json!({ "input_blocksize": "x" }), "input_blocksize"),
            (json!({ "input_blocksize": 0 }), "from 1 to 65536 samples"),
            (json!({ "input_blocksize": 1.5 }), "whole number"),
            (json!({ "input_blocksize": null }), "not null"),
            (
                json!({ "hop": 1 }),
                "known are input_blocksize, fft_size, compat",
            ),
        ] {
            let error = check(given).unwrap_err();
            assert_eq!(error.code(), "bad-parameter");
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    #[test]
    fn tables_are_lists_of_lists_of_texts() {
        let description = [Param::text_table("plugin_list", "Plugins.")];
        let check = |given: Value| Params::check("p", &description, given.as_object().unwrap());
        assert!(
            check(json!({}))
                .unwrap()
                .text_table("plugin_list")
                .is_empty()
        );
        let p = check(json!({ "plugin_list": [["a", "b"], ["c"]] })).unwrap();
        assert_eq!(p.text_table("plugin_list"), [vec!["a", "b"], vec!["c"]]);
        for wrong in [json!(["a"]), json!([["a", 1]]), json!("a")] {
            let error = check(json!({ "plugin_list": wrong })).unwrap_err();
            assert!(
                error.to_string().contains("list of lists of texts"),
                "{error}"
            );
        }
    }

    #[test]
    fn schema_is_upstreams_with_more() {
        let s = Params::schema(&description());
        assert_eq!(s["properties"]["input_blocksize"]["default"], 2048);
        assert_eq!(s["properties"]["input_blocksize"]["type"], "integer");
        assert_eq!(
            s["properties"]["fft_size"]["type"],
            json!(["integer", "null"])
        );
    }
}
