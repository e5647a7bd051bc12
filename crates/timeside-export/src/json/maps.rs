//! The free objects of a result, read within limits: a few bytes of JSON can make a large tree.

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::fmt;

/// Values that the parameters of one result may hold together.
const MAX_VALUES: usize = 1 << 16;

/// An object of any values, at most [`MAX_VALUES`] of them.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    pub(super) map: Map<String, Value>,
    /// How many values there are in all.
    pub(super) values: usize,
}

impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let values = Cell::new(0);
        match (Counted { values: &values }).deserialize(d)? {
            Value::Object(map) => Ok(Self {
                map,
                values: values.get(),
            }),
            Value::Null => Ok(Self::default()),
            _ => Err(de::Error::custom("parameters must be an object")),
        }
    }
}

/// Reads a value and counts it and those inside.
#[derive(Clone, Copy)]
struct Counted<'a> {
    values: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Counted<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Value, D::Error> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > MAX_VALUES {
            return Err(de::Error::custom(format!(
                "parameters hold more than {MAX_VALUES} values"
            )));
        }
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Counted<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self)? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            entries.insert(key, map.next_value_seed(self)?);
        }
        Ok(entries.into())
    }
}

/// Texts by whole numbers, which JSON writes as strings.
#[derive(Debug)]
pub(super) struct ById(pub(super) Vec<(i64, String)>);

impl<'de> Deserialize<'de> for ById {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_map(ByIdVisitor)
    }
}

struct ByIdVisitor;

impl<'de> Visitor<'de> for ByIdVisitor {
    type Value = ById;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("texts named by whole numbers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ById, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let id = key.parse().map_err(|_| {
                let shown: String = key.chars().take(40).collect();
                de::Error::custom(format!("“{shown}” is not the whole number of a label"))
            })?;
            entries.push((id, map.next_value()?));
        }
        Ok(ById(entries))
    }
}
