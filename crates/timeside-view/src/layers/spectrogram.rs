//! The spectrogram: a grid of tiles at powers of two, so that the same tile serves many views.

use timeside_dsp::order::sort_by_key;

use crate::viewport::Viewport;

/// Columns in a tile.
pub const TILE_COLUMNS: u32 = 256;
const MAX_LEVEL: u8 = 40;

/// The nearest level: 256 columns to a window. Nearer, tiles are stretched, since the window's length limits what
/// could be told apart.
#[must_use]
pub fn min_level(block: u32) -> u8 {
    block.max(1).ilog2().saturating_sub(8) as u8
}

/// One tile of the grid: columns of 2^`level` frames, tile `index` starting at frame
/// `index · 256 · 2^level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileKey {
    /// log₂ of the frames in a column.
    pub level: u8,
    /// Its place in the row of tiles.
    pub index: i64,
}

impl TileKey {
    /// First frame.
    #[must_use]
    pub fn start_frame(self) -> i64 {
        self.index * self.span_frames()
    }

    /// Frames in a column.
    #[must_use]
    pub fn column_frames(self) -> i64 {
        1 << self.level
    }

    /// One past its last frame; may lie beyond the recording's end.
    #[must_use]
    pub fn end_frame(self) -> i64 {
        self.start_frame() + self.span_frames()
    }

    fn span_frames(self) -> i64 {
        i64::from(TILE_COLUMNS) << self.level
    }
}

/// A part of a tile and where it goes: columns `from_column..to_column` to pixels `x..x + width`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Which tile.
    pub key: TileKey,
    /// Left edge of what is drawn, in the tile's columns.
    pub from_column: f64,
    /// Right edge.
    pub to_column: f64,
    /// Left edge in pixels.
    pub x: f64,
    /// Width in pixels.
    pub width: f64,
}

/// The level whose columns come nearest to the view's pixels, `min_level` at the nearest.
#[must_use]
pub fn level_for(view: &Viewport, min_level: u8) -> u8 {
    (view.frames_per_px().log2().round() as i64).clamp(i64::from(min_level), i64::from(MAX_LEVEL))
        as u8
}

/// The tiles that a view needs, nearest to its middle first: what the eye rests on comes first.
#[must_use]
pub fn wanted(view: &Viewport, min_level: u8) -> Vec<TileKey> {
    let level = level_for(view, min_level);
    let (first, last) = range(
        view.origin(),
        view.origin() + view.span_frames(),
        level,
        view.total_frames(),
    );
    let middle = (view.origin() + view.span_frames() / 2.0) as i64;
    let mut keys: Vec<TileKey> = (first..=last)
        .map(|index| TileKey { level, index })
        .collect();
    sort_by_key(&mut keys, |key| {
        ((key.start_frame() + key.end_frame()) / 2 - middle).abs()
    });
    keys
}

/// The tiles beside those that a view needs: where a pan leads next.
#[must_use]
pub fn beside(view: &Viewport, min_level: u8) -> Vec<TileKey> {
    let level = level_for(view, min_level);
    let (first, last) = range(
        view.origin(),
        view.origin() + view.span_frames(),
        level,
        view.total_frames(),
    );
    let is_inside = |key: &TileKey| key.index >= 0 && key.start_frame() < view.total_frames();
    [last + 1, first - 1]
        .map(|index| TileKey { level, index })
        .into_iter()
        .filter(is_inside)
        .collect()
}

/// What to draw of the tiles that are `available`, in painting order: other levels first, scaled,
/// the view's own level last, over them. So a zoom shows something at once and it only gets sharper.
#[must_use]
pub fn placements(
    view: &Viewport,
    min_level: u8,
    available: impl IntoIterator<Item = TileKey>,
) -> Vec<Placement> {
    let own = level_for(view, min_level);
    let mut plan: Vec<Placement> = available
        .into_iter()
        .filter_map(|key| place(view, key))
        .collect();
    // Far levels below near ones; of two equally far the finer one on top.
    sort_by_key(&mut plan, |p| {
        let distance = i16::from(p.key.level) - i16::from(own);
        (
            std::cmp::Reverse(distance.abs()),
            std::cmp::Reverse(distance),
            p.key.index,
        )
    });
    plan
}

fn place(view: &Viewport, key: TileKey) -> Option<Placement> {
    let (start, end) = (
        key.start_frame() as f64,
        key.end_frame().min(view.total_frames()) as f64,
    );
    let (left, right) = (view.origin(), view.origin() + view.span_frames());
    let (from, to) = (start.max(left), end.min(right));
    if from >= to {
        return None;
    }
    let column_from = |position: f64| (position - start) / 2_f64.powi(i32::from(key.level));
    let (x, x_end) = (view.px_from_position(from), view.px_from_position(to));
    Some(Placement {
        key,
        from_column: column_from(from),
        to_column: column_from(to),
        x,
        width: x_end - x,
    })
}

fn range(start: f64, end: f64, level: u8, total_frames: i64) -> (i64, i64) {
    let span = (i64::from(TILE_COLUMNS) << level) as f64;
    let last_frame = (total_frames - 1).max(0) as f64;
    (
        (start.min(last_frame) / span).floor() as i64,
        ((end.min(last_frame + 1.0) / span).ceil() as i64 - 1).max(0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a window of 2048 samples.
    const MIN_LEVEL: u8 = 3;

    #[test]
    fn the_wanted_tiles_cover_the_view_without_gap_or_overlap() {
        for zoom in 0..40 {
            let view =
                Viewport::new(476_280_000, 44_100.0, 1600.0).zoomed(1.6_f64.powi(zoom), 1000.0);
            let mut keys = wanted(&view, MIN_LEVEL);
            assert!(
                keys.len() <= 11 || level_for(&view, MIN_LEVEL) == MIN_LEVEL,
                "{} tiles",
                keys.len()
            );
            keys.sort();
            assert!(keys[0].start_frame() <= view.start_frame());
            assert!(keys[keys.len() - 1].end_frame() >= view.end_frame());
            let plan = placements(&view, MIN_LEVEL, keys);
            let right = view.px_from_frame(view.total_frames()).min(1600.0);
            assert!((plan[0].x).abs() < 1e-6);
            for pair in plan.windows(2) {
                assert!((pair[0].x + pair[0].width - pair[1].x).abs() < 1e-6);
            }
            let end = plan.last().map_or(0.0, |p| p.x + p.width);
            assert!((end - right).abs() < 1e-3, "{end} {right}");
            assert!(
                plan.iter()
                    .all(|p| p.from_column >= 0.0 && p.to_column <= 256.0 + 1e-9)
            );
        }
    }

    #[test]
    fn the_neighbours_lie_on_both_sides_of_the_view() {
        assert_eq!((min_level(2048), min_level(64)), (MIN_LEVEL, 0));
        let view = Viewport::new(100_000_000, 44_100.0, 1600.0).showing(4e7, 5e7);
        let mut keys = wanted(&view, MIN_LEVEL);
        keys.extend(beside(&view, MIN_LEVEL));
        keys.sort();
        assert!(keys.windows(2).all(|w| w[0].index + 1 == w[1].index));
        let whole = Viewport::new(100_000_000, 44_100.0, 1600.0);
        assert_eq!(beside(&whole, MIN_LEVEL), []);
    }

    #[test]
    fn the_middle_comes_first() {
        let view = Viewport::new(100_000_000, 44_100.0, 1600.0).showing(4e7, 5e7);
        let keys = wanted(&view, MIN_LEVEL);
        let distance =
            |key: &TileKey| ((key.start_frame() + key.end_frame()) / 2 - 45_000_000).abs();
        assert!(keys.windows(2).all(|w| distance(&w[0]) <= distance(&w[1])));
    }

    #[test]
    fn the_own_level_is_painted_last() {
        let view = Viewport::new(1 << 24, 44_100.0, 1024.0);
        let own = level_for(&view, MIN_LEVEL);
        assert_eq!(own, 14);
        let key = |level| TileKey { level, index: 0 };
        let order: Vec<u8> = placements(&view, MIN_LEVEL, [14, 12, 20, 15, 13].map(key))
            .iter()
            .map(|p| p.key.level)
            .collect();
        assert_eq!(order, [20, 12, 15, 13, 14]);
    }

    #[test]
    fn tiles_end_with_the_recording() {
        let view = Viewport::new(1000, 8000.0, 100.0);
        let plan = placements(&view, MIN_LEVEL, [TileKey { level: 3, index: 0 }]);
        assert_eq!((plan[0].to_column, plan[0].width), (125.0, 100.0));
        assert!(placements(&view, MIN_LEVEL, [TileKey { level: 3, index: 1 }]).is_empty());
    }
}
