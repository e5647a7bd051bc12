//! Samples for a sink that plays them: read in the order it asks, before everything else.
//!
//! The sink (an audio thread) decides what follows what: loops, ends and the next recording are its business. It
//! asks for stretches ahead of what it plays, so that memory is bounded by what it has room for; a feed answers
//! one by one, from a decoder of its own that nobody else moves.

use super::medium::{self, Medium};
use super::{Host, Session};
use crate::reader::Reader;
use crate::{Error, Result};
use std::collections::{BTreeMap, VecDeque};
use timeside_protocol::{Array, Attachments, Event, FeedRead};

/// Frames that one answer may hold.
const MAX_READ_FRAMES: u32 = 1 << 16;

/// One `Feed` command.
pub(super) struct Feed {
    pub(super) request: u32,
    pub(super) media: u32,
    sample_rate: Option<u32>,
    /// None while so little has come of the medium that it cannot be opened.
    reader: Option<Reader>,
    reads: VecDeque<FeedRead>,
    /// What of the medium it misses and waits for.
    waits_for: Option<u64>,
}

impl Feed {
    pub(super) fn new(request: u32, medium: &Medium, sample_rate: Option<u32>) -> Result<Self> {
        let mut feed = Self {
            request,
            media: medium.number(),
            sample_rate,
            reader: None,
            reads: VecDeque::new(),
            waits_for: None,
        };
        feed.open(medium)?;
        Ok(feed)
    }

    fn open(&mut self, medium: &Medium) -> Result<()> {
        match medium.media.decoder(self.sample_rate) {
            Ok(decoder) => self.reader = Some(Reader::new(decoder)),
            Err(Error::NotYet { at }) => self.waits_for = Some(at),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    pub(super) fn ask(&mut self, read: FeedRead) {
        self.reads.push_back(read);
    }

    /// Answers what is older than `epoch` with nothing: it was asked for before a jump.
    pub(super) fn drop_before(&mut self, epoch: u32, host: &impl Host) {
        let request = self.request;
        self.reads.retain(|read| {
            if read.epoch < epoch {
                tell(host, request, read, None);
            }
            read.epoch >= epoch
        });
    }

    /// The byte that it reads next, if somebody waits for it.
    fn byte_position(&self) -> Option<u64> {
        let (next, reader) = (self.reads.front()?, self.reader.as_ref()?);
        // Where a jump leads to in bytes is known only to who jumps.
        (next.start == reader.position())
            .then(|| reader.decoder().byte_position())
            .flatten()
    }

    /// The byte that it misses, or reads next.
    pub(super) fn wanted_byte(&self) -> Option<u64> {
        self.waits_for.or_else(|| self.byte_position())
    }

    fn may_go_on(&self, media: &BTreeMap<u32, Medium>) -> bool {
        let ready = |m: &Medium| m.is_ready(self.byte_position()) && m.has_come(self.waits_for);
        !self.reads.is_empty() && media.get(&self.media).is_none_or(ready)
    }

    /// Answers the first read.
    fn advance(&mut self, host: &impl Host, medium: Option<&Medium>) -> Result<()> {
        self.waits_for = None;
        if let (None, Some(medium)) = (&self.reader, medium) {
            self.open(medium)?;
        }
        let Some(reader) = &mut self.reader else {
            return Ok(());
        };
        let Some(read) = self.reads.pop_front() else {
            return Ok(());
        };
        let frames = read.frames.min(MAX_READ_FRAMES);
        let end = read.start.saturating_add(i64::from(frames));
        let mut samples = vec![Vec::new(); reader.decoder().spec().channels];
        let outcome = reader.read(read.start, end, |block| {
            for (all, piece) in samples.iter_mut().zip(&block.channels) {
                all.extend_from_slice(piece);
            }
        });
        if let Err(Error::NotYet { at }) = outcome {
            self.waits_for = Some(at);
            self.reads.push_front(read);
            return Ok(());
        }
        outcome?;
        tell(host, self.request, &read, Some(samples));
        Ok(())
    }
}

fn tell(host: &impl Host, request: u32, read: &FeedRead, samples: Option<Vec<Vec<f32>>>) {
    let mut arrays = Attachments::default();
    let event = Event::Fed {
        request,
        slot: read.slot,
        epoch: read.epoch,
        start: read.start,
        is_dropped: samples.is_none(),
        channels: samples
            .into_iter()
            .flatten()
            .map(|channel| arrays.add(Array::F32(channel)))
            .collect(),
    };
    host.tell(&event, arrays);
}

impl<H: Host> Session<H> {
    pub(super) fn feed(&mut self, request: u32, media: u32, rate: Option<u32>) -> Result<()> {
        let medium = self.media.get(&media).ok_or_else(medium::closed)?;
        self.feeds.push(Feed::new(request, medium, rate)?);
        Ok(())
    }

    pub(super) fn feed_of(&mut self, request: u32) -> Option<&mut Feed> {
        self.feeds.iter_mut().find(|f| f.request == request)
    }

    /// Feeds the sink that has waited longest; false if none waits for anything that is there.
    pub(super) fn work_feed(&mut self) -> bool {
        let Some(at) = self.feeds.iter().position(|f| f.may_go_on(&self.media)) else {
            return false;
        };
        let mut feed = self.feeds.remove(at);
        match feed.advance(&self.host, self.media.get(&feed.media)) {
            // Behind the others: they take turns.
            Ok(()) => self.feeds.push(feed),
            Err(error) => self.fail(feed.request, &error),
        }
        true
    }
}
