//! The engine as its users outside of Rust see it: commands in, events out, work in slices between them.
//!
//! A [`Session`] knows no browser and no thread. Its [`Host`] gives it a clock and a way to tell: a Web Worker
//! (`timeside-wasm`), or a test.

mod annotations;
mod feed;
mod kept;
mod medium;
mod opening;
mod picture;
mod remote;
mod run;
mod sketching;
mod sparse;
mod work;

use crate::{Error, Media, OpenSource, Registry, Result, RunContext};
use feed::Feed;
use medium::{Bytes, Medium};
use opening::Opening;
use remote::Remote;
use run::{RunTask, tell_results};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use timeside_decode::Recording;
use timeside_decode::ranged::Fetched;
use timeside_protocol::{Attachments, Command, Event, OpenOptions, ProcessorInfo};
use work::{Asked, Interactive};

/// What a session asks of whoever runs it.
pub trait Host: Clone + Send + 'static {
    /// Tells an event, with the arrays that it names.
    fn tell(&self, event: &Event, arrays: Attachments);

    /// A clock that only goes on, in milliseconds.
    fn now_ms(&self) -> f64;

    /// Date and uuids for a run; `sha1` goes into it.
    fn run_context(&self, sha1: String) -> RunContext;

    /// Begins to fetch a part of a medium behind an address. It comes by [`Session::supply`] in pieces, then
    /// [`Session::supplied`].
    fn fetch_ahead(&self, media: u32, range: Range<u64>);

    /// Fetches a part of a medium behind an address, while everything waits.
    ///
    /// # Errors
    /// As [`Fetch::fetch`](timeside_decode::ranged::Fetch::fetch): `NotYet` if it takes longer, and is to be asked for
    /// by [`Host::fetch_ahead`].
    fn fetch_now(&self, media: u32, range: Range<u64>) -> Result<Fetched>;

    /// Looks up what was kept under `key`, and answers by [`Session::recalled`]; false if nothing is ever kept, and
    /// no answer comes.
    fn recall(&self, _media: u32, _key: &str) -> bool {
        false
    }

    /// Hears that the picture of a medium is finished: [`Session::kept`] hands out what to keep under `key`.
    fn keep(&self, _media: u32, _key: &str) {}
}

/// What travels beside a command.
#[derive(Default)]
pub enum Beside {
    /// Nothing.
    #[default]
    Nothing,
    /// The bytes of a file to parse.
    Bytes(Vec<u8>),
    /// Samples, one `Vec` per channel.
    Samples(Vec<Vec<f32>>),
    /// The first part of a medium behind an address, with its identity, and its length unless it is still arriving.
    Head(Fetched),
    /// Nothing yet: it is recorded, with so many channels, and comes by [`Session::record`].
    Live(usize),
    /// Handles on the bytes of a medium, and their number.
    Source(OpenSource, u64),
}

impl std::fmt::Debug for Beside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Bytes(_) => "Bytes",
            Self::Samples(_) => "Samples",
            Self::Head(_) => "Head",
            Self::Live(_) => "Live",
            Self::Source(..) => "Source",
        })
    }
}

/// Open media and all that runs on them.
pub struct Session<H> {
    host: H,
    registry: Registry,
    media: BTreeMap<u32, Medium>,
    /// Media of which so little has come that they cannot be opened yet.
    opening: Vec<Opening>,
    asked: VecDeque<Asked>,
    feeds: Vec<Feed>,
    runs: VecDeque<RunTask>,
    /// Requests that wait for the SHA-1 of a medium.
    hashes: Vec<(u32, u32)>,
}

impl<H> std::fmt::Debug for Session<H> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("media", &self.media.len())
            .field("runs", &self.runs.len())
            .finish_non_exhaustive()
    }
}

impl<H: Host> Session<H> {
    /// A session without media that can run what `registry` holds.
    pub fn new(host: H, registry: Registry) -> Self {
        Self {
            host,
            registry,
            media: BTreeMap::new(),
            opening: Vec::new(),
            asked: VecDeque::new(),
            feeds: Vec::new(),
            runs: VecDeque::new(),
            hashes: Vec::new(),
        }
    }

    /// Hears a command. What it meets is told by a `Failed` event.
    pub fn handle(&mut self, command: Command, beside: Beside) {
        let request = command.request();
        if let (Err(error), Some(request)) = (self.begin(command, beside), request) {
            self.fail(request, &error);
        }
    }

    /// Works for about `budget_ms`. True if there is more to do at once.
    pub fn tick(&mut self, budget_ms: f64) -> bool {
        let deadline_ms = self.host.now_ms() + budget_ms;
        let mut has_more = true;
        while has_more && self.host.now_ms() < deadline_ms {
            has_more = self.work(deadline_ms);
            self.read_ahead();
        }
        has_more
    }

    /// Takes a piece of what [`Host::fetch_ahead`] was asked for: the bytes from `start` on. Pieces end where blocks
    /// of the cache do, or at the end of what was asked for.
    pub fn supply(&mut self, media: u32, start: u64, fetched: &Fetched) {
        let sparse = self.media.get(&media).and_then(Medium::sparse);
        if sparse.is_some_and(|sparse| sparse.supply(start, &fetched.bytes)) {
            return;
        }
        if let Some(remote) = self.remote(media) {
            remote.supply(start, fetched);
        }
    }

    /// Learns that what was asked for from byte `start` on has come, or what kept it: whoever needs it is told.
    pub fn supplied(&mut self, media: u32, start: u64, outcome: Result<()>) {
        let sparse = self.media.get(&media).and_then(Medium::sparse);
        if sparse.is_some_and(|sparse| sparse.end(start)) {
            return;
        }
        if let Some(remote) = self.remote(media) {
            remote.supplied(start, outcome);
        }
        self.read_ahead();
    }

    fn remote(&mut self, media: u32) -> Option<&mut Remote> {
        match self.media.get_mut(&media) {
            Some(medium) => medium.remote(),
            None => (self.opening.iter_mut())
                .find(|o| o.number() == media)
                .map(Opening::remote),
        }
    }

    /// Takes the next samples of a medium that is recorded, one `Vec` per channel.
    pub fn record(&mut self, media: u32, channels: &[Vec<f32>]) {
        if let Some(medium) = self.media.get_mut(&media) {
            medium.record(&self.host, channels);
        }
    }

    /// Ends a recording: what runs on it comes to its end.
    fn stop(&mut self, request: u32, number: u32) -> Result<()> {
        let medium = self.media.get_mut(&number).ok_or_else(medium::closed)?;
        let Some(recording) = medium.recording() else {
            let reason = "is no recording in progress: there is nothing to stop";
            return Err(Error::bad_parameter("stop", "media", reason));
        };
        recording.stop();
        medium.media.follow_recording();
        let info = medium.media.info().clone();
        self.host
            .tell(&Event::Stopped { request, info }, Attachments::default());
        Ok(())
    }

    fn begin(&mut self, command: Command, beside: Beside) -> Result<()> {
        match command {
            Command::Open {
                request,
                media,
                options,
                ..
            } => self.open(request, media, options, beside)?,
            Command::Close { media } => {
                self.media.remove(&media);
                self.opening.retain(|o| o.number() != media);
                self.asked.retain(|a| a.media != media);
                self.feeds.retain(|f| f.media != media);
                self.runs.retain(|r| r.media != media);
                self.hashes.retain(|(_, m)| *m != media);
            }
            Command::Run {
                request,
                media,
                spec,
                partials,
            } => {
                let medium = self.media.get(&media).ok_or_else(medium::closed)?;
                let mut run = RunTask::new(request, media, spec, partials);
                run.start(&self.host, &self.registry, medium)?;
                self.runs.push_back(run);
            }
            Command::Listen { request } => self
                .runs
                .iter_mut()
                .filter(|r| r.request == request)
                .for_each(RunTask::listen),
            Command::Ack { request } => self
                .runs
                .iter_mut()
                .filter(|r| r.request == request)
                .for_each(RunTask::acknowledge),
            Command::Cancel { request } => {
                self.opening.retain(|o| o.request() != request);
                self.asked.retain(|a| a.request != request);
                self.feeds.retain(|f| f.request != request);
                self.runs.retain(|r| r.request != request);
                self.hashes.retain(|(r, _)| *r != request);
            }
            Command::Samples {
                request,
                media,
                start,
                end,
            } => {
                let medium = self.media.get(&media).ok_or_else(medium::closed)?;
                let task = medium.media.samples_task(start, end)?;
                self.ask(request, media, Interactive::Samples(Box::new(task)));
            }
            Command::Stop { request, media } => self.stop(request, media)?,
            Command::Peaks {
                request,
                media,
                start,
                end,
                pixels,
            } => {
                if let Some(medium) = self.media.get_mut(&media) {
                    medium.want_picture(&self.host);
                }
                self.ask(request, media, Interactive::Peaks { start, end, pixels });
            }
            Command::Spectrogram {
                request,
                media,
                options,
            } => {
                let options = serde_json::from_value(options.into())
                    .map_err(|e| Error::bad_parameter("spectrogram", "options", e.to_string()))?;
                let medium = self.media.get_mut(&media).ok_or_else(medium::closed)?;
                let task = medium.spectrogram_task(&options)?;
                if task.wants_read() {
                    medium.want_picture(&self.host);
                }
                self.ask(request, media, Interactive::Spectrogram(Box::new(task)));
            }
            Command::GivePeaks { request, media } => {
                let Beside::Bytes(bytes) = beside else {
                    return Err(picture::no_bytes());
                };
                self.give_peaks(media, &bytes)?;
                let warnings = Vec::new();
                let done = Event::Done { request, warnings };
                self.host.tell(&done, Attachments::default());
            }
            Command::Feed {
                request,
                media,
                sample_rate,
            } => self.feed(request, media, sample_rate)?,
            Command::FeedRead { feed, read } => {
                if let Some(feed) = self.feed_of(feed) {
                    feed.ask(read);
                }
            }
            Command::FeedDrop { feed, epoch } => {
                let host = self.host.clone();
                if let Some(feed) = self.feed_of(feed) {
                    feed.drop_before(epoch, &host);
                }
            }
            Command::Sha1 { request, media } => self.hashes.push((request, media)),
            Command::Picture {
                request,
                media,
                index,
            } => self.ask(request, media, Interactive::Picture { index }),
            Command::Processors { request } => {
                let processors = self.registry.infos().map(ProcessorInfo::from).collect();
                self.host.tell(
                    &Event::Processors {
                        request,
                        processors,
                    },
                    Attachments::default(),
                );
            }
            Command::ParseResults { request, format } => {
                let format = timeside_export::format(&format)?;
                let read = format.read.ok_or_else(|| {
                    Error::bad_parameter(
                        "parseResults",
                        "format",
                        format!("{} can only be written", format.id),
                    )
                })?;
                let Beside::Bytes(bytes) = beside else {
                    let reason = "travel beside the command, and are missing";
                    return Err(Error::bad_parameter("parseResults", "bytes", reason));
                };
                tell_results(&self.host, request, read(&bytes)?);
            }
            Command::AnnotationFormats { request } => {
                annotations::tell_formats(&self.host, request);
            }
            Command::ParseAnnotations {
                request,
                format,
                options,
            } => annotations::parse(&self.host, request, format.as_deref(), options, &beside)?,
            Command::FormatAnnotations {
                request,
                format,
                options,
            } => annotations::format(&self.host, request, &format, options, &beside)?,
        }
        Ok(())
    }

    fn ask(&mut self, request: u32, media: u32, what: Interactive) {
        self.asked.push_back(Asked {
            request,
            media,
            what,
            waits_for: None,
        });
    }

    fn open(
        &mut self,
        request: u32,
        number: u32,
        mut options: OpenOptions,
        beside: Beside,
    ) -> Result<()> {
        let (media, bytes) = match beside {
            Beside::Samples(channels) if options.is_decoded_by_browser => {
                let info = medium::decoded_by_browser(&options);
                let media = Media::from_decoded(channels, options.sample_rate, info)?;
                (media, Bytes::None)
            }
            Beside::Samples(channels) => (
                Media::from_samples(channels, options.sample_rate)?,
                Bytes::None,
            ),
            Beside::Live(channels) => {
                let limit_bytes =
                    (options.max_memory).unwrap_or(timeside_core::spec::DEFAULT_MAX_MEMORY_BYTES);
                let recording = Recording::new(channels, options.sample_rate, limit_bytes)?;
                let mut media = Media::from_recording(&recording)?;
                if !options.name.is_empty() {
                    media.set_name(&options.name);
                }
                (media, Bytes::Live(recording))
            }
            Beside::Source(open_source, byte_len) => {
                options.byte_len = Some(byte_len);
                let media = medium::open(&open_source, &options)?;
                (media, Bytes::Local(open_source))
            }
            Beside::Head(head) => {
                options.byte_len = head.total.or(options.byte_len);
                options.validator.clone_from(&head.validator);
                let remote = Remote::open(&self.host, number, head)?;
                self.opening
                    .push(Opening::new(request, number, options, remote));
                self.work_opening();
                return Ok(());
            }
            Beside::Nothing | Beside::Bytes(_) => {
                let reason = "travels beside the command, and is missing";
                return Err(Error::bad_parameter("open", "source", reason));
            }
        };
        self.opened(request, number, media, bytes, options);
        Ok(())
    }

    /// Holds an open medium, and tells of it.
    fn opened(
        &mut self,
        request: u32,
        number: u32,
        mut media: Media,
        bytes: Bytes,
        options: OpenOptions,
    ) {
        if let Some(limit_bytes) = options.max_memory {
            media.set_max_memory_bytes(limit_bytes);
        }
        let medium = Medium::new(number, media, bytes, &options);
        let mut info = medium.media.info().clone();
        if info.name.is_empty() {
            info.name = options.name;
        }
        self.media.insert(number, medium);
        let event = Event::Opened { request, info };
        self.host.tell(&event, Attachments::default());
    }

    fn fail(&self, request: u32, error: &Error) {
        self.host.tell(
            &Event::Failed {
                request,
                error: error.into(),
            },
            Attachments::default(),
        );
    }
}
