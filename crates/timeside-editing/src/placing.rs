//! Where a new or moved annotation may stand under the rules of its tier.

use timeside_core::annotation::{TierKind, TierRule};

use crate::{
    document::Document,
    edit::{Fit, Refusal},
    history::Op,
    item::{Item, Key, TierKey},
};

impl Document {
    /// Puts an annotation that stands nowhere yet onto `item.tier`, by its rule.
    pub(crate) fn place(
        &mut self,
        ops: &mut Vec<Op>,
        key: Key,
        item: Item,
        fit: Fit,
    ) -> Result<(), Refusal> {
        let tier = self.open_tier(item.tier)?;
        let (kind, rule) = (tier.kind(), tier.rule());
        let mut item = item.tidied();
        if item.end < item.start {
            (item.start, item.end) = (item.end, item.start);
        }
        if kind == TierKind::Points {
            item.end = item.start;
        }
        (item.start, item.end) = self.fit_bounds(item.start, item.end, fit)?;
        (item.start, item.end) = self.fit_parent(item.tier, item.start, item.end, fit)?;
        match rule {
            TierRule::Free => {}
            TierRule::NoOverlap => {
                (item.start, item.end) =
                    self.fit_gap(item.tier, item.start, item.end, &[key], fit)?;
            }
            TierRule::Partition => return self.carve(ops, key, item),
        }
        self.put(ops, key, Some(item));
        Ok(())
    }

    pub(crate) fn fit_bounds(&self, start: i64, end: i64, fit: Fit) -> Result<(i64, i64), Refusal> {
        let last = self.last_frame();
        let is_inside = start >= 0 && end <= last;
        let is_beside = end < 0 || start > last || (start == last && end > start);
        if is_inside {
            Ok((start, end))
        } else if is_beside || fit == Fit::Refuse {
            Err(Refusal::OutOfRange)
        } else {
            Ok((start.max(0), end.min(last)))
        }
    }

    /// Within the one annotation of the parent tier that it has most in common with.
    pub(crate) fn fit_parent(
        &self,
        tier: TierKey,
        start: i64,
        end: i64,
        fit: Fit,
    ) -> Result<(i64, i64), Refusal> {
        let Some(parent) = self.containing_tier(tier) else {
            return Ok((start, end));
        };
        match self.parent_room(tier, start, end) {
            Some(room) if room == (start, end) || fit == Fit::Clip => Ok(room),
            _ => Err(Refusal::OutsideParent { tier, parent }),
        }
    }

    /// The tier whose annotations this one's must lie within.
    pub(crate) fn containing_tier(&self, tier: TierKey) -> Option<TierKey> {
        let tier = self.tier(tier).filter(|tier| tier.is_contained)?;
        let parent = self.tier_of_id(tier.said.parent.as_deref()?)?;
        Some(parent.key)
    }

    /// What of `start..end` the best parent holds: all of it on a tier that is free; `None` is nothing.
    pub(crate) fn parent_room(&self, tier: TierKey, start: i64, end: i64) -> Option<(i64, i64)> {
        let Some(parent) = self.containing_tier(tier) else {
            return Some((start, end));
        };
        // A point may also stand at the end of its parent.
        let near = self.entries(parent, start.saturating_sub(1), end.saturating_add(1));
        let common = near.map(|parent| (start.max(parent.start), end.min(parent.end)));
        let common = common.filter(|(from, to)| from < to || (from == to && start == end));
        common.max_by_key(|(from, to)| (to - from, -from))
    }

    /// The longest free piece of `start..end`.
    pub(crate) fn fit_gap(
        &self,
        tier: TierKey,
        start: i64,
        end: i64,
        ignored: &[Key],
        fit: Fit,
    ) -> Result<(i64, i64), Refusal> {
        let room_end = end.max(start.saturating_add(1));
        let mut best: Option<(i64, i64)> = None;
        let mut first = None;
        let mut free_from = start;
        let mut consider = |from: i64, to: i64| {
            if from < to && best.is_none_or(|(a, b)| to - from > b - a) {
                best = Some((from, to));
            }
        };
        for entry in self.entries(tier, start, room_end) {
            if ignored.contains(&entry.key) {
                continue;
            }
            first.get_or_insert(entry.key);
            consider(free_from, entry.start.min(room_end));
            free_from = free_from.max(entry.room_end());
        }
        consider(free_from, room_end);
        match (first, best) {
            (None, _) => Ok((start, end)),
            (Some(_), Some((from, to))) if fit == Fit::Clip => {
                Ok((from, if start == end { from } else { to }))
            }
            (Some(other), _) => Err(Refusal::Overlap { tier, other }),
        }
    }

    /// Cuts a new piece out of those of a partition.
    fn carve(&mut self, ops: &mut Vec<Op>, key: Key, mut item: Item) -> Result<(), Refusal> {
        let tier = item.tier;
        let (first, last) = self.ends_of(tier);
        let (Some(first), Some(last)) = (first, last) else {
            if item.is_point() {
                (item.start, item.end) = (0, self.total_frames.unwrap_or(item.start + 1).max(1));
            }
            self.put(ops, key, Some(item));
            return Ok(());
        };
        // No gap may arise beyond the ends.
        item.start = item.start.min(last);
        item.end = item.end.max(first);
        let pieces: Vec<(Key, Item)> = self
            .in_range(tier, item.start, item.room_end())
            .map(|(key, piece)| (key, piece.clone()))
            .collect();
        if item.is_point() {
            match pieces.first() {
                Some((_, piece)) if piece.start < item.start => item.end = piece.end,
                Some((other, _)) => {
                    let other = *other;
                    return Err(Refusal::Overlap { tier, other });
                }
                None => return Err(Refusal::OutOfRange),
            }
        }
        for (other, mut piece) in pieces {
            let is_left = piece.start < item.start;
            if is_left && piece.end > item.end {
                let mut rest = Item::new(tier, item.end, piece.end);
                rest.id = self.fresh_id();
                let rest_key = self.new_key();
                self.put(ops, rest_key, Some(rest));
            }
            if is_left {
                piece.end = item.start;
            } else if piece.end > item.end {
                piece.start = item.end;
            } else if piece.is_blank() {
                self.put(ops, other, None);
                continue;
            } else {
                return Err(Refusal::Overlap { tier, other });
            }
            self.put(ops, other, Some(piece));
        }
        self.put(ops, key, Some(item));
        Ok(())
    }

    /// Where the first of a partition begins and the last ends.
    fn ends_of(&self, tier: TierKey) -> (Option<i64>, Option<i64>) {
        let mut all = self.on_tier(tier);
        let first = all.next().map(|(_, item)| (item.start, item.end));
        let last = all.next_back().map(|(_, item)| item.end);
        (
            first.map(|(start, _)| start),
            last.or(first.map(|(_, end)| end)),
        )
    }
}
