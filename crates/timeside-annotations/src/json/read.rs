use super::annotation::{Frames, from_map, text};
use super::{KIND, VERSION};
use crate::draft::Draft;
use serde::Deserialize as _;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;
use timeside_core::annotation::{Tier, TierKind, TierRule};
use timeside_core::{Error, Result};

/// What is known while a file is read; annotations go into the draft one by one.
struct State<'a, 'o> {
    draft: &'a mut Draft<'o>,
    /// Annotations so far.
    count: usize,
    /// Those whose times are frames.
    frames: Vec<(usize, Frames)>,
    /// The other keys of the document.
    head: Map<String, Value>,
    /// An error of ours, which serde's cannot carry.
    error: Option<Error>,
}

impl State<'_, '_> {
    fn annotation<E: serde::de::Error>(&mut self, map: Map<String, Value>) -> Result<(), E> {
        self.count += 1;
        let count = self.count;
        let (one, frames) =
            from_map(map).map_err(|e| E::custom(format_args!("annotation {count}: {e}")))?;
        self.frames.extend(frames.map(|f| (count - 1, f)));
        self.draft.push_named(count, one).map_err(|error| {
            let words = E::custom("too much");
            self.error = Some(error);
            words
        })
    }
}

/// The whole file, or one of several values behind each other.
struct Top<'s, 'a, 'o>(&'s mut State<'a, 'o>);

impl<'de> DeserializeSeed<'de> for Top<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of annotations")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(map) = list.next_element::<Map<String, Value>>()? {
            self.0.annotation(map)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut rest = Map::new();
        let mut is_document = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "annotations" | "items" => {
                    is_document = true;
                    map.next_value_seed(List(self.0))?;
                }
                _ => {
                    rest.insert(key, map.next_value()?);
                }
            }
        }
        let is_head = is_document
            || rest.contains_key("tiers")
            || rest.get("type").is_some_and(|kind| kind == KIND);
        if is_head {
            self.0.head.extend(rest);
            return Ok(());
        }
        self.0.annotation(rest)
    }
}

/// The annotations of a document: never all of them as values at once.
struct List<'s, 'a, 'o>(&'s mut State<'a, 'o>);

impl<'de> DeserializeSeed<'de> for List<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(Top(self.0))
    }
}

pub(super) fn read(text: &str, draft: &mut Draft<'_>) -> Result<()> {
    draft.place_is = "annotation";
    let sound = without_lone_surrogates(text);
    let text = match &sound {
        Some((sound, count)) => {
            let said = format_args!("{count} halves of surrogate pairs were replaced by U+FFFD");
            draft.report.warnings.add("surrogates-replaced", said);
            sound
        }
        None => text,
    };
    let mut state = State {
        draft,
        count: 0,
        frames: Vec::new(),
        head: Map::new(),
        error: None,
    };
    let mut values = serde_json::Deserializer::from_str(text);
    loop {
        if let Err(e) = Top(&mut state).deserialize(&mut values) {
            let ours = state.error.take();
            return Err(ours.unwrap_or_else(|| {
                Error::BadAnnotations(format!("not annotations as JSON: {e}"))
            }));
        }
        if values.end().is_ok() {
            break;
        }
    }
    let State {
        draft,
        mut head,
        frames,
        ..
    } = state;
    version(&head)?;
    in_seconds(&frames, &head, draft)?;
    for key in ["tiers", "layers"] {
        if let Some(list) = head.remove(key) {
            let list = Vec::<Value>::deserialize(list)
                .map_err(|_| Error::BadAnnotations(format!("“{key}” must be a list of tiers")))?;
            for tier in list {
                let tier = tier_from(tier, draft)?;
                draft.add_tier(tier, true)?;
            }
        }
    }
    for key in head.keys() {
        if !["type", "version", "rate", "media", "report", "provenance"].contains(&key.as_str()) {
            let said = format_args!("the key {} of the document", crate::text::quoted(key));
            draft.report.lost.add("unknown-keys", said);
        }
    }
    Ok(())
}

fn version(head: &Map<String, Value>) -> Result<()> {
    let is_ours = head.get("type").is_some_and(|kind| kind == KIND);
    match head.get("version").and_then(Value::as_u64) {
        Some(n) if is_ours && n > VERSION => Err(Error::BadAnnotations(format!(
            "version {n} of TimeSide's annotations: this program reads version {VERSION}; a newer one is needed"
        ))),
        _ => Ok(()),
    }
}

/// Turns frames into seconds.
fn in_seconds(
    frames: &[(usize, Frames)],
    head: &Map<String, Value>,
    draft: &mut Draft<'_>,
) -> Result<()> {
    if frames.is_empty() {
        return Ok(());
    }
    let rate = head
        .get("rate")
        .and_then(Value::as_f64)
        .or(draft.options.sample_rate);
    let Some(rate) = rate.filter(|r| r.is_finite() && *r > 0.0) else {
        let why = "times are frames, and “rate” does not say how many make a second";
        return Err(Error::BadAnnotations(why.to_owned()));
    };
    draft.set_times(frames.iter().map(|(index, f)| {
        let secs = |frame: i64| frame as f64 / rate;
        (*index, secs(f.start), secs(f.end))
    }));
    Ok(())
}

fn tier_from(value: Value, draft: &mut Draft<'_>) -> Result<Tier> {
    let map = match value {
        Value::Object(map) => map,
        Value::String(name) => {
            return Ok(Tier {
                id: name.clone(),
                name,
                ..Tier::default()
            });
        }
        _ => {
            let why = "a tier must be an object or a name".to_owned();
            return Err(Error::BadAnnotations(why));
        }
    };
    let mut tier = Tier::default();
    for (key, value) in map {
        let some = |value: Value| Some(text(value)).filter(|t| !t.is_empty());
        match key.as_str() {
            "id" => tier.id = text(value),
            "name" => tier.name = text(value),
            "kind" => match TierKind::deserialize(&value) {
                Ok(kind) => tier.kind = kind,
                Err(_) => {
                    let value = crate::text::quoted(&text(value));
                    let said = format_args!(
                        "a tier of the kind {value}; its annotations are taken as spans"
                    );
                    draft.report.warnings.add("tier-kind", said);
                }
            },
            "rule" => tier.rule = TierRule::deserialize(&value).ok(),
            "parent" => tier.parent = some(value),
            "color" => tier.color = some(value),
            "vocabulary" => {
                if let Value::Array(list) = value {
                    tier.vocabulary = list.into_iter().map(text).collect();
                }
            }
            _ => {
                let said = format_args!("the key {} of a tier", crate::text::quoted(&key));
                draft.report.lost.add("unknown-keys", said);
            }
        }
    }
    Ok(tier)
}

/// Replaces escapes of lone surrogates, which a page can write and Rust cannot hold; `None` if there are none.
fn without_lone_surrogates(text: &str) -> Option<(String, usize)> {
    let unit_at = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut out = String::new();
    let (mut count, mut copied, mut at) = (0, 0, 0);
    while let Some(next) = text[at..].find('\\') {
        at += next;
        let Some(unit) = unit_at(at) else {
            // A backslash and what it escapes, which may be a backslash.
            let width = text[at + 1..].chars().next().map_or(0, char::len_utf8);
            at += 1 + width;
            continue;
        };
        let is_high = (0xd800..0xdc00).contains(&unit);
        let is_low = (0xdc00..0xe000).contains(&unit);
        let has_low = || unit_at(at + 6).is_some_and(|u| (0xdc00..0xe000).contains(&u));
        if is_high && has_low() {
            at += 12;
            continue;
        }
        if is_high || is_low {
            out.push_str(&text[copied..at]);
            out.push_str("\\ufffd");
            count += 1;
            copied = at + 6;
        }
        at += 6;
    }
    out.push_str(&text[copied..]);
    (count > 0).then_some((out, count))
}

#[cfg(test)]
mod tests {
    use super::without_lone_surrogates;

    #[test]
    fn only_lone_surrogates_are_replaced() {
        assert_eq!(
            without_lone_surrogates(r#""\ud83d\ude00 \\ud800 \u00e9 \"""#),
            None
        );
        let (text, count) = without_lone_surrogates(r#""\ud83d x \udc00\ud800\ud800\udc00 \é""#)
            .unwrap_or_default();
        assert_eq!(
            (text.as_str(), count),
            (r#""\ufffd x \ufffd\ufffd\ud800\udc00 \é""#, 3)
        );
    }
}
