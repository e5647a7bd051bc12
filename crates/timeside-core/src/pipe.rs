//! The pipe: a decoder, a list of processors, each view of the audio computed once.

use crate::output::Budget;
use crate::result::{Data, IdMetadata, TimeAxis};
use crate::time::secs_from_frame;
use crate::views::Stretch;
use crate::{
    AnalyzerResult, AudioMetadata, Block, Decoder, Error, Info, Kind, Output, Params, PipeSpec,
    Processor, Registry, Result, Results, Step, Stream, Warning,
};
use std::fmt;

/// Version of the core, written into results.
pub const CORE_VERSION: &str = "1.0";

/// Largest block size that a pipe accepts, in frames.
pub const MAX_BLOCKSIZE: usize = 1 << 20;

/// What a run needs to know of the world, since nothing here knows a clock or chance.
pub struct RunContext {
    /// Local date and time, `YYYY-MM-DD HH:MM:SS`, written into results.
    pub now: String,
    /// Gives a new UUID at each call.
    pub uuid: Box<dyn FnMut() -> String>,
    /// SHA-1 of the medium in lower-case hex, or empty if unknown.
    pub sha1: String,
}

impl fmt::Debug for RunContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunContext")
            .field("now", &self.now)
            .field("sha1", &self.sha1)
            .finish_non_exhaustive()
    }
}

/// What a run has computed, to show that views are shared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PipeStats {
    /// Blocks taken from the decoder.
    pub blocks: u64,
    /// Downmixes to mono.
    pub downmixes: u64,
    /// Frames handed out, once per distinct framing.
    pub frames: u64,
    /// FFTs computed.
    pub ffts: u64,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// There is more; the share done so far (0..=1), where the length is known.
    More(Option<f64>),
    /// The stream has ended: [`Pipe::finish`] gives the results.
    Ended,
}

struct PlannedStep {
    info: Info,
    params: Params,
    processor: Box<dyn Processor>,
    parents: Vec<usize>,
    /// The keys that were asked for; none for a step that only serves as a parent.
    keys: Vec<Option<String>>,
    effects_before: usize,
}

/// A checked pipe that has no medium yet: steps in order, parents added, equal steps merged.
pub struct Plan {
    spec: PipeSpec,
    steps: Vec<PlannedStep>,
    sample_rate: Option<u32>,
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

impl Plan {
    /// Checks a pipe against a registry.
    ///
    /// # Errors
    /// `UnknownProcessor`, `BadParameter`; `BadPipe` for a decoder that is not first, or two forced rates.
    pub fn new(registry: &Registry, spec: &PipeSpec) -> Result<Self> {
        let mut spec = spec.clone();
        if !(1..=MAX_BLOCKSIZE).contains(&spec.blocksize) {
            let reason = format!(
                "must be a whole number from 1 to {MAX_BLOCKSIZE} frames, not {}",
                spec.blocksize
            );
            return Err(Error::bad_parameter("run", "blocksize", reason));
        }
        take_decoder_step(registry, &mut spec)?;
        let mut plan = Self {
            sample_rate: spec.sample_rate,
            steps: Vec::new(),
            spec,
        };
        for step in plan.spec.steps.clone() {
            plan.add(registry, &step, true, 0)?;
        }
        plan.force_sample_rate()?;
        Ok(plan)
    }

    /// The rate that the decoder must be resampled to, if any.
    pub fn sample_rate(&self) -> Option<u32> {
        self.sample_rate
    }

    /// The pipe as data, with the stretch that a decoder step gave.
    pub fn spec(&self) -> &PipeSpec {
        &self.spec
    }

    /// The ids of the steps, parents included, in order.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> {
        self.steps.iter().map(|s| s.info.id)
    }

    fn add(
        &mut self,
        registry: &Registry,
        step: &Step,
        wanted: bool,
        depth: usize,
    ) -> Result<usize> {
        if depth > 16 {
            return Err(Error::BadPipe(format!(
                "{}: its parents go round in a circle",
                step.id
            )));
        }
        let (info, params) = registry.check(&step.id, &step.parameters)?;
        let effects_before = self
            .steps
            .iter()
            .filter(|s| s.info.kind == Kind::Effect)
            .count();
        // Effects are never merged: two gains are not one.
        let equal = self.steps.iter().position(|s| {
            s.info.kind != Kind::Effect
                && s.info.id == info.id
                && s.params == params
                && s.effects_before == effects_before
        });
        let at = match equal {
            Some(at) => at,
            None => {
                let processor = registry.make(info.id, &params)?;
                let mut info = info.clone();
                if let Some(results) = processor.results() {
                    info.results = results;
                }
                let parents = processor
                    .parents()
                    .iter()
                    .map(|p| self.add(registry, p, false, depth + 1))
                    .collect::<Result<Vec<_>>>()?;
                self.steps.push(PlannedStep {
                    info,
                    params,
                    processor,
                    parents,
                    keys: Vec::new(),
                    effects_before,
                });
                self.steps.len() - 1
            }
        };
        if wanted && !self.steps[at].keys.contains(&step.r#as) {
            self.steps[at].keys.push(step.r#as.clone());
        }
        Ok(at)
    }

    fn force_sample_rate(&mut self) -> Result<()> {
        for step in &self.steps {
            let Some(forced) = step.processor.forced_sample_rate() else {
                continue;
            };
            if self.sample_rate.is_some_and(|rate| rate != forced) {
                let rate = self.sample_rate.unwrap_or_default();
                return Err(Error::BadPipe(format!(
                    "{} works at {forced} Hz only, but {rate} Hz is asked for in the same pipe",
                    step.info.id
                )));
            }
            self.sample_rate = Some(forced);
        }
        Ok(())
    }
}

/// A decoder named first gives the stretch; anywhere else it is refused.
fn take_decoder_step(registry: &Registry, spec: &mut PipeSpec) -> Result<()> {
    let is_decoder = |s: &Step| {
        registry
            .info(&s.id)
            .is_some_and(|i| i.kind == Kind::Decoder)
    };
    if spec.steps.first().is_some_and(is_decoder) {
        let step = spec.steps.remove(0);
        let (_, params) = registry.check(&step.id, &step.parameters)?;
        if step.parameters.contains_key("start") {
            spec.start = params.number("start").unwrap_or(0.0);
        }
        if step.parameters.contains_key("duration") {
            spec.duration = params.number("duration");
        }
    }
    match spec.steps.iter().find(|s| is_decoder(s)) {
        Some(step) => Err(Error::BadPipe(format!(
            "{}: only the first processor in a pipe can be a decoder",
            step.id
        ))),
        None => Ok(()),
    }
}

pub(crate) struct StepState {
    pub(crate) processor: Box<dyn Processor>,
    pub(crate) output: Output,
    info: Info,
    params: Params,
    parents: Vec<usize>,
    keys: Vec<Option<String>>,
    uuid: String,
}

impl StepState {
    fn result(
        &self,
        index: usize,
        first_row: usize,
        data: Data,
        time: TimeAxis,
        now: &str,
        audio: &AudioMetadata,
    ) -> AnalyzerResult {
        let described = self.info.results.get(index);
        let mut parameters = self.params.recorded(&self.info.params);
        parameters.extend(self.output.derived().clone());
        AnalyzerResult {
            id_metadata: IdMetadata {
                id: self.info.result_id(index),
                name: described.map_or(self.info.name, |r| &r.name).to_owned(),
                unit: described.map_or(self.info.unit, |r| &r.unit).to_owned(),
                description: self.info.description.to_owned(),
                date: now.to_owned(),
                version: CORE_VERSION.to_owned(),
                author: "TimeSide".to_owned(),
                proc_uuid: self.uuid.clone(),
            },
            data,
            time,
            audio_metadata: audio.clone(),
            parameters,
            first_row,
        }
    }

    /// The key of result `index` under what the step was asked to be called.
    fn key(&self, index: usize, asked: Option<&str>) -> String {
        match (asked, self.info.results.get(index).map(|r| &*r.suffix)) {
            (None, _) => self.info.result_id(index),
            (Some(name), None | Some("")) => name.to_owned(),
            (Some(name), Some(suffix)) => format!("{name}.{suffix}"),
        }
    }
}

/// A pipe at work on a medium.
pub struct Pipe {
    decoder: Box<dyn Decoder>,
    steps: Vec<StepState>,
    stretches: Vec<Stretch>,
    spec: PipeSpec,
    stream: Stream,
    block: Block,
    done_frames: i64,
    ended: bool,
    stats: PipeStats,
    warnings: Vec<Warning>,
    now: String,
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipe")
            .field(
                "steps",
                &self.steps.iter().map(|s| s.info.id).collect::<Vec<_>>(),
            )
            .field("stats", &self.stats)
            .finish_non_exhaustive()
    }
}

impl Pipe {
    /// Sets up the steps of `plan` for `decoder`, which already gives the stretch, rate and channels of
    /// the plan's spec.
    ///
    /// # Errors
    /// What the processors' `setup` refuses.
    pub fn new(plan: Plan, decoder: Box<dyn Decoder>, mut context: RunContext) -> Result<Self> {
        let audio_spec = decoder.spec();
        let Plan {
            spec,
            steps: planned,
            ..
        } = plan;
        let audio = AudioMetadata {
            uri: decoder.info().uri.clone(),
            start: spec.start,
            duration: audio_spec
                .frames
                .map_or(0.0, |n| secs_from_frame(n, audio_spec.sample_rate)),
            is_segment: spec.is_segment(),
            sha1: std::mem::take(&mut context.sha1),
            channels: audio_spec.channels,
            channels_management: String::new(),
        };
        let stream = Stream {
            sample_rate: audio_spec.sample_rate,
            channels: audio_spec.channels,
            blocksize: spec.blocksize,
            frames: audio_spec.frames,
            audio,
        };
        let budget = Budget::new(spec.max_memory_bytes);
        let mut stretches = vec![Stretch::default()];
        let mut steps = Vec::with_capacity(planned.len());
        for p in planned {
            let at = steps.len();
            let last = stretches.len() - 1;
            stretches[last].add(at, p.processor.input_for(&stream));
            if p.info.kind == Kind::Effect {
                stretches[last].effect = Some(at);
                stretches.push(Stretch::default());
            }
            let output = Output::new(
                p.info.id,
                p.info.results.len(),
                spec.keep,
                budget.clone(),
                stream.frames,
            );
            let PlannedStep {
                info,
                params,
                processor,
                parents,
                keys,
                ..
            } = p;
            steps.push(StepState {
                processor,
                output,
                info,
                params,
                parents,
                keys,
                uuid: (context.uuid)(),
            });
        }
        let block = Block::new(stream.channels);
        let mut pipe = Self {
            decoder,
            steps,
            stretches,
            spec,
            stream,
            block,
            done_frames: 0,
            ended: false,
            stats: PipeStats::default(),
            warnings: Vec::new(),
            now: context.now,
        };
        for step in &mut pipe.steps {
            step.processor.setup(&pipe.stream, &mut step.output)?;
        }
        Ok(pipe)
    }

    /// Takes one block through all steps, or ends the stream.
    ///
    /// # Errors
    /// The decoder's; `OutOfMemory` if kept results pass their limit.
    pub fn advance(&mut self) -> Result<Progress> {
        if self.ended {
            return Ok(Progress::Ended);
        }
        let Self {
            decoder,
            steps,
            stretches,
            block,
            stats,
            ..
        } = self;
        for step in &mut *steps {
            step.output.end_round();
        }
        let frames = decoder.next_block(block, self.spec.blocksize)?;
        self.warnings.extend(decoder.take_warnings());
        if frames == 0 {
            stretches.iter_mut().for_each(|s| s.finish(steps, stats));
            self.ended = true;
        } else {
            stats.blocks += 1;
            self.done_frames += frames as i64;
            for stretch in stretches {
                stretch.feed(block, steps, stats);
                if let Some(effect) = stretch.effect {
                    steps[effect].processor.effect(block);
                }
            }
        }
        self.feed_children();
        if let Some(error) = self.steps.iter_mut().find_map(|s| s.output.take_error()) {
            return Err(error);
        }
        Ok(if self.ended {
            Progress::Ended
        } else {
            Progress::More(self.share_done())
        })
    }

    fn share_done(&self) -> Option<f64> {
        let total = self.stream.frames.filter(|n| *n > 0)?;
        Some((self.done_frames as f64 / total as f64).min(1.0))
    }

    fn feed_children(&mut self) {
        for child in 0..self.steps.len() {
            // Parents stand before their children.
            let (before, rest) = self.steps.split_at_mut(child);
            let StepState {
                processor,
                output,
                parents,
                ..
            } = &mut rest[0];
            for (slot, &parent) in parents.iter().enumerate() {
                for result in 0..before[parent].info.results.len() {
                    if let Some(rows) = before[parent].output.round_rows(result) {
                        processor.rows(slot, result, rows, output);
                    }
                }
            }
        }
    }

    /// Takes the rows that framewise results gained since the last call, with their keys. Each partial
    /// result holds the new rows only and the index of its first.
    pub fn take_partials(&mut self) -> Vec<(String, AnalyzerResult)> {
        let mut partials = Vec::new();
        let audio = self.stream.audio.clone();
        for at in 0..self.steps.len() {
            if self.steps[at].keys.is_empty() && !self.spec.parents {
                self.steps[at].output.discard_fresh();
                continue;
            }
            for index in 0..self.steps[at].info.results.len() {
                let Some((first, data, time)) = self.steps[at].output.take_fresh(index) else {
                    continue;
                };
                let step = &self.steps[at];
                let key = step.key(index, step.keys.first().and_then(Option::as_deref));
                partials.push((
                    key,
                    step.result(index, first, data, time, &self.now, &audio),
                ));
            }
        }
        partials
    }

    /// Forgets the rows that nobody took as partial results, so that a run that keeps nothing stays small.
    pub fn discard_partials(&mut self) {
        self.steps.iter_mut().for_each(|s| s.output.discard_fresh());
    }

    /// The stream that the steps were set up for.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// What has been computed so far.
    pub fn stats(&self) -> PipeStats {
        self.stats
    }

    /// The byte of the source from which the decoder reads next; see [`Decoder::byte_position`].
    pub fn byte_position(&self) -> Option<u64> {
        self.decoder.byte_position()
    }

    /// Makes the results, in the order of the steps, and releases everything.
    ///
    /// # Errors
    /// What the processors' `post_process` refuses.
    pub fn finish(mut self) -> Result<Results> {
        // Lengths are exact only now: a header may not have told them, or not the truth.
        self.stream.audio.duration = secs_from_frame(self.done_frames, self.stream.sample_rate);
        let mut results = Results::default();
        results.warnings = std::mem::take(&mut self.warnings);
        let is_parent: Vec<bool> = (0..self.steps.len())
            .map(|at| self.steps.iter().any(|s| s.parents.contains(&at)))
            .collect();
        // Only what a child may read is held twice.
        let mut finished: Vec<Vec<AnalyzerResult>> = Vec::with_capacity(self.steps.len());
        for (at, step) in self.steps.iter_mut().enumerate() {
            let parents: Vec<&[AnalyzerResult]> = step
                .parents
                .iter()
                .map(|p| finished[*p].as_slice())
                .collect();
            step.processor.post_process(&parents, &mut step.output)?;
            results.warnings.extend(step.output.take_warnings());
            if let Some(error) = step.output.take_error() {
                return Err(error);
            }
            if step.keys.is_empty() && self.spec.parents {
                step.keys.push(None);
            }
            let mut for_children = Vec::new();
            for (index, first_row, data, time) in step.output.finish() {
                let result =
                    step.result(index, first_row, data, time, &self.now, &self.stream.audio);
                if is_parent[at] {
                    for_children.push(result.clone());
                }
                let Some((last, others)) = step.keys.split_last() else {
                    continue;
                };
                for key in others {
                    results.add(&step.key(index, key.as_deref()), result.clone());
                }
                results.add(&step.key(index, last.as_deref()), result);
            }
            finished.push(for_children);
        }
        Ok(results)
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// As [`Pipe::advance`] and [`Pipe::finish`].
    pub fn run(mut self) -> Result<Results> {
        while self.advance()? != Progress::Ended {
            self.discard_partials();
        }
        self.finish()
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.steps.iter_mut().for_each(|s| s.processor.release());
    }
}
