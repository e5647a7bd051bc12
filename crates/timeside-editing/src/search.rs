//! Finding and sorting.

use std::cmp::Ordering;

use timeside_core::order::sort_by;

use crate::{
    document::Document,
    item::{Item, Key, State, TierKey},
};

/// Which annotations are meant; what is left empty asks nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// In label, author or an attribute; case and accents do not count.
    pub text: String,
    /// On this tier.
    pub tier: Option<TierKey>,
    /// Without a label.
    pub is_unlabelled: bool,
    /// Less sure than this.
    pub confidence_below: Option<f64>,
    /// Accepted or proposed.
    pub state: Option<State>,
    /// Takes room in these frames.
    pub range: Option<(i64, i64)>,
}

impl Filter {
    /// Does it ask for this one?
    pub fn admits(&self, item: &Item) -> bool {
        self.admits_folded(item, &folded(&self.text))
    }

    fn admits_folded(&self, item: &Item, text: &str) -> bool {
        let has_text = || {
            let words = [Some(&item.label), item.author.as_ref()];
            let words = words.into_iter().flatten().chain(item.attributes.values());
            text.is_empty() || words.into_iter().any(|word| folded(word).contains(text))
        };
        self.tier.is_none_or(|tier| tier == item.tier)
            && (!self.is_unlabelled || item.label.trim().is_empty())
            && self
                .confidence_below
                .is_none_or(|limit| item.confidence.is_some_and(|share| share < limit))
            && self.state.is_none_or(|state| state == item.state)
            && self
                .range
                .is_none_or(|(start, end)| item.start < end && item.room_end() > start)
            && has_text()
    }
}

/// What rows are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the field of its name")]
pub enum Column {
    #[default]
    Start,
    End,
    Duration,
    Tier,
    Label,
    Low,
    High,
    Value,
    Confidence,
    Author,
    Id,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub column: Column,
    /// The greatest first?
    pub is_descending: bool,
}

/// The rows of a table: made again only after a change.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    made_for: Option<(u64, Filter, Sort)>,
    keys: Vec<Key>,
}

impl Rows {
    /// What a filter admits, sorted.
    pub fn get(&mut self, document: &Document, filter: &Filter, sort: Sort) -> &[Key] {
        let is_made = self.made_for.as_ref().is_some_and(|(revision, f, s)| {
            *revision == document.revision() && f == filter && *s == sort
        });
        if !is_made {
            self.keys = rows(document, filter, sort);
            self.made_for = Some((document.revision(), filter.clone(), sort));
        }
        &self.keys
    }
}

fn rows(document: &Document, filter: &Filter, sort: Sort) -> Vec<Key> {
    let text = folded(&filter.text);
    let tiers: Vec<TierKey> = document.tiers().map(|tier| tier.key).collect();
    let place = |tier: TierKey| tiers.iter().position(|key| *key == tier);
    let mut found: Vec<(Key, &Item)> = document
        .keys()
        .filter_map(|key| Some((key, document.item(key)?)))
        .filter(|(_, item)| filter.admits_folded(item, &text))
        .collect();
    let by_start = |a: &(Key, &Item), b: &(Key, &Item)| {
        let order = (a.1.start, a.1.end).cmp(&(b.1.start, b.1.end));
        order
            .then_with(|| place(a.1.tier).cmp(&place(b.1.tier)))
            .then(a.0.cmp(&b.0))
    };
    if sort.column == Column::Label {
        // Folding once per row, not once per comparison.
        let mut keyed: Vec<(String, (Key, &Item))> = found
            .into_iter()
            .map(|row| (folded(&row.1.label), row))
            .collect();
        sort_by(&mut keyed, |a, b| {
            directed(a.0.cmp(&b.0), sort).then_with(|| by_start(&a.1, &b.1))
        });
        return keyed.into_iter().map(|(_, (key, _))| key).collect();
    }
    sort_by(&mut found, |a, b| {
        let (x, y) = (a.1, b.1);
        let order = match sort.column {
            Column::Start | Column::Label => x.start.cmp(&y.start),
            Column::End => x.end.cmp(&y.end),
            Column::Duration => x.len_frames().cmp(&y.len_frames()),
            Column::Tier => place(x.tier).cmp(&place(y.tier)),
            Column::Low => numbers(x.low_hz, y.low_hz),
            Column::High => numbers(x.high_hz, y.high_hz),
            Column::Value => numbers(x.value, y.value),
            Column::Confidence => numbers(x.confidence, y.confidence),
            Column::Author => x.author.cmp(&y.author),
            Column::Id => x.id.cmp(&y.id),
        };
        directed(order, sort).then_with(|| by_start(a, b))
    });
    found.into_iter().map(|(key, _)| key).collect()
}

fn directed(order: Ordering, sort: Sort) -> Ordering {
    if sort.is_descending {
        order.reverse()
    } else {
        order
    }
}

fn numbers(a: Option<f64>, b: Option<f64>) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

/// As it is compared in a search: lower case, Latin letters without their marks, combining marks left out.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            '\u{300}'..='\u{36f}' => {}
            'à'..='å' | 'ā' | 'ă' | 'ą' => out.push('a'),
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => out.push('c'),
            'ð' | 'ď' | 'đ' => out.push('d'),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => out.push('e'),
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => out.push('g'),
            'ĥ' | 'ħ' => out.push('h'),
            'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => out.push('i'),
            'ĵ' => out.push('j'),
            'ķ' => out.push('k'),
            'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => out.push('l'),
            'ñ' | 'ń' | 'ņ' | 'ň' => out.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => out.push('o'),
            'ŕ' | 'ŗ' | 'ř' => out.push('r'),
            'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => out.push('s'),
            'ţ' | 'ť' | 'ŧ' | 'ț' => out.push('t'),
            'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => out.push('u'),
            'ŵ' => out.push('w'),
            'ý' | 'ÿ' | 'ŷ' => out.push('y'),
            'ź' | 'ż' | 'ž' => out.push('z'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            other => out.push(other),
        }
    }
    out
}
