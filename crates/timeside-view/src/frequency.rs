//! The vertical axis of a spectrogram.

use timeside_dsp::order::sort_by;
pub use timeside_dsp::scale::FrequencyScale;

/// The nearest that a frequency axis can be looked at.
const MAX_ZOOM: f64 = 200.0;

/// A frequency axis: `min_hz` at the bottom, `max_hz` at the top of `height_px`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrequencyAxis {
    /// How frequency is spread.
    pub scale: FrequencyScale,
    /// At the bottom edge, Hz.
    pub min_hz: f64,
    /// At the top edge, Hz.
    pub max_hz: f64,
    /// Height in pixels.
    pub height_px: f64,
}

impl FrequencyAxis {
    /// Distance from the top edge, in pixels.
    #[must_use]
    pub fn y_from_hz(&self, hz: f64) -> f64 {
        let (low, high) = (
            self.scale.from_hz(self.min_hz),
            self.scale.from_hz(self.max_hz),
        );
        (high - self.scale.from_hz(hz)) / (high - low) * self.height_px
    }

    /// The frequency at a distance from the top edge.
    #[must_use]
    pub fn hz_from_y(&self, y_px: f64) -> f64 {
        let (low, high) = (
            self.scale.from_hz(self.min_hz),
            self.scale.from_hz(self.max_hz),
        );
        self.scale
            .to_hz(high - y_px / self.height_px * (high - low))
    }

    /// The axis `factor` times nearer about the frequency at `y_px`, within `limits_hz`.
    #[must_use]
    pub fn zoomed(&self, factor: f64, y_px: f64, limits_hz: (f64, f64)) -> Self {
        let scale = self.scale;
        let (low, high) = (scale.from_hz(self.min_hz), scale.from_hz(self.max_hz));
        let (least, most) = (scale.from_hz(limits_hz.0), scale.from_hz(limits_hz.1));
        let at = high - y_px / self.height_px * (high - low);
        // Nearer than this even a long window tells nothing apart.
        let span = ((high - low) / factor).clamp((most - least) / MAX_ZOOM, most - least);
        let low = at - (at - low) * span / (high - low);
        self.moved_to(low, span, limits_hz)
    }

    /// The axis moved up by `dy_px` of itself, within `limits_hz`.
    #[must_use]
    pub fn panned(&self, dy_px: f64, limits_hz: (f64, f64)) -> Self {
        let (low, high) = (
            self.scale.from_hz(self.min_hz),
            self.scale.from_hz(self.max_hz),
        );
        let span = high - low;
        self.moved_to(low + dy_px / self.height_px * span, span, limits_hz)
    }

    fn moved_to(&self, low: f64, span: f64, limits_hz: (f64, f64)) -> Self {
        let (least, most) = (
            self.scale.from_hz(limits_hz.0),
            self.scale.from_hz(limits_hz.1),
        );
        let low = low.min(most - span).max(least);
        Self {
            min_hz: self.scale.to_hz(low).clamp(limits_hz.0, limits_hz.1),
            max_hz: self.scale.to_hz(low + span).clamp(limits_hz.0, limits_hz.1),
            ..*self
        }
    }

    /// About a hundredth of the axis about a frequency, as a round number of Hz: what a key moves by.
    #[must_use]
    pub fn step_hz(&self, hz: f64) -> f64 {
        let hundredth = self.height_px / 100.0;
        let y = self
            .y_from_hz(hz)
            .clamp(hundredth, self.height_px - hundredth);
        nice_step(self.hz_from_y(y - hundredth / 2.0) - self.hz_from_y(y + hundredth / 2.0))
    }

    /// Where this axis shows what `other` shows of the same scale: top and bottom in pixels from this one's top.
    #[must_use]
    pub fn place_of(&self, other: &Self) -> (f64, f64) {
        (self.y_from_hz(other.max_hz), self.y_from_hz(other.min_hz))
    }

    /// Labelled frequencies, top down, at least `spacing_px` apart and clear of both edges:
    /// 1–2–5 steps where octaves are compressed, even ones on a linear axis.
    #[must_use]
    pub fn ticks(&self, spacing_px: f64) -> Vec<(f64, String)> {
        let mut candidates: Vec<f64> = if self.scale == FrequencyScale::Linear {
            let step =
                nice_step((self.max_hz - self.min_hz) * spacing_px / self.height_px.max(1.0));
            (1..)
                .map(|i| i as f64 * step)
                .take_while(|&hz| hz < self.max_hz)
                .collect()
        } else {
            // Round numbers first, so that they win the room.
            let decades = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5];
            let by = |m: f64| decades.map(|d| d * m);
            [by(1.0), by(5.0), by(2.0), by(3.0)].concat()
        };
        if self.scale != FrequencyScale::Linear && self.max_hz < 4.0 * self.min_hz {
            // Within two octaves there are few of them.
            let step = nice_step((self.max_hz - self.min_hz) / 6.0);
            let first = (self.min_hz / step).floor() as u32;
            candidates = (first..first + 16).map(|i| f64::from(i) * step).collect();
        }
        candidates.retain(|&hz| hz > self.min_hz && hz < self.max_hz);
        let mut placed: Vec<(f64, f64)> = Vec::new();
        for hz in candidates {
            let y = self.y_from_hz(hz);
            let clear = y >= spacing_px / 2.0 && y <= self.height_px - spacing_px / 2.0;
            if clear
                && placed
                    .iter()
                    .all(|(other, _)| (other - y).abs() >= spacing_px)
            {
                placed.push((y, hz));
            }
        }
        sort_by(&mut placed, |a, b| a.0.total_cmp(&b.0));
        placed.into_iter().map(|(y, hz)| (y, hz_text(hz))).collect()
    }
}

/// A frequency in few characters: `440`, `1.5k`, `10k`.
#[must_use]
pub fn hz_text(hz: f64) -> String {
    if hz < 1000.0 {
        return format!("{hz:.0}");
    }
    let text = format!("{:.2}", hz / 1000.0);
    format!("{}k", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The least of 1, 2, 5 × 10ⁿ that is not below `least`.
pub(crate) fn nice_step(least: f64) -> f64 {
    if !(least.is_finite() && least > 0.0) {
        return 1.0;
    }
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|&s| s >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(scale: FrequencyScale) -> FrequencyAxis {
        FrequencyAxis {
            scale,
            min_hz: 40.0,
            max_hz: 22_050.0,
            height_px: 192.0,
        }
    }

    #[test]
    fn there_and_back() {
        for (_, scale) in FrequencyScale::NAMES {
            let axis = axis(scale);
            assert!(
                (axis.y_from_hz(22_050.0)).abs() < 1e-9
                    && (axis.y_from_hz(40.0) - 192.0).abs() < 1e-9
            );
            for y in 0..=192 {
                let hz = axis.hz_from_y(f64::from(y));
                assert!(
                    (axis.y_from_hz(hz) - f64::from(y)).abs() < 1e-6,
                    "{scale:?} {y}"
                );
            }
        }
    }

    #[test]
    fn zoom_keeps_what_is_under_the_pointer_and_stays_within_limits() {
        let limits = (40.0, 22_050.0);
        for (_, scale) in FrequencyScale::NAMES {
            let whole = axis(scale);
            let near = whole.zoomed(4.0, 100.0, limits);
            assert!((near.hz_from_y(100.0) / whole.hz_from_y(100.0) - 1.0).abs() < 1e-9);
            assert!(near.ticks(22.0).len() >= 2, "{scale:?} {near:?}");
            // Where the whole lies, seen from near: four times as high.
            let (top, bottom) = near.place_of(&whole);
            assert!((bottom - top - 4.0 * 192.0).abs() < 1e-6);
            let up = near.panned(50.0, limits);
            assert!((up.hz_from_y(150.0) / near.hz_from_y(100.0) - 1.0).abs() < 1e-9);
            let top = near.panned(1e6, limits);
            assert!((top.max_hz - 22_050.0).abs() < 1e-6);
            let back = near.zoomed(1e-3, 3.0, limits);
            assert!((back.min_hz - 40.0).abs() < 1e-6 && (back.max_hz - 22_050.0).abs() < 1e-6);
            let nearest = whole.zoomed(1e9, 50.0, limits);
            assert!(nearest.min_hz < nearest.max_hz);
        }
    }

    #[test]
    fn ticks_are_round_and_apart() {
        let texts: Vec<String> = axis(FrequencyScale::Mel)
            .ticks(22.0)
            .into_iter()
            .map(|t| t.1)
            .collect();
        assert_eq!(texts, ["10k", "5k", "2k", "1k", "300"]);
        for (_, scale) in FrequencyScale::NAMES {
            let ticks = axis(scale).ticks(22.0);
            assert!(ticks.len() >= 3, "{scale:?} {ticks:?}");
            assert!(ticks.windows(2).all(|w| w[1].0 - w[0].0 >= 21.999));
        }
    }

    #[test]
    fn a_step_is_a_round_hundredth_of_what_is_shown() {
        let linear = FrequencyAxis {
            min_hz: 0.0,
            max_hz: 8000.0,
            ..axis(FrequencyScale::Linear)
        };
        assert_eq!(linear.step_hz(10.0), 100.0);
        assert_eq!(linear.step_hz(7000.0), 100.0);
        let near = linear.zoomed(10.0, 96.0, (0.0, 8000.0));
        assert_eq!(near.step_hz(4000.0), 10.0);
        let mel = axis(FrequencyScale::Mel);
        assert_eq!(
            [10.0, 200.0, 2000.0, 20_000.0, 1e6].map(|hz| mel.step_hz(hz)),
            [50.0, 50.0, 100.0, 1000.0, 1000.0]
        );
    }

    #[test]
    fn short_texts() {
        assert_eq!(hz_text(440.0), "440");
        assert_eq!(hz_text(1500.0), "1.5k");
        assert_eq!(hz_text(20_000.0), "20k");
        assert_eq!(nice_step(0.03), 0.05);
    }
}
