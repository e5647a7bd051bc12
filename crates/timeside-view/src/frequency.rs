//! The vertical axis of a spectrogram.

pub use timeside_dsp::scale::FrequencyScale;

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
        placed.sort_by(|a, b| a.0.total_cmp(&b.0));
        placed.into_iter().map(|(y, hz)| (y, hz_text(hz))).collect()
    }
}

/// A frequency in few characters: `440`, `1.5k`, `10k`.
#[must_use]
pub fn hz_text(hz: f64) -> String {
    if hz < 1000.0 {
        return format!("{hz:.0}");
    }
    let text = format!("{:.1}", hz / 1000.0);
    format!("{}k", text.strip_suffix(".0").unwrap_or(&text))
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
    fn short_texts() {
        assert_eq!(hz_text(440.0), "440");
        assert_eq!(hz_text(1500.0), "1.5k");
        assert_eq!(hz_text(20_000.0), "20k");
        assert_eq!(nice_step(0.03), 0.05);
    }
}
