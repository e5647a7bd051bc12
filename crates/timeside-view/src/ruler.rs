//! The time ruler: which ticks, how deep, with which texts.

use crate::{time, viewport::Viewport};

/// Steps between labelled ticks in microseconds, each with the number of parts that minor ticks
/// make of it. Above a second they follow the clock, below it 1–2–5.
const STEPS: [(i64, i64); 34] = [
    (10, 5),
    (20, 4),
    (50, 5),
    (100, 5),
    (200, 4),
    (500, 5),
    (1_000, 5),
    (2_000, 4),
    (5_000, 5),
    (10_000, 5),
    (20_000, 4),
    (50_000, 5),
    (100_000, 5),
    (200_000, 4),
    (500_000, 5),
    (1_000_000, 5),
    (2_000_000, 4),
    (5_000_000, 5),
    (10_000_000, 5),
    (15_000_000, 3),
    (30_000_000, 6),
    (60_000_000, 6),
    (120_000_000, 4),
    (300_000_000, 5),
    (600_000_000, 5),
    (900_000_000, 3),
    (1_800_000_000, 6),
    (3_600_000_000, 6),
    (7_200_000_000, 4),
    (10_800_000_000, 3),
    (21_600_000_000, 6),
    (43_200_000_000, 6),
    (86_400_000_000, 6),
    (604_800_000_000, 7),
];

const DAY_SECS: f64 = 86_400.0;

/// One tick.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where, in pixels from the left edge.
    pub px: f64,
    /// What it says; none for a minor tick.
    pub label: Option<String>,
}

/// The ticks of a view, left to right. `glyph_px` is the width of a digit in the label's face;
/// labels never touch and minor ticks are at least 5 pixels apart.
#[must_use]
pub fn ticks(view: &Viewport, glyph_px: f64) -> Vec<Tick> {
    ticks_from(view, glyph_px, 0.0)
}

/// The same for a clock that shows `offset_secs` at the recording's start, and turns to 0 after a day.
#[must_use]
pub fn ticks_from(view: &Viewport, glyph_px: f64, offset_secs: f64) -> Vec<Tick> {
    let us_per_px = view.frames_per_px() * 1e6 / view.rate_hz();
    let wide = view.total_secs() >= 3600.0 || offset_secs != 0.0;
    let (step, parts) = choose_step(us_per_px, glyph_px, wide);
    let minor_step = if step as f64 / parts as f64 / us_per_px >= 5.0 {
        step / parts
    } else {
        step
    };
    let decimals = decimals_of(step);

    let index_of = |secs: f64| ((secs + offset_secs) * 1e6 / minor_step as f64).floor() as i64;
    let shown_secs = |at_us: i64| {
        let secs = at_us as f64 / 1e6;
        if offset_secs == 0.0 {
            secs
        } else {
            secs.rem_euclid(DAY_SECS)
        }
    };
    (index_of(view.start_secs())..=index_of(view.end_secs()))
        .map(|index| {
            let at_us = index * minor_step;
            let label =
                (at_us % step == 0).then(|| time::digits(shown_secs(at_us), decimals, wide));
            Tick {
                px: view.px_from_secs(at_us as f64 / 1e6 - offset_secs),
                label,
            }
        })
        .collect()
}

/// Decimals of a second that tell neighbouring positions one pixel apart, at most 6: what a
/// read-out under the pointer should show.
#[must_use]
pub fn decimals_for(view: &Viewport) -> usize {
    let secs_per_px = view.frames_per_px() / view.rate_hz();
    (1..=6)
        .find(|&d| secs_per_px >= 0.5 * 10_f64.powi(-d))
        .map_or(6, |d| d as usize)
        .max(1)
}

fn choose_step(us_per_px: f64, glyph_px: f64, wide: bool) -> (i64, i64) {
    for (step, parts) in STEPS {
        let glyphs =
            if wide { 7 } else { 5 } + decimals_of(step) + usize::from(decimals_of(step) > 0);
        if step as f64 / us_per_px >= (glyphs + 3) as f64 * glyph_px {
            return (step, parts);
        }
    }
    STEPS[STEPS.len() - 1]
}

fn decimals_of(step_us: i64) -> usize {
    (0..=6)
        .find(|&d| step_us % 10_i64.pow(6 - d) == 0)
        .unwrap_or(6) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(view: &Viewport) -> Vec<String> {
        ticks(view, 7.0)
            .into_iter()
            .filter_map(|t| t.label)
            .collect()
    }

    #[test]
    fn three_minutes_in_a_thousand_pixels() {
        let view = Viewport::new(180 * 44_100, 44_100.0, 1000.0);
        let texts = labels(&view);
        assert_eq!(texts[..4], ["0:00", "0:15", "0:30", "0:45"]);
        assert_eq!(texts.len(), 13);
    }

    #[test]
    fn deep_zoom_shows_what_it_needs() {
        let view =
            Viewport::new(180 * 44_100, 44_100.0, 1000.0).showing(44_100.0, 44_100.0 + 882.0);
        assert_eq!(labels(&view)[0], "0:01.000");
        assert_eq!(labels(&view)[1], "0:01.002");
    }

    #[test]
    fn a_day_shows_hours() {
        let view = Viewport::new(86_400 * 44_100, 44_100.0, 1600.0);
        assert_eq!(labels(&view)[1], "2:00:00");
    }

    #[test]
    fn labels_never_touch_and_lie_in_order() {
        for zoom in 0..60 {
            let view =
                Viewport::new(86_400 * 48_000, 48_000.0, 777.0).zoomed(1.4_f64.powi(zoom), 300.0);
            let all = ticks(&view, 7.0);
            assert!(all.len() < 400, "{} ticks", all.len());
            let labelled: Vec<_> = all.iter().filter(|t| t.label.is_some()).collect();
            for pair in labelled.windows(2) {
                let width = pair[0].label.as_deref().unwrap_or("").chars().count() as f64 * 7.0;
                assert!(pair[1].px - pair[0].px > width, "zoom {zoom}: {pair:?}");
            }
            assert!(all.windows(2).all(|pair| pair[1].px > pair[0].px));
        }
    }

    #[test]
    fn read_out_decimals_follow_the_zoom() {
        let view = Viewport::new(3600 * 44_100, 44_100.0, 1000.0);
        assert_eq!(decimals_for(&view), 1);
        assert_eq!(decimals_for(&view.zoomed(1e9, 0.0)), 6);
    }
}
