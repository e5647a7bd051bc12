//! A medium behind an address: the cache's requests made by the host, and the read-ahead.

use super::Host;
use crate::{Error, Result};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use timeside_decode::ranged::{BEYOND_BYTES, Fetch, Fetched, Limits, RangedCache, RangedSource};

/// How far is read ahead of whoever reads straight on.
const AHEAD_BYTES: u64 = 4 << 20;

/// A reader takes about so much at once: it may go on if so much is there.
const STEP_BYTES: u64 = 64 << 10;

/// Requests under way at a time. One, four MiB ahead of the reader, overlaps with decoding; each more costs memory.
const MAX_IN_FLIGHT: usize = 1;

/// What is on its way, and what was lost on it.
#[derive(Default)]
struct Traffic {
    in_flight: Vec<Range<u64>>,
    /// Each is told once, to the reader that comes to it; whoever comes next asks anew.
    lost: Vec<(Range<u64>, Error)>,
}

fn lock(traffic: &Mutex<Traffic>) -> MutexGuard<'_, Traffic> {
    traffic.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Requests at once, of which the first is answered by what opening the address gave.
struct HostFetch<H> {
    host: H,
    media: u32,
    head: Option<Fetched>,
    traffic: Arc<Mutex<Traffic>>,
}

impl<H: Host> Fetch for HostFetch<H> {
    fn fetch(&mut self, range: Range<u64>) -> Result<Fetched> {
        if let Some(head) = self.head.take() {
            return Ok(head);
        }
        let mut traffic = lock(&self.traffic);
        let lost = traffic
            .lost
            .iter()
            .position(|(lost, _)| lost.contains(&range.start));
        if let Some(at) = lost {
            return Err(traffic.lost.remove(at).1);
        }
        if traffic.in_flight.iter().any(|r| r.contains(&range.start)) {
            return Err(Error::NotYet { at: range.start });
        }
        match self.host.fetch_now(self.media, range.clone()) {
            // It will not come at once: it is asked for the other way.
            Err(Error::NotYet { .. }) => {
                self.host.fetch_ahead(self.media, range.clone());
                let at = range.start;
                traffic.in_flight.push(range);
                Err(Error::NotYet { at })
            }
            answer => answer,
        }
    }
}

/// A medium behind an address.
pub(super) struct Remote {
    source: RangedSource,
    cache: RangedCache,
    traffic: Arc<Mutex<Traffic>>,
}

impl Remote {
    /// `head` holds the first bytes and the identity; and the length, unless the medium is still arriving.
    pub(super) fn open(host: &impl Host, media: u32, head: Fetched) -> Result<Self> {
        let traffic = Arc::<Mutex<Traffic>>::default();
        let fetch = HostFetch {
            host: host.clone(),
            media,
            head: Some(head.clone()),
            traffic: Arc::clone(&traffic),
        };
        // The host tries again by itself, and waits between.
        let limits = Limits {
            tries: 1,
            ..Limits::default()
        };
        let source = RangedSource::open_arriving(Box::new(fetch), limits)?;
        let cache = source.cache();
        // The first request of the source is shorter than what came.
        cache.insert(0, &head)?;
        Ok(Self {
            source,
            cache,
            traffic,
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

    /// The same for a reader that misses the byte `at`.
    pub(super) fn has_come(&self, at: u64) -> bool {
        self.is_ready_for(at..at.saturating_add(1))
    }

    /// True if `needed` is there, or nobody will bring it.
    pub(super) fn is_ready_for(&self, needed: Range<u64>) -> bool {
        let is_lost =
            |(lost, _): &(Range<u64>, Error)| lost.start < needed.end && needed.start < lost.end;
        if lock(&self.traffic).lost.iter().any(is_lost) {
            return true;
        }
        self.cache.has(needed)
    }

    /// Asks for what the readers at `positions` need next, the most urgent first.
    pub(super) fn read_ahead(
        &mut self,
        host: &impl Host,
        media: u32,
        positions: impl Iterator<Item = u64>,
    ) {
        let positions: Vec<u64> = positions.filter(|at| *at < BEYOND_BYTES).collect();
        let mut traffic = lock(&self.traffic);
        // What nobody comes to any more is no news.
        let is_near = |lost: &Range<u64>| {
            positions
                .iter()
                .any(|at| lost.end > *at && lost.start < at.saturating_add(AHEAD_BYTES))
        };
        traffic.lost.retain(|(lost, _)| is_near(lost));
        let is_part = |range: &&Range<u64>| range.start < BEYOND_BYTES;
        while traffic.in_flight.iter().filter(is_part).count() < MAX_IN_FLIGHT {
            let passed: Vec<_> = (traffic.in_flight.iter())
                .chain(traffic.lost.iter().map(|(lost, _)| lost))
                .cloned()
                .collect();
            let missing = |at: &u64| self.cache.missing_beside(*at, AHEAD_BYTES, &passed);
            let Some(range) = positions.iter().find_map(missing) else {
                return;
            };
            host.fetch_ahead(media, range.clone());
            traffic.in_flight.push(range);
        }
    }

    /// Asks for one part, and nothing behind it: beside the read-ahead, which would keep it waiting.
    pub(super) fn read_part(&mut self, host: &impl Host, media: u32, part: &Range<u64>) {
        let mut traffic = lock(&self.traffic);
        let passed: Vec<_> = (traffic.in_flight.iter())
            .chain(traffic.lost.iter().map(|(lost, _)| lost))
            .cloned()
            .collect();
        let missing = self
            .cache
            .missing_beside(part.start, part.end - part.start, &passed);
        if let Some(range) = missing.filter(|_| traffic.in_flight.len() <= MAX_IN_FLIGHT) {
            host.fetch_ahead(media, range.clone());
            traffic.in_flight.push(range);
        }
    }

    /// Takes a piece of what was asked for. That it is another file's is told to the reader who comes to it.
    pub(super) fn supply(&mut self, start: u64, fetched: &Fetched) {
        if let Err(error) = self.cache.insert(start, fetched) {
            let end = start.saturating_add(fetched.bytes.len().max(1) as u64);
            lock(&self.traffic).lost.push((start..end, error));
        }
    }

    /// Learns that what was asked for from byte `start` on has come, or what kept it.
    pub(super) fn supplied(&mut self, start: u64, outcome: Result<()>) {
        let mut traffic = lock(&self.traffic);
        let Some(at) = traffic.in_flight.iter().position(|r| r.start == start) else {
            return;
        };
        let range = traffic.in_flight.remove(at);
        if let Err(error) = outcome {
            traffic.lost.push((range, error));
        }
    }
}
