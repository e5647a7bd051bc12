//! Order, in few instructions: the widget downloads every type's copy of a sort and of a map.
//!
//! The standard library's stable sort is five kilobytes for each type and order, its `BTreeMap` seven. Here all sorts
//! share one merge of places, and a map is a sorted list.

use std::cmp::Ordering;

/// Sorts; what is equal keeps its order. A slice that is sorted already costs one comparison per item.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = sorted(items.len(), &mut |a, b| compare(&items[a], &items[b]));
    arrange(order, &mut |a, b| items.swap(a, b));
}

/// As [`sort_by`], by what `key` makes of an item.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// The places 0..len in the order of `compare`: merged upwards from pairs.
#[inline(never)]
fn sorted(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut from: Vec<usize> = (0..len).collect();
    let mut to = from.clone();
    let mut run = 1;
    while run < len {
        for (out, both) in to.chunks_mut(2 * run).zip(from.chunks(2 * run)) {
            let (left, right) = both.split_at(run.min(both.len()));
            let is_sorted = match (left.last(), right.first()) {
                (Some(a), Some(b)) => compare(*a, *b).is_le(),
                _ => true,
            };
            if is_sorted {
                out.copy_from_slice(both);
                continue;
            }
            let (mut l, mut r) = (0, 0);
            for place in out {
                let takes_left =
                    r == right.len() || (l < left.len() && compare(left[l], right[r]).is_le());
                *place = if takes_left { left[l] } else { right[r] };
                l += usize::from(takes_left);
                r += usize::from(!takes_left);
            }
        }
        std::mem::swap(&mut from, &mut to);
        run *= 2;
    }
    from
}

/// Puts at each place what stood at `order[place]`, by swaps along the cycles.
#[inline(never)]
fn arrange(mut order: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut place = start;
        while order[place] != start {
            let next = order[place];
            swap(place, next);
            order[place] = place;
            place = next;
        }
        order[place] = place;
    }
}

/// A map as a list sorted by key: small in code, quick to find in, slow to grow beyond some thousands.
#[derive(Debug, Clone, PartialEq)]
pub struct SortedMap<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
        }
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.entries
            .binary_search_by(|(other, _)| other.borrow().cmp(key))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// None?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
    {
        let at = self.place(key).ok()?;
        Some(&self.entries[at].1)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: std::borrow::Borrow<Q>,
    {
        let at = self.place(key).ok()?;
        Some(&mut self.entries[at].1)
    }

    /// The value of a key; `make` gives it where there is none.
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let at = match self.place(&key) {
            Ok(at) => at,
            Err(at) => {
                self.entries.insert(at, (key, make()));
                at
            }
        };
        &mut self.entries[at].1
    }

    /// Puts a value, and gives what it replaces.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.entries[at].1, value)),
            Err(at) => {
                self.entries.insert(at, (key, value));
                None
            }
        }
    }

    /// Takes a key's value out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        let at = self.place(key).ok()?;
        Some(self.entries.remove(at).1)
    }

    /// Keeps what the closure says.
    pub fn retain(&mut self, mut keeps: impl FnMut(&K, &mut V) -> bool) {
        self.entries.retain_mut(|(key, value)| keeps(key, value));
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// By key, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The values, by key, ascending, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    /// The values, by key, ascending.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.entries.into_iter().map(|(_, value)| value)
    }
}

impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random, below `below`.
    fn numbers(len: usize, below: u64) -> Vec<u64> {
        let mut state = len as u64 + 1;
        let next = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        (0..len).map(next).collect()
    }

    #[test]
    fn sorts_as_the_standard_library_does_and_keeps_what_is_equal() {
        for len in (0..70).chain([1000, 4097]) {
            for below in [1, 5, u64::MAX] {
                let made = numbers(len, below);
                let mut ours: Vec<(u64, usize)> = made.into_iter().zip(0..).collect();
                let mut theirs = ours.clone();
                sort_by_key(&mut ours, |item| item.0);
                theirs.sort_by_key(|item| item.0);
                assert_eq!(ours, theirs, "{len} below {below}");
                sort_by(&mut ours, |a, b| b.cmp(a));
                theirs.sort_by(|a, b| b.cmp(a));
                assert_eq!(ours, theirs, "{len} below {below}, descending");
            }
        }
    }

    #[test]
    fn what_is_sorted_is_only_looked_at() {
        let mut compared = 0;
        let mut items: Vec<u32> = (0..1000).collect();
        sort_by(&mut items, |a, b| {
            compared += 1;
            a.cmp(b)
        });
        assert_eq!(compared, 999);
    }

    #[test]
    fn a_sorted_map_is_a_map() {
        let mut ours = SortedMap::default();
        let mut theirs = std::collections::BTreeMap::new();
        for (n, key) in numbers(2000, 300).into_iter().enumerate() {
            if n % 3 == 0 {
                assert_eq!(ours.remove(&key), theirs.remove(&key));
            } else {
                assert_eq!(ours.insert(key, n), theirs.insert(key, n));
            }
            assert_eq!(ours.get(&key), theirs.get(&key));
        }
        assert!(ours.iter().eq(theirs.iter()) && !ours.is_empty());
        ours.retain(|key, _| key % 2 == 0);
        theirs.retain(|key, _| key % 2 == 0);
        assert_eq!(ours.len(), theirs.len());
        assert!(ours.into_values().eq(theirs.into_values()));
    }
}
