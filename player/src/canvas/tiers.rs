//! Annotations: bars, flags, strips and their texts.

use timeside_core::order::SortedMap;
use timeside_view::{
    Viewport,
    layers::tiers::{Bar, BoxArea, Lane, Plan, Shape, wrap},
};
use web_sys::CanvasRenderingContext2d;

use super::Surface;
use crate::palette::Palette;

/// CSS pixels.
const TEXT_PX: f64 = 12.0;
/// Between lines of a text, CSS pixels.
const LINE_PX: f64 = 15.0;
/// Between a bar's edge and its text, CSS pixels.
const INDENT_PX: f64 = 5.0;
/// A text needs as much room as two letters, CSS pixels.
const LEAST_ROOM_PX: f64 = 14.0;
/// Between the strokes of a hatching, CSS pixels.
const HATCH_PX: f64 = 6.0;
/// Bytes of a label that are looked at: more than any screen shows.
const LABEL_BYTES: usize = 1024;
/// Labels whose widths are kept.
const MAX_WIDTHS: usize = 4096;

/// How one annotation looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'a> {
    pub(crate) label: &'a str,
    pub(crate) color: &'a str,
    /// 0..=1: how sure its author is.
    pub(crate) confidence: f64,
    /// Not yet accepted.
    pub(crate) is_proposed: bool,
    pub(crate) is_selected: bool,
    pub(crate) is_focused: bool,
    pub(crate) is_hovered: bool,
}

/// Widths of labels, so that a step of zooming measures none again.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    font: String,
    widths: SortedMap<String, f64>,
    cut: String,
}

impl Labels {
    /// Sets the face of the texts; another one forgets the widths.
    fn use_font(&mut self, surface: &Surface, palette: &Palette) {
        surface.set_font(&palette.font, TEXT_PX, 400);
        let font = surface.context.font();
        if font != self.font {
            self.font = font;
            self.widths.clear();
        }
    }

    fn width(&mut self, context: &CanvasRenderingContext2d, label: &str) -> f64 {
        if let Some(width) = self.widths.get(label) {
            return *width;
        }
        if self.widths.len() >= MAX_WIDTHS {
            self.widths.clear();
        }
        let width = measured(context, label);
        self.widths.insert(label.to_owned(), width);
        width
    }

    /// One line at `x`, `y` in `room`; what is longer is cut.
    fn line(&mut self, context: &CanvasRenderingContext2d, label: &str, x: f64, y: f64, room: f64) {
        let label = shown(label);
        let width = self.width(context, label);
        // A text that cannot be drawn is only a missing text.
        if width <= room {
            let _ = context.fill_text(label, x, y);
            return;
        }
        let mut bytes = (label.len() as f64 * (room / width) * 0.9) as usize;
        while !label.is_char_boundary(bytes) {
            bytes -= 1;
        }
        self.cut.clear();
        match label[..bytes].trim_end() {
            "" => self.cut.extend(label.chars().next()),
            start => {
                self.cut.push_str(start);
                self.cut.push('…');
            }
        }
        let _ = context.fill_text_with_max_width(&self.cut, x, y, room);
    }
}

fn measured(context: &CanvasRenderingContext2d, text: &str) -> f64 {
    context.measure_text(text).map_or(0.0, |m| m.width())
}

/// As much of a label as can be seen.
fn shown(label: &str) -> &str {
    let mut at = label.len().min(LABEL_BYTES);
    while !label.is_char_boundary(at) {
        at -= 1;
    }
    &label[..at]
}

/// The line under a lane.
pub(crate) fn paint_rule(surface: &Surface, lane: &Lane, palette: &Palette) {
    let y = (lane.top_px + lane.height_px - surface.hair()).round();
    surface.fill(&palette.line, 0.0, y, surface.width, surface.hair());
}

/// One tier on the screen.
pub(crate) struct TierPicture<'a, K> {
    pub(crate) lane: &'a Lane,
    pub(crate) plan: &'a Plan<K>,
    /// The tier's own, of its strips.
    pub(crate) color: &'a str,
}

/// Paints one tier.
pub(crate) fn paint<'a, K: Copy>(
    surface: &Surface,
    view: &Viewport,
    tier: &TierPicture<'_, K>,
    palette: &Palette,
    labels: &mut Labels,
    look: impl Fn(K) -> Look<'a>,
) {
    let TierPicture { lane, plan, color } = *tier;
    let context = &surface.context;
    strips(surface, lane, plan, color);
    for bar in &plan.bars {
        body(surface, lane, bar, &look(bar.key));
    }
    context.set_global_alpha(1.0);
    labels.use_font(surface, palette);
    context.set_text_baseline("middle");
    context.set_text_align("left");
    context.set_fill_style_str(&palette.text);
    for bar in &plan.bars {
        let left = bar.text_left_px() + surface.px(INDENT_PX);
        let room = bar.text_room_px(view) - surface.px(1.5 * INDENT_PX);
        let thin = bar.height_px < surface.px(TEXT_PX);
        if room < surface.px(LEAST_ROOM_PX) || (thin && lane.shape != Shape::Notes) {
            initial(surface, view, bar, look(bar.key).label);
            continue;
        }
        let look = look(bar.key);
        if look.label.is_empty() {
            continue;
        }
        let lines = (bar.height_px / surface.px(LINE_PX)).floor() as usize;
        if lane.shape == Shape::Text && lines > 1 {
            paragraph(surface, bar, look.label, left, room, lines);
        } else if lane.shape == Shape::Notes {
            let beside = bar.top_px - surface.px(TEXT_PX) * 0.6;
            let y = if beside > lane.top_px + surface.px(TEXT_PX) * 0.5 {
                beside
            } else {
                bar.top_px + bar.height_px + surface.px(TEXT_PX) * 0.6
            };
            labels.line(context, look.label, left, y, room);
        } else {
            labels.line(
                context,
                look.label,
                left,
                bar.top_px + bar.height_px / 2.0,
                room,
            );
        }
    }
    for bar in &plan.bars {
        let look = look(bar.key);
        if look.is_selected || look.is_focused {
            outline(
                surface,
                bar,
                if look.is_focused {
                    &palette.focus
                } else {
                    &palette.accent
                },
            );
        }
    }
}

/// Marks that merge: the more of them under a pixel, the stronger.
fn strips<K>(surface: &Surface, lane: &Lane, plan: &Plan<K>, color: &str) {
    let context = &surface.context;
    context.set_fill_style_str(color);
    let (top, height) = (
        lane.top_px + 2.0 * lane.margin_px,
        lane.height_px - 4.0 * lane.margin_px,
    );
    let least = surface.hair();
    for level in 1..=3_u8 {
        context.set_global_alpha(0.12 + 0.22 * f64::from(level));
        for strip in plan.strips.iter().filter(|s| s.level == level) {
            context.fill_rect(strip.left_px, top, strip.width_px.max(least), height);
        }
    }
    context.set_global_alpha(1.0);
}

fn body<K>(surface: &Surface, lane: &Lane, bar: &Bar<K>, look: &Look<'_>) {
    let context = &surface.context;
    // Far outside a canvas rounds coordinates.
    let left = bar.left_px.max(-8.0);
    let right = bar.right_px.min(surface.width + 8.0);
    let hair = surface.hair();
    let (top, height) = (bar.top_px, bar.height_px);
    context.set_fill_style_str(look.color);
    // A doubtful annotation is paler, never invisible.
    let sure = 0.4 + 0.6 * look.confidence.clamp(0.0, 1.0);
    if bar.is_point {
        context.set_global_alpha(sure);
        context.fill_rect(left.round(), lane.top_px, hair * 1.5, lane.height_px);
        let wing = surface.px(5.0);
        context.begin_path();
        context.move_to(left.round(), top);
        context.line_to(left.round() + wing, top + wing * 0.7);
        context.line_to(left.round(), top + wing * 1.4);
        if look.is_proposed {
            context.set_stroke_style_str(look.color);
            context.set_line_width(hair);
            context.stroke();
        } else {
            context.fill();
        }
        return;
    }
    let fill = match (look.is_selected, look.is_hovered, lane.shape) {
        (true, _, _) => 0.5,
        (_, true, _) => 0.36,
        (_, _, Shape::Notes) => 0.75,
        _ => 0.22,
    };
    // A gap of a hair between neighbours, where both can afford it.
    let width = (right - left - hair).max(hair);
    if look.is_proposed {
        // Pale, so that the text over it can be read.
        context.set_global_alpha(sure * 0.5);
        hatch(surface, look.color, left, top, width, height);
        context.set_global_alpha(sure);
        context.set_stroke_style_str(look.color);
        context.set_line_width(hair);
        context.stroke_rect(
            left + hair / 2.0,
            top + hair / 2.0,
            (width - hair).max(hair),
            (height - hair).max(hair),
        );
        return;
    }
    context.set_global_alpha(sure * fill);
    let radius = surface.px(3.0).min(width / 2.0).min(height / 2.0);
    if radius >= surface.px(1.5) {
        context.begin_path();
        // Radii are finite and positive here.
        let _ = context.round_rect_with_f64(left, top, width, height, radius);
        context.fill();
    } else {
        context.fill_rect(left, top, width, height);
    }
    if lane.shape != Shape::Notes {
        context.set_global_alpha(sure);
        let edge = surface.px(2.0).min(width);
        context.fill_rect(left, top + radius / 2.0, edge, height - radius);
    }
}

/// Slanting strokes: what a machine proposes and nobody has accepted.
fn hatch(surface: &Surface, color: &str, left: f64, top: f64, width: f64, height: f64) {
    let context = &surface.context;
    context.set_stroke_style_str(color);
    context.set_line_width(surface.hair());
    context.begin_path();
    let step = surface.px(HATCH_PX);
    let mut at = left - height;
    while at < left + width {
        // The part of a stroke that lies inside.
        let from = (left - at).max(0.0);
        let to = (left + width - at).min(height);
        if to > from {
            context.move_to(at + from, top + height - from);
            context.line_to(at + to, top + height - to);
        }
        at += step;
    }
    context.stroke();
}

fn outline<K>(surface: &Surface, bar: &Bar<K>, color: &str) {
    let context = &surface.context;
    let line = surface.px(2.0);
    context.set_stroke_style_str(color);
    context.set_line_width(line);
    let left = bar.left_px.max(-8.0);
    let right = if bar.is_point {
        bar.left_px + surface.px(8.0)
    } else {
        bar.right_px.min(surface.width + 8.0)
    };
    context.stroke_rect(
        left + line / 2.0,
        bar.top_px + line / 2.0,
        (right - left - line).max(line),
        (bar.height_px - line).max(line),
    );
}

/// The first letter, where there is room for no more: colour is never alone.
fn initial<K>(surface: &Surface, view: &Viewport, bar: &Bar<K>, label: &str) {
    let room = bar.text_room_px(view);
    if room < surface.px(8.0) || bar.height_px < surface.px(TEXT_PX) {
        return;
    }
    if let Some(first) = label.chars().next() {
        let mut letter = [0; 4];
        let letter = first.encode_utf8(&mut letter);
        let (x, y) = (
            bar.text_left_px() + surface.px(2.5),
            bar.top_px + bar.height_px / 2.0,
        );
        // A letter that cannot be drawn is only a missing letter.
        let _ = surface
            .context
            .fill_text_with_max_width(letter, x, y, room - surface.px(3.0));
    }
}

fn paragraph<K>(surface: &Surface, bar: &Bar<K>, label: &str, x: f64, room: f64, lines: usize) {
    let context = &surface.context;
    let line_height = surface.px(LINE_PX);
    let first = bar.top_px + line_height * 0.6;
    wrap(
        shown(label),
        room,
        lines,
        |text| measured(context, text),
        |index, text, cut| {
            let y = first + index as f64 * line_height;
            // A text that cannot be drawn is only a missing text.
            let _ = if cut {
                context.fill_text_with_max_width(&[text, "…"].concat(), x, y, room)
            } else {
                context.fill_text(text, x, y)
            };
        },
    );
}

/// Paints boxes over a spectrogram.
pub(crate) fn paint_boxes<'a, K: Copy>(
    surface: &Surface,
    areas: &[BoxArea<K>],
    palette: &Palette,
    labels: &mut Labels,
    look: impl Fn(K) -> Look<'a>,
) {
    let context = &surface.context;
    labels.use_font(surface, palette);
    context.set_text_baseline("top");
    context.set_text_align("left");
    let line = surface.px(1.5);
    for area in areas {
        let look = look(area.key);
        let left = area.left_px.max(-8.0);
        let width = (area.right_px.min(surface.width + 8.0) - left).max(line);
        let (top, height) = (area.top_px, (area.bottom_px - area.top_px).max(line));
        let color = match (look.is_focused, look.is_selected) {
            (true, _) => palette.focus.as_str(),
            (_, true) => palette.accent.as_str(),
            _ => look.color,
        };
        context.set_fill_style_str(look.color);
        context.set_global_alpha(if look.is_selected || look.is_hovered {
            0.28
        } else {
            0.12
        });
        context.fill_rect(left, top, width, height);
        context.set_global_alpha(0.4 + 0.6 * look.confidence.clamp(0.0, 1.0));
        if look.is_proposed {
            hatch(surface, look.color, left, top, width, height);
        }
        // Two strokes: seen on the dark and on the bright parts of a picture.
        context.set_line_width(line + surface.px(1.5));
        context.set_stroke_style_str(&palette.surface);
        context.stroke_rect(left, top, width, height);
        context.set_line_width(line);
        context.set_stroke_style_str(color);
        context.stroke_rect(left, top, width, height);
        context.set_global_alpha(1.0);
        let room = width - surface.px(8.0);
        if room > surface.px(LEAST_ROOM_PX) && !look.label.is_empty() {
            let text = surface.px(TEXT_PX);
            let wide = labels.width(context, shown(look.label)).min(room);
            context.set_fill_style_str(&palette.surface);
            context.set_global_alpha(0.8);
            context.fill_rect(left + line, top + line, wide + surface.px(8.0), text * 1.4);
            context.set_global_alpha(1.0);
            context.set_fill_style_str(&palette.text);
            let (x, y) = (left + surface.px(4.0), top + surface.px(3.0));
            labels.line(context, look.label, x, y, room);
        }
    }
}
