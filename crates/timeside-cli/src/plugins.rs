//! The processors of this command: those of the house, and the Vamp plugins of this machine.

use timeside::Registry;

/// The hidden subcommand by which this command becomes a worker of its own, in which Vamp plugins run.
#[cfg(unix)]
const WORKER: &str = "vamp-worker";

/// All processors.
pub(crate) fn registry() -> Registry {
    #[allow(unused_mut, reason = "only Unix has plugins")]
    let mut registry = timeside::registry();
    #[cfg(unix)]
    {
        use std::sync::Arc;
        use timeside::vamp::{Host, Program, register};
        register(&mut registry, Host::new(Arc::new(Program::this([WORKER]))));
    }
    registry
}
