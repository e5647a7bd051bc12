//! The text of a cue: voices, times within it, tags and escapes.

use crate::clock::{clock, millis, millis_clock};

/// Escapes and what they stand for; the first three are written.
const ESCAPES: [(&str, &str); 8] = [
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&nbsp;", "\u{a0}"),
    ("&lrm;", "\u{200e}"),
    ("&rlm;", "\u{200f}"),
    ("&quot;", "\""),
    ("&#39;", "'"),
];

/// Tags whose text is kept and whose look is not.
const TAGS: [&str; 9] = ["c", "i", "b", "u", "ruby", "rt", "lang", "v", "font"];

/// What one voice says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Speech {
    pub(super) speaker: Option<String>,
    pub(super) text: String,
    /// Characters before, and seconds.
    pub(super) times: Vec<(usize, f64)>,
}

/// Reads the text of a cue; true if tags were taken out of it.
pub(super) fn parse(raw: &str) -> (Vec<Speech>, bool) {
    let mut speeches = vec![Speech::default()];
    let mut has_markup = false;
    let mut rest = raw;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        let Some(last) = speeches.last_mut() else {
            break;
        };
        last.text.push_str(before);
        if from.starts_with('&') {
            let known = ESCAPES.iter().find(|(escape, _)| from.starts_with(escape));
            let (width, plain) = known.map_or((1, "&"), |(escape, plain)| (escape.len(), *plain));
            last.text.push_str(plain);
            rest = &from[width..];
            continue;
        }
        // A second bracket before the first is closed: that one was text.
        let end = from.find('>').filter(|end| !from[1..*end].contains('<'));
        let Some(end) = end else {
            last.text.push('<');
            rest = &from[1..];
            continue;
        };
        let inside = &from[1..end];
        rest = &from[end + 1..];
        let closed = inside.trim_start_matches('/');
        let name = closed.split(['.', ' ', '\t', '\n']).next().unwrap_or("");
        if let Some(secs) = clock(inside) {
            last.times.push((last.text.chars().count(), secs));
        } else if name == "v" {
            let who = closed
                .split_once([' ', '\t', '\n'])
                .map_or("", |(_, who)| who.trim());
            if !inside.starts_with('/') && !who.is_empty() {
                speeches.push(Speech {
                    speaker: Some(plain(who)),
                    ..Speech::default()
                });
            }
        } else if TAGS.contains(&name) {
            has_markup = true;
        } else {
            // No tag of WebVTT: somebody wrote a plain bracket.
            last.text.push('<');
            rest = &from[1..];
        }
    }
    if let Some(last) = speeches.last_mut() {
        last.text.push_str(rest);
    }
    // Blanks between one voice and the next belong to nobody.
    let has_voices = speeches.len() > 1;
    if has_voices {
        speeches.retain(|s| s.speaker.is_some() || !s.text.trim().is_empty());
    }
    if speeches.len() > 1 {
        speeches
            .iter_mut()
            .for_each(|s| s.text.truncate(s.text.trim_end().len()));
    }
    (speeches, has_markup)
}

/// A text without escapes.
fn plain(text: &str) -> String {
    // The ampersand last, lest `&amp;lt;` become a bracket.
    let mut out = text.to_owned();
    for (escape, plain) in ESCAPES.iter().rev() {
        out = out.replace(escape, plain);
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The text of a cue.
pub(super) fn write(speaker: Option<&str>, label: &str, times: &[(usize, f64)]) -> String {
    let mut out = String::new();
    if let Some(who) = speaker.map(str::trim).filter(|w| !w.is_empty()) {
        let who = escape(&who.replace(['\n', '\r'], " "));
        out = format!("<v {who}>");
    }
    let mut rest = label;
    let mut done = 0;
    for (at, secs) in times {
        let (before, after) = split_chars(rest, at - done);
        out.push_str(&escape(before));
        out.push_str(&format!("<{}>", millis_clock(millis(*secs), '.')));
        rest = after;
        done = *at;
    }
    out.push_str(&escape(rest));
    out
}

fn split_chars(text: &str, count: usize) -> (&str, &str) {
    let at = text
        .char_indices()
        .nth(count)
        .map_or(text.len(), |(at, _)| at);
    text.split_at(at)
}

/// Times within a text as an attribute.
pub(super) fn times_to_text(times: &[(usize, f64)]) -> String {
    let all: Vec<_> = times
        .iter()
        .map(|(at, secs)| format!("{at}@{secs}"))
        .collect();
    all.join(" ")
}

/// The times of such an attribute that fit a text: in order, within it.
pub(super) fn times_from_text(text: &str, label: &str) -> Vec<(usize, f64)> {
    let length = label.chars().count();
    let mut last = 0;
    let pairs = text.split_whitespace().filter_map(|pair| {
        let (at, secs) = pair.split_once('@')?;
        Some((at.parse::<usize>().ok()?, secs.parse::<f64>().ok()?))
    });
    let fits = |(at, secs): &(usize, f64)| {
        let is_good = *at >= last && *at <= length && secs.is_finite() && *secs >= 0.0;
        last = if is_good { *at } else { last };
        is_good
    };
    pairs.filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voices_times_tags_and_escapes() {
        let (all, has_markup) =
            parse("<v.loud Ann &amp; Bo>Hi <i>you</i> &lt;3 a<b & c <00:05.500>now");
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].speaker.as_deref(), Some("Ann & Bo"));
        assert_eq!(all[0].text, "Hi you <3 a<b & c now");
        assert_eq!(all[0].times, [(18, 5.5)]);
        assert!(has_markup);
        let (two, _) = parse("<v A>One</v> \n<v B>Two</v>");
        let said: Vec<_> = two
            .iter()
            .map(|s| (s.speaker.as_deref(), s.text.as_str()))
            .collect();
        assert_eq!(said, [(Some("A"), "One"), (Some("B"), "Two")]);
        assert_eq!(parse("&amp;lt;").0[0].text, "&lt;");
        assert_eq!(plain("&amp;lt;"), "&lt;");
    }

    #[test]
    fn what_is_written_is_read() {
        let label = "a <v X> & --> b\n \nc";
        let text = write(Some("Z > A"), label, &[(2, 1.5), (5, 2.0)]);
        assert!(!text.contains("-->"), "{text}");
        let (all, _) = parse(&text);
        assert_eq!(
            (all[0].speaker.as_deref(), all[0].text.as_str()),
            (Some("Z > A"), label)
        );
        assert_eq!(times_to_text(&all[0].times), "2@1.5 5@2");
        assert_eq!(
            times_from_text("2@1.5 1@3 x 99@4 5@2", label),
            [(2, 1.5), (5, 2.0)]
        );
    }
}
