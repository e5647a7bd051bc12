//! The table of formats.

use crate::draft::Draft;
use crate::losses::Keeps;
use crate::options::WriteOptions;
use crate::report::Findings;
use crate::sheet::Sheet;
use crate::text::decode;
use crate::{audacity, csv, json, lab, srt, textgrid, webvtt};
use timeside_core::{Error, Result};

pub(crate) type Read = fn(&str, &mut Draft<'_>) -> Result<()>;
pub(crate) type Write = fn(&Sheet, &WriteOptions, &mut Findings) -> String;

/// A file format of annotations.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Word for it in calls and commands.
    pub id: &'static str,
    /// Its full name.
    pub name: &'static str,
    /// What it holds, and who reads it.
    pub doc: &'static str,
    /// File name extensions without the dot, the usual one first.
    pub extensions: &'static [&'static str],
    /// MIME types, the usual one first.
    pub mime_types: &'static [&'static str],
    /// How sure the content is of being this: 0 not at all, 100 beyond doubt.
    pub(crate) sniff: fn(&str) -> u8,
    pub(crate) read: Option<Read>,
    pub(crate) write: Option<Write>,
    pub(crate) keeps: fn(&WriteOptions) -> Keeps,
    /// A file of it without a single annotation is a good file.
    pub(crate) may_be_empty: bool,
    /// It may begin with a byte order mark, if asked for.
    pub(crate) may_have_mark: bool,
}

impl Format {
    /// Whether it can be read.
    pub fn can_read(&self) -> bool {
        self.read.is_some()
    }

    /// Whether it can be written.
    pub fn can_write(&self) -> bool {
        self.write.is_some()
    }

    pub(crate) fn keeps(&self, options: &WriteOptions) -> Keeps {
        (self.keeps)(options)
    }
}

/// Every format. Where two are as sure of a file, the first has it.
pub fn formats() -> &'static [Format] {
    &[
        json::FORMAT,
        textgrid::FORMAT,
        webvtt::FORMAT,
        srt::FORMAT,
        audacity::FORMAT,
        csv::CSV,
        csv::TSV,
        lab::FORMAT,
    ]
}

/// The format of this id, extension or MIME type.
///
/// # Errors
/// `BadParameter` naming those there are.
pub fn format(asked: &str) -> Result<&'static Format> {
    let wanted = asked.trim().trim_start_matches('.').to_ascii_lowercase();
    let bare = wanted.split(';').next().unwrap_or_default().trim();
    let has = |list: &[&str]| list.iter().any(|w| w.split(';').next() == Some(bare));
    let found = (formats().iter().find(|f| f.id == bare))
        .or_else(|| formats().iter().find(|f| has(f.extensions)))
        .or_else(|| formats().iter().find(|f| has(f.mime_types)));
    found.ok_or_else(|| {
        let known: Vec<_> = formats().iter().map(|f| f.id).collect();
        let reason = format!("must be one of {}, not “{asked}”", known.join(", "));
        Error::bad_parameter("annotations", "format", reason)
    })
}

/// So much of a file is looked at.
const HEAD_BYTES: usize = 16 << 10;

/// What the extension adds to a format that the content allows.
const BY_NAME: u8 = 25;

/// The format of a file by its content, then its name.
///
/// # Errors
/// `BadAnnotations` if it is none that can be read.
pub fn sniff(bytes: &[u8], name: &str) -> Result<&'static Format> {
    if let Some(what) = foreign(bytes) {
        return Err(Error::BadAnnotations(what.to_owned()));
    }
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    // A head that ends within a character would not be UTF-8.
    let whole = match std::str::from_utf8(head) {
        Err(e) if e.error_len().is_none() && head.len() < bytes.len() => &head[..e.valid_up_to()],
        _ => head,
    };
    let text = decode(whole, &mut Findings::default())?;
    let text = text.trim_start();
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    let is_named = |f: &Format| {
        extension
            .as_deref()
            .is_some_and(|e| f.extensions.contains(&e))
    };
    let mut best: Option<(u8, &Format)> = None;
    for format in formats().iter().filter(|f| f.can_read()) {
        let content = (format.sniff)(text);
        let score = match (content, is_named(format)) {
            (0, _) => continue,
            (content, true) => content.saturating_add(BY_NAME),
            (content, false) => content,
        };
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, format));
        }
    }
    // Nothing but the name speaks for it: its reader says what is wrong.
    let by_name = || formats().iter().find(|f| f.can_read() && is_named(f));
    let found = best.map(|(_, format)| format).or_else(by_name);
    found.ok_or_else(|| {
        let known: Vec<_> = formats().iter().map(|f| f.name).collect();
        let why = if text.is_empty() {
            "the file is empty".to_owned()
        } else {
            format!(
                "no annotations that can be read: neither {}",
                known.join(", nor ")
            )
        };
        Error::BadAnnotations(why)
    })
}

/// What a file is that is known but not read.
pub(crate) fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(2048)];
    let has = |what: &[u8]| head.windows(what.len()).any(|w| w == what);
    match head {
        [
            b'o',
            b'o',
            b'B',
            b'i',
            b'n',
            b'a',
            b'r',
            b'y',
            b'F',
            b'i',
            b'l',
            b'e',
            ..,
        ] => Some("a binary Praat file: open it in Praat and save it as a text file"),
        [b'P', b'K', 3, 4, ..] => Some("a ZIP archive: unpack it and take the files one by one"),
        [0x1f, 0x8b, ..] => Some("a gzip archive: unpack it first"),
        [b'B', b'Z', b'h', ..] => {
            Some("compressed by bzip2, as a session of Sonic Visualiser: export its layer as CSV")
        }
        _ if has(b"Praat chronological TextGrid text file") => {
            Some("a chronological TextGrid: open it in Praat and save it as a text file")
        }
        _ if has(b"<ANNOTATION_DOCUMENT") => Some(
            "an ELAN file, which is not read yet: export it from ELAN as Praat TextGrid or as tab-delimited text",
        ),
        _ if has(b"sonic-visualiser") => {
            Some("a layer of Sonic Visualiser as XML, which is not read yet: export it as CSV")
        }
        _ if has(b"<!DOCTYPE html") || has(b"<html") => {
            Some("an HTML page, not annotations: the address may lead to an error page")
        }
        _ if has(b"\"file_metadata\"") => Some("a JAMS file, which is not read yet"),
        _ if has(b"www.w3.org/ns/anno") || has(b"iiif.io/api") => {
            Some("Web Annotations or a IIIF manifest, which are not read yet")
        }
        _ => None,
    }
}
