//! Which plugins run, and the results that this makes.

use super::{ID, LIST, instance::Instance, plugin_failed};
use crate::collect::time_mode;
use crate::host::{Failed, Found, Host, Missing};
use crate::plugin_list::{Entry, Settings};
use crate::wire::{OutputInfo, SampleType};
use serde_json::{Value, json};
use std::time::Duration;
use timeside_core::{Error, Result, ResultInfo};

/// Plugins, not yet at work.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) instances: Vec<Instance>,
    pub(super) results: Vec<ResultInfo>,
    /// What cannot be used of what is installed.
    pub(super) failed: Vec<Failed>,
}

impl Wanted {
    /// All outputs of all plugins.
    pub(super) fn all(host: &Host, time_limit: Duration) -> Self {
        let mut this = Self::default();
        let (found, failed) = host.plugins(time_limit);
        this.failed = failed;
        for found in found {
            for output in &found.info.outputs {
                this.add(&found, &Settings::default(), output);
            }
        }
        this
    }

    /// What the rows of the list name.
    pub(super) fn rows(host: &Host, rows: &[Vec<&str>], time_limit: Duration) -> Result<Self> {
        let mut this = Self::default();
        for row in rows {
            this.add_row(host, row, time_limit)?;
        }
        Ok(this)
    }

    fn add_row(&mut self, host: &Host, row: &[&str], time_limit: Duration) -> Result<()> {
        let refuse = |reason| Error::bad_parameter(ID, LIST, reason);
        let entry = Entry::parse(row).map_err(refuse)?;
        let found = host
            .plugin(&entry.library, &entry.plugin, time_limit)
            .map_err(|missing| match missing {
                Missing::Unknown(reason) => refuse(reason),
                Missing::Failed(f) => plugin_failed(f.plugin, f.reason),
            })?;
        let settings = entry.settings(&found.info).map_err(refuse)?;
        let all = &found.info.outputs;
        let is_wanted = |o: &&OutputInfo| {
            let name = entry.output.as_ref();
            name.is_none_or(|name| o.identifier == *name)
        };
        let wanted: Vec<&OutputInfo> = all.iter().filter(is_wanted).collect();
        if let (Some(name), true) = (&entry.output, wanted.is_empty()) {
            let known: Vec<_> = all.iter().map(|o| &*o.identifier).collect();
            return Err(refuse(format!(
                "names the output {name} of {}; it has {}",
                entry.key(),
                known.join(", ")
            )));
        }
        for output in wanted {
            self.add(&found, &settings, output);
        }
        Ok(())
    }

    /// Adds a result. Outputs of one plugin with equal settings come from one instance.
    fn add(&mut self, found: &Found, settings: &Settings, output: &OutputInfo) {
        let result = self.results.len();
        let is_equal = |i: &Instance| i.found == *found && i.settings == *settings;
        let at = self.instances.iter().position(is_equal).unwrap_or_else(|| {
            self.instances
                .push(Instance::new(found.clone(), settings.clone()));
            self.instances.len() - 1
        });
        let outputs = &mut self.instances[at].outputs;
        if outputs.iter().any(|(o, _)| *o == output.identifier) {
            return;
        }
        outputs.push((output.identifier.clone(), result));
        self.results.push(ResultInfo::value(
            format!("{}.{}", found.info.identifier, output.identifier),
            format!("{}: {}", found.info.name, output.name),
            output.unit.clone(),
            time_mode(output),
            described(output),
        ));
    }

    /// The rows that would name what is wanted.
    pub(super) fn as_rows(&self) -> Value {
        let rows_of = |i: &Instance| {
            let (key, outputs) = (i.found.key(), i.outputs.iter());
            outputs.map(|(o, _)| json!([key, o])).collect::<Vec<_>>()
        };
        self.instances.iter().flat_map(rows_of).collect()
    }
}

fn described(output: &OutputInfo) -> String {
    let shape = match output.bins {
        Some(0) => "No values; shape [rows].".to_owned(),
        Some(1) => "Shape [rows].".to_owned(),
        Some(n) => format!("Shape [rows, {n}]."),
        None => "Shape [rows, columns]; shorter rows end with zeros.".to_owned(),
    };
    let gaps = match output.sample_type {
        SampleType::FixedSampleRate if !output.has_duration => " Events where it has gaps.",
        _ => "",
    };
    format!("{} {shape}{gaps}", output.description)
        .trim_start()
        .to_owned()
}
