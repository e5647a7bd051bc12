//! The ruler's ticks and times.

use timeside_view::{TimeUnit, Viewport};

use super::Surface;
use crate::palette::Palette;

/// Width of a digit at the ruler's size, CSS pixels: generous, so that no face makes texts touch.
const GLYPH_PX: f64 = 6.8;

/// Paints the ruler; `view` counts in device pixels.
pub(crate) fn paint(surface: &Surface, view: &Viewport, unit: &TimeUnit, palette: &Palette) {
    let Surface {
        context, height, ..
    } = surface;
    surface.set_font(&palette.font, 11.0, 400);
    context.set_text_baseline("middle");
    context.set_text_align("left");
    for tick in unit.ticks(view, surface.px(GLYPH_PX)) {
        let x = tick.px.round();
        let length = surface.px(if tick.label.is_some() { 9.0 } else { 4.0 });
        surface.fill(
            &palette.text_dim,
            x,
            height - length,
            surface.hair(),
            length,
        );
        // A text that is cut at an edge reads as another time.
        let fits = |text: &String| {
            let width = surface.px(4.0 + GLYPH_PX * text.chars().count() as f64);
            x >= 0.0 && x + width <= surface.width
        };
        if let Some(label) = tick.label.filter(fits) {
            context.set_fill_style_str(&palette.text_dim);
            // A text that cannot be drawn is only a missing text.
            let _ = context.fill_text(&label, x + surface.px(4.0), surface.px(10.0));
        }
    }
}
