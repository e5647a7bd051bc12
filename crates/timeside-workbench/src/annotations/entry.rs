//! An annotation and a tier as the public API gives them.

/// An annotation, in the words of the edge: times are seconds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Entry {
    /// Unique in the document.
    pub(crate) id: String,
    /// Id of its tier.
    pub(crate) tier: String,
    /// Seconds.
    pub(crate) start_secs: f64,
    /// Seconds; equal to the start for a point.
    pub(crate) end_secs: f64,
    /// What is said; text, never markup.
    pub(crate) label: String,
    /// Lower edge, Hz.
    pub(crate) low_hz: Option<f64>,
    /// Upper edge, Hz.
    pub(crate) high_hz: Option<f64>,
    /// In the tier's unit.
    pub(crate) value: Option<f64>,
    /// 0 to 1.
    pub(crate) confidence: Option<f64>,
    /// A person, or a processor's id.
    pub(crate) author: Option<String>,
    /// In the order of the document.
    pub(crate) attributes: Vec<(String, String)>,
    /// Waiting to be accepted or rejected.
    pub(crate) is_proposed: bool,
}

impl Entry {
    /// Does it stand at one moment?
    pub(crate) fn is_point(&self) -> bool {
        self.start_secs == self.end_secs
    }

    /// Seconds.
    pub(crate) fn duration_secs(&self) -> f64 {
        self.end_secs - self.start_secs
    }

    /// What it became from `before`, signed by who made it so; one that names another author, and a proposal that was
    /// only accepted, keep theirs.
    pub(crate) fn signed(&self, before: &Self, author: Option<&str>) -> Self {
        let mut now = self.clone();
        let as_before = Self {
            is_proposed: before.is_proposed,
            ..self.clone()
        };
        if author.is_some() && now.author == before.author && as_before != *before {
            now.author = author.map(str::to_owned);
        }
        now
    }
}

/// A row of annotations of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TierEntry {
    /// Unique in the document.
    pub(crate) id: String,
    /// As shown.
    pub(crate) name: String,
    /// `spans`, `points`, `boxes`, `notes` or `text`.
    pub(crate) kind: String,
    /// `free`, `no-overlap` or `partition`.
    pub(crate) rule: String,
    /// Id of the tier that it divides further.
    pub(crate) parent: Option<String>,
    /// A CSS colour, or none for the player's choice.
    pub(crate) color: Option<String>,
    /// The labels it admits; empty admits any.
    pub(crate) vocabulary: Vec<String>,
    /// Are edits refused?
    pub(crate) is_locked: bool,
    /// Is it folded away?
    pub(crate) is_hidden: bool,
}

/// Attributes as one text: `key=value; key=value`. A `;`, `=` or `\` inside stands behind a `\`.
pub(crate) fn attributes_text(attributes: &[(String, String)]) -> String {
    let pairs: Vec<String> = attributes
        .iter()
        .map(|(key, value)| format!("{}={}", escaped(key), escaped(value)))
        .collect();
    pairs.join("; ")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, ';' | '=' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Reads [`attributes_text`]; the part without a `=`, or with an empty or repeated key, if there is one.
pub(crate) fn attributes_from_text(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let (mut key, mut part) = (None, String::new());
    let mut end = |key: &mut Option<String>, part: &mut String| {
        let value = std::mem::take(part).trim().to_owned();
        match key.take() {
            None if value.is_empty() => Ok(()),
            Some(key) if !key.is_empty() && pairs.iter().all(|(known, _)| *known != key) => {
                pairs.push((key, value));
                Ok(())
            }
            Some(key) => Err(key),
            None => Err(value),
        }
    };
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => part.extend(chars.next()),
            '=' if key.is_none() => key = Some(std::mem::take(&mut part).trim().to_owned()),
            ';' => end(&mut key, &mut part)?,
            c => part.push(c),
        }
    }
    end(&mut key, &mut part)?;
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_hand_says_is_signed_and_what_it_only_accepts_is_not() {
        let proposal = Entry {
            id: "a1".to_owned(),
            author: Some("aubio_onset".to_owned()),
            is_proposed: true,
            ..Entry::default()
        };
        let signed = |after: Entry, author| after.signed(&proposal, author).author;
        let accepted = Entry {
            is_proposed: false,
            ..proposal.clone()
        };
        let named = Entry {
            label: "kick".to_owned(),
            ..accepted.clone()
        };
        let other = Entry {
            author: Some("Cleo".to_owned()),
            ..named.clone()
        };
        assert_eq!(
            signed(accepted, Some("Ada")).as_deref(),
            Some("aubio_onset")
        );
        assert_eq!(signed(named.clone(), Some("Ada")).as_deref(), Some("Ada"));
        assert_eq!(signed(named, None).as_deref(), Some("aubio_onset"));
        assert_eq!(signed(other, Some("Ada")).as_deref(), Some("Cleo"));
    }

    #[test]
    fn attributes_come_back_whatever_is_in_them() {
        let pairs = vec![
            ("species".to_owned(), "Turdus merula".to_owned()),
            ("a=b;c".to_owned(), "back\\slash; 1=2".to_owned()),
            ("empty".to_owned(), String::new()),
        ];
        assert_eq!(attributes_from_text(&attributes_text(&pairs)), Ok(pairs));
        assert_eq!(attributes_from_text("  "), Ok(Vec::new()));
        assert_eq!(attributes_from_text("a=1;").map(|pairs| pairs.len()), Ok(1));
        assert_eq!(attributes_from_text("a=1; loose"), Err("loose".to_owned()));
        assert_eq!(attributes_from_text("a=1; a=2"), Err("a".to_owned()));
        assert_eq!(attributes_from_text("=2"), Err(String::new()));
    }
}
