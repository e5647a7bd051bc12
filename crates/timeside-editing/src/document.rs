//! The document: what stands where, to be read. Changed only in `history`.

use std::{collections::HashMap, rc::Rc};

use timeside_core::order::SortedMap;

use crate::{
    history::History,
    index::{Entry, Index, Version},
    item::{Item, Key, Tier, TierKey},
    journal::Record,
};

/// The annotations of one recording.
#[derive(Debug, Clone)]
pub struct Document {
    pub(crate) rate_hz: u32,
    pub(crate) total_frames: Option<i64>,
    pub(crate) tiers: Rc<Vec<Rc<Tier>>>,
    /// By key; a removed one leaves its place empty for ever.
    pub(crate) items: Vec<Option<Rc<Item>>>,
    /// By the tier's key.
    pub(crate) indexes: SortedMap<TierKey, Index>,
    pub(crate) keys_by_id: HashMap<String, Key>,
    pub(crate) next_tier: u32,
    pub(crate) next_id: u64,
    pub(crate) locked: Vec<TierKey>,
    pub(crate) is_readonly: bool,
    pub(crate) author: Option<String>,
    pub(crate) history: History,
    pub(crate) journal: Vec<Record>,
    pub(crate) revision: u64,
}

impl Document {
    /// Nothing said yet of a recording; `total_frames` where its length is known.
    pub fn new(rate_hz: u32, total_frames: Option<i64>) -> Self {
        Self {
            rate_hz,
            total_frames,
            tiers: Rc::default(),
            items: Vec::new(),
            indexes: SortedMap::default(),
            keys_by_id: HashMap::new(),
            next_tier: 0,
            next_id: 1,
            locked: Vec::new(),
            is_readonly: false,
            author: None,
            history: History::default(),
            journal: Vec::new(),
            revision: 0,
        }
    }

    /// Frames per second.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// The recording's length, where known.
    pub fn total_frames(&self) -> Option<i64> {
        self.total_frames
    }

    /// The length became known better. What stands past it stays until it is edited.
    pub fn set_total_frames(&mut self, total_frames: Option<i64>) {
        self.total_frames = total_frames;
    }

    /// The ids that are chosen for new annotations count from here.
    pub fn number_from(&mut self, number: u32) {
        self.next_id = self.next_id.max(number.into());
    }

    /// Refuse every edit?
    pub fn set_readonly(&mut self, is_readonly: bool) {
        self.is_readonly = is_readonly;
    }

    /// Is every edit refused?
    pub fn is_readonly(&self) -> bool {
        self.is_readonly
    }

    /// Who edits from now on: what an edit adds or is about is signed, unless the edit itself names an author. Gives who
    /// did before.
    pub fn set_author(&mut self, author: Option<String>) -> Option<String> {
        std::mem::replace(&mut self.author, author.filter(|name| !name.is_empty()))
    }

    /// Who edits.
    pub fn author(&self) -> Option<&str> {
        self.author.as_deref()
    }

    /// Refuse edits on a tier? No step of the history.
    pub fn set_locked(&mut self, tier: TierKey, is_locked: bool) {
        self.locked.retain(|other| *other != tier);
        if is_locked {
            self.locked.push(tier);
        }
        self.revision += 1;
    }

    /// Are edits on a tier refused?
    pub fn is_locked(&self, tier: TierKey) -> bool {
        self.locked.contains(&tier)
    }

    /// Another number after every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many annotations there are.
    pub fn len(&self) -> usize {
        self.keys_by_id.len()
    }

    /// Is nothing said?
    pub fn is_empty(&self) -> bool {
        self.keys_by_id.is_empty()
    }

    /// Top down.
    pub fn tiers(&self) -> impl DoubleEndedIterator<Item = &Tier> + ExactSizeIterator {
        self.tiers.iter().map(Rc::as_ref)
    }

    /// A tier that is there.
    pub fn tier(&self, key: TierKey) -> Option<&Tier> {
        self.tiers().find(|tier| tier.key == key)
    }

    /// The tier of an id.
    pub fn tier_of_id(&self, id: &str) -> Option<&Tier> {
        self.tiers().find(|tier| tier.said.id == id)
    }

    /// The key that the next new tier will have: for edits of one step that add a tier and what stands on it.
    pub fn next_tier_key(&self) -> TierKey {
        TierKey(self.next_tier)
    }

    /// An annotation that is there.
    pub fn item(&self, key: Key) -> Option<&Item> {
        self.items.get(key.0 as usize)?.as_deref()
    }

    /// The annotation of an id.
    pub fn key_of(&self, id: &str) -> Option<Key> {
        self.keys_by_id.get(id).copied()
    }

    /// How many stand on a tier.
    pub fn tier_len(&self, tier: TierKey) -> usize {
        self.indexes.get(&tier).map_or(0, Index::len)
    }

    /// What a tier's rows and ranges can be kept under; `None` where nothing has ever stood on it.
    pub fn version(&self, tier: TierKey) -> Option<&Version> {
        self.indexes.get(&tier).map(Index::version)
    }

    /// All annotations in the order they were made.
    pub fn keys(&self) -> impl Iterator<Item = Key> + '_ {
        let number = |at: usize| u32::try_from(at).ok();
        let there = self.items.iter().enumerate();
        there.filter_map(move |(at, item)| Some(Key(item.as_ref().and(number(at))?)))
    }

    /// What of a tier takes room in `start..end` (a point takes its frame), in order of begin. Places only, for
    /// painting: the annotations themselves are not touched.
    pub fn entries(&self, tier: TierKey, start: i64, end: i64) -> impl Iterator<Item = Entry> + '_ {
        let index = self.indexes.get(&tier).into_iter();
        index.flat_map(move |index| index.in_range(start, end))
    }

    /// As [`Document::entries`], with the annotations.
    pub fn in_range(
        &self,
        tier: TierKey,
        start: i64,
        end: i64,
    ) -> impl Iterator<Item = (Key, &Item)> + '_ {
        self.entries(tier, start, end)
            .filter_map(|entry| Some((entry.key, self.item(entry.key)?)))
    }

    /// All of a tier in order of begin.
    pub fn on_tier(&self, tier: TierKey) -> impl DoubleEndedIterator<Item = (Key, &Item)> + '_ {
        let index = self.indexes.get(&tier).into_iter();
        index
            .flat_map(Index::all)
            .filter_map(|entry| Some((entry.key, self.item(entry.key)?)))
    }

    /// The first that begins after a frame, on a tier or on any.
    pub fn next_after(&self, tier: Option<TierKey>, frame: i64) -> Option<Key> {
        let from = place(frame.saturating_add(1));
        let found = self.each_index(tier).filter_map(|i| i.first_from(&from));
        found.min().map(|entry| entry.key)
    }

    /// The last that begins before a frame, on a tier or on any.
    pub fn previous_before(&self, tier: Option<TierKey>, frame: i64) -> Option<Key> {
        let before = place(frame);
        let found = self.each_index(tier).filter_map(|i| i.last_before(&before));
        found.max().map(|entry| entry.key)
    }

    /// The one after an annotation on its tier.
    pub fn following(&self, key: Key) -> Option<Key> {
        let (index, entry) = self.place_of(key)?;
        let after = Entry {
            key: Key(entry.key.0.checked_add(1)?),
            ..entry
        };
        index.first_from(&after).map(|entry| entry.key)
    }

    /// The one before an annotation on its tier.
    pub fn preceding(&self, key: Key) -> Option<Key> {
        let (index, entry) = self.place_of(key)?;
        index.last_before(&entry).map(|entry| entry.key)
    }

    /// A frame within the recording.
    pub(crate) fn within(&self, frame: i64) -> i64 {
        frame.clamp(0, self.last_frame())
    }

    /// The end, or so far that nothing reaches it.
    pub(crate) fn last_frame(&self) -> i64 {
        self.total_frames.unwrap_or(i64::MAX / 4).max(0)
    }

    fn place_of(&self, key: Key) -> Option<(&Index, Entry)> {
        let item = self.item(key)?;
        let index = self.indexes.get(&item.tier)?;
        Some((index, entry_of(key, item)))
    }

    fn each_index(&self, tier: Option<TierKey>) -> impl Iterator<Item = &Index> {
        let tiers = self.tiers.iter().map(|tier| tier.key);
        tiers
            .filter(move |key| tier.is_none_or(|wanted| wanted == *key))
            .filter_map(|key| self.indexes.get(&key))
    }
}

/// Before everything that begins at a frame.
fn place(start: i64) -> Entry {
    Entry {
        start,
        end: i64::MIN,
        key: Key(0),
    }
}

pub(crate) fn entry_of(key: Key, item: &Item) -> Entry {
    Entry {
        start: item.start,
        end: item.end,
        key,
    }
}
