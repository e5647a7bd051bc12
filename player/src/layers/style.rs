//! How a layer looks: what `layers.configure()` changes.

use timeside_view::{
    ColorMap,
    layers::{
        curve::Range,
        value_axis::ValueScale,
        waveform::{Amplitude, ChannelColumns},
    },
};
use wasm_bindgen::prelude::*;

use crate::link::{get, number, text};

/// Names of scales, those of values before those of frequencies only.
const SCALES: [&str; 6] = ["linear", "log", "db", "mel", "bark", "erb"];
/// How layers of one lane are laid over each other; CSS's words.
const BLENDS: [&str; 5] = ["normal", "multiply", "screen", "lighten", "darken"];
/// Where levels of a waveform begin unless told otherwise, dB.
const FLOOR_DB: f64 = -60.0;
/// A quieter recording is raised no further by `normalise`.
const MAX_NORMALISED: f64 = 1e4;

/// How a layer looks. `None` is the default of its kind. The spectrogram's own settings are kept elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Style {
    pub(crate) name: Option<String>,
    /// 0..=1.
    pub(crate) opacity: f64,
    /// CSS pixels.
    pub(crate) height: Option<f64>,
    pub(crate) group: Option<String>,
    /// Of [`BLENDS`].
    pub(crate) blend: &'static str,
    /// Any CSS colour.
    pub(crate) color: Option<String>,
    pub(crate) map: Option<ColorMap>,
    /// Fixed instead of fitted to the data.
    pub(crate) range: Option<(f64, f64)>,
    /// Of [`SCALES`].
    pub(crate) scale: Option<&'static str>,
    /// Are texts drawn?
    pub(crate) labels: bool,
    /// Vertical zoom of a waveform.
    pub(crate) gain: f64,
    /// Bottom of a waveform's levels.
    pub(crate) floor_db: f64,
    pub(crate) rms: bool,
    pub(crate) clipping: bool,
    pub(crate) normalise: bool,
    /// One lane per channel?
    pub(crate) apart: Option<bool>,
    /// Is it heard? Kept for whoever sounds it.
    pub(crate) sonify: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            name: None,
            opacity: 1.0,
            height: None,
            group: None,
            blend: BLENDS[0],
            color: None,
            map: None,
            range: None,
            scale: None,
            labels: true,
            gain: 1.0,
            floor_db: FLOOR_DB,
            rms: true,
            clipping: true,
            normalise: false,
            apart: None,
            sonify: false,
        }
    }
}

/// One of these words, `None` for any other.
fn one_of(words: &[&'static str], word: Option<String>) -> Option<&'static str> {
    let word = word?;
    words.iter().copied().find(|known| *known == word)
}

impl Style {
    /// Takes what an object names; the element has checked it. `null` gives the default back.
    pub(crate) fn configure(&mut self, settings: &JsValue) {
        let default = Self::default();
        let has = |name: &str| !get(settings, name).is_undefined();
        let switch = |name: &str, old: bool, default: bool| {
            let value = get(settings, name);
            value
                .as_bool()
                .unwrap_or(if value.is_null() { default } else { old })
        };
        let amount = |name: &str, old: f64, default: f64| {
            let is_reset = get(settings, name).is_null();
            number(settings, name).unwrap_or(if is_reset { default } else { old })
        };
        self.opacity = amount("opacity", self.opacity, 1.0).clamp(0.0, 1.0);
        self.gain = amount("gain", self.gain, 1.0).clamp(1e-3, 1e6);
        self.floor_db = amount("floorDb", self.floor_db, FLOOR_DB).clamp(-200.0, -1.0);
        self.labels = switch("labels", self.labels, default.labels);
        self.rms = switch("rms", self.rms, default.rms);
        self.clipping = switch("clipping", self.clipping, default.clipping);
        self.normalise = switch("normalise", self.normalise, default.normalise);
        self.sonify = switch("sonify", self.sonify, default.sonify);
        for (name, field) in [
            ("name", &mut self.name),
            ("group", &mut self.group),
            ("color", &mut self.color),
        ] {
            if has(name) {
                *field = text(settings, name).filter(|text| !text.is_empty());
            }
        }
        if has("height") {
            self.height = number(settings, "height").map(|px| px.clamp(16.0, 2000.0));
        }
        if has("blend") {
            self.blend = one_of(&BLENDS, text(settings, "blend")).unwrap_or(BLENDS[0]);
        }
        if has("colorMap") {
            self.map = text(settings, "colorMap").and_then(|id| ColorMap::from_id(&id));
        }
        if has("scale") {
            self.scale = one_of(&SCALES, text(settings, "scale"));
        }
        if has("channels") {
            self.apart = text(settings, "channels").map(|word| word == "apart");
        }
        if has("range") {
            let pair = get(settings, "range");
            let ends = (number(&pair, "0"), number(&pair, "1"));
            self.range = match ends {
                (Some(low), Some(high)) if low < high => Some((low, high)),
                _ => None,
            };
        }
    }

    /// Takes an option of the `layers` attribute, as in `waveform:db`.
    pub(crate) fn option(&mut self, word: &str) {
        match word {
            "mix" | "mono" => self.apart = Some(false),
            "apart" => self.apart = Some(true),
            "normalise" => self.normalise = true,
            _ => self.scale = one_of(&SCALES, Some(word.to_owned())).or(self.scale),
        }
    }

    /// A fixed range, or the one that fits the data.
    pub(crate) fn range_or(&self, fitted: Option<Range>) -> Option<Range> {
        self.range.map(|(low, high)| Range { low, high }).or(fitted)
    }

    /// The scale of values.
    pub(crate) fn value_scale(&self) -> ValueScale {
        let named = self.scale.and_then(ValueScale::from_name);
        named.unwrap_or_default()
    }

    /// How samples become heights, the loudest of the recording being `peak`.
    pub(crate) fn amplitude(&self, peak: f64) -> Amplitude {
        let raised = if self.normalise && peak > 0.0 {
            (1.0 / peak).min(MAX_NORMALISED)
        } else {
            1.0
        };
        Amplitude {
            gain: self.gain * raised,
            floor_db: (self.scale == Some("db")).then_some(self.floor_db),
        }
    }
}

/// The loudest sample of columns.
pub(crate) fn peak_of(channels: &[ChannelColumns]) -> f32 {
    let samples = channels.iter().flat_map(|c| c.min.iter().chain(&c.max));
    samples.fold(0.0, |peak, sample| peak.max(sample.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_the_attribute() {
        let mut style = Style::default();
        for word in ["db", "mono", "nonsense"] {
            style.option(word);
        }
        assert_eq!((style.scale, style.apart), (Some("db"), Some(false)));
        assert_eq!(style.amplitude(1.0).floor_db, Some(FLOOR_DB));
    }

    #[test]
    fn normalised_by_the_loudest() {
        let style = Style {
            normalise: true,
            gain: 2.0,
            ..Style::default()
        };
        assert_eq!(style.amplitude(0.25).gain, 8.0);
        assert_eq!(style.amplitude(0.0).gain, 2.0);
        let channel = ChannelColumns {
            min: vec![f32::NAN, -0.75],
            max: vec![0.5, f32::NAN],
            rms: vec![0.0; 2],
        };
        assert_eq!(peak_of(&[channel]), 0.75);
    }
}
