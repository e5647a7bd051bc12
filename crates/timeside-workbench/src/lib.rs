//! The panels of `<timeside-player>`: everything that is forms, tables and dialogs.
//!
//! A second Leptos application beside the player, fetched when the first panel is opened. It stands in the element's
//! shadow tree below the transport bar and knows the player only through `host`: the element's public API, and a few
//! internal calls. Whoever adds a panel writes a folder and a line in `panels::PANELS`.
//!
//! - `host` and `js` wrap what JavaScript hands in.
//! - `bench` is what every panel may ask for: the host, the words, signals of what has changed.
//! - `panels` is the table of panels, `frame` what stands around each.
//! - `runs` are the analyses as the player tells them, `results` what they say in numbers.
//! - `chart` is the picture of one result, for `<timeside-chart>`.

#![allow(
    unreachable_pub,
    reason = "Leptos' component macro writes its props structs `pub`"
)]

mod analyze;
mod annotations;
mod bench;
mod canvas;
mod chart;
mod csv;
mod frame;
mod handle;
mod host;
mod icons;
mod js;
mod kept;
mod keys;
mod layers;
mod palette;
mod panels;
mod playback;
mod results;
mod runs;
mod strings;
mod styles;

pub use chart::ChartHandle;
pub use handle::{WorkbenchHandle, mount};
pub use styles::css;
