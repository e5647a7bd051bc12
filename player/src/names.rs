//! Names of results as people read them. The ids, firm and exact, stay available as titles.

/// What a result is called where TimeSide's own name reads badly: id, name, unit.
const NAMED: [(&str, &str, &str); 4] = [
    ("loudness_itu.gated_loudness", "Integrated loudness", "LUFS"),
    ("loudness_itu.relative_threshold", "Loudness gate", "LUFS"),
    ("loudness_itu.block_loudness", "Loudness, 400 ms", "LUFS"),
    ("mean_dc_shift", "DC offset", "%"),
];

/// The name and the unit to show for a result.
pub(crate) fn shown(id: &str, name: &str, unit: &str) -> (String, String) {
    // A second result of one id is `id#2`.
    let (plain, second) = id.split_once('#').map_or((id, None), |(a, b)| (a, Some(b)));
    let (mut name, unit) = NAMED
        .iter()
        .find(|(known, ..)| *known == plain)
        .map_or_else(
            || (sentence(name), unit),
            |(_, name, unit)| ((*name).to_owned(), *unit),
        );
    if let Some(number) = second {
        name.push(' ');
        name.push_str(number);
    }
    (name, unit.to_owned())
}

/// `Onset detection function (python)` without the language it was once written in, in sentence
/// case; abbreviations keep their capitals.
fn sentence(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.replace("(python)", " ").split_whitespace() {
        let abbreviation = word.chars().skip(1).any(char::is_uppercase);
        if out.is_empty() {
            out.push_str(word);
        } else {
            out.push(' ');
            if abbreviation {
                out.push_str(word);
            } else {
                out.push_str(&word.to_lowercase());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_words() {
        let name = |id: &str, name: &str| shown(id, name, "").0;
        assert_eq!(
            name(
                "onset_detection_function",
                "Onset detection function (python)"
            ),
            "Onset detection function"
        );
        assert_eq!(name("level.rms", "Level RMS"), "Level RMS");
        assert_eq!(name("level.max", "Level Max"), "Level max");
        assert_eq!(
            name("x.y", "Some Thing (python)Gated Loudness"),
            "Some thing gated loudness"
        );
        assert_eq!(name("level.max#2", "Level Max"), "Level max 2");
        assert_eq!(
            shown(
                "loudness_itu.gated_loudness",
                "Loudness ITU (python)Gated Loudness",
                ""
            ),
            ("Integrated loudness".to_owned(), "LUFS".to_owned())
        );
        assert_eq!(shown("level.rms", "Level RMS", "dBFS").1, "dBFS");
    }
}
