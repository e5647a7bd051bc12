//! A progress bar on a terminal.

use crate::terminal::Terminal;
use indicatif::{ProgressBar, ProgressStyle};
use timeside::Progress;

const STEPS: u64 = 1000;

/// The bar of one file; invisible where standard error is no terminal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new(terminal: &Terminal, name: &str) -> Self {
        if !terminal.shows_progress() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(STEPS).with_message(name.to_owned());
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} % {eta:>5}")
        {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(crate) fn show(&self, progress: Progress) {
        match progress {
            Progress::More(Some(share)) => self.0.set_position((share * STEPS as f64) as u64),
            Progress::More(None) => self.0.tick(),
            Progress::Ended => {}
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
