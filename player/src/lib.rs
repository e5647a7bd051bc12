//! The widget behind `<timeside-player>`: a Leptos application that a custom element mounts.
//!
//! - `link` and `bridge` wrap what JavaScript hands in: the SDK's `Media` and the element.
//! - `store` holds the state as signals, changed only by its named actions.
//! - `reactive` is what its signals are made of, and `prelude` what every part begins with.
//! - `sources` ask the SDK for what the view needs and keep the answers.
//! - `annotations` is what is said of the recording, `tiers` how one looks at it and works on it.
//! - `canvas` paints the plans of `timeside-view`; nothing else paints.
//! - `commands` is everything a key can do, as tables.
//! - `components` are the parts on the screen, each a folder with its style sheet.
//!
//! The player never computes on samples, and never speaks to the worker itself.

#![allow(
    unreachable_pub,
    reason = "Leptos' component macro writes its props structs `pub`"
)]

mod annotations;
mod announce;
mod bridge;
mod canvas;
mod commands;
mod components;
mod focus;
mod format;
mod frames;
mod handle;
mod icons;
mod keys;
mod later;
mod layers;
mod link;
mod names;
mod palette;
mod prelude;
mod reactive;
mod sources;
mod spectrogram_style;
mod store;
mod strings;
mod styles;
mod tiers;
mod transport;

pub use handle::{PlayerHandle, mount, unknown_layers};
pub use styles::css;
