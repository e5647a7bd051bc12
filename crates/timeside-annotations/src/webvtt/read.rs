use super::{SETTINGS, SPEAKER, TIMES, markup};
use crate::cues::{ARROW, from_lines, timing};
use crate::draft::Draft;
use crate::json;
use crate::text::lines;
use timeside_core::Result;
use timeside_core::annotation::{Annotation, TierKind};

/// What stands before the first cue.
#[derive(Default)]
struct Header {
    is_metadata: bool,
    is_chapters: bool,
}

pub(super) fn read(text: &str, draft: &mut Draft<'_>) -> Result<()> {
    let all: Vec<_> = lines(text).map(|(_, line)| line).collect();
    let mut at = 0;
    let header = header(&all, &mut at, draft);
    while at < all.len() {
        let line = all[at];
        if line.is_empty() {
            at += 1;
        } else if line.contains(ARROW) {
            cue("", &all, &mut at, &header, draft)?;
        } else if all.get(at + 1).is_some_and(|next| next.contains(ARROW)) {
            at += 1;
            cue(line, &all, &mut at, &header, draft)?;
        } else {
            block(&all, &mut at, draft);
        }
    }
    draft.see_points();
    Ok(())
}

fn header(all: &[&str], at: &mut usize, draft: &mut Draft<'_>) -> Header {
    let mut header = Header::default();
    if !all.first().is_some_and(|first| first.starts_with("WEBVTT")) {
        let said = format_args!("line 1: “WEBVTT” is missing");
        draft.report.warnings.add("no-header", said);
        return header;
    }
    *at = 1;
    while let Some(line) = all.get(*at).filter(|l| !l.is_empty() && !l.contains(ARROW)) {
        *at += 1;
        let (key, value) = line.split_once([':', '=']).unwrap_or((line, ""));
        match (key.trim(), value.trim()) {
            ("Kind", kind) => {
                header.is_metadata = kind == "metadata";
                header.is_chapters = kind == "chapters";
            }
            ("X-TIMESTAMP-MAP", _) => {
                let said = format_args!(
                    "line {at}: the times of a stream (X-TIMESTAMP-MAP) are taken as they stand"
                );
                draft.report.guessed.add("timestamp-map", said);
            }
            _ => {}
        }
    }
    header
}

/// A block without times: a comment, a style, or what nobody knows.
fn block(all: &[&str], at: &mut usize, draft: &mut Draft<'_>) {
    let first = all[*at];
    let number = *at + 1;
    let word = first.split([' ', '\t']).next().unwrap_or("");
    match word {
        "NOTE" => {
            let said = format_args!("line {number}: a comment (NOTE)");
            draft.report.lost.add("comments", said);
        }
        "STYLE" | "REGION" => {
            let said = format_args!("line {number}: a style or region");
            draft.report.lost.add("styles", said);
        }
        _ => draft.left_out(number, first, "no cue begins here"),
    }
    while all
        .get(*at)
        .is_some_and(|l| !l.is_empty() && !l.contains(ARROW))
    {
        *at += 1;
    }
}

/// A cue from its line of times on.
fn cue(
    id: &str,
    all: &[&str],
    at: &mut usize,
    header: &Header,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let number = *at + 1;
    let line = all[*at];
    *at += 1;
    let begin = *at;
    // Where the empty line is missing the next times end a cue; the line before them may be the next identifier,
    // but most often is text.
    while all
        .get(*at)
        .is_some_and(|l| !l.is_empty() && !l.contains(ARROW))
    {
        *at += 1;
    }
    let Some((start, end, settings)) = timing(line) else {
        draft.left_out(number, line, "its times cannot be read");
        return Ok(());
    };
    let raw = all[begin..*at].join("\n");
    let mut one = Annotation {
        id: id.to_owned(),
        start,
        end,
        ..Annotation::default()
    };
    if !settings.is_empty() {
        one.attributes
            .insert(SETTINGS.to_owned(), settings.to_owned());
    }
    if header.is_metadata && raw.trim_start().starts_with('{') {
        if let Some(tier) = json::fill_from_text(&raw, &mut one) {
            let tier = draft.tier(&tier)?;
            return draft.push(tier, number, one);
        }
        let said = format_args!("line {number}: its metadata are no JSON; kept as text");
        draft.report.warnings.add("metadata", said);
    }
    let kind = if header.is_chapters || header.is_metadata {
        TierKind::Spans
    } else {
        TierKind::Text
    };
    let tier = draft.only_tier_of(kind)?;
    let (speeches, has_markup) = markup::parse(&raw);
    if has_markup {
        let said =
            format_args!("line {number}: its markup (italics, classes, ruby); its text is kept");
        draft.report.lost.add("markup", said);
    }
    if speeches.len() > 1 {
        let said = format_args!("line {number}: several voices; each is an annotation of its own");
        draft.report.guessed.add("voices", said);
    }
    for speech in speeches {
        let mut one = one.clone();
        if let Some(who) = speech.speaker {
            one.attributes.insert(SPEAKER.to_owned(), who);
        }
        if !speech.times.is_empty() {
            one.attributes
                .insert(TIMES.to_owned(), markup::times_to_text(&speech.times));
        }
        // Times count characters: those of a text that has them stay.
        let has_times = !speech.times.is_empty();
        one.label = if has_times {
            speech.text
        } else {
            from_lines(&speech.text)
        };
        draft.push(tier, number, one)?;
    }
    Ok(())
}
