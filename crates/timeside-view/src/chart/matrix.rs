//! Many values per frame as a picture whose colours are the values.

use crate::histogram::number;

/// Cells that are kept at most, so that a long recording costs no more than a screen.
const MAX_ROWS: usize = 2048;
const MAX_COLUMNS: usize = 512;
/// Differences of values must stay finite.
const LARGEST: f32 = 1e30;
/// Magnitudes that spread further than this are shown by their logarithm, over so many decades.
const WIDE: f32 = 50.0;
const DECADES: f32 = 4.0;

/// A matrix reduced to what can be seen, with a byte for each cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Cells left to right: time.
    pub width: usize,
    /// Cells bottom to top.
    pub height: usize,
    /// `cells[y * width + x]`, the top row first; 0 is `low`, 255 is `high`.
    pub cells: Vec<u8>,
    /// What the first colour stands for, and all below it.
    pub low: f32,
    /// What the last colour stands for, and all above it.
    pub high: f32,
    /// Do colours follow the logarithm?
    pub is_log: bool,
    /// Columns of the result: several may share a cell.
    pub columns_before: usize,
}

impl Matrix {
    /// Reduces row-major values. Where several values share a cell, the one farthest from zero is seen.
    #[must_use]
    pub fn of(values: &[f32], columns: usize) -> Self {
        let rows = values.len() / columns.max(1);
        let (width, height) = (rows.clamp(1, MAX_ROWS), columns.clamp(1, MAX_COLUMNS));
        let mut cells = vec![f32::NAN; width * height];
        for (row, line) in values.chunks_exact(columns.max(1)).enumerate() {
            let x = row * width / rows;
            for (column, &value) in line.iter().enumerate() {
                let y = height - 1 - column * height / columns;
                let cell = &mut cells[y * width + x];
                let value = value.clamp(-LARGEST, LARGEST);
                if cell.is_nan() || cell.abs() < value.abs() {
                    *cell = value;
                }
            }
        }
        let (low, high, is_log) = color_range(&cells);
        let spread = |value: f32| if is_log { value.max(low).ln() } else { value };
        let (from, to) = (spread(low), spread(high));
        let byte = |value: f32| ((spread(value) - from) / (to - from) * 255.0).round() as u8;
        // What is no number is shown as the least.
        let cells = cells
            .iter()
            .map(|&cell| if cell.is_nan() { 0 } else { byte(cell) })
            .collect();
        Self {
            width,
            height,
            cells,
            low,
            high,
            is_log,
            columns_before: columns,
        }
    }

    /// What the colours stand for.
    #[must_use]
    pub fn caption(&self, unit: &str) -> String {
        let (low, high) = (number(f64::from(self.low)), number(f64::from(self.high)));
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!("\u{202f}{unit}")
        };
        let scale = if self.is_log { ", logarithmic" } else { "" };
        format!("colour: {low} to {high}{unit}{scale}")
    }
}

/// What both ends of the colours stand for, and whether they follow the logarithm.
pub(crate) fn color_range(cells: &[f32]) -> (f32, f32, bool) {
    let mut sorted: Vec<f32> = cells
        .iter()
        .copied()
        .filter(|cell| cell.is_finite())
        .map(|cell| cell.clamp(-LARGEST, LARGEST))
        .collect();
    if sorted.is_empty() {
        return (0.0, 1.0, false);
    }
    sorted.sort_unstable_by(f32::total_cmp);
    let at = |share: f32| sorted[((sorted.len() - 1) as f32 * share) as usize];
    let (min, max) = (at(0.0), at(1.0));
    if min >= 0.0 && max > 0.0 {
        let is_log = at(0.5) * WIDE < max;
        return (
            if is_log {
                max / 10_f32.powf(DECADES)
            } else {
                0.0
            },
            max,
            is_log,
        );
    }
    // A few cells far from all others (a first coefficient) must not take all colours.
    let (low, high) = (at(0.1), at(0.9));
    let room = (high - low) * 0.5;
    let (low, high) = ((low - room).max(min), (high + room).min(max));
    if high - low > 0.0 && (high - low).is_finite() {
        (low, high, false)
    } else {
        (max - max.abs().max(1.0) * 0.1, max, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_column_is_at_the_bottom() {
        let matrix = Matrix::of(&[0.0, 0.5, 1.0, 1.0, 0.5, 0.0], 3);
        assert_eq!((matrix.width, matrix.height), (2, 3));
        assert_eq!(matrix.cells, [255, 0, 128, 128, 0, 255]);
        assert!(!matrix.is_log);
    }

    #[test]
    fn wide_magnitudes_are_logarithmic() {
        let mut values = vec![0.001_f32; 100];
        values[7] = 10.0;
        let matrix = Matrix::of(&values, 10);
        assert!(matrix.is_log && (matrix.low - 0.001).abs() < 1e-9);
        assert_eq!(
            matrix.caption("a.u."),
            "colour: 0.001 to 10\u{202f}a.u., logarithmic"
        );
        assert_eq!(matrix.cells.iter().filter(|&&cell| cell == 255).count(), 1);
    }

    #[test]
    fn a_long_recording_keeps_its_peaks() {
        let mut values = vec![1.0_f32; 100_000 * 9];
        values[50_000 * 9 + 4] = 3.0;
        let matrix = Matrix::of(&values, 9);
        assert_eq!((matrix.width, matrix.height), (2048, 9));
        assert_eq!(matrix.cells[4 * 2048 + 1024], 255);
    }

    #[test]
    fn one_loud_coefficient_leaves_the_others_their_colours() {
        let values: Vec<f32> = (0..1300)
            .map(|i| {
                if i % 13 == 0 {
                    -500.0
                } else {
                    (i % 17) as f32 - 8.0
                }
            })
            .collect();
        let matrix = Matrix::of(&values, 13);
        assert!(
            matrix.low > -30.0 && matrix.high <= 8.0,
            "{} {}",
            matrix.low,
            matrix.high
        );
    }

    #[test]
    fn odd_numbers_make_a_matrix_too() {
        for value in [f32::NAN, f32::INFINITY, f32::MAX, -f32::MAX, 0.0, -1.0] {
            let matrix = Matrix::of(&[value; 18], 9);
            assert!(matrix.low < matrix.high, "{value}");
            assert_eq!(matrix.cells.len(), 18);
        }
    }
}
