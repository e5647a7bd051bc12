//! Ogg: Vorbis, Opus and FLAC with exact positions.
//!
//! A page says where its last packet ends, so every packet's place follows from the page before it and the
//! packets' own lengths; the last page's word cuts the padding off. After a seek or a loss the page's word
//! sets the count anew, hence any page can be entered exactly.

mod headers;
pub(crate) mod links;
mod page;
mod seek;
pub(crate) mod vorbis;

use crate::flac::header::{FrameHeader, StreamInfo};
use crate::index::SeekIndex;
use crate::packet::{Demuxer, Packet};
use crate::reader::Reader;
pub(crate) use headers::open;
use page::Page;
use std::collections::VecDeque;
use timeside_core::{Result, Warning};

/// The longest packet: comments with a large picture.
const MAX_PACKET_BYTES: usize = 16 << 20;

/// Half a second at 48 kHz. The standard's 80 ms (RFC 7845, §4.6) are enough for the ear; each packet more halves
/// what the energy prediction still remembers.
#[cfg(feature = "opus")]
const OPUS_PREROLL: i64 = 24_000;

/// What is in the stream.
#[derive(Debug)]
pub(crate) enum Coded {
    Vorbis {
        identification: Vec<u8>,
        setup: Vec<u8>,
        parsed: vorbis::Setup,
    },
    #[cfg(feature = "opus")]
    Opus(crate::opus::Head),
    Flac(StreamInfo),
}

impl Coded {
    /// Frames in a packet, where the packet before had a block of `previous` frames (Vorbis overlaps).
    fn packet_frames(&self, packet: &[u8], previous: &mut Option<usize>) -> usize {
        match self {
            Self::Vorbis { parsed, .. } => {
                let Some(block) = parsed.packet_block(packet) else {
                    return 0;
                };
                previous
                    .replace(block)
                    .map_or(0, |before| (before + block) / 4)
            }
            #[cfg(feature = "opus")]
            Self::Opus(_) => crate::opus::packet_frames(packet),
            Self::Flac(info) => FrameHeader::parse(packet, info).map_or(0, |h| h.frames as usize),
        }
    }

    fn preroll(&self) -> i64 {
        match self {
            Self::Vorbis { parsed, .. } => parsed.block_frames[1] as i64 * 2,
            #[cfg(feature = "opus")]
            Self::Opus(_) => OPUS_PREROLL,
            // Every frame stands alone.
            Self::Flac(_) => 0,
        }
    }

    fn pre_skip(&self) -> i64 {
        match self {
            Self::Vorbis { .. } | Self::Flac(_) => 0,
            #[cfg(feature = "opus")]
            Self::Opus(head) => i64::from(head.pre_skip),
        }
    }
}

/// A complete packet that waits to be handed out.
#[derive(Debug)]
struct Waiting {
    data: Vec<u8>,
    /// Granule at its first frame.
    start: i64,
    frames: usize,
    discontinuous: bool,
}

/// The demuxer of one logical stream.
#[derive(Debug)]
pub(crate) struct OggDemuxer {
    reader: Reader,
    pub(crate) coded: Coded,
    serial: u32,
    /// Byte of the first page with sound.
    data_start: u64,
    /// Granule of the first frame of sound, before pre-skip.
    base: i64,
    /// Granule with which the last page ends, where known.
    last_granule: Option<i64>,
    index: SeekIndex,
    /// Granule at which the stream begins: less than `base` if it asks for a trimmed beginning.
    first_granule: i64,
    page: Page,
    partial: Vec<u8>,
    waiting: VecDeque<Waiting>,
    /// Granule at the start of the next packet; `None` until a page says it.
    clock: Option<i64>,
    previous_block: Option<usize>,
    next_sequence: Option<u32>,
    discontinuous: bool,
    ended: bool,
    warnings: Vec<Warning>,
}

impl OggDemuxer {
    /// The frame of a granule.
    fn frame(&self, granule: i64) -> i64 {
        granule
            .saturating_sub(self.base)
            .saturating_sub(self.coded.pre_skip())
    }

    fn rewind(&mut self) -> Result<()> {
        self.reader.seek_to(self.data_start)?;
        self.forget();
        Ok(())
    }

    fn forget(&mut self) {
        self.waiting.clear();
        self.partial.clear();
        self.clock = None;
        self.previous_block = None;
        self.next_sequence = None;
        self.discontinuous = false;
        self.ended = false;
    }

    /// Reads pages until packets wait; false at the end.
    fn read_page(&mut self) -> Result<bool> {
        let mut page = std::mem::take(&mut self.page);
        let mut skipped = 0;
        let read = loop {
            match page.read_next(&mut self.reader, u64::MAX, &mut skipped) {
                Err(error) => break Err(error),
                Ok(false) => break Ok(false),
                Ok(true) if page.serial != self.serial => {}
                Ok(true) => {
                    self.note(&page);
                    self.take_page(&page);
                    if page.last {
                        self.ended = true;
                    }
                    if self.ended || !self.waiting.is_empty() {
                        break Ok(!self.waiting.is_empty());
                    }
                }
            }
        };
        self.page = page;
        read
    }

    /// Takes the packets that end on `page`.
    fn take_page(&mut self, page: &Page) {
        if self.next_sequence.is_some_and(|next| next != page.sequence) {
            // Pages are lost: packets over the gap too, and the count; the page's word sets it anew.
            self.partial.clear();
            self.clock = None;
            self.previous_block = None;
            self.discontinuous = true;
        }
        self.next_sequence = Some(page.sequence.wrapping_add(1));
        // What continues a packet whose beginning is unknown is of no use.
        let mut is_orphan = page.continued && self.partial.is_empty();
        if !page.continued {
            self.partial.clear();
        }
        let old = self.waiting.len();
        let mut partial = std::mem::take(&mut self.partial);
        page.pieces(|bytes, ends| {
            if is_orphan {
                is_orphan = !ends;
                return;
            }
            if partial.len() + bytes.len() <= MAX_PACKET_BYTES {
                partial.extend_from_slice(bytes);
            }
            if ends {
                let data = std::mem::take(&mut partial);
                let frames = self.coded.packet_frames(&data, &mut self.previous_block);
                let discontinuous = std::mem::take(&mut self.discontinuous);
                self.waiting.push_back(Waiting {
                    data,
                    start: 0,
                    frames,
                    discontinuous,
                });
            }
        });
        self.partial = partial;
        let total: i64 = self.waiting.iter().skip(old).map(|w| w.frames as i64).sum();
        let mut clock = match self.clock {
            Some(clock) => clock,
            None if page.granule < 0 => 0,
            // A stream of a single page is trimmed at its end, not its beginning.
            None if page.last && page.granule < total => 0,
            None => page.granule - total,
        };
        for waiting in self.waiting.iter_mut().skip(old) {
            waiting.start = clock;
            clock = clock.saturating_add(waiting.frames as i64);
            if page.last && page.granule >= 0 && clock > page.granule {
                waiting.frames -= waiting.frames.min((clock - page.granule) as usize);
                clock = clock.min(page.granule.max(waiting.start));
            }
        }
        if self.clock.is_some() || page.granule >= 0 {
            self.clock = Some(clock);
        }
    }
}

impl Demuxer for OggDemuxer {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        while self.waiting.is_empty() {
            if self.ended || !self.read_page()? {
                return Ok(false);
            }
        }
        let Some(next) = self.waiting.pop_front() else {
            return Ok(false);
        };
        packet.start = Some(self.frame(next.start));
        packet.frames = Some(next.frames);
        packet.data = next.data;
        packet.discontinuous = next.discontinuous;
        Ok(true)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.go_to(frame, true)
    }

    fn seek_near(&mut self, frame: i64) -> Result<()> {
        self.go_to(frame, false)
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }
}
