//! In what the ruler and the read-outs count.

use crate::{
    ruler::{self, Tick},
    time,
    viewport::Viewport,
};

/// A unit of time on the ruler.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum TimeUnit {
    /// Hours, minutes and seconds from the start.
    #[default]
    Clock,
    /// Frames from the start.
    Frames,
    /// The hour of the day at which it was recorded; the first frame is so many seconds after midnight.
    Day {
        /// Seconds.
        midnight_secs: f64,
    },
    /// Bars and beats.
    Beats {
        /// Where beats are, in seconds, rising.
        beats: Vec<f64>,
        /// Beats in a bar.
        meter: u32,
    },
}

const DAY_SECS: f64 = 86_400.0;

impl TimeUnit {
    /// The ticks of a view, left to right, as [`ruler::ticks`].
    #[must_use]
    pub fn ticks(&self, view: &Viewport, glyph_px: f64) -> Vec<Tick> {
        match self {
            Self::Clock => ruler::ticks(view, glyph_px),
            Self::Frames => frame_ticks(view, glyph_px),
            Self::Day { midnight_secs } => ruler::ticks_from(view, glyph_px, *midnight_secs),
            Self::Beats { beats, meter } => beat_ticks(view, glyph_px, beats, *meter),
        }
    }

    /// A position as digits: `decimals` of a second where it counts seconds, else frames, or bar and beat.
    #[must_use]
    pub fn position(&self, secs: f64, decimals: usize, view: &Viewport) -> String {
        match self {
            Self::Clock => time::digits(secs, decimals, view.total_secs() >= 3600.0),
            Self::Frames => grouped(view.frame_from_secs(secs)),
            Self::Day { midnight_secs } => {
                time::digits((secs + midnight_secs).rem_euclid(DAY_SECS), decimals, true)
            }
            Self::Beats { beats, meter } => {
                let after = beats.partition_point(|&beat| beat <= secs + 1e-6);
                if after == 0 {
                    return "0.0".to_owned();
                }
                bar_and_beat(after - 1, *meter)
            }
        }
    }

    /// A length as digits.
    #[must_use]
    pub fn length(&self, secs: f64, decimals: usize, view: &Viewport) -> String {
        match self {
            Self::Frames => grouped((secs * view.rate_hz()).round() as i64),
            _ => time::digits(secs, decimals, view.total_secs() >= 3600.0),
        }
    }
}

/// Digits by threes, with thin spaces.
fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    if count < 0 {
        out.push('−');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

fn bar_and_beat(index: usize, meter: u32) -> String {
    let meter = meter.max(1) as usize;
    format!("{}.{}", index / meter + 1, index % meter + 1)
}

fn frame_ticks(view: &Viewport, glyph_px: f64) -> Vec<Tick> {
    let widest = grouped(view.end_frame()).chars().count();
    let least = (widest + 3) as f64 * glyph_px * view.frames_per_px();
    let step = crate::frequency::nice_step(least).max(1.0) as i64;
    let minor = if step % 5 == 0 && (step / 5) as f64 / view.frames_per_px() >= 5.0 {
        step / 5
    } else {
        step
    };
    let (first, last) = (view.start_frame() / minor, view.end_frame() / minor);
    (first..=last)
        .map(|index| {
            let frame = index * minor;
            Tick {
                px: view.px_from_frame(frame),
                label: (frame % step == 0).then(|| grouped(frame)),
            }
        })
        .collect()
}

fn beat_ticks(view: &Viewport, glyph_px: f64, beats: &[f64], meter: u32) -> Vec<Tick> {
    let meter = meter.max(1) as usize;
    let first = beats.partition_point(|&beat| beat < view.start_secs());
    let last = beats.partition_point(|&beat| beat <= view.end_secs());
    let mut ticks = Vec::new();
    let (mut label_end, mut tick_end) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (index, &beat) in beats.iter().enumerate().take(last).skip(first) {
        let px = view.px_from_secs(beat);
        let is_bar = index % meter == 0;
        if px < tick_end && !(is_bar && px >= label_end) {
            continue;
        }
        let text = bar_and_beat(index, meter as u32);
        // Where there is no room for every beat, bars are named first.
        let room = (text.len() + 2) as f64 * glyph_px;
        let next_bar = beats.get(index + meter - index % meter);
        let crowds = !is_bar && next_bar.is_some_and(|&bar| px + room > view.px_from_secs(bar));
        let label = (px >= label_end && !crowds).then_some(text);
        if label.is_some() {
            label_end = px + room;
        }
        tick_end = px + 5.0;
        ticks.push(Tick { px, label });
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(unit: &TimeUnit, view: &Viewport) -> Vec<String> {
        let ticks = unit.ticks(view, 7.0);
        assert!(ticks.windows(2).all(|pair| pair[0].px < pair[1].px));
        ticks.into_iter().filter_map(|tick| tick.label).collect()
    }

    #[test]
    fn frames_are_counted() {
        let view = Viewport::new(180 * 44_100, 44_100.0, 1000.0);
        let texts = labels(&TimeUnit::Frames, &view);
        assert_eq!(
            texts[..3],
            ["0", "1\u{202f}000\u{202f}000", "2\u{202f}000\u{202f}000"]
        );
        let near = view.showing(1000.0, 1040.0);
        assert_eq!(
            labels(&TimeUnit::Frames, &near)[..2],
            ["1\u{202f}000", "1\u{202f}005"]
        );
        assert_eq!(TimeUnit::Frames.position(1.0, 3, &view), "44\u{202f}100");
        assert_eq!(TimeUnit::Frames.length(0.5, 3, &view), "22\u{202f}050");
    }

    #[test]
    fn the_day_goes_round() {
        let unit = TimeUnit::Day {
            midnight_secs: 86_390.0,
        };
        let view = Viewport::new(30 * 1000, 1000.0, 600.0);
        assert_eq!(unit.position(5.5, 1, &view), "23:59:55.5");
        assert_eq!(unit.position(12.0, 0, &view), "0:00:02");
        let texts = labels(&unit, &view);
        assert!(texts.contains(&"0:00:00".to_owned()), "{texts:?}");
        assert_eq!(texts[0], "23:59:50");
    }

    #[test]
    fn bars_are_named_before_beats() {
        let beats: Vec<f64> = (0..200).map(|i| 0.25 + f64::from(i) * 0.5).collect();
        let unit = TimeUnit::Beats { beats, meter: 4 };
        let view = Viewport::new(100 * 1000, 1000.0, 1000.0);
        let texts = labels(&unit, &view);
        assert!(texts.iter().all(|text| text.ends_with(".1")), "{texts:?}");
        let near = view.showing(0.0, 4000.0);
        assert_eq!(
            labels(&unit, &near)[..5],
            ["1.1", "1.2", "1.3", "1.4", "2.1"]
        );
        assert_eq!(unit.position(0.1, 3, &view), "0.0");
        assert_eq!(unit.position(2.25, 3, &view), "2.1");
    }

    #[test]
    fn labels_never_touch() {
        let beats: Vec<f64> = (0..7000).map(|i| f64::from(i) * 0.47).collect();
        for unit in [TimeUnit::Frames, TimeUnit::Beats { beats, meter: 3 }] {
            for zoom in 0..40 {
                let view =
                    Viewport::new(3600 * 44_100, 44_100.0, 777.0).zoomed(1.4_f64.powi(zoom), 300.0);
                let all = unit.ticks(&view, 7.0);
                assert!(all.len() < 400, "{} ticks", all.len());
                let labelled: Vec<_> = all.iter().filter(|t| t.label.is_some()).collect();
                for pair in labelled.windows(2) {
                    let text = pair[0].label.as_deref().unwrap_or_default();
                    let width = text.chars().count() as f64 * 7.0;
                    assert!(pair[1].px - pair[0].px > width, "zoom {zoom}: {pair:?}");
                }
            }
        }
    }
}
