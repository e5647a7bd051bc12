//! The annotations of one recording while they are edited.
//!
//! - [`Document`] holds tiers and annotations, times in frames, with an index by time.
//! - [`Edit`] is everything that can be done to it; [`Document::apply`] does it whole or not at all, keeps the rules of
//!   tiers, and can be undone without limit. [`Refusal`] says why not, as data for the words on the screen.
//! - A drag is one step: [`Document::begin`], [`Document::drag`] as often as the pointer moves, [`Document::commit`].
//! - [`Record`]s are the journal: a document is what was loaded and the records since.
//! - [`Selection`], [`snap()`], [`Filter`] and [`Rows`] serve the hands, the table and the search.
//!
//! Knows no browser, no file format and no clock.

mod apply;
mod change;
mod condense;
mod document;
mod edit;
mod history;
mod index;
mod item;
mod journal;
mod key_set;
mod load;
mod merging;
mod moving;
mod placing;
mod search;
mod selection;
mod snap;
mod tier_edits;

pub use change::Change;
pub use condense::Piece;
pub use document::Document;
pub use edit::{Edge, Edit, Fit, Name, Patch, Refusal, TierPatch};
pub use index::{Entry, Version};
pub use item::{Item, Key, State, Tier, TierKey};
pub use journal::{Record, StepKind};
pub use key_set::{KeySet, KeySetIter};
pub use load::ImportMode;
pub use search::{Column, Filter, Rows, Sort, folded};
pub use selection::Selection;
pub use snap::{Snapped, Source, Target, snap};
