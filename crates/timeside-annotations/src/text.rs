//! Bytes as text, text as lines.

use crate::report::Findings;
use timeside_core::{Error, Result};

/// What Windows-1252 has at 0x80 to 0x9f; its five holes are what ISO 8859-1 has there.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of a file: by its byte order mark, else UTF-8, else Windows-1252.
///
/// # Errors
/// `BadAnnotations` if it is no text.
pub(crate) fn decode(bytes: &[u8], report: &mut Findings) -> Result<String> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Ok(eight_bits(rest, report)),
        [0xff, 0xfe, rest @ ..] => Ok(utf16(rest, u16::from_le_bytes, report)),
        [0xfe, 0xff, rest @ ..] => Ok(utf16(rest, u16::from_be_bytes, report)),
        _ => match zeros(bytes) {
            (0, 0) => Ok(eight_bits(bytes, report)),
            (0, odd) if odd * 4 > bytes.len().min(HEAD) => {
                guessed_utf16(report);
                Ok(utf16(bytes, u16::from_le_bytes, report))
            }
            (even, 0) if even * 4 > bytes.len().min(HEAD) => {
                guessed_utf16(report);
                Ok(utf16(bytes, u16::from_be_bytes, report))
            }
            (even, odd) if even + odd > 8 => Err(Error::BadAnnotations(
                "not a text file: it is full of zero bytes".to_owned(),
            )),
            _ => Ok(eight_bits(bytes, report)),
        },
    }
}

/// Bytes that are looked at for zeros.
const HEAD: usize = 1024;

/// Zero bytes at even and at odd places of the head.
fn zeros(bytes: &[u8]) -> (usize, usize) {
    let head = &bytes[..bytes.len().min(HEAD)];
    let count = |parity| {
        (head.iter().skip(parity).step_by(2))
            .filter(|b| **b == 0)
            .count()
    };
    (count(0), count(1))
}

fn guessed_utf16(report: &mut Findings) {
    let said = format_args!("read as UTF-16, though it has no byte order mark");
    report.guessed.add("encoding", said);
}

fn eight_bits(bytes: &[u8], report: &mut Findings) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let said = format_args!("not UTF-8: read as Windows-1252");
            report.guessed.add("encoding", said);
            let char_of = |b: &u8| match b {
                0x80..=0x9f => WINDOWS_1252[usize::from(b - 0x80)],
                _ => char::from(*b),
            };
            bytes.iter().map(char_of).collect()
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, report: &mut Findings) -> String {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        let said = format_args!("the file ends in the middle of a character");
        report.warnings.add("truncated", said);
    }
    let mut lone = 0;
    let units = pairs.iter().map(|pair| unit(*pair));
    let text = char::decode_utf16(units)
        .map(|c| {
            c.unwrap_or_else(|_| {
                lone += 1;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    if lone > 0 {
        let said = format_args!("{lone} halves of surrogate pairs were replaced by U+FFFD");
        report.warnings.add("surrogates-replaced", said);
    }
    text
}

/// The lines of a text with their numbers from 1; they end with LF, CR or both.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = Some(text);
    let next = move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return (!text.is_empty()).then_some(text);
        };
        let width = if text[end..].starts_with("\r\n") {
            2
        } else {
            1
        };
        rest = Some(&text[end + width..]);
        Some(&text[..end])
    };
    std::iter::from_fn(next).zip(1..).map(|(line, n)| (n, line))
}

/// What of a text is at most `max` bytes long, whole characters.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A piece of a file for the words of a warning: short, on one line.
pub(crate) fn quoted(text: &str) -> String {
    let short = cut(text, 40);
    let dots = if short.len() < text.len() { "…" } else { "" };
    let plain: String = short
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    format!("“{plain}{dots}”")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (String, usize) {
        let mut report = Findings::default();
        let text = decode(bytes, &mut report).unwrap();
        (text, report.into_report("").guessed.len())
    }

    #[test]
    fn every_encoding_is_known() {
        assert_eq!(decoded("é".as_bytes()), ("é".to_owned(), 0));
        assert_eq!(decoded(b"\xef\xbb\xbfa"), ("a".to_owned(), 0));
        assert_eq!(decoded(b"\xff\xfea\0\xe9\0"), ("aé".to_owned(), 0));
        assert_eq!(decoded(b"\xfe\xff\0a\0\xe9"), ("aé".to_owned(), 0));
        assert_eq!(decoded(b"caf\xe9 \x93x\x94"), ("café “x”".to_owned(), 1));
        assert_eq!(decoded(b"o\0o\0T\0e\0"), ("ooTe".to_owned(), 1));
        assert_eq!(decoded(b"\xff\xfe\x00\xd8a\0").0, "\u{fffd}a");
        let mut report = Findings::default();
        assert!(decode(&[0; 100], &mut report).is_err());
    }

    #[test]
    fn lines_end_in_three_ways() {
        let all: Vec<_> = lines("a\r\nb\rc\n\nd").collect();
        assert_eq!(all, [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")]);
        assert_eq!(lines("").count(), 0);
        assert_eq!(cut("aé", 2), "a");
    }
}
