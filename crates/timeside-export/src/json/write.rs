//! Results → JSON, straight to the writer: no tree of a large array is built.

use super::tagged::Tagged;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;
use std::io::Write;
use timeside_core::result::TimeAxis;
use timeside_core::{AnalyzerResult, Data, Error, LabelMetadata, Result, Results};

/// Writes a container.
///
/// # Errors
/// `Io` if the writer refuses.
pub fn write(results: &Results, out: impl Write) -> Result<()> {
    serde_json::to_writer(out, &Container(results)).map_err(|e| Error::Io(e.to_string()))
}

/// A container as a JSON value, for callers that hand on data instead of text.
///
/// # Errors
/// None in practice; `Io` if the data cannot be JSON.
pub fn to_value(results: &Results) -> Result<Value> {
    serde_json::to_value(Container(results)).map_err(|e| Error::Io(e.to_string()))
}

struct Container<'a>(&'a Results);

impl Serialize for Container<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut list = s.serialize_seq(Some(self.0.len()))?;
        for (key, result) in self.0.iter() {
            list.serialize_element(&Entry { key, result })?;
        }
        list.end()
    }
}

struct Entry<'a> {
    key: &'a str,
    result: &'a AnalyzerResult,
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let r = self.result;
        let mut map = s.serialize_map(None)?;
        map.serialize_entry("id_metadata", &r.id_metadata)?;
        map.serialize_entry("data_object", &DataObject(r))?;
        map.serialize_entry("audio_metadata", &r.audio_metadata)?;
        map.serialize_entry("parameters", &r.parameters)?;
        map.serialize_entry("data_mode", &r.data_mode())?;
        map.serialize_entry("time_mode", &r.time_mode())?;
        if self.key != r.id() {
            map.serialize_entry("key", self.key)?;
        }
        if r.first_row != 0 {
            map.serialize_entry("first_row", &r.first_row)?;
        }
        map.end()
    }
}

struct DataObject<'a>(&'a AnalyzerResult);

impl Serialize for DataObject<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(None)?;
        match &self.0.data {
            Data::Value { value, y_value } => {
                map.serialize_entry("value", &Tagged::array(value))?;
                map.serialize_entry("y_value", &Tagged::f64(y_value))?;
            }
            Data::Label { label, metadata } => {
                map.serialize_entry("label", &Tagged::i64(label))?;
                map.serialize_entry("label_metadata", &Labels(metadata))?;
            }
        }
        match &self.0.time {
            TimeAxis::Global => {}
            TimeAxis::Framewise(frame) => map.serialize_entry("frame_metadata", frame)?,
            TimeAxis::Event { time } => map.serialize_entry("time", &Tagged::f64(time))?,
            TimeAxis::Segment { time, duration } => {
                map.serialize_entry("time", &Tagged::f64(time))?;
                map.serialize_entry("duration", &Tagged::f64(duration))?;
            }
        }
        map.end()
    }
}

struct Labels<'a>(&'a LabelMetadata);

impl Serialize for Labels<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(3))?;
        map.serialize_entry("label", &ById(&self.0.label))?;
        map.serialize_entry("description", &self.0.description.as_deref().map(ById))?;
        map.serialize_entry("label_type", if self.0.multi { "multi" } else { "mono" })?;
        map.end()
    }
}

struct ById<'a>(&'a [(i64, String)]);

impl Serialize for ById<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self.0.iter().map(|(id, text)| (id.to_string(), text)))
    }
}
