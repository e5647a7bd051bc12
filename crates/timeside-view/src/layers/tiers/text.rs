//! How much of a text fits.

/// Lines of `text` at most `room_px` wide, broken at white space where that is possible, as byte ranges; the last of
/// `max_lines` is cut where it does not end there. `measure` gives the width of a text.
pub fn wrap<'a>(
    text: &'a str,
    room_px: f64,
    max_lines: usize,
    mut measure: impl FnMut(&str) -> f64,
    mut line: impl FnMut(usize, &'a str, bool),
) {
    let mut rest = text.trim_start();
    for index in 0..max_lines {
        if rest.is_empty() {
            return;
        }
        let paragraph = rest.find('\n').unwrap_or(rest.len());
        let fits = fitted(&rest[..paragraph], room_px, &mut measure);
        if fits == paragraph {
            let cut = index + 1 == max_lines && !rest[paragraph..].trim().is_empty();
            line(index, rest[..paragraph].trim_end(), cut);
            rest = rest[paragraph..].trim_start();
            continue;
        }
        if index + 1 == max_lines {
            line(index, &rest[..fits], true);
            return;
        }
        // The space may be the first character that no longer fits.
        let beyond = rest[fits..].chars().next().map_or(0, char::len_utf8);
        let space = rest[..fits + beyond].rfind(char::is_whitespace);
        let at = space.filter(|at| *at > 0).unwrap_or(fits);
        if at == 0 {
            return;
        }
        line(index, rest[..at].trim_end(), false);
        rest = rest[at..].trim_start();
    }
}

/// How many bytes from the start of `text` are at most `room_px` wide: whole characters. What is far too long is
/// measured by halves, so that a text of a megabyte costs no more than a long word.
pub fn fitted(text: &str, room_px: f64, mut measure: impl FnMut(&str) -> f64) -> usize {
    // No character of a readable face is narrower than a pixel.
    let cap = floor_char(text, room_px.max(0.0) as usize * 4);
    let text = &text[..cap];
    if measure(text) <= room_px {
        return text.len();
    }
    let (mut fits, mut too_long) = (0, text.len());
    loop {
        let middle = floor_char(text, usize::midpoint(fits, too_long));
        if middle <= fits {
            // The halves met inside one character: try the next whole one.
            let next = text[fits..].chars().next().map_or(0, char::len_utf8) + fits;
            if next >= too_long || measure(&text[..next]) > room_px {
                return fits;
            }
            fits = next;
        } else if measure(&text[..middle]) <= room_px {
            fits = middle;
        } else {
            too_long = middle;
        }
    }
}

fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character ten pixels wide.
    fn tens(text: &str) -> f64 {
        10.0 * text.chars().count() as f64
    }

    fn lines(text: &str, room: f64, max: usize) -> Vec<String> {
        let mut out = Vec::new();
        wrap(text, room, max, tens, |_, line, cut| {
            out.push(format!("{line}{}", if cut { "…" } else { "" }));
        });
        out
    }

    #[test]
    fn breaks_at_spaces_and_cuts_the_last_line() {
        assert_eq!(
            lines("the quick brown fox", 90.0, 3),
            ["the quick", "brown fox"]
        );
        assert_eq!(lines("the quick brown fox", 90.0, 1), ["the quick…"]);
        assert_eq!(
            lines("antidisestablishment", 60.0, 2),
            ["antidi", "sestab…"]
        );
        assert_eq!(lines("one\ntwo", 90.0, 3), ["one", "two"]);
        assert_eq!(lines("", 90.0, 3), [] as [&str; 0]);
        assert_eq!(lines("x", 2.0, 3), [] as [&str; 0]);
    }

    #[test]
    fn characters_stay_whole() {
        for room in 0..80 {
            let fits = fitted("häß日本🎵", f64::from(room), tens);
            let whole = "häß日本🎵"
                .chars()
                .take(room as usize / 10)
                .collect::<String>();
            assert_eq!(&"häß日本🎵"[..fits], whole, "{room}");
        }
    }

    #[test]
    fn a_megabyte_is_measured_by_halves() {
        let text = "a".repeat(1 << 20);
        let mut measured = 0;
        let fits = fitted(&text, 300.0, |t| {
            measured += t.len();
            tens(t)
        });
        assert_eq!(fits, 30);
        assert!(measured < 10_000, "{measured}");
    }
}
