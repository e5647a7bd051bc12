//! The annotations of one tier by time.
//!
//! Blocks of entries in order of begin, each with its farthest end: a range is answered by looking at the blocks'
//! heads and at the entries of the blocks that reach into it.

use std::sync::Arc;

use timeside_core::order::sort_by;

use crate::item::Key;

/// Where an annotation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// First frame.
    pub start: i64,
    /// The frame after the last; equal to `start` for a point.
    pub end: i64,
    /// Which annotation.
    pub key: Key,
}

impl Entry {
    /// A point takes its frame.
    pub(crate) fn room_end(&self) -> i64 {
        self.end.max(self.start.saturating_add(1))
    }
}

/// Names a state of what stands on a tier: equal while no place and no value there has changed.
#[derive(Debug, Clone, Default)]
pub struct Version(Arc<()>);

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Version {}

/// A full block is cut in two.
const BLOCK_LEN: usize = 256;

#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// Of the farthest entry.
    pub(crate) room_end: i64,
    /// In order; never empty.
    pub(crate) entries: Vec<Entry>,
}

impl Block {
    fn new(entries: Vec<Entry>) -> Self {
        let room_end = entries.iter().map(Entry::room_end).max();
        Self {
            room_end: room_end.unwrap_or(i64::MIN),
            entries,
        }
    }

    pub(crate) fn start(&self) -> i64 {
        self.entries.first().map_or(i64::MAX, |entry| entry.start)
    }
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    blocks: Vec<Block>,
    len: usize,
    version: Version,
}

impl Index {
    /// Of many entries at once, in any order.
    pub(crate) fn build(mut entries: Vec<Entry>) -> Self {
        sort_by(&mut entries, Ord::cmp);
        Self {
            len: entries.len(),
            blocks: entries
                .chunks(BLOCK_LEN / 2)
                .map(|part| Block::new(part.to_vec()))
                .collect(),
            version: Version::default(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn version(&self) -> &Version {
        &self.version
    }

    /// It is another than it was.
    pub(crate) fn renew(&mut self) {
        self.version = Version::default();
    }

    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The block that an entry belongs into.
    fn block_of(&self, entry: &Entry) -> usize {
        let after = self
            .blocks
            .partition_point(|block| block.entries.first().is_some_and(|first| first <= entry));
        after.saturating_sub(1)
    }

    pub(crate) fn insert(&mut self, entry: Entry) {
        self.len += 1;
        if self.blocks.is_empty() {
            self.blocks.push(Block::new(vec![entry]));
            return;
        }
        let at = self.block_of(&entry);
        let block = &mut self.blocks[at];
        let place = block.entries.partition_point(|other| *other < entry);
        block.entries.insert(place, entry);
        block.room_end = block.room_end.max(entry.room_end());
        if block.entries.len() > BLOCK_LEN {
            let rest = block.entries.split_off(BLOCK_LEN / 2);
            *block = Block::new(std::mem::take(&mut block.entries));
            self.blocks.insert(at + 1, Block::new(rest));
        }
    }

    pub(crate) fn remove(&mut self, entry: &Entry) {
        let at = self.block_of(entry);
        let Some(block) = self.blocks.get_mut(at) else {
            return;
        };
        let Ok(place) = block.entries.binary_search(entry) else {
            return;
        };
        block.entries.remove(place);
        self.len -= 1;
        if block.entries.is_empty() {
            self.blocks.remove(at);
        } else if entry.room_end() == block.room_end {
            *block = Block::new(std::mem::take(&mut block.entries));
        }
    }

    /// What takes room in `start..end`, in order.
    pub(crate) fn in_range(&self, start: i64, end: i64) -> impl Iterator<Item = Entry> + '_ {
        self.blocks
            .iter()
            .take_while(move |block| block.start() < end)
            .filter(move |block| block.room_end > start)
            .flat_map(|block| &block.entries)
            .take_while(move |entry| entry.start < end)
            .filter(move |entry| entry.room_end() > start)
            .copied()
    }

    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = Entry> + '_ {
        self.blocks.iter().flat_map(|block| &block.entries).copied()
    }

    /// The first at or after an entry's place in the order.
    pub(crate) fn first_from(&self, from: &Entry) -> Option<Entry> {
        let at = self.block_of(from);
        let mut rest = self.blocks.get(at..)?.iter();
        rest.find_map(|block| {
            let place = block.entries.partition_point(|entry| entry < from);
            block.entries.get(place).copied()
        })
    }

    /// The last before an entry's place in the order.
    pub(crate) fn last_before(&self, before: &Entry) -> Option<Entry> {
        let at = self.block_of(before);
        let through = self.blocks.get(..=at)?.iter().rev();
        let mut through = through;
        through.find_map(|block| {
            let place = block.entries.partition_point(|entry| entry < before);
            block.entries.get(place.checked_sub(1)?).copied()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Heads looked at, and entries of the blocks that are entered.
    fn work(index: &Index, start: i64, end: i64) -> (usize, usize) {
        let near = index.blocks.iter().take_while(|block| block.start() < end);
        let entered = near.filter(|block| block.room_end > start);
        let entries = entered.map(|block| block.entries.len()).sum();
        (index.blocks.len(), entries)
    }

    #[test]
    fn a_window_among_many_touches_few() {
        let entry = |n: u32| Entry {
            start: i64::from(n) * 100,
            end: i64::from(n) * 100 + 90,
            key: Key(n),
        };
        let built = Index::build((0..100_000).map(entry).collect());
        let mut grown = Index::default();
        // As a hand adds them: in no order.
        for n in 0..100_000 {
            grown.insert(entry((n * 7919) % 100_000));
        }
        for index in [&built, &grown] {
            assert_eq!(index.len(), 100_000);
            assert_eq!(index.in_range(5_000_000, 5_002_000).count(), 20);
            let (heads, entries) = work(index, 5_000_000, 5_002_000);
            assert!(heads <= 100_000 / 100, "{heads} heads");
            assert!(entries <= 3 * BLOCK_LEN, "{entries} entries for 20");
        }
        for n in 0..100_000 {
            if n % 3 > 0 {
                grown.remove(&entry(n));
            }
        }
        assert_eq!(grown.all().count(), grown.len());
        assert!(grown.all().is_sorted());
        assert_eq!(grown.len(), 33_334);
    }
}
