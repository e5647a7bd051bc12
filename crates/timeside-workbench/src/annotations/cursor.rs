//! Where one stands in the grid, and how keys move there.

/// A cell, and the other corner of the range that is marked from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Row in the present order.
    pub(crate) row: usize,
    /// Shown column.
    pub(crate) column: usize,
    /// The corner that stays while shift is held.
    pub(crate) anchor: (usize, usize),
}

/// How many cells there are, and how many rows a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Rows.
    pub(crate) rows: usize,
    /// Shown columns.
    pub(crate) columns: usize,
    /// Whole rows on the screen.
    pub(crate) page: usize,
}

/// A key that moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// One column left.
    Left,
    /// One column right.
    Right,
    /// To the row's first cell.
    RowStart,
    /// To the row's last cell.
    RowEnd,
    /// To the first cell of all.
    First,
    /// To the last cell of all.
    Last,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// To the next cell, from the last of a row to the first of the next one.
    Next,
    /// The other way round.
    Previous,
}

impl Cursor {
    /// On one cell.
    pub(crate) fn at(row: usize, column: usize) -> Self {
        Self {
            row,
            column,
            anchor: (row, column),
        }
    }

    /// After a move; `extend` keeps the anchor.
    #[must_use]
    pub(crate) fn moved(self, how: Move, extent: Extent, extend: bool) -> Self {
        let (last_row, last_column) = (
            extent.rows.saturating_sub(1),
            extent.columns.saturating_sub(1),
        );
        let page = extent.page.max(1);
        let (row, column) = (self.row, self.column);
        let (row, column) = match how {
            Move::Up => (row.saturating_sub(1), column),
            Move::Down => (row + 1, column),
            Move::Left => (row, column.saturating_sub(1)),
            Move::Right => (row, column + 1),
            Move::RowStart => (row, 0),
            Move::RowEnd => (row, last_column),
            Move::First => (0, 0),
            Move::Last => (last_row, last_column),
            Move::PageUp => (row.saturating_sub(page), column),
            Move::PageDown => (row + page, column),
            Move::Next if column < last_column => (row, column + 1),
            Move::Next if row < last_row => (row + 1, 0),
            Move::Previous if column > 0 => (row, column - 1),
            Move::Previous if row > 0 => (row - 1, last_column),
            Move::Next | Move::Previous => (row, column),
        };
        let (row, column) = (row.min(last_row), column.min(last_column));
        let anchor = if extend { self.anchor } else { (row, column) };
        Self {
            row,
            column,
            anchor,
        }
    }

    /// Rows of the range, first to last.
    pub(crate) fn rows(self) -> std::ops::RangeInclusive<usize> {
        self.row.min(self.anchor.0)..=self.row.max(self.anchor.0)
    }

    /// Columns of the range, first to last.
    pub(crate) fn columns(self) -> std::ops::RangeInclusive<usize> {
        self.column.min(self.anchor.1)..=self.column.max(self.anchor.1)
    }

    /// Is a cell in the range?
    pub(crate) fn covers(self, row: usize, column: usize) -> bool {
        self.rows().contains(&row) && self.columns().contains(&column)
    }

    /// The same place in a smaller or larger table.
    #[must_use]
    pub(crate) fn within(self, extent: Extent) -> Self {
        let row = |row: usize| row.min(extent.rows.saturating_sub(1));
        let column = |column: usize| column.min(extent.columns.saturating_sub(1));
        Self {
            row: row(self.row),
            column: column(self.column),
            anchor: (row(self.anchor.0), column(self.anchor.1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTENT: Extent = Extent {
        rows: 20,
        columns: 4,
        page: 8,
    };

    #[test]
    fn moves_stay_inside() {
        let corner = Cursor::at(0, 0);
        assert_eq!(corner.moved(Move::Up, EXTENT, false), corner);
        assert_eq!(corner.moved(Move::Left, EXTENT, false), corner);
        assert_eq!(corner.moved(Move::Previous, EXTENT, false), corner);
        assert_eq!(
            corner.moved(Move::PageDown, EXTENT, false),
            Cursor::at(8, 0)
        );
        let end = Cursor::at(19, 3);
        for how in [
            Move::Down,
            Move::Right,
            Move::Next,
            Move::PageDown,
            Move::Last,
        ] {
            assert_eq!(end.moved(how, EXTENT, false), end, "{how:?}");
        }
        let empty = Extent { rows: 0, ..EXTENT };
        assert_eq!(corner.moved(Move::Down, empty, false), corner);
    }

    #[test]
    fn next_goes_to_the_row_below_at_the_end_of_a_row() {
        assert_eq!(
            Cursor::at(2, 3).moved(Move::Next, EXTENT, false),
            Cursor::at(3, 0)
        );
        assert_eq!(
            Cursor::at(3, 0).moved(Move::Previous, EXTENT, false),
            Cursor::at(2, 3)
        );
    }

    #[test]
    fn shift_marks_a_range() {
        let marked = Cursor::at(5, 2)
            .moved(Move::Up, EXTENT, true)
            .moved(Move::Left, EXTENT, true);
        assert_eq!((marked.rows(), marked.columns()), (4..=5, 1..=2));
        assert!(marked.covers(5, 1) && !marked.covers(6, 1));
        let smaller = marked.within(Extent { rows: 3, ..EXTENT });
        assert_eq!(smaller.rows(), 2..=2);
    }
}
