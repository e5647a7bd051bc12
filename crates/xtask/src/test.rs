//! `cargo xtask test`: every suite, cheap to dear, one closing line.

use std::{fs, path::PathBuf, process::ExitCode, time::Instant};

use crate::{
    Result,
    args::Args,
    setup,
    shell::target_dir,
    suites::{Needs, SUITES},
    tally::Tally,
};

/// Tests append a line `<case>: <reason>` to the file that this variable names when their material is missing.
/// Such a case passes for its own runner; here it counts as skipped, with its reason printed.
const SKIPS: &str = "TIMESIDE_SKIPS";

pub(crate) fn run(mut args: Args) -> Result<ExitCode> {
    let fast = args.flag("--fast");
    let chosen = args.words()?;
    if let Some(unknown) = chosen
        .iter()
        .find(|name| SUITES.iter().all(|suite| suite.name != *name))
    {
        let known: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        return Err(format!(
            "there is no suite `{unknown}`; there are {}",
            known.join(", ")
        )
        .into());
    }
    let skips = target_dir()?.join("skips.txt");
    fs::create_dir_all(target_dir()?)?;
    let browser = setup::Browser::default();
    let (mut total, mut rows) = (Tally::default(), Vec::new());
    for suite in SUITES
        .iter()
        .filter(|suite| chosen.is_empty() || chosen.iter().any(|name| name == suite.name))
    {
        println!("\n== {}: {}", suite.name, suite.about);
        let start = Instant::now();
        fs::write(&skips, "")?;
        let mut tally = match suite.needs {
            Needs::Machine => Tally::default(),
            _ if fast => Tally::skip("--fast"),
            Needs::Time => Tally::default(),
            Needs::Browser => browser
                .get()
                .map_or_else(Tally::failure, |_| Tally::default()),
        };
        if tally == Tally::default() {
            let context = Context {
                skips: skips.clone(),
                browser: browser.found(),
            };
            tally = (suite.run)(&context).unwrap_or_else(|error| Tally::failure(error.to_string()));
            tally.take_skips(
                fs::read_to_string(&skips)?
                    .lines()
                    .map(str::to_owned)
                    .collect(),
            );
        }
        rows.push(format!(
            "{:<10} {:>5} passed {:>3} failed {:>3} skipped {:>6.0} s",
            suite.name,
            tally.passed,
            tally.failed,
            tally.skips.len(),
            start.elapsed().as_secs_f64()
        ));
        for line in tally.skips.iter_mut().chain(&mut tally.failures) {
            *line = format!("{}: {line}", suite.name);
        }
        total.add(tally);
    }
    println!("\n{}", rows.join("\n"));
    total
        .failures
        .iter()
        .for_each(|failure| println!("FAILED {failure}"));
    total
        .skips
        .iter()
        .for_each(|reason| println!("skipped {reason}"));
    println!(
        "{} passed, {} failed, {} skipped",
        total.passed,
        total.failed,
        total.skips.len()
    );
    Ok(if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What a suite may need to know.
#[derive(Debug)]
pub(crate) struct Context {
    skips: PathBuf,
    pub(crate) browser: Option<setup::Chromium>,
}

impl Context {
    /// Tells a test program where to report skips, and which browser to use.
    pub(crate) fn tell<'a>(
        &self,
        command: &'a mut std::process::Command,
    ) -> &'a mut std::process::Command {
        command.env(SKIPS, &self.skips);
        if let Some(chromium) = &self.browser {
            command
                .env("CHROMIUM", &chromium.browser)
                .env("CHROMEDRIVER", &chromium.driver);
        }
        command
    }
}
