//! Random access to the frames of a medium.

use timeside_core::{Block, Decoder, Result};

/// Frames that are decoded and thrown away rather than sought over: about the cost of a seek.
const SKIP_FRAMES: i64 = 16_384;

/// Frames asked of the decoder at once.
const CHUNK_FRAMES: usize = 8192;

/// A decoder that remembers where it is, so that neighbouring reads do not seek.
pub struct Reader {
    decoder: Box<dyn Decoder>,
    position: i64,
    /// It stands where [`Reader::read_near`] left it: nobody knows exactly where.
    is_astray: bool,
    block: Block,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader at frame 0 of a fresh decoder.
    pub fn new(decoder: Box<dyn Decoder>) -> Self {
        Self::at(decoder, 0)
    }

    /// A reader of a decoder that stands at frame `position`.
    pub fn at(decoder: Box<dyn Decoder>, position: i64) -> Self {
        let block = Block::new(decoder.spec().channels);
        Self {
            decoder,
            position,
            is_astray: false,
            block,
        }
    }

    /// The decoder.
    pub fn decoder(&self) -> &dyn Decoder {
        &*self.decoder
    }

    /// True if it reads on at `frame` without seeking.
    pub(crate) fn stands_at(&self, frame: i64) -> bool {
        self.position == frame
    }

    /// True if it comes to `frame` by going on, without seeking.
    pub(crate) fn goes_on_to(&self, frame: i64) -> bool {
        !self.is_astray && (0..=SKIP_FRAMES).contains(&(frame - self.position))
    }

    /// The frame that it reads next without a seek.
    pub fn position(&self) -> i64 {
        self.position
    }

    /// Hands out the frames `from..to` in order, in pieces; fewer if the medium ends before.
    /// Returns how many there were.
    ///
    /// # Errors
    /// The decoder's.
    pub fn read(&mut self, from: i64, to: i64, mut take: impl FnMut(&Block)) -> Result<i64> {
        let from = from.max(0);
        if !self.goes_on_to(from) {
            self.decoder.seek(from)?;
            self.position = from;
            self.is_astray = false;
        }
        while self.position < from {
            let skip = usize::try_from(from - self.position)
                .unwrap_or(0)
                .min(CHUNK_FRAMES);
            if self.next(skip)? == 0 {
                return Ok(0);
            }
        }
        while self.position < to {
            let want = usize::try_from(to - self.position)
                .unwrap_or(0)
                .min(CHUNK_FRAMES);
            if self.next(want)? == 0 {
                break;
            }
            take(&self.block);
        }
        Ok(self.position - from)
    }

    /// Hands out `frames` frames from about `from` on, cheaply: for a sketch of the whole, see
    /// [`Decoder::seek_near`].
    ///
    /// # Errors
    /// The decoder's.
    pub fn read_near(
        &mut self,
        from: i64,
        frames: i64,
        mut take: impl FnMut(&Block),
    ) -> Result<()> {
        self.is_astray = true;
        self.decoder.seek_near(from.max(0))?;
        let mut left = usize::try_from(frames).unwrap_or(0);
        while left > 0 {
            let got = self.next(left.min(CHUNK_FRAMES))?;
            if got == 0 {
                break;
            }
            take(&self.block);
            left -= got;
        }
        Ok(())
    }

    fn next(&mut self, frames: usize) -> Result<usize> {
        let got = self.decoder.next_block(&mut self.block, frames)?;
        self.position += got as i64;
        Ok(got)
    }
}
