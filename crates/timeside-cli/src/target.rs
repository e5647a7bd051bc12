//! Where results go.

use crate::Stop;
use crate::input::is_stdin;
use std::collections::HashMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use timeside::export::Format;
use timeside::{Error, Result, Results};

/// Where the results of one run of the command go.
#[derive(Debug)]
pub(crate) enum Target {
    /// A summary for people, on standard output.
    Summary,
    /// The container itself, on standard output.
    Stdout,
    /// One file per input.
    Files(Vec<PathBuf>),
}

impl Target {
    /// Decides by what was asked for.
    pub(crate) fn new(
        inputs: &[PathBuf],
        output: Option<&Path>,
        format: &Format,
        format_given: bool,
    ) -> Result<Self, Stop> {
        let several = inputs.len() > 1;
        match output {
            None if !format_given => Ok(Self::Summary),
            None if several => Err(Stop::Usage(
                "several files need a directory to write to: -o DIR".to_owned(),
            )),
            None => Ok(Self::Stdout),
            Some(o) if is_stdin(o) && several => Err(Stop::Usage(
                "-o - takes one file; several need a directory: -o DIR".to_owned(),
            )),
            Some(o) if is_stdin(o) => Ok(Self::Stdout),
            Some(o) if several || o.is_dir() || o.as_os_str().to_string_lossy().ends_with('/') => {
                Self::in_directory(inputs, o, format)
            }
            Some(o) => Ok(Self::Files(vec![o.to_owned()])),
        }
    }

    fn in_directory(inputs: &[PathBuf], directory: &Path, format: &Format) -> Result<Self, Stop> {
        if directory.exists() && !directory.is_dir() {
            return Err(Stop::Usage(format!(
                "{} is a file: several inputs need a directory",
                directory.display()
            )));
        }
        let mut taken: HashMap<PathBuf, &Path> = HashMap::new();
        let mut files = Vec::new();
        for input in inputs {
            let stem = if is_stdin(input) {
                "stdin".into()
            } else {
                input.file_stem().unwrap_or(input.as_os_str()).to_owned()
            };
            let mut name = stem;
            name.push(".");
            name.push(format.extension);
            let path = directory.join(name);
            if let Some(other) = taken.insert(path.clone(), input) {
                return Err(Stop::Usage(format!(
                    "{} and {} would both be written to {}",
                    other.display(),
                    input.display(),
                    path.display()
                )));
            }
            files.push(path);
        }
        Ok(Self::Files(files))
    }
}

/// Writes bytes to a file: whole, or not at all.
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|e| {
        // What is left of a failed write is of no use; that it cannot be removed changes nothing.
        let _ = std::fs::remove_file(&part);
        Error::Io(format!("{} cannot be written: {e}", path.display()))
    })
}

/// Writes a container to a file: whole, or not at all.
pub(crate) fn write_file(path: &Path, results: &Results, format: &Format) -> Result<()> {
    let said = |e: std::io::Error| Error::Io(format!("{} cannot be written: {e}", path.display()));
    if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).map_err(said)?;
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = std::fs::File::create(&part).map_err(said).and_then(|file| {
        let mut out = BufWriter::new(file);
        (format.write)(results, &mut out)?;
        out.flush().map_err(said)
    });
    let done = written.and_then(|()| std::fs::rename(&part, path).map_err(said));
    if done.is_err() {
        // What is left of a failed write is of no use; that it cannot be removed changes nothing.
        let _ = std::fs::remove_file(&part);
    }
    done
}
