//! Annotations as files, one file per format: what people say about a recording, read from and written for the programs
//! of the field, with a report of what was repaired, guessed and lost.
//!
//! ```
//! use timeside_annotations::{ReadOptions, WriteOptions, read, write};
//! let document = read(b"0.5\t1.25\tbird\n", None, &ReadOptions::default())?;
//! assert_eq!((document.annotations[0].start, document.annotations[0].label.as_str()), (0.5, "bird"));
//! let grid = write(&document, "textgrid", &WriteOptions::default())?;
//! assert!(grid.report.lost.is_empty());
//! # Ok::<(), timeside_core::Error>(())
//! ```
//!
//! Whatever the bytes, reading never panics: a line that cannot be read is left out and named in the report; a file of
//! which nothing can be read is refused with its cause. Labels are text, never markup.

mod audacity;
mod clock;
mod csv;
mod cues;
mod draft;
mod formats;
mod json;
mod lab;
mod losses;
mod options;
mod repair;
mod report;
mod sheet;
mod srt;
mod text;
mod textgrid;
mod webvtt;

pub use formats::{Format, format, formats, sniff};
pub use options::{ReadOptions, WriteOptions};

use draft::Draft;
use report::Findings;
use sheet::Sheet;
use timeside_core::annotation::{AnnotationDocument, ImportReport};
use timeside_core::{Error, Result};

/// Largest file that is read: 128 MiB.
pub const MAX_BYTES: usize = 128 << 20;

/// Most annotations of one document.
pub const MAX_ANNOTATIONS: usize = 1_000_000;

/// A document as the bytes of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// File name extension, without the dot.
    pub extension: &'static str,
    /// MIME type.
    pub mime_type: &'static str,
    /// What had to be repaired before it could be written, and what the format cannot hold.
    pub report: ImportReport,
}

/// Reads annotations. `asked` is a format's id, extension or MIME type; without it the content decides, then the
/// name in `options`.
///
/// The document is sound: every annotation has an id of its own and a tier that exists; its times are finite, at or
/// after 0, and in order. What had to be repaired for that stands in the report.
///
/// # Errors
/// `BadAnnotations` with the cause, and the line where there is one; `BadParameter` for an unknown format;
/// `OutOfMemory` beyond [`MAX_BYTES`] or [`MAX_ANNOTATIONS`].
pub fn read(
    bytes: &[u8],
    asked: Option<&str>,
    options: &ReadOptions,
) -> Result<AnnotationDocument> {
    options.check()?;
    if bytes.len() > MAX_BYTES {
        return Err(Error::OutOfMemory {
            needed_bytes: bytes.len() as u64,
            limit_bytes: MAX_BYTES as u64,
            hint: "a file of annotations is read into memory: divide it".to_owned(),
        });
    }
    let format = match asked {
        Some(asked) => format(asked)?,
        None => sniff(bytes, &options.name)?,
    };
    let read = format.read.ok_or_else(|| {
        Error::bad_parameter(
            "parseAnnotations",
            "format",
            format!("{} can only be written", format.id),
        )
    })?;
    if let Some(what) = formats::foreign(bytes) {
        return Err(Error::BadAnnotations(what.to_owned()));
    }
    let mut draft = Draft::new(format, options);
    let text = text::decode(bytes, &mut draft.report)?;
    if text.trim().is_empty() {
        return Err(Error::BadAnnotations("the file is empty".to_owned()));
    }
    read(&text, &mut draft)?;
    draft.finish()
}

/// Writes annotations in the format of this id, in a stable order: by start, the longer first.
///
/// # Errors
/// `BadParameter` for an unknown format or option.
pub fn write(
    document: &AnnotationDocument,
    asked: &str,
    options: &WriteOptions,
) -> Result<Written> {
    options.check()?;
    let format = format(asked)?;
    let write = format.write.ok_or_else(|| {
        Error::bad_parameter(
            "formatAnnotations",
            "format",
            format!("{} can only be read", format.id),
        )
    })?;
    let mut findings = Findings::default();
    let sheet = Sheet::new(document, options, &mut findings)?;
    let keeps = format.keeps(options);
    losses::count(&sheet, &keeps, &mut findings.lost);
    let text = write(&sheet, options, &mut findings);
    let has_mark = options.byte_order_mark && format.may_have_mark;
    let mut bytes = Vec::with_capacity(text.len() + 3);
    if has_mark {
        bytes.extend("\u{feff}".as_bytes());
    }
    bytes.extend(text.into_bytes());
    Ok(Written {
        bytes,
        extension: format.extensions[0],
        mime_type: format.mime_types[0],
        report: findings.into_report(format.id),
    })
}
