//! `cargo xtask build`: Rust → wasm → wasm-bindgen → wasm-opt, TypeScript → esbuild and tsc; all into `pkg/dist`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    Result,
    args::Args,
    cut, notices, setup,
    shell::{capture, cargo, program_in, root, run, target_dir},
};

/// How much the build may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Quick to build, slow to run.
    Dev,
    /// What is published.
    Release,
}

/// A crate that becomes wasm.
struct Module {
    /// Cargo's name for it.
    package: &'static str,
    /// Folder under `pkg/build` for wasm-bindgen's output.
    folder: &'static str,
    /// File in `pkg/dist`.
    product: &'static str,
    /// File in `pkg/dist` of what is cut off, to be fetched later; a dev build is whole.
    later: Option<&'static str>,
    /// What it is optimised for, in wasm-opt's words.
    level: &'static [&'static str],
}

const FOR_SPEED: &[&str] = &["-O3"];
/// What waits for a person: what counts is that it comes soon.
const FOR_SIZE: &[&str] = &["-Oz", "--converge"];

const MODULES: [Module; 3] = [
    Module {
        package: "timeside-wasm",
        folder: "engine",
        product: "timeside.wasm",
        later: None,
        level: FOR_SPEED,
    },
    Module {
        package: "timeside-player",
        folder: "player",
        product: "player.wasm",
        later: Some("player-later.wasm"),
        level: FOR_SIZE,
    },
    Module {
        package: "timeside-workbench",
        folder: "workbench",
        product: "workbench.wasm",
        later: None,
        level: FOR_SIZE,
    },
];

/// Entry points of the npm package. What an entry lists as external stays an import: one SDK module, one worker per page.
/// esbuild compares the words of an import, not files: no other source may be imported by such a name.
const ENTRIES: [(&str, &[&str]); 13] = [
    ("index", &[]),
    (
        "player",
        &[
            "./index.js",
            "./widget.js",
            "./workbench.js",
            "./hearing.js",
        ],
    ),
    ("workbench", &["./index.js"]),
    ("hearing", &[]),
    (
        "widget",
        &[
            "./index.js",
            "./workbench.js",
            "./hearing.js",
            "./lang/ar.js",
            "./lang/de.js",
            "./lang/es.js",
            "./lang/fr.js",
            "./lang/zh.js",
        ],
    ),
    ("lang/ar", &[]),
    ("lang/de", &[]),
    ("lang/es", &[]),
    ("lang/fr", &[]),
    ("lang/zh", &[]),
    ("worker", &[]),
    ("capture", &[]),
    ("worklet", &[]),
];

/// The proposals that the compiler may use (`.cargo/config.toml` and Rust's own defaults).
const WASM_FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

pub(crate) fn mode(args: &mut Args) -> Result<Mode> {
    match (args.flag("--dev"), args.flag("--release")) {
        (true, true) => Err("--dev or --release, not both".into()),
        (true, false) => Ok(Mode::Dev),
        _ => Ok(Mode::Release),
    }
}

pub(crate) fn command(mut args: Args) -> Result {
    let mode = self::mode(&mut args)?;
    args.finish()?;
    package(mode)
}

/// Fills `pkg/dist`.
pub(crate) fn package(mode: Mode) -> Result {
    let pkg = root().join("pkg");
    setup::wasm_target()?;
    setup::npm(&pkg)?;
    for (entry, _) in ENTRIES {
        let source = pkg.join(format!("src/{entry}.ts"));
        if !source.is_file() {
            return Err(format!(
                "{} is missing: the npm package's entry point `{entry}`",
                source.display()
            )
            .into());
        }
    }
    modules(&pkg, mode)?;
    clear_scripts(&pkg.join("dist"))?;
    scripts(&pkg, mode)?;
    run(&mut program_in(
        &pkg,
        pkg.join("node_modules/.bin/tsc"),
        ["--project", "tsconfig.json"],
    ))
    .map_err(|e| format!("{e}: the TypeScript sources do not check"))?;
    let mut describe = program_in(&pkg, "node", ["manifest/build.mjs"]);
    describe.args((mode == Mode::Dev).then_some("--dev"));
    run(&mut describe).map_err(|e| {
        format!("{e}: the elements' manifest (pkg/manifest) and the sources differ")
    })?;
    notices::write(&pkg.join("dist"))?;
    sizes(&pkg, mode)
}

/// All crates, compiled together, bound and optimised side by side.
fn modules(pkg: &Path, mode: Mode) -> Result {
    let mut compile = cargo(["build", "--target", "wasm32-unknown-unknown"]);
    compile.args(
        MODULES
            .iter()
            .flat_map(|module| ["--package", module.package]),
    );
    if mode == Mode::Release {
        compile.arg("--release");
    }
    run(&mut compile)?;
    let profile = if mode == Mode::Dev {
        "debug"
    } else {
        "release"
    };
    let compiled = target_dir()?.join("wasm32-unknown-unknown").join(profile);
    fs::create_dir_all(pkg.join("dist"))?;
    thread::scope(|scope| {
        let works = MODULES.map(|module| {
            let compiled = &compiled;
            scope.spawn(move || {
                module
                    .bind(compiled, pkg, mode)
                    .map_err(|e| format!("{}: {e}", module.package))
            })
        });
        for work in works {
            work.join().map_err(|_| "a build thread panicked")??;
        }
        Ok(())
    })
}

impl Module {
    /// wasm-bindgen into `pkg/build/<folder>`, wasm-opt into `pkg/dist`; nothing when the compiled module is unchanged.
    fn bind(&self, compiled: &Path, pkg: &Path, mode: Mode) -> Result {
        let name = self.package.replace('-', "_");
        let input = compiled.join(format!("{name}.wasm"));
        let folder = pkg.join("build").join(self.folder);
        let product = pkg.join("dist").join(self.product);
        let stamp_file = folder.join(".stamp");
        let facts = fs::metadata(&input).map_err(|e| format!("{}: {e}", input.display()))?;
        let stamp = format!(
            "{mode:?} {} {:?} {WASM_FEATURES:?} {:?} {:x}",
            facts.len(),
            facts.modified()?,
            self.level,
            cut::stamp()
        );
        if product.is_file() && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
            return Ok(());
        }
        eprintln!("$ wasm-bindgen --target web {}", input.display());
        let _ = fs::remove_file(&stamp_file);
        let mut bindgen = Bindgen::new();
        bindgen.input_path(&input).out_name(&name).typescript(true);
        // No default path: a bundler would look for a file beside ours. The caller always names the module.
        bindgen
            .web(true)?
            .omit_default_module_path(true)
            .remove_producers_section(true);
        bindgen
            .keep_debug(mode == Mode::Dev)
            .remove_name_section(false);
        bindgen.generate(&folder)?;
        let bound = folder.join(format!("{name}_bg.wasm"));
        match mode {
            Mode::Dev => {
                fs::copy(&bound, &product)?;
                // Of a release before this build.
                let later = self.later.map(|later| pkg.join("dist").join(later));
                later
                    .filter(|old| old.is_file())
                    .map_or(Ok(()), fs::remove_file)?;
            }
            Mode::Release => self.publish(pkg, &folder, &bound)?,
        }
        fs::write(stamp_file, stamp)?;
        Ok(())
    }

    /// Cut in two if it shall be, and optimised.
    fn publish(&self, pkg: &Path, folder: &Path, bound: &Path) -> Result {
        let dist = pkg.join("dist");
        let Some(later) = self.later else {
            return optimise(pkg, self.level, bound, &dist.join(self.product));
        };
        let glue = folder.join(format!("{}.js", self.package.replace('-', "_")));
        let halves = cut::cut(&fs::read(bound)?, &fs::read_to_string(&glue)?)?;
        fs::write(&glue, halves.glue)?;
        // What a door that is opened too early stands for: tests name it.
        let doors = serde_json::to_string_pretty(&halves.doors)?;
        fs::write(folder.join("doors.json"), doors)?;
        for (product, bytes) in [(self.product, halves.first), (later, halves.later)] {
            let half = folder.join(product);
            fs::write(&half, bytes)?;
            optimise(pkg, self.level, &half, &dist.join(product))?;
        }
        Ok(())
    }
}

fn optimise(pkg: &Path, level: &[&str], input: &Path, product: &Path) -> Result {
    let optimiser = pkg.join("node_modules/.bin/wasm-opt");
    let mut command = program_in(pkg, optimiser, level);
    command
        .args(WASM_FEATURES)
        .args(["--strip-debug", "--strip-producers"]);
    run(command.arg(input).arg("-o").arg(product))
}

/// Removes scripts and types of an earlier build: a source that is gone must not be published.
fn clear_scripts(dist: &Path) -> Result {
    for file in fs::read_dir(dist)? {
        let path = file?.path();
        if path.is_dir() {
            fs::remove_dir_all(path)?;
        } else if path.extension().is_some_and(|kind| kind != "wasm") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// One ES module per entry point.
fn scripts(pkg: &Path, mode: Mode) -> Result {
    for (entry, externals) in ENTRIES {
        let inputs = pkg.join("build").join(format!("{entry}.meta.json"));
        let mut command = program_in(
            pkg,
            pkg.join("node_modules/.bin/esbuild"),
            [format!("src/{entry}.ts")],
        );
        command.args([
            "--bundle",
            "--format=esm",
            "--target=es2022",
            "--log-level=warning",
            "--charset=utf8",
        ]);
        command
            .arg(format!("--outfile=dist/{entry}.js"))
            .arg(format!("--metafile={}", inputs.display()));
        command.args(externals.iter().map(|path| format!("--external:{path}")));
        if mode == Mode::Release {
            command.args(["--minify", "--legal-comments=none"]);
        }
        run(&mut command)?;
        if !externals.is_empty() {
            one_client(entry, &inputs)?;
        }
    }
    Ok(())
}

/// The page has one worker client: an entry that uses the SDK imports it instead of bundling a second copy.
fn one_client(entry: &str, metafile: &Path) -> Result {
    let bundle: serde_json::Value = serde_json::from_str(&fs::read_to_string(metafile)?)?;
    let inputs = bundle["inputs"]
        .as_object()
        .ok_or("esbuild wrote no list of inputs")?;
    for source in ["src/client.ts", "src/index.ts"] {
        if inputs.contains_key(source) {
            return Err(format!(
                "{entry}.js bundles a second copy of {source}; import what it needs from \"./index.js\", which stays external"
            )
            .into());
        }
    }
    Ok(())
}

/// What a page downloads.
fn sizes(pkg: &Path, mode: Mode) -> Result {
    const SCRIPT: &str = r#"
const { readFileSync: read } = require("node:fs"), zlib = require("node:zlib"), path = require("node:path");
const brotli = process.argv[1] === "Dev" ? 5 : 11;
const row = (...cells) => console.log(cells.map((c, i) => i ? String(c).padStart(11) : c.padEnd(16)).join(""));
row("bytes", "raw", "gzip", "brotli");
for (const file of process.argv.slice(2)) {
  const raw = read(file), quality = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: brotli } };
  row(path.basename(file), raw.length, zlib.gzipSync(raw, { level: 9 }).length, zlib.brotliCompressSync(raw, quality).length);
}"#;
    let scripts = ENTRIES.iter().map(|(entry, _)| format!("{entry}.js"));
    let artefacts: Vec<PathBuf> = scripts
        .chain(
            MODULES
                .iter()
                // A dev build is whole.
                .flat_map(|m| [Some(m.product), m.later.filter(|_| mode != Mode::Dev)])
                .flatten()
                .map(str::to_owned),
        )
        .map(|f| pkg.join("dist").join(f))
        .filter(|f| f.is_file())
        .collect();
    let table = capture(
        Command::new("node")
            .args(["-e", SCRIPT, &format!("{mode:?}")])
            .args(artefacts),
    )?;
    print!("{table}");
    Ok(())
}
