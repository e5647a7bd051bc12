//! Containers of results as files, one file per format; and waveforms as those of `audiowaveform`.

pub mod json;
pub mod waveform_data;

use std::io;
use timeside_core::{Error, Result, Results};

/// Reads a container from the bytes of a file.
pub type Read = fn(&[u8]) -> Result<Results>;

/// Writes a container as the bytes of a file.
pub type Write = fn(&Results, &mut dyn io::Write) -> Result<()>;

/// A file format of results.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Word for it in calls and commands.
    pub id: &'static str,
    /// Its full name.
    pub name: &'static str,
    /// File name extension, without the dot.
    pub extension: &'static str,
    /// MIME type.
    pub mime_type: &'static str,
    /// What is kept, and who reads it.
    pub doc: &'static str,
    /// Writes a container.
    pub write: Write,
    /// Reads a container, where the format can be read.
    pub read: Option<Read>,
}

/// Every format.
pub fn formats() -> &'static [Format] {
    &[Format {
        id: "json",
        name: "TimeSide JSON",
        extension: "json",
        mime_type: "application/json",
        doc: "Everything, in the shape of TimeSide 1, whose players and SDK read it. NaN and infinities become null.",
        write: |results, out| json::write(results, out),
        read: Some(json::read),
    }]
}

/// The format of this id.
///
/// # Errors
/// `BadParameter` naming those there are.
pub fn format(id: &str) -> Result<&'static Format> {
    formats().iter().find(|f| f.id == id).ok_or_else(|| {
        let known: Vec<_> = formats().iter().map(|f| f.id).collect();
        Error::bad_parameter(
            "export",
            "format",
            format!("must be one of {}, not “{id}”", known.join(", ")),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_format_names_the_known() {
        assert_eq!(format("json").unwrap().extension, "json");
        assert!(format("xls").unwrap_err().to_string().contains("json"));
    }
}
