//! What each canvas is painted by, kept so that the same picture can be painted elsewhere and in another size: on the
//! canvas of a PNG, or on anything that draws as one does and writes vectors instead.

use std::rc::Rc;

use leptos::html;
use timeside_view::Viewport;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::Surface;

use crate::prelude::*;

/// Paints a canvas; the view, which is that of the lanes, is in device pixels.
pub(crate) type Paint = Rc<dyn Fn(&Surface, &Viewport)>;

/// Width and height of a canvas in CSS pixels.
pub(crate) type Size = Rc<dyn Fn() -> (f64, f64)>;

/// A canvas, its size and its painter, under a number.
type Entry = (u32, NodeRef<html::Canvas>, Size, Paint);

/// The painters of one widget; a copyable handle.
#[derive(Clone, Copy)]
pub(crate) struct Painters(StoredValue<Vec<Entry>>);

impl Painters {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(Vec::new()))
    }

    /// Keeps a painter until the owner is cleaned up.
    pub(crate) fn keep(self, node: NodeRef<html::Canvas>, size: Size, paint: Paint) {
        let number = self.0.try_update_value(|all| {
            let number = all.last().map_or(0, |(last, ..)| last.wrapping_add(1));
            all.push((number, node, size, paint));
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
        let Some((.., size, paint)) = found else {
            return false;
        };
        let view = view.scaled(scale);
        let (width, height) = untrack(|| size());
        let surface = Surface {
            context,
            width: width * scale,
            height: height * scale,
            px_ratio: scale,
            is_screen: false,
        };
        untrack(|| paint(&surface, &view));
        true
    }
}
