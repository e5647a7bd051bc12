//! The spectrum at the cursor.

use timeside_view::layers::slice;

use super::Surface;
use crate::palette::Palette;

/// Paints levels in dB (the highest frequency first); `name` says frequency and level of a peak at a height.
pub(crate) fn paint(
    surface: &Surface,
    levels_db: &[f32],
    range_db: (f32, f32),
    palette: &Palette,
    name: impl Fn(f64, f32) -> String,
) {
    let plan = slice::plan(levels_db, range_db, (surface.width, surface.height));
    let context = &surface.context;
    context.set_global_alpha(0.82);
    surface.fill(&palette.surface, 0.0, 0.0, surface.width, surface.height);
    context.set_global_alpha(1.0);
    surface.fill(&palette.line, 0.0, 0.0, surface.hair(), surface.height);
    context.begin_path();
    for &(x, y) in &plan.points {
        context.line_to(x, y);
    }
    context.set_stroke_style_str(&palette.accent);
    context.set_line_width(surface.px(1.25));
    context.set_line_join("round");
    context.stroke();
    let Some(peak) = plan.peak else { return };
    let dot = surface.px(5.0);
    surface.fill(
        &palette.accent,
        peak.x - dot / 2.0,
        peak.y - dot / 2.0,
        dot,
        dot,
    );
    surface.set_font(&palette.font, 10.0, 500);
    context.set_text_align("left");
    context.set_text_baseline("middle");
    context.set_fill_style_str(&palette.text);
    let margin = surface.px(10.0);
    // Clear of the curve's own row, and of both edges.
    let above = peak.y - margin;
    let y = if above < margin {
        peak.y + margin
    } else {
        above
    };
    let _ = context.fill_text(
        &name(peak.y / surface.height, peak.level_db),
        surface.px(6.0),
        y.min(surface.height - surface.px(7.0)),
    );
}
