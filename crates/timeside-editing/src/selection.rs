//! Which annotations are meant.

use crate::{
    document::Document,
    item::{Key, TierKey},
    key_set::KeySet,
};

/// The selected annotations; one of them is the last touched, one is where a range begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    keys: KeySet,
    anchor: Option<Key>,
    focus: Option<Key>,
}

impl Selection {
    /// In the order they were made.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = Key> + '_ {
        self.keys.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// None?
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Is it selected?
    pub fn contains(&self, key: Key) -> bool {
        self.keys.contains(key)
    }

    /// The last touched: where keys act.
    pub fn focus(&self) -> Option<Key> {
        self.focus
    }

    /// Where a range begins.
    pub fn anchor(&self) -> Option<Key> {
        self.anchor
    }

    /// None.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// This one alone.
    pub fn set(&mut self, key: Key) {
        self.keys = KeySet::from_iter([key]);
        self.anchor = Some(key);
        self.focus = Some(key);
    }

    /// These; the last one is the focus.
    pub fn set_all(&mut self, keys: impl IntoIterator<Item = Key>) {
        let mut focus = None;
        let keys = keys.into_iter().inspect(|key| focus = Some(*key));
        self.keys = keys.collect();
        self.anchor = focus;
        self.focus = focus;
    }

    /// This one too, or no longer.
    pub fn toggle(&mut self, key: Key) {
        if !self.keys.remove(key) {
            self.keys.insert(key);
        }
        self.anchor = Some(key);
        self.focus = Some(key).filter(|key| self.keys.contains(*key));
    }

    /// All from the anchor to this one, where both stand on one tier; else this one too.
    pub fn extend_to(&mut self, document: &Document, key: Key) {
        let place = |key: Key| document.item(key).map(|i| (i.tier, i.start, i.end, key));
        let anchor = self.anchor.and_then(place);
        if let (Some(from), Some(to)) = (anchor, place(key))
            && from.0 == to.0
        {
            let (first, last) = (from.min(to), from.max(to));
            let range = document.entries(first.0, first.1, last.1.saturating_add(1));
            self.keys = range
                .filter(|e| (first.1, first.2, first.3) <= (e.start, e.end, e.key))
                .filter(|e| (e.start, e.end, e.key) <= (last.1, last.2, last.3))
                .map(|entry| entry.key)
                .collect();
        } else {
            self.keys.insert(key);
            self.anchor = self.anchor.or(Some(key));
        }
        self.focus = Some(key);
    }

    /// All of a tier.
    pub fn set_tier(&mut self, document: &Document, tier: TierKey) {
        let focus = self.focus;
        self.set_all(document.on_tier(tier).map(|(key, _)| key));
        self.focus = focus.filter(|key| self.keys.contains(*key)).or(self.focus);
    }

    /// Forgets what is there no more; true if any was.
    pub fn retain(&mut self, document: &Document) -> bool {
        let before = self.keys.len();
        let gone = |key: &Key| document.item(*key).is_none();
        for key in self.keys.iter().filter(gone).collect::<Vec<_>>() {
            self.keys.remove(key);
        }
        let is_there = |key: &Key| document.item(*key).is_some();
        self.anchor = self.anchor.filter(is_there);
        self.focus = self.focus.filter(is_there);
        before != self.keys.len()
    }
}
