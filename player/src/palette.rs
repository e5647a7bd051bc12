//! The colours of the style sheet, resolved for painting.

use web_sys::HtmlElement;

use crate::format::media_matches;

/// Colours as CSS texts, and what else a painter must know of the style.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Palette {
    /// Behind the lanes.
    pub(crate) surface: String,
    /// Hair lines.
    pub(crate) line: String,
    /// Texts.
    pub(crate) text: String,
    /// Texts of less weight.
    pub(crate) text_dim: String,
    /// The one accent.
    pub(crate) accent: String,
    /// Around what has the focus.
    pub(crate) focus: String,
    /// Extent of the waveform.
    pub(crate) wave: String,
    /// Its RMS core.
    pub(crate) wave_rms: String,
    /// Extent, where the playhead has been.
    pub(crate) wave_played: String,
    /// RMS core, where the playhead has been.
    pub(crate) wave_played_rms: String,
    /// Over what is selected.
    pub(crate) selection: String,
    /// Full scale reached.
    pub(crate) clip: String,
    /// One for each of the eight tiers and curves.
    pub(crate) tiers: Vec<String>,
    /// The font family.
    pub(crate) font: String,
    /// Height of a curve's lane in CSS pixels, where the page sets one.
    pub(crate) lane_height: Option<f64>,
    /// Is the surface dark?
    pub(crate) dark: bool,
}

impl Palette {
    /// Reads the private properties that the style sheet derives from the public tokens.
    pub(crate) fn read(host: &HtmlElement, root: &HtmlElement) -> Self {
        let Ok(Some(style)) = leptos::prelude::window().get_computed_style(root) else {
            return Self::default();
        };
        let token = |name: &str| {
            style
                .get_property_value(name)
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        let dark = match host.get_attribute("theme").as_deref() {
            Some("dark") => true,
            Some("light") => false,
            _ => media_matches("(prefers-color-scheme: dark)"),
        };
        Self {
            surface: token("--_surface"),
            line: token("--_line"),
            text: token("--_text"),
            text_dim: token("--_text-dim"),
            accent: token("--_accent"),
            focus: token("--_focus"),
            wave: token("--_wave"),
            wave_rms: token("--_wave-rms"),
            wave_played: token("--_wave-played"),
            wave_played_rms: token("--_wave-played-rms"),
            selection: token("--_selection"),
            clip: token("--_clip"),
            tiers: (1..=8).map(|i| token(&format!("--_tier-{i}"))).collect(),
            font: token("--_font"),
            lane_height: token("--timeside-lane-height")
                .strip_suffix("px")
                .and_then(crate::link::parsed)
                .map(|px| px.clamp(24.0, 1000.0)),
            dark,
        }
    }

    /// The colour of the nth curve.
    pub(crate) fn tier(&self, index: usize) -> &str {
        self.tiers
            .get(index % self.tiers.len().max(1))
            .map_or("", String::as_str)
    }
}
