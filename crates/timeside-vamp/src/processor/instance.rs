//! A plugin at work in its worker, and its results.

use super::plugin_failed;
use crate::collect::Collector;
use crate::connection::{Connection, Launch, Reason, nonsense};
use crate::host::{Failed, Found};
use crate::plugin_list::Settings;
use crate::wire::{Open, Opened, Request};
use std::time::Duration;
use timeside_core::{Output, Result, Stream, Warning};

/// A plugin, its settings and the outputs that are wanted of it.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) found: Found,
    pub(super) settings: Settings,
    /// Identifiers and results.
    pub(super) outputs: Vec<(String, usize)>,
    connection: Option<Connection>,
    collectors: Vec<Collector>,
    /// Whether a message has no answer yet.
    waits: bool,
}

/// How plugins are run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) time_limit: Duration,
    pub(super) block: Option<usize>,
    pub(super) step: Option<usize>,
    /// Whether the plugins were named: then a failure is an error, else a warning.
    pub(super) named: bool,
}

impl Instance {
    pub(super) fn new(found: Found, settings: Settings) -> Self {
        Self {
            found,
            settings,
            outputs: Vec::new(),
            connection: None,
            collectors: Vec::new(),
            waits: false,
        }
    }

    /// Starts the worker and opens the results.
    pub(super) fn open(
        &mut self,
        launch: &dyn Launch,
        manner: Manner,
        stream: &Stream,
        out: &mut Output,
    ) -> Result<()> {
        let request = Request::Open(Open {
            library: self.found.path.clone(),
            plugin: self.found.info.identifier.clone(),
            sample_rate: stream.sample_rate,
            channels: stream.channels,
            block: manner.block,
            step: manner.step,
            program: self.settings.program,
            parameters: self.settings.parameters.clone(),
            outputs: self.outputs.iter().map(|(o, _)| o.clone()).collect(),
        });
        let opened = Connection::start(launch, manner.time_limit).and_then(|mut c| {
            let opened: Opened = c.ask(&request)?;
            let fits = opened.outputs.len() == self.outputs.len();
            let fits = fits && (1..=opened.block).contains(&opened.step);
            if fits {
                Ok((opened, c))
            } else {
                Err(nonsense())
            }
        });
        let (opened, connection) = match opened {
            Ok(opened) => opened,
            Err(reason) if manner.named => return Err(plugin_failed(self.found.key(), reason)),
            Err(reason) => {
                self.lose(reason, false, out);
                return Ok(());
            }
        };
        for (output, (_, result)) in opened.outputs.iter().zip(&self.outputs) {
            let collector = Collector::new(*result, output, &opened, stream.sample_rate, out)?;
            self.collectors.push(collector);
        }
        self.connection = Some(connection);
        Ok(())
    }

    /// Sends a message.
    pub(super) fn send(&mut self, kind: u8, body: &[u8], named: bool, out: &mut Output) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        match connection.send(kind, body) {
            Ok(()) => self.waits = true,
            Err(reason) => self.lose(reason, named, out),
        }
    }

    /// Takes the features that the last message gave, of a plugin that was sent `fed` frames.
    pub(super) fn receive(
        &mut self,
        fed: i64,
        values: &mut Vec<f32>,
        named: bool,
        out: &mut Output,
    ) {
        if std::mem::take(&mut self.waits)
            && let Err(reason) = self.take_features(fed, values, out)
        {
            self.lose(reason, named, out);
        }
    }

    fn take_features(
        &mut self,
        fed: i64,
        values: &mut Vec<f32>,
        out: &mut Output,
    ) -> std::result::Result<(), Reason> {
        let Some(connection) = &mut self.connection else {
            return Ok(());
        };
        let mut features = connection.features()?;
        while let Some(feature) = features.next(values).map_err(|_| nonsense())? {
            let collector = self.collectors.get_mut(feature.output as usize);
            collector.ok_or_else(nonsense)?.take(&feature, fed, out)?;
        }
        Ok(())
    }

    /// Sets the results that need the whole stream.
    pub(super) fn finish(&mut self, fed: i64, out: &mut Output) {
        for collector in &mut self.collectors {
            collector.finish(fed, out);
        }
    }

    /// Lets go of a plugin that failed; what it gave until then stays.
    fn lose(&mut self, reason: Reason, named: bool, out: &mut Output) {
        self.connection = None;
        self.waits = false;
        let plugin = self.found.key();
        tell_of(Failed { plugin, reason }, named, out);
    }
}

/// A failure is an error if the plugin was asked for by name, else a warning.
pub(super) fn tell_of(failed: Failed, named: bool, out: &mut Output) {
    let error = plugin_failed(failed.plugin, failed.reason);
    if named {
        out.fail(error);
    } else {
        out.warn(Warning::new(error.code(), error.to_string()));
    }
}
