//! What a medium is drawn from: a sketch, the view, the whole; and what is kept of it for another time.

use super::medium::{self, Bytes, Medium};
use super::sketching::Sketching;
use super::sparse::Sparse;
use super::{Host, Session, kept};
use crate::{Error, OpenSource, Peaks, Result};
use std::rc::Rc;
use timeside_protocol::{Attachments, Event, OpenOptions};

/// Whether the picture was drawn at another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recall {
    /// Nobody has wanted a picture yet.
    Unasked,
    /// The host looks it up.
    Asked,
    Answered,
}

/// The picture of a medium on its way.
pub(super) struct Picture {
    options: OpenOptions,
    /// What it is kept under; `None` if the medium cannot be told from another.
    key: Option<String>,
    recall: Recall,
    sketching: Option<Sketching>,
    /// What the read of a view misses and waits for.
    view_waits_for: Option<u64>,
}

impl Picture {
    pub(super) fn new(options: &OpenOptions) -> Self {
        Self {
            options: options.clone(),
            key: None,
            recall: Recall::Unasked,
            sketching: None,
            view_waits_for: None,
        }
    }

    /// The byte that the read of a view misses.
    pub(super) fn view_waits_for(&self) -> Option<u64> {
        self.view_waits_for
    }

    /// True while the host looks up what was kept: whoever wants to see something waits that moment.
    pub(super) fn is_asked_for(&self) -> bool {
        self.recall == Recall::Asked
    }

    /// True if the read of the whole may go on: nothing quicker is being done.
    pub(super) fn may_read(&self) -> bool {
        self.recall == Recall::Answered && self.sketching.is_none()
    }
}

impl Medium {
    /// Columns of the waveform. A long stretch is not made exact before all of it has been read: it is read next.
    pub(super) fn peaks(
        &mut self,
        host: &impl Host,
        start: Option<f64>,
        end: Option<f64>,
        pixels: usize,
    ) -> Result<Peaks> {
        let width = self.media.latest_exact_width();
        let peaks = if self.is_read() || self.media.has_peaks(start, end) {
            match self.media.peaks(start, end, pixels) {
                // What has not come yet is drawn when it has.
                Err(Error::NotYet { .. }) => self.media.quick_peaks(start, end, pixels),
                // What is kept no longer can still be drawn from its peaks.
                Err(Error::OutOfMemory { .. }) if self.recording().is_some() => {
                    self.media.quick_peaks(start, end, pixels)
                }
                peaks => peaks,
            }
        } else {
            self.media.quick_peaks(start, end, pixels)
        };
        if self.media.latest_exact_width() != width {
            self.offer_picture(host);
        }
        peaks
    }

    /// Lets the picture be recalled, sketched and read.
    pub(super) fn want_picture(&mut self, host: &impl Host) {
        if self.is_read() {
            return;
        }
        self.let_read();
        if self.picture.recall == Recall::Unasked {
            self.picture.key = self.identity();
            let key = self.picture.key.clone();
            if key.is_some_and(|key| host.recall(self.number(), &key)) {
                self.picture.recall = Recall::Asked;
            } else {
                self.answer_recall(host, &[]);
            }
        }
    }

    /// Takes what was kept at another time; empty if nothing was.
    fn answer_recall(&mut self, host: &impl Host, bytes: &[u8]) {
        self.picture.recall = Recall::Answered;
        let key = self.picture.key.as_deref().unwrap_or_default();
        let picture = kept::payload(bytes, key);
        if picture.is_some_and(|picture| self.media.restore_picture(picture)) {
            let event = Event::Info {
                media: self.number(),
                info: self.media.info().clone(),
            };
            host.tell(&event, Attachments::default());
            return self.end_read(host, Ok(()));
        }
        if self.media.begin_sketch() {
            self.picture.sketching = self.sketching();
        }
    }

    fn sketching(&self) -> Option<Sketching> {
        let (open_source, sparse): (OpenSource, _) = match &self.bytes {
            Bytes::Local(open) => (Rc::clone(open), None),
            Bytes::Remote(remote) => {
                // What arrives in its own order cannot be asked for in ours.
                let source = remote.source();
                let byte_len = source.cache().total_bytes()?;
                let sparse = Sparse::new(source, byte_len);
                let readers = sparse.clone();
                (
                    Rc::new(move || Ok(Box::new(readers.reader()))),
                    Some(sparse),
                )
            }
            Bytes::Live(_) | Bytes::None => return None,
        };
        let hint = medium::hint(&self.picture.options);
        let open = move || timeside_decode::open(open_source()?, hint.clone());
        Some(Sketching::new(Box::new(open), sparse))
    }

    /// What tells the medium from others and from itself before a change; `None` if that cannot be told.
    fn identity(&mut self) -> Option<String> {
        let options = &self.picture.options;
        let track = options.track.map_or(-1, i64::from);
        let byte_len = self.byte_len?;
        match &self.bytes {
            Bytes::Local(open) => {
                let modified = options.last_modified?;
                let ends = kept::hash_of_ends(&mut *open().ok()?).ok()?;
                Some(kept::key(&[
                    "file",
                    &options.name,
                    &byte_len.to_string(),
                    &modified.to_string(),
                    &ends,
                    &track.to_string(),
                ]))
            }
            Bytes::Remote(_) => Some(kept::key(&[
                "address",
                &kept::address_without_secrets(&options.uri),
                &byte_len.to_string(),
                options.validator.as_deref()?,
                &track.to_string(),
            ])),
            Bytes::Live(_) | Bytes::None => None,
        }
    }

    /// Lets the host keep the finished picture, if it can be found again.
    pub(super) fn offer_picture(&self, host: &impl Host) {
        if let Some(key) = &self.picture.key {
            host.keep(self.number(), key);
        }
    }

    fn can_sketch(&self) -> bool {
        let sketching = self.picture.sketching.as_ref();
        sketching.is_some_and(Sketching::can_go_on)
    }

    fn sketch(&mut self, host: &impl Host, deadline_ms: f64) {
        let number = self.number();
        let Some(sketching) = &mut self.picture.sketching else {
            return;
        };
        sketching.advance(host, number, &mut self.media, deadline_ms);
        if sketching.is_done() {
            self.picture.sketching = None;
            host.tell(&Event::Sketched { media: number }, Attachments::default());
        }
    }

    /// The parts that a sketch waits for.
    pub(super) fn sparse(&self) -> Option<&Sparse> {
        self.picture.sketching.as_ref()?.sparse()
    }

    /// True if something is looked at that was not read, and can be read now.
    fn can_read_view(&mut self) -> bool {
        let position = self.media.view_byte_position();
        self.picture.may_read()
            && self.media.has_unread_view()
            && self.is_ready(position)
            && self.has_come(self.picture.view_waits_for)
    }
}

impl<H: Host> Session<H> {
    /// Takes what the host kept under the key of a medium ([`Host::recall`]); empty if there is nothing. It is not
    /// trusted: what is not whole, or another medium's, counts as nothing.
    pub fn recalled(&mut self, media: u32, bytes: &[u8]) {
        let host = self.host.clone();
        if let Some(medium) = self.media.get_mut(&media) {
            medium.answer_recall(&host, bytes);
        }
    }

    /// Hands out the finished picture of a medium in pieces, for [`Session::recalled`] at another time; false if
    /// there is none.
    pub fn kept(&self, media: u32, take: &mut dyn FnMut(&[u8])) -> bool {
        let medium = self.media.get(&media);
        let picture = medium.and_then(|m| Some((m, m.picture.key.as_deref()?)));
        picture.is_some_and(|(medium, key)| kept::write(key, &medium.media, take))
    }

    /// Lets peaks that a server made stand for what has not been read.
    pub(super) fn give_peaks(&mut self, media: u32, bytes: &[u8]) -> Result<()> {
        let medium = self.media.get_mut(&media).ok_or_else(medium::closed)?;
        let data = timeside_export::waveform_data::WaveformData::read(bytes)?;
        medium.media.set_given_peaks(data)
    }

    pub(super) fn work_sketch(&mut self, deadline_ms: f64) -> bool {
        let Some(medium) = self.media.values_mut().find(|m| m.can_sketch()) else {
            return false;
        };
        medium.sketch(&self.host, deadline_ms);
        true
    }

    /// What is looked at goes before the rest.
    pub(super) fn work_view(&mut self, deadline_ms: f64) -> bool {
        let Some(medium) = self
            .media
            .values_mut()
            .find_map(|m| m.can_read_view().then_some(m))
        else {
            return false;
        };
        while medium.can_read_view() {
            // The read of the whole meets an error again, and tells it.
            let read = medium.media.read_view();
            medium.picture.view_waits_for = match read {
                Err(Error::NotYet { at }) => Some(at),
                _ => None,
            };
            if read.is_err() || self.host.now_ms() >= deadline_ms {
                break;
            }
        }
        true
    }
}

/// Why a command has no bytes.
pub(super) fn no_bytes() -> Error {
    let reason = "travel beside the command, and are missing";
    Error::bad_parameter("open", "peaks", reason)
}
