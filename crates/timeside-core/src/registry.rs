//! From ids to processors, by explicit calls.

use crate::{Error, Info, Kind, Params, Plugin, Processor, Result};
use serde_json::{Map, Value};
use std::fmt;

type Make = Box<dyn Fn(&Params) -> Result<Box<dyn Processor>> + Send + Sync>;

struct Entry {
    info: Info,
    make: Option<Make>,
}

/// The processors that a pipe can name.
#[derive(Default)]
pub struct Registry {
    entries: Vec<Entry>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.entries.iter().map(|e| e.info.id))
            .finish()
    }
}

impl Registry {
    /// An empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a processor.
    ///
    /// # Panics
    /// If its id is malformed or taken: a mistake in the program, found at its first start.
    pub fn add<P: Plugin>(&mut self) -> &mut Self {
        self.add_made_by(P::info(), |params| Ok(Box::new(P::new(params)?)))
    }

    /// Adds a processor that is made of more than its parameters, such as what its host lends it.
    ///
    /// # Panics
    /// As [`Registry::add`].
    pub fn add_made_by(
        &mut self,
        info: Info,
        make: impl Fn(&Params) -> Result<Box<dyn Processor>> + Send + Sync + 'static,
    ) -> &mut Self {
        self.insert(info, Some(Box::new(make)))
    }

    /// Adds the description of a decoder, which a pipe may name first but does not make.
    ///
    /// # Panics
    /// As [`Registry::add`].
    pub fn add_decoder(&mut self, info: Info) -> &mut Self {
        self.insert(info, None)
    }

    fn insert(&mut self, info: Info, make: Option<Make>) -> &mut Self {
        let id = info.id;
        assert!(
            is_well_formed(id),
            "“{id}” has a malformed id: it must match ^[a-z][_a-z0-9]*$"
        );
        assert!(self.info(id).is_none(), "two processors have the id “{id}”");
        self.entries.push(Entry { info, make });
        self
    }

    /// The description of a processor.
    pub fn info(&self, id: &str) -> Option<&Info> {
        self.entries
            .iter()
            .find(|e| e.info.id == id)
            .map(|e| &e.info)
    }

    /// All descriptions, in the order they were added.
    pub fn infos(&self) -> impl Iterator<Item = &Info> {
        self.entries.iter().map(|e| &e.info)
    }

    /// The descriptions of one kind.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Info> {
        self.infos().filter(move |i| i.kind == kind)
    }

    /// The description and the checked parameters of a step.
    ///
    /// # Errors
    /// `UnknownProcessor`, `BadParameter`.
    pub fn check(&self, id: &str, parameters: &Map<String, Value>) -> Result<(&Info, Params)> {
        let info = self
            .info(id)
            .ok_or_else(|| Error::UnknownProcessor { id: id.to_owned() })?;
        Ok((info, Params::check(id, &info.params, parameters)?))
    }

    /// A new processor with checked parameters.
    ///
    /// # Errors
    /// `UnknownProcessor`; `BadParameter` if the parameters cannot stand together; `BadPipe` for a decoder.
    pub fn make(&self, id: &str, params: &Params) -> Result<Box<dyn Processor>> {
        let entry = self.entries.iter().find(|e| e.info.id == id);
        let entry = entry.ok_or_else(|| Error::UnknownProcessor { id: id.to_owned() })?;
        let make = entry.make.as_ref().ok_or_else(|| {
            Error::BadPipe(format!(
                "{id}: only the first processor in a pipe can be a decoder"
            ))
        })?;
        make(params)
    }
}

fn is_well_formed(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit())
}
