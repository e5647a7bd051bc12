//! `cargo xtask bench`: this project beside its alternatives, in one run.

use crate::{
    Result,
    args::Args,
    setup,
    shell::{cargo, root, run},
};
use std::process::Command;

/// A bench prints one JSON object, ratios first.
#[derive(Debug)]
struct Bench {
    name: &'static str,
    run: fn(&'static str) -> Result,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "shared_views",
        run: example,
    },
    Bench {
        name: "long_stream",
        run: example,
    },
    Bench {
        name: "spectrogram",
        run: in_browser,
    },
    Bench {
        name: "decode_speed",
        run: in_browser,
    },
    Bench {
        name: "analyzers",
        run: in_browser,
    },
    Bench {
        name: "interactions",
        run: in_browser,
    },
    Bench {
        name: "long_views",
        run: in_browser,
    },
    Bench {
        name: "three_hours",
        run: in_browser,
    },
    Bench {
        name: "many_annotations",
        run: in_browser,
    },
    Bench {
        name: "lighthouse",
        run: in_browser,
    },
];

pub(crate) fn command(args: Args) -> Result {
    let chosen = args.words()?;
    let is_known = |name: &String| BENCHES.iter().any(|b| b.name == name);
    if let Some(unknown) = chosen.iter().find(|name| !is_known(name)) {
        let names: Vec<_> = BENCHES.iter().map(|b| b.name).collect();
        return Err(format!(
            "there is no bench `{unknown}`; there are {}",
            names.join(", ")
        )
        .into());
    }
    for bench in BENCHES {
        if chosen.is_empty() || chosen.iter().any(|c| c == bench.name) {
            (bench.run)(bench.name)?;
        }
    }
    Ok(())
}

/// An example of the tests crate.
fn example(name: &'static str) -> Result {
    run(&mut cargo([
        "run",
        "--release",
        "--quiet",
        "--package",
        "timeside-tests",
        "--example",
        name,
    ]))
}

/// A script under `tests/bench`, over what `cargo xtask build` made.
fn in_browser(name: &'static str) -> Result {
    for folder in ["tests/browser", "tests/bench"] {
        setup::npm(&root().join(folder))?;
    }
    let browser = setup::Browser::default();
    let browser = browser.get()?;
    run(Command::new("node")
        .current_dir(root())
        .env("CHROMIUM", &browser.browser)
        .arg(format!("tests/bench/{name}.mjs")))
}
