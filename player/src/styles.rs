//! The components' style sheets as one text, for an adopted style sheet: a `<style>` element would
//! be refused by a strict Content Security Policy.

use wasm_bindgen::prelude::*;

const SHEETS: [&str; 10] = [
    include_str!("components/player/player.css"),
    include_str!("components/overview/overview.css"),
    include_str!("components/stage/stage.css"),
    include_str!("components/lane/lane.css"),
    include_str!("components/lines/lines.css"),
    include_str!("components/spectrogram/spectrogram.css"),
    include_str!("components/tiers/tiers.css"),
    include_str!("components/transport_bar/transport_bar.css"),
    include_str!("components/empty/empty.css"),
    include_str!("components/notice/notice.css"),
];

/// The style sheet of everything inside the widget. The tokens it builds on (`--_*`) are set by the
/// element's own sheet.
#[wasm_bindgen]
#[must_use]
pub fn css() -> String {
    SHEETS.concat()
}
