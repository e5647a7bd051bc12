//! Charts of results, drawn by plotters: the histograms of the results panel, and the pictures of any result
//! (`timeside_view::chart`). Only the cells of a matrix go to the canvas directly: plotters would fill a box for each.

use std::ops::Range;

use plotters::{
    coord::{
        Shift,
        ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter},
    },
    prelude::*,
};
use plotters_canvas::CanvasBackend;
use timeside_view::{
    ColorMap,
    chart::{Axis, BOTTOM_PX, Mark, Matrix, Picture, Plan, RIGHT_PX, TOP_PX},
    histogram::Histogram,
};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::{context, prepare};
use crate::palette::Palette;

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Texts, CSS pixels.
const TEXT_PX: f64 = 11.0;
/// Curves, CSS pixels.
const STROKE_PX: f64 = 1.25;

/// An axis of a plan, as plotters asks for it. One type for all charts: plotters is compiled for each.
struct Scale(Axis);

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let share = (value - self.0.low) / (self.0.high - self.0.low);
        from + (share * f64::from(to - from)).round() as i32
    }

    fn key_points<H: KeyPointHint>(&self, _: H) -> Vec<f64> {
        self.0.ticks.iter().map(|(at, _)| *at).collect()
    }

    fn range(&self) -> Range<f64> {
        self.0.low..self.0.high
    }
}

impl ValueFormatter<f64> for Scale {
    fn format_ext(&self, value: &f64) -> String {
        let tick = self.0.ticks.iter().find(|(at, _)| at == value);
        tick.map(|(_, text)| text.clone()).unwrap_or_default()
    }
}

/// Draws how the values are spread, sized in CSS pixels.
pub(crate) fn paint_histogram(
    canvas: &HtmlCanvasElement,
    histogram: &Histogram,
    palette: &Palette,
    (width_px, height_px): (f64, f64),
    px_ratio: f64,
) {
    if prepare(canvas, width_px * px_ratio, height_px * px_ratio).is_none() {
        return;
    }
    let step = (histogram.high - histogram.low) / histogram.counts.len() as f64;
    let bars = histogram.counts.iter().enumerate().map(|(i, &count)| {
        let left = histogram.low + i as f64 * step;
        Mark::Box {
            color: 0,
            x: (left + step * 0.1, left + step * 0.9),
            y: (0.0, f64::from(count)),
        }
    });
    let most = histogram.counts.iter().copied().max().unwrap_or(1).max(1);
    let plan = Plan {
        x: Axis::spread(histogram.low, histogram.high, width_px),
        y: Axis {
            high: f64::from(most),
            ..Axis::blank()
        },
        left_px: 4.0,
        marks: bars.collect(),
        key: Vec::new(),
        caption: String::new(),
    };
    let brush = Brush {
        colors: vec![rgb(&palette.wave)],
        line: rgb(&palette.line),
        dim: rgb(&palette.text_dim),
        palette,
        px_ratio,
        top_px: 4.0,
    };
    // A chart that cannot be drawn is only a missing picture: its numbers stand beside it.
    let _ = brush.paint(canvas, &plan, None);
}

/// Draws a result's picture, sized in CSS pixels; false where there is nothing but words.
pub(crate) fn paint_picture(
    canvas: &HtmlCanvasElement,
    picture: &Picture,
    map: Option<ColorMap>,
    palette: &Palette,
    (width_px, height_px): (f64, f64),
    px_ratio: f64,
) -> bool {
    let Some(plan) = picture.plan(width_px, height_px) else {
        return false;
    };
    let (width, height) = (width_px * px_ratio, height_px * px_ratio);
    let Some(context) = prepare(canvas, width, height) else {
        return false;
    };
    let color = |css: &str| rgb(&plain(&context, css));
    let brush = Brush {
        colors: (0..8).map(|i| color(palette.tier(i))).collect(),
        line: color(&palette.line),
        dim: color(&palette.text_dim),
        palette,
        px_ratio,
        top_px: TOP_PX,
    };
    let map = map.unwrap_or(if palette.dark {
        ColorMap::Magma
    } else {
        ColorMap::InvertedGrey
    });
    let cells = match picture {
        Picture::Matrix(_, matrix) => Some((matrix, map)),
        _ => None,
    };
    brush.paint(canvas, &plan, cells).is_ok()
}

/// What all charts are painted with.
struct Brush<'a> {
    colors: Vec<RGBColor>,
    /// Of lines.
    line: RGBColor,
    /// Of texts.
    dim: RGBColor,
    palette: &'a Palette,
    px_ratio: f64,
    /// Above the plot, CSS pixels.
    top_px: f64,
}

impl Brush<'_> {
    /// CSS pixels in whole device pixels.
    fn px(&self, css: f64) -> i32 {
        (css * self.px_ratio).round() as i32
    }

    fn color(&self, index: usize) -> RGBColor {
        let count = self.colors.len().max(1);
        self.colors.get(index % count).copied().unwrap_or(BLACK)
    }

    /// Upright and level lines are twice as strong: they lie between two rows of pixels.
    fn stroke(&self, points: &[(f64, f64)]) -> u32 {
        let is_straight = matches!(points, [a, b] if a.0 == b.0 || a.1 == b.1);
        let width = if is_straight { 2.0 } else { STROKE_PX };
        self.px(width).max(1) as u32
    }

    fn text(&self) -> TextStyle<'_> {
        let family = match self.palette.font.as_str() {
            "" => "sans-serif",
            named => named,
        };
        TextStyle::from((family, TEXT_PX * self.px_ratio).into_font()).color(&self.dim)
    }

    fn paint(
        &self,
        canvas: &HtmlCanvasElement,
        plan: &Plan,
        cells: Option<(&Matrix, ColorMap)>,
    ) -> Drawn {
        let backend =
            CanvasBackend::with_canvas_object(canvas.clone()).ok_or("the canvas has no context")?;
        let root = backend.into_drawing_area();
        let mut chart = ChartBuilder::on(&root)
            .margin_top(self.px(self.top_px))
            .margin_right(self.px(RIGHT_PX))
            .x_label_area_size(self.px(BOTTOM_PX))
            .y_label_area_size(self.px(plan.left_px))
            .build_cartesian_2d(Scale(plan.x.clone()), Scale(plan.y.clone()))?;
        if let Some((matrix, map)) = cells {
            let (x, y) = chart.plotting_area().get_pixel_range();
            paint_cells(canvas, matrix, map, (x.start, x.end), (y.start, y.end));
        }
        let mut mesh = chart.configure_mesh();
        mesh.disable_x_mesh()
            .axis_style(self.line)
            .bold_line_style(self.line)
            .light_line_style(TRANSPARENT)
            .label_style(self.text())
            .set_all_tick_mark_size(self.px(3.0));
        if cells.is_some() || plan.y.ticks.is_empty() {
            mesh.disable_y_mesh();
        }
        mesh.draw()?;
        let (_, top) = chart.plotting_area().get_pixel_range();
        for mark in &plan.marks {
            match mark {
                Mark::Line { color, points } => {
                    let style = self.color(*color).stroke_width(self.stroke(points));
                    chart.draw_series([PathElement::new(points.clone(), style)])?;
                }
                Mark::Box { color, x, y } => {
                    let style = self.color(*color).filled();
                    chart.draw_series([Rectangle::new([(x.0, y.0), (x.1, y.1)], style)])?;
                }
                Mark::Word { x, text } => {
                    let (px, _) = chart.backend_coord(&(*x, plan.y.high));
                    let at = (px + self.px(3.0), top.start + self.px(1.0));
                    root.draw_text(text, &self.text(), at)?;
                }
            }
        }
        self.caption(&root, plan)
    }

    /// The unit above the vertical axis, and the key at its right.
    fn caption(&self, root: &DrawingArea<CanvasBackend, Shift>, plan: &Plan) -> Drawn {
        let dim = self.text();
        let mut x = self.px(plan.left_px);
        root.draw_text(&plan.caption, &dim, (x, self.px(3.0)))?;
        x += self.px((plan.caption.chars().count() + 2) as f64 * 6.2);
        let (width, _) = root.dim_in_pixel();
        for (color, name) in &plan.key {
            let after = x + self.px(26.0 + name.chars().count() as f64 * 6.2);
            if after > width as i32 {
                break;
            }
            let y = self.px(TEXT_PX / 2.0 + 3.0);
            let style = self.color(*color).filled();
            root.draw(&Rectangle::new(
                [(x, y - self.px(1.0)), (x + self.px(10.0), y + self.px(1.0))],
                style,
            ))?;
            root.draw_text(name, &dim, (x + self.px(14.0), self.px(3.0)))?;
            x = after;
        }
        Ok(root.present()?)
    }
}

/// Colours the cells and stretches them over the plot.
fn paint_cells(
    canvas: &HtmlCanvasElement,
    matrix: &Matrix,
    map: ColorMap,
    (left, right): (i32, i32),
    (top, bottom): (i32, i32),
) -> Option<()> {
    let mut rgba = vec![0_u8; matrix.cells.len() * 4];
    timeside_view::colormap::paint(&matrix.cells, &map.table(), &mut rgba);
    let tile = canvas
        .owner_document()?
        .create_element("canvas")
        .ok()?
        .dyn_into::<HtmlCanvasElement>()
        .ok()?;
    let (width, height) = (matrix.width as u32, matrix.height as u32);
    tile.set_width(width);
    tile.set_height(height);
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), width, height).ok()?;
    context(&tile)?.put_image_data(&data, 0.0, 0.0).ok()?;
    let context = context(canvas)?;
    // Few large cells have sharp edges; many small ones are averaged.
    let is_dense = matrix.width as i32 > right - left || matrix.height as i32 > bottom - top;
    context.set_image_smoothing_enabled(is_dense);
    context
        .draw_image_with_html_canvas_element_and_dw_and_dh(
            &tile,
            f64::from(left),
            f64::from(top),
            f64::from(right - left),
            f64::from(bottom - top),
        )
        .ok()
}

/// A CSS colour of any notation as the canvas says it: `#rrggbb` where it is opaque.
fn plain(context: &CanvasRenderingContext2d, css: &str) -> String {
    context.set_fill_style_str("#808080");
    context.set_fill_style_str(css);
    context.fill_style().as_string().unwrap_or_default()
}

/// `#rrggbb` for plotters, which takes no CSS colours; anything else becomes a middle grey, which
/// is seen on both themes.
fn rgb(css: &str) -> RGBColor {
    let hex = css.strip_prefix('#').filter(|hex| hex.len() == 6);
    match hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()) {
        Some(value) => RGBColor((value >> 16) as u8, (value >> 8) as u8, value as u8),
        None => RGBColor(128, 128, 128),
    }
}
