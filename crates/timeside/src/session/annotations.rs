//! Files of annotations, read and written at once: they are short beside the recordings they speak of.

use super::{Beside, Host};
use crate::{Error, Result};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use timeside_annotations::{ReadOptions, formats, read, write};
use timeside_protocol::{AnnotationFormatInfo, Array, Attachments, Event};

pub(super) fn tell_formats<H: Host>(host: &H, request: u32) {
    let info = |f: &timeside_annotations::Format| AnnotationFormatInfo {
        id: f.id,
        name: f.name,
        description: f.doc,
        extensions: f.extensions,
        mime_types: f.mime_types,
        can_read: f.can_read(),
        can_write: f.can_write(),
    };
    let formats = formats().iter().map(info).collect();
    let event = Event::AnnotationFormats { request, formats };
    host.tell(&event, Attachments::default());
}

/// Reads a file.
///
/// # Errors
/// As [`read`].
pub(super) fn parse<H: Host>(
    host: &H,
    request: u32,
    format: Option<&str>,
    options: Map<String, Value>,
    beside: &Beside,
) -> Result<()> {
    const CALL: &str = "parseAnnotations";
    let document = read(bytes(CALL, beside)?, format, &options_of(CALL, options)?)?;
    let json = serde_json::to_vec(&document)
        .map_err(|e| Error::BadAnnotations(format!("what was read cannot be told: {e}")))?;
    let mut arrays = Attachments::default();
    let document = arrays.add(Array::U8(json));
    host.tell(&Event::Annotations { request, document }, arrays);
    Ok(())
}

/// Writes a document that came as JSON.
///
/// # Errors
/// As [`write()`]; `BadAnnotations` if it is no document.
pub(super) fn format<H: Host>(
    host: &H,
    request: u32,
    format: &str,
    options: Map<String, Value>,
    beside: &Beside,
) -> Result<()> {
    const CALL: &str = "formatAnnotations";
    let options = options_of(CALL, options)?;
    let given = read(bytes(CALL, beside)?, Some("json"), &ReadOptions::default())?;
    let mut written = write(&given, format, &options)?;
    // What had to be repaired in the caller's document is told here, since nobody sees the report of its reading.
    let repaired = given
        .report
        .warnings
        .into_iter()
        .chain(given.report.guessed);
    written.report.warnings.splice(0..0, repaired);
    written.report.lost.splice(0..0, given.report.lost);
    let mut arrays = Attachments::default();
    let event = Event::AnnotationFile {
        request,
        data: arrays.add(Array::U8(written.bytes)),
        extension: written.extension,
        mime_type: written.mime_type,
        report: written.report,
    };
    host.tell(&event, arrays);
    Ok(())
}

fn bytes<'a>(call: &str, beside: &'a Beside) -> Result<&'a [u8]> {
    match beside {
        Beside::Bytes(bytes) => Ok(bytes),
        _ => {
            let reason = "travel beside the command, and are missing";
            Err(Error::bad_parameter(call, "bytes", reason))
        }
    }
}

fn options_of<T: DeserializeOwned>(call: &str, options: Map<String, Value>) -> Result<T> {
    serde_json::from_value(options.into())
        .map_err(|e| Error::bad_parameter(call, "options", format!("cannot be used: {e}")))
}
