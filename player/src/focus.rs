//! The browser's focus, given without scrolling there.

use js_sys::{Function, Reflect};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::link::object;

/// Focuses an element where it is.
pub(crate) fn focus_in_place(element: &HtmlElement) {
    let focus = Reflect::get(element, &"focus".into());
    if let Some(focus) = focus
        .ok()
        .and_then(|focus| focus.dyn_into::<Function>().ok())
    {
        // Focus that cannot be given is not taken from anybody.
        let _ = focus.call1(element, &object(&[("preventScroll", true.into())]));
    }
}
