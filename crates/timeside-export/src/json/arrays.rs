//! `{"numpyArray": […], "dtype": "float64"}`: numbers in nested lists, with the type they have in numpy.

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use std::fmt;
use timeside_core::{Array, Values};

/// Axes that an array may have.
const MAX_AXES: usize = 8;

/// An array to be written.
pub(super) struct Tagged<'a> {
    shape: &'a [usize],
    numbers: Slice<'a>,
}

#[derive(Clone, Copy)]
enum Slice<'a> {
    F32(&'a [f32]),
    F64(&'a [f64]),
    I64(&'a [i64]),
}

impl<'a> Tagged<'a> {
    pub(super) fn array(array: &'a Array) -> Self {
        let numbers = match &array.values {
            Values::F32(v) => Slice::F32(v),
            Values::F64(v) => Slice::F64(v),
            Values::I64(v) => Slice::I64(v),
            // A type that this format does not know yet cannot be written as another.
            _ => Slice::F64(&[]),
        };
        Self { shape: &array.shape, numbers }
    }

    pub(super) fn f64(values: &'a [f64]) -> Self {
        Self { shape: &[], numbers: Slice::F64(values) }
    }

    pub(super) fn i64(values: &'a [i64]) -> Self {
        Self { shape: &[], numbers: Slice::I64(values) }
    }
}

impl Serialize for Tagged<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let dtype = match self.numbers {
            Slice::F32(_) => "float32",
            Slice::F64(_) => "float64",
            Slice::I64(_) => "int64",
        };
        let mut map = s.serialize_map(Some(2))?;
        map.serialize_entry("numpyArray", &Rows { shape: self.shape, numbers: self.numbers })?;
        map.serialize_entry("dtype", dtype)?;
        map.end()
    }
}

struct Rows<'a> {
    shape: &'a [usize],
    numbers: Slice<'a>,
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if let [rows, rest @ ..] = self.shape
            && !rest.is_empty()
        {
            let width: usize = rest.iter().product();
            let mut list = s.serialize_seq(Some(*rows))?;
            for row in 0..*rows {
                let part = row * width..(row + 1) * width;
                let numbers = match self.numbers {
                    Slice::F32(v) => Slice::F32(&v[part]),
                    Slice::F64(v) => Slice::F64(&v[part]),
                    Slice::I64(v) => Slice::I64(&v[part]),
                };
                list.serialize_element(&Rows { shape: rest, numbers })?;
            }
            return list.end();
        }
        match self.numbers {
            // As numpy's `tolist`: a double of the same value. Not finite becomes null.
            Slice::F32(v) => s.collect_seq(v.iter().map(|x| f64::from(*x))),
            Slice::F64(v) => s.collect_seq(v),
            Slice::I64(v) => s.collect_seq(v),
        }
    }
}

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
            "float32" => Values::F32(self.numbers.into_reals().into_iter().map(|x| x as f32).collect()),
            "float64" => Values::F64(self.numbers.into_reals()),
            dtype if is_whole(dtype) => match self.numbers {
                Numbers::Whole(v) => Values::I64(v),
                Numbers::Real(_) => return Err(format!("is {dtype}, but not all its numbers are whole")),
            },
            dtype => return Err(format!("has the dtype “{}”, which is not supported", dtype.chars().take(40).collect::<String>())),
        };
        Ok(Array { shape: self.shape, values })
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
    matches!(dtype, "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64")
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
        ListVisitor { nested: &mut nested, axis: 0 }.visit_seq(list)?;
        Ok(nested.finish(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ReadArray, A::Error> {
        let (mut nested, mut dtype) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "numpyArray" => {
                    let mut read = Nested::default();
                    map.next_value_seed(List { nested: &mut read, axis: 0 })?;
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
        Self { numbers: Numbers::Whole(Vec::new()), shape: Vec::new(), leaf: None }
    }
}

impl Nested {
    fn finish(self, dtype: Option<String>) -> ReadArray {
        let shape = self.shape.into_iter().map(|n| n.unwrap_or(0)).collect();
        ReadArray { shape, numbers: self.numbers, dtype }
    }

    fn number<E: de::Error>(&mut self, axis: usize, push: impl FnOnce(&mut Numbers)) -> Result<(), E> {
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
        d.deserialize_seq(ListVisitor { nested: self.nested, axis: self.axis })
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
            return Err(de::Error::custom(format!("an array has at most {MAX_AXES} axes")));
        }
        if nested.leaf.is_some_and(|leaf| leaf < axis) {
            return Err(de::Error::custom("an array's lists must be equally deep"));
        }
        if nested.shape.len() == axis {
            nested.shape.push(None);
        }
        let mut len = 0usize;
        while list.next_element_seed(Item { nested: &mut *nested, axis })?.is_some() {
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
        ListVisitor { nested: self.nested, axis: self.axis + 1 }.visit_seq(list)
    }
}
