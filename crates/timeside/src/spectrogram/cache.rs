//! Columns kept, so that another axis, another range or another view of the same place needs no transform.

use std::collections::HashMap;
use std::rc::Rc;
use timeside_core::Window;

/// What the columns of a medium may take, in bytes.
const MAX_BYTES: usize = 32 << 20;

/// What a key and its place in a map take beside the bins.
const OVERHEAD_BYTES: usize = 96;

/// How a column is made of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Analysis {
    pub(super) block: usize,
    pub(super) fft: usize,
    pub(super) window: Window,
    pub(super) channel: Option<usize>,
    /// Frames of analysis in a column, and the samples from one to the next.
    pub(super) count: i64,
    pub(super) spacing: i64,
    /// Made of samples from about there: a sketch until the whole is read.
    pub(super) near: bool,
}

/// A column: its analysis, and the frame in its middle.
pub(crate) type Key = (Analysis, i64);

/// Levels by bin.
pub(super) type Bins = Rc<[u8]>;

/// Columns in two generations: when the younger one has grown to half the limit, the older one goes.
#[derive(Debug, Default)]
pub(crate) struct ColumnCache {
    young: HashMap<Key, Bins>,
    old: HashMap<Key, Bins>,
    young_bytes: usize,
}

impl ColumnCache {
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.young.contains_key(key) || self.old.contains_key(key)
    }

    pub(super) fn get(&mut self, key: &Key) -> Option<Bins> {
        if let Some(bins) = self.young.get(key) {
            return Some(Rc::clone(bins));
        }
        let bins = self.old.remove(key)?;
        self.insert(*key, Rc::clone(&bins));
        Some(bins)
    }

    pub(super) fn insert(&mut self, key: Key, bins: Bins) {
        let bytes = bins.len() + OVERHEAD_BYTES;
        if self.young_bytes + bytes > MAX_BYTES / 2 {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        if self.young.insert(key, bins).is_none() {
            self.young_bytes += bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_memory_is_bounded() {
        let analysis = Analysis {
            block: 2048,
            fft: 2048,
            window: Window::Hann,
            channel: None,
            count: 1,
            spacing: 0,
            near: false,
        };
        let mut cache = ColumnCache::default();
        let bins: Bins = vec![0; 1 << 16].into();
        for centre in 0..2000 {
            cache.insert((analysis, centre), Rc::clone(&bins));
            assert!(cache.get(&(analysis, 0)).is_some(), "{centre}");
            let held: usize = [&cache.young, &cache.old]
                .iter()
                .flat_map(|map| map.values())
                .map(|bins| bins.len())
                .sum();
            assert!(held <= MAX_BYTES);
        }
        assert!(cache.get(&(analysis, 1)).is_none());
        assert!(cache.get(&(analysis, 1999)).is_some());
    }
}
