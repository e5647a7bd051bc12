//! A host of [Vamp](https://www.vamp-plugins.org) plugins: whatever is installed, as the analyzer `vamp_simple_host`.
//!
//! A plugin is foreign code, and may crash, hang or print. So it never runs in the program that asks for it: each runs
//! in a child process, which is that program itself (or another), started with a hidden argument.
//!
//! ```text
//!  VampSimpleHost ── Connection ══ socket ══ worker::run ── Instance ── library (dlopen) ── plugin
//!   features → results   requests, audio →         frames, spectra      the only unsafe code
//!                        ← features
//! ```
//!
//! This is robustness, not a sandbox: a plugin runs with the rights of its user. It is also the one exception to the
//! rule that a processor does no I/O; what it may start is handed in by whoever registers it ([`Launch`]).
//!
//! ```no_run
//! use std::sync::Arc;
//! use timeside_vamp::{Host, Program};
//! let mut registry = timeside_core::Registry::new();
//! timeside_vamp::register(&mut registry, Host::new(Arc::new(Program::this(["vamp-worker"]))));
//! // And the program calls `timeside_vamp::worker::run()` when it is started with that argument.
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`search`] | where plugins lie |
//! | [`host`] | what plugins there are, and their descriptions |
//! | `plugin_list` | the parameter that names plugins and outputs |
//! | [`processor`] | the analyzer |
//! | `collect` | features → rows, events, segments |
//! | `connection`, `wire` | the parent's end of the socket, and what goes through it |
//! | [`worker`] | the child: framing, spectra, channels |
//! | `library`, `abi` | the C interface |
//!
//! Unix only: Linux and macOS.

#![cfg(unix)]

mod abi;
mod collect;
mod connection;
pub mod host;
mod library;
mod plugin_list;
pub mod processor;
pub mod search;
mod time;
mod wire;
pub mod worker;

pub use connection::{Launch, Program};
pub use host::Host;
pub use processor::VampSimpleHost;
pub use search::SearchPath;
pub use wire::{OutputInfo, ParameterInfo, PluginInfo, SampleType};

use std::sync::Arc;
use timeside_core::Registry;

/// Adds `vamp_simple_host`, which finds and runs its plugins by `host`.
pub fn register(registry: &mut Registry, host: Host) {
    let host = Arc::new(host);
    registry.add_made_by(processor::info(), move |params| {
        Ok(Box::new(VampSimpleHost::new(&host, params)?))
    });
}
