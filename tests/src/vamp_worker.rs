//! A worker of `vamp_simple_host` for tests.

/// Serves whoever started it.
#[cfg(unix)]
fn main() -> std::process::ExitCode {
    timeside::vamp::worker::run()
}

/// There are no plugins here.
#[cfg(not(unix))]
fn main() {}
