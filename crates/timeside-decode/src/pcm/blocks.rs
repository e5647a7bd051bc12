//! Blocks of one size, one behind the other, cut into packets.

use super::Layout;
use crate::packet::{Demuxer, Packet};
use crate::reader::Reader;
use timeside_core::Result;

/// A packet has about so many frames.
const PACKET_FRAMES: u64 = 4096;

/// And no more bytes than these, but for a single block.
const PACKET_BYTES: u64 = 128 << 10;

/// The demuxer of PCM and ADPCM that lie in one stretch.
#[derive(Debug)]
pub(crate) struct Blocks {
    reader: Reader,
    /// First byte of the sound.
    start: u64,
    block_bytes: u64,
    block_frames: u64,
    /// Number of blocks, a cut one included.
    blocks: u64,
    /// Bytes of the sound, where known.
    bytes: u64,
    /// Frames before frame 0.
    lead_frames: u64,
    next: u64,
}

impl Blocks {
    /// `bytes` bytes of sound from byte `start` on, as far as they are there; `None` is to the end. The first
    /// `lead_frames` frames are the encoder's delay.
    pub(crate) fn new(
        reader: Reader,
        layout: &Layout,
        start: u64,
        bytes: Option<u64>,
        lead_frames: u64,
    ) -> Self {
        let bytes = bytes.unwrap_or(u64::MAX - start);
        Self {
            reader,
            start,
            block_bytes: layout.block_bytes,
            block_frames: layout.block_frames,
            blocks: bytes.div_ceil(layout.block_bytes),
            bytes,
            lead_frames,
            next: 0,
        }
    }
}

impl Demuxer for Blocks {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        let at = self.next.saturating_mul(self.block_bytes);
        if self.next >= self.blocks || at >= self.bytes {
            return Ok(false);
        }
        let count = (PACKET_FRAMES / self.block_frames.max(1))
            .min(PACKET_BYTES / self.block_bytes)
            .max(1);
        let wanted = (count * self.block_bytes).min(self.bytes - at);
        self.reader.seek_to(self.start.saturating_add(at))?;
        packet.data.clear();
        let read = self.reader.read_into(&mut packet.data, wanted as usize)? as u64;
        let first = self.next.saturating_mul(self.block_frames);
        packet.start = Some(
            i64::try_from(first)
                .unwrap_or(i64::MAX)
                .saturating_sub(self.lead_frames as i64),
        );
        packet.frames = None;
        self.next += read.div_ceil(self.block_bytes);
        Ok(read > 0)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        let frame = (frame.max(0) as u64).saturating_add(self.lead_frames);
        self.next = (frame / self.block_frames.max(1)).min(self.blocks.saturating_sub(1));
        Ok(())
    }
}
