//! Commands and events between page, worker, command line and server: plain data.
//!
//! Large arrays travel beside a message, in order; a message names them by their place ([`ArrayRef`]). In the
//! browser they are transferred typed arrays. What only the browser knows (a `Blob`, the reader of an address)
//! travels beside a command in the same way. `pkg/src/protocol.ts` mirrors these types.

mod command;
mod event;
mod result;

pub use command::{Command, FeedRead, OpenOptions, SourceKind};
pub use event::{
    AnnotationFormatInfo, ChannelPeaks, ErrorInfo, Event, Magnitudes, ProcessorInfo, ResultInfo,
};
pub use result::{Array, ArrayRef, Attachments, AudioInfo, FrameInfo, ResultData};
