//! The engine as its users outside of Rust see it: commands in, events out, work in slices between them.
//!
//! A [`Session`] knows no browser and no thread. Its [`Host`] gives it a clock and a way to tell: a Web Worker
//! (`timeside-wasm`), or a test.

mod feed;
mod kept;
mod medium;
mod picture;
mod remote;
mod run;
mod sketching;
mod sparse;
mod work;

use crate::{Error, Media, OpenSource, Registry, Result, RunContext};
use feed::Feed;
use medium::{Bytes, Medium};
use remote::Remote;
use run::{RunTask, tell_results};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::rc::Rc;
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

    /// Begins to fetch a part of a medium behind an address. It comes by [`Session::supply`] or
    /// [`Session::supply_failed`].
    fn fetch_ahead(&self, media: u32, range: Range<u64>);

    /// Fetches a part of a medium behind an address, while everything waits.
    ///
    /// # Errors
    /// As [`Fetch::fetch`](timeside_decode::ranged::Fetch::fetch).
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
    /// The first part of a medium behind an address, with its length and identity.
    Head(Fetched),
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
            Self::Source(..) => "Source",
        })
    }
}

/// Open media and all that runs on them.
pub struct Session<H> {
    host: H,
    registry: Registry,
    media: BTreeMap<u32, Medium>,
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

    /// Takes what [`Host::fetch_ahead`] was asked for: the bytes from `start` on.
    pub fn supply(&mut self, media: u32, start: u64, fetched: &Fetched) {
        let sparse = self.media.get(&media).and_then(Medium::sparse);
        if sparse.is_some_and(|sparse| sparse.supply(start, &fetched.bytes)) {
            return;
        }
        if let Some(remote) = self.media.get_mut(&media).and_then(Medium::remote) {
            remote.supply(start, fetched);
        }
    }

    /// Learns that what was asked for from `start` on does not come: whoever needs it asks again, and tells why not.
    pub fn supply_failed(&mut self, media: u32, start: u64) {
        let sparse = self.media.get(&media).and_then(Medium::sparse);
        if sparse.is_some_and(|sparse| sparse.end(start)) {
            return;
        }
        if let Some(remote) = self.media.get_mut(&media).and_then(Medium::remote) {
            remote.supply_failed();
        }
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
                let pipe = medium.media.start(
                    &self.registry,
                    &spec,
                    self.host.run_context(medium.known_sha1()),
                )?;
                self.runs
                    .push_back(RunTask::new(request, media, pipe, spec.keep, partials));
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
            } => self.ask(request, media, Interactive::Samples { start, end }),
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
        }
        Ok(())
    }

    fn ask(&mut self, request: u32, media: u32, what: Interactive) {
        self.asked.push_back(Asked {
            request,
            media,
            what,
        });
    }

    fn open(
        &mut self,
        request: u32,
        number: u32,
        mut options: OpenOptions,
        beside: Beside,
    ) -> Result<()> {
        let (mut media, bytes) = match beside {
            Beside::Samples(channels) => (
                Media::from_samples(channels, options.sample_rate)?,
                Bytes::None,
            ),
            Beside::Source(open_source, byte_len) => {
                options.byte_len = Some(byte_len);
                let media = medium::open(&open_source, &options)?;
                (media, Bytes::Local(open_source))
            }
            Beside::Head(head) => {
                options.byte_len = head.total;
                options.validator.clone_from(&head.validator);
                let remote = Remote::open(&self.host, number, head)?;
                let source = remote.source();
                let open_source: OpenSource = Rc::new(move || Ok(Box::new(source.clone())));
                (medium::open(&open_source, &options)?, Bytes::Remote(remote))
            }
            Beside::Nothing | Beside::Bytes(_) => {
                let reason = "travels beside the command, and is missing";
                return Err(Error::bad_parameter("open", "source", reason));
            }
        };
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
        Ok(())
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
