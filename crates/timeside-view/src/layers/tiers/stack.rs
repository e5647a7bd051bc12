//! Lanes one below the other, of which a window is seen.

/// A stack of lanes, scrolled.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stack {
    /// Lower edges from the top of the stack, ascending.
    bottoms_px: Vec<f64>,
    window_px: f64,
    scroll_px: f64,
}

/// A lane in the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// Its place in the stack.
    pub index: usize,
    /// Upper edge in the window; negative where it is scrolled out in part.
    pub top_px: f64,
    /// Height.
    pub height_px: f64,
}

impl Stack {
    /// Lanes of these heights in a window at most `most_px` high, scrolled as far as `scroll_px` where that is possible.
    #[must_use]
    pub fn new(heights_px: impl IntoIterator<Item = f64>, most_px: f64, scroll_px: f64) -> Self {
        let mut at = 0.0;
        let bottoms_px: Vec<f64> = heights_px
            .into_iter()
            .map(|height| {
                at += height.max(0.0);
                at
            })
            .collect();
        let window_px = at.min(most_px.max(0.0));
        Self {
            bottoms_px,
            window_px,
            scroll_px: scroll_px.clamp(0.0, at - window_px),
        }
    }

    /// Height of the window.
    #[must_use]
    pub fn window_px(&self) -> f64 {
        self.window_px
    }

    /// Height of all lanes.
    #[must_use]
    pub fn total_px(&self) -> f64 {
        self.bottoms_px.last().copied().unwrap_or(0.0)
    }

    /// How far it is scrolled.
    #[must_use]
    pub fn scroll_px(&self) -> f64 {
        self.scroll_px
    }

    /// Are there lanes that the window does not show?
    #[must_use]
    pub fn overflows(&self) -> bool {
        self.total_px() > self.window_px
    }

    fn place(&self, index: usize) -> Placed {
        let top = index.checked_sub(1).map_or(0.0, |i| self.bottoms_px[i]);
        Placed {
            index,
            top_px: top - self.scroll_px,
            height_px: self.bottoms_px[index] - top,
        }
    }

    /// The lanes in the window, top down.
    pub fn placed(&self) -> impl Iterator<Item = Placed> {
        let first = self.bottoms_px.partition_point(|b| *b <= self.scroll_px);
        (first..self.bottoms_px.len())
            .map(|index| self.place(index))
            .take_while(|lane| lane.top_px < self.window_px)
            .filter(|lane| lane.height_px > 0.0)
    }

    /// The lane at a height of the window; above is the first, below the last.
    #[must_use]
    pub fn at(&self, y_px: f64) -> Option<Placed> {
        let y = y_px.clamp(0.0, (self.window_px - 1.0).max(0.0)) + self.scroll_px;
        let index = self.bottoms_px.partition_point(|bottom| *bottom <= y);
        (index < self.bottoms_px.len()).then(|| self.place(index))
    }

    /// How far to scroll so that a lane is seen whole.
    #[must_use]
    pub fn revealing(&self, index: usize) -> f64 {
        if index >= self.bottoms_px.len() {
            return self.scroll_px;
        }
        let lane = self.place(index);
        if lane.top_px < 0.0 {
            self.scroll_px + lane.top_px
        } else {
            self.scroll_px + (lane.top_px + lane.height_px - self.window_px).max(0.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_onto_many_lanes() {
        let stack = Stack::new([28.0; 200], 112.0, 42.0);
        let seen: Vec<_> = stack.placed().map(|l| (l.index, l.top_px)).collect();
        assert_eq!(
            seen,
            [(1, -14.0), (2, 14.0), (3, 42.0), (4, 70.0), (5, 98.0)]
        );
        assert_eq!(stack.at(50.0).map(|l| l.index), Some(3));
        assert_eq!(stack.at(-9.0).map(|l| l.index), Some(1));
        assert_eq!((stack.revealing(1), stack.revealing(5)), (28.0, 56.0));
        assert!(stack.overflows());
    }

    #[test]
    fn few_lanes_do_not_scroll() {
        let stack = Stack::new([28.0, 44.0], 500.0, 90.0);
        assert_eq!((stack.window_px(), stack.scroll_px()), (72.0, 0.0));
        assert_eq!(stack.placed().count(), 2);
        assert_eq!(Stack::new([], 500.0, 0.0).at(3.0), None);
    }

    #[test]
    fn a_hidden_lane_takes_no_room() {
        let stack = Stack::new([28.0, 0.0, 28.0], 500.0, 0.0);
        assert_eq!(stack.placed().map(|l| l.index).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(stack.at(30.0).map(|l| l.index), Some(2));
    }
}
