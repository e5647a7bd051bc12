//! What a file is, by its bytes. A name or a MIME type is never believed.

use crate::formats;
use crate::mpeg::Header;
use timeside_core::{Error, Result};

/// Bytes that are looked at.
pub(crate) const SNIFF_BYTES: usize = 64 << 10;

/// A container that we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Wav,
    Aiff,
    Caf,
    Au,
    Flac,
    Mpeg,
    Adts,
    Mp4,
    Mkv,
    Ogg,
}

/// Length of an ID3v2 tag at the beginning of `head`, footer included; 0 if there is none.
pub(crate) fn id3v2_len(head: &[u8]) -> u64 {
    match *head {
        [b'I', b'D', b'3', major, minor, flags, a, b, c, d, ..]
            if major != 0xFF && minor != 0xFF && (a | b | c | d) < 0x80 =>
        {
            let body = u64::from(a) << 21 | u64::from(b) << 14 | u64::from(c) << 7 | u64::from(d);
            10 + body + if flags & 0x10 != 0 { 10 } else { 0 }
        }
        _ => 0,
    }
}

/// The container of a file that begins with `head` (what follows leading ID3v2 tags).
///
/// # Errors
/// [`Error::UnsupportedFormat`] that says what it looks like.
pub(crate) fn container(head: &[u8]) -> Result<Container> {
    if matches!(
        head.first_chunk::<4>(),
        Some(b"RIFF" | b"RIFX" | b"RF64" | b"BW64")
    ) && head.get(8..12) == Some(b"WAVE")
        || head.starts_with(b"riff\x2E\x91\xCF\x11")
    {
        return Ok(Container::Wav);
    }
    match head {
        [
            b'F',
            b'O',
            b'R',
            b'M',
            _,
            _,
            _,
            _,
            b'A',
            b'I',
            b'F',
            b'F' | b'C',
            ..,
        ] => {
            return Ok(Container::Aiff);
        }
        [b'c', b'a', b'f', b'f', ..] => return Ok(Container::Caf),
        [b'.', b's', b'n', b'd', ..] => return Ok(Container::Au),
        [b'f', b'L', b'a', b'C', ..] => return Ok(Container::Flac),
        [b'O', b'g', b'g', b'S', ..] => return Ok(Container::Ogg),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => return Ok(Container::Mp4),
        [0x1A, 0x45, 0xDF, 0xA3, ..] => return Ok(Container::Mkv),
        _ => {}
    }
    if let Some(name) = known(head) {
        return Err(unsupported(name));
    }
    if let Some(text) = text(head) {
        return Err(unsupported(text));
    }
    if adts_frames(head) {
        return Ok(Container::Adts);
    }
    if find_mpeg(head).is_some() {
        return Ok(Container::Mpeg);
    }
    Err(unsupported("something unknown"))
}

fn unsupported(what: &str) -> Error {
    Error::UnsupportedFormat(format!(
        "this is {what}, not audio that can be read here; readable are {}",
        formats::readable()
    ))
}

/// Well-known kinds of file that are not read.
fn known(head: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(usize, &[u8], &str)] = &[
        (8, b"AVI ", "an AVI video"),
        (8, b"WEBP", "a WebP image"),
        (0, b"wvpk", "a WavPack file"),
        (0, b"MAC ", "a Monkey's Audio file"),
        (0, b"TTA1", "a True Audio file"),
        (0, b"MPCK", "a Musepack file"),
        (0, b"MP+", "a Musepack file"),
        (0, b"DSD ", "a DSD file"),
        (0, b"FRM8", "a DSD file"),
        (0, b"ADIF", "an AAC file with an ADIF header"),
        (0, b"#!AMR", "an AMR speech file"),
        (
            0,
            b"\x30\x26\xB2\x75\x8E\x66\xCF\x11",
            "a Windows Media file",
        ),
        (0, b".RMF", "a RealMedia file"),
        (0, b"FLV\x01", "a Flash video"),
        (0, b"\x0B\x77", "an AC-3 file"),
        (0, b"MThd", "a MIDI file (notes, not sound)"),
        (0, b"#EXTM3U", "a playlist"),
        (0, b"[playlist]", "a playlist"),
        (0, b"\x89PNG", "a PNG image"),
        (0, b"\xFF\xD8\xFF", "a JPEG image"),
        (0, b"GIF8", "a GIF image"),
        (0, b"%PDF", "a PDF document"),
        (0, b"PK\x03\x04", "a ZIP archive"),
        (0, b"\x1F\x8B", "a gzip archive"),
        (0, b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
        (0, b"Rar!", "a RAR archive"),
        (0, b"\0asm", "a WebAssembly module"),
        (0, b"\x7FELF", "a program"),
    ];
    MAGIC
        .iter()
        .find(|(at, magic, _)| head.get(*at..at + magic.len()) == Some(magic))
        .map(|(_, _, name)| *name)
}

/// Says so if `head` is text.
fn text(head: &[u8]) -> Option<&'static str> {
    let bytes = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = bytes
        .iter()
        .position(|b| !b.is_ascii_whitespace())
        .unwrap_or(bytes.len());
    let begins = |what: &[u8]| {
        bytes[start..]
            .get(..what.len())
            .is_some_and(|b| b.eq_ignore_ascii_case(what))
    };
    if begins(b"<!doctype html")
        || begins(b"<html")
        || begins(b"<head")
        || begins(b"<body")
        || begins(b"<script")
    {
        return Some("an HTML page (a login or error page?)");
    }
    let sample = &bytes[..bytes.len().min(4096)];
    let readable = match std::str::from_utf8(sample) {
        Ok(text) => text,
        // A character may be cut at the sample's end.
        Err(e) if e.error_len().is_none() => {
            std::str::from_utf8(&sample[..e.valid_up_to()]).unwrap_or("")
        }
        Err(_) => return None,
    };
    if readable.is_empty()
        || readable
            .chars()
            .any(|c| c.is_control() && !c.is_whitespace())
    {
        return None;
    }
    Some(if begins(b"<") {
        "an XML document"
    } else if begins(b"{") || begins(b"[") {
        "JSON text"
    } else {
        "text"
    })
}

/// True if two ADTS frames follow one another at the beginning, or one fills the file.
fn adts_frames(head: &[u8]) -> bool {
    let Some(first) = crate::adts::Header::parse(head) else {
        return false;
    };
    match head.get(first.frame_bytes..) {
        None | Some([]) => true,
        Some(next) => crate::adts::Header::parse(next).is_some_and(|second| second.follows(&first)),
    }
}

/// Where the first two consecutive MPEG audio frames begin, or the first if the file ends with it.
pub(crate) fn find_mpeg(head: &[u8]) -> Option<usize> {
    let at_end = head.len() < SNIFF_BYTES;
    (0..head.len().saturating_sub(3)).find(|&at| {
        let Some(first) = Header::parse(&head[at..]) else {
            return false;
        };
        let next = at + first.frame_bytes;
        match head.get(next..next + 4) {
            Some(bytes) => Header::parse(bytes).is_some_and(|second| second.follows(&first)),
            None => at == 0 && at_end && head.len() > 16,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8]) -> String {
        let error = container(bytes).unwrap_err();
        assert_eq!(error.code(), "unsupported-format");
        error.to_string()
    }

    #[test]
    fn what_is_not_audio_is_called_by_its_name() {
        assert!(refusal(b"  \n<!DOCTYPE html><html>").contains("HTML page"));
        assert!(refusal(b"\xEF\xBB\xBF<html lang=en>").contains("HTML page"));
        assert!(refusal(b"<?xml version='1.0'?><Error/>").contains("XML"));
        assert!(refusal(b"{\"error\": 403}").contains("JSON"));
        assert!(refusal("une phrase entière, accentuée".as_bytes()).contains("text"));
        assert!(refusal(b"\x89PNG\r\n\x1a\n\0\0").contains("PNG"));
        assert!(refusal(b"RIFF\0\0\0\x10AVI LIST").contains("AVI"));
        assert!(refusal(&[7; 4000]).contains("unknown"));
    }

    #[test]
    fn id3_tags_are_measured() {
        assert_eq!(id3v2_len(b"ID3\x04\0\0\0\0\x02\x01rest"), 10 + 257);
        assert_eq!(id3v2_len(b"ID3\x04\0\x10\0\0\0\0"), 20);
        assert_eq!(id3v2_len(b"ID3\x04\0\0\x80\0\0\0"), 0);
        assert_eq!(id3v2_len(b"RIFF"), 0);
    }
}
