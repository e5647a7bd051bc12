//! Going to a sample of a FLAC file by guessing bytes and asking the frames that are found there.

use super::{FlacDemuxer, Frame};
use timeside_core::Result;

/// Guesses by proportion; after them the stretch is halved, which always ends.
const GUESSES: u32 = 12;

/// In a stretch this short, frames are walked rather than guessed.
const WALK_BYTES: u64 = 96 << 10;

impl FlacDemuxer {
    /// Stands before the frame that holds sample `frame`; if not `exactly`, before one near it, for which one or
    /// two places are read.
    pub(super) fn go_to(&mut self, frame: i64, exactly: bool) -> Result<()> {
        if self.first.frames == 0 {
            return Ok(());
        }
        let target = self.first.start.saturating_add(frame.max(0) as u64);
        // The last frame is the farthest place there is.
        let target = match self.frames() {
            Some(frames) => target.min((self.first.start + frames).saturating_sub(1)),
            None => target,
        };
        let mut low = self.first;
        if let Some(pending) = self
            .pending
            .filter(|p| p.start <= target && p.start > low.start)
        {
            low = pending;
        }
        let end = self.reader.len().unwrap_or(u64::MAX);
        let total = self.frames().map(|frames| self.first.start + frames);
        // What begins behind the target, and where: its number is unknown at a file's end of unknown length.
        let mut high = (total, end);
        if let Some(place) = self.index.after(target) {
            high = (Some(place.unit), place.byte);
        }
        for (hint, is_known) in self.hints(target) {
            if hint > low.byte
                && hint < high.1
                && let Some(found) = self.probe(hint, high.1)?
            {
                if found.start <= target && found.start >= low.start {
                    low = found;
                } else if found.start > target {
                    high = (Some(found.start), hint);
                }
                if is_known {
                    break;
                }
            }
        }
        let mut tries = 0;
        while high.1 != u64::MAX
            && high.1.saturating_sub(low.byte) > WALK_BYTES
            && low.end() <= target
        {
            if !exactly && tries >= 1 {
                break;
            }
            let middle = low.byte + (high.1 - low.byte) / 2;
            let byte = match high.0.filter(|_| tries < GUESSES) {
                Some(above) if above > low.start && target < above => {
                    let share = (target - low.start) as f64 / (above - low.start) as f64;
                    let guess = low.byte + ((high.1 - low.byte) as f64 * share) as u64;
                    // A little early: the frame wanted shall not lie before the place that is read.
                    guess.saturating_sub(WALK_BYTES / 4)
                }
                _ => middle,
            };
            let byte = byte.clamp(low.byte + 1, high.1 - 1);
            tries += 1;
            match self.probe(byte, high.1)? {
                Some(found) if found.start <= target && found.start >= low.start => low = found,
                Some(found) => high = (Some(found.start.max(low.start + 1)), byte),
                // No frame begins between here and what is behind.
                None => high.1 = byte,
            }
        }
        self.walk(low, target, exactly)
    }

    /// Bytes where a frame near `target` may begin: of the index (known), and of the seek table (said).
    fn hints(&self, target: u64) -> Vec<(u64, bool)> {
        let mut hints = Vec::new();
        if let Some(place) = self.index.before(target) {
            hints.push((place.byte, true));
        }
        let at = self
            .seek_table
            .partition_point(|(sample, _)| *sample <= target);
        if let Some((_, offset)) = at.checked_sub(1).and_then(|i| self.seek_table.get(i)) {
            hints.push((self.first.byte.saturating_add(*offset), false));
        }
        hints
    }

    /// The first frame at or behind `byte`, before `limit`.
    fn probe(&mut self, byte: u64, limit: u64) -> Result<Option<Frame>> {
        let found = self.next_header(byte, limit)?;
        Ok(found.map(|(byte, header)| self.frame_at(byte, &header)))
    }

    /// Goes on from `frame` to the one that holds sample `target`, or to the last.
    fn walk(&mut self, mut frame: Frame, target: u64, exactly: bool) -> Result<()> {
        while exactly && frame.end() <= target {
            let (_, next) = self.measure(&frame)?;
            self.index.note(frame.start, frame.byte);
            match next {
                Some(next) if next.start <= target => frame = next,
                _ => break,
            }
        }
        self.pending = Some(frame);
        Ok(())
    }
}
