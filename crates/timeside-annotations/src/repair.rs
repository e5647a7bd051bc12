//! What makes any annotations sound: ids of their own, times in order, texts that can be shown.

use crate::report::Findings;
use crate::text::cut;
use std::collections::{HashMap, HashSet};
use timeside_core::annotation::{Annotation, Tier};

/// Longest label: 1 MiB.
const MAX_LABEL_BYTES: usize = 1 << 20;

/// Longest id or name of a tier.
const MAX_NAME_BYTES: usize = 1 << 10;

/// Most tiers of one document.
pub(crate) const MAX_TIERS: usize = 10_000;

/// Latest time: beyond three hundred years a number is no time.
const MAX_SECS: f64 = 1e10;

/// A file in milliseconds may pass the end by rounding.
const ROUNDING_SECS: f64 = 0.001;

/// Where annotations stood, for the words of warnings.
pub(crate) struct Places<'a> {
    /// `line`, or `annotation`.
    pub(crate) word: &'static str,
    /// One per annotation.
    pub(crate) numbers: &'a [usize],
}

/// Repairs what can be repaired and leaves out what cannot, each with a warning. Afterwards every annotation names a
/// tier that exists. A tier `"\0n"` stands for the tier of index n.
pub(crate) fn repair(
    tiers: &mut Vec<Tier>,
    annotations: &mut Vec<Annotation>,
    places: &Places<'_>,
    duration: Option<f64>,
    report: &mut Findings,
) {
    repair_tiers(tiers, report);
    assign_tiers(tiers, annotations, report);
    let mut index = 0;
    annotations.retain_mut(|one| {
        let place = places.numbers.get(index).copied().unwrap_or(index + 1);
        index += 1;
        let mut repairing = Repairing {
            word: places.word,
            place,
            report,
        };
        let is_kept = repairing.times(one, duration);
        if is_kept {
            repairing.values(one);
            repairing.texts(one);
        }
        is_kept
    });
    repair_ids(annotations, report);
}

struct Repairing<'a> {
    word: &'static str,
    place: usize,
    report: &'a mut Findings,
}

impl Repairing<'_> {
    fn warn(&mut self, code: &'static str, what: &str) {
        let (word, place) = (self.word, self.place);
        (self.report.warnings).add(code, format_args!("{word} {place}: {what}"));
    }

    /// False if there is no telling where it stands.
    fn times(&mut self, one: &mut Annotation, duration: Option<f64>) -> bool {
        if !(one.start.is_finite() && one.end.is_finite()) {
            self.warn("not-a-number", "a time is not a finite number; left out");
            return false;
        }
        if one.start.abs().max(one.end.abs()) > MAX_SECS {
            self.warn(
                "too-late",
                "a time of more than three hundred years; left out",
            );
            return false;
        }
        if one.end < one.start {
            self.warn(
                "end-before-start",
                "it ended before it began; the times were exchanged",
            );
            std::mem::swap(&mut one.start, &mut one.end);
        }
        if one.start < 0.0 {
            self.warn("before-start", "it began before 0; cut there");
            one.start = 0.0;
            one.end = one.end.max(0.0);
        }
        // A negative zero is a zero.
        one.start += 0.0;
        one.end += 0.0;
        if let Some(duration) = duration.filter(|d| one.end > *d) {
            if one.end > duration + ROUNDING_SECS {
                self.warn("past-end", "it went past the end of the medium; cut there");
            }
            one.end = duration;
            one.start = one.start.min(duration);
        }
        true
    }

    fn values(&mut self, one: &mut Annotation) {
        for (name, value) in [
            ("low", &mut one.low),
            ("high", &mut one.high),
            ("value", &mut one.value),
            ("confidence", &mut one.confidence),
        ] {
            if value.is_some_and(|n| !n.is_finite()) {
                *value = None;
                let what = format!("“{name}” is not a finite number; left out");
                self.warn("not-a-number", &what);
            }
        }
        if let (Some(low), Some(high)) = (one.low, one.high)
            && low > high
        {
            (one.low, one.high) = (Some(high), Some(low));
            self.warn(
                "low-above-high",
                "its lower frequency was above the higher; exchanged",
            );
        }
        for hz in [&mut one.low, &mut one.high] {
            if hz.is_some_and(|n| n < 0.0) {
                *hz = Some(0.0);
                self.warn("frequency-below-zero", "a frequency was below 0 Hz; now 0");
            }
        }
        if let Some(n) = one.confidence.filter(|n| !(0.0..=1.0).contains(n)) {
            one.confidence = None;
            one.attributes
                .insert("confidence".to_owned(), n.to_string());
            let what = "a confidence outside of 0 to 1 is kept as an attribute";
            self.warn("confidence-range", what);
        }
    }

    fn texts(&mut self, one: &mut Annotation) {
        let mut is_replaced = replace_nul(&mut one.label) | replace_nul(&mut one.id);
        if let Some(author) = &mut one.author {
            is_replaced |= replace_nul(author);
        }
        if (one.attributes.iter()).any(|(k, v)| k.contains('\0') || v.contains('\0')) {
            let old = std::mem::take(&mut one.attributes);
            one.attributes = (old.into_iter())
                .map(|(k, v)| (k.replace('\0', "\u{fffd}"), v.replace('\0', "\u{fffd}")))
                .collect();
            is_replaced = true;
        }
        if is_replaced {
            self.warn("nul-replaced", "its text had a NUL; replaced by U+FFFD");
        }
        if shorten(&mut one.label, MAX_LABEL_BYTES) {
            self.warn("label-cut", "its label was longer than 1 MiB; cut there");
        }
        if shorten(&mut one.id, MAX_NAME_BYTES) {
            self.warn("id-cut", "its id was longer than 1 KiB; cut there");
        }
    }
}

fn replace_nul(text: &mut String) -> bool {
    let has_nul = text.contains('\0');
    if has_nul {
        *text = text.replace('\0', "\u{fffd}");
    }
    has_nul
}

fn shorten(text: &mut String, max: usize) -> bool {
    let end = cut(text, max).len();
    let is_long = end < text.len();
    text.truncate(end);
    is_long
}

fn repair_tiers(tiers: &mut [Tier], report: &mut Findings) {
    for tier in tiers.iter_mut() {
        let is_changed = replace_nul(&mut tier.name)
            | replace_nul(&mut tier.id)
            | shorten(&mut tier.name, MAX_NAME_BYTES)
            | shorten(&mut tier.id, MAX_NAME_BYTES);
        if is_changed {
            let said = format_args!("a tier's name had a NUL or was longer than 1 KiB");
            report.warnings.add("tier-name", said);
        }
        if tier.name.is_empty() {
            tier.name.clone_from(&tier.id);
        }
    }
    let mut ids = Ids::new(tiers.iter().map(|t| t.id.as_str()));
    for (n, tier) in (1..).zip(tiers.iter_mut()) {
        if !tier.id.is_empty() && ids.take(&tier.id) {
            continue;
        }
        if !tier.id.is_empty() {
            let said = format_args!("two tiers have the id “{}”; one was renamed", tier.id);
            report.warnings.add("duplicate-tier", said);
        }
        let wanted = match (tier.id.as_str(), tier.name.as_str()) {
            ("", "") => format!("tier {n}"),
            ("", name) => name.to_owned(),
            (id, _) => id.to_owned(),
        };
        tier.id = ids.make(&wanted);
        if tier.name.is_empty() {
            tier.name.clone_from(&tier.id);
        }
    }
    repair_parents(tiers, report);
}

/// Removes parents that do not exist or are among their own children.
fn repair_parents(tiers: &mut [Tier], report: &mut Findings) {
    let index: HashMap<String, usize> = (tiers.iter().enumerate())
        .map(|(i, t)| (t.id.clone(), i))
        .collect();
    let parent_of = |tiers: &[Tier], i: usize| {
        let parent = tiers[i].parent.as_ref();
        parent.map(|id| index.get(id).copied())
    };
    for start in 0..tiers.len() {
        let mut at = start;
        let mut steps = 0;
        let is_bad = loop {
            match parent_of(tiers, at) {
                None => break false,
                Some(None) => break at == start,
                Some(Some(next)) => {
                    steps += 1;
                    // A chain as long as this, or one that comes back, has no end.
                    if next == start || steps > 64 {
                        break true;
                    }
                    at = next;
                }
            }
        };
        if is_bad {
            tiers[start].parent = None;
            let said = format_args!(
                "the tier “{}” has a parent that is missing, or below it; it stands alone now",
                tiers[start].name
            );
            report.warnings.add("tier-parent", said);
        }
    }
}

/// Resolves tiers by index; makes those that annotations name and nobody described.
fn assign_tiers(tiers: &mut Vec<Tier>, annotations: &mut [Annotation], report: &mut Findings) {
    if annotations.is_empty() {
        return;
    }
    if tiers.is_empty() && annotations.iter().any(|a| a.tier.is_none()) {
        let name = "labels".to_owned();
        tiers.push(Tier {
            id: name.clone(),
            name,
            ..Tier::default()
        });
    }
    let mut known: HashSet<String> = tiers.iter().map(|t| t.id.clone()).collect();
    for one in annotations {
        let given = one.tier.take();
        let by_index = (given.as_deref())
            .and_then(|id| id.strip_prefix('\0'))
            .and_then(|n| tiers.get(n.parse::<usize>().ok()?));
        let id = match (by_index, given) {
            (Some(tier), _) => tier.id.clone(),
            (None, None) => tiers[0].id.clone(),
            (None, Some(mut id)) => {
                replace_nul(&mut id);
                shorten(&mut id, MAX_NAME_BYTES);
                let is_new = !known.contains(&id);
                if is_new && tiers.len() >= MAX_TIERS {
                    let said = format_args!(
                        "more than {MAX_TIERS} tiers: the annotations of the others stand on the first"
                    );
                    report.warnings.add("too-many-tiers", said);
                    id.clone_from(&tiers[0].id);
                } else if is_new {
                    known.insert(id.clone());
                    let said = format_args!("the tier “{id}” was named but not described");
                    report.guessed.add("tier-made", said);
                    tiers.push(Tier {
                        id: id.clone(),
                        name: id.clone(),
                        ..Tier::default()
                    });
                }
                id
            }
        };
        one.tier = Some(id);
    }
}

fn repair_ids(annotations: &mut [Annotation], report: &mut Findings) {
    let mut ids = Ids::new(annotations.iter().map(|a| a.id.as_str()));
    let mut made = 0;
    for one in annotations {
        if one.id.is_empty() {
            loop {
                made += 1;
                one.id = format!("a{made}");
                if ids.take_new(&one.id) {
                    break;
                }
            }
        } else if !ids.take(&one.id) {
            let new = ids.make(&one.id);
            let said = format_args!(
                "two annotations have the id “{}”; one is now “{new}”",
                one.id
            );
            report.warnings.add("duplicate-id", said);
            one.id = new;
        }
    }
}

/// Which ids a document has, and which have been given out.
struct Ids {
    /// True once taken.
    known: HashMap<String, bool>,
    /// The next number to try after a name.
    next: HashMap<String, usize>,
}

impl Ids {
    fn new<'a>(ids: impl Iterator<Item = &'a str>) -> Self {
        let named = ids.filter(|id| !id.is_empty());
        Self {
            known: named.map(|id| (id.to_owned(), false)).collect(),
            next: HashMap::new(),
        }
    }

    /// Takes an id that stands in the file: only the first who has it may keep it.
    fn take(&mut self, id: &str) -> bool {
        match self.known.get_mut(id) {
            Some(is_taken) => !std::mem::replace(is_taken, true),
            None => self.take_new(id),
        }
    }

    /// Takes an id that nobody in the file has.
    fn take_new(&mut self, id: &str) -> bool {
        let is_new = !self.known.contains_key(id);
        if is_new {
            self.known.insert(id.to_owned(), true);
        }
        is_new
    }

    /// `wanted`, or with a number that makes it new.
    fn make(&mut self, wanted: &str) -> String {
        if self.take_new(wanted) {
            return wanted.to_owned();
        }
        loop {
            let n = self.next.entry(wanted.to_owned()).or_insert(1);
            *n += 1;
            let id = format!("{wanted}-{n}");
            if self.take_new(&id) {
                return id;
            }
        }
    }
}
