//! Results: values or labels, over one of four kinds of time, with where they came from.

use crate::time::secs_from_frame;
use crate::{Error, Result, Warning};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::ops::Index;

/// Whether a result holds values or labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataMode {
    /// Numbers.
    Value,
    /// Numbers of labels, named in [`LabelMetadata`].
    Label,
}

/// How a result lies in time, without its arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeMode {
    /// One row for the whole medium.
    Global,
    /// One row per frame of analysis, evenly spaced.
    Framewise,
    /// One row per point in time.
    Event,
    /// One row per stretch of time.
    Segment,
}

/// Numbers in one of the types that results have.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Values {
    /// 32-bit floats.
    F32(Vec<f32>),
    /// 64-bit floats.
    F64(Vec<f64>),
    /// 64-bit integers.
    I64(Vec<i64>),
}

impl Values {
    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(v) => v.len(),
            Self::F64(v) => v.len(),
            Self::I64(v) => v.len(),
        }
    }

    /// True if there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Element `i` as a double.
    pub fn get(&self, i: usize) -> Option<f64> {
        match self {
            Self::F32(v) => v.get(i).copied().map(f64::from),
            Self::F64(v) => v.get(i).copied(),
            Self::I64(v) => v.get(i).map(|x| *x as f64),
        }
    }

    /// numpy's name of the type.
    pub fn dtype(&self) -> &'static str {
        match self {
            Self::F32(_) => "float32",
            Self::F64(_) => "float64",
            Self::I64(_) => "int64",
        }
    }

    /// Bytes of one element.
    pub fn item_bytes(&self) -> usize {
        match self {
            Self::F32(_) => 4,
            Self::F64(_) | Self::I64(_) => 8,
        }
    }
}

/// Numbers in rows, time first, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Length of each axis; `[rows]` or `[rows, columns]`.
    pub shape: Vec<usize>,
    /// The elements; as many as the product of `shape`.
    pub values: Values,
}

impl Array {
    /// A vector.
    pub fn vector(values: Values) -> Self {
        Self {
            shape: vec![values.len()],
            values,
        }
    }

    /// One double, shape `[1]`.
    pub fn scalar(value: f64) -> Self {
        Self::vector(Values::F64(vec![value]))
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// Elements per row.
    pub fn columns(&self) -> usize {
        self.shape.iter().skip(1).product()
    }
}

/// Where the frames of a framewise result lie: frame `i` begins at `start + i·stepsize/samplerate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameMetadata {
    /// Frames of audio per second.
    pub samplerate: u32,
    /// Samples per frame.
    pub blocksize: usize,
    /// Samples from one frame to the next.
    pub stepsize: usize,
}

/// The names of label numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelMetadata {
    /// Number → name.
    pub label: Vec<(i64, String)>,
    /// Number → meaning, where given.
    pub description: Option<Vec<(i64, String)>>,
    /// True if several labels may hold at once.
    pub multi: bool,
}

/// The numbers of a result.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Values, and what each column stands for (such as the frequency of a bin in Hz), or empty.
    Value {
        /// The values, time first.
        value: Array,
        /// One number per column, or empty.
        y_value: Vec<f64>,
    },
    /// Label numbers and their names.
    Label {
        /// One label number per row.
        label: Vec<i64>,
        /// The names.
        metadata: LabelMetadata,
    },
}

impl Data {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Self::Value { value, .. } => value.rows(),
            Self::Label { label, .. } => label.len(),
        }
    }
}

/// The time axis of a result. Seconds count from the start of the analysed stretch.
#[derive(Debug, Clone, PartialEq)]
pub enum TimeAxis {
    /// The whole medium.
    Global,
    /// Evenly spaced frames.
    Framewise(FrameMetadata),
    /// Points in seconds.
    Event {
        /// One per row.
        time: Vec<f64>,
    },
    /// Stretches in seconds.
    Segment {
        /// Begin of each row.
        time: Vec<f64>,
        /// Length of each row.
        duration: Vec<f64>,
    },
}

impl TimeAxis {
    /// Its mode.
    pub fn mode(&self) -> TimeMode {
        match self {
            Self::Global => TimeMode::Global,
            Self::Framewise(_) => TimeMode::Framewise,
            Self::Event { .. } => TimeMode::Event,
            Self::Segment { .. } => TimeMode::Segment,
        }
    }
}

/// Who made a result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdMetadata {
    /// Result id, such as `level.max`.
    pub id: String,
    /// For people, such as `Level Max`.
    pub name: String,
    /// Unit of the values, or empty.
    pub unit: String,
    /// What it measures.
    pub description: String,
    /// `YYYY-MM-DD HH:MM:SS`, local.
    pub date: String,
    /// Version of the core that wrote it.
    pub version: String,
    /// `TimeSide`.
    pub author: String,
    /// The instance that made it.
    pub proc_uuid: String,
}

/// What was analysed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AudioMetadata {
    /// Where it came from.
    pub uri: String,
    /// Start of the stretch in seconds.
    pub start: f64,
    /// Its length in seconds.
    pub duration: f64,
    /// False if it is the whole medium.
    pub is_segment: bool,
    /// SHA-1 of the medium, lower-case hex, or empty if not computed.
    pub sha1: String,
    /// Number of channels.
    pub channels: usize,
    /// How channels were combined, free text.
    #[serde(rename = "channelsManagement")]
    pub channels_management: String,
}

/// One result of one processor.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalyzerResult {
    /// Who made it.
    pub id_metadata: IdMetadata,
    /// Its numbers.
    pub data: Data,
    /// Its time axis.
    pub time: TimeAxis,
    /// What was analysed.
    pub audio_metadata: AudioMetadata,
    /// The parameters it was made with.
    pub parameters: Map<String, Value>,
    /// Index of its first row: 0, except in a partial result, which holds the new rows only.
    pub first_row: usize,
}

impl AnalyzerResult {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id_metadata.id
    }

    /// Whether it holds values or labels.
    pub fn data_mode(&self) -> DataMode {
        match self.data {
            Data::Value { .. } => DataMode::Value,
            Data::Label { .. } => DataMode::Label,
        }
    }

    /// How it lies in time.
    pub fn time_mode(&self) -> TimeMode {
        self.time.mode()
    }

    /// The first value as a double; `None` for labels and empty results.
    pub fn value(&self) -> Option<f64> {
        match &self.data {
            Data::Value { value, .. } => value.values.get(0),
            Data::Label { .. } => None,
        }
    }

    /// The values, unless it holds labels.
    pub fn array(&self) -> Option<&Array> {
        match &self.data {
            Data::Value { value, .. } => Some(value),
            Data::Label { .. } => None,
        }
    }

    /// The begin of each row in seconds of the medium.
    pub fn times_secs(&self) -> Vec<f64> {
        let start = self.audio_metadata.start;
        match &self.time {
            TimeAxis::Global => vec![start],
            TimeAxis::Framewise(f) => (0..self.data.rows())
                .map(|i| {
                    start
                        + secs_from_frame(((self.first_row + i) * f.stepsize) as i64, f.samplerate)
                })
                .collect(),
            TimeAxis::Event { time } | TimeAxis::Segment { time, .. } => {
                time.iter().map(|t| start + t).collect()
            }
        }
    }

    /// The length of each row in seconds.
    pub fn durations_secs(&self) -> Vec<f64> {
        match &self.time {
            TimeAxis::Global => vec![self.audio_metadata.duration],
            TimeAxis::Framewise(f) => {
                vec![secs_from_frame(f.blocksize as i64, f.samplerate); self.data.rows()]
            }
            TimeAxis::Event { time } => vec![0.0; time.len()],
            TimeAxis::Segment { duration, .. } => duration.clone(),
        }
    }
}

/// The results of a run, in the order of their steps, by key. The key is the result's id, or what
/// [`Step::r#as`](crate::Step) says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    entries: Vec<(String, AnalyzerResult)>,
    /// What was repaired or lost on the way.
    pub warnings: Vec<Warning>,
}

impl Results {
    /// The result of this key.
    pub fn get(&self, key: &str) -> Option<&AnalyzerResult> {
        self.entries.iter().find(|(k, _)| k == key).map(|(_, r)| r)
    }

    /// Adds a result under its id, or under `key#2`, `key#3` … if that is taken; returns the key.
    pub fn add(&mut self, key: &str, result: AnalyzerResult) -> &str {
        let mut unique = key.to_owned();
        let mut n = 1;
        while self.get(&unique).is_some() {
            n += 1;
            unique = format!("{key}#{n}");
        }
        self.entries.push((unique, result));
        &self.entries[self.entries.len() - 1].0
    }

    /// Adds a result under exactly this key.
    ///
    /// # Errors
    /// `BadResults` if the key is taken.
    pub fn insert(&mut self, key: &str, result: AnalyzerResult) -> Result<()> {
        if self.get(key).is_some() {
            return Err(Error::BadResults(format!("there are two results “{key}”")));
        }
        self.entries.push((key.to_owned(), result));
        Ok(())
    }

    /// Keys and results in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &AnalyzerResult)> {
        self.entries.iter().map(|(k, r)| (k.as_str(), r))
    }

    /// The same, to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut AnalyzerResult)> {
        self.entries.iter_mut().map(|(k, r)| (k.as_str(), r))
    }

    /// Number of results.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Index<&str> for Results {
    type Output = AnalyzerResult;

    /// The result of this key.
    ///
    /// # Panics
    /// If there is none; [`Results::get`] does not.
    fn index(&self, key: &str) -> &AnalyzerResult {
        match self.get(key) {
            Some(result) => result,
            None => panic!(
                "no result “{key}”; there are {:?}",
                self.entries.iter().map(|(k, _)| k).collect::<Vec<_>>()
            ),
        }
    }
}
