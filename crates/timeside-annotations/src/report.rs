//! What is told of reading and writing, in bounded length.

use std::fmt;
use timeside_core::Warning;
use timeside_core::annotation::ImportReport;

/// So many of one kind are told one by one, the rest by their number.
const TOLD_EACH: usize = 8;

/// Lines of one list of a report.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    told: Vec<Warning>,
    counts: Vec<(&'static str, usize)>,
}

impl Notes {
    /// Tells of one case; many of one `code` are only counted.
    pub(crate) fn add(&mut self, code: &'static str, message: fmt::Arguments<'_>) {
        let place = self.counts.iter().position(|(c, _)| *c == code);
        let place = place.unwrap_or_else(|| {
            self.counts.push((code, 0));
            self.counts.len() - 1
        });
        self.counts[place].1 += 1;
        if self.counts[place].1 <= TOLD_EACH {
            self.told.push(Warning::new(code, message.to_string()));
        }
    }

    fn into_warnings(self) -> Vec<Warning> {
        let mut told = self.told;
        for (code, count) in self.counts {
            if count > TOLD_EACH {
                let more = count - TOLD_EACH;
                told.push(Warning::new(code, format!("and {more} more like it")));
            }
        }
        told
    }
}

/// A report in the making.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) warnings: Notes,
    pub(crate) guessed: Notes,
    pub(crate) lost: Notes,
}

impl Findings {
    pub(crate) fn into_report(self, format: &str) -> ImportReport {
        ImportReport {
            format: format.to_owned(),
            warnings: self.warnings.into_warnings(),
            guessed: self.guessed.into_warnings(),
            lost: self.lost.into_warnings(),
        }
    }
}
