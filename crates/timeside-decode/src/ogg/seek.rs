//! Places in an Ogg file: its end, its beginning, and the page before a granule.

use super::page::{MAX_PAGE_BYTES, Page};
use super::{OggDemuxer, Waiting};
use timeside_core::{Result, Warning};

/// Where the search for the last page begins: a page of usual length.
pub(super) const FIRST_TAIL_BYTES: u64 = 16 << 10;

/// Where it gives up.
pub(super) const MAX_TAIL_BYTES: u64 = 4 << 20;

/// Guesses by proportion; after them the stretch is halved, which always ends.
const GUESSES: u32 = 12;

impl OggDemuxer {
    /// Finds the granule with which the last page of this stream ends.
    pub(super) fn find_end(&mut self, warnings: &mut Vec<Warning>) -> Result<Option<i64>> {
        let Some(len) = self.reader.len() else {
            return Ok(None);
        };
        let mut tail = FIRST_TAIL_BYTES;
        loop {
            let from = len.saturating_sub(tail).max(self.data_start);
            self.reader.seek_to(from)?;
            let mut end = None;
            let mut is_marked = false;
            let mut behind = from;
            let mut page = Page::default();
            let mut skipped = 0;
            while page.read_next(&mut self.reader, u64::MAX, &mut skipped)? {
                behind = page.byte + page.byte_len();
                if page.serial == self.serial {
                    is_marked = page.last;
                    if page.granule >= 0 {
                        end = Some(page.granule);
                    }
                }
            }
            if end.is_some() {
                if !is_marked || behind < len {
                    let message = format!(
                        "the Ogg file ends without its last page, at byte {behind} of {len}"
                    );
                    warnings.push(Warning::new("truncated", message));
                }
                return Ok(end);
            }
            if from == self.data_start || tail > MAX_TAIL_BYTES {
                return Ok(None);
            }
            tail *= 4;
        }
    }

    /// Reads the first pages of sound, which tell the granule at which it begins.
    pub(super) fn find_start(&mut self) -> Result<()> {
        self.rewind()?;
        // The first page counts its packets backwards from its word, unless it is the last as well.
        if self.waiting.is_empty() {
            self.read_page()?;
        }
        if let Some(first) = self.waiting.front() {
            self.first_granule = first.start;
            self.base = first.start.max(0);
        }
        Ok(())
    }

    /// Notes where a page stands that says its place.
    pub(super) fn note(&self, page: &Page) {
        if let Ok(granule) = u64::try_from(page.granule) {
            self.index.note(granule, page.byte);
        }
    }

    /// Stands where all from `frame` on comes out right; if not `exactly`, near it, for which one or two places
    /// are read.
    pub(super) fn go_to(&mut self, frame: i64, exactly: bool) -> Result<()> {
        let wanted = frame
            .saturating_add(self.base)
            .saturating_add(self.coded.pre_skip());
        let early = wanted.saturating_sub(self.coded.preroll());
        let page = if early > self.first_granule {
            self.page_before(early, exactly)?
        } else {
            None
        };
        let Some(page) = page else {
            return self.rewind();
        };
        self.reader.seek_to(page.byte + page.byte_len())?;
        self.forget();
        self.clock = Some(page.granule);
        self.take_entry(&page);
        Ok(())
    }

    /// The last page of this stream that ends at or before `granule`, if any: guessed by what is known on both
    /// sides, then halved, then walked.
    fn page_before(&mut self, granule: i64, exactly: bool) -> Result<Option<Page>> {
        let Some(len) = self.reader.len() else {
            return Ok(None);
        };
        // Byte from which to look on, and the granule there; byte that is too far, and the granule there.
        let (mut low, mut low_granule) = (self.data_start, self.first_granule);
        let (mut high, mut high_granule) = (len, self.last_granule);
        let unit = granule.max(0) as u64;
        if let Some(place) = self.index.before(unit).filter(|p| p.byte > low) {
            (low, low_granule) = (place.byte, place.unit as i64);
        }
        if let Some(place) = self
            .index
            .after(unit)
            .filter(|p| p.byte > low && p.byte < len)
        {
            (high, high_granule) = (place.byte, Some(place.unit as i64));
        }
        let mut best = None;
        let mut skipped = 0;
        let mut tries = 0;
        while high.saturating_sub(low) > MAX_PAGE_BYTES as u64 {
            if !exactly && tries >= 1 && best.is_some() {
                return Ok(best);
            }
            let mut byte = low + (high - low) / 2;
            if let Some(above) = high_granule.filter(|above| *above > granule && tries < GUESSES) {
                let share = granule.saturating_sub(low_granule) as f64
                    / above.saturating_sub(low_granule).max(1) as f64;
                let guess = low + ((high - low) as f64 * share.clamp(0.0, 1.0)) as u64;
                // A little early, so that the page before the granule is found rather than the one behind.
                byte = guess
                    .saturating_sub(MAX_PAGE_BYTES as u64 / 2)
                    .clamp(low, high - 1);
            }
            tries += 1;
            self.reader.seek_to(byte)?;
            match self.marked_page(high, &mut skipped)? {
                Some(page) if page.granule <= granule => {
                    low = page.byte + page.byte_len();
                    low_granule = page.granule;
                    self.note(&page);
                    best = Some(page);
                }
                Some(page) => {
                    self.note(&page);
                    high_granule = Some(page.granule);
                    // From `low` on everything up to there was looked at: the page sought is before.
                    if byte == low {
                        return Ok(best);
                    }
                    high = byte;
                }
                None if byte == low => return Ok(best),
                None => high = byte,
            }
        }
        // The rest is walked.
        self.reader.seek_to(low)?;
        while let Some(page) = self.marked_page(high, &mut skipped)? {
            if page.granule > granule {
                break;
            }
            best = Some(page);
        }
        Ok(best)
    }

    /// The next page of this stream, before byte `limit`, that says where its last packet ends.
    fn marked_page(&mut self, limit: u64, skipped: &mut u64) -> Result<Option<Page>> {
        let mut page = Page::default();
        while page.read_next(&mut self.reader, limit, skipped)? {
            if page.serial == self.serial && page.granule >= 0 {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    /// Takes of `page`, which is entered from nowhere, its last whole packet, for the codec to overlap with,
    /// and the beginning of the packet that goes on.
    pub(super) fn take_entry(&mut self, page: &Page) {
        self.next_sequence = Some(page.sequence.wrapping_add(1));
        let mut is_orphan = page.continued;
        let mut last = None;
        let mut partial = Vec::new();
        page.pieces(|bytes, ends| {
            if is_orphan {
                is_orphan = !ends;
                return;
            }
            partial.extend_from_slice(bytes);
            if ends {
                last = Some(std::mem::take(&mut partial));
            }
        });
        self.partial = partial;
        if let Some(data) = last {
            let frames = self.coded.packet_frames(&data, &mut self.previous_block);
            let start = page.granule - frames as i64;
            self.waiting.push_back(Waiting {
                data,
                start,
                frames,
                discontinuous: false,
            });
        }
        self.ended = page.last;
    }
}
