//! Counting what test programs say: libtest's lines, node's TAP, and the file of skips.

use std::{
    io::{self, BufRead, BufReader, Read},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
};

use crate::{
    Result,
    shell::{cannot_start, spelled},
};

/// What a suite came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    /// The reason of each case that did not run.
    pub(crate) skips: Vec<String>,
    /// Names of failed cases, or why a suite could not run.
    pub(crate) failures: Vec<String>,
}

impl Tally {
    pub(crate) fn passed(count: usize) -> Self {
        Self {
            passed: count,
            ..Self::default()
        }
    }

    pub(crate) fn failure(reason: impl Into<String>) -> Self {
        Self {
            failed: 1,
            failures: vec![reason.into()],
            ..Self::default()
        }
    }

    pub(crate) fn skip(reason: impl Into<String>) -> Self {
        Self {
            skips: vec![reason.into()],
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skips.extend(other.skips);
        self.failures.extend(other.failures);
    }

    /// Cases that passed only because their material is missing count as skipped.
    pub(crate) fn take_skips(&mut self, reasons: Vec<String>) {
        self.passed = self.passed.saturating_sub(reasons.len());
        let reasons = reasons
            .into_iter()
            .map(|line| line.trim_start_matches("SKIP: ").to_owned());
        self.skips.extend(reasons);
    }
}

/// One command that either passes or fails.
pub(crate) fn check(command: &mut Command) -> Tally {
    match crate::shell::run(command) {
        Ok(()) => Tally::passed(1),
        Err(error) => Tally::failure(error.to_string()),
    }
}

/// Runs libtest programs (or wasm-bindgen's runner, which writes the same lines) and counts their cases.
pub(crate) fn libtest(command: &mut Command) -> Result<Tally> {
    let (success, lines) = shown(command)?;
    let mut tally = Tally::default();
    lines.iter().for_each(|line| tally.libtest_line(line));
    if !success && tally.failed == 0 {
        tally.add(Tally::failure(format!(
            "`{}` did not finish",
            spelled(command)
        )));
    }
    if success && tally.passed + tally.skips.len() == 0 {
        tally.add(Tally::failure(format!(
            "`{}` ran no case",
            spelled(command)
        )));
    }
    Ok(tally)
}

/// Runs a command with its output shown, and returns whether it succeeded and its lines.
pub(crate) fn shown(command: &mut Command) -> Result<(bool, Vec<String>)> {
    eprintln!("$ {}", spelled(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| cannot_start(command, &e))?;
    let (sender, lines) = mpsc::channel();
    let streams: [Option<Box<dyn Read + Send>>; 2] = [
        child
            .stdout
            .take()
            .map(|s| Box::new(s) as Box<dyn Read + Send>),
        child
            .stderr
            .take()
            .map(|s| Box::new(s) as Box<dyn Read + Send>),
    ];
    for stream in streams.into_iter().flatten() {
        let sender = sender.clone();
        thread::spawn(move || -> io::Result<()> {
            for line in BufReader::new(stream).split(b'\n') {
                let line = String::from_utf8_lossy(&line?).into_owned();
                println!("{line}");
                // The receiver outlives every sender.
                let _ = sender.send(line);
            }
            Ok(())
        });
    }
    drop(sender);
    let lines = lines.into_iter().collect();
    Ok((child.wait()?.success(), lines))
}

impl Tally {
    fn libtest_line(&mut self, line: &str) {
        let line = line.trim();
        if let Some(counts) = line.strip_prefix("test result: ") {
            for part in counts.split([';', '.']) {
                let mut words = part.split_whitespace();
                match (
                    words.next().and_then(|n| n.parse::<usize>().ok()),
                    words.next(),
                ) {
                    (Some(count), Some("passed")) => self.passed += count,
                    (Some(count), Some("failed")) => self.failed += count,
                    _ => {}
                }
            }
        } else if let Some(case) = line.strip_prefix("test ") {
            match case.split_once(" ... ") {
                Some((name, "FAILED" | "FAIL")) => self.failures.push(name.to_owned()),
                Some((name, ignored)) if ignored.starts_with("ignored") => {
                    self.skips.push(format!(
                        "{name}: {}",
                        ignored
                            .trim_start_matches("ignored")
                            .trim_start_matches([',', ' '])
                    ));
                }
                _ => {}
            }
        }
    }

    /// Reads node's TAP: top-level counts, and the reason of every skip.
    pub(crate) fn from_tap(text: &str) -> Self {
        let mut tally = Self::default();
        for line in text.lines() {
            let case = line.trim_start();
            if let Some(count) = line.strip_prefix("# pass ") {
                tally.passed = count.trim().parse().unwrap_or(0);
            } else if let Some(count) = ["# fail ", "# cancelled "]
                .iter()
                .find_map(|start| line.strip_prefix(start))
            {
                tally.failed += count.trim().parse::<usize>().unwrap_or(0);
            } else if let Some((name, reason)) = case
                .strip_prefix("ok ")
                .and_then(|c| c.split_once(" # SKIP"))
            {
                tally
                    .skips
                    .push(format!("{}: {}", tap_name(name), reason.trim()));
            } else if let Some(name) = case.strip_prefix("not ok ") {
                tally.failures.push(tap_name(name).to_owned());
            }
        }
        tally
    }
}

/// `3 - what it is` without its number.
fn tap_name(case: &str) -> &str {
    case.split_once(" - ").map_or(case, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_lines_of_several_programs_add_up() {
        let mut tally = Tally::default();
        for line in [
            "test a::b ... ok",
            "test a::c ... FAILED",
            "test d ... ignored, needs a microphone",
            "test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out",
        ] {
            tally.libtest_line(line);
        }
        let expected = Tally {
            passed: 4,
            failed: 1,
            skips: vec!["d: needs a microphone".into()],
            failures: vec!["a::c".into()],
        };
        assert_eq!(tally, expected);
        tally.take_skips(vec!["golden: no shared material".into()]);
        assert_eq!((tally.passed, tally.skips.len()), (3, 2));
    }

    #[test]
    fn tap_of_node() {
        let tap = "TAP version 13\n# Subtest: a\nok 1 - a\nnot ok 2 - b\n    ok 1 - inner # SKIP no samples\nok 3 - c\n\
                   # tests 4\n# pass 2\n# fail 1\n# cancelled 0\n# skipped 1\n";
        let tally = Tally::from_tap(tap);
        assert_eq!((tally.passed, tally.failed), (2, 1));
        assert_eq!(tally.skips, ["inner: no samples"]);
        assert_eq!(tally.failures, ["b"]);
    }

    #[test]
    fn a_program_without_cases_and_one_that_cannot_start_fail() {
        assert_eq!(libtest(&mut Command::new("true")).unwrap().failed, 1);
        assert_eq!(libtest(&mut Command::new("false")).unwrap().failed, 1);
        assert!(libtest(&mut Command::new("/nonexistent/program")).is_err());
    }
}
