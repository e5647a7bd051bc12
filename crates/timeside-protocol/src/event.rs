use crate::result::{ArrayRef, ResultData};
use serde::Serialize;
use serde_json::{Map, Value, json};
use timeside_core::annotation::ImportReport;
use timeside_core::{Error, Info, Kind, MediaInfo, Params, TimeMode, Warning, result::DataMode};

/// What the engine tells the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Event {
    /// A medium is open.
    Opened {
        /// Number of the request.
        request: u32,
        /// What is known of it.
        info: MediaInfo,
    },
    /// More is known of a medium (its length, warnings).
    Info {
        /// Number of the medium.
        media: u32,
        /// What is known now.
        info: MediaInfo,
    },
    /// A recording has been stopped.
    Stopped {
        /// Number of the request.
        request: u32,
        /// What is known now: its length.
        info: MediaInfo,
    },
    /// How far the background read that fills the waveform has come.
    Read {
        /// Number of the medium.
        media: u32,
        /// Share, 0..=1.
        done: f64,
    },
    /// A sketch of the whole waveform can be had: what has not been read yet is estimated.
    Sketched {
        /// Number of the medium.
        media: u32,
    },
    /// How far a run is.
    Progress {
        /// Number of the run.
        request: u32,
        /// Share, 0..=1.
        done: f64,
    },
    /// New rows of a result.
    Partial {
        /// Number of the run.
        request: u32,
        /// Key of the result.
        key: String,
        /// The new rows only.
        result: ResultData,
    },
    /// One result of a run.
    Result {
        /// Number of the run.
        request: u32,
        /// Key of the result.
        key: String,
        /// The whole result.
        result: ResultData,
    },
    /// A run has ended; all its results have been told.
    Done {
        /// Number of the run.
        request: u32,
        /// What was repaired or is missing.
        warnings: Vec<Warning>,
    },
    /// Samples, one array of `f32` per channel.
    Samples {
        /// Number of the request.
        request: u32,
        /// One per channel.
        channels: Vec<ArrayRef>,
    },
    /// Columns of a waveform.
    Peaks {
        /// Number of the request.
        request: u32,
        /// False while a column is missing (NaN) or only estimated.
        exact: bool,
        /// Begin in seconds, rounded to a frame.
        start: f64,
        /// End in seconds, rounded to a frame.
        end: f64,
        /// One per channel.
        channels: Vec<ChannelPeaks>,
    },
    /// A spectrogram.
    Spectrogram {
        /// Number of the request.
        request: u32,
        /// The image.
        #[serde(flatten)]
        picture: Magnitudes,
    },
    /// A coarser image of a spectrogram that is still being made.
    SpectrogramPart {
        /// Number of the request.
        request: u32,
        /// The image.
        #[serde(flatten)]
        picture: Magnitudes,
    },
    /// Samples for a sink, one array of `f32` per channel; fewer than asked for only at the end of the medium.
    Fed {
        /// Number of the feed.
        request: u32,
        /// As in the read.
        slot: u32,
        /// As in the read.
        epoch: u32,
        /// As in the read: the frame that the first sample is.
        start: i64,
        /// True if it was not read, because the sink has jumped; there are no channels then.
        is_dropped: bool,
        /// One per channel.
        channels: Vec<ArrayRef>,
    },
    /// A SHA-1.
    Sha1 {
        /// Number of the request.
        request: u32,
        /// Lower-case hex.
        sha1: String,
    },
    /// The bytes of a picture.
    Picture {
        /// Number of the request.
        request: u32,
        /// The bytes.
        data: ArrayRef,
    },
    /// What can be put in a pipe.
    Processors {
        /// Number of the request.
        request: u32,
        /// Their descriptions.
        processors: Vec<ProcessorInfo>,
    },
    /// The formats of annotations.
    AnnotationFormats {
        /// Number of the request.
        request: u32,
        /// Their descriptions.
        formats: Vec<AnnotationFormatInfo>,
    },
    /// Annotations that were read.
    Annotations {
        /// Number of the request.
        request: u32,
        /// An `AnnotationDocument` as JSON: one text is faster to pass on than a hundred thousand objects.
        document: ArrayRef,
    },
    /// Annotations as a file.
    AnnotationFile {
        /// Number of the request.
        request: u32,
        /// The bytes.
        data: ArrayRef,
        /// File name extension, without the dot.
        extension: &'static str,
        /// MIME type.
        mime_type: &'static str,
        /// What was repaired, and what the format cannot hold.
        report: ImportReport,
    },
    /// A request failed.
    Failed {
        /// Number of the request.
        request: u32,
        /// Why.
        error: ErrorInfo,
    },
    /// The background read of a medium failed: its waveform stays incomplete.
    ReadFailed {
        /// Number of the medium.
        media: u32,
        /// Why.
        error: ErrorInfo,
    },
}

impl Event {
    /// True if no further event of its request follows.
    pub fn is_final(&self) -> bool {
        !matches!(
            self,
            Self::Info { .. }
                | Self::Read { .. }
                | Self::ReadFailed { .. }
                | Self::Sketched { .. }
                | Self::Progress { .. }
                | Self::Partial { .. }
                | Self::Fed { .. }
                | Self::Result { .. }
                | Self::SpectrogramPart { .. }
        )
    }
}

/// One channel of a waveform, one element per column; NaN where nothing has been read yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelPeaks {
    /// Lowest sample.
    pub min: ArrayRef,
    /// Highest sample.
    pub max: ArrayRef,
    /// Root of the mean square.
    pub rms: ArrayRef,
}

/// A spectrogram: `width · height` bytes of log magnitude, row by row, the highest frequency first.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Magnitudes {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The bytes.
    pub data: ArrayRef,
    /// What 0 stands for, in dB.
    pub min_db: f64,
    /// What 255 stands for, in dB.
    pub max_db: f64,
    /// False if columns are 0 or only sampled because the medium has not been read so far yet.
    pub complete: bool,
}

/// An error as it travels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErrorInfo {
    /// The public code, such as `bad-parameter`.
    pub code: String,
    /// For people: cause and cure.
    pub message: String,
    /// What a program may want to know: the processor and parameter, the limit.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
}

impl From<&Error> for ErrorInfo {
    fn from(error: &Error) -> Self {
        let details = match error {
            Error::UnknownProcessor { id } => json!({ "processor": id }),
            Error::BadParameter {
                processor,
                parameter,
                ..
            } => json!({ "processor": processor, "parameter": parameter }),
            Error::OutOfMemory {
                needed_bytes,
                limit_bytes,
                ..
            } => json!({ "neededBytes": needed_bytes, "limitBytes": limit_bytes }),
            _ => Value::Null,
        };
        let details = match details {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        Self {
            code: error.code().to_owned(),
            message: error.to_string(),
            details,
        }
    }
}

/// The description of a processor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProcessorInfo {
    /// Its id.
    pub id: String,
    /// Its own version.
    pub version: String,
    /// What it is.
    pub kind: Kind,
    /// Where it stands in a catalogue, such as `Pitch`.
    pub family: String,
    /// For people.
    pub name: String,
    /// One line: what it does.
    pub description: String,
    /// What it measures, formula, source, what it is good for; Markdown, a paragraph each.
    pub doc: String,
    /// Unit of its values, or empty.
    pub unit: String,
    /// JSON schema of its parameters.
    pub parameters: Value,
    /// What it makes.
    pub results: Vec<ResultInfo>,
}

impl From<&Info> for ProcessorInfo {
    fn from(info: &Info) -> Self {
        let results = info
            .results
            .iter()
            .enumerate()
            .map(|(index, r)| ResultInfo {
                id: info.result_id(index),
                name: r.name.clone().into_owned(),
                unit: r.unit.clone().into_owned(),
                data_mode: r.data_mode,
                time_mode: r.time_mode,
                description: r.doc.clone().into_owned(),
            });
        Self {
            id: info.id.to_owned(),
            version: info.version.to_owned(),
            kind: info.kind,
            family: info.family.to_owned(),
            name: info.name.to_owned(),
            description: info.description.to_owned(),
            doc: info.doc.to_owned(),
            unit: info.unit.to_owned(),
            parameters: Params::schema(&info.params),
            results: results.collect(),
        }
    }
}

/// The description of a format of annotations.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnnotationFormatInfo {
    /// Word for it in calls.
    pub id: &'static str,
    /// Its full name.
    pub name: &'static str,
    /// What it holds, and who reads it.
    pub description: &'static str,
    /// File name extensions without the dot, the usual one first.
    pub extensions: &'static [&'static str],
    /// MIME types, the usual one first.
    pub mime_types: &'static [&'static str],
    /// Whether it can be read.
    pub can_read: bool,
    /// Whether it can be written.
    pub can_write: bool,
}

/// The description of one result of a processor.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultInfo {
    /// Its id, such as `level.max`.
    pub id: String,
    /// For people.
    pub name: String,
    /// Unit of the values, or empty.
    pub unit: String,
    /// Values or labels.
    pub data_mode: DataMode,
    /// How it lies in time.
    pub time_mode: TimeMode,
    /// What it is, with its shape.
    pub description: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_carry_code_words_and_details() {
        let error = ErrorInfo::from(&Error::bad_parameter(
            "level",
            "compat",
            "must be true or false, not 3",
        ));
        let told = serde_json::to_value(Event::Failed { request: 4, error }).unwrap();
        assert_eq!(told["type"], "failed");
        assert_eq!(told["error"]["code"], "bad-parameter");
        assert_eq!(
            told["error"]["details"],
            json!({ "processor": "level", "parameter": "compat" })
        );
        let error = ErrorInfo::from(&Error::NotFound("gone".into()));
        assert_eq!(
            serde_json::to_value(&error).unwrap(),
            json!({ "code": "not-found", "message": "gone" })
        );
    }

    #[test]
    fn only_ends_are_final() {
        assert!(
            Event::Done {
                request: 1,
                warnings: Vec::new()
            }
            .is_final()
        );
        assert!(
            !Event::Progress {
                request: 1,
                done: 0.5
            }
            .is_final()
        );
        assert!(
            !Event::Read {
                media: 1,
                done: 0.5
            }
            .is_final()
        );
    }
}
