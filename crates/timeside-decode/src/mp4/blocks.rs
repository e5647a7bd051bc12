//! PCM and ADPCM in chunks, as QuickTime keeps them: "samples" are frames there, far too many to be read one by
//! one.

use super::boxes::{find, u32_at};
use super::tables;
use crate::packet::{Demuxer, Packet};
use crate::pcm::Layout;
use crate::reader::Reader;
use timeside_core::Result;

/// A packet has about so many frames,
const PACKET_FRAMES: u64 = 4096;

/// and no more bytes than these, but for a single block.
const PACKET_BYTES: u64 = 128 << 10;

/// A chunk: blocks that lie one after another.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    byte: u64,
    first_block: u64,
}

/// The demuxer of blocks in chunks.
#[derive(Debug)]
pub(crate) struct ChunkedBlocks {
    reader: Reader,
    chunks: Vec<Chunk>,
    blocks: u64,
    block_bytes: u64,
    block_frames: u64,
    delay: i64,
    next: u64,
}

impl ChunkedBlocks {
    /// The chunks of a sample table; `None` if a part of it is missing.
    pub(crate) fn parse(reader: Reader, stbl: &[u8], layout: &Layout, delay: i64) -> Option<Self> {
        let stts = find(stbl, b"stts")?;
        // A sample of the table is a frame, or else a block.
        let is_block = layout.block_frames > 1 && u32_at(stts, 12)? != 1;
        let mut blocks = 0_u64;
        let mut chunks = Vec::new();
        for (byte, samples) in tables::chunks(stbl)? {
            chunks.push(Chunk {
                byte,
                first_block: blocks,
            });
            let samples = u64::from(samples);
            blocks += match is_block {
                true => samples,
                false => samples.div_ceil(layout.block_frames.max(1)),
            };
        }
        Some(Self {
            reader,
            chunks,
            blocks,
            block_bytes: layout.block_bytes,
            block_frames: layout.block_frames.max(1),
            delay,
            next: 0,
        })
    }

    /// Frames of all blocks.
    pub(crate) fn frames(&self) -> i64 {
        i64::try_from(self.blocks.saturating_mul(self.block_frames)).unwrap_or(i64::MAX)
    }
}

impl Demuxer for ChunkedBlocks {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        if self.next >= self.blocks {
            return Ok(false);
        }
        let at = self
            .chunks
            .partition_point(|chunk| chunk.first_block <= self.next);
        let Some(chunk) = at.checked_sub(1).and_then(|at| self.chunks.get(at)) else {
            return Ok(false);
        };
        let chunk_end = self.chunks.get(at).map_or(self.blocks, |c| c.first_block);
        let count = (PACKET_FRAMES / self.block_frames)
            .min(PACKET_BYTES / self.block_bytes.max(1))
            .clamp(1, chunk_end - self.next);
        let within = (self.next - chunk.first_block).saturating_mul(self.block_bytes);
        let byte = chunk.byte.saturating_add(within);
        packet.data.clear();
        if self.reader.len().is_some_and(|len| byte >= len) {
            return Ok(false);
        }
        self.reader.seek_to(byte)?;
        let wanted = count * self.block_bytes;
        let read = self.reader.read_into(&mut packet.data, wanted as usize)? as u64;
        let first = i64::try_from(self.next.saturating_mul(self.block_frames));
        packet.start = Some(first.unwrap_or(i64::MAX).saturating_sub(self.delay));
        packet.frames = None;
        // A file that is cut off ends here.
        self.next = match read == wanted {
            true => self.next + count,
            false => self.blocks,
        };
        Ok(read >= self.block_bytes)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        let frame = frame.saturating_add(self.delay).max(0) as u64;
        self.next = (frame / self.block_frames).min(self.blocks.saturating_sub(1));
        Ok(())
    }
}
