//! Many values per frame as colours, row by row as they come, cheap at any zoom.
//!
//! A [`Grid`] keeps the values in bounded memory: where they would outgrow it, two rows become one. Above it stand
//! levels of half the rows each, made when a view first needs them. Where several values share a cell, the one farthest
//! from zero is seen.

use crate::{
    chart::{Axis, color_range},
    frequency::{FrequencyAxis, FrequencyScale},
    viewport::Viewport,
};

/// Values kept at the nearest level.
const MAX_VALUES: usize = 1 << 21;
/// Columns kept; more share a row of the picture.
const MAX_COLUMNS: usize = 512;
/// Rows of the picture at most where they are not the columns themselves.
const MAX_PICTURE_ROWS: usize = 256;
/// Values looked at to find what the colours stand for.
const MAX_SAMPLED: usize = 1 << 15;
/// Cells in a tile, left to right.
pub const TILE_CELLS: usize = 256;

/// Values of a framewise result.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// Values in a row, as kept.
    columns: usize,
    /// Values in a row, as given.
    given_columns: usize,
    /// Position of row 0 in frames of the recording.
    first_position: f64,
    /// Frames of the recording between rows as given.
    step_frames: f64,
    /// Rows as given in a cell of level 0: a power of two.
    rows_per_cell: usize,
    rows: usize,
    levels: Vec<Vec<f32>>,
    colors: Option<(f32, f32, bool)>,
    /// How many rows there were when the colours were last chosen.
    colors_of: usize,
    /// What each column stands for, where told.
    y_values: Vec<f64>,
}

/// One tile: cells `index · 256 ..` of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileKey {
    /// log₂ of the cells of level 0 in one of its own.
    pub level: u8,
    /// Its place in the row of tiles.
    pub index: usize,
}

/// A tile and where it goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Which.
    pub key: TileKey,
    /// How many cells it has by now, up to [`TILE_CELLS`].
    pub cells: usize,
    /// Left edge in pixels; may lie outside the view.
    pub x: f64,
    /// Width in pixels of all its cells.
    pub width: f64,
}

/// Which columns each row of the picture shows, top down.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// First and one past the last column.
    pub columns: Vec<(usize, usize)>,
    /// The frequency axis, where frequency is spread by its logarithm.
    pub axis: Option<(f64, f64)>,
}

impl Grid {
    /// An empty grid.
    #[must_use]
    pub fn new(columns: usize, first_position: f64, step_frames: f64, y_values: &[f64]) -> Self {
        let kept = columns.clamp(1, MAX_COLUMNS);
        let y_values = if y_values.len() == columns {
            (0..kept).map(|i| y_values[i * columns / kept]).collect()
        } else {
            Vec::new()
        };
        Self {
            columns: kept,
            given_columns: columns.max(1),
            first_position,
            step_frames,
            rows_per_cell: 1,
            levels: vec![Vec::new()],
            y_values,
            ..Self::default()
        }
    }

    /// Rows given so far.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Values in a row as given.
    #[must_use]
    pub fn given_columns(&self) -> usize {
        self.given_columns
    }

    /// Adds rows (row-major) from row `first_row` on. Rows that are there already are left; a gap is filled with nothing.
    pub fn push(&mut self, first_row: usize, values: &[f32]) {
        let given = self.given_columns;
        let skip = self.rows.saturating_sub(first_row);
        // Whatever a wrong index says, no more is made up than is kept.
        let gap = first_row.saturating_sub(self.rows).min(MAX_VALUES);
        for _ in 0..gap {
            self.push_row(&[]);
        }
        for row in values.chunks_exact(given).skip(skip) {
            self.push_row(row);
        }
    }

    fn push_row(&mut self, row: &[f32]) {
        let columns = self.columns;
        let cell = self.rows / self.rows_per_cell;
        if self.levels[0].len() < (cell + 1) * columns {
            if self.levels[0].len() + columns > MAX_VALUES {
                self.halve();
                return self.push_row(row);
            }
            let full = (cell + 1) * columns;
            self.levels[0].resize(full, f32::NAN);
        }
        let at = cell * columns;
        for (column, &value) in row.iter().enumerate() {
            let kept = column * columns / self.given_columns;
            let slot = &mut self.levels[0][at + kept];
            *slot = farther(*slot, value);
        }
        self.rows += 1;
        // What stood above the changed cell is made anew.
        for (level, cells) in self.levels.iter_mut().enumerate().skip(1) {
            cells.truncate((cell >> level) * columns);
        }
    }

    /// Two cells become one.
    fn halve(&mut self) {
        let halved = pooled(&self.levels[0], self.columns, 0);
        self.levels = vec![halved];
        self.rows_per_cell *= 2;
    }

    /// Makes a level and those below it complete.
    fn ensure(&mut self, level: usize) {
        for above in 1..=level {
            if self.levels.len() <= above {
                self.levels.push(Vec::new());
            }
            let done = self.levels[above].len();
            let new = pooled(&self.levels[above - 1], self.columns, done * 2);
            self.levels[above].extend(new);
        }
    }

    /// Chooses what the colours stand for; true if that changed. Done when the rows have doubled, or at the end.
    pub fn choose_colors(&mut self, is_end: bool) -> bool {
        let due = self.colors.is_none() || self.rows >= self.colors_of * 2 || is_end;
        if self.rows == 0 || !due {
            return false;
        }
        self.colors_of = self.rows;
        let values = &self.levels[0];
        let step = values.len().div_ceil(MAX_SAMPLED).max(1);
        let sampled: Vec<f32> = values.iter().step_by(step).copied().collect();
        let colors = Some(color_range(&sampled));
        let changed = colors != self.colors;
        self.colors = colors;
        changed
    }

    /// What the first and the last colour stand for, and whether they follow the logarithm.
    #[must_use]
    pub fn colors(&self) -> (f32, f32, bool) {
        self.colors.unwrap_or((0.0, 1.0, false))
    }

    /// Frames of the recording in a cell of a level.
    fn cell_frames(&self, level: u8) -> f64 {
        self.step_frames * (self.rows_per_cell << level) as f64
    }

    /// The tiles of a view, left to right, at the level whose cells are about a pixel wide.
    #[must_use]
    pub fn placements(&self, view: &Viewport) -> Vec<Placement> {
        let base = self.cell_frames(0);
        if self.rows == 0 || !(base.is_finite() && base > 0.0) {
            return Vec::new();
        }
        let level = (view.frames_per_px() / base)
            .log2()
            .floor()
            .clamp(0.0, 24.0) as u8;
        let cell = self.cell_frames(level);
        let count = (self.rows.div_ceil(self.rows_per_cell)).div_ceil(1 << level);
        let index_from = |position: f64| (position - self.first_position) / cell;
        let first = index_from(view.origin()).floor().max(0.0) as usize / TILE_CELLS;
        let last = index_from(view.origin() + view.span_frames())
            .ceil()
            .max(0.0) as usize;
        let last = last.min(count).div_ceil(TILE_CELLS);
        (first..last)
            .map(|index| {
                let cells = (count - index * TILE_CELLS).min(TILE_CELLS);
                let left = self.first_position + (index * TILE_CELLS) as f64 * cell;
                Placement {
                    key: TileKey { level, index },
                    cells,
                    x: view.px_from_position(left),
                    width: cells as f64 * cell / view.frames_per_px(),
                }
            })
            .collect()
    }

    /// The bytes of a tile, row-major, top row first: 0 for the first colour, 255 for the last. `colors` is as
    /// [`Self::colors`].
    #[must_use]
    pub fn tile(&mut self, key: TileKey, rows: &Rows, colors: (f32, f32, bool)) -> Vec<u8> {
        let level = usize::from(key.level);
        self.ensure(level);
        let columns = self.columns;
        let cells = &self.levels[level];
        let from = (key.index * TILE_CELLS * columns).min(cells.len());
        let to = (from + TILE_CELLS * columns).min(cells.len());
        let cells = &cells[from..to];
        let width = cells.len() / columns;
        let (low, high, is_log) = colors;
        let spread = |value: f32| if is_log { value.max(low).ln() } else { value };
        let (bottom, top) = (spread(low), spread(high));
        let byte = |value: f32| ((spread(value) - bottom) / (top - bottom) * 255.0).round() as u8;
        let mut bytes = Vec::with_capacity(width * rows.columns.len());
        for &(first, end) in &rows.columns {
            for cell in cells.chunks_exact(columns) {
                let value = cell[first..end].iter().copied().fold(f32::NAN, farther);
                // What is no number is shown as the least.
                bytes.push(if value.is_nan() { 0 } else { byte(value) });
            }
        }
        bytes
    }

    /// The value at a position (frames) and a row of the picture.
    #[must_use]
    pub fn value_at(&self, position: f64, columns: (usize, usize)) -> Option<f32> {
        let cell = ((position - self.first_position) / self.cell_frames(0)).floor();
        if cell.is_nan() || cell < 0.0 {
            return None;
        }
        let at = cell as usize * self.columns;
        let cells = self.levels[0].get(at + columns.0..at + columns.1)?;
        let value = cells.iter().copied().fold(f32::NAN, farther);
        (!value.is_nan()).then_some(value)
    }

    /// What a column stands for.
    #[must_use]
    pub fn y_value(&self, column: usize) -> Option<f64> {
        self.y_values.get(column).copied()
    }

    /// Do the columns stand for frequencies? Results do not tell; those that rise past a hundred do, in this house.
    #[must_use]
    pub fn is_hz(&self) -> bool {
        let rises = self.y_values.windows(2).all(|pair| pair[0] < pair[1]);
        rises && self.y_values.last().is_some_and(|&last| last > 100.0)
    }

    /// Which columns the rows of a picture show. Frequencies that lie evenly are spread by their logarithm unless
    /// `linear`; those that are spread already are left.
    #[must_use]
    pub fn rows_of_picture(&self, linear: bool) -> Rows {
        let n = self.columns;
        let y = &self.y_values;
        let is_even = |y: &[f64]| (y[1] - y[0]) * 1.5 > y[n - 1] - y[n - 2];
        if linear || n < 16 || !self.is_hz() || !is_even(y) {
            let count = n.min(MAX_PICTURE_ROWS);
            let columns = (0..count)
                .rev()
                .map(|row| (row * n / count, (row + 1) * n / count))
                .collect();
            return Rows {
                columns,
                axis: None,
            };
        }
        let (low, high) = (y[0].max(y[1] - y[0]), y[n - 1]);
        let count = MAX_PICTURE_ROWS;
        let axis = log_axis((low, high), count as f64);
        let column_of = |row: usize| y.partition_point(|&hz| hz < axis.hz_from_y(row as f64));
        let columns = (0..count).map(|row| {
            let end = column_of(row).clamp(1, n);
            let first = column_of(row + 1).min(end - 1);
            (first, end)
        });
        Rows {
            columns: columns.collect(),
            axis: Some((low, high)),
        }
    }

    /// Texts of the vertical axis: pixels from the top, and what they say.
    #[must_use]
    pub fn ticks(&self, rows: &Rows, height_px: f64, spacing_px: f64) -> Vec<(f64, String)> {
        if let Some(limits) = rows.axis {
            return log_axis(limits, height_px).ticks(spacing_px);
        }
        let axis = Axis::columns(self.columns, &self.y_values, height_px / spacing_px);
        axis.ticks
            .into_iter()
            .map(|(at, text)| ((1.0 - at / axis.high) * height_px, text))
            .filter(|(y, _)| *y >= spacing_px * 0.25 && *y <= height_px - spacing_px * 0.25)
            .collect()
    }
}

fn log_axis((min_hz, max_hz): (f64, f64), height_px: f64) -> FrequencyAxis {
    FrequencyAxis {
        scale: FrequencyScale::Log,
        min_hz,
        max_hz,
        height_px,
    }
}

/// The one farther from zero; numbers before what is none.
fn farther(a: f32, b: f32) -> f32 {
    if a.is_nan() || b.abs() > a.abs() {
        b
    } else {
        a
    }
}

/// Pairs of cells as one, from cell `from` (values) on; a last one without a partner stands for itself.
fn pooled(cells: &[f32], columns: usize, from: usize) -> Vec<f32> {
    let rest = cells.get(from..).unwrap_or_default();
    let mut out = Vec::with_capacity(rest.len() / 2 + columns);
    for pair in rest.chunks(2 * columns) {
        let (a, b) = pair.split_at(columns.min(pair.len()));
        out.extend(
            a.iter()
                .enumerate()
                .map(|(i, &value)| b.get(i).map_or(value, |&other| farther(value, other))),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(columns: usize, rows: &[f32]) -> Grid {
        let mut grid = Grid::new(columns, 0.0, 100.0, &[]);
        grid.push(0, rows);
        grid
    }

    #[test]
    fn the_first_column_is_at_the_bottom() {
        let mut grid = grid(3, &[0.0, 0.5, 1.0, 1.0, 0.5, 0.0]);
        assert!(grid.choose_colors(true));
        let rows = grid.rows_of_picture(false);
        let key = TileKey { level: 0, index: 0 };
        let colors = grid.colors();
        assert_eq!(grid.tile(key, &rows, colors), [255, 0, 128, 128, 0, 255]);
        assert_eq!(grid.value_at(150.0, rows.columns[2]), Some(1.0));
        assert_eq!(
            (grid.value_at(-1.0, (0, 1)), grid.value_at(999.0, (0, 1))),
            (None, None)
        );
    }

    #[test]
    fn rows_that_come_in_parts_make_the_same_picture() {
        let values: Vec<f32> = (0..3000).map(|i| ((i * 7919) % 1000) as f32).collect();
        let mut whole = grid(3, &values);
        let mut parts = grid(3, &[]);
        let rows = whole.rows_of_picture(false);
        let colors = (0.0, 1000.0, false);
        for (n, part) in values.chunks(3 * 70).enumerate() {
            parts.push(n * 70, part);
            // A look at what has come must not spoil what comes.
            let _ = parts.tile(TileKey { level: 4, index: 0 }, &rows, colors);
        }
        for level in 0..6 {
            let key = TileKey { level, index: 0 };
            assert_eq!(
                whole.tile(key, &rows, colors),
                parts.tile(key, &rows, colors),
                "{level}"
            );
        }
        // Told once more, as at the end of a run, they are not there twice.
        parts.push(0, &values);
        assert_eq!(parts.rows(), 1000);
    }

    #[test]
    fn a_long_recording_keeps_its_peaks_in_bounded_memory() {
        let mut grid = grid(12, &[]);
        let mut block = vec![1.0_f32; 12 * 10_000];
        for i in 0..60 {
            block[5] = if i == 30 { 9.0 } else { 1.0 };
            grid.push(i * 10_000, &block);
        }
        assert!(grid.levels[0].len() <= MAX_VALUES);
        let view = Viewport::new(60_000_000, 44_100.0, 1000.0);
        let places = grid.placements(&view);
        assert!(places.len() <= 5, "{places:?}");
        let end = places.last().map_or(0.0, |p| p.x + p.width);
        assert!((end - 1000.0).abs() < 2.0, "{end}");
        let rows = grid.rows_of_picture(false);
        let bright: usize = places
            .iter()
            .map(|p| grid.tile(p.key, &rows, (0.0, 9.0, false)))
            .map(|tile| tile.iter().filter(|&&byte| byte == 255).count())
            .sum();
        assert_eq!(bright, 1);
    }

    #[test]
    fn neighbouring_tiles_meet() {
        let grid = grid(1, &vec![0.5; 5000]);
        for zoom in [1.0, 3.7, 40.0, 900.0] {
            let view = Viewport::new(500_000, 44_100.0, 700.0).zoomed(zoom, 300.0);
            let places = grid.placements(&view);
            assert!(places[0].x <= 0.0);
            for pair in places.windows(2) {
                assert!((pair[0].x + pair[0].width - pair[1].x).abs() < 1e-6);
            }
            let end = places.last().map_or(0.0, |p| p.x + p.width);
            assert!(end >= 699.0, "{zoom} {end}");
            assert!(places.len() < 9);
        }
    }

    #[test]
    fn even_frequencies_are_spread_by_their_logarithm() {
        let hz: Vec<f64> = (0..1025).map(|bin| f64::from(bin) * 21.5).collect();
        let grid = Grid::new(1025, 0.0, 100.0, &hz);
        assert!(grid.is_hz());
        let rows = grid.rows_of_picture(false);
        assert_eq!(rows.columns.len(), 256);
        assert!(rows.columns.iter().all(|(first, end)| first < end));
        assert!(rows.columns.windows(2).all(|pair| pair[0].0 >= pair[1].0));
        assert!(
            rows.columns[0].1 - rows.columns[0].0 > 3 && rows.columns[255].1 <= 3,
            "{rows:?}"
        );
        let texts: Vec<_> = grid
            .ticks(&rows, 200.0, 26.0)
            .into_iter()
            .map(|t| t.1)
            .collect();
        assert!(
            texts.contains(&"1k".to_owned()) && texts.contains(&"100".to_owned()),
            "{texts:?}"
        );
        assert_eq!(grid.rows_of_picture(true).axis, None);
        let semitones: Vec<f64> = (0..96)
            .map(|k| 32.7 * 2_f64.powf(f64::from(k) / 12.0))
            .collect();
        assert_eq!(
            Grid::new(96, 0.0, 1.0, &semitones)
                .rows_of_picture(false)
                .axis,
            None
        );
    }

    #[test]
    fn nonsense_makes_no_picture_and_no_crash() {
        let mut empty = Grid::new(0, f64::NAN, 0.0, &[1.0]);
        empty.push(usize::MAX, &[]);
        empty.push(0, &[f32::NAN, f32::INFINITY]);
        let _ = empty.choose_colors(true);
        assert!(empty.placements(&Viewport::new(100, 1.0, 10.0)).is_empty());
    }
}
