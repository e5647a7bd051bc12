//! `ID[:key=value,…]` → a step of a pipe.

use serde_json::Value;
use timeside::core::ParamKind;
use timeside::{Registry, Step};

/// Parses one `-a`. Values take the type that the processor's description gives them; what is unknown there
/// is left for the pipe to refuse. The key `as` names the step's results.
///
/// # Errors
/// Words for the user if the line is malformed.
pub(crate) fn parse(registry: &Registry, text: &str) -> Result<Step, String> {
    let (id, rest) = text.split_once(':').unwrap_or((text, ""));
    let mut step = Step::new(id.trim());
    for (key, value) in pairs(rest).map_err(|e| format!("-a {text}: {e}"))? {
        if key == "as" {
            step.r#as = Some(value);
            continue;
        }
        let param = registry
            .info(&step.id)
            .and_then(|i| i.params.iter().find(|p| p.name == key));
        let value = match param {
            Some(p) if p.nullable && matches!(value.as_str(), "" | "null" | "none" | "None") => {
                Value::Null
            }
            Some(p) => typed(&p.kind, value),
            None => Value::from(value),
        };
        if step.parameters.insert(key.clone(), value).is_some() {
            return Err(format!("-a {text}: {key} is given twice"));
        }
    }
    Ok(step)
}

/// `value` in the type of the parameter; as text where it is not of that type, so that the refusal shows it.
fn typed(kind: &ParamKind, value: String) -> Value {
    let parsed = match kind {
        ParamKind::Bool => match value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Value::Bool(true)),
            "false" | "no" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        ParamKind::Integer { .. } => value
            .parse::<i64>()
            .ok()
            .map(Value::from)
            .or_else(|| value.parse::<f64>().ok().map(Value::from)),
        ParamKind::Number { .. } => value.parse::<f64>().ok().map(Value::from),
        ParamKind::TextList | ParamKind::TextTable if value.trim_start().starts_with('[') => {
            serde_json::from_str(&value).ok()
        }
        ParamKind::TextList => Some(
            value
                .split(',')
                .map(|item| Value::from(item.trim()))
                .collect(),
        ),
        ParamKind::TextTable => Some(
            value
                .split(';')
                .map(str::trim)
                .filter(|row| !row.is_empty())
                .map(|row| {
                    row.split(',')
                        .map(|item| Value::from(item.trim()))
                        .collect::<Value>()
                })
                .collect(),
        ),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::from(value))
}

/// `key=value` pairs between commas. A value in single or double quotes may hold commas, and so may a list in JSON;
/// in double quotes a backslash keeps the next character.
fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest
            .split_once('=')
            .ok_or_else(|| format!("“{rest}” is not KEY=VALUE"))?;
        let key = key.trim();
        if key.is_empty() || key.contains(',') {
            return Err(format!("“{key}” is not KEY=VALUE"));
        }
        let after = after.trim_start();
        let (value, after) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => quoted(&after[1..], quote)?,
            Some('[') => list(after)?,
            _ => {
                let end = after.find(',').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        pairs.push((key.to_owned(), value));
        rest = match after.trim_start() {
            "" => "",
            after => after
                .strip_prefix(',')
                .ok_or_else(|| format!("“{after}” stands after a quoted value"))?
                .trim_start(),
        };
    }
    Ok(pairs)
}

/// The JSON list at the begin of `text`, and what follows it.
fn list(text: &str) -> Result<(String, &str), String> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(_)) => {
            let (list, after) = text.split_at(values.byte_offset());
            Ok((list.to_owned(), after))
        }
        _ => Err(format!("“{text}” is not a list in JSON")),
    }
}

/// The text up to the closing quote, and what follows it.
fn quoted(text: &str, quote: char) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Ok((value, &text[at + c.len_utf8()..])),
            '\\' if quote == '"' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    Err(format!("the quote {quote} is not closed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn step(text: &str) -> Value {
        serde_json::to_value(parse(&timeside::registry(), text).unwrap()).unwrap()
    }

    #[test]
    fn values_take_the_type_of_their_parameter() {
        assert_eq!(step("level"), json!("level"));
        assert_eq!(
            step("level:compat=true"),
            json!({ "id": "level", "compat": true })
        );
        assert_eq!(
            step("fx_gain: gain = 2 "),
            json!({ "id": "fx_gain", "gain": 2.0 })
        );
        let all = step("spectrogram_analyzer:input_blocksize=4096,input_stepsize=null,as=fine");
        assert_eq!(
            all,
            json!({ "id": "spectrogram_analyzer", "as": "fine", "input_blocksize": 4096, "input_stepsize": null })
        );
        assert_eq!(
            step("fx_gain:gain=loud"),
            json!({ "id": "fx_gain", "gain": "loud" })
        );
        assert_eq!(step("nobody:x=1"), json!({ "id": "nobody", "x": "1" }));
    }

    #[test]
    fn quotes_keep_commas() {
        assert_eq!(
            pairs(r#"a="x, y",b='p,"q"',c="\"\\""#).unwrap(),
            [("a", "x, y"), ("b", "p,\"q\""), ("c", "\"\\")].map(|(k, v)| (k.into(), v.into()))
        );
        assert_eq!(
            typed(&ParamKind::TextList, "a, b".into()),
            json!(["a", "b"])
        );
        assert_eq!(
            typed(&ParamKind::TextList, r#"["x: A b=1", "y, z"]"#.into()),
            json!(["x: A b=1", "y, z"])
        );
    }

    #[test]
    fn tables_are_written_plainly_or_in_json() {
        let typed = |text: &str| typed(&ParamKind::TextTable, text.into());
        assert_eq!(typed("a:b, c; d"), json!([["a:b", "c"], ["d"]]));
        assert_eq!(typed(r#"[["a", "b"]]"#), json!([["a", "b"]]));
        assert_eq!(
            pairs(r#"t=[["a,b", "]"]], u=1"#).unwrap(),
            [("t", r#"[["a,b", "]"]]"#), ("u", "1")].map(|(k, v)| (k.into(), v.into()))
        );
    }

    #[test]
    fn malformed_lines_are_refused() {
        for (text, words) in [
            ("level:compat", "not KEY=VALUE"),
            ("level:a=1,b", "not KEY=VALUE"),
            ("x:a=\"1", "not closed"),
            ("x:a=\"1\"2", "after a quoted"),
            ("x:a=1,a=2", "given twice"),
            ("x:a=[1", "not a list"),
        ] {
            let error = parse(&timeside::registry(), text).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
