//! The suites, cheap to dear.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Result,
    build::{self, Mode},
    setup,
    shell::{cargo, program_in, root, run, target_dir},
    tally::{Tally, check, libtest, shown},
    test::Context,
};

/// What `--fast` leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Rust and Node.
    Machine,
    /// Minutes.
    Time,
    /// A browser, and what is built for it.
    Browser,
}

/// Something that passes or fails by itself.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) needs: Needs,
    pub(crate) run: fn(&Context) -> Result<Tally>,
}

pub(crate) const SUITES: &[Suite] = &[
    Suite {
        name: "format",
        about: "rustfmt",
        needs: Needs::Machine,
        run: format,
    },
    Suite {
        name: "tidy",
        about: "floors, sizes, names, licences",
        needs: Needs::Machine,
        run: tidy,
    },
    Suite {
        name: "clippy",
        about: "lints, native and wasm",
        needs: Needs::Machine,
        run: clippy,
    },
    Suite {
        name: "docs",
        about: "rustdoc without warnings",
        needs: Needs::Machine,
        run: docs,
    },
    Suite {
        name: "native",
        about: "unit, integration and doc tests",
        needs: Needs::Machine,
        run: native,
    },
    Suite {
        name: "plugin",
        about: "a plugin crate outside the workspace",
        needs: Needs::Machine,
        run: plugin,
    },
    Suite {
        name: "build",
        about: "pkg/dist",
        needs: Needs::Time,
        run: package,
    },
    Suite {
        name: "browser",
        about: "end to end in Chromium",
        needs: Needs::Browser,
        run: browser,
    },
    Suite {
        name: "packaging",
        about: "npm pack, then bundlers, frameworks, media-chrome, another origin, Node",
        needs: Needs::Browser,
        run: packaging,
    },
    Suite {
        name: "wasm",
        about: "wasm-bindgen-test in Chromium",
        needs: Needs::Browser,
        run: wasm,
    },
    Suite {
        name: "fuzz",
        about: "every fuzz target for some seconds",
        needs: Needs::Time,
        run: fuzz,
    },
];

const WASM_CRATES: [&str; 4] = ["--package", "timeside-wasm", "--package", "timeside-player"];
const FUZZ_SECS: u32 = 8;
/// Of one file of tests. A single test has a shorter patience (`tests/browser/harness.mjs`); this is for hooks that hang.
const FILE_MS: u32 = 900_000;

fn format(_: &Context) -> Result<Tally> {
    Ok(check(&mut cargo(["fmt", "--all", "--check"])))
}

fn tidy(_: &Context) -> Result<Tally> {
    Ok(check(
        Command::new(std::env::current_exe()?)
            .current_dir(root())
            .arg("tidy"),
    ))
}

fn clippy(_: &Context) -> Result<Tally> {
    let mut tally = check(&mut cargo([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]));
    let mut wasm = cargo([
        "clippy",
        "--target",
        "wasm32-unknown-unknown",
        "--all-targets",
    ]);
    setup::wasm_target()?;
    tally.add(check(wasm.args(WASM_CRATES).args(["--", "-D", "warnings"])));
    Ok(tally)
}

fn docs(_: &Context) -> Result<Tally> {
    let mut docs = cargo([
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
        "--exclude",
        "xtask",
    ]);
    Ok(check(docs.env("RUSTDOCFLAGS", "-D warnings")))
}

fn native(context: &Context) -> Result<Tally> {
    // Without them the tests that compare with them are counted as skipped.
    if let Err(error) = setup::vamp_examples() {
        eprintln!("vamp-examples cannot be installed: {error}");
    }
    let mut house = cargo([
        "test",
        "--workspace",
        "--exclude",
        "xtask",
        "--no-fail-fast",
    ]);
    let mut tally = libtest(context.tell(&mut house))?;
    // In its own profile: what builds the tools is already compiled there.
    tally.add(libtest(&mut cargo([
        "test",
        "--profile",
        "xtask",
        "--package",
        "xtask",
    ]))?);
    Ok(tally)
}

fn plugin(context: &Context) -> Result<Tally> {
    let folder = root().join("tests/plugin-template");
    let mut test = program_in(&folder, cargo([""; 0]).get_program(), ["test"]);
    test.env("CARGO_TARGET_DIR", target_dir()?);
    libtest(context.tell(&mut test))
}

fn package(_: &Context) -> Result<Tally> {
    build::package(Mode::Release)?;
    Ok(Tally::passed(1))
}

fn browser(context: &Context) -> Result<Tally> {
    // What the worker computes is compared with what the native command does.
    run(&mut cargo([
        "build",
        "--quiet",
        "--package",
        "timeside-cli",
    ]))?;
    node_tests(context, &root().join("tests/browser"))
}

fn packaging(context: &Context) -> Result<Tally> {
    // Its pages open in the harness of the browser tests.
    setup::npm(&root().join("tests/browser"))?;
    node_tests(context, &root().join("tests/packaging"))
}

/// `node --test` on every `*.test.mjs` of a folder.
fn node_tests(context: &Context, folder: &Path) -> Result<Tally> {
    setup::npm(folder)?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            files.push(name);
        }
    }
    files.sort();
    let tap = target_dir()?.join("node-test.tap");
    let mut node = program_in(folder, "node", ["--test", "--test-concurrency=1"]);
    node.arg(format!("--test-timeout={FILE_MS}"));
    node.args(["--test-reporter=spec", "--test-reporter-destination=stdout"]);
    node.arg("--test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", tap.display()));
    node.args(files)
        .env("TIMESIDE_XTASK", std::env::current_exe()?)
        .env("TIMESIDE_COMMAND", target_dir()?.join("debug/timeside"));
    let (success, _) = shown(context.tell(&mut node))?;
    let mut tally = Tally::from_tap(&fs::read_to_string(tap)?);
    if !success && tally.failed == 0 {
        tally.add(Tally::failure("node's test runner did not finish"));
    }
    Ok(tally)
}

fn wasm(context: &Context) -> Result<Tally> {
    setup::wasm_pack()?;
    let driver = context
        .browser
        .as_ref()
        .map(|chromium| chromium.driver.clone())
        .unwrap_or_default();
    let mut test = program_in(
        root(),
        "wasm-pack",
        [
            "test",
            "--release",
            "--headless",
            "--chrome",
            "--chromedriver",
        ],
    );
    libtest(context.tell(test.arg(driver).arg("crates/timeside-wasm")))
}

fn fuzz(_: &Context) -> Result<Tally> {
    let folder = root().join("tests/fuzz");
    setup::cargo_fuzz()?;
    let mut tally = Tally::default();
    for target in fuzz_targets(&folder)? {
        tally.add(check(&mut fuzz_command(&folder, &target)?));
    }
    Ok(tally)
}

/// Starts from the committed seeds; what is found goes to a corpus under the target directory.
///
/// Without a sanitizer the pinned toolchain will do: the house has no unsafe code where bytes are read, and panics, wrong promises, memory
/// and time limits are found all the same.
fn fuzz_command(folder: &Path, target: &str) -> Result<Command> {
    let found = target_dir()?.join("fuzz-corpus").join(target);
    fs::create_dir_all(&found)?;
    let mut command = cargo(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir"]);
    command
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target_dir()?.join("fuzz"));
    command.arg(folder).arg(target).arg(found);
    // Seeds of another format only waste a moment; those of the same are shared by several targets.
    for seeds in [
        folder.join("corpus").join(target),
        folder.join("corpus/decode"),
        root().join("tests/fixtures/media"),
    ] {
        if seeds.is_dir() {
            command.arg(seeds);
        }
    }
    let limits = ["-rss_limit_mb=1024", "-timeout=10", "-print_final_stats=1"];
    command
        .args(["--", &format!("-max_total_time={FUZZ_SECS}")])
        .args(limits);
    Ok(command)
}

fn fuzz_targets(folder: &Path) -> Result<Vec<String>> {
    let mut targets = Vec::new();
    for entry in fs::read_dir(folder.join("fuzz_targets"))? {
        let path: PathBuf = entry?.path();
        if path.extension().is_some_and(|kind| kind == "rs") {
            targets.extend(
                path.file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned()),
            );
        }
    }
    targets.sort();
    Ok(targets)
}
