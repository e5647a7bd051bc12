//! Results of any kind as charts.
//!
//! [`Picture::of`] decides by the shape of a result what suits it; [`Picture::plan`] makes of it, for a size, axes and
//! marks that a painter draws one after the other.

mod axis;
mod marks;
mod matrix;

pub use axis::Axis;
pub use matrix::Matrix;
pub(crate) use matrix::color_range;

use crate::histogram::number;

/// How a result lies in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeMode {
    /// One row for all.
    Global,
    /// A row per frame of analysis.
    Framewise,
    /// A row per point.
    Event,
    /// A row per stretch.
    Segment,
}

/// A result as plain numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// How its rows lie in time.
    pub time_mode: TimeMode,
    /// Row-major, time first: values, or numbers of labels.
    pub values: Vec<f32>,
    /// Values in a row.
    pub columns: usize,
    /// Begin of each row in seconds; of framewise results only the first counts.
    pub times_secs: Vec<f64>,
    /// Length of each row in seconds; of framewise results from one row to the next, once.
    pub durations_secs: Vec<f64>,
    /// What each column stands for, or nothing.
    pub y_values: Vec<f64>,
    /// Names of labels by their numbers; `None` where the rows are values.
    pub labels: Option<Vec<(i64, String)>>,
    /// Unit of the values, or empty.
    pub unit: String,
    /// The stretch that was analysed, in seconds.
    pub span_secs: (f64, f64),
}

/// Up to so many columns are curves, one over the other; more are a matrix.
const MAX_CURVES: usize = 8;
/// So many values of a vector are bars that can be told apart.
const MAX_BARS: usize = 256;
/// So many labels have a lane each.
const MAX_LANES: usize = 24;

/// What shows a result best.
#[derive(Debug, Clone, PartialEq)]
pub enum Picture {
    /// There is no row.
    Nothing,
    /// One value, or one word: text, and its unit.
    Word(String, String),
    /// A vector for the whole.
    Bars(Table),
    /// A few values per frame.
    Curves(Table),
    /// Many values per frame.
    Matrix(Table, Matrix),
    /// Points in time; their values as heights where they differ.
    Points(Table),
    /// Stretches with a value each.
    Steps(Table),
    /// Stretches or frames with a label each, one lane per label.
    Lanes(Table),
}

/// A mark in the coordinates of the plan's axes. Colours count from 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// Joined points.
    Line {
        /// Which of the eight.
        color: usize,
        /// Left to right.
        points: Vec<(f64, f64)>,
    },
    /// A filled box: left and right, bottom and top.
    Box {
        /// Which of the eight.
        color: usize,
        /// Left and right.
        x: (f64, f64),
        /// Bottom and top.
        y: (f64, f64),
    },
    /// A word beside a point: its left edge there, its top at the top of the plot.
    Word {
        /// Of the point.
        x: f64,
        /// What it says.
        text: String,
    },
}

/// What to paint in a size.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Left to right.
    pub x: Axis,
    /// Bottom to top.
    pub y: Axis,
    /// Room for the texts of the y axis.
    pub left_px: f64,
    /// In the order in which they are painted.
    pub marks: Vec<Mark>,
    /// What the colours of marks stand for, if there is more than one.
    pub key: Vec<(usize, String)>,
    /// Unit of the heights, or what colours of a matrix stand for.
    pub caption: String,
}

/// Above the plot for caption and key, below it for the time; CSS pixels as all that follows.
pub const TOP_PX: f64 = 18.0;
/// Below the plot.
pub const BOTTOM_PX: f64 = 20.0;
/// At its right.
pub const RIGHT_PX: f64 = 18.0;
/// At its left, at least: half a text of the time axis.
const LEFT_PX: f64 = 18.0;
/// Of a digit of the axes' texts.
const GLYPH_PX: f64 = 6.2;

impl Picture {
    /// Decides how to show a result.
    #[must_use]
    pub fn of(table: Table) -> Self {
        if table.columns == 0 || table.values.is_empty() {
            return Self::Nothing;
        }
        let is_vector = table.values.len() > 1;
        match (table.time_mode, &table.labels) {
            (TimeMode::Global, Some(_)) => {
                let names: Vec<_> = table.values.iter().map(|&v| table.label(v)).collect();
                Self::Word(names.join(", "), String::new())
            }
            (TimeMode::Global, None) if is_vector => Self::Bars(table),
            (TimeMode::Global, None) => {
                let value = table.values.first().copied().unwrap_or(f32::NAN);
                Self::Word(number(f64::from(value)), table.unit)
            }
            (TimeMode::Framewise | TimeMode::Segment, Some(_)) => Self::Lanes(table),
            (TimeMode::Framewise, None) if table.columns > MAX_CURVES => {
                let matrix = Matrix::of(&table.values, table.columns);
                // Its cells are kept, not what they were made of.
                let values = Vec::new();
                Self::Matrix(Table { values, ..table }, matrix)
            }
            (TimeMode::Framewise, None) => Self::Curves(table),
            (TimeMode::Event, _) => Self::Points(table),
            (TimeMode::Segment, None) => Self::Steps(table),
        }
    }

    /// Axes and marks for a size in CSS pixels; `None` where there is nothing but words.
    #[must_use]
    pub fn plan(&self, width_px: f64, height_px: f64) -> Option<Plan> {
        let height_px = (height_px - TOP_PX - BOTTOM_PX).max(20.0);
        let inner = |y: &Axis| {
            let widest = y.ticks.iter().map(|(_, text)| text.chars().count()).max();
            let left = widest
                .map_or(LEFT_PX, |n| (n as f64 * GLYPH_PX + 12.0).max(LEFT_PX))
                .min(width_px * 0.45);
            (left, (width_px - left - RIGHT_PX).max(20.0))
        };
        let plan = |table: &Table, y: Axis, marks: &dyn Fn(&Axis, f64) -> Vec<Mark>| {
            let (left_px, width_px) = inner(&y);
            let x = if table.time_mode == TimeMode::Global {
                Axis::columns(
                    table.values.len(),
                    &table.y_values,
                    width_px / (GLYPH_PX * 9.0),
                )
            } else {
                Axis::time(table.span_secs, width_px, GLYPH_PX)
            };
            let marks = marks(&x, width_px);
            Plan {
                x,
                y,
                left_px,
                marks,
                key: Vec::new(),
                caption: table.unit.clone(),
            }
        };
        Some(match self {
            Self::Nothing | Self::Word(..) => return None,
            Self::Bars(table) => {
                let y = Axis::values(&table.values, true, height_px);
                let base = y.base();
                plan(table, y, &|_, _| {
                    if table.values.len() > MAX_BARS {
                        vec![marks::outline(&table.values)]
                    } else {
                        marks::bars(&table.values, base)
                    }
                })
            }
            Self::Curves(table) => {
                let y = Axis::values(&table.values, false, height_px);
                let mut plan = plan(table, y, &|x, width_px| marks::curves(table, x, width_px));
                if table.columns > 1 {
                    plan.key = (0..table.columns).map(|c| (c, table.column(c))).collect();
                }
                plan
            }
            Self::Matrix(table, matrix) => {
                let y = Axis::columns(matrix.columns_before, &table.y_values, height_px / 30.0);
                let mut plan = plan(table, y, &|_, _| Vec::new());
                let unit = axis::unit(&table.y_values);
                let gap = if unit.is_empty() { "" } else { "   " };
                plan.caption = format!("{unit}{gap}{}", matrix.caption(&table.unit));
                plan
            }
            Self::Points(table) => {
                let heights = table.first_column();
                let differ = table.labels.is_none() && heights.windows(2).any(|v| v[0] != v[1]);
                let y = if differ {
                    Axis::values(&heights, true, height_px)
                } else {
                    Axis::blank()
                };
                let base = y.base();
                let top = if differ { None } else { Some(y.high) };
                let mut plan = plan(table, y, &|_, width_px| {
                    marks::points(table, &heights, base, top, width_px, GLYPH_PX)
                });
                if !differ {
                    plan.caption.clear();
                }
                plan
            }
            Self::Steps(table) => {
                let y = Axis::values(&table.first_column(), false, height_px);
                plan(table, y, &|_, _| marks::steps(table))
            }
            Self::Lanes(table) => {
                let lanes = table.lanes();
                let names: Vec<_> = lanes.iter().map(|&v| table.label(v as f32)).collect();
                let y = Axis::lanes(&names, height_px);
                let mut plan = plan(table, y, &|_, _| marks::lanes(table, &lanes));
                plan.caption.clear();
                plan
            }
        })
    }
}

impl Table {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns.max(1)
    }

    /// Begin and end of a row in seconds.
    #[must_use]
    pub fn row_secs(&self, row: usize) -> (f64, f64) {
        if self.time_mode == TimeMode::Framewise {
            let start = self.times_secs.first().copied().unwrap_or(0.0);
            let step = self.durations_secs.first().copied().unwrap_or(0.0);
            return (start + row as f64 * step, start + (row + 1) as f64 * step);
        }
        let start = self.times_secs.get(row).copied().unwrap_or(0.0);
        (
            start,
            start + self.durations_secs.get(row).copied().unwrap_or(0.0),
        )
    }

    /// What a column is called in the key.
    fn column(&self, column: usize) -> String {
        let unit = axis::unit(&self.y_values);
        self.y_values.get(column).map_or_else(
            || (column + 1).to_string(),
            |&y| format!("{} {unit}", number(y)).trim_end().to_owned(),
        )
    }

    fn first_column(&self) -> Vec<f32> {
        self.values
            .iter()
            .step_by(self.columns.max(1))
            .copied()
            .collect()
    }

    /// The name of a label's number.
    fn label(&self, value: f32) -> String {
        let known = self
            .labels
            .as_ref()
            .and_then(|all| all.iter().find(|(n, _)| *n == value as i64));
        known.map_or_else(|| number(f64::from(value)), |(_, name)| name.clone())
    }

    /// The labels that occur, bottom to top; those past the last lane are not drawn.
    fn lanes(&self) -> Vec<i64> {
        let mut lanes: Vec<i64> = self.first_column().iter().map(|&v| v as i64).collect();
        lanes.sort_unstable();
        lanes.dedup();
        lanes.truncate(MAX_LANES);
        lanes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn table(time_mode: TimeMode, columns: usize, values: &[f32]) -> Table {
        let rows = values.len() / columns;
        let per_row = |make: &dyn Fn(usize) -> f64| (0..rows).map(make).collect();
        Table {
            time_mode,
            values: values.to_vec(),
            columns,
            times_secs: per_row(&|row| row as f64),
            durations_secs: per_row(&|_| 1.0),
            y_values: Vec::new(),
            labels: None,
            unit: "dBFS".into(),
            span_secs: (0.0, rows as f64),
        }
    }

    #[test]
    fn every_kind_has_its_picture() {
        let of = |mode, columns, values: &[f32]| Picture::of(table(mode, columns, values));
        assert_eq!(of(TimeMode::Event, 1, &[]), Picture::Nothing);
        assert_eq!(
            of(TimeMode::Global, 1, &[-3.710_9]),
            Picture::Word("−3.711".into(), "dBFS".into())
        );
        assert!(matches!(
            of(TimeMode::Global, 3, &[1.0, 2.0, 3.0]),
            Picture::Bars(_)
        ));
        assert!(matches!(
            of(TimeMode::Framewise, 2, &[0.0; 8]),
            Picture::Curves(_)
        ));
        assert!(matches!(
            of(TimeMode::Framewise, 12, &[0.0; 24]),
            Picture::Matrix(..)
        ));
        assert!(matches!(
            of(TimeMode::Event, 1, &[0.0; 3]),
            Picture::Points(_)
        ));
        assert!(matches!(
            of(TimeMode::Segment, 1, &[0.0; 3]),
            Picture::Steps(_)
        ));
        let labelled = |mode, values: &[f32]| {
            let labels = Some(vec![(0, "silence".to_owned()), (1, "sound".to_owned())]);
            Picture::of(Table {
                labels,
                ..table(mode, 1, values)
            })
        };
        assert!(matches!(
            labelled(TimeMode::Segment, &[0.0, 1.0]),
            Picture::Lanes(_)
        ));
        assert_eq!(
            labelled(TimeMode::Global, &[1.0]),
            Picture::Word("sound".into(), String::new())
        );
    }

    #[test]
    fn a_plan_leaves_room_for_its_texts() {
        let picture = Picture::of(table(TimeMode::Framewise, 1, &[-12_345.0, -6.0, 0.0]));
        let plan = picture.plan(320.0, 180.0).unwrap();
        let widest = plan
            .y
            .ticks
            .iter()
            .map(|(_, t)| t.chars().count())
            .max()
            .unwrap();
        assert!(plan.left_px > widest as f64 * 6.0, "{plan:?}");
        assert_eq!(plan.caption, "dBFS");
        assert!(plan.y.ticks.len() >= 3 && plan.x.ticks.len() >= 2);
    }

    #[test]
    fn nothing_in_a_table_makes_a_plan_fail() {
        for mode in [
            TimeMode::Global,
            TimeMode::Framewise,
            TimeMode::Event,
            TimeMode::Segment,
        ] {
            for columns in [1, 2, 9] {
                for values in [vec![f32::NAN; 18], vec![f32::MAX; 18], vec![0.0; 18]] {
                    let mut table = table(mode, columns, &values);
                    for broken in 0..3 {
                        if broken == 1 {
                            table.times_secs.clear();
                            table.durations_secs.clear();
                        }
                        if broken == 2 {
                            table.span_secs = (f64::NAN, f64::INFINITY);
                            table.y_values = vec![f64::NAN; columns];
                        }
                        for (width, height) in [(0.0, 0.0), (320.0, 160.0)] {
                            if let Some(plan) = Picture::of(table.clone()).plan(width, height) {
                                assert!(plan.x.low < plan.x.high && plan.y.low < plan.y.high);
                                assert!(plan.x.ticks.len() + plan.y.ticks.len() < 200);
                            }
                        }
                    }
                }
            }
        }
    }
}
