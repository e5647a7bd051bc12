//! Licences of what is compiled into the npm package: collected from the crates themselves, checked by `tidy`.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
    fs,
    path::Path,
};

use serde_json::Value;

use crate::{
    Result,
    shell::{capture, cargo, root},
};

/// Licences under which code may be linked into a product that is MIT OR Apache-2.0.
/// MPL-2.0 binds only its own files (Symphonia's), whose source the notices name.
const ACCEPTED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// A crate of somebody else.
struct Package {
    title: String,
    licence: String,
    source: String,
    texts: Vec<String>,
}

/// Writes `THIRD-PARTY-NOTICES.txt` and our own licences into the npm package.
pub(crate) fn write(dist: &Path) -> Result {
    let packages = linked(&["timeside-wasm", "timeside-player"])?;
    let mut by_text: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    let mut notices = String::from(
        "The WebAssembly modules of this package contain code of the Rust standard library (MIT OR Apache-2.0,\n\
         https://github.com/rust-lang/rust) and of these crates, whose sources are found at the addresses given.\n\n",
    );
    for package in &packages {
        writeln!(
            notices,
            "{}  {}  {}",
            package.title, package.licence, package.source
        )?;
        for text in &package.texts {
            by_text.entry(text).or_default().push(package);
        }
    }
    for (text, owners) in by_text {
        let titles: Vec<&str> = owners
            .iter()
            .map(|package| package.title.as_str())
            .collect();
        writeln!(
            notices,
            "\n{}\n{}\n\n{}",
            "-".repeat(80),
            titles.join(", "),
            text.trim_end()
        )?;
    }
    fs::write(dist.join("THIRD-PARTY-NOTICES.txt"), notices)?;
    for licence in licence_files(&root())? {
        fs::copy(
            &licence,
            dist.join(licence.file_name().ok_or("a licence without a name")?),
        )?;
    }
    Ok(())
}

/// Objects to crates whose licence the product cannot take.
pub(crate) fn check_licences(objections: &mut Vec<String>) -> Result {
    for package in linked(&["timeside-wasm", "timeside-player", "timeside-cli"])? {
        if !is_accepted(&package.licence) {
            objections.push(format!(
                "{}: licence `{}` is not among those accepted (notices.rs)",
                package.title, package.licence
            ));
        }
    }
    Ok(())
}

/// Whether an SPDX expression leaves us a choice that we accept.
fn is_accepted(expression: &str) -> bool {
    let expression = expression.trim();
    // `A/B` is how old manifests wrote `A OR B`.
    let either = split(expression, &[" OR ", "/"]);
    if either.len() > 1 {
        return either.into_iter().any(is_accepted);
    }
    let all = split(expression, &[" AND "]);
    if all.len() > 1 {
        return all.into_iter().all(is_accepted);
    }
    match expression
        .strip_prefix('(')
        .and_then(|e| e.strip_suffix(')'))
    {
        Some(inner) => is_accepted(inner),
        None => ACCEPTED.contains(&expression),
    }
}

/// Splits at the words that stand outside parentheses.
fn split<'a>(expression: &'a str, words: &[&str]) -> Vec<&'a str> {
    let (mut parts, mut depth, mut start, mut at) = (Vec::new(), 0_usize, 0, 0);
    while let Some(character) = expression[at..].chars().next() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let word = words
            .iter()
            .find(|word| depth == 0 && expression[at..].starts_with(**word));
        if let Some(word) = word {
            parts.push(&expression[start..at]);
            start = at + word.len();
        }
        at += word.map_or(character.len_utf8(), |word| word.len());
    }
    parts.push(&expression[start..]);
    parts
}

/// Every foreign crate that is linked into `roots` for the browser, by name.
fn linked(roots: &[&str]) -> Result<Vec<Package>> {
    let arguments = [
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        "wasm32-unknown-unknown",
    ];
    let metadata: Value = serde_json::from_str(&capture(&mut cargo(arguments))?)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let id = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let packages: HashMap<String, Value> = list(&metadata["packages"])
        .into_iter()
        .map(|p| (id(&p, "id"), p))
        .collect();
    let nodes: HashMap<String, Value> = list(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|n| (id(&n, "id"), n))
        .collect();
    let is_root = |package: &&Value| roots.contains(&id(package, "name").as_str());
    let mut waiting: Vec<String> = packages
        .values()
        .filter(is_root)
        .map(|p| id(p, "id"))
        .collect();
    let mut reached = BTreeSet::new();
    while let Some(next) = waiting.pop() {
        // A procedural macro runs in the compiler; nothing of it is linked.
        let is_macro = list(&packages[&next]["targets"])
            .iter()
            .any(|t| list(&t["kind"]).contains(&"proc-macro".into()));
        if is_macro || !reached.insert(next.clone()) {
            continue;
        }
        for dependency in list(&nodes[&next]["deps"]) {
            if list(&dependency["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
            {
                waiting.push(id(&dependency, "pkg"));
            }
        }
    }
    let foreign = reached
        .iter()
        .map(|id| &packages[id])
        .filter(|package| !package["source"].is_null());
    let mut found = Vec::new();
    for package in foreign {
        let folder = package["manifest_path"]
            .as_str()
            .map(Path::new)
            .and_then(Path::parent)
            .ok_or("a package without a folder")?;
        let mut texts = Vec::new();
        for file in licence_files(folder)? {
            texts.push(String::from_utf8_lossy(&fs::read(file)?).replace("\r\n", "\n"));
        }
        let repository = package["repository"].as_str().map(str::to_owned);
        found.push(Package {
            title: format!("{} {}", id(package, "name"), id(package, "version")),
            licence: id(package, "license"),
            source: repository
                .unwrap_or_else(|| format!("https://crates.io/crates/{}", id(package, "name"))),
            texts,
        });
    }
    found.sort_by(|a, b| a.title.cmp(&b.title));
    Ok(found)
}

/// The files that carry a licence, sorted.
fn licence_files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_uppercase();
        if path.is_file()
            && ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"]
                .iter()
                .any(|start| name.starts_with(start))
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::is_accepted;

    #[test]
    fn spdx_expressions() {
        for fine in [
            "MIT",
            "MIT OR GPL-3.0",
            "MIT/Apache-2.0",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "MIT AND (ISC OR Zlib)",
        ] {
            assert!(is_accepted(fine), "{fine}");
        }
        for refused in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR ISC) AND LGPL-2.1",
            "GPL-2.0 OR GPL-3.0",
        ] {
            assert!(!is_accepted(refused), "{refused}");
        }
    }
}
