use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use timeside_core::PipeSpec;

/// Where the bytes or samples of a medium are. The thing itself travels beside the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A `Blob`: read in slices.
    Blob,
    /// An address: read through a bounded cache, in parts, or as it arrives.
    Ranged,
    /// Samples that are being recorded.
    Live,
    /// One array of samples per channel.
    Samples,
}

/// What is known of a medium before it is read, and how much memory it may take.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OpenOptions {
    /// File name, or the last part of the address; empty if unknown.
    pub name: String,
    /// MIME type as told by the server or the file, or empty.
    pub mime_type: String,
    /// The address, or empty.
    pub uri: String,
    /// Whether it comes from an address: its SHA-1 is then that of its first 10 MiB.
    pub is_remote: bool,
    /// Whether the samples are what the browser decoded.
    pub is_decoded_by_browser: bool,
    /// Length in bytes, where known.
    pub byte_len: Option<u64>,
    /// Rate in Hz of raw samples.
    pub sample_rate: u32,
    /// Bytes that the kept results of a run, or the cache of an address, may take.
    pub max_memory: Option<u64>,
    /// Which audio track of several; none is the container's default.
    pub track: Option<u32>,
    /// When a file was last changed, in milliseconds since 1970, where known.
    pub last_modified: Option<f64>,
    /// What changes when what is behind an address does, where the server tells.
    pub validator: Option<String>,
}

/// A stretch that a sink asks of its feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedRead {
    /// The place in the sink's memory that the samples are for; it comes back with them.
    pub slot: u32,
    /// Grows with every jump of the sink.
    pub epoch: u32,
    /// First frame, at the rate of the feed.
    pub start: i64,
    /// Number of frames, up to 65536; fewer come only at the end of the medium.
    pub frames: u32,
}

/// What the page asks of the engine. Every command with a `request` is answered by exactly one final event
/// with the same number ([`Event::is_final`](crate::Event::is_final)), unless it is cancelled or its medium closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Command {
    /// Opens a medium under a number that the page chooses. Answered by `Opened`.
    Open {
        /// Number of the request.
        request: u32,
        /// Number of the medium.
        media: u32,
        /// What travels beside the command.
        source: SourceKind,
        /// What is known of it.
        options: OpenOptions,
    },
    /// Forgets a medium and everything that runs on it.
    Close {
        /// Number of the medium.
        media: u32,
    },
    /// Runs a pipe. Answered by `Progress`, `Partial` and `Result` events, then `Done`.
    Run {
        /// Number of the request.
        request: u32,
        /// Number of the medium.
        media: u32,
        /// The pipe.
        spec: PipeSpec,
        /// Whether partial results are wanted from the start.
        partials: bool,
    },
    /// From now on partial results are wanted.
    Listen {
        /// Number of the run.
        request: u32,
    },
    /// One `Partial` event of a run has been used: the engine keeps only a few of them on the way.
    Ack {
        /// Number of the run.
        request: u32,
    },
    /// Stops a request; it gets no further event.
    Cancel {
        /// Number of the request.
        request: u32,
    },
    /// Samples of a stretch. Answered by `Samples`.
    Samples {
        /// Number of the request.
        request: u32,
        /// Number of the medium.
        media: u32,
        /// Begin in seconds.
        start: f64,
        /// End in seconds.
        end: f64,
    },
    /// Ends a recording in progress. Answered by `Stopped`.
    Stop {
        /// Number of the request.
        request: u32,
        /// Number of the medium.
        media: u32,
    },
    /// Columns of a waveform. Answered by `Peaks`.
    Peaks {
        /// Number of the request.
        request: u32,
        /// Number of the medium.
        media: u32,
        /// Begin in seconds; `None` is 0.
        start: Option<f64>,
        /// End in seconds; `None` is the end of the medium.
        end: Option<f64>,
        /// Number of columns.
        pixels: usize,
    },
    /// A spectrogram. Answered by `Spectrogram`.
    Spectrogram {
        /// Number of the request.
        request: u32,
        /// Number of the medium.
        media: u32,
        /// As in the public contract; the façade checks them.
        options: Map<String, Value>,
    },
    /// Opens a feed of samples on a medium, for a sink that plays them. It is answered by `Fed` events, one to each
    /// `FeedRead`, until it is cancelled or fails.
    Feed {
        /// Number of the request, and of the feed.
        request: u32,
        /// Number of the medium.
        media: u32,
        /// Rate in Hz to resample to; `None` is the medium's own.
        sample_rate: Option<u32>,
    },
    /// Asks a feed for a stretch. Reads are answered in their order.
    FeedRead {
        /// Number of the feed.
        feed: u32,
        /// What to read.
        read: FeedRead,
    },
    /// What was asked of a feed before this epoch is no longer wanted: it is answered with nothing.
    FeedDrop {
        /// Number of the feed.
        feed: u32,
        /// The first epoch that is still wanted.
        epoch: u32,
    },
    /// The SHA-1 of a medium. Answered by `Sha1`.
    Sha1 {
        /// Number of the request.
        request: u32,
        /// Number of the medium.
        media: u32,
    },
    /// The bytes of a picture. Answered by `Picture`.
    Picture {
        /// Number of the request.
        request: u32,
        /// Number of the medium.
        media: u32,
        /// Its place in the medium's `pictures`.
        index: usize,
    },
    /// Takes peaks that a server made, BBC waveform data, which travel beside the command: they stand for what has
    /// not been read. Answered by `Done`.
    GivePeaks {
        /// Number of the request.
        request: u32,
        /// Number of the medium.
        media: u32,
    },
    /// What can be put in a pipe. Answered by `Processors`.
    Processors {
        /// Number of the request.
        request: u32,
    },
    /// Reads a container of results; its bytes travel beside the command. Answered by `Result` events, then `Done`.
    ParseResults {
        /// Number of the request.
        request: u32,
        /// `json`.
        format: String,
    },
    /// The formats of annotations. Answered by `AnnotationFormats`.
    AnnotationFormats {
        /// Number of the request.
        request: u32,
    },
    /// Reads a file of annotations; its bytes travel beside the command. Answered by `Annotations`.
    ParseAnnotations {
        /// Number of the request.
        request: u32,
        /// A format's id, extension or MIME type; `None` lets the content decide.
        format: Option<String>,
        /// As in the public contract; `timeside-annotations` checks them.
        #[serde(default)]
        options: Map<String, Value>,
    },
    /// Writes annotations; the document travels beside the command as JSON. Answered by `AnnotationFile`.
    FormatAnnotations {
        /// Number of the request.
        request: u32,
        /// A format's id, extension or MIME type.
        format: String,
        /// As in the public contract; `timeside-annotations` checks them.
        #[serde(default)]
        options: Map<String, Value>,
    },
}

impl Command {
    /// The request that waits for an answer, if any.
    pub fn request(&self) -> Option<u32> {
        match *self {
            Self::Open { request, .. }
            | Self::Run { request, .. }
            | Self::Feed { request, .. }
            | Self::Samples { request, .. }
            | Self::Stop { request, .. }
            | Self::Peaks { request, .. }
            | Self::Spectrogram { request, .. }
            | Self::Sha1 { request, .. }
            | Self::Picture { request, .. }
            | Self::GivePeaks { request, .. }
            | Self::Processors { request }
            | Self::AnnotationFormats { request }
            | Self::ParseAnnotations { request, .. }
            | Self::FormatAnnotations { request, .. }
            | Self::ParseResults { request, .. } => Some(request),
            Self::Close { .. }
            | Self::Listen { .. }
            | Self::Ack { .. }
            | Self::Cancel { .. }
            | Self::FeedRead { .. }
            | Self::FeedDrop { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_run_reads_as_the_page_writes_it() {
        let command: Command = serde_json::from_value(json!({
            "type": "run", "request": 7, "media": 2, "partials": true,
            "spec": { "steps": ["level", { "id": "fx_gain", "gain": 2 }], "sampleRate": 48000, "maxMemoryBytes": 1024 }
        }))
        .unwrap();
        let Command::Run {
            request: 7,
            media: 2,
            ref spec,
            partials: true,
        } = command
        else {
            panic!("{command:?}")
        };
        assert_eq!(
            (
                spec.sample_rate,
                spec.max_memory_bytes,
                spec.keep,
                spec.blocksize
            ),
            (Some(48_000), 1024, true, 8192)
        );
        assert_eq!(spec.steps[1].parameters["gain"], 2);
        assert_eq!(command.request(), Some(7));
    }

    #[test]
    fn open_and_parse_have_kebab_names() {
        let open: Command = serde_json::from_value(json!({
            "type": "open", "request": 1, "media": 1, "source": "ranged", "options": { "byteLen": 3, "uri": "https://x/y" }
        }))
        .unwrap();
        assert!(matches!(
            open,
            Command::Open {
                source: SourceKind::Ranged,
                options: OpenOptions {
                    byte_len: Some(3),
                    ..
                },
                ..
            }
        ));
        let parse: Command = serde_json::from_value(
            json!({ "type": "parse-results", "request": 1, "format": "json" }),
        )
        .unwrap();
        assert_eq!(
            serde_json::to_value(&parse).unwrap()["type"],
            "parse-results"
        );
    }
}
