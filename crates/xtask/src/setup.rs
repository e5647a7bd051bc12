//! What a fresh machine with Rust and Node lacks, installed when first needed.

use std::{
    cell::OnceCell,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Result,
    shell::{answers, capture, program_in, root, run},
};

const WASM_PACK: &str = "0.15.1";
const CARGO_FUZZ: &str = "0.13.2";
const CHROMIUM_NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The compile target of the engine and the player.
pub(crate) fn wasm_target() -> Result {
    let libdir = capture(&mut rustc([
        "--print",
        "target-libdir",
        "--target",
        "wasm32-unknown-unknown",
    ]))?;
    if Path::new(libdir.trim()).is_dir() {
        return Ok(());
    }
    run(&mut program_in(
        root(),
        "rustup",
        ["target", "add", "wasm32-unknown-unknown"],
    ))
}

fn rustc<const N: usize>(args: [&str; N]) -> Command {
    program_in(
        root(),
        std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()),
        args,
    )
}

/// The npm packages of one folder, exactly as its lock file says.
pub(crate) fn npm(folder: &Path) -> Result {
    let manifest = folder.join("package.json");
    if !manifest.is_file() {
        return Err(format!("{} is missing", manifest.display()).into());
    }
    let lock = folder.join("package-lock.json");
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(&lock).max(modified(&manifest)) {
        return Ok(());
    }
    if !answers("node", &["--version"]) {
        return Err(
            "Node.js 20 or newer is needed (https://nodejs.org, or your system's package manager)"
                .into(),
        );
    }
    let verb = if lock.is_file() { "ci" } else { "install" };
    run(&mut program_in(
        folder,
        "npm",
        [verb, "--no-audit", "--no-fund", "--loglevel=error"],
    ))
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(path).and_then(|m| m.modified()).ok()
}

/// Runs `wasm-bindgen-test` cases in a browser.
pub(crate) fn wasm_pack() -> Result {
    if answers("wasm-pack", &["--version"]) {
        return Ok(());
    }
    cargo_install("wasm-pack", WASM_PACK)
}

/// Drives libFuzzer.
pub(crate) fn cargo_fuzz() -> Result {
    if answers("cargo-fuzz", &["--version"]) {
        return Ok(());
    }
    cargo_install("cargo-fuzz", CARGO_FUZZ)
}

fn cargo_install(name: &str, version: &str) -> Result {
    run(&mut crate::shell::cargo([
        "install",
        "--locked",
        name,
        "--version",
        version,
    ]))
}

/// A browser and its driver.
#[derive(Debug, Clone)]
pub(crate) struct Chromium {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Looked for when first needed, and only once.
#[derive(Debug, Default)]
pub(crate) struct Browser(OnceCell<std::result::Result<Chromium, String>>);

impl Browser {
    pub(crate) fn get(&self) -> std::result::Result<&Chromium, String> {
        self.0
            .get_or_init(|| chromium().map_err(|e| e.to_string()))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// Without looking.
    pub(crate) fn found(&self) -> Option<Chromium> {
        self.0.get().and_then(|found| found.as_ref().ok()).cloned()
    }
}

/// Finds Chromium (`CHROMIUM` and `CHROMEDRIVER` name them), or installs it where apt-get may.
fn chromium() -> Result<Chromium> {
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    let missing = "Chromium and chromedriver are needed; install them (Debian: `apt-get install chromium chromium-driver`) \
                   or name them in CHROMIUM and CHROMEDRIVER";
    apt_install(&["chromium", "chromium-driver"]).map_err(|e| format!("{missing} ({e})"))?;
    find_chromium().ok_or_else(|| missing.into())
}

/// The example plugins of the Vamp SDK and its host, for the tests that compare with them.
pub(crate) fn vamp_examples() -> Result {
    if on_path("vamp-simple-host").is_some() {
        return Ok(());
    }
    apt_install(&["vamp-examples"])
}

/// Installs packages where apt-get may.
fn apt_install(packages: &[&str]) -> Result {
    if !answers("apt-get", &["--version"]) {
        return Err("there is no apt-get".into());
    }
    let prefix: &[&str] = if answers("sudo", &["-n", "true"]) {
        &["sudo", "-n"]
    } else {
        &[]
    };
    let apt = |args: &[&str]| {
        let words: Vec<&str> = prefix
            .iter()
            .copied()
            .chain(["apt-get", "-q", "-y"])
            .chain(args.iter().copied())
            .collect();
        run(program_in(root(), words[0], &words[1..]).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())
}

fn find_chromium() -> Option<Chromium> {
    let named = |variable: &str| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .filter(|p| p.is_file())
    };
    let browser =
        named("CHROMIUM").or_else(|| CHROMIUM_NAMES.iter().find_map(|name| on_path(name)))?;
    let driver = named("CHROMEDRIVER").or_else(|| on_path("chromedriver"))?;
    Some(Chromium { browser, driver })
}

/// Where a program lies.
fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
