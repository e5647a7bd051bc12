//! The `timeside` command: what is in a recording, what can be measured in it, and the measuring.
//!
//! Exit codes: 0 done, 1 a file failed (the others are still done), 2 usage.

mod analyze;
mod annotations;
mod args;
mod info;
mod input;
mod peaks;
mod plugins;
mod processors;
mod progress;
mod step;
mod target;
mod terminal;

use args::{Arguments, Command};
use clap::Parser;
use std::io::ErrorKind;
use std::process::ExitCode;
use terminal::Terminal;

/// Why a command stops before its end.
#[derive(Debug)]
enum Stop {
    /// The line cannot be understood: unknown processor, option or parameter.
    Usage(String),
    /// Standard output cannot be written.
    Output(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

/// How many of the files failed.
type Failed = usize;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(&arguments);
    let done = match &arguments.command {
        Command::Info(a) => info::run(a, &terminal),
        Command::Processors(a) => processors::run(a, &terminal),
        Command::Analyze(a) => analyze::run(a, &terminal),
        Command::Peaks(a) => peaks::run(a, &terminal),
        Command::Annotations(a) => annotations::run(a, &terminal),
        #[cfg(unix)]
        Command::VampWorker => return timeside::vamp::worker::run(),
    };
    match done {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        // Whoever reads our output has had enough, as `head` does.
        Err(Stop::Output(e)) if e.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Stop::Output(e)) => {
            terminal.error(&format!("cannot write: {e}"));
            ExitCode::from(1)
        }
        Err(Stop::Usage(message)) => {
            terminal.error(&message);
            ExitCode::from(2)
        }
    }
}
