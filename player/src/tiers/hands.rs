//! What hands do where annotations are, in lanes or under wrapped lines: make, choose, move, stretch.

use gloo::timers::callback::Timeout;
use leptos::html;
use timeside_editing::{Document, Key};
use timeside_view::layers::tiers::{BoxHit, Grip, Hit, HzEdge, Stack};
use web_sys::PointerEvent;

use super::{
    drags::{Drag, on_picture},
    ground::{At, Ground},
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

/// The hands of one stage, or of the wrapped lines; copyable.
#[derive(Clone, Copy)]
pub(crate) struct TierHands {
    store: Store,
    transport: Transport,
    ground: Ground,
    state: StoredValue<State>,
    hold: StoredValue<Option<Timeout>>,
    cursor: RwSignal<&'static str>,
}

impl TierHands {
    /// On the lanes under an axis.
    pub(crate) fn on_lanes(store: Store, transport: Transport, axis: NodeRef<html::Div>) -> Self {
        Self::new(store, transport, Ground::lanes(store, axis))
    }

    pub(crate) fn new(store: Store, transport: Transport, ground: Ground) -> Self {
        let hands = Self {
            store,
            transport,
            ground,
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

    /// What lies at `x`, `y` of the element whose pointer it is.
    fn place(self, x: f64, y: f64) -> Option<At> {
        self.ground.at.run((x, y))
    }

    fn can_edit_at(self, at: &At) -> bool {
        at.tier.is_some_and(|tier| self.store.can_edit(tier))
    }

    /// Scrolls the lanes under a wheel at this height of the browser's window; false elsewhere, and where they end.
    pub(crate) fn scroll(self, client_y: f64, by_px: f64) -> bool {
        let is_over = self.store.lanes_rect().is_some_and(|rect| {
            let height = self.store.tiers.stack.with_untracked(Stack::window_px);
            (0.0..height).contains(&(client_y - rect.top()))
        });
        is_over && self.store.scroll_tiers(by_px)
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

    /// A pointer went down; true if it is a matter of annotations alone.
    pub(crate) fn down(self, event: &PointerEvent, x: f64, y: f64) -> bool {
        let touch = event.pointer_type() == "touch";
        self.store.touched(touch);
        let Some(at) = self.place(x, y) else {
            return false;
        };
        if self.box_begins(event, at) {
            return true;
        }
        if !at.is_over {
            return false;
        }
        if touch {
            return self.finger_down(at);
        }
        let hit = self.hit(at, REACH_PX);
        let can_edit = self.can_edit_at(&at);
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
            && self.can_edit_at(&at)
        {
            self.begin(at, Some(hit), false);
            return true;
        }
        if !self.can_edit_at(&at) {
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

    /// The pointer moved; true if it was a matter of annotations. `travelled` is how far the
    /// stage has panned under it, CSS pixels.
    pub(crate) fn moved(self, event: &PointerEvent, x: f64, y: f64, travelled: f64) -> bool {
        let Some(at) = self.place(x, y) else {
            return false;
        };
        if travelled >= CLICK_PX {
            self.hold.set_value(None);
        }
        let state = self.state.get_value();
        if let Some(mut drag) = state.drag {
            drag.to(self.store, self.ground, at, event.alt_key());
            self.state.update_value(|state| state.drag = Some(drag));
            return true;
        }
        if let Some(press) = state.press {
            let far = (x - press.at.x)
                .abs()
                .max((at.shown_y() - press.at.shown_y()).abs());
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
        if !at.is_over {
            let cursor = self.box_cursor(at).unwrap_or_default();
            if cursor != self.cursor.get_untracked() {
                self.cursor.set(cursor);
            }
            let key = self.box_under(at, 0.0).map(|hit| hit.key);
            self.store.hover_annotation(key);
            return;
        }
        let hit = self.hit(at, REACH_PX);
        let can_edit = self.can_edit_at(&at);
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

    fn box_begins(self, event: &PointerEvent, at: At) -> bool {
        let reach = if event.pointer_type() == "touch" {
            TOUCH_REACH_PX
        } else {
            REACH_PX
        };
        let Some(drag) = Drag::of_picture(self.store, at, reach) else {
            return false;
        };
        event.prevent_default();
        self.state.update_value(|state| {
            state.press = None;
            state.drag = Some(drag);
        });
        true
    }

    /// The pointer was let go; true if it was a matter of annotations.
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

    /// A tap that nothing took yet; true if it was where annotations are, or on a box.
    pub(crate) fn tapped(self, event: &PointerEvent, x: f64, y: f64) -> bool {
        let Some(at) = self.place(x, y) else {
            return false;
        };
        if !at.is_over {
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
        let At {
            tier, frame, view, ..
        } = &press.at;
        store.tiers.active.set(*tier);
        let Some(hit) = press.hit else {
            store.choose_none();
            if self.can_edit_at(&press.at) && tier.is_some_and(|t| store.holds_points(t)) {
                add_point(store, snapped(store, (*frame, view), &[], false).0);
            } else {
                self.transport.seek(*frame as f64 / view.rate_hz());
                store.focus_playhead();
            }
            return;
        };
        self.took(hit.key, press.adds, press.extends, now_ms);
    }

    /// An annotation was clicked: it is chosen, and at the second click shown as wide as the view; under lines, which
    /// cannot be zoomed, its text is written.
    fn took(self, key: Key, adds: bool, extends: bool, now_ms: f64) {
        let double = self.state.with_value(|state| {
            let last = state.last_click.as_ref();
            last.is_some_and(|(before, ms)| *before == key && now_ms - ms < DOUBLE_MS)
        });
        self.state
            .update_value(|state| state.last_click = Some((key, now_ms)));
        if double && self.store.wrap_secs.with_untracked(Option::is_some) {
            self.store.write(key);
        } else if double {
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
