//! The tiers under each line.

use leptos::html;
use timeside_editing::Key;
use timeside_view::wrapped::Wrapped;

use super::WAVE_HEIGHT;
use crate::{
    components::tiers::{LEAST_PX, Strip},
    format::media_matches,
    prelude::*,
    store::Store,
    tiers::{At, Ground},
};

/// Height of a tier's strip, CSS pixels; a finger needs a target's.
const STRIP_PX: f64 = 20.0;
const TOUCH_PX: f64 = 44.0;
/// Of the second and third sub-row of what overlaps, CSS pixels.
const ROW_PX: f64 = 14.0;
/// So many tiers stand under a line: with more it would no longer be read as one.
const MOST: usize = 4;
const TOUCH_MOST: usize = 2;

/// The tiers under each line: the first that are not folded away, and always the one that keys work on.
pub(super) fn strips(store: Store) -> Vec<Strip> {
    let touch = media_matches("(pointer: coarse)");
    let (base, most) = if touch {
        (TOUCH_PX, TOUCH_MOST)
    } else {
        (STRIP_PX, MOST)
    };
    let hidden = store.tiers.hidden.get();
    let active = store.tiers.active.get();
    let mut shown: Vec<_> = store.annotations.with(|document| {
        let tiers = document.tiers().filter(|tier| !hidden.contains(&tier.key));
        tiers.map(|tier| (tier.key, tier.kind())).collect()
    });
    if let Some(at) = shown.iter().position(|(key, _)| Some(*key) == active)
        && at >= most
    {
        shown.swap(most - 1, at);
    }
    shown.truncate(most);
    let mut top_px = WAVE_HEIGHT;
    let strip = |(tier, kind)| {
        let depth = store
            .tiers
            .rows
            .with(|rows| rows.lane(tier).map_or(1, |lane| lane.depth()))
            .min(3);
        let strip = Strip {
            tier,
            kind,
            top_px,
            height_px: base + f64::from(depth - 1) * ROW_PX,
        };
        top_px += strip.height_px;
        strip
    };
    shown.into_iter().map(strip).collect()
}

/// Height of a line with what stands under it, CSS pixels.
pub(super) fn line_height(strips: &[Strip]) -> f64 {
    strips.last().map_or(WAVE_HEIGHT, |strip| {
        // A little room before the next line.
        strip.top_px + strip.height_px + 4.0
    })
}

/// What hands work on: the strips of all lines, in a window that is scrolled.
pub(super) fn ground(
    pane: NodeRef<html::Div>,
    wrapped: Memo<Wrapped>,
    strips: Memo<Vec<Strip>>,
) -> Ground {
    let at = move |(x, y): (f64, f64)| {
        let pane = pane.get_untracked()?;
        let top = f64::from(pane.scroll_top());
        let wrapped = wrapped.get_untracked();
        let (line, within) = wrapped.line_at(y);
        let tier = strips.with_untracked(|strips| {
            let is_there =
                |strip: &&Strip| (strip.top_px..strip.top_px + strip.height_px).contains(&within);
            strips.iter().find(is_there).map(|strip| strip.tier)
        });
        Some(At {
            x: x.clamp(0.0, wrapped.width_px()),
            y: y - top,
            top,
            client_y: y - top + pane.get_bounding_client_rect().top(),
            frame: wrapped.frame_at(x, y),
            view: wrapped.line_view(line),
            tier,
            is_over: tier.is_some(),
        })
    };
    let between = move |(a, b): (At, At)| {
        let wrapped = wrapped.get_untracked();
        let (left, right) = (a.x.min(b.x), a.x.max(b.x));
        let (top, bottom) = (a.shown_y().min(b.shown_y()), a.shown_y().max(b.shown_y()));
        let mut touched = Vec::new();
        for line in wrapped.line_at(top).0..=wrapped.line_at(bottom).0 {
            let line_top = line as f64 * wrapped.line_height_px();
            let view = wrapped.line_view(line);
            let (start, end) = (view.frame_from_px(left), view.frame_from_px(right));
            strips.with_untracked(|strips| {
                let tiers = strips.iter().filter(|strip| {
                    let strip_top = line_top + strip.top_px;
                    strip_top < bottom && strip_top + strip.height_px > top
                });
                touched.extend(tiers.map(|strip| (strip.tier, start, end)));
            });
        }
        touched
    };
    Ground {
        at: Callback::new(at),
        between: Callback::new(between),
    }
}

/// Where the text of an annotation is written: over its piece in the line where it begins. Left, top, width and height
/// from the top left of all lines, CSS pixels.
pub(super) fn place(
    store: Store,
    wrapped: Wrapped,
    strips: &[Strip],
    key: Key,
) -> Option<(f64, f64, f64, f64)> {
    let (start, end, tier) = store.annotations.with(|document| {
        let item = document.item(key)?;
        Some((item.start, item.end, item.tier))
    })?;
    let strip = strips.iter().find(|strip| strip.tier == tier)?;
    let spot = wrapped.spot(start as f64);
    let width = wrapped.width_px();
    let (_, right) = wrapped
        .piece(spot.line, start, end.max(start + 1))
        .unwrap_or((spot.x, spot.x));
    let left = spot.x.min((width - LEAST_PX).max(0.0));
    Some((
        left,
        spot.line as f64 * line_height(strips) + strip.top_px,
        (right - left).max(LEAST_PX).min(width),
        strip.height_px,
    ))
}
