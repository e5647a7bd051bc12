//! Where plugins lie.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

/// How the file of a library ends.
#[cfg(target_os = "macos")]
const LIBRARY_SUFFIX: &str = "dylib";
/// How the file of a library ends.
#[cfg(not(target_os = "macos"))]
const LIBRARY_SUFFIX: &str = "so";

/// The folders that are searched, the first before the later ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPath {
    folders: Vec<PathBuf>,
}

impl SearchPath {
    /// Exactly these folders.
    pub fn new(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        Self {
            folders: folders.into_iter().collect(),
        }
    }

    /// What `VAMP_PATH` says (folders between colons), else the standard: `$HOME/vamp`, `$HOME/.vamp`,
    /// `/usr/local/lib/vamp`, `/usr/lib/vamp`, and on Linux `/usr/lib/<architecture>-linux-gnu/vamp`, where Debian
    /// has them; on macOS `Library/Audio/Plug-Ins/Vamp` of the user and of all.
    pub fn from_environment() -> Self {
        if let Some(given) = env::var_os("VAMP_PATH").filter(|path| !path.is_empty()) {
            return Self::new(env::split_paths(&given));
        }
        let home = env::var_os("HOME").map(PathBuf::from);
        let in_home = |folder: &str| home.as_ref().map(|home| home.join(folder));
        let folders: Vec<Option<PathBuf>> = if cfg!(target_os = "macos") {
            vec![
                in_home("Library/Audio/Plug-Ins/Vamp"),
                Some("/Library/Audio/Plug-Ins/Vamp".into()),
            ]
        } else {
            vec![
                in_home("vamp"),
                in_home(".vamp"),
                Some("/usr/local/lib/vamp".into()),
                Some("/usr/lib/vamp".into()),
                Some(format!("/usr/lib/{}-linux-gnu/vamp", env::consts::ARCH).into()),
            ]
        };
        Self::new(folders.into_iter().flatten())
    }

    /// The libraries by their name, the file's without its end; of two of one name the first found counts.
    pub fn libraries(&self) -> BTreeMap<String, PathBuf> {
        let mut libraries = BTreeMap::new();
        for folder in &self.folders {
            // A folder that is not there holds no plugin.
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if let Some(name) = library_name(&path) {
                    libraries.entry(name).or_insert(path);
                }
            }
        }
        libraries
    }
}

fn library_name(path: &Path) -> Option<String> {
    let is_library = path.extension().is_some_and(|e| e == LIBRARY_SUFFIX) && path.is_file();
    let name = path.file_stem()?.to_str()?;
    is_library.then(|| name.to_owned())
}

impl fmt::Display for SearchPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, folder) in self.folders.iter().enumerate() {
            let separator = if n == 0 { "" } else { ":" };
            write!(f, "{separator}{}", folder.display())?;
        }
        Ok(())
    }
}
