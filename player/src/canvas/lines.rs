//! The waveform as lines of text.

use std::ops::Range;

use timeside_view::{layers::waveform::Columns, wrapped::Wrapped};

use super::{
    Surface,
    waveform::{self, Ink},
};
use crate::palette::Palette;

/// Room for the time over each line, CSS pixels.
const TIME_PX: f64 = 16.0;

/// What is seen of the lines; CSS pixels.
pub(crate) struct Page {
    /// The lines, in CSS pixels.
    pub(crate) wrapped: Wrapped,
    /// Those in the window.
    pub(crate) visible: Range<usize>,
    /// How far the window is scrolled.
    pub(crate) scroll_px: f64,
    /// From one line to the next, with what stands under the waveform.
    pub(crate) line_height_px: f64,
    /// Of a line, its time and its waveform.
    pub(crate) wave_px: f64,
    /// Frames.
    pub(crate) selection: Option<(i64, i64)>,
}

impl Page {
    /// Upper edge of a line on the canvas, device pixels.
    pub(crate) fn top_px(&self, surface: &Surface, line: usize) -> f64 {
        surface
            .px(line as f64 * self.line_height_px - self.scroll_px)
            .round()
    }
}

/// Paints the waveforms of a page once more, as already played.
pub(crate) fn paint_played(surface: &Surface, page: &Page, columns: &Columns, palette: &Palette) {
    for line in page.visible.clone() {
        let top = page.top_px(surface, line) + surface.px(TIME_PX);
        let view = page.wrapped.line_view(line).scaled(surface.px_ratio);
        let band = (top, surface.px(page.wave_px - TIME_PX - 2.0));
        waveform::paint_band(surface, columns, &view, Ink::played(palette), band);
    }
}

/// Paints a page; `columns` may be missing, and lie elsewhere. `time_of` is the text of a line's begin.
pub(crate) fn paint(
    surface: &Surface,
    page: &Page,
    columns: Option<&Columns>,
    palette: &Palette,
    time_of: impl Fn(usize) -> String,
) {
    let height = surface.px(page.line_height_px);
    let wave_height = surface.px(page.wave_px - TIME_PX - 2.0);
    surface.set_font(&palette.font, 11.0, 400);
    surface.context.set_text_baseline("middle");
    surface.context.set_text_align("left");
    for line in page.visible.clone() {
        let top = page.top_px(surface, line);
        surface.fill(&palette.line, 0.0, top, surface.width, surface.hair());
        if let Some((start, end)) = page.selection
            && let Some((left, right)) = page.wrapped.piece(line, start, end)
        {
            let width = surface.px(right - left).max(surface.hair());
            surface.fill(&palette.selection, surface.px(left), top, width, height);
        }
        if let Some(columns) = columns {
            let view = page.wrapped.line_view(line).scaled(surface.px_ratio);
            let band = (top + surface.px(TIME_PX), wave_height);
            waveform::paint_band(surface, columns, &view, Ink::ahead(palette), band);
        }
        surface.context.set_fill_style_str(&palette.text_dim);
        // A text that cannot be drawn is only a missing text.
        let _ = surface.context.fill_text(
            &time_of(line),
            surface.px(4.0),
            top + surface.px(TIME_PX / 2.0 + 1.0),
        );
    }
}
