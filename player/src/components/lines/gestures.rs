//! A click seeks, a drag selects across lines; a finger scrolls as in any text.

use js_sys::{Function, Reflect};
use leptos::html;
use timeside_editing::Key;
use timeside_view::wrapped::Wrapped;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

use super::strips;
use crate::{
    components::tiers::Strip, link::object, prelude::*, store::Store, tiers, transport::Transport,
};

/// A pointer that moved less than this (CSS pixels) has clicked.
const CLICK_PX: f64 = 4.0;
/// An annotation is taken this near, CSS pixels.
const REACH_PX: f64 = 2.0;
const TOUCH_REACH_PX: f64 = 11.0;
/// Two clicks in this time are one double click.
const DOUBLE_MS: f64 = 350.0;

#[derive(Debug, Clone, Copy)]
struct Drag {
    anchor: i64,
    from: (f64, f64),
    selects: bool,
    /// The annotation it went down on.
    key: Option<Key>,
}

/// The gestures of the lines; a copyable handle.
#[derive(Clone, Copy)]
pub(super) struct Gestures {
    store: Store,
    transport: Transport,
    pane: NodeRef<html::Div>,
    playhead: NodeRef<html::Div>,
    wrapped: Memo<Wrapped>,
    strips: Memo<Vec<Strip>>,
    drag: StoredValue<Option<Drag>>,
    /// What was clicked last, and when.
    clicked: StoredValue<Option<(Key, f64)>>,
}

impl Gestures {
    pub(super) fn new(
        store: Store,
        transport: Transport,
        pane: NodeRef<html::Div>,
        playhead: NodeRef<html::Div>,
        wrapped: Memo<Wrapped>,
        strips: Memo<Vec<Strip>>,
    ) -> Self {
        Self {
            store,
            transport,
            pane,
            playhead,
            wrapped,
            strips,
            drag: StoredValue::new(None),
            clicked: StoredValue::new(None),
        }
    }

    /// From the top left of all lines, CSS pixels; none on the scroll bar.
    fn place(self, event: &PointerEvent) -> Option<(f64, f64)> {
        let pane = self.pane.get_untracked()?;
        let rect = pane.get_bounding_client_rect();
        // Where one reads from the right the scroll bar stands at the left.
        let x = f64::from(event.client_x()) - rect.left() - f64::from(pane.client_left());
        let y = f64::from(event.client_y()) - rect.top() + f64::from(pane.scroll_top());
        (0.0..f64::from(pane.client_width()))
            .contains(&x)
            .then_some((x, y))
    }

    /// The annotation at a place of the lines.
    fn annotation(self, (x, y): (f64, f64), event: &PointerEvent) -> Option<Key> {
        let scroll = f64::from(self.pane.get_untracked()?.scroll_top());
        let reach = if event.pointer_type() == "touch" {
            TOUCH_REACH_PX
        } else {
            REACH_PX
        };
        let chosen = self.store.tiers.focused.get_untracked();
        Some(tiers::hit(self.store, x, y - scroll, reach, chosen)?.key)
    }

    /// A click on an annotation chooses it, a second one writes its text.
    fn choose(self, key: Key, event: &PointerEvent) {
        let now_ms = event.time_stamp();
        let before = self.clicked.get_value();
        self.clicked.set_value(Some((key, now_ms)));
        if before.is_some_and(|(other, ms)| other == key && now_ms - ms < DOUBLE_MS) {
            self.store.write(key);
        } else {
            let adds = event.ctrl_key() || event.meta_key();
            self.store.choose(key, adds, event.shift_key());
        }
    }

    /// Focus must not scroll the lines away from under the pointer.
    fn focus_playhead(self) {
        let Some(playhead) = self.playhead.get_untracked() else {
            return;
        };
        let options = object(&[("preventScroll", true.into())]);
        let focus = Reflect::get(&playhead, &"focus".into());
        if let Some(focus) = focus
            .ok()
            .and_then(|focus| focus.dyn_into::<Function>().ok())
        {
            // Focus that cannot be given is not taken from anybody.
            let _ = focus.call1(&playhead, &options);
        }
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
        let Some(place) = self.place(event).filter(|_| event.button() == 0 && open) else {
            return;
        };
        if event.pointer_type() != "touch"
            && let Some(pane) = self.pane.get_untracked()
        {
            // Without capture a drag ends at the edge, nothing worse.
            let _ = pane.set_pointer_capture(event.pointer_id());
            event.prevent_default();
        }
        self.focus_playhead();
        self.drag.set_value(Some(Drag {
            anchor: self.frame(place),
            from: place,
            selects: false,
            key: self.annotation(place, event),
        }));
    }

    pub(super) fn moved(self, event: &PointerEvent) {
        let Some(place) = self.place(event) else {
            return;
        };
        let Some(mut drag) = self.drag.get_value() else {
            if event.pointer_type() != "touch" {
                self.store.hover_annotation(self.annotation(place, event));
            }
            return;
        };
        let (dx, dy) = (place.0 - drag.from.0, place.1 - drag.from.1);
        drag.selects |= event.pointer_type() != "touch" && dx.hypot(dy) >= CLICK_PX;
        self.drag.set_value(Some(drag));
        if drag.selects {
            self.store.select(Some((drag.anchor, self.frame(place))));
        }
    }

    pub(super) fn up(self, event: &PointerEvent) {
        if let Some(drag) = self.drag.get_value().filter(|drag| !drag.selects) {
            if let Some(key) = drag.key {
                self.choose(key, event);
            } else {
                let rate = self.store.view.get_untracked().rate_hz();
                self.store.select(None);
                self.store.choose_none();
                self.transport.seek(drag.anchor as f64 / rate);
                let tier = self.strips.with_untracked(|strips| {
                    strips::tier_at(strips, strips::line_height(strips), drag.from.1)
                });
                if tier.is_some() {
                    self.store.tiers.active.set(tier);
                }
            }
        }
        self.cancelled();
    }

    pub(super) fn cancelled(self) {
        self.drag.set_value(None);
    }
}
