//! Annotations that overlap, dealt out to tiers in which none do.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use timeside_core::annotation::Annotation;

/// Boundaries closer than this are one: they come from arithmetic, not from people.
pub(super) const SAME_SECS: f64 = 1e-9;

/// A time in order; all are finite.
#[derive(PartialEq)]
struct Secs(f64);

impl Eq for Secs {}

impl PartialOrd for Secs {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Secs {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Each list is in order and free of overlaps; points count as overlapping where they stand together. Each
/// annotation goes to the first list that is free, so that a tier without overlaps stays one.
pub(super) fn lanes<'a>(sorted: &[&'a Annotation]) -> Vec<Vec<&'a Annotation>> {
    let mut lanes: Vec<Vec<&Annotation>> = vec![Vec::new()];
    let mut free = BTreeSet::from([0]);
    let mut busy: BinaryHeap<Reverse<(Secs, usize)>> = BinaryHeap::new();
    for one in sorted {
        while let Some(Reverse((end, lane))) = busy.pop() {
            let is_over = if one.is_point() {
                end.0 < one.start - SAME_SECS
            } else {
                end.0 <= one.start + SAME_SECS
            };
            if !is_over {
                busy.push(Reverse((end, lane)));
                break;
            }
            free.insert(lane);
        }
        let lane = free.pop_first().unwrap_or_else(|| {
            lanes.push(Vec::new());
            lanes.len() - 1
        });
        lanes[lane].push(one);
        busy.push(Reverse((Secs(one.end), lane)));
    }
    lanes
}
