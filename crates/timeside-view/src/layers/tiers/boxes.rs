//! Boxes in time and frequency, over a spectrogram.

use crate::{FrequencyAxis, viewport::Viewport};

/// A box on the screen, in pixels; it may reach out of the view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoxArea<K> {
    /// Names it for whoever paints and hits.
    pub key: K,
    /// Left edge.
    pub left_px: f64,
    /// Right edge.
    pub right_px: f64,
    /// Upper edge: the higher frequency.
    pub top_px: f64,
    /// Lower edge.
    pub bottom_px: f64,
}

/// The boxes `(key, start, end, low_hz, high_hz)` that are seen by themselves: wider than `least_px` and in the view.
/// Frequencies outside the axis stand at its edge.
pub fn boxes<K: Copy>(
    marks: impl IntoIterator<Item = (K, i64, i64, f64, f64)>,
    view: &Viewport,
    axis: &FrequencyAxis,
    least_px: f64,
    out: &mut Vec<BoxArea<K>>,
) {
    out.clear();
    for (key, start, end, low_hz, high_hz) in marks {
        let (left_px, right_px) = (view.px_from_frame(start), view.px_from_frame(end));
        if right_px < 0.0 || left_px > view.width_px() || right_px - left_px < least_px {
            continue;
        }
        let y = |hz: f64| axis.y_from_hz(hz.clamp(axis.min_hz, axis.max_hz));
        out.push(BoxArea {
            key,
            left_px,
            right_px,
            top_px: y(high_hz),
            bottom_px: y(low_hz),
        });
    }
}
