//! Sub-rows for marks that overlap.

/// A lane has no more sub-rows; what overlaps deeper lies over others in the last one.
pub const MAX_ROWS: u8 = 6;

/// The sub-row of each mark of a tier: the first that is free, so that it is the same at every zoom and pan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    of: Vec<u8>,
    depth: u8,
}

impl Rows {
    /// Of marks `(start, end)` in frames, in the order of their starts.
    #[must_use]
    pub fn of(marks: impl IntoIterator<Item = (i64, i64)>) -> Self {
        let mut ends = [i64::MIN; MAX_ROWS as usize];
        let mut depth = 1;
        let of = marks
            .into_iter()
            .map(|(start, end)| {
                let free = ends.iter().position(|until| *until <= start);
                let row = free.unwrap_or(ends.len() - 1);
                ends[row] = ends[row].max(end.max(start + 1));
                depth = depth.max(row as u8 + 1);
                row as u8
            })
            .collect();
        Self { of, depth }
    }

    /// Of the mark at this place in the order.
    #[must_use]
    pub fn row(&self, index: usize) -> u8 {
        self.of.get(index).copied().unwrap_or(0)
    }

    /// How many sub-rows there are, at least 1.
    #[must_use]
    pub fn depth(&self) -> u8 {
        self.depth.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_stands_apart_and_what_touches_does_not() {
        let rows = Rows::of([(0, 10), (5, 20), (10, 30), (12, 14), (20, 21)]);
        assert_eq!(
            (0..5).map(|i| rows.row(i)).collect::<Vec<_>>(),
            [0, 1, 0, 2, 1]
        );
        assert_eq!(rows.depth(), 3);
        assert_eq!(Rows::of([]).depth(), 1);
    }

    #[test]
    fn the_depth_is_bounded() {
        let rows = Rows::of((0..100).map(|i| (i, 1000)));
        assert_eq!(rows.depth(), MAX_ROWS);
        assert_eq!(rows.row(99), MAX_ROWS - 1);
    }
}
