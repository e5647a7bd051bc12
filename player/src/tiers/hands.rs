//! What hands do on the lanes of annotations: make, choose, move, stretch.

use gloo::timers::callback::Timeout;
use leptos::html;
use timeside_editing::{Document, Key};
use timeside_view::layers::tiers::{BoxHit, Grip, Hit, HzEdge, Stack};
use web_sys::PointerEvent;

use super::{
    drags::{Drag, on_picture},
    making::add_point,
    planned,
    snapping::snapped,
};
use crate::{prelude::*, store::Store, transport::Transport};

/// A pointer that moved less than this (CSS pixels) has clicked.
const CLICK_PX: f64 = 4.0;
/// An edge is taken this near, CSS pixels; with a finger nearer to the target's size.
const REACH_PX: f64 = 5.0;
const TOUCH_REACH_PX: f64 = 22.0;
/// A finger that rests this long takes hold.
const HOLD_MS: u32 = 420;
/// Two clicks in this time are one double click.
const DOUBLE_MS: f64 = 350.0;

/// Where a pointer is, seen from the lanes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct At {
    /// CSS pixels of the time axis.
    pub(super) x: f64,
    /// CSS pixels from the top of the lanes.
    pub(super) y: f64,
    /// From the lanes' top to the axis', CSS pixels.
    pub(super) lanes_top: f64,
    /// CSS pixels of the browser's window.
    pub(super) client_y: f64,
}

/// A pointer that is down and has not moved yet.
#[derive(Debug, Clone, PartialEq)]
struct Press {
    at: At,
    hit: Option<Hit<Key>>,
    adds: bool,
    extends: bool,
}

#[derive(Debug, Clone, Default)]
struct State {
    press: Option<Press>,
    drag: Option<Drag>,
    last_click: Option<(Key, f64)>,
}

/// The hands of one stage; copyable.
#[derive(Clone, Copy)]
pub(crate) struct TierHands {
    store: Store,
    transport: Transport,
    axis: NodeRef<html::Div>,
    state: StoredValue<State>,
    hold: StoredValue<Option<Timeout>>,
    cursor: RwSignal<&'static str>,
}

impl TierHands {
    pub(crate) fn new(store: Store, transport: Transport, axis: NodeRef<html::Div>) -> Self {
        let hands = Self {
            store,
            transport,
            axis,
            state: StoredValue::new(State::default()),
            hold: StoredValue::new(None),
            cursor: RwSignal::new(""),
        };
        Effect::new(move |_| {
            if store.tiers.abandon_wanted.get() > 0 {
                hands.abandon();
            }
        });
        hands
    }

    /// The shape of the pointer over the lanes, as CSS has it; empty elsewhere.
    pub(crate) fn cursor(self) -> &'static str {
        self.cursor.get()
    }

    /// Where `x`, `y` of the axis lie on the lanes.
    fn place(self, x: f64, y: f64) -> Option<At> {
        let axis = self.axis.get_untracked()?.get_bounding_client_rect();
        // Before the first annotation there are no lanes, and boxes are drawn all the same.
        let lanes_top = self
            .store
            .lanes_rect()
            .map_or(f64::MAX, |rect| rect.top() - axis.top());
        Some(At {
            x,
            y: y - lanes_top,
            lanes_top,
            client_y: y + axis.top(),
        })
    }

    /// Is this place on the lanes?
    fn is_over(self, at: At) -> bool {
        let height = self.store.tiers.stack.with_untracked(Stack::window_px);
        (0.0..height).contains(&at.y)
    }

    /// Scrolls the lanes under a wheel at this height of the browser's window; false elsewhere, and where they end.
    pub(crate) fn scroll(self, client_y: f64, by_px: f64) -> bool {
        let top = self.store.lanes_rect().map(|rect| rect.top());
        let at = |top| At {
            y: client_y - top,
            ..At::default()
        };
        top.is_some_and(|top| self.is_over(at(top))) && self.store.scroll_tiers(by_px)
    }

    fn hit(self, at: At, reach: f64) -> Option<Hit<Key>> {
        let chosen = self.store.tiers.focused.get_untracked();
        planned::hit(self.store, at.x, at.y, reach, chosen)
    }

    fn box_under(self, at: At, reach: f64) -> Option<BoxHit<Key>> {
        let (y, axis) = on_picture(self.store, at.client_y)?;
        (0.0..axis.height_px).contains(&y).then_some(())?;
        planned::box_hit(self.store, at.x, y, reach)
    }

    /// The shape of the pointer over a spectrogram while boxes are drawn.
    fn box_cursor(self, at: At) -> Option<&'static str> {
        let store = self.store;
        let can_edit = !store.annotations.with_untracked(Document::is_readonly);
        let (y, axis) = on_picture(store, at.client_y)?;
        let is_on = (0.0..axis.height_px).contains(&y);
        (is_on && can_edit && store.tiers.box_tool.get_untracked()).then_some(())?;
        let Some(hit) = planned::box_hit(store, at.x, y, REACH_PX) else {
            return Some("crosshair");
        };
        Some(match (hit.grip, hit.hz_edge) {
            (Grip::Body, None) => "move",
            (Grip::Body, Some(_)) => "ns-resize",
            (_, None) => "ew-resize",
            (Grip::Start, Some(HzEdge::High)) | (Grip::End, Some(HzEdge::Low)) => "nwse-resize",
            _ => "nesw-resize",
        })
    }

    /// A pointer went down; true if it is a matter of the lanes alone.
    pub(crate) fn down(self, event: &PointerEvent, x: f64, y: f64) -> bool {
        let touch = event.pointer_type() == "touch";
        self.store.touched(touch);
        if self.box_begins(event, x, y) {
            return true;
        }
        let Some(at) = self.place(x, y).filter(|at| self.is_over(*at)) else {
            return false;
        };
        if touch {
            return self.finger_down(at);
        }
        let hit = self.hit(at, REACH_PX);
        let can_edit = self.store.can_edit_at(at.y);
        if hit.is_none() && !can_edit && !event.shift_key() {
            return false;
        }
        self.state.update_value(|state| {
            state.drag = None;
            state.press = Some(Press {
                at,
                hit,
                adds: event.ctrl_key() || event.meta_key(),
                extends: event.shift_key(),
            });
        });
        true
    }

    /// A finger pans and zooms as everywhere, unless it takes a handle of what is selected, or rests.
    fn finger_down(self, at: At) -> bool {
        let chosen = self.store.tiers.focused.get_untracked();
        let hit = self.hit(at, TOUCH_REACH_PX);
        if let Some(hit) = hit.filter(|hit| Some(hit.key) == chosen && hit.grip != Grip::Body)
            && self.store.can_edit_at(at.y)
        {
            self.begin(at, Some(hit), false);
            return true;
        }
        if !self.store.can_edit_at(at.y) {
            return false;
        }
        let hold = Timeout::new(HOLD_MS, move || {
            let hit = self.hit(at, 0.0).map(|hit| Hit {
                grip: Grip::Body,
                ..hit
            });
            self.begin(at, hit, false);
        });
        self.hold.set_value(Some(hold));
        false
    }

    /// Does a drag of the lanes go on?
    pub(crate) fn is_dragging(self) -> bool {
        self.state.with_value(|state| state.drag.is_some())
    }

    /// The pointer moved; true if it was a matter of the lanes. `travelled` is how far the stage has panned under it.
    pub(crate) fn moved(self, event: &PointerEvent, x: f64, y: f64, travelled: f64) -> bool {
        let Some(at) = self.place(x, y) else {
            return false;
        };
        if travelled >= CLICK_PX {
            self.hold.set_value(None);
        }
        let state = self.state.get_value();
        if let Some(mut drag) = state.drag {
            drag.to(self.store, at, event.alt_key());
            self.state.update_value(|state| state.drag = Some(drag));
            return true;
        }
        if let Some(press) = state.press {
            let far = (x - press.at.x).abs().max((at.y - press.at.y).abs());
            if far >= CLICK_PX {
                self.begin(press.at, press.hit, press.extends);
                self.moved(event, x, y, 0.0);
            }
            return true;
        }
        if event.pointer_type() != "touch" {
            self.hover(at);
        }
        false
    }

    /// Nothing is under the pointer any more.
    pub(crate) fn left(self) {
        self.cursor.set("");
        self.store.hover_annotation(None);
    }

    fn hover(self, at: At) {
        if !self.is_over(at) {
            let cursor = self.box_cursor(at).unwrap_or_default();
            if cursor != self.cursor.get_untracked() {
                self.cursor.set(cursor);
            }
            let key = self.box_under(at, 0.0).map(|hit| hit.key);
            self.store.hover_annotation(key);
            return;
        }
        let hit = self.hit(at, REACH_PX);
        let can_edit = self.store.can_edit_at(at.y);
        let cursor = match hit.map(|hit| hit.grip) {
            _ if !can_edit => "",
            Some(Grip::Body) => "move",
            Some(Grip::Start | Grip::End) => "ew-resize",
            None => "crosshair",
        };
        if cursor != self.cursor.get_untracked() {
            self.cursor.set(cursor);
        }
        self.store.hover_annotation(hit.map(|hit| hit.key));
    }

    fn begin(self, at: At, hit: Option<Hit<Key>>, bands: bool) {
        let drag = if bands {
            Some(Drag::band(at))
        } else {
            Drag::of(self.store, at, hit)
        };
        self.hold.set_value(None);
        self.state.update_value(|state| {
            state.press = None;
            state.drag = drag;
        });
    }

    fn box_begins(self, event: &PointerEvent, x: f64, y: f64) -> bool {
        let Some(axis) = self.axis.get_untracked() else {
            return false;
        };
        let top = axis.get_bounding_client_rect().top();
        let reach = if event.pointer_type() == "touch" {
            TOUCH_REACH_PX
        } else {
            REACH_PX
        };
        let Some(drag) = Drag::of_picture(self.store, x, y + top, reach) else {
            return false;
        };
        event.prevent_default();
        self.state.update_value(|state| {
            state.press = None;
            state.drag = Some(drag);
        });
        true
    }

    /// The pointer was let go; true if it was a matter of the lanes.
    pub(crate) fn up(self, event: &PointerEvent) -> bool {
        self.hold.set_value(None);
        let state = self.state.get_value();
        self.state.update_value(|state| {
            state.press = None;
            state.drag = None;
        });
        if let Some(drag) = state.drag {
            drag.done(self.store);
            return true;
        }
        let Some(press) = state.press else {
            return false;
        };
        self.clicked(&press, event.time_stamp());
        true
    }

    /// A tap at `x`, `y` of the axis that nothing took yet; true if it was on the lanes, or on a box.
    pub(crate) fn tapped(self, event: &PointerEvent, x: f64, y: f64) -> bool {
        let Some(at) = self.place(x, y) else {
            return false;
        };
        if !self.is_over(at) {
            let key = self.box_under(at, 0.0).map(|hit| hit.key);
            if let Some(key) = key {
                let adds = event.ctrl_key() || event.meta_key();
                self.took(key, adds, event.shift_key(), event.time_stamp());
            }
            return key.is_some();
        }
        let press = Press {
            at,
            hit: self.hit(at, TOUCH_REACH_PX / 2.0),
            adds: false,
            extends: false,
        };
        self.clicked(&press, event.time_stamp());
        true
    }

    fn clicked(self, press: &Press, now_ms: f64) {
        let store = self.store;
        let tier = store.tier_at(press.at.y);
        store.tiers.active.set(tier);
        let Some(hit) = press.hit else {
            store.choose_none();
            if store.can_edit_at(press.at.y) && tier.is_some_and(|t| store.holds_points(t)) {
                let (frame, _) = snapped(
                    store,
                    store.view.get_untracked().frame_from_px(press.at.x),
                    &[],
                    false,
                );
                add_point(store, frame);
            } else {
                let view = store.view.get_untracked();
                let secs = view.frame_from_px(press.at.x) as f64 / view.rate_hz();
                self.transport.seek(secs);
                store.focus_playhead();
            }
            return;
        };
        self.took(hit.key, press.adds, press.extends, now_ms);
    }

    /// An annotation was clicked: it is chosen, and at the second click shown as wide as the view.
    fn took(self, key: Key, adds: bool, extends: bool, now_ms: f64) {
        let double = self.state.with_value(|state| {
            let last = state.last_click.as_ref();
            last.is_some_and(|(before, ms)| *before == key && now_ms - ms < DOUBLE_MS)
        });
        self.state
            .update_value(|state| state.last_click = Some((key, now_ms)));
        if double {
            self.store.zoom_to_annotation(key);
        } else {
            self.store.choose(key, adds, extends);
        }
    }

    /// Ends a drag and undoes what it did; true if there was one.
    pub(crate) fn abandon(self) -> bool {
        self.hold.set_value(None);
        let drag = self.state.with_value(|state| state.drag.clone());
        self.state.update_value(|state| {
            state.press = None;
            state.drag = None;
        });
        match drag {
            Some(drag) => {
                drag.abandon(self.store);
                true
            }
            None => false,
        }
    }
}
