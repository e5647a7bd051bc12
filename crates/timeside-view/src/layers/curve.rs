//! Framewise values as a curve: lines where there is room, extents where there is not.

use super::value_axis::ValueAxis;
use crate::{frequency::nice_step, viewport::Viewport};

/// A framewise series: value `i` stands at `first_position + i · step_frames`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// Position of value 0, in frames of the recording (may be fractional after resampling).
    pub first_position: f64,
    /// Frames of the recording between values.
    pub step_frames: f64,
    /// The values, NaN where there is none.
    pub values: Vec<f32>,
}

/// The range of values that the lane's height stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// At the bottom.
    pub low: f64,
    /// At the top.
    pub high: f64,
}

impl Range {
    /// A range that holds every finite value, rounded outwards to numbers worth reading. One that
    /// starts near zero starts at zero. `None` when there is no finite value.
    #[must_use]
    pub fn of(values: &[f32]) -> Option<Self> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for &value in values.iter().filter(|v| v.is_finite()) {
            low = low.min(f64::from(value));
            high = high.max(f64::from(value));
        }
        if low > high {
            return None;
        }
        if low > 0.0 && low < high * 0.3 {
            low = 0.0;
        }
        if high - low < 1e-9 * high.abs().max(1e-6) {
            let margin = if high == 0.0 { 1.0 } else { high.abs() * 0.1 };
            (low, high) = (low - margin, high + margin);
        }
        let step = nice_step((high - low) / 10.0);
        Some(Self {
            low: (low / step + 1e-9).floor() * step,
            high: (high / step - 1e-9).ceil() * step,
        })
    }
}

/// A run of a curve without gaps.
#[derive(Debug, Clone, PartialEq)]
pub enum Run {
    /// Points to be joined by lines: x, y in pixels.
    Line(Vec<(f64, f64)>),
    /// More values than pixels: x, top and bottom of what lies in each pixel column.
    Band(Vec<(f64, f64, f64)>),
}

impl Series {
    /// Position of a value in frames.
    #[must_use]
    pub fn position(&self, index: usize) -> f64 {
        self.first_position + index as f64 * self.step_frames
    }

    /// The index nearest to a position, if the series has a value there.
    #[must_use]
    pub fn index_at(&self, position: f64) -> Option<usize> {
        let index = ((position - self.first_position) / self.step_frames).round();
        (index >= 0.0 && index < self.values.len() as f64).then_some(index as usize)
    }

    /// What to draw in a lane `height_px` high. Values that are not finite make gaps.
    #[must_use]
    pub fn plan(&self, view: &Viewport, axis: ValueAxis, height_px: f64) -> Vec<Run> {
        if self.values.is_empty() || self.step_frames <= 0.0 {
            return Vec::new();
        }
        // One value beyond each edge, so that lines run out of the view.
        let index_from = |position: f64| (position - self.first_position) / self.step_frames;
        let first = (index_from(view.origin()).floor() - 1.0).max(0.0) as usize;
        let last = (index_from(view.origin() + view.span_frames()).ceil() + 2.0).max(0.0) as usize;
        let last = last.min(self.values.len());
        if first >= last {
            return Vec::new();
        }
        if self.step_frames * 2.0 < view.frames_per_px() {
            self.bands(view, axis, height_px, first, last)
        } else {
            self.lines(view, axis, height_px, first, last)
        }
    }

    fn lines(
        &self,
        view: &Viewport,
        axis: ValueAxis,
        height_px: f64,
        first: usize,
        last: usize,
    ) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut run = Vec::new();
        for (index, &value) in self.values[first..last].iter().enumerate() {
            if value.is_finite() {
                let x = view.px_from_position(self.position(first + index));
                run.push((x, axis.y_from_value(f64::from(value), height_px)));
            } else if !run.is_empty() {
                runs.push(Run::Line(std::mem::take(&mut run)));
            }
        }
        if !run.is_empty() {
            runs.push(Run::Line(run));
        }
        runs
    }

    fn bands(
        &self,
        view: &Viewport,
        axis: ValueAxis,
        height_px: f64,
        first: usize,
        last: usize,
    ) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut run: Vec<(f64, f64, f64)> = Vec::new();
        let mut column: Option<(i64, f32, f32)> = None;
        let mut close = |column: &mut Option<(i64, f32, f32)>, run: &mut Vec<(f64, f64, f64)>| {
            if let Some((px, low, high)) = column.take() {
                if run.last().is_some_and(|&(x, ..)| px as f64 - x > 1.5) {
                    runs.push(Run::Band(std::mem::take(run)));
                }
                let y = |v: f32| axis.y_from_value(f64::from(v), height_px);
                run.push((px as f64, y(high), y(low)));
            }
        };
        for (index, &value) in self.values[first..last].iter().enumerate() {
            if !value.is_finite() {
                continue;
            }
            let px = view.px_from_position(self.position(first + index)).floor() as i64;
            match &mut column {
                Some((at, low, high)) if *at == px => {
                    *low = low.min(value);
                    *high = high.max(value);
                }
                other => {
                    close(other, &mut run);
                    *other = Some((px, value, value));
                }
            }
        }
        close(&mut column, &mut run);
        if !run.is_empty() {
            runs.push(Run::Band(run));
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Range = Range {
        low: 0.0,
        high: 1.0,
    };

    fn series(values: &[f32], step_frames: f64) -> Series {
        Series {
            first_position: 0.0,
            step_frames,
            values: values.to_vec(),
        }
    }

    #[test]
    fn ranges_are_worth_reading() {
        let of = |v: &[f32]| Range::of(v).map(|r| (r.low, r.high));
        assert_eq!(of(&[0.1, 9.7]), Some((0.0, 10.0)));
        assert_eq!(of(&[-37.2, -3.1]), Some((-40.0, 0.0)));
        assert_eq!(of(&[5.0, 5.0]), Some((4.5, 5.5)));
        assert_eq!(of(&[0.0]), Some((-1.0, 1.0)));
        assert_eq!(of(&[f32::NAN, f32::INFINITY]), None);
        for scale in [1e-6_f32, 0.3, 7.0, 12_345.0] {
            let values = [-0.37 * scale, scale, 0.11 * scale];
            let range = Range::of(&values).unwrap();
            assert!(
                values
                    .iter()
                    .all(|&v| f64::from(v) >= range.low - 1e-12
                        && f64::from(v) <= range.high + 1e-12)
            );
        }
    }

    #[test]
    fn few_values_are_joined_by_lines_with_gaps_at_nan() {
        let view = Viewport::new(50, 10.0, 500.0);
        let plan = series(&[0.0, 1.0, f32::NAN, 0.5, 0.25], 10.0).plan(&view, UNIT.into(), 100.0);
        assert_eq!(
            plan,
            [
                Run::Line(vec![(0.0, 100.0), (100.0, 0.0)]),
                Run::Line(vec![(300.0, 50.0), (400.0, 75.0)])
            ]
        );
    }

    #[test]
    fn many_values_keep_their_extremes() {
        let mut values = vec![0.5_f32; 10_000];
        values[5_003] = 1.0;
        values[5_007] = 0.0;
        let view = Viewport::new(10_000, 10.0, 100.0);
        let plan = series(&values, 1.0).plan(&view, UNIT.into(), 100.0);
        let [Run::Band(columns)] = plan.as_slice() else {
            panic!("{plan:?}")
        };
        assert_eq!(columns.len(), 100);
        assert_eq!(columns[50], (50.0, 0.0, 100.0));
        assert_eq!(columns[49], (49.0, 50.0, 50.0));
    }

    #[test]
    fn gaps_wider_than_a_pixel_part_the_band() {
        let mut values = vec![0.5_f32; 1000];
        values[400..600].fill(f32::NAN);
        let view = Viewport::new(1000, 10.0, 100.0);
        assert_eq!(series(&values, 1.0).plan(&view, UNIT.into(), 10.0).len(), 2);
    }

    #[test]
    fn only_what_is_in_view_is_planned() {
        let view = Viewport::new(1_000_000, 44_100.0, 1000.0).showing(500_000.0, 510_000.0);
        let plan = series(&vec![0.5; 10_000], 100.0).plan(&view, UNIT.into(), 10.0);
        let [Run::Line(points)] = plan.as_slice() else {
            panic!("{plan:?}")
        };
        assert!(points.len() <= 104 && points[0].0 <= 0.0 && points[points.len() - 1].0 >= 1000.0);
    }

    #[test]
    fn the_value_under_the_pointer() {
        let s = Series {
            first_position: 512.0,
            step_frames: 512.0,
            values: vec![1.0, 2.0, 3.0],
        };
        assert_eq!(s.index_at(1100.0), Some(1));
        assert_eq!((s.index_at(0.0), s.index_at(5000.0)), (None, None));
    }
}
