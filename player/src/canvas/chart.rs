//! Charts of the results panel, drawn by plotters.

use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use timeside_view::histogram::{Histogram, number};
use web_sys::HtmlCanvasElement;

use crate::palette::Palette;

/// Draws how the values are spread. The canvas must already have its size in device pixels.
pub(crate) fn paint_histogram(
    canvas: &HtmlCanvasElement,
    histogram: &Histogram,
    palette: &Palette,
    px_ratio: f64,
) {
    let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) else {
        return;
    };
    // A chart that cannot be drawn is only a missing picture: its numbers stand beside it.
    let _ = draw(backend, histogram, palette, px_ratio);
}

fn draw(
    backend: CanvasBackend,
    histogram: &Histogram,
    palette: &Palette,
    px_ratio: f64,
) -> Result<(), Box<dyn std::error::Error>> {
    let (ink, line, bar) = (
        rgb(&palette.text_dim),
        rgb(&palette.line),
        rgb(&palette.wave),
    );
    let px = |css: f64| (css * px_ratio).round() as i32;
    let area = backend.into_drawing_area();
    let most = histogram.counts.iter().copied().max().unwrap_or(1).max(1);
    let style = TextStyle::from((palette.font.as_str(), 10.0 * px_ratio).into_font()).color(&ink);
    let mut chart = ChartBuilder::on(&area)
        .margin(px(4.0))
        .x_label_area_size(px(18.0))
        .build_cartesian_2d(histogram.low..histogram.high, 0.0..f64::from(most))?;
    chart
        .configure_mesh()
        .disable_mesh()
        .disable_y_axis()
        .x_labels(4)
        .x_label_formatter(&|value| number(*value))
        .axis_style(line)
        .label_style(style)
        .draw()?;
    let step = (histogram.high - histogram.low) / histogram.counts.len() as f64;
    chart.draw_series(histogram.counts.iter().enumerate().map(|(i, &count)| {
        let left = histogram.low + i as f64 * step;
        Rectangle::new(
            [
                (left + step * 0.1, 0.0),
                (left + step * 0.9, f64::from(count)),
            ],
            bar.filled(),
        )
    }))?;
    area.present()?;
    Ok(())
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
