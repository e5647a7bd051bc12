//! What plugins there are. Asking them is running them, so it happens in workers too.

use crate::connection::{Connection, Launch, Reason};
use crate::search::SearchPath;
use crate::wire::{PluginInfo, Request};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// The rate at which plugins are asked for their outputs, in Hz, before that of the audio is known.
const USUAL_SAMPLE_RATE: u32 = 44_100;

/// A plugin that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Name of its library, before the colon of its key.
    pub library: String,
    /// Where the library lies.
    pub path: PathBuf,
    /// What it says of itself.
    pub info: PluginInfo,
}

impl Found {
    /// Its name among all plugins, as vamp-simple-host prints it: `vamp-example-plugins:zerocrossing`.
    pub fn key(&self) -> String {
        format!("{}:{}", self.library, self.info.identifier)
    }
}

/// A plugin or library that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Key of the plugin, or the library's name.
    pub plugin: String,
    /// What happened, to stand behind its name.
    pub reason: String,
}

/// Why a plugin is not to be had.
#[derive(Debug)]
pub(crate) enum Missing {
    /// There is none of this name; the words say where it was looked for, and what there is instead.
    Unknown(String),
    /// It is there, but cannot be used.
    Failed(Failed),
}

/// A file at a time, and a plugin in it.
type Known = HashMap<(PathBuf, Option<SystemTime>, String), PluginInfo>;

/// Finds plugins, starts workers, and remembers what plugins said of themselves.
#[derive(Debug)]
pub struct Host {
    launch: Arc<dyn Launch>,
    search: Option<SearchPath>,
    known: Mutex<Known>,
}

impl Host {
    /// A host that starts workers so, and searches where the environment says
    /// ([`SearchPath::from_environment`], each time anew).
    pub fn new(launch: Arc<dyn Launch>) -> Self {
        Self {
            launch,
            search: None,
            known: Mutex::default(),
        }
    }

    /// The same host, searching these folders only.
    #[must_use]
    pub fn searching(mut self, path: SearchPath) -> Self {
        self.search = Some(path);
        self
    }

    pub(crate) fn launch(&self) -> &dyn Launch {
        &*self.launch
    }

    fn search_path(&self) -> SearchPath {
        self.search
            .clone()
            .unwrap_or_else(SearchPath::from_environment)
    }

    /// All plugins that can be used, in the order of their keys' libraries, and what could not. Each of their
    /// answers must come within `time_limit`.
    pub fn plugins(&self, time_limit: Duration) -> (Vec<Found>, Vec<Failed>) {
        let (mut found, mut failed) = (Vec::new(), Vec::new());
        for (library, path) in self.search_path().libraries() {
            let mut desk = Desk::new(self, time_limit);
            match desk.list(&path) {
                Err(reason) => failed.push(Failed {
                    plugin: library,
                    reason,
                }),
                Ok(identifiers) => {
                    for identifier in identifiers {
                        match desk.describe(&path, &identifier) {
                            Ok(info) => found.push(Found {
                                library: library.clone(),
                                path: path.clone(),
                                info,
                            }),
                            Err(reason) => failed.push(Failed {
                                plugin: format!("{library}:{identifier}"),
                                reason,
                            }),
                        }
                    }
                }
            }
        }
        (found, failed)
    }

    /// One plugin.
    pub(crate) fn plugin(
        &self,
        library: &str,
        identifier: &str,
        time_limit: Duration,
    ) -> Result<Found, Missing> {
        let libraries = self.search_path().libraries();
        let Some(path) = libraries.get(library) else {
            return Err(self.unknown(library, identifier, time_limit));
        };
        let failed = |plugin: String, reason| Missing::Failed(Failed { plugin, reason });
        let mut desk = Desk::new(self, time_limit);
        let identifiers = desk
            .list(path)
            .map_err(|reason| failed(library.to_owned(), reason))?;
        if !identifiers.iter().any(|i| i == identifier) {
            return Err(self.unknown(library, identifier, time_limit));
        }
        let info = desk
            .describe(path, identifier)
            .map_err(|reason| failed(format!("{library}:{identifier}"), reason))?;
        Ok(Found {
            library: library.to_owned(),
            path: path.clone(),
            info,
        })
    }

    fn unknown(&self, library: &str, identifier: &str, time_limit: Duration) -> Missing {
        let (found, failed) = self.plugins(time_limit);
        let keys: Vec<String> = found.iter().map(Found::key).collect();
        let mut words = format!(
            "names {library}:{identifier}, which is not installed; searched were {}; found were {}",
            self.search_path(),
            if keys.is_empty() {
                "none".to_owned()
            } else {
                keys.join(", ")
            }
        );
        for f in failed {
            words += &format!("; {} {}", f.plugin, f.reason);
        }
        Missing::Unknown(words)
    }
}

/// Where questions are asked: a worker, another one after it died.
struct Desk<'a> {
    host: &'a Host,
    time_limit: Duration,
    connection: Option<Connection>,
}

impl<'a> Desk<'a> {
    fn new(host: &'a Host, time_limit: Duration) -> Self {
        Self {
            host,
            time_limit,
            connection: None,
        }
    }

    fn list(&mut self, library: &Path) -> Result<Vec<String>, Reason> {
        let request = Request::List {
            library: library.to_owned(),
        };
        self.ask(|connection| connection.ask(&request))
    }

    fn describe(&mut self, library: &Path, plugin: &str) -> Result<PluginInfo, Reason> {
        let changed = library.metadata().and_then(|m| m.modified()).ok();
        let key = (library.to_owned(), changed, plugin.to_owned());
        let known = &self.host.known;
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(info) = lock().get(&key) {
            return Ok(info.clone());
        }
        let request = Request::Describe {
            library: library.to_owned(),
            plugin: plugin.to_owned(),
            sample_rate: USUAL_SAMPLE_RATE,
        };
        let info: PluginInfo = self.ask(|connection| connection.ask(&request))?;
        lock().insert(key, info.clone());
        Ok(info)
    }

    fn ask<T>(
        &mut self,
        question: impl FnOnce(&mut Connection) -> Result<T, Reason>,
    ) -> Result<T, Reason> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::start(&*self.host.launch, self.time_limit)?,
        };
        let answer = question(&mut connection)?;
        // One that failed is not asked again.
        self.connection = Some(connection);
        Ok(answer)
    }
}
