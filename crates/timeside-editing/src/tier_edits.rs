//! Tiers added, changed, moved and removed.

use std::rc::Rc;

use timeside_core::annotation::{self, TierKind, TierRule};

use crate::{
    document::Document,
    edit::{Refusal, TierPatch},
    history::Op,
    item::{Item, Key, Tier, TierKey},
};

impl Document {
    pub(crate) fn add_tier(
        &mut self,
        ops: &mut Vec<Op>,
        said: &annotation::Tier,
        at: Option<usize>,
    ) -> Result<(), Refusal> {
        let mut said = said.clone();
        if said.id.is_empty() {
            said.id = self.fresh_tier_id();
        } else if self.tier_of_id(&said.id).is_some() {
            return Err(Refusal::DuplicateId(said.id));
        }
        if let Some(parent) = &said.parent {
            self.tier_of_id(parent).ok_or(Refusal::UnknownTier)?;
        }
        check_kind_and_rule(&said)?;
        let tier = self.new_tier(said);
        let (key, is_partition) = (tier.key, tier.rule() == TierRule::Partition);
        let mut tiers = self.tiers.to_vec();
        tiers.insert(at.unwrap_or(tiers.len()).min(tiers.len()), Rc::new(tier));
        self.put_tiers(ops, tiers);
        if is_partition && let Some(total) = self.total_frames.filter(|total| *total > 0) {
            self.put_blank(ops, key, 0, total);
        }
        Ok(())
    }

    /// A tier with a key of its own, not yet among the tiers.
    pub(crate) fn new_tier(&mut self, said: annotation::Tier) -> Tier {
        let key = TierKey(self.next_tier);
        self.next_tier += 1;
        let is_contained = may_be_contained(&said);
        Tier {
            key,
            said,
            is_contained,
        }
    }

    pub(crate) fn fresh_tier_id(&self) -> String {
        let ids = (1_u32..).map(|number| format!("tier{number}"));
        let mut free = ids.filter(|id| self.tier_of_id(id).is_none());
        free.next().unwrap_or_default()
    }

    pub(crate) fn put_blank(&mut self, ops: &mut Vec<Op>, tier: TierKey, start: i64, end: i64) {
        let mut blank = Item::new(tier, start, end);
        blank.id = self.fresh_id();
        let key = self.new_key();
        self.put(ops, key, Some(blank));
    }

    pub(crate) fn update_tier(
        &mut self,
        ops: &mut Vec<Op>,
        key: TierKey,
        patch: &TierPatch,
    ) -> Result<(), Refusal> {
        let mut tier = self.open_tier(key)?.clone();
        let TierPatch {
            name,
            kind,
            rule,
            parent,
            color,
            vocabulary,
        } = patch.clone();
        tier.said.name = name.unwrap_or(tier.said.name);
        tier.said.color = color.unwrap_or(tier.said.color);
        tier.said.vocabulary = vocabulary.unwrap_or(tier.said.vocabulary);
        if let Some(kind) = kind {
            self.check_kind(key, kind)?;
            tier.said.kind = kind;
        }
        if let Some(parent) = parent {
            if let Some(id) = &parent {
                self.check_ancestors(&tier, id)?;
            }
            tier.said.parent = parent;
        }
        if let Some(rule) = rule {
            tier.said.rule = Some(rule);
        }
        check_kind_and_rule(&tier.said)?;
        if rule.is_some() {
            self.check_rule(ops, key, tier.rule())?;
        }
        tier.is_contained = may_be_contained(&tier.said) && self.fits_parent(&tier);
        let tiers = self.tiers.iter().map(|other| {
            if other.key == key {
                Rc::new(tier.clone())
            } else {
                other.clone()
            }
        });
        let tiers = tiers.collect();
        self.put_tiers(ops, tiers);
        Ok(())
    }

    fn check_kind(&self, key: TierKey, kind: TierKind) -> Result<(), Refusal> {
        let mut spans = self.on_tier(key).filter(|(_, item)| !item.is_point());
        match spans.next() {
            Some((other, _)) if kind == TierKind::Points => {
                Err(Refusal::RuleBroken { tier: key, other })
            }
            _ => Ok(()),
        }
    }

    /// What stands on the tier must keep its new rule; the gaps of a partition are filled.
    fn check_rule(
        &mut self,
        ops: &mut Vec<Op>,
        key: TierKey,
        rule: TierRule,
    ) -> Result<(), Refusal> {
        if rule == TierRule::Free {
            return Ok(());
        }
        if let Some(other) = self.first_breaking(key, rule) {
            return Err(Refusal::RuleBroken { tier: key, other });
        }
        if rule == TierRule::Partition {
            for (start, end) in self.gaps(key) {
                self.put_blank(ops, key, start, end);
            }
        }
        Ok(())
    }

    /// The first that overlaps one before it, or is too short for a partition.
    pub(crate) fn first_breaking(&self, tier: TierKey, rule: TierRule) -> Option<Key> {
        let mut room_end = i64::MIN;
        let mut all = self.on_tier(tier);
        let found = all.find(|(_, item)| {
            let overlaps = item.start < room_end;
            room_end = room_end.max(item.room_end());
            rule != TierRule::Free && (overlaps || (rule == TierRule::Partition && item.is_point()))
        });
        found.map(|(key, _)| key)
    }

    /// Where nothing stands, from begin to end.
    pub(crate) fn gaps(&self, tier: TierKey) -> Vec<(i64, i64)> {
        let mut gaps = Vec::new();
        let mut free_from = 0;
        for (_, item) in self.on_tier(tier) {
            if item.start > free_from {
                gaps.push((free_from, item.start));
            }
            free_from = free_from.max(item.end);
        }
        if let Some(total) = self.total_frames
            && total > free_from
        {
            gaps.push((free_from, total));
        }
        gaps
    }

    fn check_ancestors(&self, tier: &Tier, parent: &str) -> Result<(), Refusal> {
        let mut ancestor = Some(parent.to_owned());
        let mut steps = 0;
        while let Some(id) = ancestor {
            let above = self.tier_of_id(&id).ok_or(Refusal::UnknownTier)?;
            steps += 1;
            if above.key == tier.key || steps > self.tiers.len() {
                return Err(Refusal::ParentCycle(tier.key));
            }
            ancestor = above.said.parent.clone();
        }
        Ok(())
    }

    /// Do all of a tier lie within annotations of its parent?
    pub(crate) fn fits_parent(&self, tier: &Tier) -> bool {
        let parent = tier.said.parent.as_deref();
        let Some(parent) = parent.and_then(|id| self.tier_of_id(id)) else {
            return false;
        };
        self.on_tier(tier.key).all(|(_, item)| {
            self.entries(parent.key, item.start - 1, item.end + 1)
                .any(|parent| parent.start <= item.start && item.end <= parent.end)
        })
    }

    pub(crate) fn remove_tier(&mut self, ops: &mut Vec<Op>, key: TierKey) -> Result<(), Refusal> {
        let gone = self.open_tier(key)?.said.id.clone();
        let keys: Vec<Key> = self.on_tier(key).map(|(key, _)| key).collect();
        for key in keys {
            self.put(ops, key, None);
        }
        let left = self.tiers.iter().filter(|tier| tier.key != key);
        let tiers = left.map(|tier| {
            let mut tier = tier.clone();
            if tier.said.parent.as_ref() == Some(&gone) {
                let tier = Rc::make_mut(&mut tier);
                tier.said.parent = None;
                tier.is_contained = false;
            }
            tier
        });
        let tiers = tiers.collect();
        self.put_tiers(ops, tiers);
        Ok(())
    }

    pub(crate) fn move_tier(
        &mut self,
        ops: &mut Vec<Op>,
        key: TierKey,
        to: usize,
    ) -> Result<(), Refusal> {
        let mut tiers = self.tiers.to_vec();
        let at = tiers.iter().position(|tier| tier.key == key);
        let tier = tiers.remove(at.ok_or(Refusal::UnknownTier)?);
        tiers.insert(to.min(tiers.len()), tier);
        self.put_tiers(ops, tiers);
        Ok(())
    }
}

fn check_kind_and_rule(said: &annotation::Tier) -> Result<(), Refusal> {
    let is_partition = said.rule == Some(TierRule::Partition);
    if is_partition && said.kind == TierKind::Points {
        return Err(Refusal::PointsCannotTile);
    }
    Ok(())
}

/// A partition covers all of the recording, so nothing can contain it.
pub(crate) fn may_be_contained(said: &annotation::Tier) -> bool {
    said.parent.is_some() && said.rule != Some(TierRule::Partition)
}
