//! What was painted last, and what of it lies under a pointer.

use timeside_editing::{Key, TierKey};
use timeside_view::layers::tiers::{BoxArea, BoxHit, Hit, Lane, Plan, box_at, grip_at};

use crate::store::Store;

/// A lane as it was painted, in device pixels.
#[derive(Debug, Clone)]
pub(crate) struct PlannedLane {
    pub(crate) tier: TierKey,
    pub(crate) lane: Lane,
    pub(crate) plan: Plan<Key>,
}

/// Everything that was painted of annotations. Kept, so that the next painting allocates nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Planned {
    /// The lanes in the window; those beyond `shown` wait to be used again.
    pub(crate) lanes: Vec<PlannedLane>,
    pub(crate) shown: usize,
    /// Boxes over the spectrogram, in device pixels.
    pub(crate) boxes: Vec<BoxArea<Key>>,
}

impl Planned {
    /// The next lane to be planned.
    pub(crate) fn next(&mut self, tier: TierKey, lane: Lane) -> &mut PlannedLane {
        let at = self.shown;
        self.shown += 1;
        if self.lanes.len() <= at {
            self.lanes.push(PlannedLane {
                tier,
                lane,
                plan: Plan::default(),
            });
        }
        let next = &mut self.lanes[at];
        (next.tier, next.lane) = (tier, lane);
        next
    }

    pub(crate) fn lanes(&self) -> &[PlannedLane] {
        &self.lanes[..self.shown]
    }
}

/// What lies under a pointer at `x`, `y` of the canvas of the tiers; all in CSS pixels.
pub(super) fn hit(
    store: Store,
    x: f64,
    y: f64,
    reach: f64,
    preferred: Option<Key>,
) -> Option<Hit<Key>> {
    let ratio = store.px_ratio.get_untracked();
    let (x, y, reach) = (x * ratio, y * ratio, reach * ratio);
    store.tiers.planned.with_value(|planned| {
        let lane = planned.lanes().iter().find(|planned| {
            let lane = planned.lane;
            y >= lane.top_px && y < lane.top_px + lane.height_px
        })?;
        grip_at(&lane.plan.bars, x, y, reach, preferred)
    })
}

/// The box of the spectrogram under a pointer at `x`, `y` of the picture; all in CSS pixels.
pub(super) fn box_hit(store: Store, x: f64, y: f64, reach: f64) -> Option<BoxHit<Key>> {
    let ratio = store.px_ratio.get_untracked();
    let chosen = store.tiers.focused.get_untracked();
    store.tiers.planned.with_value(|planned| {
        let (x, y, reach) = (x * ratio, y * ratio, reach * ratio);
        box_at(&planned.boxes, x, y, reach, chosen)
    })
}
