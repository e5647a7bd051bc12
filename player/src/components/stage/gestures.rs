//! What hands do on the time axis: click, drag, select, pinch, wheel.

use leptos::html;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent, WheelEvent};

use super::on_ruler;
use crate::{
    format::media_matches,
    frames::{Frames, Ticker},
    prelude::*,
    store::{FrequencyWish, Hover, Store},
    tiers::TierHands,
    transport::Transport,
};

/// A pointer that moved less than this (CSS pixels) has clicked.
const CLICK_PX: f64 = 4.0;
/// What is left of a kinetic pan's speed after a frame.
const FRICTION: f64 = 0.93;
/// The greatest speed of a kinetic pan, CSS pixels per frame.
const MAX_KINETIC_PX: f64 = 80.0;
/// Below this speed (CSS pixels per frame) a kinetic pan rests.
const REST_PX: f64 = 0.4;

#[derive(Debug, Clone, PartialEq)]
enum Drag {
    None,
    /// `travelled` since the button went down; `speed` in pixels per event.
    Pan {
        last_x: f64,
        travelled: f64,
        speed: f64,
        last_ms: f64,
    },
    Scrub,
    Select {
        anchor: i64,
    },
    Pinch {
        distance: f64,
        center: f64,
    },
    /// A box that shall fill the view, from this corner.
    Box {
        x: f64,
        y: f64,
    },
}

/// A box on the axis: left, top, width, height in CSS pixels.
pub(super) type Drawn = (f64, f64, f64, f64);

#[derive(Debug, Clone)]
struct State {
    drag: Drag,
    /// Fingers down: id, x.
    pointers: Vec<(i32, f64)>,
    kinetic_px: f64,
}

/// The gestures of one stage; a copyable handle.
#[derive(Clone, Copy)]
pub(super) struct Gestures {
    store: Store,
    transport: Transport,
    axis: NodeRef<html::Div>,
    state: StoredValue<State>,
    panning: RwSignal<bool>,
    drawn: RwSignal<Option<Drawn>>,
    kinetic: Ticker,
    tiers: TierHands,
}

impl Gestures {
    pub(super) fn new(store: Store, transport: Transport, axis: NodeRef<html::Div>) -> Self {
        let state = StoredValue::new(State {
            drag: Drag::None,
            pointers: Vec::new(),
            kinetic_px: 0.0,
        });
        let kinetic = expect_context::<Frames>().ticker(move || {
            let speed = state.try_with_value(|s| s.kinetic_px).unwrap_or(0.0);
            if speed.abs() < REST_PX {
                return false;
            }
            store.pan(-speed);
            state.update_value(|s| s.kinetic_px *= FRICTION);
            true
        });
        Self {
            store,
            transport,
            axis,
            state,
            panning: RwSignal::new(false),
            drawn: RwSignal::new(None),
            kinetic,
            tiers: TierHands::on_lanes(store, transport, axis),
        }
    }

    pub(super) fn is_panning(self) -> bool {
        self.panning.get()
    }

    /// The box being drawn.
    pub(super) fn drawn(self) -> Option<Drawn> {
        self.drawn.get()
    }

    fn place(self, event: &PointerEvent) -> Option<(f64, f64)> {
        let rect = self.axis.get_untracked()?.get_bounding_client_rect();
        Some((
            f64::from(event.client_x()) - rect.left(),
            f64::from(event.client_y()) - rect.top(),
        ))
    }

    pub(super) fn down(self, event: &PointerEvent) {
        let open = self.store.info.with_untracked(Option::is_some);
        let Some((x, y)) = self.place(event).filter(|_| event.button() == 0 && open) else {
            return;
        };
        if let Some(axis) = self.axis.get_untracked() {
            // Without capture a drag ends at the edge, nothing worse.
            let _ = axis
                .unchecked_ref::<Element>()
                .set_pointer_capture(event.pointer_id());
        }
        event.prevent_default();
        if self.state.with_value(|state| state.pointers.is_empty()) && self.tiers.down(event, x, y)
        {
            return;
        }
        self.store.focus_playhead();
        let anchor = self.store.view.get_untracked().frame_from_px(x);
        let shift = event.shift_key();
        let boxes = event.ctrl_key() || event.meta_key() || self.store.box_zoom.get_untracked();
        let now = event.time_stamp();
        self.state.update_value(|state| {
            state.kinetic_px = 0.0;
            state.pointers.retain(|(id, _)| *id != event.pointer_id());
            state.pointers.push((event.pointer_id(), x));
            state.drag = match state.pointers.as_slice() {
                [(_, a), (_, b), ..] => Drag::Pinch {
                    distance: (a - b).abs().max(1.0),
                    center: (a + b) / 2.0,
                },
                _ if on_ruler(y) => Drag::Scrub,
                _ if boxes => Drag::Box { x, y },
                _ if shift => Drag::Select { anchor },
                _ => Drag::Pan {
                    last_x: x,
                    travelled: 0.0,
                    speed: 0.0,
                    last_ms: now,
                },
            };
        });
        if on_ruler(y) {
            self.scrub(x);
        }
    }

    pub(super) fn moved(self, event: &PointerEvent) {
        let Some((x, y)) = self.place(event) else {
            return;
        };
        if self.tiers.moved(event, x, y, self.travelled()) {
            // What rested under a finger is not panned away any more.
            self.state.update_value(|state| state.drag = Drag::None);
            return;
        }
        if event.pointer_type() != "touch" {
            self.store.hover_at(Some(Hover {
                x,
                client_y: f64::from(event.client_y()),
            }));
        }
        let mut state = self.state.get_value();
        if let Some(pointer) = state
            .pointers
            .iter_mut()
            .find(|(id, _)| *id == event.pointer_id())
        {
            pointer.1 = x;
        }
        match &mut state.drag {
            Drag::None => return,
            Drag::Pan {
                last_x,
                travelled,
                speed,
                last_ms,
            } => {
                let dx = x - *last_x;
                *travelled += dx.abs();
                if *travelled >= CLICK_PX {
                    self.panning.set(true);
                    self.store.pan(-dx);
                }
                let frames = ((event.time_stamp() - *last_ms) / 16.7).max(0.25);
                *speed = *speed * 0.4 + dx / frames * 0.6;
                (*last_x, *last_ms) = (x, event.time_stamp());
            }
            Drag::Scrub => self.scrub(x),
            Drag::Box { x: left, y: top } => self.drawn.set(Some((
                left.min(x),
                top.min(y),
                (x - *left).abs(),
                (y - *top).abs(),
            ))),
            Drag::Select { anchor } => {
                self.store.select(Some((
                    *anchor,
                    self.store.view.get_untracked().frame_from_px(x),
                )));
            }
            Drag::Pinch { distance, center } => {
                if let [(_, a), (_, b), ..] = state.pointers.as_slice() {
                    let (now, middle) = ((a - b).abs().max(1.0), (a + b) / 2.0);
                    self.store.pan(*center - middle);
                    self.store.zoom(now / *distance, middle);
                    (*distance, *center) = (now, middle);
                }
            }
        }
        self.state.set_value(state);
    }

    pub(super) fn up(self, event: &PointerEvent) {
        let (x, y) = self.place(event).unwrap_or_default();
        if self.tiers.up(event) {
            self.cancelled(event);
            return;
        }
        let state = self.state.get_value();
        match state.drag {
            Drag::Scrub => {
                self.transport.end_scrub();
                self.seek(x);
            }
            Drag::Box { .. } => self.show_drawn(),
            Drag::Pan { travelled, .. } if travelled < CLICK_PX => {
                self.store.select(None);
                if !self.tiers.tapped(event, x, y) {
                    match self.place_under(x, f64::from(event.client_y())) {
                        Some(secs) => self.transport.seek(secs),
                        None => self.seek(x),
                    }
                }
            }
            Drag::Pan { speed, last_ms, .. } => {
                // A pointer that rested before it let go meant to stop.
                let rested = event.time_stamp() - last_ms > 60.0;
                if !rested && !media_matches("(prefers-reduced-motion: reduce)") {
                    self.state.update_value(|s| {
                        s.kinetic_px = speed.clamp(-MAX_KINETIC_PX, MAX_KINETIC_PX);
                    });
                    self.kinetic.start();
                }
            }
            Drag::Select { .. } => self.say_selection(),
            Drag::None | Drag::Pinch { .. } => {}
        }
        self.cancelled(event);
    }

    /// How far the pan under the pointer has come, CSS pixels; two fingers have come far.
    fn travelled(self) -> f64 {
        self.state.with_value(|state| match state.drag {
            Drag::Pan { travelled, .. } => travelled,
            Drag::Pinch { .. } => f64::MAX,
            _ => 0.0,
        })
    }

    pub(super) fn cursor(self) -> &'static str {
        self.tiers.cursor()
    }

    pub(super) fn left(self) {
        self.tiers.left();
        self.store.hover_at(None);
    }

    /// While an annotation is dragged by a finger the page does not scroll.
    pub(super) fn touch_moved(self, event: &web_sys::TouchEvent) {
        if self.tiers.is_dragging() {
            event.prevent_default();
        }
    }

    /// A finger that rests to take hold wants no menu.
    pub(super) fn menu_wanted(self, event: &web_sys::MouseEvent) {
        if self.tiers.is_dragging() {
            event.prevent_default();
        }
    }

    pub(super) fn cancelled(self, event: &PointerEvent) {
        if event.type_() == "pointercancel" {
            self.tiers.abandon();
        }
        self.state.update_value(|state| {
            state.pointers.retain(|(id, _)| *id != event.pointer_id());
            // The finger that stays goes on panning.
            state.drag = match state.pointers.as_slice() {
                [(_, x)] => Drag::Pan {
                    last_x: *x,
                    travelled: CLICK_PX,
                    speed: 0.0,
                    last_ms: event.time_stamp(),
                },
                _ => Drag::None,
            };
        });
        self.panning.set(false);
        self.drawn.set(None);
    }

    pub(super) fn wheel(self, event: &WheelEvent) {
        let view = self.store.view.get_untracked();
        let unit = match event.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => 16.0,
            WheelEvent::DOM_DELTA_PAGE => view.width_px(),
            _ => 1.0,
        };
        let (dx, dy) = (event.delta_x() * unit, event.delta_y() * unit);
        self.state.update_value(|s| s.kinetic_px = 0.0);
        if event.ctrl_key() || event.meta_key() {
            // Pinches on a trackpad come in small steps, wheels in steps of about a hundred.
            let factor = (-dy.clamp(-50.0, 50.0) * 0.009).exp();
            let left = self
                .axis
                .get_untracked()
                .map_or(0.0, |a| a.get_bounding_client_rect().left());
            self.store.zoom(factor, f64::from(event.client_x()) - left);
            event.prevent_default();
            return;
        }
        if event.alt_key() && self.tiers.scroll(f64::from(event.client_y()), dy) {
            event.prevent_default();
            return;
        }
        let by = if dx.abs() > dy.abs() { dx } else { dy };
        self.store.pan(by);
        // Where nothing can move, the page scrolls.
        if self.store.view.get_untracked() != view {
            event.prevent_default();
        }
    }

    fn scrub(self, x: f64) {
        let view = self.store.view.get_untracked();
        self.transport
            .scrub(view.frame_from_px(x) as f64 / view.rate_hz());
    }

    /// What was drawn fills the view: its times, and its frequencies where it lies on some.
    fn show_drawn(self) {
        self.store.set_box_zoom(false);
        let Some((left, top, width, height)) = self.drawn.get_untracked() else {
            return;
        };
        if width < CLICK_PX {
            return;
        }
        let view = self.store.view.get_untracked();
        let axis_top = self
            .axis
            .get_untracked()
            .map_or(0.0, |axis| axis.get_bounding_client_rect().top());
        self.store.wish_frequencies(FrequencyWish::Between(
            axis_top + top,
            axis_top + top + height,
        ));
        self.store.show(view.showing(
            view.position_from_px(left),
            view.position_from_px(left + width),
        ));
        self.store.announce_view();
    }

    fn seek(self, x: f64) {
        let view = self.store.view.get_untracked();
        self.transport
            .seek(view.frame_from_px(x) as f64 / view.rate_hz());
    }

    /// Where the event, chapter or cue under the pointer begins, seconds.
    fn place_under(self, x: f64, client_y: f64) -> Option<f64> {
        let stage = self.axis.get_untracked()?.parent_element()?;
        let mut child = stage.first_element_child();
        while let Some(element) = child {
            let rect = element.get_bounding_client_rect();
            if element.has_attribute("data-layers")
                && (rect.top()..rect.bottom()).contains(&client_y)
            {
                let ids = element.get_attribute("data-layers")?;
                let view = self.store.view.get_untracked();
                let (position, slack) = (view.position_from_px(x), CLICK_PX * view.frames_per_px());
                let places = untrack(|| self.store.layers.places(self.store));
                let mut own = places
                    .iter()
                    .filter(|(layer, _)| ids.split(' ').any(|id| id == layer.id));
                return own.find_map(|(_, data)| {
                    let items = data.items()?;
                    Some(items.list()[items.at(position, slack)?].start / view.rate_hz())
                });
            }
            child = element.next_element_sibling();
        }
        None
    }

    fn say_selection(self) {
        let Some((start, end)) = self.store.selection.get_untracked() else {
            return;
        };
        let rate = self.store.view.get_untracked().rate_hz();
        let s = self.store.strings.get_untracked();
        let time = |frame: i64| crate::format::spoken(self.store, frame as f64 / rate);
        self.store.announce(format!(
            "{} {} {} {}",
            s.selection,
            time(start),
            s.to,
            time(end)
        ));
    }
}
