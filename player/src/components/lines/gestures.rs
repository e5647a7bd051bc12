//! A click seeks, a drag selects across lines; a finger scrolls as in any text. On the strips of tiers hands do what they
//! do in lanes.

use leptos::html;
use timeside_view::wrapped::Wrapped;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

use super::strips;
use crate::{
    components::tiers::Strip, prelude::*, store::Store, tiers::TierHands, transport::Transport,
};

/// A pointer that moved less than this (CSS pixels) has clicked.
const CLICK_PX: f64 = 4.0;
/// At most so far a drag beyond the window scrolls the lines with each of its movements, CSS pixels.
const FOLLOW_PX: f64 = 24.0;

#[derive(Debug, Clone, Copy)]
struct Drag {
    anchor: i64,
    from: (f64, f64),
    selects: bool,
}

/// The gestures of the lines; a copyable handle.
#[derive(Clone, Copy)]
pub(super) struct Gestures {
    store: Store,
    transport: Transport,
    pane: NodeRef<html::Div>,
    wrapped: Memo<Wrapped>,
    drag: StoredValue<Option<Drag>>,
    tiers: TierHands,
}

impl Gestures {
    pub(super) fn new(
        store: Store,
        transport: Transport,
        pane: NodeRef<html::Div>,
        wrapped: Memo<Wrapped>,
        strips: Memo<Vec<Strip>>,
    ) -> Self {
        let ground = strips::ground(pane, wrapped, strips);
        Self {
            store,
            transport,
            pane,
            wrapped,
            drag: StoredValue::new(None),
            tiers: TierHands::new(store, transport, ground),
        }
    }

    /// From the top left of all lines, CSS pixels.
    fn place(self, event: &PointerEvent) -> Option<(f64, f64)> {
        let pane = self.pane.get_untracked()?;
        let rect = pane.get_bounding_client_rect();
        // Where one reads from the right the scroll bar stands at the left.
        let x = f64::from(event.client_x()) - rect.left() - f64::from(pane.client_left());
        let y = f64::from(event.client_y()) - rect.top() + f64::from(pane.scroll_top());
        Some((x, y))
    }

    /// Is this on the lines, not on their scroll bar?
    fn is_on(self, (x, _): (f64, f64)) -> bool {
        (0.0..self.wrapped.get_untracked().width_px()).contains(&x)
    }

    fn frame(self, (x, y): (f64, f64)) -> i64 {
        self.wrapped.get_untracked().frame_at(x, y)
    }

    pub(super) fn down(self, event: &PointerEvent) {
        let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
        if target.is_some_and(|target| target.class_name() == "tier-field") {
            // The field in which somebody writes has its own pointer.
            return;
        }
        let open = self.store.info.with_untracked(Option::is_some);
        // A second finger is the browser's.
        let acts = event.button() == 0 && open && event.is_primary();
        let Some(place) = self.place(event).filter(|place| acts && self.is_on(*place)) else {
            return;
        };
        if event.pointer_type() != "touch"
            && let Some(pane) = self.pane.get_untracked()
        {
            // Without capture a drag ends at the edge, nothing worse.
            let _ = pane.set_pointer_capture(event.pointer_id());
            event.prevent_default();
        }
        if self.tiers.down(event, place.0, place.1) {
            return;
        }
        self.store.focus_playhead();
        self.drag.set_value(Some(Drag {
            anchor: self.frame(place),
            from: place,
            selects: false,
        }));
    }

    pub(super) fn moved(self, event: &PointerEvent) {
        let Some(place) = self.place(event).filter(|_| event.is_primary()) else {
            return;
        };
        let drag = self.drag.get_value();
        let travelled = drag.map_or(0.0, |drag| {
            (place.0 - drag.from.0).hypot(place.1 - drag.from.1)
        });
        if self.tiers.moved(event, place.0, place.1, travelled) {
            // What rested under a finger is not scrolled away any more.
            self.drag.set_value(None);
            self.follow(place.1);
            return;
        }
        let Some(mut drag) = drag else { return };
        drag.selects |= event.pointer_type() != "touch" && travelled >= CLICK_PX;
        self.drag.set_value(Some(drag));
        if drag.selects {
            self.store.select(Some((drag.anchor, self.frame(place))));
            self.follow(place.1);
        }
    }

    /// Lines beyond the window come to a drag that goes there.
    fn follow(self, y: f64) {
        let Some(pane) = self.pane.get_untracked() else {
            return;
        };
        let y = y - f64::from(pane.scroll_top());
        let beyond = (y - f64::from(pane.client_height())).max(0.0) + y.min(0.0);
        if beyond != 0.0 {
            let by = beyond.clamp(-FOLLOW_PX, FOLLOW_PX).round() as i32;
            pane.set_scroll_top(pane.scroll_top() + by);
        }
    }

    pub(super) fn up(self, event: &PointerEvent) {
        if !event.is_primary() {
            return;
        }
        let drag = self.drag.get_value();
        self.drag.set_value(None);
        if self.tiers.up(event) {
            return;
        }
        if let Some(drag) = drag.filter(|drag| !drag.selects) {
            self.store.select(None);
            if !self.tiers.tapped(event, drag.from.0, drag.from.1) {
                let rate = self.store.view.get_untracked().rate_hz();
                self.store.choose_none();
                self.transport.seek(drag.anchor as f64 / rate);
            }
        }
    }

    pub(super) fn cancelled(self) {
        self.tiers.abandon();
        self.drag.set_value(None);
    }

    pub(super) fn left(self) {
        self.tiers.left();
    }

    pub(super) fn cursor(self) -> &'static str {
        self.tiers.cursor()
    }

    /// While an annotation is dragged by a finger the lines do not scroll, and a finger that rests to take hold wants no
    /// menu.
    pub(super) fn keep(self, event: &Event) {
        if self.tiers.is_dragging() {
            event.prevent_default();
        }
    }
}
