//! Two of one, one of several, copies.

use timeside_core::annotation::{TierKind, TierRule};
use timeside_core::order::sort_by_key;

use crate::{
    document::Document,
    edit::{Fit, Refusal},
    history::Op,
    item::{Item, Key, TierKey},
};

impl Document {
    pub(crate) fn split(
        &mut self,
        ops: &mut Vec<Op>,
        key: Key,
        at: i64,
        right_label: Option<&str>,
    ) -> Result<(), Refusal> {
        let mut left = self.editable(key)?;
        if at <= left.start || at >= left.end {
            return Err(Refusal::NotInside(key));
        }
        let mut right = left.clone();
        left.end = at;
        right.start = at;
        right.id = self.fresh_id();
        if let Some(label) = right_label {
            label.clone_into(&mut right.label);
        }
        let right_key = self.new_key();
        self.put(ops, key, Some(left));
        self.put(ops, right_key, Some(right));
        Ok(())
    }

    pub(crate) fn merge(&mut self, ops: &mut Vec<Op>, keys: &[Key]) -> Result<(), Refusal> {
        let mut parts: Vec<(Key, Item)> = Vec::new();
        for key in keys {
            if parts.iter().all(|(other, _)| other != key) {
                parts.push((*key, self.editable(*key)?));
            }
        }
        sort_by_key(&mut parts, |(key, item)| (item.start, item.end, *key));
        let [(first, one), rest @ ..] = parts.as_slice() else {
            return Err(Refusal::TooFew);
        };
        if rest.is_empty() {
            return Err(Refusal::TooFew);
        }
        let tier = one.tier;
        if rest.iter().any(|(_, item)| item.tier != tier) {
            return Err(Refusal::DifferentTiers);
        }
        let mut whole = one.clone();
        whole.end = parts
            .iter()
            .map(|(_, item)| item.end)
            .max()
            .unwrap_or(one.end);
        if self
            .tier(tier)
            .is_some_and(|tier| tier.kind() == TierKind::Points)
        {
            whole.end = whole.start;
        }
        if self.rule_of(tier) != TierRule::Free {
            let mut between = self.entries(tier, whole.start, whole.end);
            let stranger = between.find(|entry| parts.iter().all(|(key, _)| *key != entry.key));
            if let Some(entry) = stranger {
                return Err(Refusal::NotNeighbours(entry.key));
            }
        }
        for (key, item) in rest {
            whole.absorb(item);
            self.put(ops, *key, None);
        }
        self.put(ops, *first, Some(whole));
        Ok(())
    }

    pub(crate) fn duplicate(
        &mut self,
        ops: &mut Vec<Op>,
        keys: &[Key],
        by: i64,
        tier: Option<TierKey>,
        fit: Fit,
    ) -> Result<(), Refusal> {
        for key in keys {
            let mut copy = self.item(*key).ok_or(Refusal::UnknownItem)?.clone();
            copy.id = self.fresh_id();
            copy.tier = tier.unwrap_or(copy.tier);
            copy.start += by;
            copy.end += by;
            let key = self.new_key();
            self.place(ops, key, copy, fit)?;
        }
        Ok(())
    }
}

impl Item {
    /// Takes over the words of a later one.
    fn absorb(&mut self, later: &Self) {
        if !later.label.is_empty() {
            if !self.label.is_empty() {
                self.label.push(' ');
            }
            self.label.push_str(&later.label);
        }
        let least = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.low_hz = least(self.low_hz, later.low_hz);
        self.confidence = least(self.confidence, later.confidence);
        let negated = |a: Option<f64>| a.map(|a| -a);
        self.high_hz = negated(least(negated(self.high_hz), negated(later.high_hz)));
        self.value = self.value.or(later.value);
        self.author = self.author.take().or_else(|| later.author.clone());
        for (name, value) in &later.attributes {
            let mine = self.attributes.entry(name.clone());
            mine.or_insert_with(|| value.clone());
        }
    }
}
