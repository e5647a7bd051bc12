//! Which stretches of a stream have been seen.

use std::ops::Range;

/// A set of frames as sorted stretches that do not touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    ranges: Vec<Range<i64>>,
}

impl Coverage {
    /// Adds `range`.
    pub fn insert(&mut self, range: Range<i64>) {
        if range.is_empty() {
            return;
        }
        // Those that overlap or touch are joined.
        let first = self.ranges.partition_point(|r| r.end < range.start);
        let last = self.ranges.partition_point(|r| r.start <= range.end);
        let mut joined = range;
        if first < last {
            joined.start = joined.start.min(self.ranges[first].start);
            joined.end = joined.end.max(self.ranges[last - 1].end);
        }
        self.ranges.splice(first..last, [joined]);
    }

    /// True if all of `range` is in it.
    pub fn contains(&self, range: Range<i64>) -> bool {
        self.first_gap(range).is_none()
    }

    /// The first stretch of `range` that is not in it.
    pub fn first_gap(&self, range: Range<i64>) -> Option<Range<i64>> {
        if range.is_empty() {
            return None;
        }
        let mut from = range.start;
        let first = self.ranges.partition_point(|r| r.end <= from);
        let mut rest = self.ranges[first..].iter();
        let mut next = rest.next();
        if let Some(r) = next.filter(|r| r.start <= from) {
            from = r.end;
            next = rest.next();
        }
        let to = next.map_or(range.end, |r| r.start.min(range.end));
        (from < to).then_some(from..to)
    }

    /// Frames in it.
    pub fn frames(&self) -> i64 {
        self.ranges.iter().map(|r| r.end - r.start).sum()
    }

    /// Its stretches in order.
    pub fn ranges(&self) -> &[Range<i64>] {
        &self.ranges
    }

    /// Shrinks every stretch to whole multiples of `step`; one that ends at `end` keeps its end.
    pub(super) fn align(&mut self, step: i64, end: Option<i64>) {
        self.ranges = self
            .ranges
            .iter()
            .map(|r| {
                let start = (r.start + step - 1) / step * step;
                let stop = if end == Some(r.end) {
                    r.end
                } else {
                    r.end / step * step
                };
                start..stop
            })
            .filter(|r| !r.is_empty())
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_set_of_what_was_inserted() {
        let mut seed = 7_u32;
        let mut random = |n: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            i64::from((seed >> 8) % n)
        };
        let mut coverage = Coverage::default();
        let mut flags = [false; 200];
        for _ in 0..60 {
            let from = random(190);
            let to = from + random(10);
            coverage.insert(from..to);
            (from..to).for_each(|i| flags[i as usize] = true);
            let sorted = coverage
                .ranges()
                .windows(2)
                .all(|pair| pair[0].end < pair[1].start);
            assert!(sorted, "{coverage:?}");
            assert_eq!(
                coverage.frames(),
                flags.iter().filter(|f| **f).count() as i64
            );
            let (a, b) = (random(200), random(200));
            let gap = (a..b).find(|i| !flags[*i as usize]).map(|start| {
                let end = (start..b).find(|i| flags[*i as usize]).unwrap_or(b);
                start..end
            });
            assert_eq!(coverage.first_gap(a..b), gap, "{a}..{b} of {coverage:?}");
        }
    }
}
