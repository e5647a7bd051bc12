//! What stands at moments and on stretches of time: events, segments, notes, texts, boxes in time and frequency.

use timeside_dsp::order::sort_by;

use super::{curve::Range, value_axis::ValueAxis};
use crate::{frequency::FrequencyAxis, viewport::Viewport};

/// One thing on the time axis. Positions are frames, fractional where a result's times are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Begin.
    pub start: f64,
    /// End; equal to `start` for a point.
    pub end: f64,
    /// Its value; NaN for none.
    pub value: f32,
    /// Lower edge in Hz; NaN for none.
    pub low_hz: f32,
    /// Upper edge in Hz; NaN for none.
    pub high_hz: f32,
    /// Index of its text in [`Items::labels`].
    pub label: Option<u32>,
}

impl Item {
    /// A stretch (or point) without value, frequencies or text.
    #[must_use]
    pub fn new(start: f64, end: f64) -> Self {
        Self {
            start,
            end,
            value: f32::NAN,
            low_hz: f32::NAN,
            high_hz: f32::NAN,
            label: None,
        }
    }
}

/// Items in the order of their begin.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Items {
    list: Vec<Item>,
    /// The latest end among all items up to each: what still reaches into a view is found by it.
    reach: Vec<f64>,
    /// Texts that items share.
    pub labels: Vec<String>,
}

/// What stands for the height of a lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Vertical {
    /// Nothing: each item is as high as the lane.
    Full,
    /// Values: an item stands on the base and is as high as its value.
    Value(ValueAxis),
    /// Pitch: an item lies where its value is, one unit high.
    Pitch(Range),
    /// Frequency: an item spans its own; one without is as high as the lane.
    Hz(FrequencyAxis),
}

/// What to paint for an item, or for several that share a pixel. Pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// Left edge, not clipped.
    pub x: f64,
    /// Right edge; equal to `x` for a point.
    pub right: f64,
    /// Upper edge.
    pub top: f64,
    /// Lower edge.
    pub bottom: f64,
    /// Index of the (first) item.
    pub item: usize,
    /// Up to where a text may run.
    pub text_right: f64,
}

/// Marks that end up nearer than this are one: nobody could tell them apart.
const MERGE_PX: f64 = 1.0;
/// A note is at least this high.
const MIN_NOTE_PX: f64 = 3.0;

impl Items {
    /// Sorts the items; those without a finite begin are left out, and an end before its begin becomes a point.
    #[must_use]
    pub fn new(mut list: Vec<Item>, labels: Vec<String>) -> Self {
        list.retain(|item| item.start.is_finite());
        for item in &mut list {
            // NaN too becomes a point.
            item.end = item.end.max(item.start);
        }
        sort_by(&mut list, |a, b| a.start.total_cmp(&b.start));
        let mut latest = f64::NEG_INFINITY;
        let reach = list.iter().map(|item| {
            latest = latest.max(item.end);
            latest
        });
        let reach = reach.collect();
        Self {
            list,
            reach,
            labels,
        }
    }

    /// All of them.
    #[must_use]
    pub fn list(&self) -> &[Item] {
        &self.list
    }

    /// An item's text.
    #[must_use]
    pub fn label(&self, item: usize) -> Option<&str> {
        let label = self.list.get(item)?.label?;
        self.labels.get(label as usize).map(String::as_str)
    }

    /// The range of the values, down (or up) to zero where `grounded`; `None` where all are equal or missing, since
    /// heights would then say nothing.
    #[must_use]
    pub fn value_range(&self, grounded: bool) -> Option<Range> {
        let values: Vec<f32> = self.list.iter().map(|item| item.value).collect();
        let first = values.iter().copied().find(|value| value.is_finite())?;
        let differ = values.iter().any(|v| v.is_finite() && *v != first);
        let mut range = differ.then(|| Range::of(&values))??;
        if grounded {
            (range.low, range.high) = (range.low.min(0.0), range.high.max(0.0));
        }
        Some(range)
    }

    /// Whole semitones around all values, two octaves at least.
    #[must_use]
    pub fn pitch_range(&self) -> Option<Range> {
        let values = || self.list.iter().map(|item| f64::from(item.value));
        let (low, high) = values()
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        if low > high {
            return None;
        }
        let (low, high) = (low.floor() - 1.0, high.ceil() + 1.0);
        let more = ((24.0 - (high - low)) / 2.0).max(0.0).ceil();
        Some(Range {
            low: low - more,
            high: high + more,
        })
    }

    /// The indices that can be seen.
    fn visible(&self, view: &Viewport) -> std::ops::Range<usize> {
        let (left, right) = (view.origin(), view.origin() + view.span_frames());
        let slack = view.frames_per_px() * 2.0;
        let first = self.reach.partition_point(|&end| end < left - slack);
        let last = self
            .list
            .partition_point(|item| item.start <= right + slack);
        first..last.max(first)
    }

    /// What to paint in a lane `height_px` high, left to right. However many items there are, no more marks come than
    /// the view can show side by side in so many heights.
    #[must_use]
    pub fn plan(&self, view: &Viewport, vertical: &Vertical, height_px: f64) -> Vec<Mark> {
        let mut marks: Vec<Mark> = Vec::new();
        for index in self.visible(view) {
            let item = &self.list[index];
            let x = view.px_from_position(item.start);
            let right = view.px_from_position(item.end);
            if right < -MERGE_PX {
                continue;
            }
            let (top, bottom) = vertical.place(item, height_px);
            if let Some(last) = marks.last_mut() {
                last.text_right = last.text_right.min(x);
                let is_thin = right - last.x < MERGE_PX;
                let touch = top <= last.bottom && bottom >= last.top;
                if is_thin && (touch || !matches!(vertical, Vertical::Pitch(_) | Vertical::Hz(_))) {
                    last.right = last.right.max(right);
                    last.top = last.top.min(top);
                    last.bottom = last.bottom.max(bottom);
                    continue;
                }
            }
            let text_right = if item.end > item.start {
                right
            } else {
                view.width_px()
            };
            marks.push(Mark {
                x,
                right,
                top,
                bottom,
                item: index,
                text_right,
            });
        }
        marks
    }

    /// The item at a position: the one that began last among those that lie there, else the point within `slack` frames.
    #[must_use]
    pub fn at(&self, position: f64, slack: f64) -> Option<usize> {
        let after = self.list.partition_point(|item| item.start <= position);
        let inside = (0..after)
            .rev()
            .take_while(|&i| self.reach[i] >= position - slack)
            .find(|&i| self.list[i].end > position);
        inside.or_else(|| {
            let near = |i: &usize| {
                let item = self.list.get(*i);
                item.is_some_and(|item| {
                    (item.start - position).abs() <= slack || (item.end - position).abs() <= slack
                })
            };
            let before = after.checked_sub(1).filter(near);
            before.or(Some(after).filter(near))
        })
    }

    /// The nearest begin after (or before) a position, frames.
    #[must_use]
    pub fn next_start(&self, position: f64, forward: bool) -> Option<f64> {
        // Half a frame: where a seek has led is no longer ahead.
        if forward {
            let after = self
                .list
                .partition_point(|item| item.start <= position + 0.5);
            self.list.get(after).map(|item| item.start)
        } else {
            let before = self
                .list
                .partition_point(|item| item.start < position - 0.5);
            before.checked_sub(1).map(|i| self.list[i].start)
        }
    }

    /// Where ticks stand on an overview `width_px` wide over `total_frames`: whole pixels, each once.
    #[must_use]
    pub fn ticks(&self, total_frames: i64, width_px: f64) -> Vec<f64> {
        let mut ticks: Vec<f64> = Vec::new();
        for item in &self.list {
            let x = (item.start / total_frames.max(1) as f64 * width_px).floor();
            if (0.0..width_px).contains(&x) && ticks.last() != Some(&x) {
                ticks.push(x);
            }
        }
        ticks
    }
}

impl Vertical {
    /// Top and bottom of an item in pixels from the lane's top.
    #[must_use]
    pub fn place(&self, item: &Item, height_px: f64) -> (f64, f64) {
        let value = f64::from(item.value);
        match self {
            Self::Value(axis) if value.is_finite() => {
                let (y, base) = (axis.y_from_value(value, height_px), axis.base_y(height_px));
                // What stands at the base is still there.
                (y.min(base).min(height_px - 1.0), y.max(base).max(1.0))
            }
            Self::Pitch(range) if value.is_finite() => {
                let unit = height_px / (range.high - range.low).max(1.0);
                let half = unit.max(MIN_NOTE_PX) / 2.0;
                let y = (range.high - value) * unit;
                (y - half, y + half)
            }
            Self::Hz(axis) if item.low_hz.is_finite() && item.high_hz.is_finite() => {
                let y = |hz: f32| {
                    let hz = f64::from(hz).clamp(axis.min_hz, axis.max_hz);
                    axis.y_from_hz(hz)
                };
                let (top, bottom) = (y(item.high_hz), y(item.low_hz));
                (top.min(bottom), bottom.max(top + 1.0))
            }
            _ => (0.0, height_px),
        }
    }
}

/// `C4` for 60, by MIDI's numbers.
#[must_use]
pub fn note_name(number: f64) -> String {
    const NAMES: [&str; 12] = [
        "C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B",
    ];
    let number = number.round() as i64;
    let name = NAMES[number.rem_euclid(12) as usize];
    format!("{name}{}", number.div_euclid(12) - 1)
}

/// The Cs of a range of pitches, where there is room: pixels from the top, and their names.
#[must_use]
pub fn octaves(range: Range, height_px: f64) -> Vec<(f64, String)> {
    let unit = height_px / (range.high - range.low).max(1.0);
    let (low, high) = (
        range.low.clamp(-24.0, 200.0),
        range.high.clamp(-24.0, 200.0),
    );
    let first = (low / 12.0).ceil() as i64;
    let last = (high / 12.0).floor() as i64;
    (first..=last)
        .map(|octave| octave as f64 * 12.0)
        .map(|note| ((range.high - note) * unit, note_name(note)))
        .filter(|(y, _)| *y >= 6.0 && *y <= height_px - 6.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frequency::FrequencyScale;

    fn spans(spans: &[(f64, f64)]) -> Items {
        let list = spans.iter().map(|&(start, end)| Item::new(start, end));
        Items::new(list.collect(), Vec::new())
    }

    #[test]
    fn what_is_in_view_is_planned_and_texts_end_at_the_next() {
        let view = Viewport::new(1000, 10.0, 100.0).showing(200.0, 400.0);
        let items = spans(&[
            (0.0, 300.0),
            (100.0, 120.0),
            (250.0, 250.0),
            (350.0, 390.0),
            (900.0, 950.0),
        ]);
        let marks = items.plan(&view, &Vertical::Full, 20.0);
        let seen: Vec<_> = marks
            .iter()
            .map(|m| (m.item, m.x, m.right, m.text_right))
            .collect();
        assert_eq!(
            seen,
            [
                (0, -100.0, 50.0, 25.0),
                (2, 25.0, 25.0, 75.0),
                (3, 75.0, 95.0, 95.0)
            ]
        );
        assert!(marks.iter().all(|m| (m.top, m.bottom) == (0.0, 20.0)));
    }

    #[test]
    fn marks_are_bounded_by_pixels() {
        let many: Vec<_> = (0..100_000)
            .map(|i| (f64::from(i) * 10.0, f64::from(i) * 10.0))
            .collect();
        let view = Viewport::new(1_000_000, 44_100.0, 800.0);
        let marks = spans(&many).plan(&view, &Vertical::Full, 20.0);
        assert!(marks.len() <= 800, "{}", marks.len());
        assert!(marks.len() >= 700, "{}", marks.len());
        assert_eq!(spans(&many).ticks(1_000_000, 800.0).len(), 800);
    }

    #[test]
    fn heights_follow_values_and_merged_ones_keep_the_greatest() {
        let values: Vec<Item> = (0..1000)
            .map(|i| Item {
                value: if i == 503 { 1.0 } else { 0.25 },
                ..Item::new(f64::from(i), f64::from(i))
            })
            .collect();
        let items = Items::new(values, Vec::new());
        let range = items.value_range(false).unwrap();
        let vertical = Vertical::Value(range.into());
        let marks = items.plan(&Viewport::new(1000, 10.0, 100.0), &vertical, 100.0);
        let peak = marks.iter().map(|m| m.top).fold(f64::INFINITY, f64::min);
        assert_eq!(peak, 0.0);
        assert!(marks.iter().all(|m| m.bottom == 100.0));
        assert_eq!(spans(&[(0.0, 1.0)]).value_range(true), None);
        let high = [80.0, 90.0].map(|value| Item {
            value,
            ..Item::new(0.0, 0.0)
        });
        let high = Items::new(high.to_vec(), Vec::new());
        let low = |grounded| high.value_range(grounded).map(|range| range.low);
        assert_eq!((low(false), low(true)), (Some(80.0), Some(0.0)));
    }

    #[test]
    fn notes_lie_at_their_pitch() {
        let note = Item {
            value: 60.0,
            ..Item::new(0.0, 10.0)
        };
        let items = Items::new(vec![note], Vec::new());
        let range = items.pitch_range().unwrap();
        assert_eq!((range.low, range.high), (48.0, 72.0));
        let vertical = Vertical::Pitch(range);
        assert_eq!(vertical.place(&note, 240.0), (115.0, 125.0));
        assert_eq!(vertical.place(&note, 24.0), (10.5, 13.5));
        let names: Vec<_> = octaves(range, 240.0);
        assert_eq!(names, [(120.0, "C4".to_owned())]);
        assert_eq!(
            (note_name(69.0), note_name(61.0), note_name(0.0)),
            ("A4".into(), "C♯4".into(), "C-1".into())
        );
    }

    #[test]
    fn boxes_span_their_frequencies() {
        let item = Item {
            low_hz: 1000.0,
            high_hz: 3000.0,
            ..Item::new(0.0, 10.0)
        };
        let axis = FrequencyAxis {
            scale: FrequencyScale::Linear,
            min_hz: 0.0,
            max_hz: 4000.0,
            height_px: 100.0,
        };
        assert_eq!(Vertical::Hz(axis).place(&item, 100.0), (25.0, 75.0));
        assert_eq!(
            Vertical::Hz(axis).place(&Item::new(0.0, 1.0), 100.0),
            (0.0, 100.0)
        );
    }

    #[test]
    fn what_lies_under_the_pointer() {
        let items = spans(&[(0.0, 100.0), (20.0, 40.0), (60.0, 60.0)]);
        assert_eq!(items.at(30.0, 2.0), Some(1));
        assert_eq!(items.at(50.0, 2.0), Some(0));
        assert_eq!(items.at(150.0, 2.0), None);
        assert_eq!(spans(&[(60.0, 60.0)]).at(61.5, 2.0), Some(0));
        assert_eq!(spans(&[(60.0, 60.0)]).at(58.5, 2.0), Some(0));
        assert_eq!(items.next_start(20.0, true), Some(60.0));
        assert_eq!(items.next_start(20.0, false), Some(0.0));
        assert_eq!(items.next_start(60.0, true), None);
    }

    #[test]
    fn broken_times_are_points_or_nothing() {
        let items = spans(&[(f64::NAN, 1.0), (5.0, f64::NAN), (9.0, 3.0)]);
        let seen: Vec<_> = items.list().iter().map(|i| (i.start, i.end)).collect();
        assert_eq!(seen, [(5.0, 5.0), (9.0, 9.0)]);
    }
}
