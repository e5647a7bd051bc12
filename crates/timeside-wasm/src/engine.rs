//! Commands in, events out, work in slices between them.

use crate::blob::BlobSource;
use crate::convert::{fetched_from_js, from_js, typed_channels};
use crate::host::Host;
use crate::medium::{self, Bytes, Medium};
use crate::remote::Remote;
use crate::run::{RunTask, tell_results};
use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use timeside::{Error, Media, OpenSource, Registry, Result, SpectrogramTask};
use timeside_protocol::{Array, Attachments, ChannelPeaks, Command, Event, OpenOptions, ProcessorInfo, SourceKind};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

/// What somebody looks at and waits for: it goes before runs, and these before the background read.
enum Interactive {
    Samples { start: f64, end: f64 },
    Peaks { start: Option<f64>, end: Option<f64>, pixels: usize },
    Spectrogram(Box<SpectrogramTask>),
}

struct Asked {
    request: u32,
    media: u32,
    what: Interactive,
}

enum Answer {
    Told(Event, Attachments),
    /// It needs another slice.
    Later(Asked),
}

/// The engine of one worker.
#[wasm_bindgen]
pub struct Engine {
    host: Host,
    registry: Registry,
    media: BTreeMap<u32, Medium>,
    asked: VecDeque<Asked>,
    runs: VecDeque<RunTask>,
    /// Requests that wait for the SHA-1 of a medium.
    hashes: Vec<(u32, u32)>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("media", &self.media.len()).field("runs", &self.runs.len()).finish_non_exhaustive()
    }
}

#[wasm_bindgen]
impl Engine {
    /// An engine that tells `host` its events.
    #[wasm_bindgen(constructor)]
    pub fn new(host: Host) -> Self {
        console_error_panic_hook::set_once();
        Self { host, registry: timeside::registry(), media: BTreeMap::new(), asked: VecDeque::new(), runs: VecDeque::new(), hashes: Vec::new() }
    }

    /// Hears a command, a plain object. `beside` is what travels with it: the `Blob`, the channels, the bytes.
    ///
    /// # Errors
    /// If it is no command. What the command meets is told by a `Failed` event.
    pub fn handle(&mut self, command: JsValue, beside: JsValue) -> Result<(), JsValue> {
        let command: Command = from_js(command)?;
        let request = command.request();
        if let (Err(error), Some(request)) = (self.begin(command, beside), request) {
            self.fail(request, &error);
        }
        Ok(())
    }

    /// Works for about `budget_ms`. True if there is more to do at once.
    pub fn tick(&mut self, budget_ms: f64) -> bool {
        let deadline_ms = self.host.now() + budget_ms;
        let mut has_more = true;
        while has_more && self.host.now() < deadline_ms {
            has_more = self.work(deadline_ms);
            self.read_ahead();
        }
        has_more
    }

    /// Takes what `fetchAhead` was asked for: `{ bytes, total, validator }` from byte `start` on.
    pub fn supply(&mut self, media: u32, start: f64, fetched: &JsValue) {
        if let Some(remote) = self.media.get_mut(&media).and_then(Medium::remote) {
            remote.supply(start as u64, &fetched_from_js(fetched));
        }
    }

    /// Learns that it does not come: whoever needs it asks again, and tells why not.
    #[wasm_bindgen(js_name = supplyFailed)]
    pub fn supply_failed(&mut self, media: u32) {
        if let Some(remote) = self.media.get_mut(&media).and_then(Medium::remote) {
            remote.supply_failed();
        }
    }
}

impl Engine {
    fn begin(&mut self, command: Command, beside: JsValue) -> Result<()> {
        match command {
            Command::Open { request, media, source, options } => self.open(request, media, source, options, beside)?,
            Command::Close { media } => {
                self.media.remove(&media);
                self.asked.retain(|a| a.media != media);
                self.runs.retain(|r| r.media != media);
                self.hashes.retain(|(_, m)| *m != media);
            }
            Command::Run { request, media, spec, partials } => {
                let medium = self.media.get(&media).ok_or_else(medium::closed)?;
                let pipe = medium.media.start(&self.registry, &spec, self.host.run_context(medium.known_sha1()))?;
                self.runs.push_back(RunTask::new(request, media, pipe, spec.keep, partials));
            }
            Command::Listen { request } => self.runs.iter_mut().filter(|r| r.request == request).for_each(RunTask::listen),
            Command::Ack { request } => self.runs.iter_mut().filter(|r| r.request == request).for_each(RunTask::acknowledge),
            Command::Cancel { request } => {
                self.asked.retain(|a| a.request != request);
                self.runs.retain(|r| r.request != request);
                self.hashes.retain(|(r, _)| *r != request);
            }
            Command::Samples { request, media, start, end } => self.ask(request, media, Interactive::Samples { start, end }),
            Command::Peaks { request, media, start, end, pixels } => self.ask(request, media, Interactive::Peaks { start, end, pixels }),
            Command::Spectrogram { request, media, options } => {
                let options = serde_json::from_value(options.into()).map_err(|e| Error::bad_parameter("spectrogram", "options", e.to_string()))?;
                let task = self.media.get(&media).ok_or_else(medium::closed)?.media.spectrogram_task(&options)?;
                self.ask(request, media, Interactive::Spectrogram(Box::new(task)));
            }
            Command::Sha1 { request, media } => self.hashes.push((request, media)),
            Command::Processors { request } => {
                let processors = self.registry.infos().map(ProcessorInfo::from).collect();
                self.host.tell(&Event::Processors { request, processors }, Attachments::default());
            }
            Command::ParseResults { request, format } => {
                let format = timeside::export::format(&format)?;
                let read = format.read.ok_or_else(|| Error::bad_parameter("parseResults", "format", format!("{} can only be written", format.id)))?;
                tell_results(&self.host, request, read(&Uint8Array::from(beside).to_vec())?);
            }
        }
        Ok(())
    }

    fn ask(&mut self, request: u32, media: u32, what: Interactive) {
        self.asked.push_back(Asked { request, media, what });
    }

    fn open(&mut self, request: u32, number: u32, source: SourceKind, mut options: OpenOptions, beside: JsValue) -> Result<()> {
        let (mut media, bytes) = match source {
            SourceKind::Samples => (Media::from_samples(typed_channels(&beside), options.sample_rate)?, Bytes::None),
            SourceKind::Blob => {
                let blob = SendWrapper::new(Blob::from(beside));
                options.byte_len = Some(blob.size() as u64);
                let open_source: OpenSource = Rc::new(move || Ok(Box::new(BlobSource::new((*blob).clone())?)));
                (medium::open(&open_source, &options)?, Bytes::Blob(open_source))
            }
            SourceKind::Ranged => {
                let head = fetched_from_js(&beside);
                options.byte_len = head.total;
                let remote = Remote::open(&self.host, number, head)?;
                let source = remote.source();
                (medium::open(&(Rc::new(move || Ok(Box::new(source.clone()))) as OpenSource), &options)?, Bytes::Remote(remote))
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
        self.host.tell(&Event::Opened { request, info }, Attachments::default());
        Ok(())
    }

    fn fail(&self, request: u32, error: &Error) {
        self.host.tell(&Event::Failed { request, error: error.into() }, Attachments::default());
    }

    /// Does the most urgent thing; false if there is none.
    fn work(&mut self, deadline_ms: f64) -> bool {
        self.work_asked() || self.work_run(deadline_ms) || self.work_hash(deadline_ms) || self.work_read(deadline_ms)
    }

    fn work_asked(&mut self) -> bool {
        let Some(asked) = self.asked.pop_front() else { return false };
        let request = asked.request;
        match self.answer(asked) {
            Ok(Answer::Told(event, arrays)) => self.host.tell(&event, arrays),
            // Behind the others: a long one does not hold up a short one.
            Ok(Answer::Later(asked)) => self.asked.push_back(asked),
            Err(error) => self.fail(request, &error),
        }
        true
    }

    fn answer(&mut self, asked: Asked) -> Result<Answer> {
        let Asked { request, media, what } = asked;
        let medium = self.media.get_mut(&media).ok_or_else(medium::closed)?;
        let mut arrays = Attachments::default();
        let event = match what {
            Interactive::Samples { start, end } => {
                let samples = medium.media.samples(start, end)?;
                Event::Samples { request, channels: samples.into_iter().map(|c| arrays.add(Array::F32(c))).collect() }
            }
            Interactive::Peaks { start, end, pixels } => {
                let peaks = medium.peaks(start, end, pixels)?;
                let mut add = |v| arrays.add(Array::F32(v));
                let channels = peaks.channels.into_iter().map(|c| ChannelPeaks { min: add(c.min), max: add(c.max), rms: add(c.rms) });
                Event::Peaks { request, exact: peaks.exact, start: peaks.start_secs, end: peaks.end_secs, channels: channels.collect() }
            }
            Interactive::Spectrogram(mut task) => {
                if !task.advance(&mut medium.media)? {
                    return Ok(Answer::Later(Asked { request, media, what: Interactive::Spectrogram(task) }));
                }
                let image = task.into_image();
                let data = arrays.add(Array::U8(image.data));
                let (min_db, max_db) = (image.min_db.into(), image.max_db.into());
                Event::Spectrogram { request, width: image.width, height: image.height, data, min_db, max_db }
            }
        };
        Ok(Answer::Told(event, arrays))
    }

    fn work_run(&mut self, deadline_ms: f64) -> bool {
        let Some(at) = self.runs.iter().position(|r| r.may_go_on(self.media.get(&r.media))) else { return false };
        let Some(mut run) = self.runs.remove(at) else { return false };
        let Some(medium) = self.media.get(&run.media) else { return true };
        match run.advance(&self.host, medium, deadline_ms) {
            // Behind the others: they take turns.
            Ok(()) => self.runs.push_back(run),
            Err(error) => self.fail(run.request, &error),
        }
        true
    }

    /// The media whose SHA-1 somebody waits for: who asked for it, or a run that is otherwise done.
    fn is_hash_wanted(&self, media: u32) -> bool {
        self.hashes.iter().any(|(_, m)| *m == media) || self.runs.iter().any(|r| r.media == media && !r.is_running())
    }

    fn work_hash(&mut self, deadline_ms: f64) -> bool {
        let wanted = self.media.iter().find(|(number, medium)| self.is_hash_wanted(**number) && medium.can_hash());
        let Some((&number, _)) = wanted else { return false };
        let Some(medium) = self.media.get_mut(&number) else { return false };
        match medium.advance_hash(&self.host, deadline_ms) {
            Ok(None) => {}
            Ok(Some(sha1)) => self.tell_hash(number, &Ok(sha1)),
            Err(error) => self.tell_hash(number, &Err(error)),
        }
        true
    }

    /// Answers all that waited for the SHA-1 of a medium.
    fn tell_hash(&mut self, number: u32, sha1: &Result<String>) {
        for (request, _) in self.hashes.extract_if(.., |(_, media)| *media == number) {
            let event = match sha1 {
                Ok(sha1) => Event::Sha1 { request, sha1: sha1.clone() },
                Err(error) => Event::Failed { request, error: error.into() },
            };
            self.host.tell(&event, Attachments::default());
        }
        while let Some(at) = self.runs.iter().position(|r| r.media == number && !r.is_running()) {
            let Some(run) = self.runs.remove(at) else { return };
            match sha1 {
                Ok(sha1) => run.tell_results(&self.host, sha1),
                Err(error) => self.fail(run.request, error),
            }
        }
    }

    fn work_read(&mut self, deadline_ms: f64) -> bool {
        let Some(medium) = self.media.values_mut().find(|m| m.can_read()) else { return false };
        medium.read_on(&self.host, deadline_ms);
        true
    }

    fn read_ahead(&mut self) {
        let numbers: Vec<u32> = self.media.keys().copied().collect();
        for number in numbers {
            let is_hash_wanted = self.is_hash_wanted(number);
            let runs = self.runs.iter().filter(|r| r.media == number).filter_map(RunTask::byte_position);
            if let Some(medium) = self.media.get_mut(&number) {
                medium.read_ahead(&self.host, runs, is_hash_wanted);
            }
        }
    }
}
