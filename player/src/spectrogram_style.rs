//! How the spectrogram is made, spread and coloured: what its settings and `layers.configure()` change.

use timeside_view::{ColorMap, FrequencyAxis, FrequencyScale};
use wasm_bindgen::prelude::*;

use crate::link::{get, number, text};

/// Windows in the order a menu should list them, by their names in the SDK.
pub(crate) const WINDOWS: [(&str, &str); 8] = [
    ("hann", "Hann"),
    ("hamming", "Hamming"),
    ("blackman", "Blackman"),
    ("blackman_harris", "Blackman–Harris"),
    ("gaussian", "Gauss"),
    ("kaiser", "Kaiser"),
    ("flat_top", "Flat top"),
    ("rectangular", "Rectangle"),
];

/// Lowest frequency in Hz where low ones are spread.
const LOG_LOW_HZ: f64 = 40.0;

/// Settings of the spectrogram lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SpectrogramStyle {
    /// `None` follows the theme.
    pub(crate) map: Option<ColorMap>,
    /// What the map's first colour stands for.
    pub(crate) floor_db: f32,
    /// What its last stands for.
    pub(crate) ceiling_db: f32,
    /// Added to every level.
    pub(crate) gain_db: f32,
    /// The vertical axis.
    pub(crate) scale: FrequencyScale,
    /// At its bottom; `None` is the scale's own.
    pub(crate) min_hz: Option<f64>,
    /// At its top; `None` is half the sample rate.
    pub(crate) max_hz: Option<f64>,
    /// Samples under the window.
    pub(crate) block: u32,
    /// Points of the FFT are so many times as many.
    pub(crate) padding: u32,
    /// Of [`WINDOWS`].
    pub(crate) window: &'static str,
    /// `None` is the mean of all.
    pub(crate) channel: Option<u32>,
}

impl Default for SpectrogramStyle {
    fn default() -> Self {
        Self {
            map: None,
            floor_db: -85.0,
            ceiling_db: -15.0,
            gain_db: 0.0,
            scale: FrequencyScale::Mel,
            min_hz: None,
            max_hz: None,
            block: 2048,
            padding: 1,
            window: WINDOWS[0].0,
            channel: None,
        }
    }
}

impl SpectrogramStyle {
    /// The frequencies that can be shown.
    pub(crate) fn limits_hz(&self, rate_hz: f64) -> (f64, f64) {
        let low = if self.scale == FrequencyScale::Log {
            LOG_LOW_HZ
        } else {
            0.0
        };
        (low, (rate_hz / 2.0).max(low + 1.0))
    }

    /// The frequency axis, whatever was set being brought into the limits.
    pub(crate) fn axis(&self, rate_hz: f64, height_px: f64) -> FrequencyAxis {
        let (low, high) = self.limits_hz(rate_hz);
        let least_span = (high - low) / 1000.0;
        let max_hz = self.max_hz.unwrap_or(high).clamp(low + least_span, high);
        let min_hz = self.min_hz.unwrap_or(low).clamp(low, max_hz - least_span);
        FrequencyAxis {
            scale: self.scale,
            min_hz,
            max_hz,
            height_px,
        }
    }

    /// Takes the frequencies of an axis; its ends are as good as none.
    pub(crate) fn show(&mut self, axis: &FrequencyAxis, rate_hz: f64) {
        let (low, high) = self.limits_hz(rate_hz);
        let near = (high - low) * 1e-6;
        self.min_hz = Some(axis.min_hz).filter(|hz| hz - low > near);
        self.max_hz = Some(axis.max_hz).filter(|hz| high - hz > near);
    }

    /// Takes what an object of `layers.configure("spectrogram", …)` names. What is unknown or out of bounds is left
    /// as it was: the element has checked it. `null` gives the default back.
    pub(crate) fn configure(&mut self, settings: &JsValue) {
        let default = Self::default();
        let has = |name: &str| !get(settings, name).is_undefined();
        let reset = |name: &str| get(settings, name).is_null();
        let level = |name: &str, old: f32, default: f32| match number(settings, name) {
            Some(db) => db as f32,
            None if reset(name) => default,
            None => old,
        };
        self.floor_db = level("floorDb", self.floor_db, default.floor_db);
        self.ceiling_db = level("ceilingDb", self.ceiling_db, default.ceiling_db);
        self.gain_db = level("gainDb", self.gain_db, default.gain_db);
        if has("colorMap") {
            self.map = text(settings, "colorMap").and_then(|id| ColorMap::from_id(&id));
        }
        if has("scale") {
            let named = text(settings, "scale").and_then(|name| FrequencyScale::from_name(&name));
            self.scale = named.unwrap_or(default.scale);
        }
        if has("minHz") {
            self.min_hz = number(settings, "minHz");
        }
        if has("maxHz") {
            self.max_hz = number(settings, "maxHz");
        }
        if has("block") {
            let block = number(settings, "block").unwrap_or(f64::from(default.block));
            self.block = block.clamp(16.0, 65_536.0) as u32;
        }
        if has("padding") {
            let padding = number(settings, "padding").unwrap_or(1.0);
            self.padding = padding.clamp(1.0, 16.0) as u32;
        }
        if has("window") {
            let name = text(settings, "window").unwrap_or_default();
            let known = WINDOWS.iter().find(|(id, _)| *id == name);
            self.window = known.map_or(default.window, |(id, _)| id);
        }
        if has("channel") {
            self.channel = number(settings, "channel").map(|c| c as u32);
        }
    }

    /// Says on an object what [`Self::configure`] would take.
    pub(crate) fn tell(&self, told: &js_sys::Object) {
        let scales = FrequencyScale::NAMES;
        let scale = scales.iter().find(|(_, scale)| *scale == self.scale);
        let optional = |value: Option<f64>| value.map_or(JsValue::NULL, JsValue::from);
        let entries = [
            ("floorDb", self.floor_db.into()),
            ("ceilingDb", self.ceiling_db.into()),
            ("gainDb", self.gain_db.into()),
            (
                "colorMap",
                self.map.map_or(JsValue::NULL, |map| map.id().into()),
            ),
            (
                "scale",
                scale.map_or(JsValue::NULL, |(name, _)| (*name).into()),
            ),
            ("minHz", optional(self.min_hz)),
            ("maxHz", optional(self.max_hz)),
            ("block", self.block.into()),
            ("padding", self.padding.into()),
            ("window", self.window.into()),
            ("channel", optional(self.channel.map(f64::from))),
        ];
        for (name, value) in entries {
            // Setting a property of a fresh plain object cannot fail.
            let _ = js_sys::Reflect::set(told, &name.into(), &value);
        }
    }

    /// Points of the FFT.
    pub(crate) fn fft(&self) -> u32 {
        (self.block * self.padding).min(262_144)
    }

    /// What is black and what is white in the tiles' own levels.
    pub(crate) fn range_db(&self) -> (f32, f32) {
        let floor = self.floor_db - self.gain_db;
        let ceiling = self.ceiling_db - self.gain_db;
        (floor, ceiling.max(floor + 1.0))
    }
}
