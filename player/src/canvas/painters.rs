//! What each canvas is painted by, kept so that the same picture can be painted elsewhere and in another size: on the
//! canvas of a PNG, or on anything that draws as one does and writes vectors instead.

use std::rc::Rc;

use leptos::html;
use timeside_view::Viewport;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::Surface;

use crate::prelude::*;

/// Paints a canvas of a lane; the view is in device pixels.
pub(crate) type Paint = Rc<dyn Fn(&Surface, &Viewport)>;

/// A canvas, its height in CSS pixels and its painter, under a number.
type Entry = (u32, NodeRef<html::Canvas>, Signal<f64>, Paint);

/// The painters of one widget; a copyable handle.
#[derive(Clone, Copy)]
pub(crate) struct Painters(StoredValue<Vec<Entry>>);

impl Painters {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(Vec::new()))
    }

    /// Keeps a painter until the owner is cleaned up.
    pub(crate) fn keep(self, node: NodeRef<html::Canvas>, height: Signal<f64>, paint: Paint) {
        let number = self.0.try_update_value(|all| {
            let number = all.last().map_or(0, |(last, ..)| last.wrapping_add(1));
            all.push((number, node, height, paint));
            number
        });
        on_cleanup(move || {
            self.0
                .try_update_value(|all| all.retain(|(other, ..)| Some(*other) != number));
        });
    }

    /// Paints what is on `canvas` with `context`, `scale` of whose pixels are a CSS pixel; false if nobody knows it.
    pub(crate) fn paint(
        self,
        canvas: &HtmlCanvasElement,
        context: CanvasRenderingContext2d,
        view: &Viewport,
        scale: f64,
    ) -> bool {
        let found = self.0.with_value(|all| {
            let is_it =
                |(_, node, ..): &&Entry| node.get_untracked().is_some_and(|node| *node == **canvas);
            all.iter().find(is_it).cloned()
        });
        let Some((.., height, paint)) = found else {
            return false;
        };
        let view = view.scaled(scale);
        let surface = Surface {
            context,
            width: view.width_px(),
            height: height.get_untracked() * scale,
            px_ratio: scale,
            is_screen: false,
        };
        untrack(|| paint(&surface, &view));
        true
    }
}
