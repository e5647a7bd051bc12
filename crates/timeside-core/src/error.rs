//! What can go wrong, by what the caller can do next.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A result of this crate and of those above it.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error that names its cause. [`Error::code`] is the public word for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The medium is not there (404, 410, no such file). Check the address.
    NotFound(String),
    /// The medium could not be fetched. Try again, or see the causes in the message.
    Network(String),
    /// The server cannot send parts of a file, and the whole is too large to load.
    NoRange(String),
    /// Not audio, or a container or codec that we do not know.
    UnsupportedFormat(String),
    /// Audio by its name, but empty or with an absurd header.
    CorruptMedia(String),
    /// No processor is registered under this id.
    UnknownProcessor {
        /// The id that was asked for.
        id: String,
    },
    /// A parameter is unknown, of the wrong type or out of range.
    BadParameter {
        /// The processor, or the call, that refused it.
        processor: String,
        /// The parameter's name.
        parameter: String,
        /// What is wrong and what is allowed.
        reason: String,
    },
    /// A start or duration past the end of the medium.
    OutOfRange(String),
    /// The caller asked to stop.
    Cancelled,
    /// A limit of memory would be passed.
    OutOfMemory {
        /// Bytes that would be needed.
        needed_bytes: u64,
        /// The limit in bytes.
        limit_bytes: u64,
        /// What needed it, and the cure.
        hint: String,
    },
    /// The medium changed while it was read.
    Conflict(String),
    /// A result file that cannot be read.
    BadResults(String),
    /// A file of annotations that cannot be read; the cause, and the line where there is one.
    BadAnnotations(String),
    /// The processors cannot stand together in one pipe.
    BadPipe(String),
    /// A plugin in a process of its own crashed, hung, or answered nonsense. The host is unharmed.
    PluginFailed {
        /// The plugin, as its host names it.
        plugin: String,
        /// What happened to it.
        reason: String,
    },
    /// The operating system refused to read or write.
    Io(String),
    /// What is read next is on its way: the same call succeeds once it has come. Whoever reads a medium that is
    /// still arriving waits and calls again; it never reaches a user.
    NotYet {
        /// The byte of the source that is missing; of a recording in progress, the frame.
        at: u64,
    },
}

impl Error {
    /// The public code, in kebab case: `not-found`, `bad-parameter`, …
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not-found",
            Self::Network(_) => "network",
            Self::NoRange(_) => "no-range",
            Self::UnsupportedFormat(_) => "unsupported-format",
            Self::CorruptMedia(_) => "corrupt-media",
            Self::UnknownProcessor { .. } => "unknown-processor",
            Self::BadParameter { .. } => "bad-parameter",
            Self::OutOfRange(_) => "out-of-range",
            Self::Cancelled => "cancelled",
            Self::OutOfMemory { .. } => "out-of-memory",
            Self::Conflict(_) => "conflict",
            Self::BadResults(_) => "bad-results",
            Self::BadAnnotations(_) => "bad-annotations",
            Self::BadPipe(_) => "bad-parameter",
            Self::PluginFailed { .. } => "plugin-failed",
            Self::Io(_) => "io",
            Self::NotYet { .. } => "not-yet",
        }
    }

    /// A refused parameter of `processor`.
    pub fn bad_parameter(
        processor: impl Into<String>,
        parameter: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self::BadParameter {
            processor: processor.into(),
            parameter: parameter.into(),
            reason: reason.into(),
        }
    }

    /// This error inside an [`std::io::Error`], so that it survives a `Read`; [`Error::from`] takes it out again.
    pub fn into_io(self) -> std::io::Error {
        std::io::Error::other(self)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(m)
            | Self::Network(m)
            | Self::NoRange(m)
            | Self::UnsupportedFormat(m)
            | Self::CorruptMedia(m)
            | Self::OutOfRange(m)
            | Self::Conflict(m)
            | Self::BadResults(m)
            | Self::BadAnnotations(m)
            | Self::BadPipe(m)
            | Self::Io(m) => f.write_str(m),
            Self::UnknownProcessor { id } => {
                write!(f, "no processor is registered with the id “{id}”")
            }
            Self::BadParameter {
                processor,
                parameter,
                reason,
            } => write!(f, "{processor}: parameter “{parameter}” {reason}"),
            Self::PluginFailed { plugin, reason } => write!(f, "the plugin {plugin} {reason}"),
            Self::Cancelled => f.write_str("cancelled"),
            Self::NotYet { at } => write!(f, "what lies at {at} has not come yet"),
            Self::OutOfMemory {
                needed_bytes,
                limit_bytes,
                hint,
            } => {
                let mib = |b: &u64| *b as f64 / (1 << 20) as f64;
                write!(
                    f,
                    "{hint}: {:.1} MiB would be needed, the limit is {:.1} MiB",
                    mib(needed_bytes),
                    mib(limit_bytes)
                )
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        if let Some(inner) = e.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return inner.clone();
        }
        match e.kind() {
            std::io::ErrorKind::NotFound => Self::NotFound(e.to_string()),
            _ => Self::Io(e.to_string()),
        }
    }
}

/// Something that was repaired or lost without stopping the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// A word to test for, in kebab case, such as `truncated`.
    pub code: String,
    /// What happened, for people.
    pub message: String,
    /// The frame it happened at, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub frame: Option<i64>,
}

impl Warning {
    /// A warning without a place.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            frame: None,
        }
    }

    /// The same warning at a frame.
    #[must_use]
    pub fn at(mut self, frame: i64) -> Self {
        self.frame = Some(frame);
        self
    }
}
