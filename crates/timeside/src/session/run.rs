//! A run at work, in slices.

use super::Host;
use super::medium::{Medium, share_of};
use crate::{AnalyzerResult, Error, Pipe, PipeSpec, Progress, Registry, Result, Results, Warning};
use timeside_core::AudioMetadata;
use timeside_core::result::{Data, IdMetadata, LabelMetadata, TimeAxis};
use timeside_protocol::{Attachments, Event, ResultData};

/// Messages of partial results that may be on the way: whoever reads slowly holds the run up, and memory stays small.
const MAX_ON_THE_WAY: u32 = 16;

enum State {
    /// The medium is still being opened for it.
    Starting(Box<PipeSpec>),
    Running(Box<Pipe>),
    /// All is computed; only the medium's SHA-1 may be missing.
    Finished(Results),
}

/// One `Run` command.
pub(super) struct RunTask {
    pub(super) request: u32,
    pub(super) media: u32,
    state: State,
    keeps: bool,
    is_listened_to: bool,
    on_the_way: u32,
    /// What of the medium it misses and waits for.
    waits_for: Option<u64>,
}

impl RunTask {
    pub(super) fn new(request: u32, media: u32, spec: PipeSpec, is_listened_to: bool) -> Self {
        Self {
            request,
            media,
            keeps: spec.keep,
            state: State::Starting(Box::new(spec)),
            is_listened_to,
            on_the_way: 0,
            waits_for: None,
        }
    }

    /// Begins, as far as what has come of the medium allows.
    ///
    /// # Errors
    /// What the specification or the medium gives.
    pub(super) fn start(
        &mut self,
        host: &impl Host,
        registry: &Registry,
        medium: &Medium,
    ) -> Result<()> {
        let State::Starting(spec) = &self.state else {
            return Ok(());
        };
        let context = host.run_context(medium.known_sha1());
        match medium.media.start(registry, spec, context) {
            Ok(pipe) => {
                self.waits_for = None;
                self.state = State::Running(Box::new(pipe));
            }
            Err(Error::NotYet { at }) => self.waits_for = Some(at),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    pub(super) fn listen(&mut self) {
        self.is_listened_to = true;
    }

    pub(super) fn acknowledge(&mut self) {
        self.on_the_way = self.on_the_way.saturating_sub(1);
    }

    pub(super) fn is_running(&self) -> bool {
        !matches!(self.state, State::Finished(_))
    }

    /// True unless it waits for bytes on their way, or for whoever listens to use what was sent.
    pub(super) fn may_go_on(&self, medium: Option<&Medium>) -> bool {
        let is_ready =
            medium.is_none_or(|m| m.is_ready(self.byte_position()) && m.has_come(self.waits_for));
        self.is_running() && self.on_the_way < MAX_ON_THE_WAY && is_ready
    }

    /// The byte that it reads next.
    pub(super) fn byte_position(&self) -> Option<u64> {
        match &self.state {
            State::Running(pipe) => pipe.byte_position(),
            State::Starting(_) | State::Finished(_) => None,
        }
    }

    /// The byte that it misses, or reads next.
    pub(super) fn wanted_byte(&self) -> Option<u64> {
        self.waits_for.or_else(|| self.byte_position())
    }

    /// Works until `deadline_ms`, then tells what is new.
    pub(super) fn advance(
        &mut self,
        host: &impl Host,
        medium: &Medium,
        deadline_ms: f64,
    ) -> Result<()> {
        let State::Running(pipe) = &mut self.state else {
            return Ok(());
        };
        let mut progress;
        self.waits_for = None;
        loop {
            progress = match pipe.advance() {
                Err(Error::NotYet { at }) => {
                    self.waits_for = Some(at);
                    Progress::More(None)
                }
                advanced => advanced?,
            };
            // Rows that are kept can still be told to a later listener.
            if !self.is_listened_to && !self.keeps {
                pipe.discard_partials();
            }
            if progress == Progress::Ended
                || self.waits_for.is_some()
                || host.now_ms() >= deadline_ms
                || !medium.is_ready(pipe.byte_position())
            {
                break;
            }
        }
        if self.is_listened_to {
            for (key, result) in pipe.take_partials() {
                let mut arrays = Attachments::default();
                let result = ResultData::new(result, &mut arrays);
                host.tell(
                    &Event::Partial {
                        request: self.request,
                        key,
                        result,
                    },
                    arrays,
                );
                self.on_the_way += 1;
            }
        }
        let done = match progress {
            Progress::Ended => Some(1.0),
            Progress::More(done) => {
                done.or_else(|| share_of(pipe.byte_position(), medium.byte_len))
            }
        };
        if let Some(done) = done {
            host.tell(
                &Event::Progress {
                    request: self.request,
                    done,
                },
                Attachments::default(),
            );
        }
        if progress == Progress::Ended {
            let placeholder = State::Finished(Results::default());
            if let State::Running(pipe) = std::mem::replace(&mut self.state, placeholder) {
                self.state = State::Finished(pipe.finish()?);
            }
        }
        Ok(())
    }

    /// Tells the results of a finished run. That the SHA-1 is missing is no reason to keep them back.
    pub(super) fn tell_results(self, host: &impl Host, sha1: &Result<String>) {
        let State::Finished(mut results) = self.state else {
            return;
        };
        match sha1 {
            Ok(sha1) => {
                for (_, result) in results.iter_mut() {
                    sha1.clone_into(&mut result.audio_metadata.sha1);
                }
            }
            Err(error) => results.warnings.push(Warning::new(
                "no-sha1",
                format!("the SHA-1 is missing: {error}"),
            )),
        }
        tell_results(host, self.request, results);
    }
}

/// Tells results one by one, so that each leaves the engine's memory before the next is copied.
pub(super) fn tell_results(host: &impl Host, request: u32, mut results: Results) {
    let keys: Vec<String> = results.iter().map(|(key, _)| key.to_owned()).collect();
    for (key, result) in keys.into_iter().zip(results.iter_mut()) {
        let mut arrays = Attachments::default();
        let result = ResultData::new(std::mem::replace(result.1, nothing()), &mut arrays);
        host.tell(
            &Event::Result {
                request,
                key,
                result,
            },
            arrays,
        );
    }
    host.tell(
        &Event::Done {
            request,
            warnings: results.warnings,
        },
        Attachments::default(),
    );
}

fn nothing() -> AnalyzerResult {
    AnalyzerResult {
        id_metadata: IdMetadata::default(),
        data: Data::Label {
            label: Vec::new(),
            metadata: LabelMetadata::default(),
        },
        time: TimeAxis::Global,
        audio_metadata: AudioMetadata::default(),
        parameters: Default::default(),
        first_row: 0,
    }
}
