use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use timeside_core::result::{Data, DataMode, TimeAxis};
use timeside_core::{AnalyzerResult, TimeMode, Values};

/// The place of an array among those that travel beside a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ArrayRef(pub usize);

/// An array that travels beside a message. JavaScript's typed arrays know no 64-bit integers but BigInt, so that
/// these go as 32-bit ones, or as doubles where a number does not fit.
#[derive(Debug, Clone, PartialEq)]
pub enum Array {
    /// `Float32Array`.
    F32(Vec<f32>),
    /// `Float64Array`.
    F64(Vec<f64>),
    /// `Int32Array`.
    I32(Vec<i32>),
    /// `Uint8Array`.
    U8(Vec<u8>),
}

impl From<Values> for Array {
    fn from(values: Values) -> Self {
        match values {
            Values::F32(v) => Self::F32(v),
            Values::F64(v) => Self::F64(v),
            Values::I64(v) => Self::from(v),
            other => Self::F64(
                (0..other.len())
                    .map(|i| other.get(i).unwrap_or(f64::NAN))
                    .collect(),
            ),
        }
    }
}

impl From<Vec<i64>> for Array {
    fn from(v: Vec<i64>) -> Self {
        let narrow: Result<Vec<i32>, _> = v.iter().map(|x| i32::try_from(*x)).collect();
        narrow.map_or_else(
            |_| Self::F64(v.iter().map(|x| *x as f64).collect()),
            Self::I32,
        )
    }
}

/// The arrays beside one message.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attachments(pub Vec<Array>);

impl Attachments {
    /// Adds an array; its place goes into the message.
    pub fn add(&mut self, array: Array) -> ArrayRef {
        self.0.push(array);
        ArrayRef(self.0.len() - 1)
    }

    fn add_unless_empty(&mut self, v: Vec<f64>) -> Option<ArrayRef> {
        (!v.is_empty()).then(|| self.add(Array::F64(v)))
    }
}

/// Where the frames of a framewise result lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FrameInfo {
    /// Frames of audio per second.
    pub sample_rate: u32,
    /// Samples per frame.
    pub blocksize: usize,
    /// Samples from one frame to the next.
    pub stepsize: usize,
}

/// What was analysed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AudioInfo {
    /// Where it came from.
    pub uri: String,
    /// Start of the stretch in seconds.
    pub start: f64,
    /// Its length in seconds.
    pub duration: f64,
    /// False if it is the whole medium.
    pub is_segment: bool,
    /// SHA-1 of the medium, or empty.
    pub sha1: String,
    /// Number of channels.
    pub channels: usize,
    /// How channels were combined, free text.
    pub channels_management: String,
}

/// An [`AnalyzerResult`] whose arrays travel beside the message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultData {
    /// Result id, such as `level.max`.
    pub id: String,
    /// For people.
    pub name: String,
    /// Unit of the values, or empty.
    pub unit: String,
    /// What it measures.
    pub description: String,
    /// `YYYY-MM-DD HH:MM:SS`, local.
    pub date: String,
    /// Version of the core that made it.
    pub version: String,
    /// Who made it.
    pub author: String,
    /// The instance that made it.
    pub uuid: String,
    /// How it lies in time.
    pub time_mode: TimeMode,
    /// Values or labels.
    pub data_mode: DataMode,
    /// Values or label numbers, row-major, time first.
    pub data: ArrayRef,
    /// numpy's name of their type.
    pub dtype: &'static str,
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// Begin of each row in seconds from the start of the stretch (events and segments).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<ArrayRef>,
    /// Length of each row in seconds (segments).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<ArrayRef>,
    /// What each column stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y_value: Option<ArrayRef>,
    /// Where the frames lie (framewise).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<FrameInfo>,
    /// Label number → name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// Label number → meaning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_descriptions: Option<BTreeMap<String, String>>,
    /// `mono`, or `multi` if several labels may hold at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_type: Option<&'static str>,
    /// The parameters it was made with.
    pub parameters: Map<String, Value>,
    /// What was analysed.
    pub audio: AudioInfo,
    /// Index of the first row: 0 but in partial results.
    pub first: usize,
}

impl ResultData {
    /// Takes a result apart: numbers of any length go into `arrays`.
    pub fn new(result: AnalyzerResult, arrays: &mut Attachments) -> Self {
        let (time_mode, data_mode) = (result.time_mode(), result.data_mode());
        let AnalyzerResult {
            id_metadata: id,
            data,
            time,
            audio_metadata: audio,
            parameters,
            first_row,
        } = result;
        let by_number = |list: Vec<(i64, String)>| {
            list.into_iter()
                .map(|(n, name)| (n.to_string(), name))
                .collect::<BTreeMap<_, _>>()
        };
        let (mut labels, mut label_descriptions, mut label_type, mut y) = (None, None, None, None);
        let (data, dtype, shape) = match data {
            Data::Value { value, y_value } => {
                y = arrays.add_unless_empty(y_value);
                let dtype = value.values.dtype();
                (arrays.add(value.values.into()), dtype, value.shape)
            }
            Data::Label { label, metadata } => {
                labels = Some(by_number(metadata.label));
                label_descriptions = metadata.description.map(by_number);
                label_type = Some(if metadata.multi { "multi" } else { "mono" });
                let shape = vec![label.len()];
                (arrays.add(label.into()), "int64", shape)
            }
        };
        let (mut frame, mut times, mut durations) = (None, None, None);
        match time {
            TimeAxis::Global => {}
            TimeAxis::Framewise(f) => {
                frame = Some(FrameInfo {
                    sample_rate: f.samplerate,
                    blocksize: f.blocksize,
                    stepsize: f.stepsize,
                });
            }
            TimeAxis::Event { time } => times = Some(arrays.add(Array::F64(time))),
            TimeAxis::Segment { time, duration } => {
                times = Some(arrays.add(Array::F64(time)));
                durations = Some(arrays.add(Array::F64(duration)));
            }
        }
        Self {
            id: id.id,
            name: id.name,
            unit: id.unit,
            description: id.description,
            date: id.date,
            version: id.version,
            author: id.author,
            uuid: id.proc_uuid,
            time_mode,
            data_mode,
            data,
            dtype,
            shape,
            time: times,
            duration: durations,
            y_value: y,
            frame,
            labels,
            label_descriptions,
            label_type,
            parameters,
            audio: AudioInfo {
                uri: audio.uri,
                start: audio.start,
                duration: audio.duration,
                is_segment: audio.is_segment,
                sha1: audio.sha1,
                channels: audio.channels,
                channels_management: audio.channels_management,
            },
            first: first_row,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use timeside_core::result::IdMetadata;
    use timeside_core::{AudioMetadata, LabelMetadata};

    fn result(data: Data, time: TimeAxis) -> AnalyzerResult {
        AnalyzerResult {
            id_metadata: IdMetadata {
                id: "x".into(),
                ..IdMetadata::default()
            },
            data,
            time,
            audio_metadata: AudioMetadata::default(),
            parameters: Map::new(),
            first_row: 0,
        }
    }

    #[test]
    fn labels_go_as_32_bit_numbers_and_stay_int64_by_name() {
        let metadata = LabelMetadata {
            label: vec![(0, "no".into()), (1, "yes".into())],
            description: None,
            multi: false,
        };
        let time = TimeAxis::Segment {
            time: vec![0.0, 1.0],
            duration: vec![1.0, 0.5],
        };
        let mut arrays = Attachments::default();
        let told = ResultData::new(
            result(
                Data::Label {
                    label: vec![1, 0],
                    metadata,
                },
                time,
            ),
            &mut arrays,
        );
        assert_eq!(
            (told.dtype, told.shape.as_slice(), told.label_type),
            ("int64", [2].as_slice(), Some("mono"))
        );
        assert_eq!(told.labels.as_ref().map(|l| l["1"].as_str()), Some("yes"));
        assert_eq!(
            arrays.0,
            [
                Array::I32(vec![1, 0]),
                Array::F64(vec![0.0, 1.0]),
                Array::F64(vec![1.0, 0.5])
            ]
        );
        assert_eq!(
            (told.data, told.time, told.duration),
            (ArrayRef(0), Some(ArrayRef(1)), Some(ArrayRef(2)))
        );
    }

    #[test]
    fn numbers_beyond_32_bits_are_not_cut() {
        assert_eq!(
            Array::from(vec![1_i64, 1 << 40]),
            Array::F64(vec![1.0, 1_099_511_627_776.0])
        );
    }
}
