//! What to draw, never how.
//!
//! A [`Viewport`] says which frames of a recording lie under which pixels. Each layer turns its
//! data and the viewport into a *plan*: plain numbers in pixels that a painter (the widget's
//! canvas, a grapher's bitmap) draws without further arithmetic. Nothing here knows a browser, a
//! clock or a thread, so every plan is tested natively.
//!
//! Positions in the audio are frames (`i64`) at a rate in Hz; seconds appear in texts only.
//! Pixels are whatever the caller's surface counts in (the widget passes device pixels to painters
//! and CSS pixels to handles).

pub mod chart;
pub mod colormap;
pub mod frequency;
pub mod histogram;
pub mod history;
pub mod layers;
pub mod plural;
pub mod ruler;
pub mod time;
pub mod time_unit;
pub mod viewport;
pub mod wrapped;

pub use colormap::ColorMap;
pub use frequency::{FrequencyAxis, FrequencyScale};
pub use history::History;
pub use time_unit::TimeUnit;
pub use viewport::Viewport;
