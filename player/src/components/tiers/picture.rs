//! The canvases of annotations: that of the lanes, and the boxes over a spectrogram.

use timeside_core::annotation::TierKind;
use timeside_editing::{Document, Key, State, TierKey};
use timeside_view::{
    FrequencyAxis, Viewport,
    layers::tiers::{Lane, Mark, boxes},
};

use crate::{
    canvas::{
        Surface,
        tiers::{Labels, Look, TierPicture, paint, paint_boxes, paint_rule},
    },
    components::lane::lane_canvas,
    palette::Palette,
    prelude::*,
    store::Store,
    tiers::{Planned, color_of, shape_of},
};

/// What is narrower is not seen by itself, CSS pixels.
const MERGE_PX: f64 = 2.0;
/// Above and below the bars, CSS pixels.
const MARGIN_PX: f64 = 2.0;

/// All lanes.
#[component]
pub(super) fn Picture(height: Signal<f64>) -> impl IntoView {
    let store = Store::get();
    let labels = StoredValue::new(Labels::default());
    lane_canvas(
        "fill",
        height,
        move || {
            store.annotations.with(|_| ());
            store.annotations.with_chosen(|_| ());
            store.tiers.stack.track();
            store.tiers.hovered.track();
        },
        move |surface, view| {
            with_planned(store, surface, &mut |planned| {
                labels.update_value(|labels| {
                    store.palette.with(|palette| {
                        store.annotations.with(|document| {
                            plan(store, document, view, surface, planned);
                            paint_lanes(store, document, view, surface, planned, labels, palette);
                        });
                    });
                });
            });
        },
    )
}

/// Gives what is planned for the screen, where hands look it up; what is painted elsewhere has a plan of its own.
fn with_planned(store: Store, surface: &Surface, run: &mut dyn FnMut(&mut Planned)) {
    if surface.is_screen {
        store.tiers.planned.update_value(run);
    } else {
        run(&mut Planned::default());
    }
}

fn plan(
    store: Store,
    document: &Document,
    view: &Viewport,
    surface: &Surface,
    planned: &mut Planned,
) {
    planned.shown = 0;
    let tiers: Vec<(TierKey, TierKind)> = document.tiers().map(|t| (t.key, t.kind())).collect();
    store.tiers.stack.with(|stack| {
        for placed in stack.placed() {
            if let Some((tier, kind)) = tiers.get(placed.index).copied() {
                let extent_px = (surface.px(placed.top_px), surface.px(placed.height_px));
                plan_lane(
                    store,
                    document,
                    view,
                    surface,
                    planned,
                    (tier, kind),
                    extent_px,
                );
            }
        }
    });
}

/// Plans one tier between a top and so much below it, device pixels.
fn plan_lane(
    store: Store,
    document: &Document,
    view: &Viewport,
    surface: &Surface,
    planned: &mut Planned,
    (tier, kind): (TierKey, TierKind),
    (top_px, height_px): (f64, f64),
) {
    store.tiers.rows.with(|rows| {
        let Some(rows) = rows.lane(tier) else {
            return;
        };
        let lane = Lane {
            shape: shape_of(kind),
            rows: rows.depth(),
            top_px,
            height_px,
            margin_px: surface.px(MARGIN_PX),
            merge_px: surface.px(MERGE_PX),
            values: rows.values(),
        };
        let next = planned.next(tier, lane);
        let value = |key| {
            let value = document.item(key).and_then(|item| item.value);
            value.map_or(f32::NAN, |value| value as f32)
        };
        let entries = document.entries(tier, view.start_frame(), view.end_frame() + 1);
        let marks = entries.map(|entry| Mark {
            key: entry.key,
            start: entry.start,
            end: entry.end,
            row: rows.row(entry.key),
            value: if kind == TierKind::Notes {
                value(entry.key)
            } else {
                f32::NAN
            },
        });
        next.plan.fill(&lane, view, marks);
    });
}

/// A tier under a wrapped line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Strip {
    pub(crate) tier: TierKey,
    pub(crate) kind: TierKind,
    /// From the line's top, CSS pixels.
    pub(crate) top_px: f64,
    /// CSS pixels.
    pub(crate) height_px: f64,
}

/// Paints the strips under wrapped lines: of each line its view and its top, both in device pixels. What goes on over a
/// line's end goes on in the next.
pub(crate) fn paint_strips(
    store: Store,
    surface: &Surface,
    strips: &[Strip],
    lines: &[(Viewport, f64)],
    labels: &mut Labels,
) {
    with_planned(store, surface, &mut |planned| {
        store.palette.with(|palette| {
            store.annotations.with(|document| {
                planned.shown = 0;
                for (view, top_px) in lines {
                    for strip in strips {
                        let extent_px = (
                            top_px + surface.px(strip.top_px),
                            surface.px(strip.height_px),
                        );
                        let tier = (strip.tier, strip.kind);
                        plan_lane(store, document, view, surface, planned, tier, extent_px);
                    }
                }
                // Of a view only its width counts from here on, and all lines are equally wide.
                if let Some((view, _)) = lines.first() {
                    paint_lanes(store, document, view, surface, planned, labels, palette);
                }
            });
        });
    });
}

fn paint_lanes(
    store: Store,
    document: &Document,
    view: &Viewport,
    surface: &Surface,
    planned: &Planned,
    labels: &mut Labels,
    palette: &Palette,
) {
    let looks = Looks::new(store, document, palette);
    let last = planned.lanes().len().saturating_sub(1);
    for (at, lane) in planned.lanes().iter().enumerate() {
        let of_tier = looks.of_tier(lane.tier);
        let tier = TierPicture {
            lane: &lane.lane,
            plan: &lane.plan,
            color: of_tier.color,
        };
        paint(surface, view, &tier, palette, labels, |key| {
            looks.of(&of_tier, key)
        });
        if at < last {
            paint_rule(surface, &lane.lane, palette);
        }
    }
}

/// How the annotations of one painting look.
struct Looks<'a> {
    document: &'a Document,
    palette: &'a Palette,
    chosen: Vec<Key>,
    focused: Option<Key>,
    hovered: Option<Key>,
}

struct TierLook<'a> {
    index: usize,
    color: &'a str,
    vocabulary: &'a [String],
}

impl<'a> Looks<'a> {
    fn new(store: Store, document: &'a Document, palette: &'a Palette) -> Self {
        Self {
            document,
            palette,
            chosen: store.annotations.chosen(),
            focused: store.tiers.focused.get_untracked(),
            hovered: store.tiers.hovered.get_untracked(),
        }
    }

    fn of_tier(&self, key: TierKey) -> TierLook<'a> {
        let index = self.document.tiers().position(|tier| tier.key == key);
        let index = index.unwrap_or(0);
        let said = self.document.tier(key).map(|tier| &tier.said);
        let own = said.and_then(|said| said.color.as_deref());
        TierLook {
            index,
            color: color_of(self.palette, own, index),
            vocabulary: said.map_or(&[], |said| said.vocabulary.as_slice()),
        }
    }

    fn of(&self, tier: &TierLook<'a>, key: Key) -> Look<'a> {
        let item = self.document.item(key);
        let label = item.map_or("", |item| item.label.as_str());
        // Each word of a vocabulary has a colour of its own.
        let word = tier.vocabulary.iter().position(|word| word == label);
        Look {
            label,
            color: word.map_or(tier.color, |word| self.palette.tier(tier.index + word)),
            confidence: item.and_then(|item| item.confidence).unwrap_or(1.0),
            is_proposed: item.is_some_and(|item| item.state == State::Proposed),
            // Ascending, as `Selection` gives them.
            is_selected: self.chosen.binary_search(&key).is_ok(),
            is_focused: self.focused == Some(key),
            is_hovered: self.hovered == Some(key),
        }
    }
}

/// The boxes of all tiers that hold such, over a spectrogram `axis_of` its height.
#[component]
pub(crate) fn BoxPicture(
    height: Signal<f64>,
    #[prop(into)] axis: Signal<Option<FrequencyAxis>>,
) -> impl IntoView {
    let store = Store::get();
    let labels = StoredValue::new(Labels::default());
    let any = Memo::new(move |_| {
        let boxes = |tier: &timeside_editing::Tier| tier.kind() == TierKind::Boxes;
        store
            .annotations
            .with(|document| document.tiers().any(boxes))
    });
    let canvas = move || {
        lane_canvas(
            "fill",
            height,
            move || {
                store.annotations.with(|_| ());
                store.annotations.with_chosen(|_| ());
                store.tiers.hovered.track();
                store.tiers.hidden.track();
                axis.track();
            },
            move |surface, view| {
                let Some(axis) = axis.get() else { return };
                let axis = FrequencyAxis {
                    height_px: surface.height,
                    ..axis
                };
                with_planned(store, surface, &mut |planned| {
                    labels.update_value(|labels| {
                        store.palette.with(|palette| {
                            store.annotations.with(|document| {
                                plan_boxes(store, document, view, &axis, surface, planned);
                                let looks = Looks::new(store, document, palette);
                                paint_boxes(surface, &planned.boxes, palette, labels, |key| {
                                    let tier = document.item(key).map(|item| item.tier);
                                    let tier = tier.unwrap_or(TierKey::from_number(0));
                                    looks.of(&looks.of_tier(tier), key)
                                });
                            });
                        });
                    });
                });
            },
        )
    };
    view! { <Show when=move || any.get()>{canvas()}</Show> }
}

fn plan_boxes(
    store: Store,
    document: &Document,
    view: &Viewport,
    axis: &FrequencyAxis,
    surface: &Surface,
    planned: &mut Planned,
) {
    let hidden = store.tiers.hidden.get_untracked();
    let tiers = document
        .tiers()
        .filter(|tier| tier.kind() == TierKind::Boxes && !hidden.contains(&tier.key));
    let marks = tiers
        .flat_map(|tier| document.in_range(tier.key, view.start_frame(), view.end_frame() + 1))
        .map(|(key, item)| {
            // Without frequencies a box is as high as the picture.
            let low = item.low_hz.unwrap_or(axis.min_hz);
            (
                key,
                item.start,
                item.end,
                low,
                item.high_hz.unwrap_or(axis.max_hz),
            )
        });
    boxes(marks, view, axis, surface.px(MERGE_PX), &mut planned.boxes);
}
