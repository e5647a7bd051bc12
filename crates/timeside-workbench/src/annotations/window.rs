//! Which rows of a long table are on the screen.

/// Of a row, CSS pixels; as in the style sheet. Under a coarse pointer rows are [`COARSE_ROW_PX`] high.
pub(crate) const ROW_PX: f64 = 28.0;
/// Of a row for fingers.
pub(crate) const COARSE_ROW_PX: f64 = 44.0;

/// Browsers lose precision, then give up, on elements higher than this.
const HIGHEST_PX: f64 = 8_000_000.0;

/// What a scroll position shows of `rows` rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    /// The first row drawn.
    pub(crate) first: usize,
    /// How many.
    pub(crate) count: usize,
    /// Of the whole scrolled content, CSS pixels.
    pub(crate) height_px: f64,
    /// What a row's own place (`row · row_px`) is moved up by: zero until the table is higher than browsers can.
    pub(crate) lifted_px: f64,
}

/// The rows that `view_px` CSS pixels show at a scroll position.
pub(crate) fn visible(scroll_px: f64, view_px: f64, rows: usize, row_px: f64) -> Window {
    let real_px = rows as f64 * row_px;
    let height_px = real_px.min(HIGHEST_PX);
    // A table that is too high scrolls faster than the finger, so that its ends stay in reach.
    let room_px = (height_px - view_px).max(0.0);
    let share = if room_px > 0.0 {
        (scroll_px / room_px).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let lifted_px = share * (real_px - height_px);
    let top_px = scroll_px.clamp(0.0, room_px) + lifted_px;
    let first = ((top_px / row_px).floor() as usize).min(rows);
    let count = ((view_px / row_px).ceil() as usize + 1).min(rows - first);
    Window {
        first,
        count,
        height_px,
        lifted_px,
    }
}

/// Where to scroll so that `row` is whole on the screen; `None` if it is already.
pub(crate) fn scroll_to(
    row: usize,
    scroll_px: f64,
    view_px: f64,
    rows: usize,
    row_px: f64,
) -> Option<f64> {
    let window = visible(scroll_px, view_px, rows, row_px);
    let top_px = row as f64 * row_px;
    let shown_px = scroll_px + window.lifted_px;
    let wanted_px = if top_px < shown_px {
        top_px
    } else if top_px + row_px > shown_px + view_px {
        top_px + row_px - view_px
    } else {
        return None;
    };
    let real_room = (rows as f64 * row_px - view_px).max(1.0);
    let room = (window.height_px - view_px).max(0.0);
    Some(if window.height_px < HIGHEST_PX {
        wanted_px
    } else {
        wanted_px / real_room * room
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_seen_is_drawn() {
        let at = |scroll| visible(scroll, 280.0, 100_000, ROW_PX);
        assert_eq!((at(0.0).first, at(0.0).count), (0, 11));
        assert_eq!(at(28.0 * 500.5).first, 500);
        let end = at(1e12);
        assert_eq!(end.first + end.count, 100_000);
        assert_eq!(visible(0.0, 280.0, 0, ROW_PX).count, 0);
        assert_eq!(visible(0.0, 280.0, 3, ROW_PX).count, 3);
    }

    #[test]
    fn a_table_higher_than_a_browser_can_still_shows_its_ends() {
        let rows = 5_000_000;
        let first = visible(0.0, 280.0, rows, ROW_PX);
        let last = visible(first.height_px - 280.0, 280.0, rows, ROW_PX);
        assert_eq!(first.first, 0);
        assert_eq!(last.first + last.count, rows);
    }

    #[test]
    fn a_row_is_scrolled_to_only_as_far_as_needed() {
        assert_eq!(scroll_to(5, 0.0, 280.0, 100, ROW_PX), None);
        assert_eq!(scroll_to(10, 0.0, 280.0, 100, ROW_PX), Some(28.0));
        assert_eq!(scroll_to(2, 280.0, 280.0, 100, ROW_PX), Some(56.0));
        let rows = 5_000_000;
        let scroll = scroll_to(rows / 2, 0.0, 280.0, rows, ROW_PX).unwrap_or(0.0);
        let shown = visible(scroll, 280.0, rows, ROW_PX);
        assert!((shown.first..shown.first + shown.count).contains(&(rows / 2)));
    }
}
