//! `vamp_simple_host`: plugins over the audio, each of their outputs a result.

mod instance;
mod wanted;

use crate::host::Host;
use crate::wire::{self, tag};
use instance::{Manner, tell_of};
use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Duration;
use timeside_core::processor::ParentResults;
use timeside_core::{
    Block, Error, Info, Input, Kind, Output, Param, Params, Processor, Result, ResultInfo, Stream,
};
use wanted::Wanted;

const ID: &str = "vamp_simple_host";
const LIST: &str = "plugin_list";

/// Default of `time_limit`.
const TIME_LIMIT_SECS: f64 = 60.0;

/// Frames that are sent at once, as upstream's host feeds its plugins. They do not change the numbers.
const FEED: usize = 8_192;

/// The description, which knows no outputs: they are those of the plugins.
pub fn info() -> Info {
    let block_limit = 1 << 20;
    Info {
        id: ID,
        version: "1.1.0",
        name: "Vamp plugin host",
        kind: Kind::Analyzer,
        unit: "",
        description: "Vamp plugins of this machine, each output a result",
        family: "Host",
        doc: "**Measures.** Whatever the Vamp plugins that are installed measure: each output of each plugin is a result \
              `vamp_simple_host.<plugin>.<output>`. One sample per step is framewise; a fixed rate of its own is \
              framewise where it has no gaps, else events; a variable rate is events, or segments where features last.\n\n\
              **Formula.** The plugin's own, on the blocks that vamp-simple-host gives it: its preferred block and step, \
              or 1024 samples (spectra overlapping by half); after the full blocks those that are partly silent. A plugin \
              of spectra gets unscaled bins under a periodic Hann window, phases counted from the block's middle, which is \
              also its time. One channel is the mean of all; more are given as they are. What is not finite becomes 0; a \
              step without a feature is a row of zeros; an event without values has the value 1, or is a label.\n\n\
              **Source.** C. Cannam, M. O. Jewell, C. Rhodes, M. Sandler, M. d’Inverno, “Linked Data and You: Bringing \
              music research software into the Semantic Web”, JNMR 2010; the Vamp plugin interface, version 2.\n\n\
              **Good for.** Methods that are not built in, with a plugin's own numbers. Each plugin runs in a process of \
              its own: one that crashes or hangs ends the run with words that name it, or, where all plugins run, is left \
              out with a warning. Not in a browser.",
        params: vec![
            Param::text_table(
                LIST,
                "Rows of texts: `library:plugin`, an output (none: all), then `parameter=value` of the plugin or \
                 `program=name`. No row: all outputs of all plugins.",
            ),
            Param::optional_integer(
                "input_blocksize",
                1,
                block_limit,
                "Samples per block; null is what each plugin prefers.",
            )
            .unit("samples"),
            Param::optional_integer(
                "input_stepsize",
                1,
                block_limit,
                "Samples from one block to the next; null is what each plugin prefers.",
            )
            .unit("samples"),
            Param::number(
                "time_limit",
                TIME_LIMIT_SECS,
                0.1,
                86_400.0,
                "How long a plugin may take to answer, be it a short stretch or the end of the audio.",
            )
            .unit("s"),
        ],
        results: Vec::new(),
    }
}

/// Runs plugins in workers, and makes results of what they give.
#[derive(Debug)]
pub struct VampSimpleHost {
    host: Arc<Host>,
    manner: Manner,
    /// Where all plugins are wanted, they are looked for when the results are asked for.
    wanted: OnceCell<Wanted>,
    channels: Vec<Vec<f32>>,
    body: Vec<u8>,
    values: Vec<f32>,
    fed: i64,
}

impl VampSimpleHost {
    /// Runs the plugins that `params` name, found and started by `host`.
    ///
    /// # Errors
    /// `BadParameter` for a malformed row, a plugin, output or parameter that is not there, a value out of range;
    /// `PluginFailed` for a plugin that was named and does not survive being asked what it is.
    pub fn new(host: &Arc<Host>, params: &Params) -> Result<Self> {
        let (block, step) = (
            params.size("input_blocksize"),
            params.size("input_stepsize"),
        );
        if let (Some(block), Some(step)) = (block, step)
            && step > block
        {
            let reason = format!(
                "must be a whole number from 1 to {block} samples (input_blocksize), not {step}"
            );
            return Err(Error::bad_parameter(ID, "input_stepsize", reason));
        }
        let rows = params.text_table(LIST);
        let seconds = params.number("time_limit").unwrap_or(TIME_LIMIT_SECS);
        let manner = Manner {
            time_limit: Duration::from_secs_f64(seconds),
            block,
            step,
            named: !rows.is_empty(),
        };
        let wanted = if manner.named {
            Wanted::rows(host, &rows, manner.time_limit)?.into()
        } else {
            OnceCell::new()
        };
        Ok(Self {
            host: Arc::clone(host),
            manner,
            wanted,
            channels: Vec::new(),
            body: Vec::new(),
            values: Vec::new(),
            fed: 0,
        })
    }

    fn wanted(&self) -> &Wanted {
        self.wanted
            .get_or_init(|| Wanted::all(&self.host, self.manner.time_limit))
    }

    /// Sends what has gathered to all plugins, which work on it at once.
    fn send(&mut self, out: &mut Output) {
        let frames = self.channels.first().map_or(0, Vec::len);
        if frames == 0 {
            return;
        }
        self.receive(out);
        self.body.clear();
        for channel in &mut self.channels {
            wire::put_samples(&mut self.body, channel);
            channel.clear();
        }
        self.fed += frames as i64;
        let wanted = self.wanted.get_mut();
        for instance in wanted.into_iter().flat_map(|w| &mut w.instances) {
            instance.send(tag::AUDIO, &self.body, self.manner.named, out);
        }
    }

    /// Takes the features that the last message gave.
    fn receive(&mut self, out: &mut Output) {
        let wanted = self.wanted.get_mut();
        for instance in wanted.into_iter().flat_map(|w| &mut w.instances) {
            instance.receive(self.fed, &mut self.values, self.manner.named, out);
        }
    }
}

fn plugin_failed(plugin: String, reason: String) -> Error {
    Error::PluginFailed { plugin, reason }
}

impl Processor for VampSimpleHost {
    fn input(&self) -> Input {
        Input::Blocks
    }

    fn results(&self) -> Option<Vec<ResultInfo>> {
        Some(self.wanted().results.clone())
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.channels = vec![Vec::with_capacity(FEED); stream.channels];
        if !self.manner.named {
            let rows = self.wanted().as_rows();
            out.record(LIST, rows);
        }
        let Some(wanted) = self.wanted.get_mut() else {
            return Ok(());
        };
        for failed in wanted.failed.drain(..) {
            tell_of(failed, self.manner.named, out);
        }
        for instance in &mut wanted.instances {
            instance.open(self.host.launch(), self.manner, stream, out)?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, out: &mut Output) {
        let mut at = 0;
        while at < block.frames() {
            let have = self.channels.first().map_or(0, Vec::len);
            let taken = (FEED - have).min(block.frames() - at);
            for (channel, samples) in self.channels.iter_mut().zip(&block.channels) {
                let piece = &samples[at..at + taken];
                channel.extend(piece.iter().map(|x| if x.is_finite() { *x } else { 0.0 }));
            }
            at += taken;
            if have + taken == FEED {
                self.send(out);
            }
        }
    }

    fn post_process(&mut self, _: ParentResults<'_>, out: &mut Output) -> Result<()> {
        self.send(out);
        self.receive(out);
        let wanted = self.wanted.get_mut();
        for instance in wanted.into_iter().flat_map(|w| &mut w.instances) {
            instance.send(tag::END, &[], self.manner.named, out);
        }
        self.receive(out);
        let wanted = self.wanted.get_mut();
        for instance in wanted.into_iter().flat_map(|w| &mut w.instances) {
            instance.finish(self.fed, out);
        }
        Ok(())
    }

    fn release(&mut self) {
        // Ends their processes.
        self.wanted = OnceCell::new();
    }
}
