//! The style sheets as one text, for an adopted style sheet: a `<style>` element would be refused by a strict Content
//! Security Policy.

use wasm_bindgen::prelude::*;

use crate::panels::PANELS;

const COMMON: [&str; 2] = [
    include_str!("frame/frame.css"),
    include_str!("results/results.css"),
];

/// The style sheet of all panels. The tokens it builds on (`--_*`) are set by the element's own sheet, and the player's
/// sheet stands in the same tree: its `.button`, `.mini`, `.slider`, `.number`, `.sr-only` hold here too.
#[wasm_bindgen]
#[must_use]
pub fn css() -> String {
    let own = PANELS.iter().map(|panel| panel.css);
    COMMON.into_iter().chain(own).collect()
}
