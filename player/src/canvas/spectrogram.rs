//! The spectrogram's tiles and its frequency axis.

use timeside_view::{colormap, frequency::FrequencyAxis, layers::spectrogram::Placement};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::{Surface, items::paint_ticks};
use crate::{link::Magnitudes, palette::Palette};

/// Colours a tile into a canvas of its own, which the graphics card then keeps.
pub(crate) fn color_tile(
    tile: &Magnitudes,
    lookup: &[[u8; 3]; 256],
    canvas: &HtmlCanvasElement,
) -> Option<()> {
    let mut rgba = vec![0_u8; tile.width as usize * tile.height as usize * 4];
    colormap::paint(&tile.data, lookup, &mut rgba);
    canvas.set_width(tile.width);
    canvas.set_height(tile.height);
    let context = canvas
        .get_context("2d")
        .ok()??
        .dyn_into::<CanvasRenderingContext2d>()
        .ok()?;
    let image =
        ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), tile.width, tile.height)
            .ok()?;
    context.put_image_data(&image, 0.0, 0.0).ok()
}

/// Draws the visible part of one tile, its top and bottom edges at `rows` in pixels.
pub(crate) fn paint_tile(
    surface: &Surface,
    tile: &HtmlCanvasElement,
    placement: &Placement,
    (top, bottom): (f64, f64),
) {
    // Whole pixels on both edges: neighbours then meet without a seam.
    let (left, right) = (placement.x.round(), (placement.x + placement.width).round());
    let rows = f64::from(tile.height());
    let columns =
        (placement.to_column.min(f64::from(tile.width())) - placement.from_column).max(0.0);
    if right <= left || columns <= 0.0 {
        return;
    }
    surface.context.set_image_smoothing_enabled(true);
    // A tile that cannot be drawn leaves what lies below it.
    let _ = surface
        .context
        .draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            tile,
            placement.from_column,
            0.0,
            columns,
            rows,
            left,
            top,
            right - left,
            bottom - top,
        );
}

/// Ink and halo of texts on a map whose quiet end is dark.
pub(crate) const ON_DARK: (&str, &str) = ("rgba(255,255,255,.92)", "rgba(0,0,0,.7)");
/// And on one whose quiet end is light.
pub(crate) const ON_LIGHT: (&str, &str) = ("rgba(0,0,0,.86)", "rgba(255,255,255,.8)");

/// Paints the frequencies inside the left edge, readable on any colours.
pub(crate) fn paint_axis(
    surface: &Surface,
    axis: &FrequencyAxis,
    palette: &Palette,
    dark_map: bool,
) {
    let ink = if dark_map { ON_DARK } else { ON_LIGHT };
    let ticks = axis.ticks(surface.px(26.0));
    paint_ticks(surface, &ticks, &palette.font, ink);
}
