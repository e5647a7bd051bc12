//! The waveform, whole or in single samples, and its skeleton.

use timeside_view::{
    Viewport,
    layers::waveform::{self, Amplitude, Bar, Columns},
};

use super::Surface;
use crate::{layers::Style, palette::Palette};

/// Colours of one painting: the same shape is painted twice, as not yet and as already played.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ink<'a> {
    /// How samples become heights.
    amplitude: Amplitude,
    /// Is the RMS core drawn?
    has_rms: bool,
    /// Are samples at full scale marked?
    has_clipping: bool,
    extent: &'a str,
    rms: &'a str,
    clip: &'a str,
    line: &'a str,
}

impl<'a> Ink<'a> {
    /// Not yet played.
    pub(crate) fn ahead(palette: &'a Palette) -> Self {
        Self {
            amplitude: Amplitude::default(),
            has_rms: true,
            has_clipping: true,
            extent: &palette.wave,
            rms: &palette.wave_rms,
            clip: &palette.clip,
            line: &palette.line,
        }
    }

    /// Already played.
    pub(crate) fn played(palette: &'a Palette) -> Self {
        Self {
            extent: &palette.wave_played,
            rms: &palette.wave_played_rms,
            ..Self::ahead(palette)
        }
    }

    /// In the style of a layer; what is played keeps its own colour.
    pub(crate) fn styled(self, style: &'a Style, amplitude: Amplitude, played: bool) -> Self {
        let color = style.color.as_deref().filter(|_| !played);
        Self {
            amplitude,
            has_rms: style.rms,
            has_clipping: style.clipping,
            extent: color.unwrap_or(self.extent),
            ..self
        }
    }
}

/// Paints every channel of `columns`, one below the other.
pub(crate) fn paint(
    surface: &Surface,
    columns: &Columns,
    view: &Viewport,
    ink: Ink<'_>,
    gap_css: f64,
) {
    let lanes = columns.channels.len().max(1);
    let gap = surface.px(gap_css);
    let lane = ((surface.height - gap * (lanes - 1) as f64) / lanes as f64).max(1.0);
    for channel in 0..columns.channels.len() {
        let top = channel as f64 * (lane + gap);
        paint_channel(surface, columns, channel, view, ink, (top, lane));
    }
}

/// Paints the first channel of `columns` between a top and so much below it, device pixels.
pub(crate) fn paint_band(
    surface: &Surface,
    columns: &Columns,
    view: &Viewport,
    ink: Ink<'_>,
    band: (f64, f64),
) {
    paint_channel(surface, columns, 0, view, ink, band);
}

fn paint_channel(
    surface: &Surface,
    columns: &Columns,
    channel: usize,
    view: &Viewport,
    ink: Ink<'_>,
    (top, lane): (f64, f64),
) {
    axis(surface, top + lane / 2.0, ink.line);
    if surface.is_screen {
        hairs(surface, columns, channel, view, ink, (top, lane));
        return;
    }
    let runs = waveform::outline(columns, channel, view, top, lane, ink.amplitude);
    let column_px = (columns.frames_per_column / view.frames_per_px()).max(1.0);
    shape(surface, &runs, column_px, ink.extent, |bar| {
        (bar.top, bar.bottom)
    });
    if ink.has_rms {
        shape(surface, &runs, column_px, ink.rms, |bar| {
            (bar.rms_top, bar.rms_bottom)
        });
    }
    let is_marked = |bar: &&Bar| ink.has_clipping && bar.clipped;
    for bar in runs.iter().flatten().filter(is_marked) {
        clipping(surface, ink, bar.x, column_px, (top, lane));
    }
}

/// A hair line a pixel: many times cheaper to rasterise than an outline of as many corners.
fn hairs(
    surface: &Surface,
    columns: &Columns,
    channel: usize,
    view: &Viewport,
    ink: Ink<'_>,
    (top, lane): (f64, f64),
) {
    let mut bars = Vec::with_capacity(surface.width as usize + 1);
    waveform::pixel_bars(columns, channel, view, top, lane, ink.amplitude, |bar| {
        bars.push(bar);
    });
    let context = &surface.context;
    context.set_line_width(1.0);
    let stroke = |color: &str, edges: fn(&Bar) -> (f64, f64)| {
        context.begin_path();
        for bar in &bars {
            let (top, bottom) = edges(bar);
            if bottom > top {
                context.move_to(bar.x + 0.5, top);
                context.line_to(bar.x + 0.5, bottom);
            }
        }
        context.set_stroke_style_str(color);
        context.stroke();
    };
    stroke(ink.extent, |bar| (bar.top, bar.bottom));
    if ink.has_rms {
        stroke(ink.rms, |bar| (bar.rms_top, bar.rms_bottom));
    }
    for bar in bars.iter().filter(|bar| ink.has_clipping && bar.clipped) {
        clipping(surface, ink, bar.x, 1.0, (top, lane));
    }
}

/// Marks a column that reaches full scale.
fn clipping(surface: &Surface, ink: Ink<'_>, x: f64, width: f64, (top, lane): (f64, f64)) {
    let mark = surface.px(2.0);
    surface.fill(ink.clip, x, top, width, mark);
    surface.fill(ink.clip, x, top + lane - mark, width, mark);
}

/// Paints single samples as a line, with dots once they stand apart.
pub(crate) fn paint_samples(
    surface: &Surface,
    channels: &[Vec<f32>],
    start: i64,
    view: &Viewport,
    ink: Ink<'_>,
    gap_css: f64,
) {
    let lanes = channels.len().max(1);
    let gap = surface.px(gap_css);
    let lane = ((surface.height - gap * (lanes - 1) as f64) / lanes as f64).max(1.0);
    let dots = 1.0 / view.frames_per_px() >= surface.px(5.0);
    for (channel, samples) in channels.iter().enumerate() {
        let top = channel as f64 * (lane + gap);
        axis(surface, top + lane / 2.0, ink.line);
        let points = waveform::sample_points(samples, start, view, top, lane, ink.amplitude);
        let context = &surface.context;
        context.begin_path();
        for &(x, y) in &points {
            context.line_to(x, y);
        }
        context.set_stroke_style_str(ink.rms);
        context.set_line_width(surface.px(1.25));
        context.set_line_join("round");
        context.stroke();
        if dots {
            let side = surface.px(4.0);
            for (x, y) in points {
                surface.fill(ink.rms, x - side / 2.0, y - side / 2.0, side, side);
            }
        }
    }
}

/// What stands in for a waveform while a recording is being opened: a calm, obviously made-up shape.
pub(crate) fn paint_skeleton(surface: &Surface, palette: &Palette) {
    let (bar, step) = (surface.px(3.0), surface.px(6.0));
    let middle = surface.height / 2.0;
    let count = (surface.width / step) as usize;
    for i in 0..count {
        let t = i as f64 / count.max(1) as f64;
        let swell = (t * std::f64::consts::PI).sin();
        let ripple = 0.55 + 0.45 * (t * 41.0).sin() * (t * 17.0).cos();
        let height = (0.08 + 0.5 * swell * ripple.abs()) * surface.height;
        surface.fill(
            &palette.line,
            i as f64 * step,
            middle - height / 2.0,
            bar,
            height,
        );
    }
}

fn axis(surface: &Surface, y: f64, color: &str) {
    surface.fill(color, 0.0, y.floor(), surface.width, surface.hair());
}

fn shape(
    surface: &Surface,
    runs: &[Vec<Bar>],
    column_px: f64,
    color: &str,
    edges: impl Fn(&Bar) -> (f64, f64),
) {
    let context = &surface.context;
    context.begin_path();
    for run in runs {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        context.move_to(first.x, edges(first).0);
        for bar in run {
            context.line_to(bar.x + column_px / 2.0, edges(bar).0);
        }
        let right = last.x + column_px;
        context.line_to(right, edges(last).0);
        context.line_to(right, edges(last).1);
        for bar in run.iter().rev() {
            context.line_to(bar.x + column_px / 2.0, edges(bar).1);
        }
        context.line_to(first.x, edges(first).1);
        context.close_path();
    }
    context.set_fill_style_str(color);
    context.fill();
}
