//! A document while it is read.

use crate::cues::see_points;
use crate::formats::Format;
use crate::options::ReadOptions;
use crate::repair::{MAX_TIERS, Places, repair};
use crate::report::Findings;
use crate::text::quoted;
use crate::{MAX_ANNOTATIONS, MAX_BYTES};
use std::collections::HashMap;
use timeside_core::annotation::{Annotation, AnnotationDocument, Tier, TierKind, TierRule};
use timeside_core::{Error, Result};

/// What a document may hold, whatever the file: a long column name stands in every row's attributes.
const MAX_HELD_BYTES: usize = 4 * MAX_BYTES;

/// Tiers and annotations as a reader finds them, in any order and with any times.
pub(crate) struct Draft<'o> {
    pub(crate) options: &'o ReadOptions,
    pub(crate) report: Findings,
    format: &'static Format,
    /// What a place is a number of: `line`, or `annotation` where lines say nothing.
    pub(crate) place_is: &'static str,
    tiers: Vec<Tier>,
    /// The first tier of each name.
    names: HashMap<String, usize>,
    /// Whether the format says what a tier holds.
    has_kind: Vec<bool>,
    annotations: Vec<Annotation>,
    places: Vec<usize>,
    held_bytes: usize,
}

impl<'o> Draft<'o> {
    pub(crate) fn new(format: &'static Format, options: &'o ReadOptions) -> Self {
        Self {
            options,
            report: Findings::default(),
            format,
            place_is: "line",
            tiers: Vec::new(),
            names: HashMap::new(),
            has_kind: Vec::new(),
            annotations: Vec::new(),
            places: Vec::new(),
            held_bytes: 0,
        }
    }

    /// The tier of this name; a new one, whose kind is seen from what it holds, where there is none.
    pub(crate) fn tier(&mut self, name: &str) -> Result<usize> {
        if let Some(index) = self.names.get(name) {
            return Ok(*index);
        }
        let tier = Tier {
            name: name.to_owned(),
            ..Tier::default()
        };
        self.add_tier(tier, false)
    }

    /// The tier for what names none: called as the file is.
    pub(crate) fn only_tier(&mut self) -> Result<usize> {
        let file = self.options.name.rsplit(['/', '\\']).next().unwrap_or("");
        let stem = file.split_once('.').map_or(file, |(stem, _)| stem).trim();
        let name = if stem.is_empty() { "labels" } else { stem }.to_owned();
        self.tier(&name)
    }

    /// As [`only_tier`](Self::only_tier), of a known kind.
    pub(crate) fn only_tier_of(&mut self, kind: TierKind) -> Result<usize> {
        let index = self.only_tier()?;
        self.tiers[index].kind = kind;
        self.has_kind[index] = true;
        Ok(index)
    }

    /// A tier that the file describes, beside any of its name.
    pub(crate) fn new_tier(
        &mut self,
        name: &str,
        kind: TierKind,
        rule: Option<TierRule>,
    ) -> Result<usize> {
        let tier = Tier {
            name: name.to_owned(),
            kind,
            rule,
            ..Tier::default()
        };
        self.add_tier(tier, true)
    }

    /// A tier as it is; an empty id is made of its name.
    pub(crate) fn add_tier(&mut self, tier: Tier, has_kind: bool) -> Result<usize> {
        if self.tiers.len() >= MAX_TIERS {
            let why = format!("it has more than {MAX_TIERS} tiers");
            return Err(Error::BadAnnotations(why));
        }
        let index = self.tiers.len();
        self.names.entry(tier.name.clone()).or_insert(index);
        self.tiers.push(tier);
        self.has_kind.push(has_kind);
        Ok(index)
    }

    /// Adds an annotation to the tier of this index; `place` is its line or number.
    ///
    /// # Errors
    /// If there are too many.
    pub(crate) fn push(&mut self, tier: usize, place: usize, mut one: Annotation) -> Result<()> {
        one.tier = None;
        self.push_named(place, one)?;
        self.tier_of_last(tier);
        Ok(())
    }

    /// As [`push`](Self::push), of an annotation that names its tier by id or not at all.
    pub(crate) fn push_named(&mut self, place: usize, one: Annotation) -> Result<()> {
        if self.annotations.len() >= MAX_ANNOTATIONS {
            return Err(Error::BadAnnotations(format!(
                "it has more than {MAX_ANNOTATIONS} annotations"
            )));
        }
        let attributes: usize = (one.attributes.iter())
            .map(|(k, v)| k.len() + v.len() + 64)
            .sum();
        let texts = [&one.tier, &one.author].map(|t| t.as_ref().map_or(0, String::len));
        self.held_bytes += size_of::<Annotation>()
            + one.label.len()
            + one.id.len()
            + texts[0]
            + texts[1]
            + attributes;
        if self.held_bytes > MAX_HELD_BYTES {
            return Err(Error::OutOfMemory {
                needed_bytes: self.held_bytes as u64,
                limit_bytes: MAX_HELD_BYTES as u64,
                hint: "the file repeats too much text: divide it".to_owned(),
            });
        }
        self.annotations.push(one);
        self.places.push(place);
        Ok(())
    }

    /// Marks the tier of the annotation that was pushed last, by a number that [`finish`](Self::finish) resolves.
    fn tier_of_last(&mut self, tier: usize) {
        if let Some(last) = self.annotations.last_mut() {
            // Ids are only sure in the end; a name cannot begin so, since NUL is replaced.
            last.tier = Some(format!("\0{tier}"));
        }
    }

    /// The annotation that was pushed last.
    pub(crate) fn last(&mut self) -> Option<&mut Annotation> {
        self.annotations.last_mut()
    }

    /// Sets start and end, in seconds, of annotations by their index.
    pub(crate) fn set_times(&mut self, times: impl Iterator<Item = (usize, f64, f64)>) {
        for (index, start, end) in times {
            if let Some(one) = self.annotations.get_mut(index) {
                (one.start, one.end) = (start, end);
            }
        }
    }

    /// Makes points of cues that last a millisecond.
    pub(crate) fn see_points(&mut self) {
        see_points(&mut self.annotations, &mut self.report);
    }

    /// True if nothing has been found yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.annotations.is_empty() && self.tiers.is_empty()
    }

    /// Notes that a line, or whatever a place is here, cannot be read and is left out.
    pub(crate) fn left_out(&mut self, place: usize, text: &str, why: &str) {
        let (word, text) = (self.place_is, quoted(text));
        let said = format_args!("{word} {place}: {why}; left out: {text}");
        self.report.warnings.add("left-out", said);
    }

    /// The sound document.
    ///
    /// # Errors
    /// `BadAnnotations` if nothing was found at all.
    pub(crate) fn finish(mut self) -> Result<AnnotationDocument> {
        if self.is_empty() && !self.format.may_be_empty {
            let first = self.report.into_report("").warnings;
            let cause = first.first().map(|w| format!(": {}", w.message));
            return Err(Error::BadAnnotations(format!(
                "not {}, or nothing in it can be read{}",
                self.format.name,
                cause.unwrap_or_default()
            )));
        }
        let places = Places {
            word: self.place_is,
            numbers: &self.places,
        };
        let duration = self.options.duration;
        let (tiers, annotations) = (&mut self.tiers, &mut self.annotations);
        repair(tiers, annotations, &places, duration, &mut self.report);
        see_kinds(tiers, annotations, &mut self.has_kind);
        Ok(AnnotationDocument {
            tiers: self.tiers,
            annotations: self.annotations,
            report: self.report.into_report(self.format.id),
        })
    }
}

/// Gives tiers whose file does not say it the kind of what they hold.
fn see_kinds(tiers: &mut [Tier], annotations: &[Annotation], has_kind: &mut Vec<bool>) {
    has_kind.resize(tiers.len(), false);
    let index: HashMap<&str, usize> = (tiers.iter().enumerate())
        .map(|(i, t)| (t.id.as_str(), i))
        .collect();
    #[derive(Clone, Default)]
    struct Seen {
        all: usize,
        points: usize,
        boxes: usize,
        values: usize,
    }
    let mut seen = vec![Seen::default(); tiers.len()];
    for one in annotations {
        let Some(at) = one.tier.as_deref().and_then(|id| index.get(id)) else {
            continue;
        };
        let seen = &mut seen[*at];
        seen.all += 1;
        seen.points += usize::from(one.is_point());
        seen.boxes += usize::from(one.low.is_some() || one.high.is_some());
        seen.values += usize::from(one.value.is_some() && !one.is_point());
    }
    for ((tier, seen), has_kind) in tiers.iter_mut().zip(seen).zip(has_kind) {
        if *has_kind || seen.all == 0 {
            continue;
        }
        tier.kind = match seen {
            Seen { all, points, .. } if points == all => TierKind::Points,
            Seen { all, boxes, .. } if boxes * 2 > all => TierKind::Boxes,
            Seen { all, values, .. } if values == all => TierKind::Notes,
            _ => TierKind::Spans,
        };
    }
}
