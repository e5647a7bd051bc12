//! FLAC: frames cut by their headers, exact places by the numbers that frames carry.
//!
//! A frame says which samples it holds, but not how long it is: it ends where the next one's header stands, which
//! must go on with its number, and its checksum must agree. A frame that is damaged is left out, its time kept.
//! To go somewhere, the byte is guessed from what is known on both sides, and the frame found there tells how well:
//! the seek table is one more guess, so that a wrong one costs time, not truth.

pub(crate) mod header;
pub(crate) mod metadata;
mod seek;

use crate::index::{Kind, SeekIndex, StreamKey};
use crate::packet::{Demuxer, Packet};
use crate::reader::Reader;
use header::{FrameHeader, MAX_HEADER_BYTES, StreamInfo, crc16};
use metadata::Metadata;
use timeside_core::{Result, Warning};

/// Bytes that are read at once when a frame's end is looked for.
const STEP_BYTES: usize = 16 << 10;

/// Warnings about damage are not multiplied beyond these.
const MAX_WARNINGS: usize = 8;

/// A frame that was found.
#[derive(Debug, Clone, Copy)]
struct Frame {
    byte: u64,
    /// Its first sample, as it says itself.
    start: u64,
    frames: u32,
}

impl Frame {
    fn end(&self) -> u64 {
        self.start.saturating_add(self.frames.into())
    }
}

/// The demuxer of a FLAC file.
#[derive(Debug)]
pub(crate) struct FlacDemuxer {
    reader: Reader,
    info: StreamInfo,
    /// Samples of a block where all but the last have one size.
    block: u32,
    seek_table: Vec<(u64, u64)>,
    first: Frame,
    index: SeekIndex,
    /// The frame that is read next; `None` at the end.
    pending: Option<Frame>,
    /// Bytes of the file from `window_start` on.
    window: Vec<u8>,
    window_start: u64,
    warnings: Vec<Warning>,
    warned: usize,
}

impl FlacDemuxer {
    /// Frames behind the `metadata`.
    ///
    /// # Errors
    /// The source's.
    pub(crate) fn new(reader: Reader, metadata: &Metadata, index: SeekIndex) -> Result<Self> {
        let info = metadata.info.clone();
        let mut this = Self {
            block: info.max_block,
            info,
            seek_table: metadata.seek_table.clone(),
            first: Frame {
                byte: metadata.end,
                start: 0,
                frames: 0,
            },
            index,
            pending: None,
            window: Vec::new(),
            window_start: 0,
            warnings: Vec::new(),
            warned: 0,
            reader,
        };
        this.index.bind(StreamKey {
            kind: Kind::Flac,
            first_byte: metadata.end,
            source_bytes: this.reader.len().unwrap_or(0),
        });
        if let Some((byte, header)) = this.next_header(metadata.end, u64::MAX)? {
            // Where all blocks have one size the first has it, unless it is the last as well.
            if this.info.min_block != this.info.max_block || this.block == 0 {
                this.block = header.frames.max(this.info.min_block);
            }
            this.first = this.frame_at(byte, &header);
            if byte > metadata.end {
                this.warn(format!(
                    "{} bytes before the first frame are no audio and were skipped",
                    byte - metadata.end
                ));
            }
            this.pending = Some(this.first);
        }
        Ok(this)
    }

    /// Samples in all, as far as is certain.
    pub(crate) fn frames(&self) -> Option<u64> {
        self.index
            .end()
            .or_else(|| Some(self.info.frames?.saturating_sub(self.first.start)))
    }

    fn frame_at(&self, byte: u64, header: &FrameHeader) -> Frame {
        Frame {
            byte,
            start: header.start(self.block),
            frames: header.frames,
        }
    }

    fn warn(&mut self, message: String) {
        self.warned += 1;
        if self.warned <= MAX_WARNINGS {
            self.warnings.push(Warning::new("damaged", message));
        }
    }

    /// Makes the window begin at `byte`.
    fn window_from(&mut self, byte: u64) -> Result<()> {
        let end = self.window_start + self.window.len() as u64;
        if byte >= self.window_start && byte <= end {
            self.window.drain(..(byte - self.window_start) as usize);
        } else {
            self.window.clear();
            self.reader.seek_to(byte)?;
        }
        self.window_start = byte;
        Ok(())
    }

    /// Appends to the window what follows it; false at the end of the file.
    fn extend(&mut self) -> Result<bool> {
        let end = self.window_start + self.window.len() as u64;
        self.reader.seek_to(end)?;
        Ok(self.reader.read_into(&mut self.window, STEP_BYTES)? > 0)
    }

    /// The first header at or behind place `from` of the window that `wanted` accepts, reading on up to place
    /// `limit`.
    fn scan(
        &mut self,
        from: usize,
        limit: usize,
        mut wanted: impl FnMut(&FrameHeader) -> bool,
    ) -> Result<Option<(usize, FrameHeader)>> {
        let mut at = from;
        loop {
            let is_end =
                self.window.len() < at + MAX_HEADER_BYTES + STEP_BYTES / 2 && !self.extend()?;
            // What is cut off by the window's end is looked at with what follows.
            let keep = if is_end { 0 } else { MAX_HEADER_BYTES };
            let end = self.window.len().saturating_sub(keep);
            while let Some(found) = self
                .window
                .get(at..end)
                .and_then(|w| w.iter().position(|byte| *byte == 0xFF))
            {
                at += found;
                if let Some(header) = FrameHeader::parse(&self.window[at..], &self.info)
                    && wanted(&header)
                {
                    return Ok(Some((at, header)));
                }
                at += 1;
            }
            at = at.max(end);
            if is_end || at >= limit {
                return Ok(None);
            }
        }
    }

    /// The first header at or behind `byte`, before byte `limit`; the window then begins at `byte`.
    fn next_header(&mut self, byte: u64, limit: u64) -> Result<Option<(u64, FrameHeader)>> {
        self.window_from(byte)?;
        // No frame is longer: what holds no header for so long holds none.
        let reach = (2 * self.info.max_frame_bytes() as u64).min(limit.saturating_sub(byte));
        let found = self.scan(0, reach as usize, |_| true)?;
        Ok(found
            .map(|(at, header)| (byte + at as u64, header))
            .filter(|(at, _)| *at < limit))
    }

    /// Finds the end of `frame`: its length, and the frame that follows. The window then begins with it.
    fn measure(&mut self, frame: &Frame) -> Result<(usize, Option<Frame>)> {
        self.window_from(frame.byte)?;
        let block = self.block;
        let expected = frame.end();
        let next = self.scan(4, self.info.max_frame_bytes(), |header| {
            header.start(block) == expected
        })?;
        let next = match next {
            Some(next) => Some(next),
            // The next one's header is damaged, or frames are lost: the first that comes later.
            None => {
                let reach = 2 * self.info.max_frame_bytes();
                let end = self.info.frames.unwrap_or(u64::MAX);
                self.scan(4, reach, |header| {
                    let start = header.start(block);
                    start > expected && start < end
                })?
            }
        };
        Ok(match next {
            Some((at, header)) => (at, Some(self.frame_at(frame.byte + at as u64, &header))),
            None => (self.window.len(), None),
        })
    }
}

/// The length of the frame that `bytes` begin with and tags may follow; `None` if it is cut off or damaged.
fn last_frame_bytes(bytes: &[u8]) -> Option<usize> {
    let tags = [&b"TAG"[..], b"APETAGEX", b"ID3", b"LYRICSBEGIN"];
    let mut ends = vec![bytes.len()];
    ends.extend(
        (4..bytes.len())
            .filter(|at| tags.iter().any(|tag| bytes[*at..].starts_with(tag)))
            .take(MAX_WARNINGS),
    );
    // Zeros may fill the file up.
    ends.push(bytes.iter().rposition(|b| *b != 0).map_or(0, |at| at + 1));
    ends.into_iter()
        .find(|end| *end > 6 && crc16(&bytes[..*end]) == 0)
}

impl Demuxer for FlacDemuxer {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        let Some(frame) = self.pending else {
            return Ok(false);
        };
        let (len, next) = self.measure(&frame)?;
        self.index.note(frame.start, frame.byte);
        packet.data.clear();
        packet.start = Some(self.position(frame.start));
        packet.frames = Some(frame.frames as usize);
        let bytes = &self.window[..len];
        let intact = match next {
            Some(_) => (crc16(bytes) == 0).then_some(len),
            None => last_frame_bytes(bytes),
        };
        match (intact, next) {
            (Some(len), _) => packet.data.extend_from_slice(&self.window[..len]),
            // Cut off: the length so far is what can be read.
            (None, None) => {
                self.pending = None;
                self.index
                    .set_end(frame.start.saturating_sub(self.first.start));
                return Ok(false);
            }
            // Without bytes the codec says damage, and the time passes in silence.
            (None, Some(_)) => {}
        }
        self.pending = next;
        if next.is_none() {
            self.index
                .set_end(frame.end().saturating_sub(self.first.start));
        }
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

impl FlacDemuxer {
    /// The frame of sound of a sample's number: a piece cut from a stream goes on counting from there.
    fn position(&self, sample: u64) -> i64 {
        i64::try_from(sample).unwrap_or(i64::MAX) - i64::try_from(self.first.start).unwrap_or(0)
    }
}
