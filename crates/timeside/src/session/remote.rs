//! A medium behind an address: the cache's requests made by the host, and the read-ahead.

use super::Host;
use crate::Result;
use std::ops::Range;
use timeside_decode::ranged::{Fetch, Fetched, Limits, RangedCache, RangedSource};

/// How far is read ahead of whoever reads straight on.
const AHEAD_BYTES: u64 = 4 << 20;

/// A reader takes about so much at once: it may go on if so much is there.
const STEP_BYTES: u64 = 128 << 10;

/// Synchronous requests, of which the first is answered by what opening the address gave.
struct HostFetch<H> {
    host: H,
    media: u32,
    head: Option<Fetched>,
}

impl<H: Host> Fetch for HostFetch<H> {
    fn fetch(&mut self, range: Range<u64>) -> Result<Fetched> {
        match self.head.take() {
            Some(head) => Ok(head),
            None => self.host.fetch_now(self.media, range),
        }
    }
}

/// A medium behind an address.
pub(super) struct Remote {
    source: RangedSource,
    cache: RangedCache,
    in_flight: Option<Range<u64>>,
    /// Where read-ahead failed: there the reader itself must ask, and tell.
    failed: Option<Range<u64>>,
}

impl Remote {
    /// `head` holds the first bytes, the length and the identity.
    pub(super) fn open(host: &impl Host, media: u32, head: Fetched) -> Result<Self> {
        let fetch = HostFetch {
            host: host.clone(),
            media,
            head: Some(head.clone()),
        };
        let source = RangedSource::open(Box::new(fetch), Limits::default())?;
        let cache = source.cache();
        // The first request of the source is shorter than what came.
        cache.insert(0, &head)?;
        Ok(Self {
            source,
            cache,
            in_flight: None,
            failed: None,
        })
    }

    /// A reader of its own place.
    pub(super) fn source(&self) -> RangedSource {
        self.source.clone()
    }

    /// True if a reader at `position` finds what it needs, or nobody will bring it.
    pub(super) fn is_ready(&self, position: Option<u64>) -> bool {
        position.is_none_or(|at| self.is_ready_for(at..at.saturating_add(STEP_BYTES)))
    }

    /// True if `needed` is there, or nobody will bring it.
    pub(super) fn is_ready_for(&self, needed: Range<u64>) -> bool {
        let is_lost = self
            .failed
            .as_ref()
            .is_some_and(|f| f.start < needed.end && needed.start < f.end);
        is_lost || self.cache.has(needed)
    }

    /// Asks for what the readers at `positions` need next, the most urgent first; one request at a time.
    pub(super) fn read_ahead(
        &mut self,
        host: &impl Host,
        media: u32,
        positions: impl Iterator<Item = u64>,
    ) {
        if self.in_flight.is_some() {
            return;
        }
        let missing = |at| {
            self.cache
                .missing_ahead(at, AHEAD_BYTES)
                .filter(|range| self.failed.as_ref() != Some(range))
        };
        if let Some(range) = positions.into_iter().find_map(missing) {
            host.fetch_ahead(media, range.clone());
            self.in_flight = Some(range);
        }
    }

    /// Asks for one part, and nothing behind it, unless a request is under way.
    pub(super) fn read_part(&mut self, host: &impl Host, media: u32, part: &Range<u64>) {
        let missing = self
            .cache
            .missing_ahead(part.start, part.end - part.start)
            .filter(|range| self.failed.as_ref() != Some(range));
        if let Some(range) = missing.filter(|_| self.in_flight.is_none()) {
            host.fetch_ahead(media, range.clone());
            self.in_flight = Some(range);
        }
    }

    /// Takes what came. That it is another file's is told by the reader who comes to it.
    pub(super) fn supply(&mut self, start: u64, fetched: &Fetched) {
        let range = self.in_flight.take();
        self.failed = if self.cache.insert(start, fetched).is_err() {
            range
        } else {
            None
        };
    }

    /// Learns that it does not come.
    pub(super) fn supply_failed(&mut self) {
        self.failed = self.in_flight.take();
    }
}
