//! Annotations on tiers: which bars, flags and strips stand where.
//!
//! A tier is a lane. What is wide enough to be seen stands there as a [`Bar`]; what is narrower merges into [`Strip`]s,
//! column by column, so that a plan is bounded by the pixels of its lane whatever the tier holds.

mod boxes;
mod crossings;
mod hit;
mod plan;
mod rows;
mod stack;
mod text;

pub use boxes::{BoxArea, BoxHit, HzEdge, box_at, boxes};
pub use crossings::zero_crossings;
pub use hit::{Grip, Hit, grip_at};
pub use plan::{Bar, Lane, Mark, Plan, Shape, Strip};
pub use rows::{MAX_ROWS, Rows};
pub use stack::{Placed, Stack};
pub use text::{fitted, wrap};
