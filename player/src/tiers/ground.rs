//! What hands work on: the lanes, or the strips under wrapped lines. Each says which frame and which tier lie under a
//! pointer; what a hand does there is the same.

use leptos::html;
use timeside_editing::TierKey;
use timeside_view::{Viewport, layers::tiers::Stack};

use crate::{prelude::*, store::Store};

/// Further down than any axis is high.
const BELOW_ALL_PX: f64 = 1e6;

/// Where a pointer is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct At {
    /// CSS pixels of the time axis, or of the line.
    pub(crate) x: f64,
    /// CSS pixels from the top of the canvas of the tiers.
    pub(crate) y: f64,
    /// From that top down to where heights are counted from beside the pointer (the axis' top, that of all lines), CSS
    /// pixels.
    pub(crate) top: f64,
    /// CSS pixels of the browser's window.
    pub(crate) client_y: f64,
    /// Under the pointer, or at the nearest edge; inside the recording.
    pub(crate) frame: i64,
    /// The scale there.
    pub(crate) view: Viewport,
    /// The tier at this height.
    pub(crate) tier: Option<TierKey>,
    /// Is this where annotations are?
    pub(crate) is_over: bool,
}

impl At {
    /// CSS pixels from where heights are counted from beside the pointer.
    pub(crate) fn shown_y(&self) -> f64 {
        self.y + self.top
    }

    /// What there is between this corner and another: left, top, width, height, CSS pixels.
    pub(super) fn band_to(&self, other: &Self) -> (f64, f64, f64, f64) {
        let (y, other_y) = (self.shown_y(), other.shown_y());
        (
            self.x.min(other.x),
            y.min(other_y),
            (self.x - other.x).abs(),
            (y - other_y).abs(),
        )
    }
}

/// A stretch of a tier, in frames.
pub(crate) type Stretch = (TierKey, i64, i64);

/// What hands work on; copyable.
#[derive(Clone, Copy)]
pub(crate) struct Ground {
    /// What lies at `x`, `y` of the element whose pointer it is, CSS pixels; `None` where it is gone.
    pub(crate) at: Callback<(f64, f64), Option<At>>,
    /// What lies between two corners.
    pub(crate) between: Callback<(At, At), Vec<Stretch>>,
}

impl Ground {
    /// The lanes under the common time axis.
    pub(super) fn lanes(store: Store, axis: NodeRef<html::Div>) -> Self {
        Self {
            at: Callback::new(move |(x, y)| {
                let axis_top = axis.get_untracked()?.get_bounding_client_rect().top();
                // Before the first annotation there are no lanes, and boxes are drawn all the same.
                let top = store
                    .lanes_rect()
                    .map_or(BELOW_ALL_PX, |rect| rect.top() - axis_top);
                let view = store.view.get_untracked();
                let height = store.tiers.stack.with_untracked(Stack::window_px);
                Some(At {
                    x,
                    y: y - top,
                    top,
                    client_y: y + axis_top,
                    frame: view.frame_from_px(x.clamp(0.0, view.width_px())),
                    view,
                    tier: store.tier_at(y - top),
                    is_over: (0.0..height).contains(&(y - top)),
                })
            }),
            between: Callback::new(move |(a, b): (At, At)| {
                let (start, end) = (a.frame.min(b.frame), a.frame.max(b.frame));
                let (top, bottom) = (a.y.min(b.y), a.y.max(b.y));
                store.annotations.with_untracked(|document| {
                    store.tiers.stack.with_untracked(|stack| {
                        let tiers: Vec<TierKey> = document.tiers().map(|tier| tier.key).collect();
                        let touched = stack
                            .placed()
                            .filter(|lane| lane.top_px < bottom)
                            .filter(|lane| lane.top_px + lane.height_px > top)
                            .filter_map(|lane| tiers.get(lane.index).copied());
                        touched.map(|tier| (tier, start, end)).collect()
                    })
                })
            }),
        }
    }
}
