//! `cargo xtask bench`: this project beside its alternatives, in one run.

use crate::{
    Result,
    args::Args,
    shell::{cargo, run},
};

/// Benches are examples of the tests crate: each prints one JSON object, ratios first.
const BENCHES: [&str; 1] = ["shared_views"];

pub(crate) fn command(args: Args) -> Result {
    let chosen = args.words()?;
    if let Some(unknown) = chosen.iter().find(|name| !BENCHES.contains(&name.as_str())) {
        return Err(format!(
            "there is no bench `{unknown}`; there are {}",
            BENCHES.join(", ")
        )
        .into());
    }
    for name in BENCHES
        .iter()
        .filter(|name| chosen.is_empty() || chosen.iter().any(|c| c == *name))
    {
        run(&mut cargo([
            "run",
            "--release",
            "--quiet",
            "--package",
            "timeside-tests",
            "--example",
            name,
        ]))?;
    }
    Ok(())
}
