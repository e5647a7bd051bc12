//! The journal: what has changed, so that nothing committed is lost. Undo is a record like any other.

use timeside_core::annotation::{self, Annotation};

use crate::{
    document::Document,
    edit::Name,
    history::{Op, inverses},
    item::Item,
};

/// What a record was to the history, so that the steps come back with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// A step of its own.
    Done,
    /// More of the step before: a burst of edits.
    Joined,
    /// A step taken back.
    Undone,
    /// A step done again.
    Redone,
}

/// What one step changed, in the edge's words, to be kept beside the document that was loaded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// What it was to the history, and the step's name; `None` in journals of older versions.
    pub step: Option<(StepKind, Name)>,
    /// All tiers, if any of them changed.
    pub tiers: Option<Vec<annotation::Tier>>,
    /// Annotations as they are now.
    pub put: Vec<Annotation>,
    /// Ids that are gone.
    pub removed: Vec<String>,
}

impl Record {
    pub(crate) fn of(document: &Document, ops: &[Op], kind: StepKind, name: &Name) -> Self {
        let mut record = Self {
            step: Some((kind, name.clone())),
            ..Self::default()
        };
        for op in ops {
            match op {
                Op::Tiers { after, .. } => {
                    record.tiers = Some(after.iter().map(|tier| tier.said.clone()).collect());
                }
                Op::Item {
                    after: Some(item), ..
                } => {
                    let tier = document.tier(item.tier).map_or("", |tier| tier.id());
                    record.put.push(item.to_annotation(tier, document.rate_hz));
                }
                Op::Item {
                    before: Some(item), ..
                } => record.removed.push(item.id.clone()),
                Op::Item { .. } => {}
            }
        }
        record
    }
}

impl Document {
    /// What has changed since this was last asked.
    pub fn take_journal(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.journal)
    }

    /// Does again what a journal says, after [`Document::load`] of what it began with, and remembers its steps: they can
    /// be undone as if they had been done here. Rules are not asked, they were kept when it was written.
    pub fn replay(&mut self, records: &[Record]) {
        for record in records {
            self.replay_one(record);
        }
        self.find_contained();
        self.revision += 1;
    }

    fn replay_one(&mut self, record: &Record) {
        let Some((kind, name)) = &record.step else {
            // What stood before is not known to fit before it.
            let _ = self.replay_ops(record);
            self.forget_steps();
            return;
        };
        let is_back = *kind == StepKind::Undone;
        if is_back || *kind == StepKind::Redone {
            if let Some(ops) = self.retrace(is_back) {
                if Record::of(self, &ops, *kind, name) != *record {
                    // Another document than that of the journal: what it says goes before what is remembered.
                    let _ = self.replay_ops(record);
                    self.forget_steps();
                }
                return;
            }
            // The step was done before the journal begins.
            let ops = self.replay_ops(record);
            if is_back {
                self.remember_undone(name.clone(), inverses(&ops));
                return;
            }
            self.remember(name.clone(), ops, false);
            return;
        }
        let ops = self.replay_ops(record);
        self.remember(name.clone(), ops, *kind == StepKind::Joined);
    }

    fn replay_ops(&mut self, record: &Record) -> Vec<Op> {
        let mut ops = Vec::new();
        if let Some(tiers) = &record.tiers {
            self.replay_tiers(tiers, &mut ops);
        }
        for id in &record.removed {
            if let Some(key) = self.key_of(id) {
                self.put(&mut ops, key, None);
            }
        }
        for said in &record.put {
            let tier = said.tier.as_deref().and_then(|id| self.tier_of_id(id));
            if let Some(tier) = tier.map(|tier| tier.key) {
                let item = Item::from_annotation(said.clone(), tier, self.rate_hz).tidied();
                let key = self.key_of(&item.id).unwrap_or_else(|| self.new_key());
                self.put(&mut ops, key, Some(item));
            }
        }
        if record.tiers.is_some() {
            self.find_contained();
            if let Some(Op::Tiers { after, .. }) = ops.first_mut() {
                *after = self.tiers.clone();
            }
        }
        ops
    }

    fn replay_tiers(&mut self, said: &[annotation::Tier], ops: &mut Vec<Op>) {
        let mut tiers = Vec::new();
        for said in said {
            let known = self.tiers.iter().find(|tier| tier.said.id == said.id);
            let mut tier = match known.cloned() {
                Some(tier) => tier,
                None => self.new_tier(said.clone()).into(),
            };
            std::rc::Rc::make_mut(&mut tier).said = said.clone();
            tiers.push(tier);
        }
        self.put_tiers(ops, tiers);
    }
}
