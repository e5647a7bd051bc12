//! Chords as they stand on keys.

/// `mod+shift+arrowleft` as `ctrl ⇧ ←`.
pub(super) fn shown(chord: &str) -> String {
    let mut out = String::new();
    let mut rest = chord;
    for (word, sign) in [("mod+", "ctrl "), ("alt+", "alt "), ("shift+", "⇧ ")] {
        if let Some(after) = rest.strip_prefix(word) {
            out.push_str(sign);
            rest = after;
        }
    }
    let key = match rest {
        "arrowleft" => "←",
        "arrowright" => "→",
        "arrowup" => "↑",
        "arrowdown" => "↓",
        "pageup" => "page ↑",
        "pagedown" => "page ↓",
        "escape" => "esc",
        "backspace" => "⌫",
        "-" => "−",
        key => key,
    };
    out.push_str(&match key.chars().count() {
        1 => key.to_uppercase(),
        _ => key.to_owned(),
    });
    out
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn chords_read_as_keys() {
        assert_eq!(shown("space"), "space");
        assert_eq!(shown("mod+shift+z"), "ctrl ⇧ Z");
        assert_eq!(shown("shift+arrowleft"), "⇧ ←");
        assert_eq!(shown("+"), "+");
        assert_eq!(shown("mod++"), "ctrl +");
        assert_eq!(shown("-"), "−");
    }
}
