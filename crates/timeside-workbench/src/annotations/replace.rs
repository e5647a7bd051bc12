//! One text for another in labels.

/// `label` with every `find` replaced, whatever its case; `None` if there is none. An empty `find` is nowhere.
pub(crate) fn replace_all(label: &str, find: &str, with: &str) -> Option<String> {
    let needle: Vec<char> = find.chars().flat_map(char::to_lowercase).collect();
    if needle.is_empty() {
        return None;
    }
    let mut out = String::new();
    let mut rest = label;
    let mut is_found = false;
    while let Some(c) = rest.chars().next() {
        if let Some(length) = match_at(rest, &needle) {
            is_found = true;
            out.push_str(with);
            rest = &rest[length..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    is_found.then_some(out)
}

/// Bytes of `text` that the needle, in lower case, covers from its start. A letter may have several in lower case.
fn match_at(text: &str, needle: &[char]) -> Option<usize> {
    let mut left = needle;
    for (at, c) in text.char_indices() {
        if left.is_empty() {
            return Some(at);
        }
        for low in c.to_lowercase() {
            let (first, rest) = left.split_first()?;
            if *first != low {
                return None;
            }
            left = rest;
        }
    }
    left.is_empty().then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_replaced_whatever_its_case() {
        assert_eq!(
            replace_all("Chorus, chorus", "CHORUS", "verse").as_deref(),
            Some("verse, verse")
        );
        assert_eq!(replace_all("aaa", "aa", "b").as_deref(), Some("ba"));
        assert_eq!(replace_all("Été été", "été", "x").as_deref(), Some("x x"));
        assert_eq!(replace_all("İstanbul", "istanbul", "x"), None);
        assert_eq!(replace_all("end", "d", "").as_deref(), Some("en"));
        assert_eq!(replace_all("abc", "x", "y"), None);
        assert_eq!(replace_all("abc", "", "y"), None);
    }
}
