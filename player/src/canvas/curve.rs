//! Curves of framewise results.

use timeside_view::{
    Viewport,
    layers::{
        curve::{Run, Series},
        value_axis::{ValueAxis, ValueScale},
    },
};

use super::Surface;
use crate::palette::Palette;

/// Room above and below the curve, CSS pixels, so that its extremes are not cut.
const MARGIN_PX: f64 = 6.0;

/// Paints one series in a colour.
pub(crate) fn paint(
    surface: &Surface,
    series: &Series,
    view: &Viewport,
    axis: ValueAxis,
    color: &str,
) {
    let context = &surface.context;
    let margin = surface.px(margin_px(axis));
    let height = (surface.height - 2.0 * margin).max(1.0);
    let stroke = surface.px(1.25);
    context.set_stroke_style_str(color);
    context.set_fill_style_str(color);
    context.set_line_width(stroke);
    context.set_line_join("round");
    context.set_line_cap("round");
    for run in series.plan(view, axis, height) {
        context.begin_path();
        match run {
            Run::Line(points) => {
                if let [(x, y)] = points.as_slice() {
                    context.move_to(x - stroke / 2.0, y + margin);
                }
                for (x, y) in points {
                    context.line_to(x, y + margin);
                }
                context.stroke();
            }
            Run::Band(columns) => {
                // An outline at least as thick as the line that it continues at a nearer zoom.
                let thicken = stroke / 2.0;
                for &(x, top, _) in &columns {
                    context.line_to(x + 0.5, top + margin - thicken);
                }
                for &(x, _, bottom) in columns.iter().rev() {
                    context.line_to(x + 0.5, bottom + margin + thicken);
                }
                context.close_path();
                context.fill();
            }
        }
    }
}

/// On an axis of frequency a curve lies exactly on what it is laid over.
fn margin_px(axis: ValueAxis) -> f64 {
    if matches!(axis.scale, ValueScale::Hz(_)) {
        0.0
    } else {
        MARGIN_PX
    }
}

/// Paints the base line: zero if it lies inside the range, else the range's low end.
pub(crate) fn paint_grid(surface: &Surface, axis: ValueAxis, palette: &Palette) {
    let margin = surface.px(MARGIN_PX);
    let height = (surface.height - 2.0 * margin).max(1.0);
    let y = (axis.base_y(height) + margin).round();
    surface.fill(&palette.line, 0.0, y, surface.width, surface.hair());
}
