//! A set of annotations: a bit for each key, since keys are small numbers.

use crate::item::Key;

const WORD_BITS: usize = u64::BITS as usize;

/// Some annotations of one document, in the order they were made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeySet {
    /// The last one is not zero.
    words: Vec<u64>,
    len: usize,
}

fn place(key: Key) -> (usize, u64) {
    let bit = key.0 as usize;
    (bit / WORD_BITS, 1 << (bit % WORD_BITS))
}

impl KeySet {
    /// How many.
    pub fn len(&self) -> usize {
        self.len
    }

    /// None?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Is it in?
    pub fn contains(&self, key: Key) -> bool {
        let (word, bit) = place(key);
        self.words.get(word).is_some_and(|held| held & bit != 0)
    }

    /// Puts it in; false where it was already.
    pub fn insert(&mut self, key: Key) -> bool {
        let (word, bit) = place(key);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let is_new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        self.len += usize::from(is_new);
        is_new
    }

    /// Takes it out; false where it was not in.
    pub fn remove(&mut self, key: Key) -> bool {
        if !self.contains(key) {
            return false;
        }
        let (word, bit) = place(key);
        self.words[word] &= !bit;
        self.len -= 1;
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
        true
    }

    /// The keys, ascending.
    pub fn iter(&self) -> KeySetIter<'_> {
        KeySetIter {
            words: &self.words,
            next: 0,
            left: self.len,
        }
    }
}

impl FromIterator<Key> for KeySet {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        let mut set = Self::default();
        for key in keys {
            set.insert(key);
        }
        set
    }
}

impl<'a> IntoIterator for &'a KeySet {
    type Item = Key;
    type IntoIter = KeySetIter<'a>;

    fn into_iter(self) -> KeySetIter<'a> {
        self.iter()
    }
}

/// See [`KeySet::iter`].
#[derive(Debug, Clone)]
pub struct KeySetIter<'a> {
    words: &'a [u64],
    /// The first bit not yet looked at.
    next: usize,
    left: usize,
}

impl Iterator for KeySetIter<'_> {
    type Item = Key;

    fn next(&mut self) -> Option<Key> {
        loop {
            let word = self.words.get(self.next / WORD_BITS)? >> (self.next % WORD_BITS);
            if word != 0 {
                let bit = self.next + word.trailing_zeros() as usize;
                self.next = bit + 1;
                self.left -= 1;
                return Some(Key(bit as u32));
            }
            self.next = (self.next / WORD_BITS + 1) * WORD_BITS;
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for KeySetIter<'_> {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_set_of_keys_is_a_set() {
        let mut ours = KeySet::default();
        let mut theirs = BTreeSet::new();
        let mut state = 1_u32;
        for _ in 0..3000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let key = Key((state >> 8) % 400);
            if state >> 30 == 0 {
                assert_eq!(ours.insert(key), theirs.insert(key));
            } else {
                assert_eq!(ours.remove(key), theirs.remove(&key));
            }
            assert!(ours.iter().eq(theirs.iter().copied()));
            assert_eq!(ours.iter().len(), theirs.len());
            assert_eq!(ours, theirs.iter().copied().collect());
        }
    }
}
