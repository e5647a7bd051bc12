//! Matrices: coloured tiles, kept until their values or colours change.

use timeside_core::order::SortedMap;
use timeside_view::{
    ColorMap, Viewport, colormap,
    layers::matrix::{Grid, Rows, TileKey},
};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::Surface;

/// Tiles kept: about 16 MB.
const MAX_TILES: usize = 64;

/// What a tile was made of: its cells then, and the number of the style.
type Made = (usize, u32);

/// The tiles of one matrix.
#[derive(Default)]
pub(crate) struct Tiles {
    kept: SortedMap<TileKey, (HtmlCanvasElement, Made)>,
    style: u32,
    look: Option<((f32, f32, bool), ColorMap, bool)>,
    rows: Option<Rows>,
}

impl Tiles {
    /// Which columns the rows show, as they were last painted.
    pub(crate) fn rows(&self) -> Option<&Rows> {
        self.rows.as_ref()
    }

    /// Paints what can be seen.
    pub(crate) fn paint(
        &mut self,
        surface: &Surface,
        view: &Viewport,
        grid: &mut Grid,
        is_linear: bool,
        (colors, map): ((f32, f32, bool), ColorMap),
    ) {
        let look = Some((colors, map, is_linear));
        if look != self.look {
            self.look = look;
            self.style += 1;
            self.rows = None;
        }
        let rows = self
            .rows
            .get_or_insert_with(|| grid.rows_of_picture(is_linear));
        for place in grid.placements(view) {
            let made = (place.cells, self.style);
            let is_fresh = matches!(self.kept.get(&place.key), Some((_, was)) if *was == made);
            if !is_fresh {
                let old = self.kept.remove(&place.key).map(|(canvas, _)| canvas);
                if self.kept.len() >= MAX_TILES {
                    self.kept.clear();
                }
                let bytes = grid.tile(place.key, rows, colors);
                let Some(canvas) = old.or_else(new_canvas) else {
                    continue;
                };
                if color(&canvas, &bytes, rows.columns.len(), &map.table()).is_none() {
                    continue;
                }
                self.kept.insert(place.key, (canvas, made));
            }
            let Some((canvas, _)) = self.kept.get(&place.key) else {
                continue;
            };
            let (left, right) = (place.x.round(), (place.x + place.width).round());
            let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
            // Few large cells have sharp edges; many small ones are averaged.
            let is_dense = right - left < width * 1.5 || surface.height < height;
            surface.context.set_image_smoothing_enabled(is_dense);
            // A tile that cannot be drawn leaves what lies below it.
            let _ = surface
                .context
                .draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                    canvas,
                    0.0,
                    0.0,
                    width,
                    height,
                    left,
                    0.0,
                    right - left,
                    surface.height,
                );
        }
    }
}

fn new_canvas() -> Option<HtmlCanvasElement> {
    let made = leptos::prelude::document().create_element("canvas");
    made.ok()?.dyn_into().ok()
}

fn color(
    canvas: &HtmlCanvasElement,
    bytes: &[u8],
    height: usize,
    table: &[[u8; 3]; 256],
) -> Option<()> {
    let width = bytes.len() / height.max(1);
    if width == 0 {
        return None;
    }
    let mut rgba = vec![0_u8; bytes.len() * 4];
    colormap::paint(bytes, table, &mut rgba);
    let (width, height) = (width as u32, height as u32);
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), width, height).ok()?;
    context.put_image_data(&image, 0.0, 0.0).ok()
}
