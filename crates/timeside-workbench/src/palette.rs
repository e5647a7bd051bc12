//! The colours of the style sheet, resolved for painting.

use web_sys::HtmlElement;

/// Colours as CSS texts, and what else a painter must know of the style.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Palette {
    /// Hair lines.
    pub(crate) line: String,
    /// Texts of less weight.
    pub(crate) text_dim: String,
    /// Bars.
    pub(crate) wave: String,
    /// One for each of the eight tiers and curves.
    pub(crate) tiers: Vec<String>,
    /// The font family.
    pub(crate) font: String,
    /// Is the surface dark?
    pub(crate) dark: bool,
}

impl Palette {
    /// Reads the private properties that `root` inherits; `host` carries the `theme` attribute.
    pub(crate) fn read(host: &HtmlElement, root: &HtmlElement) -> Self {
        let Some(window) = web_sys::window() else {
            return Self::default();
        };
        let Ok(Some(style)) = window.get_computed_style(root) else {
            return Self::default();
        };
        let token = |name: &str| {
            let value = style.get_property_value(name).unwrap_or_default();
            value.trim().to_owned()
        };
        let dark = match host.get_attribute("theme").as_deref() {
            Some("dark") => true,
            Some("light") => false,
            _ => window
                .match_media("(prefers-color-scheme: dark)")
                .ok()
                .flatten()
                .is_some_and(|list| list.matches()),
        };
        Self {
            line: token("--_line"),
            text_dim: token("--_text-dim"),
            wave: token("--_wave"),
            tiers: (1..=8).map(|i| token(&format!("--_tier-{i}"))).collect(),
            font: token("--_font"),
            dark,
        }
    }

    /// The colour of the nth curve.
    pub(crate) fn tier(&self, index: usize) -> &str {
        let count = self.tiers.len().max(1);
        self.tiers.get(index % count).map_or("", String::as_str)
    }
}
