//! What goes to standard error, and the colours of both streams.

use crate::args::{Arguments, Color};
use std::io::{IsTerminal, Write};
use timeside::Warning;

/// How talkative the command is, and whether in colour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    pub(crate) json: bool,
    pub(crate) verbose: bool,
    quiet: bool,
    color_out: bool,
    color_err: bool,
}

impl Terminal {
    pub(crate) fn new(a: &Arguments) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let color = |is_terminal: bool| match a.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && !no_color,
        };
        Self {
            json: a.json,
            verbose: a.verbose,
            quiet: a.quiet,
            color_out: color(std::io::stdout().is_terminal()),
            color_err: color(std::io::stderr().is_terminal()),
        }
    }

    /// True if a progress bar is welcome.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    pub(crate) fn error(&self, message: &str) {
        self.say("error", "31", message);
    }

    pub(crate) fn warn(&self, name: &str, warning: &Warning) {
        if self.quiet {
            return;
        }
        let place = warning
            .frame
            .filter(|_| self.verbose)
            .map(|f| format!(" (frame {f})"))
            .unwrap_or_default();
        self.say(
            "warning",
            "33",
            &format!("{name}: {}{place}", warning.message),
        );
    }

    pub(crate) fn note(&self, message: &str) {
        if self.verbose {
            self.say("note", "36", message);
        }
    }

    fn say(&self, word: &str, sgr: &str, message: &str) {
        let (on, off) = if self.color_err {
            (format!("\x1b[1;{sgr}m"), "\x1b[0m")
        } else {
            (String::new(), "")
        };
        // There is nobody left to tell that standard error is closed.
        let _ = writeln!(std::io::stderr().lock(), "{on}{word}{off}: {message}");
    }

    /// Bold on standard output.
    pub(crate) fn bold(&self, text: &str) -> String {
        if self.color_out {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}
