//! Frequency scales: positions along an axis, and back.

/// How frequency is laid out along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FrequencyScale {
    /// Hertz.
    #[default]
    Linear,
    /// Octaves.
    Log,
    /// Mel, O'Shaughnessy 1987: `2595·log10(1 + f/700)`.
    Mel,
    /// Mel, Slaney 1998: linear to 1 kHz (`3f/200`), above it `15 + 27·ln(f/1000)/ln 6.4`. Of analyzers, not of views.
    MelSlaney,
    /// Bark, Traunmüller 1990: `26.81·f/(1960 + f) − 0.53`.
    Bark,
    /// ERB rate, Glasberg & Moore 1990: `21.4·log10(1 + 0.00437·f)`.
    Erb,
}

impl FrequencyScale {
    /// Every scale with the name it has in options.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("linear", Self::Linear),
        ("log", Self::Log),
        ("mel", Self::Mel),
        ("bark", Self::Bark),
        ("erb", Self::Erb),
    ];

    /// The scale of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, s)| *s)
    }

    /// Lowest frequency in Hz that the scale can show.
    pub fn lowest_hz(self) -> f64 {
        if self == Self::Log { 20.0 } else { 0.0 }
    }

    /// The position of a frequency, in the scale's own unit.
    pub fn from_hz(self, hz: f64) -> f64 {
        match self {
            Self::Linear => hz,
            Self::Log => hz.max(1e-3).log2(),
            Self::Mel => 2595.0 * (1.0 + hz / 700.0).log10(),
            Self::MelSlaney if hz < 1000.0 => 3.0 * hz / 200.0,
            Self::MelSlaney => 15.0 + 27.0 * (hz / 1000.0).ln() / 6.4_f64.ln(),
            Self::Bark => 26.81 * hz / (1960.0 + hz) - 0.53,
            Self::Erb => 21.4 * (1.0 + 0.004_37 * hz).log10(),
        }
    }

    /// The frequency in Hz at a position.
    pub fn to_hz(self, position: f64) -> f64 {
        match self {
            Self::Linear => position,
            Self::Log => position.exp2(),
            Self::Mel => 700.0 * (10_f64.powf(position / 2595.0) - 1.0),
            Self::MelSlaney if position < 15.0 => 200.0 * position / 3.0,
            Self::MelSlaney => 1000.0 * ((position - 15.0) * 6.4_f64.ln() / 27.0).exp(),
            Self::Bark => 1960.0 * (position + 0.53) / (26.28 - position),
            Self::Erb => (10_f64.powf(position / 21.4) - 1.0) / 0.004_37,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_round_trip_and_rise() {
        for (name, scale) in FrequencyScale::NAMES {
            let mut last = f64::NEG_INFINITY;
            for hz in [25.0, 100.0, 440.0, 1000.0, 8000.0, 22_050.0, 96_000.0] {
                let at = scale.from_hz(hz);
                assert!(at > last, "{name} {hz}");
                last = at;
                assert!((scale.to_hz(at) - hz).abs() < 1e-6 * hz, "{name} {hz}");
            }
        }
        assert!((FrequencyScale::Mel.from_hz(1000.0) - 999.99).abs() < 0.01);
    }
}
