//! Axes: what lies at both ends, and which texts between them.

use timeside_dsp::order::sort_by;

use crate::{Viewport, frequency::nice_step, histogram::number, layers::curve::Range, ruler};

/// One axis of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// At the left, or the bottom.
    pub low: f64,
    /// At the right, or the top; more than `low`.
    pub high: f64,
    /// Where, and what it says there.
    pub ticks: Vec<(f64, String)>,
}

/// Between two texts of a vertical axis, at least.
const TICK_PX: f64 = 26.0;

impl Axis {
    /// From 0 to 1 without a text.
    #[must_use]
    pub fn blank() -> Self {
        Self {
            low: 0.0,
            high: 1.0,
            ticks: Vec::new(),
        }
    }

    /// Values from bottom to top; `grounded` ones stand on zero.
    #[must_use]
    pub fn values(values: &[f32], grounded: bool, height_px: f64) -> Self {
        let Some(mut range) = Range::of(values) else {
            return Self::blank();
        };
        if grounded {
            (range.low, range.high) = (range.low.min(0.0), range.high.max(0.0));
        }
        let ticks = even(range.low, range.high, height_px / TICK_PX);
        Self {
            low: range.low,
            high: range.high,
            ticks,
        }
    }

    /// Numbers from left to right, the ends as they are.
    #[must_use]
    pub fn spread(low: f64, high: f64, width_px: f64) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        Self {
            low,
            high,
            ticks: even(low, high, (width_px / 60.0).min(4.0)),
        }
    }

    /// Where marks that stand on something stand: at zero, or what is nearest to it.
    #[must_use]
    pub fn base(&self) -> f64 {
        0.0_f64.clamp(self.low, self.high)
    }

    /// Seconds from left to right, with the texts of the player's ruler.
    #[must_use]
    pub fn time((start, end): (f64, f64), width_px: f64, glyph_px: f64) -> Self {
        /// Fine enough for any text of the ruler.
        const PER_SEC: f64 = 1e6;
        let start = if start.is_finite() {
            start.max(0.0)
        } else {
            0.0
        };
        let end = if end.is_finite() && end > start {
            end
        } else {
            start + 1.0
        };
        let view = Viewport::new((end * PER_SEC) as i64, PER_SEC, width_px)
            .showing(start * PER_SEC, end * PER_SEC);
        let ticks = ruler::ticks(&view, glyph_px).into_iter();
        let ticks =
            ticks.filter_map(|tick| Some((view.position_from_px(tick.px) / PER_SEC, tick.label?)));
        Self {
            low: start,
            high: end,
            ticks: ticks.collect(),
        }
    }

    /// Columns of a row, evenly spaced: column `i` from `i` to `i + 1`. Its texts are round numbers of what the columns
    /// stand for, or else their numbers from 0; `most` of them at most.
    #[must_use]
    pub fn columns(columns: usize, y_values: &[f64], most: f64) -> Self {
        let high = columns.max(1) as f64;
        let rises = y_values.windows(2).all(|pair| pair[0] < pair[1]);
        let ticks = match y_values {
            _ if y_values.len() == columns && is_circle(y_values) => {
                let natural = [
                    (0, "C"),
                    (2, "D"),
                    (4, "E"),
                    (5, "F"),
                    (7, "G"),
                    (9, "A"),
                    (11, "B"),
                ];
                let places = natural.into_iter().filter_map(|(semitone, name)| {
                    Some((place(y_values, f64::from(semitone))?, name.to_owned()))
                });
                apart(places.collect(), high / most.max(1.0) * 0.4)
            }
            [first, .., last] if rises && y_values.len() == columns => {
                let step = (last - first) / (columns - 1) as f64;
                let is_even = y_values
                    .windows(2)
                    .all(|pair| ((pair[1] - pair[0]) / step - 1.0).abs() < 0.02);
                let wanted = if is_even {
                    even(*first, *last, most)
                } else {
                    decades(*first, *last)
                };
                let placed = wanted
                    .into_iter()
                    .filter_map(|(y, text)| Some((place(y_values, y)?, text)));
                apart(placed.collect(), high / most.max(1.0) * 0.6)
            }
            _ => even(0.0, high - 1.0, most)
                .into_iter()
                .filter(|(at, _)| at.fract() == 0.0)
                .map(|(at, text)| (at + 0.5, text))
                .collect(),
        };
        Self {
            low: 0.0,
            high,
            ticks,
        }
    }

    /// One lane per name, bottom to top; where they are many only some have their text.
    #[must_use]
    pub fn lanes(names: &[String], height_px: f64) -> Self {
        let every = (names.len() as f64 * 12.0 / height_px.max(1.0))
            .ceil()
            .max(1.0) as usize;
        let ticks = names
            .iter()
            .enumerate()
            .step_by(every)
            .map(|(i, name)| (i as f64 + 0.5, short(name)));
        Self {
            low: 0.0,
            high: names.len().max(1) as f64,
            ticks: ticks.collect(),
        }
    }
}

/// Are these semitones above C, once around: what the classes of a chroma stand for?
fn is_circle(y_values: &[f64]) -> bool {
    let step = 12.0 / y_values.len() as f64;
    let is_near = |(i, y): (usize, &f64)| (y - i as f64 * step).abs() < 1e-6;
    y_values.len() >= 12 && y_values.iter().enumerate().all(is_near)
}

/// Unit of what columns stand for, or empty. Results do not tell it; in this house those that rise past a hundred are
/// frequencies.
pub(super) fn unit(y_values: &[f64]) -> &'static str {
    let rises = y_values.windows(2).all(|pair| pair[0] < pair[1]);
    match y_values.last() {
        Some(&last) if rises && last > 100.0 => "Hz",
        _ => "",
    }
}

/// Words that are no longer than an axis can bear.
fn short(name: &str) -> String {
    const MOST: usize = 18;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    name.chars().take(MOST - 1).chain(['…']).collect()
}

/// Round numbers, evenly spaced.
fn even(low: f64, high: f64, most: f64) -> Vec<(f64, String)> {
    let step = nice_step((high - low) / most.max(2.0));
    let first = (low / step - 1e-9).ceil();
    let count = ((high / step + 1e-9).floor() - first + 1.0).clamp(0.0, 64.0) as usize;
    (0..count)
        .map(|i| (first + i as f64) * step)
        .map(|at| (at, number(if at.abs() < step * 1e-6 { 0.0 } else { at })))
        .collect()
}

/// Ones, fives, twos and threes of every decade, so that the roundest win the room.
fn decades(low: f64, high: f64) -> Vec<(f64, String)> {
    if low <= 0.0 && high <= 0.0 {
        return even(low, high, 6.0);
    }
    [1.0, 5.0, 2.0, 3.0]
        .into_iter()
        .flat_map(|m| (-3..=6).map(move |power| m * 10_f64.powi(power)))
        .filter(|y| (low..=high).contains(y))
        .map(|y| (y, number(y)))
        .collect()
}

/// The middle of the column that stands for `y`, between columns in proportion.
fn place(y_values: &[f64], y: f64) -> Option<f64> {
    let above = y_values.iter().position(|&value| value >= y)?;
    let Some(below) = above.checked_sub(1) else {
        return (y_values.first() == Some(&y)).then_some(0.5);
    };
    let share = (y - y_values[below]) / (y_values[above] - y_values[below]);
    Some(below as f64 + share + 0.5)
}

/// Leaves out what would stand nearer than `least` to something before it in the list; sorted then.
fn apart(wanted: Vec<(f64, String)>, least: f64) -> Vec<(f64, String)> {
    let mut kept: Vec<(f64, String)> = Vec::new();
    for (at, text) in wanted {
        if kept.iter().all(|(other, _)| (other - at).abs() >= least) {
            kept.push((at, text));
        }
    }
    sort_by(&mut kept, |a, b| a.0.total_cmp(&b.0));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn levels_have_round_numbers() {
        let axis = Axis::values(&[-57.0, -3.0], false, 130.0);
        assert_eq!((axis.low, axis.high), (-60.0, 0.0));
        assert_eq!(texts(&axis), ["−60", "−40", "−20", "0"]);
    }

    #[test]
    fn bins_of_a_transform_have_round_frequencies() {
        let hz: Vec<f64> = (0..1025)
            .map(|bin| f64::from(bin) * 44_100.0 / 2048.0)
            .collect();
        let axis = Axis::columns(1025, &hz, 5.0);
        assert_eq!(
            texts(&axis),
            [
                "0",
                "5000",
                "10\u{202f}000",
                "15\u{202f}000",
                "20\u{202f}000"
            ]
        );
        assert!((axis.ticks[1].0 - (5000.0 / 44_100.0 * 2048.0 + 0.5)).abs() < 1e-6);
    }

    #[test]
    fn even_steps_of_pitch_have_decades() {
        let hz: Vec<f64> = (0..288)
            .map(|k| 32.7 * 2_f64.powf(f64::from(k) / 48.0))
            .collect();
        let axis = Axis::columns(288, &hz, 5.0);
        assert!(
            texts(&axis).contains(&"100") && texts(&axis).contains(&"1000"),
            "{axis:?}"
        );
        let a = axis.ticks.iter().find(|(_, text)| text == "100").unwrap().0 - 0.5;
        assert!((a - 48.0 * (100.0_f64 / 32.7).log2()).abs() < 0.01, "{a}");
    }

    #[test]
    fn columns_without_meaning_have_whole_numbers() {
        assert_eq!(texts(&Axis::columns(13, &[], 5.0)), ["0", "5", "10"]);
        assert_eq!(texts(&Axis::columns(3, &[], 9.0)), ["0", "1", "2"]);
    }

    #[test]
    fn classes_of_pitch_have_names() {
        let third: Vec<f64> = (0..36).map(|class| f64::from(class) / 3.0).collect();
        let axis = Axis::columns(36, &third, 12.0);
        assert_eq!(texts(&axis), ["C", "D", "E", "F", "G", "A", "B"]);
        assert_eq!(axis.ticks[1].0, 6.5);
        assert_eq!(texts(&Axis::columns(12, &[], 12.0))[0], "0");
    }

    #[test]
    fn time_begins_where_the_stretch_does() {
        let axis = Axis::time((60.0, 70.0), 300.0, 6.2);
        assert_eq!((axis.low, axis.high), (60.0, 70.0));
        assert_eq!(axis.ticks[0], (60.0, "1:00".to_owned()));
    }
}
