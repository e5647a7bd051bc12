//! The overview: the whole recording, and the window of the view upon it.

use crate::viewport::Viewport;

/// The least width of the window's handle, so that a finger can still take it at a deep zoom.
pub const MIN_WINDOW_PX: f64 = 10.0;

/// The window of the view upon an overview `width_px` wide: its left edge and width in pixels.
#[must_use]
pub fn window(view: &Viewport, width_px: f64) -> (f64, f64) {
    let px_per_frame = width_px / view.total_frames() as f64;
    let width = (view.span_frames() * px_per_frame).clamp(MIN_WINDOW_PX.min(width_px), width_px);
    let centre = (view.origin() + view.span_frames() / 2.0) * px_per_frame;
    ((centre - width / 2.0).clamp(0.0, width_px - width), width)
}

/// The view after its window has been dragged by `dx_px` on an overview `width_px` wide.
#[must_use]
pub fn dragged(view: &Viewport, width_px: f64, dx_px: f64) -> Viewport {
    view.starting_at(view.origin() + dx_px / width_px.max(1.0) * view.total_frames() as f64)
}

/// The frame under a pixel of the overview.
#[must_use]
pub fn frame_from_px(view: &Viewport, width_px: f64, px: f64) -> i64 {
    let total = view.total_frames();
    ((px / width_px.max(1.0) * total as f64).round() as i64).clamp(0, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_where_the_view_is() {
        let view = Viewport::new(1000, 10.0, 100.0).showing(250.0, 500.0);
        assert_eq!(window(&view, 400.0), (100.0, 100.0));
        assert_eq!(dragged(&view, 400.0, 40.0).origin(), 350.0);
        assert_eq!(dragged(&view, 400.0, 9e9).end_frame(), 1000);
        assert_eq!(frame_from_px(&view, 400.0, 200.0), 500);
    }

    #[test]
    fn a_deep_zoom_leaves_something_to_grab_inside_the_overview() {
        let view = Viewport::new(100_000_000, 44_100.0, 800.0);
        for at in [0.0, 0.5e8, 1e8] {
            let (left, width) = window(&view.showing(at, at + 10.0), 800.0);
            assert!(width >= MIN_WINDOW_PX && left >= 0.0 && left + width <= 800.0);
        }
    }
}
