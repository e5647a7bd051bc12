//! Moving and resizing.

use timeside_core::annotation::{TierKind, TierRule};
use timeside_core::order::sort_by_key;

use crate::{
    document::Document,
    edit::{Edge, Fit, Refusal},
    history::Op,
    item::{Item, Key, TierKey},
    key_set::KeySet,
};

/// How far something may move: no less than `low`, no more than `high`.
#[derive(Clone, Copy)]
struct Slack {
    low: i64,
    high: i64,
}

impl Slack {
    const ANY: Self = Self {
        low: i64::MIN / 4,
        high: i64::MAX / 4,
    };

    fn and(self, low: i64, high: i64) -> Self {
        // Standing still is always allowed, also where a rule is broken already.
        Self {
            low: self.low.max(low.min(0)),
            high: self.high.min(high.max(0)),
        }
    }

    fn clamp(self, by: i64) -> i64 {
        by.clamp(self.low, self.high)
    }
}

impl Document {
    pub(crate) fn move_items(
        &mut self,
        ops: &mut Vec<Op>,
        keys: &[Key],
        by: i64,
        to_tier: Option<TierKey>,
        fit: Fit,
    ) -> Result<(), Refusal> {
        let mut moving: KeySet = KeySet::default();
        for key in keys {
            self.editable(*key)?;
            moving.insert(*key);
        }
        let is_elsewhere =
            |key: &Key| to_tier.is_some_and(|to| self.item(*key).is_some_and(|i| i.tier != to));
        if moving.iter().any(|key| is_elsewhere(&key)) {
            return self.move_to_tier(ops, &moving, by, to_tier, fit);
        }
        self.bring_children(&mut moving)?;
        let by = self.allowed_shift(&moving, by, fit)?;
        if by == 0 {
            return Ok(());
        }
        let is_partition =
            |document: &Self, item: &Item| document.rule_of(item.tier) == TierRule::Partition;
        let mut moved: Vec<(Key, Item)> = Vec::new();
        for key in &moving {
            let Some(item) = self.item(key) else {
                continue;
            };
            let mut after = item.clone();
            if is_partition(self, item) {
                let (before, behind) = (self.preceding(key), self.following(key));
                for (neighbour, edge) in [(before, Edge::Start), (behind, Edge::End)] {
                    let Some(neighbour) = neighbour else {
                        continue;
                    };
                    *edge_of(&mut after, edge) += by;
                    if !moving.contains(neighbour)
                        && let Some(other) = self.item(neighbour)
                    {
                        // One piece may lie between two that move.
                        let known = moved.iter().position(|(key, _)| *key == neighbour);
                        let at = known.unwrap_or_else(|| {
                            moved.push((neighbour, other.clone()));
                            moved.len() - 1
                        });
                        *edge_of(&mut moved[at].1, edge.opposite()) += by;
                    }
                }
            } else {
                after.start += by;
                after.end += by;
            }
            moved.push((key, after));
        }
        for (key, item) in moved {
            self.put(ops, key, Some(item));
        }
        Ok(())
    }

    /// What lies within moved parents moves with them.
    fn bring_children(&self, moving: &mut KeySet) -> Result<(), Refusal> {
        let mut left: Vec<Key> = moving.iter().collect();
        while let Some(key) = left.pop() {
            let Some(parent) = self.item(key) else {
                continue;
            };
            if self.rule_of(parent.tier) == TierRule::Partition {
                continue;
            }
            for tier in self.contained_in(parent.tier) {
                let near = self.in_range(tier, parent.start, parent.end.saturating_add(1));
                for (child, item) in near {
                    if item.start >= parent.start && item.end <= parent.end && moving.insert(child)
                    {
                        self.open_tier(tier)?;
                        left.push(child);
                    }
                }
            }
        }
        Ok(())
    }

    /// How far they may really move together.
    fn allowed_shift(&self, moving: &KeySet, by: i64, fit: Fit) -> Result<i64, Refusal> {
        let mut firm = Slack::ANY;
        for key in moving {
            if let Some(item) = self.item(key) {
                firm = match self.rule_of(item.tier) {
                    TierRule::Partition => self.partition_slack(firm, key, item, moving),
                    _ => firm.and(-item.start, self.last_frame().saturating_sub(item.end)),
                };
            }
        }
        let shift = firm.clamp(by);
        if shift != by && fit == Fit::Refuse {
            return Err(Refusal::OutOfRange);
        }
        // Past neighbours it may jump where there is room; else it stops at them.
        let mut slack = Slack::ANY;
        let mut obstacle = None;
        for key in moving {
            let Some(item) = self.item(key) else {
                continue;
            };
            if let Err(refusal) = self.is_free_after(item, shift, moving) {
                obstacle.get_or_insert(refusal);
            }
            slack = self.gap_slack(slack, item, moving);
        }
        match obstacle {
            None => Ok(shift),
            Some(refusal) if fit == Fit::Refuse => Err(refusal),
            Some(_) => Ok(slack.clamp(shift)),
        }
    }

    fn partition_slack(&self, slack: Slack, key: Key, item: &Item, moving: &KeySet) -> Slack {
        let other = |key: Option<Key>| key.and_then(|key| Some((key, self.item(key)?)));
        let (before, after) = (other(self.preceding(key)), other(self.following(key)));
        let mut slack = slack;
        match before {
            Some((other, piece)) if !moving.contains(other) => {
                slack = slack.and(piece.start + 1 - item.start, i64::MAX / 4);
            }
            // The first piece keeps its begin, so its end may not come there.
            None if after.is_some() => slack = slack.and(item.start + 1 - item.end, i64::MAX / 4),
            _ => {}
        }
        match after {
            Some((other, piece)) if !moving.contains(other) => {
                slack.and(i64::MIN / 4, piece.end - 1 - item.end)
            }
            None if before.is_some() => slack.and(i64::MIN / 4, item.end - 1 - item.start),
            _ => slack,
        }
    }

    fn is_free_after(&self, item: &Item, by: i64, moving: &KeySet) -> Result<(), Refusal> {
        let (start, end) = (item.start + by, item.end + by);
        let tier = item.tier;
        if self.rule_of(tier) == TierRule::NoOverlap {
            let room_end = end.max(start + 1);
            let mut there = self.entries(tier, start, room_end);
            if let Some(entry) = there.find(|entry| !moving.contains(entry.key)) {
                let other = entry.key;
                return Err(Refusal::Overlap { tier, other });
            }
        }
        if let Some(parent) = self.containing_tier(tier) {
            let mut parents = self.entries(parent, start - 1, end + 1);
            let is_held = parents.any(|entry| {
                let shift = if moving.contains(entry.key) { by } else { 0 };
                entry.start + shift <= start && end <= entry.end + shift
            });
            // A parent that moves stands elsewhere yet: its own children are within it.
            let comes_along = self
                .entries(parent, item.start - 1, item.end + 1)
                .any(|e| moving.contains(e.key) && e.start <= item.start && item.end <= e.end);
            if !is_held && !comes_along {
                return Err(Refusal::OutsideParent { tier, parent });
            }
        }
        Ok(())
    }

    /// Between the neighbours that stay, and within the parent that stays.
    fn gap_slack(&self, slack: Slack, item: &Item, moving: &KeySet) -> Slack {
        let mut slack = slack;
        if self.rule_of(item.tier) == TierRule::NoOverlap {
            let mut before = self.indexed_before(item);
            while let Some(key) = before {
                if moving.contains(key) {
                    before = self.preceding(key);
                    continue;
                }
                let end = self.item(key).map_or(i64::MIN / 4, Item::room_end);
                slack = slack.and(end - item.start, i64::MAX / 4);
                break;
            }
            let mut after = self.next_after(Some(item.tier), item.start);
            while let Some(key) = after {
                if moving.contains(key) {
                    after = self.following(key);
                    continue;
                }
                let start = self.item(key).map_or(i64::MAX / 4, |other| other.start);
                slack = slack.and(i64::MIN / 4, start - item.room_end());
                break;
            }
        }
        if let Some(parent) = self.containing_tier(item.tier) {
            let held = self
                .entries(parent, item.start - 1, item.end + 1)
                .filter(|e| e.start <= item.start && item.end <= e.end);
            let stays = held.filter(|entry| !moving.contains(entry.key)).last();
            if let Some(parent) = stays {
                slack = slack.and(parent.start - item.start, parent.end - item.end);
            }
        }
        slack
    }

    fn indexed_before(&self, item: &Item) -> Option<Key> {
        self.previous_before(Some(item.tier), item.start)
    }

    fn move_to_tier(
        &mut self,
        ops: &mut Vec<Op>,
        moving: &KeySet,
        by: i64,
        to_tier: Option<TierKey>,
        fit: Fit,
    ) -> Result<(), Refusal> {
        let mut items: Vec<(Key, Item)> = Vec::new();
        for key in moving {
            items.push((key, self.editable(key)?));
        }
        sort_by_key(&mut items, |(_, item)| (item.start, item.end));
        let earliest = items.iter().map(|(_, item)| item.start).min().unwrap_or(0);
        let latest = items.iter().map(|(_, item)| item.end).max().unwrap_or(0);
        let shift = Slack::ANY
            .and(-earliest, self.last_frame().saturating_sub(latest))
            .clamp(by);
        if shift != by && fit == Fit::Refuse {
            return Err(Refusal::OutOfRange);
        }
        for (key, _) in &items {
            self.remove(ops, *key)?;
        }
        for (key, mut item) in items {
            item.tier = to_tier.unwrap_or(item.tier);
            item.start += shift;
            item.end += shift;
            self.place(ops, key, item, fit)?;
        }
        Ok(())
    }

    pub(crate) fn resize(
        &mut self,
        ops: &mut Vec<Op>,
        key: Key,
        edge: Edge,
        to: i64,
        is_shared: bool,
        fit: Fit,
    ) -> Result<(), Refusal> {
        let mut item = self.editable(key)?;
        let tier = self.open_tier(item.tier)?;
        let (kind, rule) = (tier.kind(), tier.rule());
        if kind == TierKind::Points {
            return self.move_items(ops, &[key], to.saturating_sub(item.start), None, fit);
        }
        let from = *edge_of(&mut item, edge);
        let mut wanted = self.within(to);
        // At least one frame is left of a span.
        let shortest = i64::from(!item.is_point() || rule == TierRule::Partition);
        wanted = match edge {
            Edge::Start => wanted.min(item.end - shortest),
            Edge::End => wanted.max(item.start + shortest),
        };
        let is_partition = rule == TierRule::Partition;
        let sharing = if is_shared || is_partition {
            self.sharing(key, &item, edge, is_partition)
        } else {
            Vec::new()
        };
        for (_, other) in &sharing {
            wanted = match edge {
                Edge::Start => wanted.max(other.start + 1),
                Edge::End => wanted.min(other.end - 1),
            };
        }
        let (mut start, mut end) = (item.start, item.end);
        match edge {
            Edge::Start => start = wanted,
            Edge::End => end = wanted,
        }
        if rule == TierRule::NoOverlap {
            let mut ignored = vec![key];
            ignored.extend(sharing.iter().map(|(key, _)| *key));
            (start, end) = self.stretch_to(&item, start, end, &ignored);
        }
        if self.containing_tier(item.tier).is_some() {
            (start, end) = self.fit_parent(item.tier, start, end, fit)?;
        }
        (item.start, item.end) = (start, end);
        let reached = *edge_of(&mut item, edge);
        if reached != to && fit == Fit::Refuse {
            return Err(Refusal::OutOfRange);
        }
        if reached == from {
            return Ok(());
        }
        for (key, mut other) in sharing {
            *edge_of(&mut other, edge.opposite()) = reached;
            self.put(ops, key, Some(other));
        }
        self.put(ops, key, Some(item));
        Ok(())
    }

    /// Those whose other edge stands just where this one's edge does.
    fn sharing(&self, key: Key, item: &Item, edge: Edge, is_partition: bool) -> Vec<(Key, Item)> {
        if is_partition {
            let other = match edge {
                Edge::Start => self.preceding(key),
                Edge::End => self.following(key),
            };
            let found = other.and_then(|key| Some((key, self.item(key)?.clone())));
            return found.into_iter().collect();
        }
        let at = match edge {
            Edge::Start => item.start,
            Edge::End => item.end,
        };
        self.in_range(item.tier, at - 1, at + 1)
            .filter(|(other_key, other)| {
                *other_key != key
                    && !other.is_point()
                    && match edge {
                        Edge::Start => other.end == at,
                        Edge::End => other.start == at,
                    }
            })
            .map(|(key, other)| (key, other.clone()))
            .collect()
    }

    /// As far as the neighbours that stay let it, from where it is.
    fn stretch_to(&self, item: &Item, start: i64, end: i64, ignored: &[Key]) -> (i64, i64) {
        let (mut low, mut high) = (start, end);
        for entry in self.entries(item.tier, start.min(item.start), end.max(item.room_end())) {
            if ignored.contains(&entry.key) {
                continue;
            }
            if entry.start < item.start {
                low = low.max(entry.room_end());
            } else {
                high = high.min(entry.start);
            }
        }
        (low.min(high), high.max(low.min(high)))
    }

    pub(crate) fn set_times(
        &mut self,
        ops: &mut Vec<Op>,
        key: Key,
        start: i64,
        end: i64,
        fit: Fit,
    ) -> Result<(), Refusal> {
        let mut item = self.editable(key)?;
        let (start, end) = (start.min(end), start.max(end));
        if self.rule_of(item.tier) == TierRule::Partition {
            let edges = if start >= item.end {
                [(Edge::End, end), (Edge::Start, start)]
            } else {
                [(Edge::Start, start), (Edge::End, end)]
            };
            for (edge, to) in edges {
                self.resize(ops, key, edge, to, true, fit)?;
            }
            return Ok(());
        }
        (item.start, item.end) = (start, end);
        self.place(ops, key, item, fit)
    }

    pub(crate) fn join(
        &mut self,
        ops: &mut Vec<Op>,
        left: Key,
        right: Key,
        at: Option<i64>,
    ) -> Result<(), Refusal> {
        if left == right {
            return Err(Refusal::TooFew);
        }
        let (mut before, mut after) = (self.editable(left)?, self.editable(right)?);
        if before.tier != after.tier {
            return Err(Refusal::DifferentTiers);
        }
        let kind = self.tier(before.tier).map(crate::item::Tier::kind);
        if kind == Some(TierKind::Points) {
            return Err(Refusal::NotInside(right));
        }
        if before.start > after.start {
            return self.join(ops, right, left, at);
        }
        let middle = before.end + (after.start - before.end) / 2;
        let (low, high) = (before.start + 1, after.end - 1);
        if low > high {
            return Err(Refusal::NotInside(right));
        }
        let at = at.unwrap_or(middle).clamp(low, high);
        if self.rule_of(before.tier) != TierRule::Free {
            let (from, to) = (before.end.min(at), after.start.max(at));
            let mut between = self.entries(before.tier, from, to);
            if let Some(entry) = between.find(|e| e.key != left && e.key != right) {
                return Err(Refusal::NotNeighbours(entry.key));
            }
        }
        before.end = at;
        after.start = at;
        self.put(ops, left, Some(before));
        self.put(ops, right, Some(after));
        Ok(())
    }
}

impl Edge {
    /// The other one.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Start => Self::End,
            Self::End => Self::Start,
        }
    }
}

fn edge_of(item: &mut Item, edge: Edge) -> &mut i64 {
    match edge {
        Edge::Start => &mut item.start,
        Edge::End => &mut item.end,
    }
}
