//! Decoders one behind the other on one line of time.

use crate::stream::Position;
use std::sync::atomic::Ordering;
use timeside_core::{AudioSpec, Block, Decoder, MediaInfo, Result, Warning};

/// One decoder of a chain, with the frame at which it begins.
struct Link {
    start: i64,
    decoder: Box<dyn Decoder>,
}

/// Links that follow one another without a gap. All have the rate and the channels of the first.
pub(crate) struct Chain {
    links: Vec<Link>,
    info: MediaInfo,
    current: usize,
    piece: Block,
    /// The next frame to hand out.
    next_frame: i64,
    byte_position: Position,
    warnings: Vec<Warning>,
}

impl Chain {
    /// Joins `decoders`, of which each but the last knows its length. `info` is that of the whole.
    pub(crate) fn new(
        decoders: Vec<Box<dyn Decoder>>,
        mut info: MediaInfo,
        byte_position: Position,
    ) -> Self {
        let mut start = 0_i64;
        let mut end = Some(0_i64);
        let links = decoders
            .into_iter()
            .map(|decoder| {
                let link = Link { start, decoder };
                end = link.decoder.spec().frames.map(|n| start.saturating_add(n));
                start = end.unwrap_or(start);
                link
            })
            .collect();
        info.frames = end;
        info.duration = end.map(|n| timeside_core::time::secs_from_frame(n, info.sample_rate));
        Self {
            links,
            warnings: info.warnings.clone(),
            info,
            current: 0,
            piece: Block::default(),
            next_frame: 0,
            byte_position,
        }
    }

    /// Makes the link that holds `frame` the current one, and says how far into it that is.
    fn enter(&mut self, frame: i64) -> i64 {
        let at = self.links.partition_point(|link| link.start <= frame);
        self.current = at.saturating_sub(1);
        frame - self.links.get(self.current).map_or(0, |link| link.start)
    }
}

impl Decoder for Chain {
    fn info(&self) -> &MediaInfo {
        &self.info
    }

    fn spec(&self) -> AudioSpec {
        AudioSpec {
            sample_rate: self.info.sample_rate,
            channels: self.info.channels,
            frames: self.info.frames,
        }
    }

    fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize> {
        let first = self.next_frame;
        block.reset(self.info.channels, first);
        while block.frames() < max_frames {
            let Some(link) = self.links.get_mut(self.current) else {
                break;
            };
            let wanted = max_frames - block.frames();
            let n = match link.decoder.next_block(&mut self.piece, wanted) {
                Ok(n) => n,
                Err(error) => {
                    // What was read goes back, so that a retry loses nothing.
                    block.reset(self.info.channels, first);
                    self.seek(first)?;
                    return Err(error);
                }
            };
            let warnings = link.decoder.take_warnings();
            self.info.warnings.extend(warnings.iter().cloned());
            self.warnings.extend(warnings);
            if n > 0 && block.frames() == 0 {
                // A sketch begins where it could.
                block.first_frame = link.start + self.piece.first_frame;
            }
            for (to, from) in block.channels.iter_mut().zip(&self.piece.channels) {
                to.extend_from_slice(from);
            }
            if n < wanted {
                let Some(next) = self.links.get_mut(self.current + 1) else {
                    break;
                };
                self.current += 1;
                next.decoder.seek(0)?;
            }
        }
        self.next_frame = block.first_frame + block.frames() as i64;
        Ok(block.frames())
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        let frame = frame.clamp(0, self.info.frames.unwrap_or(i64::MAX));
        let within = self.enter(frame);
        self.next_frame = frame;
        self.links
            .get_mut(self.current)
            .map_or(Ok(()), |link| link.decoder.seek(within))
    }

    fn seek_near(&mut self, frame: i64) -> Result<()> {
        let frame = frame.clamp(0, self.info.frames.unwrap_or(i64::MAX));
        let within = self.enter(frame);
        self.next_frame = frame;
        self.links
            .get_mut(self.current)
            .map_or(Ok(()), |link| link.decoder.seek_near(within))
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    fn byte_position(&self) -> Option<u64> {
        Some(self.byte_position.load(Ordering::Relaxed))
    }
}
