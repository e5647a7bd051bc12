//! What can be set of each kind of layer, as data: one line a setting. Its names are those of `layers.configure()`.

use crate::strings::Word;

/// The control of a setting.
#[derive(Clone, Copy)]
pub(super) enum Control {
    /// A number on a slider: least, most, step, unit.
    Slider(f64, f64, f64, &'static str),
    /// A number in a field, of this unit; emptied, it is the default.
    Number(&'static str),
    /// One of these; `auto` is the default.
    Choice(&'static [(&'static str, Word)]),
    /// A number of these, with this unit behind it.
    OneOf(&'static [u32], &'static str),
    /// A channel of the recording, or the mean of all.
    Channel,
    /// A lane of its own, or that of another layer.
    Lane,
    /// On or off.
    Switch,
    /// A colour.
    Color,
}

/// One setting.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    /// Its name in `layers.configure()`.
    pub(super) key: &'static str,
    pub(super) name: Word,
    pub(super) control: Control,
    /// Where the layer tells none.
    pub(super) default: f64,
}

const fn setting(key: &'static str, name: Word, control: Control) -> Setting {
    Setting {
        key,
        name,
        control,
        default: 0.0,
    }
}

const COLOR_MAPS: &[(&str, Word)] = &[
    ("auto", |s| s.map_auto),
    ("magma", |s| s.map_magma),
    ("inferno", |s| s.map_inferno),
    ("viridis", |s| s.map_viridis),
    ("cividis", |s| s.map_cividis),
    ("grey", |s| s.map_grey),
    ("inverted-grey", |s| s.map_inverted),
];
const AMPLITUDES: &[(&str, Word)] = &[("linear", |s| s.scale_linear), ("db", |s| s.scale_db)];
const VALUES: &[(&str, Word)] = &[("linear", |s| s.scale_linear), ("log", |s| s.scale_log)];
const FREQUENCIES: &[(&str, Word)] = &[
    ("linear", |s| s.scale_linear),
    ("log", |s| s.scale_log),
    ("mel", |s| s.scale_mel),
    ("bark", |s| s.scale_bark),
    ("erb", |s| s.scale_erb),
];
const CHANNELS: &[(&str, Word)] = &[
    ("auto", |s| s.channels_auto),
    ("apart", |s| s.channels_apart),
    ("mix", |s| s.channels_mix),
];
const WINDOWS: &[(&str, Word)] = &[
    ("hann", |_| "Hann"),
    ("hamming", |_| "Hamming"),
    ("blackman", |_| "Blackman"),
    ("blackman_harris", |_| "Blackman–Harris"),
    ("gaussian", |s| s.window_gauss),
    ("kaiser", |_| "Kaiser"),
    ("flat_top", |s| s.window_flat),
    ("rectangular", |s| s.window_rectangle),
];
const BLENDS: &[(&str, Word)] = &[
    ("normal", |s| s.blend_normal),
    ("multiply", |s| s.blend_multiply),
    ("screen", |s| s.blend_screen),
    ("lighten", |s| s.blend_lighten),
    ("darken", |s| s.blend_darken),
];
const BLOCKS: &[u32] = &[128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768];
const PADDINGS: &[u32] = &[1, 2, 4];

const COLOR: Setting = setting("color", |s| s.color, Control::Color);
const SONIFY: Setting = setting("sonify", |s| s.sonify, Control::Switch);
const LABELS: Setting = setting("labels", |s| s.texts, Control::Switch);
const COLOR_MAP: Setting = setting("colorMap", |s| s.color_map, Control::Choice(COLOR_MAPS));
const HEIGHT: Setting = setting("height", |s| s.height, Control::Number("px"));
const OPACITY: Setting = Setting {
    key: "opacity",
    name: |s| s.opacity,
    control: Control::Slider(0.1, 1.0, 0.05, ""),
    default: 1.0,
};

const WAVEFORM: &[Setting] = &[
    setting("scale", |s| s.amplitude, Control::Choice(AMPLITUDES)),
    setting("channels", |s| s.channels, Control::Choice(CHANNELS)),
    Setting {
        key: "gain",
        name: |s| s.vertical_zoom,
        control: Control::Slider(1.0, 50.0, 0.5, "×"),
        default: 1.0,
    },
    setting("rms", |s| s.rms, Control::Switch),
    setting("clipping", |s| s.clipping, Control::Switch),
    setting("normalise", |s| s.normalise, Control::Switch),
];
const SPECTROGRAM: &[Setting] = &[
    COLOR_MAP,
    Setting {
        key: "floorDb",
        name: |s| s.floor,
        control: Control::Slider(-120.0, -40.0, 1.0, "dB"),
        default: -85.0,
    },
    Setting {
        key: "ceilingDb",
        name: |s| s.ceiling,
        control: Control::Slider(-60.0, 0.0, 1.0, "dB"),
        default: -15.0,
    },
    setting(
        "gainDb",
        |s| s.gain,
        Control::Slider(-30.0, 60.0, 1.0, "dB"),
    ),
    setting("scale", |s| s.scale, Control::Choice(FREQUENCIES)),
    setting("minHz", |s| s.lowest, Control::Number("Hz")),
    setting("maxHz", |s| s.highest, Control::Number("Hz")),
    Setting {
        key: "block",
        name: |s| s.window_length,
        control: Control::OneOf(BLOCKS, ""),
        default: 2048.0,
    },
    setting("window", |s| s.window, Control::Choice(WINDOWS)),
    Setting {
        key: "padding",
        name: |s| s.padding,
        control: Control::OneOf(PADDINGS, "×"),
        default: 1.0,
    },
    setting("channel", |s| s.channel, Control::Channel),
];
const CURVE: &[Setting] = &[
    setting("scale", |s| s.value_scale, Control::Choice(VALUES)),
    COLOR,
];
/// A curve of these is a pitch, which can be heard.
const PITCH: &[Setting] = &[SONIFY];
const MATRIX: &[Setting] = &[
    COLOR_MAP,
    setting("scale", |s| s.value_scale, Control::Choice(VALUES)),
];
const ITEMS: &[Setting] = &[LABELS, COLOR, SONIFY];
const EVERY: &[Setting] = &[
    OPACITY,
    HEIGHT,
    setting("group", |s| s.lane, Control::Lane),
    setting("blend", |s| s.blend, Control::Choice(BLENDS)),
];

/// The settings of a kind of layer whose values have this unit, its own before those that all have.
pub(super) fn of_kind(kind: &str, unit: &str) -> impl Iterator<Item = Setting> + use<> {
    let own = match kind {
        "waveform" => WAVEFORM,
        "spectrogram" => SPECTROGRAM,
        "curve" => CURVE,
        "matrix" => MATRIX,
        _ => ITEMS,
    };
    let heard = if kind == "curve" && unit == "Hz" {
        PITCH
    } else {
        &[]
    };
    own.iter().chain(heard).chain(EVERY).copied()
}

/// Can the ends of its vertical scale be set?
pub(super) fn has_range(kind: &str) -> bool {
    matches!(
        kind,
        "curve" | "matrix" | "notes" | "events" | "segments" | "boxes"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_kind_has_a_setting_twice() {
        for kind in ["waveform", "spectrogram", "curve", "matrix", "notes"] {
            let mut keys: Vec<_> = of_kind(kind, "Hz").map(|setting| setting.key).collect();
            let all = keys.len();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), all, "{kind}");
        }
    }
}
