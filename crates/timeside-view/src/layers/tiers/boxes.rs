//! Boxes in time and frequency, over a spectrogram.

use super::Grip;
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

/// An edge of a box in frequency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HzEdge {
    /// The lower frequency.
    Low,
    /// The higher frequency.
    High,
}

/// A box under the pointer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoxHit<K> {
    /// [`BoxArea::key`].
    pub key: K,
    /// What of it would be taken in time.
    pub grip: Grip,
    /// The edge that would be taken in frequency; with one in time it is a corner.
    pub hz_edge: Option<HzEdge>,
}

/// What a pointer at `x`, `y` takes of these boxes: of `preferred` (what is selected) before any other, else of the
/// smallest, so that a box within another can be taken. An edge is taken within `reach_px` of it, and a box keeps its
/// middle third for itself.
pub fn box_at<K: Copy + PartialEq>(
    areas: &[BoxArea<K>],
    x: f64,
    y: f64,
    reach_px: f64,
    preferred: Option<K>,
) -> Option<BoxHit<K>> {
    let near = |area: &&BoxArea<K>| {
        x >= area.left_px - reach_px
            && x <= area.right_px + reach_px
            && y >= area.top_px - reach_px
            && y <= area.bottom_px + reach_px
    };
    let size = |area: &BoxArea<K>| (area.right_px - area.left_px) * (area.bottom_px - area.top_px);
    let chosen = areas
        .iter()
        .filter(near)
        .find(|area| Some(area.key) == preferred);
    let area = chosen.or_else(|| {
        let all = areas.iter().filter(near);
        all.min_by(|a, b| size(a).total_cmp(&size(b)))
    })?;
    let edge = |at: f64, low: f64, high: f64| {
        let inner = reach_px.min((high - low) / 3.0);
        (at < low + inner, at > high - inner)
    };
    Some(BoxHit {
        key: area.key,
        grip: match edge(x, area.left_px, area.right_px) {
            (true, _) => Grip::Start,
            (_, true) => Grip::End,
            _ => Grip::Body,
        },
        hz_edge: match edge(y, area.top_px, area.bottom_px) {
            (true, _) => Some(HzEdge::High),
            (_, true) => Some(HzEdge::Low),
            _ => None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(key: u32, left_px: f64, right_px: f64, top_px: f64, bottom_px: f64) -> BoxArea<u32> {
        BoxArea {
            key,
            left_px,
            right_px,
            top_px,
            bottom_px,
        }
    }

    #[test]
    fn edges_corners_and_boxes_within_boxes() {
        let areas = [
            area(1, 100.0, 300.0, 50.0, 150.0),
            area(2, 150.0, 200.0, 80.0, 120.0),
        ];
        let at = |x, y| box_at(&areas, x, y, 5.0, None).map(|h| (h.key, h.grip, h.hz_edge));
        assert_eq!(at(250.0, 100.0), Some((1, Grip::Body, None)));
        assert_eq!(at(98.0, 100.0), Some((1, Grip::Start, None)));
        assert_eq!(at(302.0, 100.0), Some((1, Grip::End, None)));
        assert_eq!(at(250.0, 47.0), Some((1, Grip::Body, Some(HzEdge::High))));
        assert_eq!(at(301.0, 149.0), Some((1, Grip::End, Some(HzEdge::Low))));
        assert_eq!(
            at(175.0, 100.0),
            Some((2, Grip::Body, None)),
            "the inner one"
        );
        assert_eq!(at(20.0, 20.0), None);
        let chosen = box_at(&areas, 175.0, 100.0, 5.0, Some(1));
        assert_eq!(chosen.map(|hit| hit.key), Some(1), "what is selected");
    }

    #[test]
    fn a_small_box_can_be_moved() {
        let areas = [area(1, 100.0, 106.0, 50.0, 56.0)];
        let hit = box_at(&areas, 103.0, 53.0, 22.0, None);
        assert_eq!(
            hit,
            Some(BoxHit {
                key: 1,
                grip: Grip::Body,
                hz_edge: None
            })
        );
    }
}
