//! SubRip subtitles: a number, `hh:mm:ss,mmm --> hh:mm:ss,mmm`, lines of text, an empty line.

use crate::clock::millis_clock;
use crate::cues::{ARROW, from_lines, in_millis, timing, to_lines};
use crate::draft::Draft;
use crate::formats::Format;
use crate::losses::Keeps;
use crate::options::WriteOptions;
use crate::report::Findings;
use crate::sheet::Sheet;
use crate::text::lines;
use std::fmt::Write as _;
use timeside_core::Result;
use timeside_core::annotation::{Annotation, TierKind};

pub(crate) const FORMAT: Format = Format {
    id: "srt",
    name: "SubRip subtitles (SRT)",
    doc: "Text over stretches of time, in milliseconds. Tiers become one list.",
    extensions: &["srt"],
    mime_types: &["application/x-subrip", "text/srt"],
    sniff: |head| {
        let is_timing = |line: &str| timing(line).is_some();
        match lines(head)
            .filter(|(_, l)| !l.trim().is_empty())
            .take(4)
            .any(|(_, l)| is_timing(l))
        {
            true if !head.starts_with("WEBVTT") => 80,
            _ => 0,
        }
    },
    read: Some(read),
    write: Some(write),
    keeps: |_| Keeps {
        some_attributes: &[POSITION, ALIGNMENT],
        ..Keeps::default()
    },
    may_be_empty: false,
    may_have_mark: true,
};

/// Attribute: what follows the times, such as `X1:10 X2:20 Y1:5 Y2:8`.
const POSITION: &str = "srt-position";

/// Attribute: the number of `{\an8}`, 1 to 9.
const ALIGNMENT: &str = "srt-alignment";

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit())
}

fn read(text: &str, draft: &mut Draft<'_>) -> Result<()> {
    let all: Vec<_> = lines(text).map(|(_, line)| line).collect();
    let timings: Vec<_> = (all.iter().enumerate())
        .filter(|(_, line)| line.contains(ARROW))
        .map(|(i, line)| (i, timing(line)))
        .collect();
    // A cue begins at its number, where that stands right before its times: a text may hold empty lines and numbers.
    let begin = |i: usize| {
        if i > 0 && is_number(all[i - 1]) {
            i - 1
        } else {
            i
        }
    };
    let first = timings.first().map_or(all.len(), |(i, _)| begin(*i));
    if let Some(i) = all[..first].iter().position(|l| !l.trim().is_empty()) {
        draft.left_out(i + 1, all[i], "text before the first cue");
    }
    if timings.is_empty() {
        return Ok(());
    }
    let tier = draft.only_tier_of(TierKind::Text)?;
    for (n, (at, times)) in timings.iter().enumerate() {
        let Some((start, end, rest)) = times else {
            draft.left_out(at + 1, all[*at], "its times cannot be read");
            continue;
        };
        let stop = timings
            .get(n + 1)
            .map_or(all.len(), |(next, _)| begin(*next));
        let mut body = &all[at + 1..stop.max(at + 1)];
        while let [rest @ .., last] = body
            && last.is_empty()
        {
            body = rest;
        }
        let mut one = Annotation {
            start: *start,
            end: *end,
            ..Annotation::default()
        };
        if rest.starts_with(['X', 'x']) {
            one.attributes
                .insert(POSITION.to_owned(), (*rest).to_owned());
        }
        let raw = from_lines(&body.join("\n"));
        one.label = without_markup(&raw, &mut one, draft);
        draft.push(tier, at + 1, one)?;
    }
    draft.see_points();
    Ok(())
}

/// Takes out `<i>`, `<b>`, `<u>`, `<s>`, `<font …>` and `{\…}`; other angle brackets are text.
fn without_markup(raw: &str, one: &mut Annotation, draft: &mut Draft<'_>) -> String {
    if !raw.contains(['<', '{']) {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut taken = 0;
    let mut rest = raw;
    while let Some(at) = rest.find(['<', '{']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = tag_length(rest);
        if let Some(number) = rest[..length]
            .strip_prefix("{\\an")
            .and_then(|t| t.strip_suffix('}'))
        {
            one.attributes
                .insert(ALIGNMENT.to_owned(), number.to_owned());
        } else if length > 0 {
            taken += 1;
        }
        if length == 0 {
            out.push_str(&rest[..1]);
        }
        rest = &rest[length.max(1)..];
    }
    out.push_str(rest);
    if taken > 0 {
        let said = format_args!("a cue had markup (italics, colours); its text is kept");
        draft.report.lost.add("markup", said);
    }
    out
}

/// Bytes of the tag that a text begins with; 0 if it is none.
fn tag_length(text: &str) -> usize {
    if text.starts_with("{\\") {
        return text.find('}').map_or(0, |end| end + 1);
    }
    let Some(end) = text.find('>').filter(|_| text.starts_with('<')) else {
        return 0;
    };
    let inside = text[1..end].trim_start_matches('/');
    let name = inside.split(char::is_whitespace).next().unwrap_or("");
    let is_known = ["i", "b", "u", "s", "font"]
        .iter()
        .any(|tag| name.eq_ignore_ascii_case(tag));
    if is_known { end + 1 } else { 0 }
}

fn write(sheet: &Sheet, _: &WriteOptions, findings: &mut Findings) -> String {
    let mut out = String::new();
    for (n, (start, end, one)) in (1..).zip(in_millis(sheet, findings)) {
        let times = [start, end].map(|t| millis_clock(t, ','));
        let attribute = |name: &str| one.attributes.get(name).map(String::as_str);
        let position =
            attribute(POSITION).filter(|p| p.starts_with('X') && !p.contains(['\r', '\n']));
        let gap = if position.is_some() { "  " } else { "" };
        let alignment = attribute(ALIGNMENT).filter(|n| matches!(n.as_bytes(), [b'1'..=b'9']));
        let alignment = alignment.map_or(String::new(), |n| format!("{{\\an{n}}}"));
        let mut label = to_lines(&one.label, findings);
        if (label.match_indices(['<', '{'])).any(|(at, _)| tag_length(&label[at..]) > 0) {
            let said = format_args!("a label has what players take for markup");
            findings.lost.add("markup", said);
        }
        if label.contains(ARROW) {
            label = label.replace(ARROW, "->");
            let said = format_args!("a label had “-->”, which begins a cue; it is “->” now");
            findings.lost.add("text", said);
        }
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{n}\r\n{} {ARROW} {}{gap}{}\r\n{alignment}{}\r\n\r\n",
            times[0],
            times[1],
            position.unwrap_or(""),
            label.replace('\n', "\r\n")
        );
    }
    out
}
