//! Events, segments, notes, texts and boxes.

use timeside_view::{
    Viewport,
    layers::items::{Items, Mark, Vertical},
};

use super::Surface;

/// Size of the texts, CSS pixels.
const TEXT_PX: f64 = 11.0;
/// Between a mark's edge and its text.
const PAD_PX: f64 = 4.0;
/// Longer texts are not even measured.
const MAX_CHARS: usize = 200;

/// How items are painted.
pub(crate) struct Look<'a> {
    /// Colours by label; the first where there is none.
    pub(crate) colors: &'a [String],
    /// Of texts.
    pub(crate) ink: &'a str,
    pub(crate) font: &'a str,
    /// Are texts drawn?
    pub(crate) labels: bool,
    /// Are boxes only outlined, so that what lies behind them is seen?
    pub(crate) outlined: bool,
}

/// Paints what can be seen of the items.
pub(crate) fn paint(
    surface: &Surface,
    items: &Items,
    view: &Viewport,
    vertical: &Vertical,
    look: &Look<'_>,
) {
    let marks = items.plan(view, vertical, surface.height);
    let context = &surface.context;
    let hair = surface.hair();
    let is_full = *vertical == Vertical::Full;
    let mut ink = usize::MAX;
    for mark in &marks {
        let color = color_of(items, mark, look);
        if color != ink {
            ink = color;
            let css = look.colors.get(color).map_or("", String::as_str);
            context.set_fill_style_str(css);
            context.set_stroke_style_str(css);
        }
        // Neighbours keep a hair between them.
        let (x, width) = (
            mark.x.round(),
            (mark.right - mark.x - hair).max(hair).round(),
        );
        let height = (mark.bottom - mark.top).max(hair);
        if mark.right - mark.x <= hair * 2.0 {
            context.fill_rect(x, mark.top, hair.max(surface.px(1.25).round()), height);
            continue;
        }
        if look.outlined {
            context.set_line_width(surface.px(1.5));
            context.stroke_rect(x, mark.top, width, height);
            continue;
        }
        let (from, to) = (
            x.max(-hair * 4.0),
            (x + width).min(surface.width + hair * 4.0),
        );
        if is_full {
            // A band with a strong head: its text stays readable.
            context.set_global_alpha(0.28);
            context.fill_rect(from, mark.top, to - from, height);
            context.set_global_alpha(1.0);
            context.fill_rect(x, mark.top, surface.px(2.0).round(), height);
        } else {
            context.fill_rect(from, mark.top, to - from, height);
        }
    }
    if look.labels && !items.labels.is_empty() {
        texts(surface, items, &marks, is_full, look);
    }
}

fn color_of(items: &Items, mark: &Mark, look: &Look<'_>) -> usize {
    let label = items.list().get(mark.item).and_then(|item| item.label);
    // Texts that each stand once are no classes.
    let has_classes = items.labels.len() < items.list().len();
    label.map_or(0, |label| {
        if has_classes {
            label as usize % look.colors.len().max(1)
        } else {
            0
        }
    })
}

fn texts(surface: &Surface, items: &Items, marks: &[Mark], is_full: bool, look: &Look<'_>) {
    let context = &surface.context;
    surface.set_font(look.font, TEXT_PX, 400);
    context.set_text_align("left");
    context.set_text_baseline("middle");
    context.set_fill_style_str(look.ink);
    let (pad, glyph) = (surface.px(PAD_PX), surface.px(TEXT_PX * 0.56));
    for mark in marks {
        let Some(label) = items.label(mark.item) else {
            continue;
        };
        // The text of what begins before the view stays in view.
        let x = mark.x.max(0.0) + pad + if is_full { surface.px(1.0) } else { 0.0 };
        let room = ((mark.text_right - x - pad) / glyph).floor();
        if room < 2.0 {
            continue;
        }
        let room = (room as usize).min(MAX_CHARS);
        let y = if is_full {
            surface.height / 2.0
        } else {
            (mark.top - surface.px(TEXT_PX * 0.7)).max(surface.px(TEXT_PX * 0.6))
        };
        let line = label.lines().next().unwrap_or_default();
        // A text that cannot be drawn is only a missing text.
        let _ = if line.chars().nth(room).is_none() {
            context.fill_text(line, x, y)
        } else {
            let cut: String = line.chars().take(room - 1).chain(['…']).collect();
            context.fill_text(&cut, x, y)
        };
    }
}

/// Paints texts inside the left edge, each on a halo: the axis of pitch, frequency or columns.
pub(crate) fn paint_ticks(
    surface: &Surface,
    ticks: &[(f64, String)],
    font: &str,
    (ink, halo): (&str, &str),
) {
    let context = &surface.context;
    surface.set_font(font, 10.0, 500);
    context.set_text_baseline("middle");
    context.set_text_align("left");
    context.set_line_join("round");
    for (y, text) in ticks {
        surface.fill(ink, 0.0, y.round(), surface.px(5.0), surface.hair());
        context.set_stroke_style_str(halo);
        context.set_line_width(surface.px(2.5));
        let _ = context.stroke_text(text, surface.px(8.0), *y);
        context.set_fill_style_str(ink);
        let _ = context.fill_text(text, surface.px(8.0), *y);
    }
}
