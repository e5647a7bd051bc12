//! What can be run, as `processors()` tells it.

use wasm_bindgen::JsValue;

use super::schema::Param;
use crate::{
    js::{get, text},
    kept,
};

/// Names of what is kept in this browser.
const FAVOURITES: &str = "timeside-favourite-analyzers";
const RECENT: &str = "timeside-recent-analyzers";
/// So many are remembered.
const MAX_RECENT: usize = 6;

/// An analyzer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Analyzer {
    pub(super) id: String,
    /// For people.
    pub(super) name: String,
    pub(super) version: String,
    /// Where it stands in the menu.
    pub(super) family: String,
    /// One line.
    pub(super) description: String,
    /// Markdown, a paragraph each.
    pub(super) doc: String,
    pub(super) params: Vec<Param>,
    /// Letters that a search may find, in lower case.
    letters: String,
}

impl Analyzer {
    /// Reads a `ProcessorInfo`; `None` for what is no analyzer.
    pub(super) fn read(told: &JsValue) -> Option<Self> {
        if text(told, "kind").as_deref() != Some("analyzer") {
            return None;
        }
        let word = |name: &str| text(told, name).unwrap_or_default();
        let (id, name, family, description) = (
            word("id"),
            word("name"),
            word("family"),
            word("description"),
        );
        Some(Self {
            letters: format!("{id} {name} {family} {description}").to_lowercase(),
            version: word("version"),
            doc: word("doc"),
            params: Param::all(&get(told, "parameters")),
            id,
            name,
            family,
            description,
        })
    }

    /// Has it all of these words?
    pub(super) fn has(&self, words: &str) -> bool {
        words
            .split_whitespace()
            .all(|word| self.letters.contains(word))
    }
}

/// The families in the order of their first analyzer, and how many are in each.
pub(super) fn families(all: &[Analyzer]) -> Vec<(String, usize)> {
    let mut families: Vec<(String, usize)> = Vec::new();
    for analyzer in all {
        match families
            .iter_mut()
            .find(|(name, _)| *name == analyzer.family)
        {
            Some((_, count)) => *count += 1,
            None => families.push((analyzer.family.clone(), 1)),
        }
    }
    families.sort_by(|a, b| a.0.cmp(&b.0));
    families
}

/// Ids of what the reader likes best.
pub(super) fn favourites() -> Vec<String> {
    kept::texts(FAVOURITES)
}

/// Likes it, or no longer.
pub(super) fn toggle_favourite(id: &str) -> Vec<String> {
    let mut ids = favourites();
    match ids.iter().position(|known| known == id) {
        Some(at) => drop(ids.remove(at)),
        None => ids.push(id.to_owned()),
    }
    kept::keep_texts(FAVOURITES, &ids);
    ids
}

/// Ids of what was run last, the latest first.
pub(super) fn recent() -> Vec<String> {
    kept::texts(RECENT)
}

/// It has been run.
pub(super) fn remember(id: &str) -> Vec<String> {
    let mut ids = recent();
    ids.retain(|known| known != id);
    ids.insert(0, id.to_owned());
    ids.truncate(MAX_RECENT);
    kept::keep_texts(RECENT, &ids);
    ids
}
