//! A tier seen from afar: what is too short to be seen alone becomes strips.

use crate::{
    document::Document,
    index::Entry,
    item::{Key, TierKey},
};

/// What is to be drawn of a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// An annotation that is wide enough.
    One(Entry),
    /// Several that are not, close together.
    Strip {
        /// Of the first, frames.
        start: i64,
        /// Of the last, frames.
        end: i64,
        /// How many.
        count: u32,
        /// The first of them.
        first: Key,
    },
}

impl Document {
    /// What of a tier is to be drawn in `start..end` where nothing shorter than `least_frames` can be told apart:
    /// long ones alone, short ones that begin in the same cell of `least_frames` as strips (one that is alone in its
    /// cell stays itself). At most one strip per cell, so the cost of drawing is bounded by cells, not by annotations.
    pub fn condensed(
        &self,
        tier: TierKey,
        start: i64,
        end: i64,
        least_frames: i64,
        out: &mut Vec<Piece>,
    ) {
        out.clear();
        let least = least_frames.max(1);
        let Some(index) = self.indexes.get(&tier) else {
            return;
        };
        let mut open: Option<Strip> = None;
        for block in index.blocks() {
            if block.start() >= end {
                break;
            }
            if block.room_end <= start {
                continue;
            }
            let cell = block.start().div_euclid(least);
            let is_small = block.room_end - block.start() <= least;
            if let (true, Some(first), Some(last)) =
                (is_small, block.entries.first(), block.entries.last())
                && last.start.div_euclid(least) == cell
            {
                // All of the block is one cell's.
                let count = u32::try_from(block.entries.len()).unwrap_or(u32::MAX);
                open = Strip::joined(open, first, block.room_end, count, cell, out);
                continue;
            }
            for entry in &block.entries {
                if entry.start >= end {
                    break;
                }
                if entry.room_end() <= start {
                    continue;
                }
                if entry.end - entry.start >= least {
                    Strip::close(open.take(), out);
                    out.push(Piece::One(*entry));
                } else {
                    let cell = entry.start.div_euclid(least);
                    open = Strip::joined(open, entry, entry.end, 1, cell, out);
                }
            }
        }
        Strip::close(open, out);
    }
}

/// One in the making.
struct Strip {
    first: Entry,
    end: i64,
    count: u32,
    cell: i64,
}

impl Strip {
    fn joined(
        open: Option<Self>,
        first: &Entry,
        end: i64,
        count: u32,
        cell: i64,
        out: &mut Vec<Piece>,
    ) -> Option<Self> {
        match open {
            Some(strip) if strip.cell == cell => Some(Self {
                end: strip.end.max(end),
                count: strip.count + count,
                ..strip
            }),
            other => {
                Self::close(other, out);
                Some(Self {
                    first: *first,
                    end,
                    count,
                    cell,
                })
            }
        }
    }

    fn close(open: Option<Self>, out: &mut Vec<Piece>) {
        if let Some(strip) = open {
            out.push(if strip.count == 1 {
                Piece::One(strip.first)
            } else {
                Piece::Strip {
                    start: strip.first.start,
                    end: strip.end,
                    count: strip.count,
                    first: strip.first.key,
                }
            });
        }
    }
}
