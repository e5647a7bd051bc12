//! A source over ranged requests: a bounded cache of blocks, retries, and a watch over the file's identity.
//!
//! Only the request itself is somebody else's ([`Fetch`]): a synchronous one in a worker, a test's. What is
//! read ahead asynchronously is put in from outside ([`RangedCache::missing_ahead`], [`RangedCache::insert`]),
//! so that a synchronous request is made on a miss only. A medium that is still arriving from a server without
//! ranges is read the same way: its requests say [`Error::NotYet`], and its length is learnt at its end.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use timeside_core::{Error, Result, Source};

/// No medium reaches so far: who waits for this byte of one that is still arriving waits for its end.
/// It is a whole number for a double, too.
pub const BEYOND_BYTES: u64 = 1 << 52;

/// The answer to a ranged request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The bytes from the range's start on. Fewer than asked for are taken as they are.
    pub bytes: Vec<u8>,
    /// Length of the whole medium, where the answer says it.
    pub total: Option<u64>,
    /// What changes when the medium does: an ETag, or the time of its last change.
    pub validator: Option<String>,
}

/// Makes one ranged request.
pub trait Fetch: Send {
    /// Fetches the bytes of `range`.
    ///
    /// # Errors
    /// `Network` where another try may help (it is made, up to [`Limits::tries`]; waiting between tries and
    /// the time limit of one are this function's); `NotYet` where the bytes are on their way and will be put in
    /// from outside; `NotFound`, `NoRange`, `Conflict` and others end the read.
    fn fetch(&mut self, range: Range<u64>) -> Result<Fetched>;
}

/// Sizes of the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a block.
    pub block_bytes: u64,
    /// The longest synchronous request: it grows from one block to this while a reader goes straight on.
    pub max_request_bytes: u64,
    /// Bytes that are kept; what was not used for longest goes first. At least two blocks.
    pub cache_bytes: u64,
    /// How often a request is tried.
    pub tries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            block_bytes: 64 << 10,
            max_request_bytes: 1 << 20,
            cache_bytes: 6 << 20,
            tries: 3,
        }
    }
}

/// What the cache has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Bytes that came in, by either way.
    pub fetched_bytes: u64,
    /// Of these, put in from outside.
    pub ahead_bytes: u64,
    /// Synchronous requests, tries that failed included.
    pub requests: u64,
    /// Reads that found their block.
    pub hits: u64,
    /// Reads that did not.
    pub misses: u64,
}

struct Block {
    bytes: Arc<[u8]>,
    used: u64,
}

struct State {
    limits: Limits,
    blocks: HashMap<u64, Block>,
    held_bytes: u64,
    clock: u64,
    /// Length of the medium; of one that is still arriving it is learnt at its end.
    total: Option<u64>,
    validator: Option<String>,
    /// The block behind the last one that was fetched synchronously, and how long that request was.
    run: (u64, u64),
    counters: Counters,
}

impl State {
    fn block_len(&self, index: u64) -> u64 {
        self.end()
            .saturating_sub(index * self.limits.block_bytes)
            .min(self.limits.block_bytes)
    }

    /// Where the medium ends; as far as one can think while that is not known.
    fn end(&self) -> u64 {
        self.total.unwrap_or(u64::MAX)
    }

    fn get(&mut self, index: u64) -> Option<Arc<[u8]>> {
        self.clock += 1;
        let block = self.blocks.get_mut(&index)?;
        block.used = self.clock;
        Some(block.bytes.clone())
    }

    fn put(&mut self, index: u64, bytes: &[u8]) {
        self.clock += 1;
        let block = Block {
            bytes: bytes.into(),
            used: self.clock,
        };
        self.held_bytes += bytes.len() as u64;
        if let Some(old) = self.blocks.insert(index, block) {
            self.held_bytes -= old.bytes.len() as u64;
        }
        let limit = self.limits.cache_bytes.max(2 * self.limits.block_bytes);
        while self.held_bytes > limit {
            let Some(oldest) = self
                .blocks
                .iter()
                .min_by_key(|(_, block)| block.used)
                .map(|(index, _)| *index)
            else {
                break;
            };
            if let Some(old) = self.blocks.remove(&oldest) {
                self.held_bytes -= old.bytes.len() as u64;
            }
        }
    }

    /// Refuses an answer of another file than the one that was opened.
    fn check(&mut self, total: Option<u64>, validator: Option<&str>) -> Result<()> {
        match (self.total, total) {
            (Some(was), Some(is)) if was != is => {
                let message = format!(
                    "the file changed while it was read: its length was {was}, now it is {is} bytes"
                );
                return Err(Error::Conflict(message));
            }
            (None, Some(_)) => self.total = total,
            _ => {}
        }
        match (&self.validator, validator) {
            (Some(old), Some(new)) if old != new => Err(Error::Conflict(
                "the file changed while it was read: its identity (ETag or date) is another".into(),
            )),
            (None, Some(new)) => {
                self.validator = Some(new.to_owned());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Keeps the whole blocks of `bytes`, which begin at byte `start`. Returns how many bytes were kept.
    fn keep(&mut self, start: u64, bytes: &[u8]) -> u64 {
        let size = self.limits.block_bytes;
        let end = start.saturating_add(bytes.len() as u64).min(self.end());
        let mut index = start.div_ceil(size);
        let mut kept = 0;
        while index * size < end && index * size + self.block_len(index) <= end {
            let from = (index * size - start) as usize;
            let len = self.block_len(index) as usize;
            self.put(index, &bytes[from..from + len]);
            kept += len as u64;
            index += 1;
        }
        kept
    }
}

/// The cache of one medium. A clone is the same cache: several readers and the read-ahead share it.
#[derive(Clone)]
pub struct RangedCache {
    state: Arc<Mutex<State>>,
}

impl RangedCache {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves whole blocks or none: the state stays usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Length of the medium in bytes; `None` while it is still arriving from who does not tell.
    pub fn total_bytes(&self) -> Option<u64> {
        self.lock().total
    }

    /// Bytes that the cache holds now.
    pub fn held_bytes(&self) -> u64 {
        self.lock().held_bytes
    }

    /// What it has done so far.
    pub fn counters(&self) -> Counters {
        self.lock().counters
    }

    /// True if all of `range`, as far as the medium goes, is there.
    pub fn has(&self, range: Range<u64>) -> bool {
        let state = self.lock();
        let end = range.end.min(state.end());
        range.start >= end
            || (range.start / state.limits.block_bytes..end.div_ceil(state.limits.block_bytes))
                .all(|index| state.blocks.contains_key(&index))
    }

    /// The first stretch of whole blocks that is missing within `ahead_bytes` from `position` on: what is to be
    /// fetched next. At most [`Limits::max_request_bytes`] long, and no more than half the cache ahead.
    pub fn missing_ahead(&self, position: u64, ahead_bytes: u64) -> Option<Range<u64>> {
        self.missing_beside(position, ahead_bytes, &[])
    }

    /// The same, beside what is on its way already.
    pub fn missing_beside(
        &self,
        position: u64,
        ahead_bytes: u64,
        on_the_way: &[Range<u64>],
    ) -> Option<Range<u64>> {
        let state = self.lock();
        let size = state.limits.block_bytes;
        // Reading ahead must not push out what is about to be read.
        let ahead = ahead_bytes.min(state.limits.cache_bytes / 2).max(size);
        let end = position.saturating_add(ahead).min(state.end());
        if position >= end {
            return None;
        }
        let is_missing = |index: &u64| {
            let at = index * size;
            !state.blocks.contains_key(index) && !on_the_way.iter().any(|range| range.contains(&at))
        };
        let first = (position / size..end.div_ceil(size)).find(is_missing)?;
        let longest = (state.limits.max_request_bytes / size).max(1);
        let last = (first..end.div_ceil(size))
            .take(longest as usize)
            .take_while(is_missing)
            .last()?;
        Some(first * size..((last + 1) * size).min(state.end()))
    }

    /// Puts in what was fetched from byte `start` on. Blocks that are not whole are left out.
    ///
    /// # Errors
    /// `Conflict` if the answer is another file's.
    pub fn insert(&self, start: u64, fetched: &Fetched) -> Result<()> {
        let mut state = self.lock();
        state.check(fetched.total, fetched.validator.as_deref())?;
        state.keep(start, &fetched.bytes);
        state.counters.fetched_bytes += fetched.bytes.len() as u64;
        state.counters.ahead_bytes += fetched.bytes.len() as u64;
        Ok(())
    }

    /// Lets go of everything that is held.
    pub fn clear(&self) {
        let mut state = self.lock();
        state.blocks.clear();
        state.held_bytes = 0;
    }
}

impl std::fmt::Debug for RangedCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.lock();
        f.debug_struct("RangedCache")
            .field("total", &state.total)
            .field("held_bytes", &state.held_bytes)
            .field("counters", &state.counters)
            .finish_non_exhaustive()
    }
}

/// A [`Source`] over a [`RangedCache`]. A clone reads the same medium at a place of its own.
#[derive(Clone)]
pub struct RangedSource {
    cache: RangedCache,
    fetch: Arc<Mutex<Box<dyn Fetch>>>,
    position: u64,
}

impl RangedSource {
    /// Makes the first request, which tells length and identity of the medium.
    ///
    /// # Errors
    /// Those of [`Fetch::fetch`]; `NoRange` if the answer does not say how long the medium is.
    pub fn open(fetch: Box<dyn Fetch>, limits: Limits) -> Result<Self> {
        let this = Self::open_arriving(fetch, limits)?;
        if this.cache.total_bytes().is_none() {
            return Err(Error::NoRange(
                "the server does not say how long the file is".into(),
            ));
        }
        Ok(this)
    }

    /// The same for a medium that is still arriving: its length may be told by a later answer.
    ///
    /// # Errors
    /// Those of [`Fetch::fetch`].
    pub fn open_arriving(fetch: Box<dyn Fetch>, limits: Limits) -> Result<Self> {
        let limits = Limits {
            block_bytes: limits.block_bytes.max(1),
            tries: limits.tries.max(1),
            ..limits
        };
        let state = State {
            limits,
            blocks: HashMap::new(),
            held_bytes: 0,
            clock: 0,
            total: None,
            validator: None,
            run: (0, 0),
            counters: Counters::default(),
        };
        let cache = RangedCache {
            state: Arc::new(Mutex::new(state)),
        };
        let this = Self {
            cache,
            fetch: Arc::new(Mutex::new(fetch)),
            position: 0,
        };
        let first = this.request(0..limits.block_bytes)?;
        let mut state = this.cache.lock();
        state.total = first.total;
        state.validator = first.validator;
        state.keep(0, &first.bytes);
        drop(state);
        Ok(this)
    }

    /// The cache, for the read-ahead.
    pub fn cache(&self) -> RangedCache {
        self.cache.clone()
    }

    /// One request, tried again on `Network`.
    fn request(&self, range: Range<u64>) -> Result<Fetched> {
        let tries = self.cache.lock().limits.tries;
        let mut fetch = self.fetch.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tried = 0;
        loop {
            tried += 1;
            let answer = fetch.fetch(range.clone());
            let mut state = self.cache.lock();
            state.counters.requests += 1;
            match answer {
                Ok(mut fetched) => {
                    // What a server sends beyond the range is not asked for.
                    fetched
                        .bytes
                        .truncate(usize::try_from(range.end - range.start).unwrap_or(usize::MAX));
                    state.counters.fetched_bytes += fetched.bytes.len() as u64;
                    return Ok(fetched);
                }
                Err(Error::Network(_)) if tried < tries => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The length of a medium that is still arriving, by way of asking for what lies behind it.
    fn ask_for_end(&self) -> Result<u64> {
        let fetched = self.request(BEYOND_BYTES..BEYOND_BYTES + 1)?;
        let mut state = self.cache.lock();
        state.check(fetched.total, fetched.validator.as_deref())?;
        state.total.ok_or(Error::NotYet { at: BEYOND_BYTES })
    }

    /// The block `index`, from the cache or by requests until it is whole.
    fn block(&self, index: u64) -> Result<Arc<[u8]>> {
        let (size, total, wanted, tries) = {
            let mut state = self.cache.lock();
            if let Some(bytes) = state.get(index) {
                state.counters.hits += 1;
                return Ok(bytes);
            }
            state.counters.misses += 1;
            let size = state.limits.block_bytes;
            // A reader that goes straight on gets more at a time.
            let longest = (state.limits.max_request_bytes / size)
                .clamp(1, (state.limits.cache_bytes / size / 2).max(1));
            let wanted = match state.run {
                (next, before) if next == index && before > 0 => (before * 2).min(longest),
                _ => 1,
            };
            let wanted = (1..wanted)
                .find(|i| state.blocks.contains_key(&(index + i)))
                .unwrap_or(wanted);
            state.run = (index + wanted, wanted);
            (size, state.end(), wanted, state.limits.tries)
        };
        let start = index * size;
        let end = (start + wanted * size).min(total);
        let mut needed = (start + size).min(total);
        let mut bytes = Vec::new();
        let mut empty = 0;
        // Servers may answer short: the rest is asked for again.
        while start + (bytes.len() as u64) < needed {
            let fetched = self.request(start + bytes.len() as u64..end)?;
            let total = {
                let mut state = self.cache.lock();
                state.check(fetched.total, fetched.validator.as_deref())?;
                state.end()
            };
            needed = needed.min(total).max(start);
            bytes.extend_from_slice(&fetched.bytes);
            let at = start + bytes.len() as u64;
            if fetched.bytes.is_empty() && at < needed {
                empty += 1;
                if empty >= tries {
                    return Err(Error::Network(format!(
                        "the server sends nothing from byte {at} on"
                    )));
                }
            }
        }
        let mut state = self.cache.lock();
        state.keep(start, &bytes);
        bytes.truncate((needed - start) as usize);
        Ok(bytes.into())
    }
}

impl Read for RangedSource {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let (size, total) = {
            let state = self.cache.lock();
            (state.limits.block_bytes, state.end())
        };
        if self.position >= total || buf.is_empty() {
            return Ok(0);
        }
        let index = self.position / size;
        let block = self.block(index).map_err(Error::into_io)?;
        let from = (self.position - index * size) as usize;
        let n = buf.len().min(block.len().saturating_sub(from));
        buf[..n].copy_from_slice(&block[from..from + n]);
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for RangedSource {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => match self.cache.total_bytes() {
                Some(total) => total.checked_add_signed(by),
                None => self
                    .ask_for_end()
                    .map_err(Error::into_io)?
                    .checked_add_signed(by),
            },
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = to.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

impl Source for RangedSource {
    fn byte_len(&self) -> Option<u64> {
        self.cache.total_bytes()
    }
}

impl std::fmt::Debug for RangedSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RangedSource")
            .field("position", &self.position)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
