//! The table of layers: one row for each kind.

use leptos::prelude::*;

use crate::components::{spectrogram, waveform};

/// A kind of layer that reads the recording itself (curves come with results instead).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LayerKind {
    /// Extent and RMS of the samples.
    Waveform,
    /// Level over time and frequency.
    Spectrogram,
}

/// Every kind, in the order they are stacked.
pub(crate) const ALL: [LayerKind; 2] = [LayerKind::Waveform, LayerKind::Spectrogram];

/// What is shown when nothing is asked for.
pub(crate) const DEFAULT: [LayerKind; 2] = ALL;

impl LayerKind {
    /// Its word in the `layers` attribute.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Waveform => "waveform",
            Self::Spectrogram => "spectrogram",
        }
    }

    /// Its lane.
    pub(crate) fn lane(self) -> AnyView {
        match self {
            Self::Waveform => waveform::WaveformLane().into_any(),
            Self::Spectrogram => spectrogram::SpectrogramLane().into_any(),
        }
    }
}

/// Reads the `layers` attribute. Words that name no layer are left out; no known word at all gives
/// the default.
pub(crate) fn parse(text: &str) -> Vec<LayerKind> {
    let mut layers: Vec<LayerKind> = Vec::new();
    for word in text.split_whitespace() {
        if let Some(kind) = ALL.into_iter().find(|kind| kind.id() == word)
            && !layers.contains(&kind)
        {
            layers.push(kind);
        }
    }
    if layers.is_empty() && !text.split_whitespace().any(|word| word == "none") {
        return DEFAULT.to_vec();
    }
    layers
}

/// The words that name no layer.
pub(crate) fn unknown(text: &str) -> String {
    let mut unknown = String::new();
    for word in text.split_whitespace() {
        if word != "none" && !ALL.into_iter().any(|kind| kind.id() == word) {
            unknown.push_str(if unknown.is_empty() { "" } else { " " });
            unknown.push_str(word);
        }
    }
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attribute_is_read_tolerantly() {
        assert_eq!(
            parse("spectrogram waveform"),
            [LayerKind::Spectrogram, LayerKind::Waveform]
        );
        assert_eq!(parse("waveform waveform nonsense"), [LayerKind::Waveform]);
        assert_eq!(unknown("waveform nonsense none 42"), "nonsense 42");
        assert_eq!(parse(""), DEFAULT);
        assert_eq!(parse("none"), []);
    }
}
