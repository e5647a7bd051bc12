//! A click seeks, a drag selects across lines; a finger scrolls as in any text.

use js_sys::{Function, Reflect};
use leptos::html;
use timeside_view::wrapped::Wrapped;
use wasm_bindgen::JsCast;
use web_sys::PointerEvent;

use crate::{link::object, prelude::*, store::Store, transport::Transport};

/// A pointer that moved less than this (CSS pixels) has clicked.
const CLICK_PX: f64 = 4.0;

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
    playhead: NodeRef<html::Div>,
    wrapped: Memo<Wrapped>,
    drag: StoredValue<Option<Drag>>,
}

impl Gestures {
    pub(super) fn new(
        store: Store,
        transport: Transport,
        pane: NodeRef<html::Div>,
        playhead: NodeRef<html::Div>,
        wrapped: Memo<Wrapped>,
    ) -> Self {
        Self {
            store,
            transport,
            pane,
            playhead,
            wrapped,
            drag: StoredValue::new(None),
        }
    }

    /// From the top left of all lines, CSS pixels; none on the scroll bar.
    fn place(self, event: &PointerEvent) -> Option<(f64, f64)> {
        let pane = self.pane.get_untracked()?;
        let rect = pane.get_bounding_client_rect();
        let x = f64::from(event.client_x()) - rect.left();
        let y = f64::from(event.client_y()) - rect.top() + f64::from(pane.scroll_top());
        (x < f64::from(pane.client_width())).then_some((x, y))
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
        }));
    }

    pub(super) fn moved(self, event: &PointerEvent) {
        let (Some(mut drag), Some(place)) = (self.drag.get_value(), self.place(event)) else {
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
            let rate = self.store.view.get_untracked().rate_hz();
            self.store.select(None);
            self.transport.seek(drag.anchor as f64 / rate);
        }
        let _ = event;
        self.cancelled();
    }

    pub(super) fn cancelled(self) {
        self.drag.set_value(None);
    }
}
