//! The vertical axis of a layer of values: a range, spread evenly, by its logarithm, or in decibels.

use super::curve::Range;
use crate::frequency::{FrequencyAxis, FrequencyScale};

/// How values are spread over a lane's height.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ValueScale {
    /// Evenly.
    #[default]
    Linear,
    /// By their logarithm: equal ratios, equal heights.
    Log,
    /// By their level, 20·log₁₀ of the magnitude.
    Decibel,
    /// As frequencies lie on an axis of frequency: a curve of pitch on a spectrogram.
    Hz(FrequencyScale),
}

impl ValueScale {
    /// Names in settings.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("linear", Self::Linear),
        ("log", Self::Log),
        ("db", Self::Decibel),
    ];

    /// The scale of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(id, _)| *id == name);
        found.map(|(_, scale)| *scale)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::NAMES.iter().find(|(_, scale)| *scale == self);
        found.map_or("hz", |(id, _)| id)
    }

    fn of(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => value.max(f64::MIN_POSITIVE).ln(),
            Self::Decibel => 20.0 * value.abs().max(f64::MIN_POSITIVE).log10(),
            Self::Hz(scale) => scale.from_hz(value.max(0.0)),
        }
    }

    /// How far below its top a range may reach where there is no zero.
    fn floor(self, high: f64) -> f64 {
        match self {
            Self::Linear | Self::Hz(_) => f64::NEG_INFINITY,
            Self::Log => high * 1e-4,
            Self::Decibel => high * 1e-3,
        }
    }
}

/// A range of values over a height, `range.low` at the bottom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueAxis {
    /// What the height stands for.
    pub range: Range,
    /// How it is spread.
    pub scale: ValueScale,
}

impl From<Range> for ValueAxis {
    fn from(range: Range) -> Self {
        Self {
            range,
            scale: ValueScale::Linear,
        }
    }
}

impl From<FrequencyAxis> for ValueAxis {
    fn from(axis: FrequencyAxis) -> Self {
        Self {
            range: Range {
                low: axis.min_hz,
                high: axis.max_hz,
            },
            scale: ValueScale::Hz(axis.scale),
        }
    }
}

impl ValueAxis {
    /// A range on a scale. Where a logarithm has no value (nothing above zero) the scale is linear; a range that reaches
    /// down to zero ends four decades (60 dB) below its top.
    #[must_use]
    pub fn new(range: Range, scale: ValueScale) -> Self {
        if scale == ValueScale::Linear || range.high <= 0.0 {
            return range.into();
        }
        let low = range.low.max(scale.floor(range.high));
        Self {
            range: Range { low, ..range },
            scale,
        }
    }

    /// Pixels from the top for a value; values outside lie on the edge.
    #[must_use]
    pub fn y_from_value(&self, value: f64, height_px: f64) -> f64 {
        let (low, high) = (
            self.scale.of(self.range.low),
            self.scale.of(self.range.high),
        );
        ((high - self.scale.of(value)) / (high - low)).clamp(0.0, 1.0) * height_px
    }

    /// Where bars and stems stand: at zero, or what is nearest to it.
    #[must_use]
    pub fn base_y(&self, height_px: f64) -> f64 {
        let base = match self.scale {
            ValueScale::Linear => 0.0_f64.clamp(self.range.low, self.range.high),
            _ => self.range.low,
        };
        self.y_from_value(base, height_px)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: Range = Range {
        low: 0.0,
        high: 100.0,
    };

    #[test]
    fn ratios_are_even_on_a_logarithm() {
        let axis = ValueAxis::new(RANGE, ValueScale::Log);
        assert_eq!(axis.range.low, 0.01);
        let y = |value| axis.y_from_value(value, 400.0);
        for (value, expected) in [
            (100.0, 0.0),
            (10.0, 100.0),
            (1.0, 200.0),
            (0.01, 400.0),
            (0.0, 400.0),
        ] {
            assert!((y(value) - expected).abs() < 1e-9, "{value}: {}", y(value));
        }
    }

    #[test]
    fn decibels_of_a_magnitude() {
        let axis = ValueAxis::new(RANGE, ValueScale::Decibel);
        assert!((axis.y_from_value(10.0, 60.0) - 20.0).abs() < 1e-9);
        assert!((axis.y_from_value(-10.0, 60.0) - 20.0).abs() < 1e-9);
        assert_eq!(axis.base_y(60.0), 60.0);
    }

    #[test]
    fn pitch_lies_where_a_spectrogram_has_it() {
        let axis = FrequencyAxis {
            scale: FrequencyScale::Mel,
            min_hz: 0.0,
            max_hz: 8000.0,
            height_px: 192.0,
        };
        let values = ValueAxis::from(axis);
        assert!((values.y_from_value(440.0, 192.0) - axis.y_from_hz(440.0)).abs() < 1e-9);
    }

    #[test]
    fn what_has_no_logarithm_is_linear() {
        let below = Range {
            low: -40.0,
            high: 0.0,
        };
        let axis = ValueAxis::new(below, ValueScale::Log);
        assert_eq!(axis.scale, ValueScale::Linear);
        assert_eq!(
            (axis.y_from_value(-10.0, 40.0), axis.base_y(40.0)),
            (10.0, 0.0)
        );
        for (name, scale) in ValueScale::NAMES {
            assert_eq!(
                (ValueScale::from_name(name), scale.name()),
                (Some(scale), name)
            );
        }
    }
}
