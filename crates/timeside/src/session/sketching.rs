//! A sketch at work: its stretches are read as their bytes come, several on their way at a time.

use super::Host;
use super::sparse::Sparse;
use crate::{Decoder, Media, Result};
use std::collections::VecDeque;

/// A stretch that needs more parts than these is given up.
const MAX_TRIES: u32 = 6;

type Open = Box<dyn Fn() -> Result<Box<dyn Decoder>>>;

struct Waiting {
    probe: usize,
    tries: u32,
    at: u64,
}

enum Outcome {
    Read,
    Waits(u64),
    /// Nothing can be read at all.
    Lost,
}

/// What is left to do of the sketch of one medium.
pub(super) struct Sketching {
    open: Open,
    decoder: Option<Box<dyn Decoder>>,
    /// Where the bytes must be waited for.
    sparse: Option<Sparse>,
    rest: VecDeque<usize>,
    waiting: Vec<Waiting>,
}

impl Sketching {
    /// `open` gives a decoder of the bytes of `sparse`, or of bytes that are at hand.
    pub(super) fn new(open: Open, sparse: Option<Sparse>) -> Self {
        Self {
            open,
            decoder: None,
            sparse,
            rest: Media::sketch_order().collect(),
            waiting: Vec::new(),
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty() && self.waiting.is_empty()
    }

    pub(super) fn sparse(&self) -> Option<&Sparse> {
        self.sparse.as_ref()
    }

    /// True if something can be done before more bytes come.
    pub(super) fn can_go_on(&self) -> bool {
        let Some(sparse) = &self.sparse else {
            return true;
        };
        let may_ask = !self.rest.is_empty() && sparse.has_room();
        may_ask || self.is_done() || self.waiting.iter().any(|w| sparse.is_settled(w.at))
    }

    /// Reads what can be read until `deadline_ms`.
    pub(super) fn advance(
        &mut self,
        host: &impl Host,
        number: u32,
        media: &mut Media,
        deadline_ms: f64,
    ) {
        while self.can_go_on() && !self.is_done() && host.now_ms() < deadline_ms {
            let settled = self
                .sparse
                .as_ref()
                .and_then(|sparse| self.waiting.iter().position(|w| sparse.is_settled(w.at)));
            let (probe, tries) = match settled {
                Some(at) => {
                    let waiting = self.waiting.swap_remove(at);
                    (waiting.probe, waiting.tries)
                }
                None => match self.rest.pop_front() {
                    Some(probe) => (probe, 0),
                    None => return,
                },
            };
            match self.attempt(probe, media) {
                Outcome::Read => {}
                Outcome::Waits(at) if tries < MAX_TRIES && self.ask(host, number, at) => {
                    let tries = tries + 1;
                    self.waiting.push(Waiting { probe, tries, at });
                }
                Outcome::Waits(_) | Outcome::Lost => media.sketch_lose(probe),
            }
        }
    }

    fn attempt(&mut self, probe: usize, media: &mut Media) -> Outcome {
        let read = match &mut self.decoder {
            Some(decoder) => media.sketch_next(probe, decoder),
            none => {
                (self.open)().and_then(|decoder| media.sketch_next(probe, none.insert(decoder)))
            }
        };
        let missing = self.sparse.as_ref().and_then(Sparse::take_missing);
        match (read, missing) {
            (Ok(()), _) => Outcome::Read,
            (Err(_), Some(at)) => Outcome::Waits(at),
            (Err(_), None) => Outcome::Lost,
        }
    }

    /// Asks for the part from `at` on, unless it is on its way; false if it will not come.
    fn ask(&self, host: &impl Host, number: u32, at: u64) -> bool {
        let Some(sparse) = &self.sparse else {
            return false;
        };
        if !sparse.is_settled(at) {
            return true;
        }
        let range = sparse.ask(at);
        range.map(|range| host.fetch_ahead(number, range)).is_some()
    }
}
