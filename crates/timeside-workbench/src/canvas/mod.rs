//! The only place that paints: plans of `timeside-view` come in, pixels go out.

pub(crate) mod chart;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Sizes a canvas (its backing store in device pixels, not its box) and wipes it.
pub(crate) fn prepare(
    canvas: &HtmlCanvasElement,
    width: f64,
    height: f64,
) -> Option<CanvasRenderingContext2d> {
    let (width, height) = (width.round().max(1.0), height.round().max(1.0));
    let context = context(canvas)?;
    if (canvas.width(), canvas.height()) == (width as u32, height as u32) {
        context.clear_rect(0.0, 0.0, width, height);
    } else {
        canvas.set_width(width as u32);
        canvas.set_height(height as u32);
    }
    Some(context)
}

/// The two-dimensional context.
fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}
