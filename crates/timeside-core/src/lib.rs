//! The words of TimeSide: audio, time, results, parameters, sources, processors, the registry and the pipe.
//!
//! A plugin crate depends on this crate alone. It implements [`Processor`] and [`Plugin`], and
//! whoever builds a [`Registry`] calls [`Registry::add`].
//!
//! | module | holds |
//! |---|---|
//! | [`time`] | the only arithmetic between seconds and frames |
//! | [`annotation`] | what people say about a recording: [`Annotation`], [`Tier`] |
//! | [`audio`] | [`AudioSpec`], [`Block`]: planar `f32` and the index of its first frame |
//! | [`source`] | [`Source`]: bytes that can be read and sought |
//! | [`decoder`] | [`Decoder`]: a source as blocks; [`MediaInfo`] |
//! | [`params`] | one description of parameters: validation, JSON schema, documentation |
//! | [`processor`] | [`Processor`], [`Input`], [`Info`] |
//! | [`order`] | sorting and a small map, of little code |
//! | [`output`] | where a processor puts its results |
//! | [`result`] | [`AnalyzerResult`], [`Results`] |
//! | [`registry`] | id → processor |
//! | [`spec`] | [`PipeSpec`]: a pipe as data |
//! | [`pipe`] | the pipe: each view of the audio computed once |
//! | [`error`] | [`Error`], [`Warning`] |

pub mod annotation;
pub mod audio;
pub mod decoder;
pub mod error;
pub mod media_info;

pub mod output;
pub mod params;
pub mod pipe;
pub mod processor;
pub mod registry;
pub mod result;
pub mod source;
pub mod spec;
pub mod time;
mod views;

pub use annotation::{Annotation, AnnotationDocument, ImportReport, Tier, TierKind, TierRule};
pub use audio::{AudioSpec, Block};
pub use decoder::Decoder;
pub use error::{Error, Result, Warning};
pub use media_info::{Chapter, DecodedBy, Marker, MediaInfo, Picture, PicturePlace, Track};
pub use output::{Output, Rows};
pub use params::{Param, ParamKind, Params};
pub use pipe::{Pipe, PipeStats, Progress, RunContext};
pub use processor::{
    Frame, Info, Input, Kind, Mono, Plugin, Processor, ResultInfo, Spectrum, Stream,
};
pub use registry::Registry;
pub use result::{
    AnalyzerResult, Array, AudioMetadata, Data, DataMode, FrameMetadata, LabelMetadata, Results,
    TimeMode, Values,
};
pub use source::{MemorySource, Source};
pub use spec::{PipeSpec, Step};
pub use timeside_dsp::order;
pub use timeside_dsp::{Complex32, Framing, Window};
