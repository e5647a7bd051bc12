//! Reading `{"numpyArray": […], "dtype": "float64"}`: numbers in nested lists, with the type they have in numpy.

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use timeside_core::{Array, Values};

/// Axes that an array may have.
const MAX_AXES: usize = 8;

/// Numbers that were read, before their type is known.
#[derive(Debug)]
enum Numbers {
    Whole(Vec<i64>),
    Real(Vec<f64>),
}

impl Numbers {
    fn push_real(&mut self, x: f64) {
        if let Self::Whole(v) = self {
            *self = Self::Real(v.iter().map(|x| *x as f64).collect());
        }
        if let Self::Real(v) = self {
            v.push(x);
        }
    }

    fn push_whole(&mut self, x: i64) {
        match self {
            Self::Whole(v) => v.push(x),
            Self::Real(v) => v.push(x as f64),
        }
    }

    fn into_reals(self) -> Vec<f64> {
        match self {
            Self::Whole(v) => v.into_iter().map(|x| x as f64).collect(),
            Self::Real(v) => v,
        }
    }
}

/// An array that was read: tagged, or a plain list of numbers.
#[derive(Debug)]
pub(super) struct ReadArray {
    shape: Vec<usize>,
    numbers: Numbers,
    dtype: Option<String>,
}

impl ReadArray {
    /// The array in its type; a plain list is `float64`.
    pub(super) fn into_array(self) -> Result<Array, String> {
        let values = match self.dtype.as_deref().unwrap_or("float64") {
            "float32" => Values::F32(
                self.numbers
                    .into_reals()
                    .into_iter()
                    .map(|x| x as f32)
                    .collect(),
            ),
            "float64" => Values::F64(self.numbers.into_reals()),
            dtype if is_whole(dtype) => match self.numbers {
                Numbers::Whole(v) => Values::I64(v),
                Numbers::Real(_) => {
                    return Err(format!("is {dtype}, but not all its numbers are whole"));
                }
            },
            dtype => {
                return Err(format!(
                    "has the dtype “{}”, which is not supported",
                    dtype.chars().take(40).collect::<String>()
                ));
            }
        };
        Ok(Array {
            shape: self.shape,
            values,
        })
    }

    /// A vector of doubles.
    pub(super) fn into_f64(self) -> Result<Vec<f64>, String> {
        if self.shape.len() > 1 {
            return Err("must have one axis".to_owned());
        }
        Ok(self.numbers.into_reals())
    }

    /// A vector of whole numbers.
    pub(super) fn into_i64(self) -> Result<Vec<i64>, String> {
        match self.numbers {
            Numbers::Whole(v) if self.shape.len() == 1 => Ok(v),
            _ => Err("must be whole numbers with one axis".to_owned()),
        }
    }
}

fn is_whole(dtype: &str) -> bool {
    matches!(
        dtype,
        "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64"
    )
}

impl<'de> Deserialize<'de> for ReadArray {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(ArrayVisitor)
    }
}

struct ArrayVisitor;

impl<'de> Visitor<'de> for ArrayVisitor {
    type Value = ReadArray;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array as {\"numpyArray\": …, \"dtype\": …}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<ReadArray, A::Error> {
        let mut nested = Nested::default();
        ListVisitor {
            nested: &mut nested,
            axis: 0,
        }
        .visit_seq(list)?;
        Ok(nested.finish(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ReadArray, A::Error> {
        let (mut nested, mut dtype) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "numpyArray" => {
                    let mut read = Nested::default();
                    map.next_value_seed(List {
                        nested: &mut read,
                        axis: 0,
                    })?;
                    nested = Some(read);
                }
                "dtype" => dtype = Some(map.next_value::<String>()?),
                _ => drop(map.next_value::<de::IgnoredAny>()?),
            }
        }
        let nested = nested.ok_or_else(|| de::Error::missing_field("numpyArray"))?;
        let dtype = dtype.ok_or_else(|| de::Error::missing_field("dtype"))?;
        Ok(nested.finish(Some(dtype)))
    }
}

/// Nested lists as they are read: the numbers in a row, and the length of each axis as the first of its
/// lists showed it.
#[derive(Debug)]
struct Nested {
    numbers: Numbers,
    shape: Vec<Option<usize>>,
    /// The axis on which numbers lie, once one was seen.
    leaf: Option<usize>,
}

impl Default for Nested {
    fn default() -> Self {
        Self {
            numbers: Numbers::Whole(Vec::new()),
            shape: Vec::new(),
            leaf: None,
        }
    }
}

impl Nested {
    fn finish(self, dtype: Option<String>) -> ReadArray {
        let shape = self.shape.into_iter().map(|n| n.unwrap_or(0)).collect();
        ReadArray {
            shape,
            numbers: self.numbers,
            dtype,
        }
    }

    fn number<E: de::Error>(
        &mut self,
        axis: usize,
        push: impl FnOnce(&mut Numbers),
    ) -> Result<(), E> {
        // A number on an axis whose other items are lists, or the reverse.
        if self.shape.len() > axis + 1 || *self.leaf.get_or_insert(axis) != axis {
            return Err(E::custom("an array's lists must be equally deep"));
        }
        push(&mut self.numbers);
        Ok(())
    }
}

struct List<'a> {
    nested: &'a mut Nested,
    axis: usize,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_seq(ListVisitor {
            nested: self.nested,
            axis: self.axis,
        })
    }
}

struct ListVisitor<'a> {
    nested: &'a mut Nested,
    axis: usize,
}

impl<'de> Visitor<'de> for ListVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { nested, axis } = self;
        if axis >= MAX_AXES {
            return Err(de::Error::custom(format!(
                "an array has at most {MAX_AXES} axes"
            )));
        }
        if nested.leaf.is_some_and(|leaf| leaf < axis) {
            return Err(de::Error::custom("an array's lists must be equally deep"));
        }
        if nested.shape.len() == axis {
            nested.shape.push(None);
        }
        let mut len = 0usize;
        while list
            .next_element_seed(Item {
                nested: &mut *nested,
                axis,
            })?
            .is_some()
        {
            len += 1;
        }
        if *nested.shape[axis].get_or_insert(len) != len {
            return Err(de::Error::custom("an array's rows must be equally long"));
        }
        Ok(())
    }
}

struct Item<'a> {
    nested: &'a mut Nested,
    axis: usize,
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Item<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, null or a list")
    }

    fn visit_i64<E: de::Error>(self, x: i64) -> Result<(), E> {
        self.nested.number(self.axis, |n| n.push_whole(x))
    }

    fn visit_u64<E: de::Error>(self, x: u64) -> Result<(), E> {
        self.nested.number(self.axis, |n| match i64::try_from(x) {
            Ok(x) => n.push_whole(x),
            Err(_) => n.push_real(x as f64),
        })
    }

    fn visit_f64<E: de::Error>(self, x: f64) -> Result<(), E> {
        self.nested.number(self.axis, |n| n.push_real(x))
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.nested.number(self.axis, |n| n.push_real(f64::NAN))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        ListVisitor {
            nested: self.nested,
            axis: self.axis + 1,
        }
        .visit_seq(list)
    }
}
