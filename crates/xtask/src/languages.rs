//! Every word of the tables in English stands in every language, and no other.

use std::{collections::BTreeSet, fs};

use crate::{Result, shell::root};

/// A table of words, and the section of a language's file that translates it.
const TABLES: [(&str, &str); 2] = [
    ("player", "player/src/strings.rs"),
    ("workbench", "crates/timeside-workbench/src/strings.rs"),
];
const LANGUAGES: &str = "pkg/src/lang";

pub(crate) fn check(objections: &mut Vec<String>) -> Result {
    for file in fs::read_dir(root().join(LANGUAGES))? {
        let file = file?.path();
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let words = fs::read_to_string(&file)?;
        for (section, table) in TABLES {
            let english = names(&fs::read_to_string(root().join(table))?, "table! {");
            let translated = names(&words, &format!("  {section}: {{"));
            for word in english.symmetric_difference(&translated) {
                let (what, cure) = if english.contains(word) {
                    ("lacks", "translate it")
                } else {
                    ("has", "it is no longer said: remove it")
                };
                objections.push(format!(
                    "{LANGUAGES}/{name} {what} `{word}` of {table}: {cure}"
                ));
            }
        }
    }
    Ok(())
}

/// The names before the colons of the lines between `opening` and the brace that closes it.
fn names(text: &str, opening: &str) -> BTreeSet<String> {
    let depth = opening.len() - opening.trim_start().len();
    let closing = format!("{}}}", " ".repeat(depth));
    text.lines()
        .skip_while(|line| *line != opening)
        .skip(1)
        .take_while(|line| line.trim_end_matches(',') != closing)
        .filter_map(|line| line.trim().split_once(": ").or(line.trim().split_once(':')))
        .map(|(name, _)| name.to_owned())
        .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_with_their_section() {
        let text = "const x = {\n  player: {\n    play: \"Play: now\",\n    stop: \"Stop\",\n  },\n  workbench: {\n    close: \"\",\n  },\n};\n";
        let found = names(text, "  player: {");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["play", "stop"]);
        let table = "table! {\n    // Panels: of the workbench\n    play: \"Play\",\n    long:\n        \"Some: text\",\n}\n";
        let found = names(table, "table! {");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["long", "play"]);
    }
}
