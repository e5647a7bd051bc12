//! The journal: what has changed, so that nothing committed is lost. Undo is a record like any other.

use timeside_core::annotation::{self, Annotation};

use crate::{document::Document, history::Op, item::Item};

/// What one step changed, in the edge's words, to be kept beside the document that was loaded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// All tiers, if any of them changed.
    pub tiers: Option<Vec<annotation::Tier>>,
    /// Annotations as they are now.
    pub put: Vec<Annotation>,
    /// Ids that are gone.
    pub removed: Vec<String>,
}

impl Record {
    pub(crate) fn of(document: &Document, ops: &[Op]) -> Self {
        let mut record = Self::default();
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

    /// Does again what a journal says, after [`Document::load`] of what it began with. No step of the history; rules
    /// are not asked, they were kept when it was written.
    pub fn replay(&mut self, records: &[Record]) {
        let mut ops = Vec::new();
        for record in records {
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
        }
        self.find_contained();
        self.revision += 1;
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
