//! One tier's marks as bars, flags and strips.

use crate::viewport::Viewport;

/// What a tier's marks look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// Bars, in sub-rows where they overlap.
    #[default]
    Bars,
    /// Flags at moments.
    Flags,
    /// Bars whose height in the lane is their value.
    Notes,
    /// Bars as high as the lane, for text in lines.
    Text,
}

/// One annotation, as far as its place is concerned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark<K> {
    /// Names it for whoever paints and hits.
    pub key: K,
    /// Frame.
    pub start: i64,
    /// Frame; equal to `start` for a moment.
    pub end: i64,
    /// Its sub-row, as [`super::Rows`] gave it.
    pub row: u8,
    /// Its height in a lane of notes; NaN where it has none.
    pub value: f32,
}

/// Where a tier is drawn. In pixels of the plan's viewport.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lane {
    /// What its marks look like.
    pub shape: Shape,
    /// Sub-rows, at least 1.
    pub rows: u8,
    /// Upper edge.
    pub top_px: f64,
    /// Height.
    pub height_px: f64,
    /// Free room above and below the marks.
    pub margin_px: f64,
    /// What is narrower merges into strips.
    pub merge_px: f64,
    /// The values at the lane's lower and upper edge, for notes.
    pub values: (f32, f32),
}

/// A mark that is seen by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar<K> {
    /// [`Mark::key`].
    pub key: K,
    /// Left edge; may lie outside the view.
    pub left_px: f64,
    /// Right edge; of a flag as far as its text may go.
    pub right_px: f64,
    /// Upper edge.
    pub top_px: f64,
    /// Height.
    pub height_px: f64,
    /// Is it a moment, with its stem at the left edge?
    pub is_point: bool,
}

impl<K> Bar<K> {
    /// Where a text begins: at the bar's left edge, or at the view's when that lies further right.
    #[must_use]
    pub fn text_left_px(&self) -> f64 {
        self.left_px.max(0.0)
    }

    /// Room for a text inside the view.
    #[must_use]
    pub fn text_room_px(&self, view: &Viewport) -> f64 {
        self.right_px.min(view.width_px()) - self.text_left_px()
    }
}

/// Marks too narrow to be told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strip {
    /// Left edge, a whole pixel.
    pub left_px: f64,
    /// Width in whole pixels.
    pub width_px: f64,
    /// How many marks lie under each pixel: 1 is one, 2 is up to four, 3 is more.
    pub level: u8,
}

/// What to draw of one tier. Made once and filled again for every view, so that a step of zooming allocates nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan<K> {
    /// Left to right.
    pub bars: Vec<Bar<K>>,
    /// Left to right.
    pub strips: Vec<Strip>,
}

impl<K> Default for Plan<K> {
    fn default() -> Self {
        Self {
            bars: Vec::new(),
            strips: Vec::new(),
        }
    }
}

/// The widest text beside a flag, in heights of its lane: what is longer is cut.
const FLAG_HEIGHTS: f64 = 8.0;
/// Of the lane's height, a note's bar.
const NOTE_HEIGHT: f64 = 0.16;

impl<K: Copy> Plan<K> {
    /// Plans the marks that lie in the view; `marks` come in the order of their starts.
    pub fn fill(&mut self, lane: &Lane, view: &Viewport, marks: impl IntoIterator<Item = Mark<K>>) {
        self.bars.clear();
        self.strips.clear();
        let mut column = Column::default();
        // Flags give way to each other: a moment is seen by itself when its neighbour leaves it room.
        let mut waiting: Option<Mark<K>> = None;
        let mut before_px = f64::NEG_INFINITY;
        for mark in marks {
            let (left, right) = (view.px_from_frame(mark.start), view.px_from_frame(mark.end));
            if right < 0.0 && mark.end > mark.start {
                continue;
            }
            if left > view.width_px() {
                break;
            }
            if mark.end > mark.start && lane.shape != Shape::Flags {
                if right - left >= lane.merge_px {
                    self.bars.push(bar(lane, &mark, left, right));
                } else {
                    column.count(left, right, &mut self.strips);
                }
                continue;
            }
            if let Some(last) = waiting.replace(mark) {
                let at = view.px_from_frame(last.start);
                self.flag(lane, &last, at, before_px, left, &mut column);
                before_px = at;
            }
        }
        if let Some(last) = waiting {
            let at = view.px_from_frame(last.start);
            self.flag(lane, &last, at, before_px, f64::INFINITY, &mut column);
        }
        column.close(&mut self.strips);
    }

    fn flag(
        &mut self,
        lane: &Lane,
        mark: &Mark<K>,
        at: f64,
        before: f64,
        next: f64,
        column: &mut Column,
    ) {
        // Its text ends where the next begins.
        if next < 0.0 {
            return;
        }
        if at - before < lane.merge_px || next - at < lane.merge_px {
            column.count(at, at, &mut self.strips);
        } else {
            let right = next.min(at + FLAG_HEIGHTS * lane.height_px);
            self.bars.push(Bar {
                is_point: true,
                ..bar(lane, mark, at, right)
            });
        }
    }
}

fn bar<K: Copy>(lane: &Lane, mark: &Mark<K>, left_px: f64, right_px: f64) -> Bar<K> {
    let room = (lane.height_px - 2.0 * lane.margin_px).max(1.0);
    let (top_px, height_px) = match lane.shape {
        Shape::Bars | Shape::Flags => {
            let rows = f64::from(lane.rows.max(1));
            let row = f64::from(mark.row.min(lane.rows.saturating_sub(1)));
            // A gap between sub-rows, not under the last one.
            let gap = if lane.rows > 1 { room * 0.04 } else { 0.0 };
            (row * room / rows, room / rows - gap)
        }
        Shape::Text => (0.0, room),
        Shape::Notes => {
            let (low, high) = lane.values;
            let height = (room * NOTE_HEIGHT).max(3.0).min(room);
            let share = f64::from((mark.value - low) / (high - low));
            let share = if share.is_finite() {
                share.clamp(0.0, 1.0)
            } else {
                0.5
            };
            ((1.0 - share) * (room - height), height)
        }
    };
    Bar {
        key: mark.key,
        left_px,
        right_px,
        top_px: lane.top_px + lane.margin_px + top_px,
        height_px,
        is_point: false,
    }
}

/// The column of pixels being counted.
#[derive(Debug, Clone, Copy, Default)]
struct Column {
    at: f64,
    width: f64,
    marks: u32,
}

impl Column {
    fn count(&mut self, left: f64, right: f64, strips: &mut Vec<Strip>) {
        let left = left.floor();
        if self.marks > 0 && left < self.at + self.width {
            self.marks += 1;
            return;
        }
        self.close(strips);
        *self = Self {
            at: left,
            width: (right.ceil() - left).max(1.0),
            marks: 1,
        };
    }

    fn close(&mut self, strips: &mut Vec<Strip>) {
        let level = match self.marks {
            0 => return,
            1 => 1,
            2..=4 => 2,
            _ => 3,
        };
        let (at, width) = (self.at, self.width);
        self.marks = 0;
        match strips.last_mut() {
            Some(last) if last.level == level && last.left_px + last.width_px >= at => {
                last.width_px = last.width_px.max(at + width - last.left_px);
            }
            _ => strips.push(Strip {
                left_px: at,
                width_px: width,
                level,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANE: Lane = Lane {
        shape: Shape::Bars,
        rows: 1,
        top_px: 100.0,
        height_px: 28.0,
        margin_px: 2.0,
        merge_px: 2.0,
        values: (0.0, 127.0),
    };

    fn mark(key: u32, start: i64, end: i64) -> Mark<u32> {
        Mark {
            key,
            start,
            end,
            row: 0,
            value: f32::NAN,
        }
    }

    /// A plan as a line per bar and strip: key, extent, row's top and height, `|` for a moment.
    fn golden(lane: &Lane, view: &Viewport, marks: &[Mark<u32>]) -> String {
        let mut plan = Plan::default();
        plan.fill(lane, view, marks.iter().copied());
        let bars = plan.bars.iter().map(|b| {
            let kind = if b.is_point { "|" } else { "=" };
            format!(
                "{}{kind} {:.1}..{:.1} at {:.1} high {:.1}",
                b.key, b.left_px, b.right_px, b.top_px, b.height_px
            )
        });
        let strips = plan
            .strips
            .iter()
            .map(|s| format!("# {}+{} level {}", s.left_px, s.width_px, s.level));
        bars.chain(strips).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn bars_keep_their_place_and_narrow_ones_merge() {
        let view = Viewport::new(1000, 100.0, 100.0);
        let marks = [
            mark(1, 0, 200),
            mark(2, 300, 305),
            mark(3, 306, 309),
            mark(4, 310, 312),
            mark(5, 900, 1200),
        ];
        assert_eq!(
            golden(&LANE, &view, &marks),
            "1= 0.0..20.0 at 102.0 high 24.0\n\
             5= 90.0..120.0 at 102.0 high 24.0\n\
             # 30+1 level 2\n\
             # 31+1 level 1"
        );
    }

    #[test]
    fn overlapping_bars_share_the_height() {
        let view = Viewport::new(100, 100.0, 100.0);
        let lane = Lane {
            rows: 2,
            height_px: 54.0,
            ..LANE
        };
        let below = Mark {
            row: 1,
            ..mark(2, 20, 60)
        };
        assert_eq!(
            golden(&lane, &view, &[mark(1, 0, 50), below]),
            "1= 0.0..50.0 at 102.0 high 23.0\n2= 20.0..60.0 at 127.0 high 23.0"
        );
    }

    #[test]
    fn flags_have_room_until_the_next_and_crowds_merge() {
        let view = Viewport::new(1000, 100.0, 1000.0);
        let lane = Lane {
            shape: Shape::Flags,
            ..LANE
        };
        let at = [10, 40, 700, 701, 702, 990];
        let marks: Vec<_> = (0..).zip(at).map(|(k, at)| mark(k, at, at)).collect();
        assert_eq!(
            golden(&lane, &view, &marks),
            "0| 10.0..40.0 at 102.0 high 24.0\n\
             1| 40.0..264.0 at 102.0 high 24.0\n\
             5| 990.0..1214.0 at 102.0 high 24.0\n\
             # 700+3 level 1"
        );
    }

    #[test]
    fn notes_stand_as_high_as_their_value() {
        let view = Viewport::new(100, 100.0, 100.0);
        let lane = Lane {
            shape: Shape::Notes,
            values: (60.0, 72.0),
            ..LANE
        };
        let note = |value| Mark {
            value,
            ..mark(1, 0, 50)
        };
        let top = |value| {
            let mut plan = Plan::default();
            plan.fill(&lane, &view, [note(value)]);
            plan.bars[0].top_px
        };
        assert!(top(72.0) < top(66.0) && top(66.0) < top(60.0));
        assert_eq!(top(72.0), 102.0);
        assert_eq!(top(f32::NAN), top(66.0));
    }

    #[test]
    fn a_hundred_thousand_marks_cost_what_the_pixels_cost() {
        let total = 3 * 3600 * 44_100_i64;
        let view = Viewport::new(total, 44_100.0, 1280.0);
        let per_tier = 12_500;
        let step = total / per_tier;
        let mut plan = Plan::default();
        for zoom in [1.0, 3.0, 20.0, 400.0, 1e6] {
            let view = view.zoomed(zoom, 640.0);
            let mut pieces = 0;
            for tier in 0..8 {
                let shape = if tier == 7 { Shape::Flags } else { Shape::Bars };
                let marks = (0..per_tier).map(|i| {
                    let end = if tier == 7 { i * step } else { (i + 1) * step };
                    mark(i as u32, i * step, end)
                });
                plan.fill(&Lane { shape, ..LANE }, &view, marks);
                // Each piece has a pixel of its own, a bar at least two.
                assert!(plan.strips.len() + 2 * plan.bars.len() <= 1280 + 4);
                pieces += plan.strips.len() + plan.bars.len();
            }
            assert!(pieces > 0, "{zoom}");
        }
    }
}
