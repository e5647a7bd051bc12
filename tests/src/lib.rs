//! Helpers of the whole-engine tests.

use serde_json::Value;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use timeside::{Media, PipeSpec, Result, Results, Step, registry};

/// The shared material: what `TIMESIDE_SHARED` names, or `shared` beside the repository.
fn shared_root() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    std::env::var_os("TIMESIDE_SHARED").map_or_else(beside, PathBuf::from)
}

/// A file of the shared material. Where it is missing, the test's reason to be skipped is noted, and the
/// test returns: `let Some(path) = shared("samples/sweep.wav") else { return };`, once per test.
pub fn shared(path: &str) -> Option<PathBuf> {
    let full = shared_root().join(path);
    if full.exists() {
        return Some(full);
    }
    skip(&format!(
        "{} is missing: set TIMESIDE_SHARED",
        full.display()
    ));
    None
}

/// Notes that a test is skipped, in the file that `TIMESIDE_SKIPS` names, from which `cargo xtask test`
/// counts, and on standard error.
pub fn skip(reason: &str) {
    eprintln!("SKIP: {reason}");
    let Some(path) = std::env::var_os("TIMESIDE_SKIPS") else {
        return;
    };
    let noted = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut f| writeln!(f, "SKIP: {reason}"));
    if let Err(error) = noted {
        panic!("{} cannot be written: {error}", Path::new(&path).display());
    }
}

/// A JSON file; infinities become null.
///
/// # Panics
/// If it is none.
pub fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    // Python writes infinities, for which JSON has no word.
    serde_json::from_str(&text.replace("-Infinity", "null"))
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Runs a pipe over a medium with all processors of the house.
///
/// # Errors
/// As the pipe.
pub fn run_spec(media: &Media, spec: &PipeSpec) -> Result<Results> {
    media
        .start(&registry(), spec, timeside::chain::system_context())?
        .run()
}

/// Runs steps over a file.
///
/// # Panics
/// If anything goes wrong.
pub fn analyse(path: &Path, steps: &[Step]) -> Results {
    let run = || {
        run_spec(
            &Media::open_path(path)?,
            &PipeSpec::of(steps.iter().cloned()),
        )
    };
    run().unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The first value of a result.
///
/// # Panics
/// If there is none.
pub fn number(results: &Results, key: &str) -> f64 {
    results
        .get(key)
        .and_then(timeside::AnalyzerResult::value)
        .unwrap_or_else(|| panic!("no value “{key}”"))
}

/// All values of a result as doubles, row-major.
///
/// # Panics
/// If there are none.
pub fn numbers(results: &Results, key: &str) -> Vec<f64> {
    let array = results
        .get(key)
        .and_then(timeside::AnalyzerResult::array)
        .unwrap_or_else(|| panic!("no values “{key}”"));
    (0..array.values.len())
        .filter_map(|i| array.values.get(i))
        .collect()
}

/// Asserts that two numbers differ by at most `tolerance`.
///
/// # Panics
/// If they do not.
#[track_caller]
pub fn assert_near(got: f64, want: f64, tolerance: f64, what: &str) {
    assert!(
        (got - want).abs() <= tolerance,
        "{what}: {got} instead of {want} ± {tolerance}"
    );
}
