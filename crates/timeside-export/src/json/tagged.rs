//! Writing arrays: `{"numpyArray": […], "dtype": "float64"}`.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use timeside_core::{Array, Values};

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
        Self {
            shape: &array.shape,
            numbers,
        }
    }

    pub(super) fn f64(values: &'a [f64]) -> Self {
        Self {
            shape: &[],
            numbers: Slice::F64(values),
        }
    }

    pub(super) fn i64(values: &'a [i64]) -> Self {
        Self {
            shape: &[],
            numbers: Slice::I64(values),
        }
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
        map.serialize_entry(
            "numpyArray",
            &Rows {
                shape: self.shape,
                numbers: self.numbers,
            },
        )?;
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
                list.serialize_element(&Rows {
                    shape: rest,
                    numbers,
                })?;
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
