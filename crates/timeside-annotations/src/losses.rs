//! What a format cannot hold, counted.

use crate::report::Notes;
use crate::sheet::Sheet;
use timeside_core::annotation::Annotation;

/// What a format keeps of a document. Ids are not content: nobody is told that a format has none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Keeps {
    /// Names of tiers, and which annotation stands on which.
    pub(crate) tiers: bool,
    /// Colours, vocabularies and parents of tiers.
    pub(crate) tier_settings: bool,
    pub(crate) frequencies: bool,
    pub(crate) value: bool,
    pub(crate) confidence: bool,
    pub(crate) author: bool,
    /// Every attribute.
    pub(crate) attributes: bool,
    /// These attributes, where not every one.
    pub(crate) some_attributes: &'static [&'static str],
}

/// Keeps everything.
pub(crate) const ALL: Keeps = Keeps {
    tiers: true,
    tier_settings: true,
    frequencies: true,
    value: true,
    confidence: true,
    author: true,
    attributes: true,
    some_attributes: &[],
};

/// Adds a line to `lost` for each kind of thing that will not be kept.
pub(crate) fn count(sheet: &Sheet, keeps: &Keeps, lost: &mut Notes) {
    let mut tell = |code: &'static str, n: usize, what: &str| {
        if n > 0 {
            let said = format_args!("{n} {what}");
            lost.add(code, said);
        }
    };
    if !keeps.tiers {
        tell(
            "tiers",
            sheet.tiers.len(),
            "tiers: their names; the annotations of all stand together",
        );
    }
    if !keeps.tier_settings {
        let has_settings = sheet
            .tiers
            .iter()
            .filter(|t| t.color.is_some() || t.parent.is_some() || !t.vocabulary.is_empty());
        let what = "tiers: their colours, vocabularies and parents";
        tell("tier-settings", has_settings.count(), what);
    }
    let number = |has: &dyn Fn(&Annotation) -> bool| sheet.annotations().filter(|a| has(a)).count();
    if !keeps.frequencies {
        let n = number(&|a| a.low.is_some() || a.high.is_some());
        tell("frequencies", n, "annotations: their frequencies");
    }
    if !keeps.value {
        tell(
            "values",
            number(&|a| a.value.is_some()),
            "annotations: their values",
        );
    }
    if !keeps.confidence {
        let n = number(&|a| a.confidence.is_some());
        tell("confidences", n, "annotations: how sure their authors are");
    }
    if !keeps.author {
        tell(
            "authors",
            number(&|a| a.author.is_some()),
            "annotations: their authors",
        );
    }
    if !keeps.attributes {
        let is_lost = |name: &String| !keeps.some_attributes.contains(&name.as_str());
        let n = number(&|a| a.attributes.keys().any(is_lost));
        tell("attributes", n, "annotations: their attributes");
    }
}
