//! A medium that is open in the engine, and the read that fills its waveform.

use super::Host;
use super::picture::Picture;
use super::remote::Remote;
use crate::spectrogram::about_frames;
use crate::{
    Error, Media, MediaInfo, OpenSource, ReadProgress, Result, Source, SpectrogramOptions,
    SpectrogramTask, Warning,
};
use std::ops::Range;
use std::rc::Rc;
use timeside_core::{DecodedBy, MemorySource};
use timeside_decode::{
    Hint, Recording,
    sha1::{Scope, Sha1Task},
};
use timeside_protocol::{Attachments, Event, OpenOptions};

/// Shortest time between two reports of progress of the background read.
const TELL_EVERY_MS: f64 = 100.0;

/// Bytes hashed between two looks at the clock.
const HASH_STEP_BYTES: u64 = 256 << 10;

/// From its place on, a column that is sought is read by so many bytes at the most: two fillings of the decoder's
/// buffer.
const SOUGHT_BYTES: u64 = 72 << 10;

/// Columns that are decoded through go on if so many bytes are there.
const STRAIGHT_BYTES: u64 = 128 << 10;

/// What can be done about the next column of a spectrogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextColumn {
    Draw,
    /// The background read will bring it.
    LeaveOut,
    /// Its bytes are on their way.
    Wait,
}

/// What the SHA-1 of a medium has come to.
enum Hash {
    Unknown,
    Working(Box<Sha1Task>),
    Known(String),
}

/// Where the bytes of a medium are.
pub(super) enum Bytes {
    /// A file, a `Blob`.
    Local(OpenSource),
    Remote(Remote),
    /// There are samples only, and more to come until it is stopped.
    Live(Recording),
    /// There are samples only.
    None,
}

pub(super) struct Medium {
    pub(super) media: Media,
    pub(super) byte_len: Option<u64>,
    pub(super) picture: Picture,
    number: u32,
    pub(super) bytes: Bytes,
    hash_scope: Scope,
    hash: Hash,
    /// True from the first picture that is wanted until all is read.
    is_reading: bool,
    is_read: bool,
    told_ms: f64,
    /// When the length of a recording in progress was told.
    recorded_ms: f64,
    /// What the background read, and the SHA-1, miss and wait for.
    read_waits_for: Option<u64>,
    hash_waits_for: Option<u64>,
}

impl Medium {
    pub(super) fn new(number: u32, media: Media, bytes: Bytes, options: &OpenOptions) -> Self {
        let hash_scope = if options.is_remote {
            Scope::Head
        } else {
            Scope::Whole
        };
        Self {
            media,
            byte_len: options.byte_len,
            picture: Picture::new(options),
            number,
            bytes,
            hash_scope,
            hash: Hash::Unknown,
            is_reading: false,
            is_read: false,
            told_ms: 0.0,
            recorded_ms: 0.0,
            read_waits_for: None,
            hash_waits_for: None,
        }
    }

    /// Its number, as the page chose it.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// The SHA-1, or empty while it is unknown.
    pub(super) fn known_sha1(&self) -> String {
        match &self.hash {
            Hash::Known(sha1) => sha1.clone(),
            Hash::Unknown | Hash::Working(_) => String::new(),
        }
    }

    /// Works on the SHA-1 until `deadline_ms`; `None` if there is more to do.
    pub(super) fn advance_hash(
        &mut self,
        host: &impl Host,
        deadline_ms: f64,
    ) -> Result<Option<String>> {
        // While it is recorded it has none.
        if self.media.info().live {
            return Ok(Some(String::new()));
        }
        self.hash_waits_for = None;
        loop {
            match &mut self.hash {
                Hash::Known(sha1) => return Ok(Some(sha1.clone())),
                Hash::Unknown => {
                    self.hash = Hash::Working(Box::new(Sha1Task::new(
                        self.open_bytes()?,
                        self.hash_scope,
                    )?));
                }
                Hash::Working(task) => match task.advance(HASH_STEP_BYTES) {
                    Ok(Some(sha1)) => self.hash = Hash::Known(sha1),
                    Ok(None)
                        if host.now_ms() >= deadline_ms || !self.is_ready(self.hash_position()) =>
                    {
                        return Ok(None);
                    }
                    Ok(None) => {}
                    Err(Error::NotYet { at }) => {
                        self.hash_waits_for = Some(at);
                        return Ok(None);
                    }
                    Err(error) => {
                        self.hash = Hash::Unknown;
                        return Err(error);
                    }
                },
            }
        }
    }

    /// True if the SHA-1 can be worked on now.
    pub(super) fn can_hash(&self) -> bool {
        self.is_ready(self.hash_position()) && self.has_come(self.hash_waits_for)
    }

    fn hash_position(&self) -> Option<u64> {
        match &self.hash {
            Hash::Working(task) => Some(task.done_bytes()),
            Hash::Unknown => Some(0),
            Hash::Known(_) => None,
        }
    }

    fn open_bytes(&mut self) -> Result<Box<dyn Source>> {
        match &self.bytes {
            Bytes::Local(open) => open(),
            Bytes::Remote(remote) => Ok(Box::new(remote.source())),
            Bytes::None | Bytes::Live(_) => {
                let samples = self
                    .media
                    .samples(0.0, self.media.info().duration.unwrap_or(0.0))?;
                let frames = samples.first().map_or(0, Vec::len);
                let interleaved =
                    (0..frames).flat_map(|i| samples.iter().map(move |channel| channel[i]));
                Ok(Box::new(MemorySource::new(
                    interleaved.flat_map(f32::to_le_bytes).collect(),
                )))
            }
        }
    }

    /// True unless a reader at `position` would have to wait for bytes that are on their way.
    pub(super) fn is_ready(&self, position: Option<u64>) -> bool {
        match &self.bytes {
            Bytes::Remote(remote) => remote.is_ready(position),
            Bytes::Local(_) | Bytes::Live(_) | Bytes::None => true,
        }
    }

    /// True unless what a reader said it misses ([`Error::NotYet`]) is still on its way.
    pub(super) fn has_come(&self, missing: Option<u64>) -> bool {
        let Some(at) = missing else {
            return true;
        };
        match &self.bytes {
            Bytes::Remote(remote) => remote.has_come(at),
            Bytes::Live(recording) => recording.is_stopped() || recording.frames() as u64 > at,
            Bytes::Local(_) | Bytes::None => true,
        }
    }

    /// The recording in progress, if it is one.
    pub(super) fn recording(&self) -> Option<&Recording> {
        match &self.bytes {
            Bytes::Live(recording) => Some(recording),
            _ => None,
        }
    }

    /// Takes samples that were recorded, and tells now and then how long the recording is.
    pub(super) fn record(&mut self, host: &impl Host, channels: &[Vec<f32>]) {
        let Bytes::Live(recording) = &self.bytes else {
            return;
        };
        recording.push(channels);
        self.media.follow_recording();
        let now = host.now_ms();
        if now - self.recorded_ms >= TELL_EVERY_MS {
            self.recorded_ms = now;
            let (media, info) = (self.number, self.media.info().clone());
            host.tell(&Event::Info { media, info }, Attachments::default());
        }
    }

    /// Asks for what is read next: by a spectrogram, by whoever else is at `readers`, by the SHA-1 if somebody waits
    /// for it, by the background read.
    pub(super) fn read_ahead(
        &mut self,
        host: &impl Host,
        spectrogram: Option<&SpectrogramTask>,
        readers: impl Iterator<Item = u64>,
        is_hash_wanted: bool,
    ) {
        let column = spectrogram.and_then(|task| Some((task, self.column_bytes(task)?)));
        let mut drawn = None;
        if let (Some((task, part)), Bytes::Remote(remote)) = (column, &mut self.bytes) {
            if !task.is_sought() {
                drawn = Some(part.start);
            } else if task.may_ask(self.media.info()) {
                remote.read_part(host, self.number, &part);
            }
        }
        let hash = self.hash_position().filter(|_| is_hash_wanted);
        // A sketch asks by itself, and nothing is read beside it.
        let may_read = self.is_reading && self.picture.may_read();
        let view = self.media.view_byte_position();
        let view = view.or(self.picture.view_waits_for()).filter(|_| may_read);
        let read = self.media.read_byte_position().filter(|_| may_read);
        let read = read.or(self.read_waits_for.filter(|_| may_read));
        if let Bytes::Remote(remote) = &mut self.bytes {
            let all =
                (drawn.into_iter().chain(readers).chain(hash)).chain(view.into_iter().chain(read));
            remote.read_ahead(host, self.number, all);
        }
    }

    /// The other end of [`Medium::read_ahead`].
    pub(super) fn remote(&mut self) -> Option<&mut Remote> {
        match &mut self.bytes {
            Bytes::Remote(remote) => Some(remote),
            Bytes::Local(_) | Bytes::Live(_) | Bytes::None => None,
        }
    }

    /// True if the background read can go on now.
    pub(super) fn can_read(&self) -> bool {
        self.is_reading
            && self.picture.may_read()
            && self.is_ready(self.media.read_byte_position())
            && self.has_come(self.read_waits_for)
    }

    /// True once all has been read, or what could be.
    pub(super) fn is_read(&self) -> bool {
        self.is_read
    }

    /// Lets the background read begin, as soon as nothing quicker is to be done.
    pub(super) fn let_read(&mut self) {
        self.is_reading = !self.is_read;
    }

    /// A spectrogram in the making.
    pub(super) fn spectrogram_task(
        &mut self,
        options: &SpectrogramOptions,
    ) -> Result<SpectrogramTask> {
        self.media.spectrogram_task(options)
    }

    /// What can be done about the next column of a spectrogram.
    pub(super) fn next_column(&self, task: &SpectrogramTask) -> NextColumn {
        let (Bytes::Remote(remote), Some(part)) = (&self.bytes, self.column_bytes(task)) else {
            return NextColumn::Draw;
        };
        if remote.is_ready_for(part) {
            NextColumn::Draw
        } else if task.may_ask(self.media.info()) {
            NextColumn::Wait
        } else {
            NextColumn::LeaveOut
        }
    }

    /// Draws on, as far as bytes are known to be there; true once it is whole.
    pub(super) fn draw(&mut self, task: &mut SpectrogramTask) -> Result<bool> {
        if self.next_column(task) == NextColumn::LeaveOut {
            return Ok(task.leave_out());
        }
        if matches!(self.bytes, Bytes::Remote(_)) {
            task.advance_one(&mut self.media)
        } else {
            task.advance(&mut self.media)
        }
    }

    /// About where the bytes of the next column of a spectrogram are; `None` if it needs none, or nobody knows.
    fn column_bytes(&self, task: &SpectrogramTask) -> Option<Range<u64>> {
        let frame = task.next_read(&self.media)?;
        if let Some(at) = self.media.byte_position_near(frame) {
            let len = if task.is_sought() {
                SOUGHT_BYTES
            } else {
                STRAIGHT_BYTES
            };
            return Some(at..at.saturating_add(len));
        }
        // By the mean bit rate, and somewhat before, where the decoder must begin.
        let (frames, total) = (about_frames(self.media.info())?, self.byte_len?);
        let at = (frame as f64 / frames * total as f64) as u64;
        Some(at.saturating_sub(SOUGHT_BYTES / 4)..at.saturating_add(SOUGHT_BYTES).min(total))
    }

    /// Reads on until `deadline_ms`, and tells how far it is.
    pub(super) fn read_on(&mut self, host: &impl Host, deadline_ms: f64) {
        let before = (self.media.info().frames, self.media.info().warnings.len());
        let mut share = None;
        self.read_waits_for = None;
        let end = loop {
            match self.media.read_on() {
                Ok(ReadProgress::More(done)) => {
                    share =
                        done.or_else(|| share_of(self.media.read_byte_position(), self.byte_len));
                }
                Ok(ReadProgress::Done | ReadProgress::Idle) => break Some(Ok(())),
                Err(Error::NotYet { at }) => {
                    self.read_waits_for = Some(at);
                    break None;
                }
                Err(error) => break Some(Err(error)),
            }
            if host.now_ms() >= deadline_ms || !self.is_ready(self.media.read_byte_position()) {
                break None;
            }
        };
        let media = self.number;
        let info = self.media.info();
        if (info.frames, info.warnings.len()) != before {
            host.tell(
                &Event::Info {
                    media,
                    info: info.clone(),
                },
                Attachments::default(),
            );
        }
        match end {
            Some(end) => {
                if end.is_ok() {
                    self.offer_picture(host);
                }
                self.end_read(host, end);
            }
            None => {
                let now = host.now_ms();
                if now - self.told_ms >= TELL_EVERY_MS {
                    self.told_ms = now;
                    // Of a length that nobody knows no share can be told, but that there is more.
                    let done = share.unwrap_or(0.0);
                    host.tell(&Event::Read { media, done }, Attachments::default());
                }
            }
        }
    }
}

impl Medium {
    /// Tells that all is read, or why it is not.
    pub(super) fn end_read(&mut self, host: &impl Host, end: Result<()>) {
        (self.is_reading, self.is_read) = (false, true);
        let media = self.number;
        let event = match end {
            Ok(()) => Event::Read { media, done: 1.0 },
            Err(error) => Event::ReadFailed {
                media,
                error: (&error).into(),
            },
        };
        host.tell(&event, Attachments::default());
    }
}

/// A share done by bytes, where frames do not tell.
pub(super) fn share_of(position: Option<u64>, byte_len: Option<u64>) -> Option<f64> {
    let (position, byte_len) = (position?, byte_len.filter(|n| *n > 0)?);
    Some((position as f64 / byte_len as f64).min(1.0))
}

/// Opens a medium whose bytes `open_source` gives.
pub(super) fn open(open_source: &OpenSource, options: &OpenOptions) -> Result<Media> {
    Media::open(Rc::clone(open_source), hint(options))
}

/// What is known of a medium from elsewhere.
pub(super) fn hint(options: &OpenOptions) -> Hint {
    Hint {
        name: options.name.clone(),
        mime_type: Some(options.mime_type.clone()).filter(|t| !t.is_empty()),
        uri: options.uri.clone(),
        track: options.track,
        ..Hint::default()
    }
}

/// What is known of a medium whose samples the browser decoded.
pub(super) fn decoded_by_browser(options: &OpenOptions) -> MediaInfo {
    let message = format!(
        "decoded by the browser, whole and to {} Hz: positions follow its decoder",
        options.sample_rate
    );
    MediaInfo {
        name: options.name.clone(),
        uri: options.uri.clone(),
        container: "unknown".into(),
        codec: "unknown".into(),
        mime_type: options.mime_type.clone(),
        decoded_by: DecodedBy::Browser,
        seekable: true,
        warnings: vec![Warning::new("decoded-by-browser", message)],
        ..MediaInfo::default()
    }
}

/// What a command says whose medium is not open: the page keeps to the order, so it was closed.
pub(super) fn closed() -> Error {
    Error::Cancelled
}
