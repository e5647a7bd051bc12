//! JSON → results. The bytes may come from anywhere: every refusal says what is wrong and where, and memory
//! is bounded by [`MAX_BYTES`].

use super::arrays::ReadArray;
use super::maps::{ById, Parameters};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use std::collections::{HashMap, HashSet};
use std::fmt;
use timeside_core::result::{IdMetadata, TimeAxis};
use timeside_core::{
    AnalyzerResult, AudioMetadata, Data, DataMode, Error, FrameMetadata, LabelMetadata, Result,
    Results, TimeMode,
};

/// Largest input in bytes, 512 MiB. Reading takes at most some ten times as much memory as its input.
pub const MAX_BYTES: usize = 512 << 20;

/// Results that a container may hold.
const MAX_RESULTS: usize = 1 << 14;

/// Values that the parameters of all results may hold together.
const MAX_PARAMETER_VALUES: usize = 1 << 20;

/// Reads a container: a list of results, or one result alone. Unknown properties are ignored, `null` in an
/// array of floats is NaN, and plain lists are read as `float64`.
///
/// # Errors
/// `BadResults` naming what is wrong and where.
pub fn read(bytes: &[u8]) -> Result<Results> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::BadResults(format!(
            "{} bytes are too many: results are read up to {MAX_BYTES} bytes",
            bytes.len()
        )));
    }
    // Some programs write a byte order mark.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let Container(results) = serde_json::from_slice(bytes)
        .map_err(|e| Error::BadResults(format!("not TimeSide results: {e}")))?;
    Ok(results)
}

struct Container(Results);

impl<'de> Deserialize<'de> for Container {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(ContainerVisitor)
    }
}

struct ContainerVisitor;

impl<'de> Visitor<'de> for ContainerVisitor {
    type Value = Container;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of results")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Container, A::Error> {
        let mut building = Building::default();
        loop {
            let number = building.results.len() + 1;
            // serde_json finds the line and column again in the words that it is given.
            let said = |e: &dyn fmt::Display| de::Error::custom(format!("result {number}: {e}"));
            match list.next_element::<ReadResult>().map_err(|e| said(&e))? {
                Some(read) => building.add(read).map_err(|e| said(&e))?,
                None => return Ok(Container(building.results)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Container, A::Error> {
        let mut building = Building::default();
        let read = ReadResult::deserialize(MapAccessDeserializer::new(map))?;
        building.add(read).map_err(de::Error::custom)?;
        Ok(Container(building.results))
    }
}

/// A container in the making. It numbers equal keys itself, in constant time each.
#[derive(Default)]
struct Building {
    results: Results,
    keys: HashSet<String>,
    /// The number that the next result of this key tries first.
    numbers: HashMap<String, usize>,
    parameter_values: usize,
}

impl Building {
    fn add(&mut self, read: ReadResult) -> Result<(), String> {
        if self.results.len() == MAX_RESULTS {
            return Err(format!("there are more than {MAX_RESULTS} results"));
        }
        self.parameter_values += read.parameters.values;
        if self.parameter_values > MAX_PARAMETER_VALUES {
            return Err(format!(
                "all parameters hold more than {MAX_PARAMETER_VALUES} values"
            ));
        }
        let (key, result) = read.finish()?;
        let key = self.unique(key);
        self.results.insert(&key, result).map_err(|e| e.to_string())
    }

    fn unique(&mut self, key: String) -> String {
        if self.keys.insert(key.clone()) {
            return key;
        }
        let number = self.numbers.entry(key.clone()).or_insert(2);
        loop {
            let numbered = format!("{key}#{number}");
            *number += 1;
            if self.keys.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

#[derive(Deserialize)]
struct ReadResult {
    id_metadata: ReadId,
    data_object: ReadData,
    #[serde(default)]
    audio_metadata: ReadAudio,
    #[serde(default)]
    parameters: Parameters,
    data_mode: DataMode,
    time_mode: TimeMode,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    first_row: usize,
}

#[derive(Deserialize)]
struct ReadId {
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    proc_uuid: Option<String>,
}

#[derive(Deserialize, Default)]
struct ReadAudio {
    #[serde(default)]
    uri: Option<String>,
    #[serde(default)]
    start: Option<f64>,
    #[serde(default)]
    duration: Option<f64>,
    #[serde(default)]
    is_segment: Option<bool>,
    #[serde(default)]
    sha1: Option<String>,
    #[serde(default)]
    channels: Option<usize>,
    #[serde(default, rename = "channelsManagement")]
    channels_management: Option<String>,
}

#[derive(Deserialize)]
struct ReadData {
    value: Option<ReadArray>,
    y_value: Option<ReadArray>,
    label: Option<ReadArray>,
    label_metadata: Option<ReadLabels>,
    frame_metadata: Option<ReadFrame>,
    time: Option<ReadArray>,
    duration: Option<ReadArray>,
}

#[derive(Deserialize)]
struct ReadLabels {
    label: ById,
    #[serde(default)]
    description: Option<ById>,
    #[serde(default)]
    label_type: Option<String>,
}

/// Upstream writes some of these as `512.0`.
#[derive(Deserialize)]
struct ReadFrame {
    samplerate: f64,
    blocksize: f64,
    stepsize: f64,
}

impl ReadResult {
    /// The key and the result, or what is wrong with it.
    fn finish(self) -> Result<(String, AnalyzerResult), String> {
        let id = self.id_metadata.id.clone();
        let named = |e: String| format!("{}: {e}", id.chars().take(80).collect::<String>());
        let (data, time) = self
            .data_object
            .finish(self.data_mode, self.time_mode)
            .map_err(named)?;
        let ReadId {
            id,
            name,
            unit,
            description,
            date,
            version,
            author,
            proc_uuid,
        } = self.id_metadata;
        let a = self.audio_metadata;
        let result = AnalyzerResult {
            id_metadata: IdMetadata {
                id: id.clone(),
                name: name.unwrap_or_default(),
                unit: unit.unwrap_or_default(),
                description: description.unwrap_or_default(),
                date: date.unwrap_or_default(),
                version: version.unwrap_or_default(),
                author: author.unwrap_or_default(),
                proc_uuid: proc_uuid.unwrap_or_default(),
            },
            data,
            time,
            audio_metadata: AudioMetadata {
                uri: a.uri.unwrap_or_default(),
                start: a.start.unwrap_or_default(),
                duration: a.duration.unwrap_or_default(),
                is_segment: a.is_segment.unwrap_or_default(),
                sha1: a.sha1.unwrap_or_default(),
                channels: a.channels.unwrap_or_default(),
                channels_management: a.channels_management.unwrap_or_default(),
            },
            parameters: self.parameters.map,
            first_row: self.first_row,
        };
        Ok((self.key.unwrap_or(id), result))
    }
}

impl ReadData {
    fn finish(self, data_mode: DataMode, time_mode: TimeMode) -> Result<(Data, TimeAxis), String> {
        let data = match data_mode {
            DataMode::Value => Data::Value {
                value: needed(self.value, "value", ReadArray::into_array)?,
                y_value: self
                    .y_value
                    .map_or(Ok(Vec::new()), ReadArray::into_f64)
                    .map_err(|e| format!("data_object.y_value {e}"))?,
            },
            DataMode::Label => Data::Label {
                label: needed(self.label, "label", ReadArray::into_i64)?,
                metadata: self
                    .label_metadata
                    .ok_or("data_object.label_metadata is missing")?
                    .finish(),
            },
        };
        let times = |array, name| times(array, name, data.rows());
        let time = match time_mode {
            TimeMode::Global => TimeAxis::Global,
            TimeMode::Framewise => TimeAxis::Framewise(
                self.frame_metadata
                    .ok_or("data_object.frame_metadata is missing")?
                    .finish()?,
            ),
            TimeMode::Event => TimeAxis::Event {
                time: times(self.time, "time")?,
            },
            TimeMode::Segment => TimeAxis::Segment {
                time: times(self.time, "time")?,
                duration: times(self.duration, "duration")?,
            },
        };
        Ok((data, time))
    }
}

fn needed<T>(
    array: Option<ReadArray>,
    name: &str,
    convert: impl FnOnce(ReadArray) -> Result<T, String>,
) -> Result<T, String> {
    let array = array.ok_or_else(|| format!("data_object.{name} is missing"))?;
    convert(array).map_err(|e| format!("data_object.{name} {e}"))
}

fn times(array: Option<ReadArray>, name: &str, rows: usize) -> Result<Vec<f64>, String> {
    let secs = needed(array, name, ReadArray::into_f64)?;
    if secs.len() != rows {
        return Err(format!(
            "data_object.{name} has {} entries for {rows} rows",
            secs.len()
        ));
    }
    match secs.iter().position(|t| !t.is_finite()) {
        Some(at) => Err(format!("data_object.{name} is not finite at row {at}")),
        None => Ok(secs),
    }
}

impl ReadLabels {
    fn finish(self) -> LabelMetadata {
        LabelMetadata {
            label: self.label.0,
            description: self.description.map(|d| d.0),
            multi: self.label_type.as_deref() == Some("multi"),
        }
    }
}

impl ReadFrame {
    fn finish(self) -> Result<FrameMetadata, String> {
        let whole = |name: &str, x: f64, min: f64| {
            if x.fract() == 0.0 && (min..=f64::from(u32::MAX)).contains(&x) {
                Ok(x as u32)
            } else {
                Err(format!(
                    "data_object.frame_metadata.{name} must be a whole number from {min}, not {x}"
                ))
            }
        };
        Ok(FrameMetadata {
            samplerate: whole("samplerate", self.samplerate, 1.0)?,
            blocksize: whole("blocksize", self.blocksize, 0.0)? as usize,
            stepsize: whole("stepsize", self.stepsize, 1.0)? as usize,
        })
    }
}
