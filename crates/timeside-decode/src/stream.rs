//! Demuxer and codec made into one [`Decoder`]: exact blocks, exact positions, damage survived.

use crate::packet::{Codec, Demuxer, Packet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use timeside_core::{AudioSpec, Block, Decoder, Error, MediaInfo, Result, Warning, time};

/// A hole in the time stamps up to this long is a loss and becomes silence, so that what follows keeps its
/// place; a longer one is taken for a wrong time stamp.
const LONGEST_GAP_SECS: f64 = 30.0;

/// After so many undecodable packets before the first good one, the stream is given up.
const MAX_DAMAGED_AT_START: u32 = 1000;

/// Warnings of one stream are counted, not listed, after these.
const MAX_DAMAGE_WARNINGS: u32 = 8;

/// Where the source is read, shared with the reader that counts.
pub(crate) type Position = Arc<AtomicU64>;

/// The [`Decoder`] over a [`Demuxer`] and a [`Codec`].
pub(crate) struct Stream {
    demuxer: Box<dyn Demuxer>,
    codec: Box<dyn Codec>,
    info: MediaInfo,
    byte_position: Position,
    /// The next frame to hand out.
    next_frame: i64,
    /// The last decoded packet, and the frame at which it begins.
    planes: Vec<Vec<f32>>,
    planes_start: i64,
    planes_frames: usize,
    /// The frame at which the next packet should begin; `None` until one says so.
    clock: Option<i64>,
    /// The frame behind the last that was decoded since the last seek.
    decoded_end: Option<i64>,
    packet: Packet,
    ended: bool,
    /// An error or [`Decoder::seek`] left demuxer and codec elsewhere than at `next_frame`.
    displaced: bool,
    /// The last seek was [`Decoder::seek_near`]: what the end tells is no length.
    sketching: bool,
    decoded_any: bool,
    damaged: u32,
    /// Length as the header told it; more frames than these are cut off.
    frames_told: Option<i64>,
    warnings: Vec<Warning>,
}

impl Stream {
    /// `info` is complete but for what only decoding tells.
    pub(crate) fn new(
        demuxer: Box<dyn Demuxer>,
        codec: Box<dyn Codec>,
        mut info: MediaInfo,
        byte_position: Position,
    ) -> Self {
        if info.duration.is_none() {
            info.duration = info
                .frames
                .map(|frames| time::secs_from_frame(frames, info.sample_rate));
        }
        let warnings = info.warnings.clone();
        Self {
            demuxer,
            codec,
            byte_position,
            next_frame: 0,
            planes: vec![Vec::new(); info.channels],
            planes_start: 0,
            planes_frames: 0,
            clock: None,
            decoded_end: None,
            packet: Packet::default(),
            ended: false,
            displaced: false,
            sketching: false,
            decoded_any: false,
            damaged: 0,
            frames_told: info.frames,
            info,
            warnings,
        }
    }

    fn warn(&mut self, warning: Warning) {
        self.info.warnings.push(warning.clone());
        self.warnings.push(warning);
    }

    fn damage(&mut self, message: &str, frame: i64) {
        self.damaged += 1;
        if self.damaged <= MAX_DAMAGE_WARNINGS {
            self.warn(
                Warning::new(
                    "damaged",
                    format!("a damaged stretch was skipped: {message}"),
                )
                .at(frame.max(0)),
            );
        }
    }

    /// Decodes the next packet into `planes`; false at the end of the stream.
    fn decode_packet(&mut self) -> Result<bool> {
        self.planes_frames = 0;
        if !self.demuxer.next_packet(&mut self.packet)? {
            return Ok(false);
        }
        for warning in self.demuxer.take_warnings() {
            self.warn(warning);
        }
        let clock = match (self.clock, self.packet.start) {
            (Some(clock), Some(start)) if start != clock => {
                let longest = time::frame_from_secs(LONGEST_GAP_SECS, self.info.sample_rate);
                if start > clock && start.saturating_sub(clock) <= longest {
                    // Frames are missing: silence stands for them.
                    if start > self.next_frame {
                        self.damage(&format!("{} frames are missing", start - clock), clock);
                    }
                    start
                } else {
                    clock
                }
            }
            (Some(clock), _) => clock,
            // No stream begins with hours of silence, unless its length says so: its time stamps count from elsewhere.
            (None, Some(start))
                if self.next_frame == 0
                    && start > time::frame_from_secs(LONGEST_GAP_SECS, self.info.sample_rate)
                    && self.frames_told.is_none_or(|told| told <= start) =>
            {
                0
            }
            (None, Some(start)) => start,
            (None, None) => self.next_frame,
        };
        if self.sketching && self.clock.is_none() {
            self.next_frame = self.next_frame.max(clock);
        }
        self.planes_start = clock;
        if std::mem::take(&mut self.packet.discontinuous) {
            self.codec.reset();
        }
        match self.codec.decode(&self.packet.data, &mut self.planes) {
            Ok(frames) => {
                self.planes_frames = self.packet.frames.map_or(frames, |valid| valid.min(frames));
                self.decoded_any |= frames > 0;
                self.clock = Some(clock.saturating_add(self.planes_frames as i64));
                self.decoded_end = self.clock;
            }
            Err(damage) => {
                let lost = self.packet.frames.unwrap_or(0) as i64;
                // Packets before the wanted frame are only there to warm the codec up.
                if clock.saturating_add(lost) > self.next_frame || !self.decoded_any {
                    self.damage(&damage.0, clock);
                }
                if !self.decoded_any && self.damaged > MAX_DAMAGED_AT_START {
                    return Err(Error::CorruptMedia(format!(
                        "nothing could be decoded: {}",
                        damage.0
                    )));
                }
                self.clock = Some(clock.saturating_add(lost));
            }
        }
        Ok(true)
    }

    /// Copies what is decoded and wanted into `block`, at most up to `max_frames` in all.
    fn drain(&mut self, block: &mut Block, max_frames: usize) {
        let end = self.frames_told.unwrap_or(i64::MAX);
        let packet_end = self
            .planes_start
            .saturating_add(self.planes_frames as i64)
            .min(end);
        if self.planes_frames == 0 || packet_end <= self.next_frame {
            return;
        }
        let room = (max_frames - block.frames()) as i64;
        if self.planes_start > self.next_frame {
            let silent = (self.planes_start.min(packet_end) - self.next_frame).min(room);
            for channel in &mut block.channels {
                channel.resize(channel.len() + silent as usize, 0.0);
            }
            self.next_frame += silent;
            return;
        }
        let from = (self.next_frame - self.planes_start) as usize;
        let count = (packet_end - self.next_frame).min(room) as usize;
        for (to, plane) in block.channels.iter_mut().zip(&self.planes) {
            match plane.get(from..from + count) {
                Some(samples) => to.extend_from_slice(samples),
                None => to.resize(to.len() + count, 0.0),
            }
        }
        self.next_frame += count as i64;
    }

    fn fill(&mut self, block: &mut Block, max_frames: usize) -> Result<()> {
        if self.displaced {
            if self.sketching {
                self.demuxer.seek_near(self.next_frame)?;
            } else {
                self.demuxer.seek(self.next_frame)?;
            }
            self.codec.reset();
            self.clock = None;
            self.decoded_end = None;
            self.planes_frames = 0;
            self.displaced = false;
        }
        while block.frames() < max_frames && !self.ended {
            let before = self.next_frame;
            self.drain(block, max_frames);
            if self.next_frame != before {
                continue;
            }
            if self.frames_told.is_some_and(|end| self.next_frame >= end) {
                self.ended = true;
            } else if !self.decode_packet()? {
                self.finish()?;
            }
        }
        Ok(())
    }

    /// The packets are at their end.
    fn finish(&mut self) -> Result<()> {
        self.ended = true;
        for warning in self.demuxer.take_warnings() {
            self.warn(warning);
        }
        if self.sketching {
            return Ok(());
        }
        if !self.decoded_any && self.frames_told != Some(0) && self.next_frame == 0 {
            return Err(Error::CorruptMedia(format!(
                "the {} file holds no sound that can be decoded: it is cut off or damaged",
                self.info.container
            )));
        }
        // Nothing came after a seek: where the end is was not learnt.
        let Some(frames) = self.decoded_end.map(|end| end.max(0)) else {
            return Ok(());
        };
        let was_warned = self.info.warnings.iter().any(|w| w.code == "truncated");
        if let Some(told) = self
            .frames_told
            .filter(|told| frames < *told && !was_warned)
        {
            let secs = |n| time::secs_from_frame(n, self.info.sample_rate);
            let message = format!(
                "the file is cut off: {:.3} s of {:.3} s could be read",
                secs(frames),
                secs(told)
            );
            self.warn(Warning::new("truncated", message).at(frames));
        }
        self.frames_told = Some(frames);
        self.info.frames = Some(frames);
        self.info.duration = Some(time::secs_from_frame(frames, self.info.sample_rate));
        self.next_frame = self.next_frame.min(frames);
        Ok(())
    }
}

impl Decoder for Stream {
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
        if let Err(error) = self.fill(block, max_frames) {
            // What was read goes back, so that a retry loses nothing.
            block.reset(self.info.channels, first);
            self.next_frame = first;
            self.ended = false;
            self.displaced = true;
            return Err(error);
        }
        // A sketch begins where it could.
        block.first_frame = self.next_frame - block.frames() as i64;
        Ok(block.frames())
    }

    fn seek_near(&mut self, frame: i64) -> Result<()> {
        self.sketching = true;
        self.next_frame = frame.clamp(0, self.frames_told.unwrap_or(i64::MAX));
        self.ended = false;
        self.displaced = true;
        Ok(())
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.displaced |= std::mem::take(&mut self.sketching);
        let frame = frame.clamp(0, self.frames_told.unwrap_or(i64::MAX));
        let packet_end = self.planes_start.saturating_add(self.planes_frames as i64);
        // A short way ahead is decoded through; within the packet at hand nothing needs to be read.
        let near = !self.displaced
            && frame >= self.planes_start
            && frame <= packet_end
            && self.planes_frames > 0;
        self.next_frame = frame;
        self.ended = false;
        if !near {
            self.displaced = true;
        }
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    fn byte_position(&self) -> Option<u64> {
        Some(self.byte_position.load(Ordering::Relaxed))
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream")
            .field("info", &self.info)
            .field("next_frame", &self.next_frame)
            .finish_non_exhaustive()
    }
}
