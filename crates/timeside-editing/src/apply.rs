//! Edits become changes: here they are told apart; the simple ones are done here.

use std::collections::BTreeSet;

use timeside_core::annotation::TierRule;

use crate::{
    document::Document,
    edit::{Edit, Patch, Refusal},
    history::Op,
    item::{Item, Key, Tier, TierKey},
};

impl Document {
    /// Does an edit, adding to `ops` all that it changes, also where it fails half-way.
    pub(crate) fn perform(&mut self, edit: &Edit, ops: &mut Vec<Op>) -> Result<(), Refusal> {
        let mark = ops.len();
        match edit {
            Edit::Add { item, fit } => {
                let item = self.named(item.clone())?;
                let key = self.new_key();
                self.admit(item.tier, &item.label)?;
                self.place(ops, key, item, *fit)?;
            }
            Edit::Update { keys, patch } => {
                for key in keys {
                    self.update(ops, *key, patch)?;
                }
            }
            Edit::SetTimes {
                key,
                start,
                end,
                fit,
            } => self.set_times(ops, *key, *start, *end, *fit)?,
            Edit::Remove(keys) => {
                for key in keys {
                    self.remove(ops, *key)?;
                }
                return self.settle(ops, mark, true);
            }
            Edit::Move {
                keys,
                by,
                tier,
                fit,
            } => self.move_items(ops, keys, *by, *tier, *fit)?,
            Edit::Resize {
                key,
                edge,
                to,
                is_shared,
                fit,
            } => self.resize(ops, *key, *edge, *to, *is_shared, *fit)?,
            Edit::Split {
                key,
                at,
                right_label,
            } => self.split(ops, *key, *at, right_label.as_deref())?,
            Edit::Merge(keys) => self.merge(ops, keys)?,
            Edit::Join { left, right, at } => self.join(ops, *left, *right, *at)?,
            Edit::Duplicate {
                keys,
                by,
                tier,
                fit,
            } => self.duplicate(ops, keys, *by, *tier, *fit)?,
            Edit::AddTier { tier, at } => self.add_tier(ops, tier, *at)?,
            Edit::UpdateTier { key, patch } => self.update_tier(ops, *key, patch)?,
            Edit::RemoveTier(key) => self.remove_tier(ops, *key)?,
            Edit::MoveTier { key, to } => self.move_tier(ops, *key, *to)?,
            Edit::Batch { edits, .. } => {
                for edit in edits {
                    self.perform(edit, ops)?;
                }
                return Ok(());
            }
        }
        self.settle(ops, mark, false)?;
        self.sign(ops, mark, edit);
        Ok(())
    }

    /// What is new, and what the edit is about, is from now on its author's. What only had to make room is not.
    fn sign(&mut self, ops: &mut Vec<Op>, mark: usize, edit: &Edit) {
        let Some(author) = self.author.clone().filter(|_| !edit.keeps_authors()) else {
            return;
        };
        let subjects: BTreeSet<Key> = edit.subjects().iter().copied().collect();
        let signed: BTreeSet<Key> = ops[mark..]
            .iter()
            .filter_map(|op| match op {
                Op::Item { key, before, after } if before != after => {
                    (before.is_none() || subjects.contains(key)).then_some(*key)
                }
                _ => None,
            })
            .collect();
        for key in signed {
            if let Some(item) = self.item(key).cloned() {
                let author = Some(author.clone());
                self.put(ops, key, Some(Item { author, ..item }));
            }
        }
    }

    /// An annotation that may be edited.
    pub(crate) fn editable(&self, key: Key) -> Result<Item, Refusal> {
        let item = self.item(key).ok_or(Refusal::UnknownItem)?;
        self.open_tier(item.tier)?;
        Ok(item.clone())
    }

    /// A tier that may be edited.
    pub(crate) fn open_tier(&self, key: TierKey) -> Result<&Tier, Refusal> {
        let tier = self.tier(key).ok_or(Refusal::UnknownTier)?;
        if self.is_locked(key) {
            return Err(Refusal::Locked(key));
        }
        Ok(tier)
    }

    pub(crate) fn rule_of(&self, tier: TierKey) -> TierRule {
        self.tier(tier).map_or(TierRule::Free, Tier::rule)
    }

    /// With an id of its own.
    pub(crate) fn named(&mut self, mut item: Item) -> Result<Item, Refusal> {
        if item.id.is_empty() {
            item.id = self.fresh_id();
        } else if self.keys_by_id.contains_key(&item.id) {
            return Err(Refusal::DuplicateId(item.id));
        }
        Ok(item)
    }

    pub(crate) fn fresh_id(&mut self) -> String {
        loop {
            let id = format!("a{}", self.next_id);
            self.next_id += 1;
            if !self.keys_by_id.contains_key(&id) {
                return id;
            }
        }
    }

    /// Does the tier's vocabulary have the label?
    fn admit(&self, tier: TierKey, label: &str) -> Result<(), Refusal> {
        let words = self.tier(tier).map(|tier| &tier.said.vocabulary);
        let admits = words.is_none_or(|words| words.is_empty() || words.iter().any(|w| w == label));
        if admits || label.is_empty() {
            return Ok(());
        }
        Err(Refusal::NotInVocabulary {
            tier,
            label: label.to_owned(),
        })
    }

    fn update(&mut self, ops: &mut Vec<Op>, key: Key, patch: &Patch) -> Result<(), Refusal> {
        let mut item = self.editable(key)?;
        let Patch {
            label,
            low_hz,
            high_hz,
            value,
            confidence,
            author,
            attributes,
            state,
        } = patch.clone();
        if let Some(label) = label
            && label != item.label
        {
            self.admit(item.tier, &label)?;
            item.label = label;
        }
        let numbers = [
            (&mut item.low_hz, low_hz),
            (&mut item.high_hz, high_hz),
            (&mut item.value, value),
            (&mut item.confidence, confidence),
        ];
        for (old, new) in numbers {
            if let Some(new) = new {
                *old = new;
            }
        }
        if let Some(author) = author {
            item.author = author;
        }
        for (name, value) in attributes {
            match value {
                Some(value) => item.attributes.insert(name, value),
                None => item.attributes.remove(&name),
            };
        }
        item.state = state.unwrap_or(item.state);
        self.put(ops, key, Some(item.tidied()));
        Ok(())
    }

    /// Removes; on a partition the room goes to a neighbour.
    pub(crate) fn remove(&mut self, ops: &mut Vec<Op>, key: Key) -> Result<(), Refusal> {
        let Some(item) = self.item(key) else {
            return Ok(());
        };
        let item = item.clone();
        self.open_tier(item.tier)?;
        let (before, after) = (self.preceding(key), self.following(key));
        self.put(ops, key, None);
        if self.rule_of(item.tier) == TierRule::Partition {
            self.give_room(ops, before, after, &item);
        }
        Ok(())
    }

    fn give_room(
        &mut self,
        ops: &mut Vec<Op>,
        before: Option<Key>,
        after: Option<Key>,
        gone: &Item,
    ) {
        if let Some((key, mut item)) = before.and_then(|key| Some((key, self.item(key)?.clone()))) {
            item.end = gone.end;
            self.put(ops, key, Some(item));
        } else if let Some((key, mut item)) =
            after.and_then(|key| Some((key, self.item(key)?.clone())))
        {
            item.start = gone.start;
            self.put(ops, key, Some(item));
        }
    }

    /// Keeps what depends on changed parents within them: cut where it sticks out, removed (or the edit refused) where
    /// nothing is left.
    fn settle(&mut self, ops: &mut Vec<Op>, mark: usize, may_remove: bool) -> Result<(), Refusal> {
        let mut at = mark;
        while let Some(op) = ops.get(at) {
            at += 1;
            let Op::Item {
                before: Some(parent),
                ..
            } = op
            else {
                continue;
            };
            let parent = parent.clone();
            for child_tier in self.contained_in(parent.tier) {
                let touched: Vec<Key> = self
                    .entries(
                        child_tier,
                        parent.start.saturating_sub(1),
                        parent.end.saturating_add(1),
                    )
                    .map(|entry| entry.key)
                    .collect();
                for key in touched {
                    self.confine(ops, key, may_remove)?;
                }
            }
        }
        Ok(())
    }

    fn confine(&mut self, ops: &mut Vec<Op>, key: Key, may_remove: bool) -> Result<(), Refusal> {
        let Some(item) = self.item(key) else {
            return Ok(());
        };
        let mut item = item.clone();
        match self.parent_room(item.tier, item.start, item.end) {
            Some((start, end)) if (start, end) == (item.start, item.end) => {}
            Some((start, end)) => {
                (item.start, item.end) = (start, end);
                self.put(ops, key, Some(item));
            }
            None if may_remove => self.put(ops, key, None),
            None => return Err(Refusal::WouldOrphan(key)),
        }
        Ok(())
    }

    /// Tiers whose annotations must lie within those of this one.
    pub(crate) fn contained_in(&self, parent: TierKey) -> Vec<TierKey> {
        let id = self.tier(parent).map(|tier| tier.said.id.clone());
        self.tiers()
            .filter(|tier| tier.is_contained && id.is_some() && tier.said.parent == id)
            .map(|tier| tier.key)
            .collect()
    }
}
