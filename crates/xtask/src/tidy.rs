//! `cargo xtask tidy`: what the compiler does not see: floors, sizes, names, the top level.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{
    Result,
    args::Args,
    floors, languages, notices,
    shell::{capture, metadata, program_in, root},
};

/// The longest source file.
const FILE_LIMIT_LINES: usize = 600;
/// The thin crate between engine and page.
const WASM_LIMIT_LINES: usize = 900;
const CODE: [&str; 5] = ["rs", "ts", "js", "mjs", "css"];
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 4] = ["misc", "utils", "util", "helpers"];

/// The one crate that calls foreign code, and the one file in which it does; everywhere else `unsafe` is forbidden.
const UNSAFE_CRATE: &str = "timeside-vamp";
const UNSAFE_FILE: &str = "crates/timeside-vamp/src/library.rs";

/// All that may stand at the top of the repository.
const TOP_LEVEL: [&str; 18] = [
    ".cargo",
    ".ci",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE*",
    "README.md",
    "THIRD-PARTY.md",
    "clippy.toml",
    "crates",
    "pkg",
    "player",
    "rust-toolchain.toml",
    "tests",
    "www",
];

pub(crate) fn run(args: Args) -> Result {
    args.finish()?;
    let mut objections = Vec::new();
    check_crates(&mut objections)?;
    check_files(&mut objections)?;
    languages::check(&mut objections)?;
    notices::check_licences(&mut objections)?;
    if objections.is_empty() {
        println!("tidy");
        return Ok(());
    }
    for objection in &objections {
        eprintln!("tidy: {objection}");
    }
    Err(format!("{} objection(s)", objections.len()).into())
}

fn check_crates(objections: &mut Vec<String>) -> Result {
    let metadata = metadata()?;
    let packages = metadata["packages"]
        .as_array()
        .ok_or("cargo metadata lists no packages")?;
    for package in packages {
        let name = text(package, "name");
        let manifest = Path::new(text(package, "manifest_path"));
        let folder = manifest
            .parent()
            .and_then(Path::file_name)
            .and_then(|f| f.to_str())
            .unwrap_or_default();
        let expected = if folder == "player" || folder == "tests" {
            format!("timeside-{folder}")
        } else {
            folder.to_owned()
        };
        if name != expected {
            objections.push(format!(
                "{}: the crate is called {name}, its folder {folder}",
                manifest.display()
            ));
        }
        let lints = fs::read_to_string(manifest)?.replace(' ', "");
        if name == UNSAFE_CRATE {
            if !lints.contains("\nunsafe_code=\"deny\"") {
                objections.push(format!("{name} lacks `unsafe_code = \"deny\"`"));
            }
        } else if !lints.contains("[lints]\nworkspace=true") {
            objections.push(format!("{name} lacks `[lints] workspace = true`"));
        }
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            objections.extend(floors::objection(name, text(dependency, "name")));
        }
    }
    Ok(())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Looks at what git knows or would add.
fn check_files(objections: &mut Vec<String>) -> Result {
    let listing = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let listed = capture(&mut program_in(root(), "git", listing))?;
    let mut wasm_lines = 0;
    for name in listed.split_terminator('\0') {
        check_name(name, objections);
        let path = root().join(name);
        let is_code = path
            .extension()
            .and_then(|e| e.to_str())
            .is_some_and(|e| CODE.contains(&e));
        // Deleted but not yet told to git: not there.
        let Some(content) = is_code.then(|| fs::read_to_string(&path).ok()).flatten() else {
            continue;
        };
        let lines = content.lines().count();
        if lines > FILE_LIMIT_LINES {
            objections.push(format!("{name} has {lines} lines; {FILE_LIMIT_LINES} is the limit: it holds more than one thing"));
        }
        if name.starts_with("crates/timeside-wasm/src/") {
            wasm_lines += lines;
        }
        if name.starts_with("crates/timeside-vamp/")
            && name != UNSAFE_FILE
            && allows_unsafe(&content)
        {
            objections.push(format!("{name}: only {UNSAFE_FILE} may allow unsafe code"));
        }
        for (index, line) in content.lines().enumerate() {
            if is_bare_reminder(line) {
                objections.push(format!(
                    "{name}:{}: a reminder without an issue, write it as `(#12)` behind the word",
                    index + 1
                ));
            }
        }
    }
    if wasm_lines > WASM_LIMIT_LINES {
        objections.push(format!(
            "timeside-wasm has {wasm_lines} lines; {WASM_LIMIT_LINES} is the limit: rules of the domain belong to lower floors"
        ));
    }
    Ok(())
}

fn check_name(name: &str, objections: &mut Vec<String>) {
    let top = name.split('/').next().unwrap_or_default();
    let allowed = TOP_LEVEL.iter().any(|t| {
        t.strip_suffix('*')
            .map_or(top == *t, |start| top.starts_with(start))
    });
    if !allowed {
        objections.push(format!(
            "{top}: does not belong to the top level; see ARCHITECTURE.md"
        ));
    }
    for part in Path::new(name) {
        let stem = Path::new(part)
            .file_stem()
            .and_then(|s| s.to_str())
            .unwrap_or_default();
        if EMPTY_NAMES.contains(&stem) {
            objections.push(format!(
                "{name}: `{stem}` says nothing; name what is inside"
            ));
        }
    }
}

/// Whether a file allows itself what its crate denies.
fn allows_unsafe(content: &str) -> bool {
    ["[allow(", "[expect("].iter().any(|attribute| {
        content
            .split(attribute)
            .skip(1)
            .filter_map(|rest| rest.split(']').next())
            .any(|inside| inside.contains("unsafe_code"))
    })
}

/// A reminder in a comment that names no issue.
fn is_bare_reminder(line: &str) -> bool {
    ["TODO", "FIXME", "XXX"].iter().any(|word| {
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = &line[at + word.len()..];
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '`');
            let whole_word =
                !before.is_some_and(is_word) && !after.chars().next().is_some_and(is_word);
            whole_word && !after.starts_with("(#")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_need_an_issue() {
        let word = ["TO", "DO"].concat();
        assert!(is_bare_reminder(&format!("// {word}: later")));
        assert!(is_bare_reminder(&format!("// {word}")));
        assert!(!is_bare_reminder(&format!("// {word}(#12): later")));
        assert!(!is_bare_reminder(&format!("let {word}S = 1;")));
        assert!(!is_bare_reminder("// nothing to do"));
    }

    #[test]
    fn unsafe_code_is_allowed_by_attributes_only() {
        assert!(allows_unsafe(
            "#![allow(\n    unsafe_code,\n    reason = \"x\"\n)]"
        ));
        assert!(allows_unsafe(
            "fn f() {}\n#[expect(unsafe_code)]\nfn g() {}"
        ));
        assert!(!allows_unsafe(
            "//! no unsafe_code here\n#[derive(Debug)]\nstruct S;"
        ));
    }

    #[test]
    fn names() {
        let mut objections = Vec::new();
        for fine in [
            "crates/timeside-core/src/lib.rs",
            "LICENSE-MIT",
            "README.md",
            "THIRD-PARTY.md",
            "www/index.html",
        ] {
            check_name(fine, &mut objections);
        }
        assert_eq!(objections, Vec::<String>::new());
        for wrong in [
            "notes.txt",
            "crates/x/src/utils.rs",
            "player/src/misc/mod.rs",
            "docs/a.md",
        ] {
            let before = objections.len();
            check_name(wrong, &mut objections);
            assert_eq!(objections.len(), before + 1, "{wrong}");
        }
    }
}
