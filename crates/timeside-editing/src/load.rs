//! From the edge's words and back: what is broken is repaired and told, nothing is lost in silence.

use std::{collections::HashMap, rc::Rc};

use timeside_core::{
    Warning,
    annotation::{self, Annotation, AnnotationDocument, ImportReport, TierKind, TierRule},
    order::SortedMap,
    time,
};

use crate::{
    change::Change,
    document::{Document, entry_of},
    edit::{Name, Refusal},
    history::{History, Op, changed_by},
    index::{Entry, Index},
    item::{Item, Key, TierKey},
};

/// What becomes of what is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ImportMode {
    /// Tiers of the same id take in what is new.
    #[default]
    Merge,
    /// Everything comes on tiers of its own.
    NewTiers,
    /// What was there goes.
    Replace,
}

impl Document {
    /// Begins anew with a document. Gives its report, with what was repaired here added.
    pub fn load(&mut self, said: AnnotationDocument) -> ImportReport {
        let mut ops = Vec::new();
        self.clear_into(&mut ops);
        let report = self.adopt(said, ImportMode::Replace, &mut ops);
        self.history = History::default();
        self.journal.clear();
        self.locked.clear();
        self.revision += 1;
        report
    }

    /// Takes in a document as one step of the history.
    ///
    /// # Errors
    /// [`Refusal::ReadOnly`].
    pub fn import(
        &mut self,
        said: AnnotationDocument,
        mode: ImportMode,
    ) -> Result<(Change, ImportReport), Refusal> {
        if self.is_readonly {
            return Err(Refusal::ReadOnly);
        }
        self.commit();
        let mut ops = Vec::new();
        if mode == ImportMode::Replace {
            self.clear_into(&mut ops);
        }
        let report = self.adopt(said, mode, &mut ops);
        let change = changed_by(&ops);
        if !change.is_empty() {
            self.keep(Name::Import, ops, None);
            self.revision += 1;
        }
        Ok((change, report))
    }

    /// In the edge's words: tiers top down, annotations by tier and begin.
    pub fn to_document(&self) -> AnnotationDocument {
        let tiers = self.tiers.iter();
        let annotations = tiers.clone().flat_map(|tier| {
            self.on_tier(tier.key)
                .map(|(_, item)| item.to_annotation(tier.id(), self.rate_hz))
        });
        AnnotationDocument {
            annotations: annotations.collect(),
            tiers: tiers.map(|tier| tier.said.clone()).collect(),
            report: ImportReport::default(),
        }
    }

    /// One annotation in the edge's words.
    pub fn to_annotation(&self, item: &Item) -> Annotation {
        let tier = self.tier(item.tier).map_or("", |tier| tier.id());
        item.to_annotation(tier, self.rate_hz)
    }

    fn clear_into(&mut self, ops: &mut Vec<Op>) {
        let keys: Vec<Key> = self.keys().collect();
        for key in keys {
            self.put(ops, key, None);
        }
        self.put_tiers(ops, Vec::new());
    }

    fn adopt(
        &mut self,
        said: AnnotationDocument,
        mode: ImportMode,
        ops: &mut Vec<Op>,
    ) -> ImportReport {
        let mut report = said.report;
        let mut repairs = Repairs::default();
        let mut by_id = self.adopt_tiers(said.tiers, mode, ops, &mut repairs);
        let kind = guessed_kind(&said.annotations);
        let mut items = Vec::with_capacity(said.annotations.len());
        // A set; of the one type of map by id that there is anyway.
        let mut taken: HashMap<String, Key> = HashMap::new();
        for mut annotation in said.annotations {
            let tier = self.tier_for(
                annotation.tier.as_deref(),
                kind,
                &mut by_id,
                ops,
                &mut repairs,
            );
            if !self.repair_times(&mut annotation, &mut repairs) {
                continue;
            }
            if !annotation.id.is_empty() {
                let is_known = self.keys_by_id.contains_key(&annotation.id);
                if is_known || taken.insert(annotation.id.clone(), Key(0)).is_some() {
                    repairs.count("duplicate-id", &annotation.id);
                    annotation.id.clear();
                }
            }
            items.push(Item::from_annotation(annotation, tier, self.rate_hz).tidied());
        }
        for item in &mut items {
            while item.id.is_empty() {
                let id = self.fresh_id();
                if taken.insert(id.clone(), Key(0)).is_none() {
                    item.id = id;
                }
            }
        }
        self.put_all(items, ops);
        self.keep_rules(ops, &mut repairs);
        repairs.tell(&mut report);
        report
    }

    fn adopt_tiers(
        &mut self,
        said: Vec<annotation::Tier>,
        mode: ImportMode,
        ops: &mut Vec<Op>,
        repairs: &mut Repairs,
    ) -> SortedMap<String, TierKey> {
        let mut by_id = SortedMap::default();
        let mut tiers = self.tiers.to_vec();
        let mut renamed: SortedMap<String, String> = SortedMap::default();
        for mut tier in said {
            if by_id.get(&tier.id).is_some() {
                repairs.count("duplicate-tier", &tier.id);
                tier.id = free_id(&tier.id, &tiers);
            }
            let known = tiers.iter().find(|other| other.said.id == tier.id);
            let known = known.map(|other| (other.key, other.rule()));
            match known {
                Some((key, rule)) if mode == ImportMode::Merge && rule != TierRule::Partition => {
                    by_id.insert(tier.id, key);
                    continue;
                }
                Some(_) => {
                    let id = free_id(&tier.id, &tiers);
                    renamed.insert(std::mem::replace(&mut tier.id, id.clone()), id);
                }
                None if tier.id.is_empty() => tier.id = free_id("tier", &tiers),
                None => {}
            }
            if tier.name.is_empty() {
                tier.name.clone_from(&tier.id);
            }
            if let Some(parent) = &mut tier.parent
                && let Some(id) = renamed.get(parent)
            {
                parent.clone_from(id);
            }
            let id = tier.id.clone();
            let tier = self.new_tier(tier);
            let asked = renamed.iter().find(|(_, new)| **new == id);
            by_id.insert(asked.map_or(id, |(old, _)| old.clone()), tier.key);
            tiers.push(Rc::new(tier));
        }
        self.put_tiers(ops, tiers);
        by_id
    }

    fn tier_for(
        &mut self,
        id: Option<&str>,
        kind: TierKind,
        by_id: &mut SortedMap<String, TierKey>,
        ops: &mut Vec<Op>,
        repairs: &mut Repairs,
    ) -> TierKey {
        let known = match id {
            Some(id) => by_id
                .get(id)
                .copied()
                .or_else(|| self.tier_of_id(id).map(|tier| tier.key)),
            None => self.tiers().next().map(|tier| tier.key),
        };
        if let Some(key) = known {
            return key;
        }
        if let Some(id) = id {
            repairs.count("unknown-tier", id);
        }
        let id = id.filter(|id| !id.is_empty()).map(str::to_owned);
        let id = id.unwrap_or_else(|| self.fresh_tier_id());
        let tier = self.new_tier(annotation::Tier {
            name: id.clone(),
            id: id.clone(),
            kind,
            ..annotation::Tier::default()
        });
        let key = tier.key;
        by_id.insert(id, key);
        let mut tiers = self.tiers.to_vec();
        tiers.push(Rc::new(tier));
        self.put_tiers(ops, tiers);
        key
    }

    /// Puts times in order and within the recording; false where they are no times.
    fn repair_times(&self, said: &mut Annotation, repairs: &mut Repairs) -> bool {
        if !said.start.is_finite() || !said.end.is_finite() {
            repairs.count("no-time", &said.label);
            return false;
        }
        if said.end < said.start {
            repairs.count("inverted-times", &said.id);
            std::mem::swap(&mut said.start, &mut said.end);
        }
        if said.start < 0.0 {
            repairs.count("before-start", &said.id);
            said.start = 0.0;
            said.end = said.end.max(0.0);
        }
        let Some(total) = self.total_frames else {
            return true;
        };
        if time::frame_from_secs(said.end, self.rate_hz) > total {
            // The length of some files is known to a few milliseconds only.
            let end = time::secs_from_frame(total, self.rate_hz);
            if said.end > end + 0.05 {
                repairs.count("after-end", &said.id);
            }
            said.end = end;
            said.start = said.start.min(end);
        }
        true
    }

    /// Puts many at once: indexes of tiers that were empty are built, not grown.
    fn put_all(&mut self, items: Vec<Item>, ops: &mut Vec<Op>) {
        let mut places: SortedMap<TierKey, Vec<Entry>> = SortedMap::default();
        for item in items {
            let key = self.new_key();
            if self.tier_len(item.tier) > 0 {
                self.put(ops, key, Some(item));
                continue;
            }
            let entry = entry_of(key, &item);
            places.get_or_insert_with(item.tier, Vec::new).push(entry);
            self.keys_by_id.insert(item.id.clone(), key);
            let item = Rc::new(item);
            if let Some(slot) = self.items.get_mut(key.0 as usize) {
                *slot = Some(item.clone());
            }
            ops.push(Op::Item {
                key,
                before: None,
                after: Some(item),
            });
        }
        for (tier, entries) in places {
            self.indexes.insert(tier, Index::build(entries));
        }
    }

    /// What the tiers say and what stands on them must agree: the tiers give way.
    fn keep_rules(&mut self, ops: &mut Vec<Op>, repairs: &mut Repairs) {
        let mut tiers = self.tiers.to_vec();
        for tier in &mut tiers {
            let (key, rule) = (tier.key, tier.rule());
            let mut said = tier.said.clone();
            let has_spans = self.on_tier(key).any(|(_, item)| !item.is_point());
            if said.kind == TierKind::Points && has_spans {
                repairs.count("kind-changed", &said.name);
                said.kind = TierKind::Spans;
            }
            let is_tiled_points = said.kind == TierKind::Points && rule == TierRule::Partition;
            if is_tiled_points || self.first_breaking(key, rule).is_some() {
                repairs.count("rule-relaxed", &said.name);
                said.rule = None;
            } else if rule == TierRule::Partition {
                for (start, end) in self.gaps(key) {
                    repairs.count("gap-filled", &said.name);
                    self.put_blank(ops, key, start, end);
                }
            }
            if let Some(parent) = &said.parent
                && (self.tier_of_id(parent).is_none() || self.is_cycle(&said))
            {
                repairs.count("unknown-parent", &said.name);
                said.parent = None;
            }
            if said != tier.said {
                Rc::make_mut(tier).said = said;
            }
        }
        self.put_tiers(ops, tiers);
        for name in self.find_contained() {
            repairs.count("outside-parent", &name);
        }
        // What was found out belongs to the step.
        if let Some(Op::Tiers { after, .. }) = ops.last_mut() {
            *after = self.tiers.clone();
        }
    }

    fn is_cycle(&self, said: &annotation::Tier) -> bool {
        let mut above = said.parent.clone();
        for _ in 0..=self.tiers.len() {
            match above {
                None => return false,
                Some(id) if id == said.id => return true,
                Some(id) => {
                    above = self
                        .tier_of_id(&id)
                        .and_then(|tier| tier.said.parent.clone());
                }
            }
        }
        true
    }

    /// Finds out which tiers lie within their parents; gives the names of those that do not.
    pub(crate) fn find_contained(&mut self) -> Vec<String> {
        let mut outside = Vec::new();
        let mut tiers = self.tiers.to_vec();
        for tier in &mut tiers {
            let may = crate::tier_edits::may_be_contained(&tier.said);
            let is_contained = may && self.fits_parent(tier);
            if may && !is_contained {
                outside.push(tier.said.name.clone());
            }
            if is_contained != tier.is_contained {
                Rc::make_mut(tier).is_contained = is_contained;
            }
        }
        self.tiers = Rc::new(tiers);
        outside
    }
}

impl Document {
    /// Tiers whose annotations no longer lie within those of the parent are no longer kept there: what a journal tells
    /// does not say when that began.
    pub(crate) fn relax_contained(&mut self) {
        let breaks = |tier: &&Rc<crate::item::Tier>| tier.is_contained && !self.fits_parent(tier);
        let broken: Vec<_> = self.tiers.iter().filter(breaks).map(|t| t.key).collect();
        if broken.is_empty() {
            return;
        }
        let mut tiers = self.tiers.to_vec();
        for tier in tiers.iter_mut().filter(|tier| broken.contains(&tier.key)) {
            Rc::make_mut(tier).is_contained = false;
        }
        self.tiers = Rc::new(tiers);
    }
}

/// A tier's id that is free, like this one.
fn free_id(like: &str, tiers: &[Rc<crate::item::Tier>]) -> String {
    let mut ids = (2_u32..).map(|number| format!("{like}_{number}"));
    let is_free = |id: &String| tiers.iter().all(|tier| tier.said.id != *id);
    ids.find(is_free).unwrap_or_default()
}

/// What a tier must hold that nobody described.
fn guessed_kind(annotations: &[Annotation]) -> TierKind {
    let mut each = annotations.iter();
    if each
        .clone()
        .any(|one| one.low.is_some() || one.high.is_some())
    {
        TierKind::Boxes
    } else if !annotations.is_empty() && each.all(Annotation::is_point) {
        TierKind::Points
    } else {
        TierKind::Spans
    }
}

/// Repairs by kind: how often, and the first it was done to.
#[derive(Default)]
struct Repairs(Vec<(&'static str, usize, String)>);

impl Repairs {
    fn count(&mut self, code: &'static str, example: &str) {
        match self.0.iter_mut().find(|(known, ..)| *known == code) {
            Some((_, count, _)) => *count += 1,
            None => {
                let example = example.chars().take(80).collect();
                self.0.push((code, 1, example));
            }
        }
    }

    fn tell(self, report: &mut ImportReport) {
        for (code, count, example) in self.0 {
            let what = match code {
                "no-time" => "annotations without a time were left out",
                "inverted-times" => {
                    "annotations ended before they began: begin and end were swapped"
                }
                "before-start" => "annotations began before the recording: they begin with it now",
                "after-end" => "annotations ended after the recording: they end with it now",
                "duplicate-id" => "ids were there already: they were given new ones",
                "duplicate-tier" => {
                    "tiers had an id that was there already: they were given new ones"
                }
                "unknown-tier" => "annotations named a tier that is not there: it was made",
                "kind-changed" => "tiers of points hold spans: they are tiers of spans now",
                "rule-relaxed" => "tiers hold what their rule forbids: they have no rule now",
                "gap-filled" => "gaps of a partition were filled with empty annotations",
                "unknown-parent" => "tiers name a parent that is not there: they have none now",
                _ => "tiers hold annotations outside their parent: they are not held to it",
            };
            let first = if example.is_empty() {
                String::new()
            } else {
                format!(" (the first: {example})")
            };
            let warning = Warning::new(code, format!("{count} × {what}{first}"));
            if code == "no-time" {
                report.lost.push(warning);
            } else {
                report.warnings.push(warning);
            }
        }
    }
}
