//! A recording as lines of text: so many seconds in each, one below the other.

use std::ops::Range;

use crate::viewport::Viewport;

/// The lines of a recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wrapped {
    total_frames: i64,
    rate_hz: f64,
    line_frames: i64,
    /// Pixels, as everything here.
    width_px: f64,
    line_height_px: f64,
}

/// A place in the lines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// From 0.
    pub line: usize,
    /// Pixels from the line's left edge.
    pub x: f64,
}

impl Wrapped {
    /// Lines of `line_secs` each. Less than a hundredth of a second is raised to it.
    #[must_use]
    pub fn new(view: &Viewport, line_secs: f64, width_px: f64, line_height_px: f64) -> Self {
        let secs = if line_secs.is_finite() {
            line_secs
        } else {
            10.0
        };
        Self {
            total_frames: view.total_frames(),
            rate_hz: view.rate_hz(),
            line_frames: ((secs.max(0.01) * view.rate_hz()).round() as i64).max(1),
            width_px: width_px.max(1.0),
            line_height_px: line_height_px.max(1.0),
        }
    }

    /// How many there are, at least one.
    #[must_use]
    pub fn lines(&self) -> usize {
        (self.total_frames.max(1) as u64).div_ceil(self.line_frames as u64) as usize
    }

    /// Of a line.
    #[must_use]
    pub fn width_px(&self) -> f64 {
        self.width_px
    }

    /// From one line to the next.
    #[must_use]
    pub fn line_height_px(&self) -> f64 {
        self.line_height_px
    }

    /// Of all lines.
    #[must_use]
    pub fn height_px(&self) -> f64 {
        self.lines() as f64 * self.line_height_px
    }

    /// The lines in a window `height_px` high, scrolled by `scroll_px`; those cut at its edges too.
    #[must_use]
    pub fn visible(&self, scroll_px: f64, height_px: f64) -> Range<usize> {
        let first = (scroll_px.max(0.0) / self.line_height_px).floor() as usize;
        let last = ((scroll_px.max(0.0) + height_px) / self.line_height_px).ceil() as usize;
        first.min(self.lines())..last.min(self.lines())
    }

    /// First frame of a line.
    #[must_use]
    pub fn line_start(&self, line: usize) -> i64 {
        line as i64 * self.line_frames
    }

    /// The view of one line. What lies behind the recording's end belongs to it too, so that every line has one scale.
    #[must_use]
    pub fn line_view(&self, line: usize) -> Viewport {
        let padded = self.lines() as i64 * self.line_frames;
        let start = self.line_start(line) as f64;
        Viewport::new(padded, self.rate_hz, self.width_px)
            .showing(start, start + self.line_frames as f64)
    }

    /// One view, as wide as all of `lines` beside each other and cut at the recording's end: what to ask data for.
    #[must_use]
    pub fn span_view(&self, lines: &Range<usize>) -> Viewport {
        let start = self.line_start(lines.start).min(self.total_frames) as f64;
        let end = self.line_start(lines.end).min(self.total_frames) as f64;
        let frames_per_px = self.line_frames as f64 / self.width_px;
        let width = ((end - start) / frames_per_px).max(1.0);
        Viewport::new(self.total_frames, self.rate_hz, width).showing(start, end)
    }

    /// Where a position (frames) is.
    #[must_use]
    pub fn spot(&self, position: f64) -> Spot {
        let last = self.lines() - 1;
        let line = ((position.max(0.0) / self.line_frames as f64) as usize).min(last);
        let x = (position - self.line_start(line) as f64) / self.line_frames as f64 * self.width_px;
        Spot {
            line,
            x: x.clamp(0.0, self.width_px),
        }
    }

    /// The line at a height, from the top of all lines, and how far below the line's top that is. Above the first and
    /// below the last it is these, and so far above or below their top.
    #[must_use]
    pub fn line_at(&self, y: f64) -> (usize, f64) {
        let line = ((y.max(0.0) / self.line_height_px) as usize).min(self.lines() - 1);
        (line, y - line as f64 * self.line_height_px)
    }

    /// The frame under a point, from the top left of all lines; inside the recording.
    #[must_use]
    pub fn frame_at(&self, x: f64, y: f64) -> i64 {
        let (line, _) = self.line_at(y);
        let within = (x / self.width_px).clamp(0.0, 1.0) * self.line_frames as f64;
        (self.line_start(line) + within.round() as i64).min(self.total_frames)
    }

    /// The pieces of a stretch (frames) in a line: left and right edge, or none.
    #[must_use]
    pub fn piece(&self, line: usize, start: i64, end: i64) -> Option<(f64, f64)> {
        let from = self.line_start(line);
        let (a, b) = (start.max(from), end.min(from + self.line_frames));
        let px = |frame: i64| (frame - from) as f64 / self.line_frames as f64 * self.width_px;
        (a < b).then(|| (px(a), px(b)))
    }

    /// The least scroll that shows a whole line, from `scroll_px` in a window `height_px` high.
    #[must_use]
    pub fn scroll_to(&self, line: usize, scroll_px: f64, height_px: f64) -> f64 {
        let (top, bottom) = (
            line as f64 * self.line_height_px,
            (line + 1) as f64 * self.line_height_px,
        );
        if top < scroll_px {
            top
        } else if bottom > scroll_px + height_px {
            bottom - height_px
        } else {
            scroll_px
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Wrapped {
        // 95 s in lines of 10 s: the last is half empty.
        Wrapped::new(&Viewport::new(95_000, 1000.0, 300.0), 10.0, 500.0, 60.0)
    }

    #[test]
    fn every_frame_has_one_place() {
        let wrapped = lines();
        assert_eq!(wrapped.lines(), 10);
        assert_eq!(wrapped.height_px(), 600.0);
        assert_eq!(wrapped.spot(12_500.0), Spot { line: 1, x: 125.0 });
        for frame in (0..95_000).step_by(517) {
            let Spot { line, x } = wrapped.spot(frame as f64);
            let back = wrapped.frame_at(x, line as f64 * 60.0 + 30.0);
            assert_eq!(back, frame);
        }
        assert_eq!(wrapped.frame_at(499.0, 1e9), 95_000);
        assert_eq!(wrapped.frame_at(-5.0, -5.0), 0);
        assert_eq!(wrapped.line_at(150.0), (2, 30.0));
        assert_eq!(wrapped.line_at(-5.0), (0, -5.0));
        assert_eq!(wrapped.line_at(700.0), (9, 160.0));
    }

    #[test]
    fn only_what_is_seen_is_asked_for() {
        let wrapped = lines();
        assert_eq!(wrapped.visible(0.0, 200.0), 0..4);
        assert_eq!(wrapped.visible(90.0, 120.0), 1..4);
        assert_eq!(wrapped.visible(1e9, 120.0), 10..10);
        let span = wrapped.span_view(&(1..4));
        assert_eq!((span.start_frame(), span.end_frame()), (10_000, 40_000));
        assert!((span.width_px() - 1500.0).abs() < 1e-9);
        // All views have one scale, also that of the last line, which is not full.
        for view in [wrapped.line_view(9), wrapped.span_view(&(8..10))] {
            assert!((view.frames_per_px() - 20.0).abs() < 1e-9, "{view:?}");
        }
        assert_eq!(wrapped.line_view(9).start_frame(), 90_000);
        assert_eq!(wrapped.span_view(&(8..10)).end_frame(), 95_000);
    }

    #[test]
    fn a_stretch_over_lines_is_cut() {
        let wrapped = lines();
        assert_eq!(wrapped.piece(0, 8000, 31_000), Some((400.0, 500.0)));
        assert_eq!(wrapped.piece(2, 8000, 31_000), Some((0.0, 500.0)));
        assert_eq!(wrapped.piece(3, 8000, 31_000), Some((0.0, 50.0)));
        assert_eq!(wrapped.piece(4, 8000, 31_000), None);
        assert_eq!(wrapped.scroll_to(5, 0.0, 200.0), 160.0);
        assert_eq!(wrapped.scroll_to(1, 100.0, 200.0), 60.0);
        assert_eq!(wrapped.scroll_to(2, 100.0, 200.0), 100.0);
    }

    #[test]
    fn an_annotation_goes_on_over_the_ends_of_lines() {
        use crate::layers::tiers::{Lane, Mark, Plan, Shape};
        let wrapped = lines();
        let lane = Lane {
            shape: Shape::Bars,
            rows: 1,
            top_px: 64.0,
            height_px: 20.0,
            margin_px: 2.0,
            merge_px: 2.0,
            values: (0.0, 1.0),
        };
        let mark = |key, start, end| Mark {
            key,
            start,
            end,
            row: 0,
            value: f32::NAN,
        };
        let marks = [mark('a', 8000, 31_000), mark('b', 31_000, 31_000)];
        let mut plan = Plan::default();
        let seen: Vec<_> = (0..5)
            .map(|line| {
                let view = wrapped.line_view(line);
                plan.fill(&lane, &view, marks);
                let inside = |bar: &&crate::layers::tiers::Bar<char>| bar.text_room_px(&view) > 0.0;
                let pieces = plan.bars.iter().filter(inside);
                let pieces = pieces.map(|b| {
                    let (left, room) = (b.text_left_px(), b.text_room_px(&view));
                    format!("{} {left:.0}+{room:.0}", b.key)
                });
                pieces.collect::<Vec<_>>().join(", ")
            })
            .collect();
        let golden = ["a 400+100", "a 0+500", "a 0+500", "a 0+50, b 50+160", ""];
        assert_eq!(seen, golden);
    }
}
