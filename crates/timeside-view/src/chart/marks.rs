//! The marks of each kind of picture.

use super::{Axis, Mark, Table, TimeMode};

/// Words beside points are left out where they would be more than can be read.
const MAX_WORDS: usize = 40;

/// One curve per column. Where several rows share a pixel, the line passes through the least and the greatest.
pub(super) fn curves(table: &Table, x: &Axis, width_px: f64) -> Vec<Mark> {
    let (start, after) = table.row_secs(0);
    let step = after - start;
    let rows_per_px = (x.high - x.low) / width_px / step;
    let mut marks = Vec::new();
    for column in 0..table.columns {
        let column_of = || table.values.iter().skip(column).step_by(table.columns);
        let mut points: Vec<(f64, f64)> = Vec::new();
        let mut end = |points: &mut Vec<_>| {
            if !points.is_empty() {
                marks.push(Mark::Line {
                    color: column,
                    points: std::mem::take(points),
                });
            }
        };
        if rows_per_px.is_finite() && rows_per_px > 2.0 {
            let mut px = (i64::MIN, f32::NAN, f32::NAN);
            let close = |(at, low, high): (i64, f32, f32), points: &mut Vec<(f64, f64)>| {
                if at == i64::MIN {
                    return;
                }
                let secs = x.low + (at as f64 + 0.5) / width_px * (x.high - x.low);
                // The end nearer to the last point comes first, so that the line does not cross itself.
                let last = points.last().map_or(0.0, |point| point.1);
                let (low, high) = (f64::from(low), f64::from(high));
                let rising = (last - low).abs() <= (last - high).abs();
                points.push((secs, if rising { low } else { high }));
                if low < high {
                    points.push((secs, if rising { high } else { low }));
                }
            };
            for (row, &value) in column_of().enumerate() {
                if !value.is_finite() {
                    close(
                        std::mem::replace(&mut px, (i64::MIN, 0.0, 0.0)),
                        &mut points,
                    );
                    end(&mut points);
                    continue;
                }
                let at = ((start + row as f64 * step - x.low) / (x.high - x.low) * width_px) as i64;
                if px.0 == at {
                    (px.1, px.2) = (px.1.min(value), px.2.max(value));
                } else {
                    close(std::mem::replace(&mut px, (at, value, value)), &mut points);
                }
            }
            close(px, &mut points);
        } else {
            for (row, &value) in column_of().enumerate() {
                if value.is_finite() {
                    points.push((start + row as f64 * step, f64::from(value)));
                } else {
                    end(&mut points);
                }
            }
        }
        end(&mut points);
    }
    marks
}

/// A bar per value.
pub(super) fn bars(values: &[f32], base: f64) -> Vec<Mark> {
    let bar = |(i, &value): (usize, &f32)| {
        let (left, value) = (i as f64, f64::from(value));
        value.is_finite().then_some(Mark::Box {
            color: 0,
            x: (left + 0.1, left + 0.9),
            y: (base.min(value), base.max(value)),
        })
    };
    values.iter().enumerate().filter_map(bar).collect()
}

/// A vector that is too long for bars.
pub(super) fn outline(values: &[f32]) -> Mark {
    let points = values
        .iter()
        .enumerate()
        .filter(|(_, value)| value.is_finite());
    let points = points
        .map(|(i, &value)| (i as f64 + 0.5, f64::from(value)))
        .collect();
    Mark::Line { color: 0, points }
}

/// A stem per event, up to its value or to `top`, with its label beside it.
pub(super) fn points(
    table: &Table,
    heights: &[f32],
    base: f64,
    top: Option<f64>,
    width_px: f64,
    glyph_px: f64,
) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (row, &height) in heights.iter().enumerate() {
        let (x, _) = table.row_secs(row);
        let y = top.unwrap_or(f64::from(height));
        if y.is_finite() {
            marks.push(Mark::Line {
                color: 0,
                points: vec![(x, base), (x, y)],
            });
        }
    }
    if table.labels.is_some() && heights.len() <= MAX_WORDS {
        let px_per_sec = width_px / (table.span_secs.1 - table.span_secs.0);
        let mut free_from = f64::NEG_INFINITY;
        for (row, &value) in heights.iter().enumerate() {
            let (x, _) = table.row_secs(row);
            let text = table.label(value);
            let px = x * px_per_sec;
            if px >= free_from {
                free_from = px + (text.chars().count() + 1) as f64 * glyph_px;
                marks.push(Mark::Word { x, text });
            }
        }
    }
    marks
}

/// A level line per stretch.
pub(super) fn steps(table: &Table) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (row, &value) in table.values.iter().step_by(table.columns).enumerate() {
        let (from, to) = table.row_secs(row);
        let y = f64::from(value);
        if y.is_finite() {
            marks.push(Mark::Line {
                color: 0,
                points: vec![(from, y), (to, y)],
            });
        }
    }
    marks
}

/// A box per stretch in the lane of its label; neighbours of one label in frames become one box.
pub(super) fn lanes(table: &Table, lanes: &[i64]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut before = None;
    for (row, &value) in table.values.iter().step_by(table.columns).enumerate() {
        let (from, to) = table.row_secs(row);
        let lane = lanes.iter().position(|&label| label == value as i64);
        if let (TimeMode::Framewise, Some(Mark::Box { x, .. }), true) = (
            table.time_mode,
            marks.last_mut(),
            lane.is_some() && before == Some(lane),
        ) {
            x.1 = to;
            continue;
        }
        before = Some(lane);
        if let Some(lane) = lane {
            let y = lane as f64;
            marks.push(Mark::Box {
                color: lane,
                x: (from, to),
                y: (y + 0.12, y + 0.88),
            });
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Picture, tests::table};

    #[test]
    fn a_gap_parts_a_curve() {
        let table = table(TimeMode::Framewise, 1, &[0.0, 1.0, f32::NAN, 2.0]);
        let axis = Axis::time((0.0, 4.0), 400.0, 6.0);
        let line = |points: &[(f64, f64)]| Mark::Line {
            color: 0,
            points: points.to_vec(),
        };
        assert_eq!(
            curves(&table, &axis, 400.0),
            [line(&[(0.0, 0.0), (1.0, 1.0)]), line(&[(3.0, 2.0)])]
        );
    }

    #[test]
    fn many_rows_keep_their_extremes() {
        let mut values = vec![0.5_f32; 10_000];
        values[5_003] = 1.0;
        values[5_007] = 0.0;
        let table = table(TimeMode::Framewise, 1, &values);
        let axis = Axis::time((0.0, 10_000.0), 100.0, 6.0);
        let marks = curves(&table, &axis, 100.0);
        let [Mark::Line { points, .. }] = marks.as_slice() else {
            panic!("{marks:?}")
        };
        assert!(points.len() <= 200);
        let at = |y: f64| points.iter().filter(|point| point.1 == y).count();
        assert_eq!((at(1.0), at(0.0)), (1, 1));
    }

    #[test]
    fn frames_of_one_label_are_one_box() {
        let mut labelled = table(TimeMode::Framewise, 1, &[0.0, 0.0, 1.0, 1.0, 0.0]);
        labelled.labels = Some(vec![(0, "no".into()), (1, "yes".into())]);
        let plan = Picture::of(labelled).plan(300.0, 150.0).unwrap();
        let spans: Vec<_> = plan
            .marks
            .iter()
            .map(|mark| match mark {
                Mark::Box { x, color, .. } => (*x, *color),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(spans, [((0.0, 2.0), 0), ((2.0, 4.0), 1), ((4.0, 5.0), 0)]);
        assert_eq!(
            plan.y
                .ticks
                .iter()
                .map(|t| t.1.as_str())
                .collect::<Vec<_>>(),
            ["no", "yes"]
        );
    }
}
