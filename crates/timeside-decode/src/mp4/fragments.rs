//! Fragmented MP4: the sound of DASH, CMAF, and of recorders that may be switched off at any time.
//!
//! No table tells of all packets; each fragment tells of its own, and when it begins. A place is found by the
//! file's own indexes (`sidx`, `mfra`) where it has them, else by bisection: a fragment can be recognised
//! anywhere. What says no time is read from the beginning.

use super::boxes::{boxes, file_box, u32_at, u64_at};
use super::moof::{self, Defaults, Fragment};
use crate::coding::{Coding, Opened};
use crate::packet::{Demuxer, Packet};
use crate::reader::Reader;
use timeside_core::{Result, Warning, time};

/// A fragment's description is shorter than this.
const MAX_MOOF_BYTES: u64 = 8 << 20;

/// An index of a day's fragments is shorter than this.
const MAX_INDEX_BYTES: u64 = 8 << 20;

/// A packet of more bytes is a lie.
const MAX_PACKET_BYTES: u32 = 1 << 20;

/// Bytes that are looked through at once.
const WINDOW_BYTES: usize = 64 << 10;

/// The last fragment is looked for within so many bytes at the end.
const MAX_TAIL_BYTES: u64 = 32 << 20;

/// A stream that begins later than this counts from elsewhere.
const MAX_LEAD_SECS: f64 = 1.0;

/// The track, and what its codec says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Track {
    pub(crate) id: u32,
    pub(crate) scale: u32,
    pub(crate) defaults: Defaults,
    pub(crate) sample_rate: u32,
    pub(crate) packet_frames: Option<u32>,
    pub(crate) preroll_frames: i64,
    pub(crate) delay: i64,
}

/// A fragment that is at hand.
#[derive(Debug, Default)]
struct Current {
    fragment: Fragment,
    /// When it begins, in units of the track from the stream's beginning.
    time: u64,
    /// Byte of its `moof`, and the byte behind that.
    byte: u64,
    behind: u64,
}

impl Current {
    fn end(&self) -> u64 {
        self.time.saturating_add(self.duration())
    }

    fn duration(&self) -> u64 {
        let last = self.fragment.samples.last();
        last.map_or(0, |last| last.before + u64::from(last.duration))
    }
}

/// The demuxer.
#[derive(Debug)]
pub(crate) struct Fragments {
    reader: Reader,
    track: Track,
    /// Byte from which on fragments stand.
    first: u64,
    /// Time of the first fragment, if the stream counts from elsewhere.
    origin: u64,
    /// Whether fragments say when they begin.
    has_times: bool,
    /// Times and bytes of fragments, by the file's own indexes.
    index: Vec<(u64, u64)>,
    current: Current,
    next: usize,
    /// The next packet is the first after a jump.
    is_entry: bool,
    is_last: bool,
    cut_told: bool,
    warnings: Vec<Warning>,
}

impl Fragments {
    /// The fragments of `track` behind byte `first`.
    pub(crate) fn open(reader: Reader, track: Track, first: u64) -> Result<Self> {
        let mut this = Self {
            reader,
            track,
            first,
            origin: 0,
            has_times: false,
            index: Vec::new(),
            current: Current::default(),
            next: 0,
            is_entry: true,
            is_last: false,
            cut_told: false,
            warnings: Vec::new(),
        };
        this.read_indexes()?;
        if this.enter(first)? {
            this.has_times = this.current.fragment.time.is_some();
            let lead = time::frame_from_secs(MAX_LEAD_SECS, track.scale) as u64;
            if this.current.time > lead {
                this.origin = this.current.time;
                this.current.time = 0;
            }
        }
        Ok(this)
    }

    /// The coded bytes of the first packet; empty if there is none.
    pub(crate) fn first_packet(&mut self) -> Result<Vec<u8>> {
        let mut data = Vec::new();
        if let Some(sample) = self.current.fragment.samples.first().copied() {
            self.reader.seek_to(sample.byte)?;
            self.reader
                .read_into(&mut data, sample.bytes.min(MAX_PACKET_BYTES) as usize)?;
        }
        Ok(data)
    }

    /// Takes the word of the codec, for which the first packet may have been needed, and of the edit list, and
    /// returns the frames before the sound.
    pub(crate) fn set_codec(&mut self, voice: &Opened, coding: &Coding, delay: i64) -> i64 {
        let usual = match coding {
            // 20 ms; half a second before is enough of whatever length.
            #[cfg(feature = "opus")]
            Coding::Opus(_) => 960,
            _ => i64::from(voice.packet_frames.unwrap_or(1152)),
        };
        self.track.sample_rate = voice.sample_rate;
        self.track.packet_frames = voice.packet_frames;
        self.track.preroll_frames = usual * i64::from(voice.preroll);
        self.track.delay = delay;
        delay
    }

    /// Reads `sidx` boxes before the first fragment and `mfra` at the end.
    fn read_indexes(&mut self) -> Result<()> {
        self.reader.seek_to(self.first)?;
        while let Some(found) = file_box(&mut self.reader)? {
            let Some(end) = found.end.filter(|_| &found.kind != b"moof") else {
                break;
            };
            if &found.kind == b"sidx" {
                let mut body = Vec::new();
                let size = (end - found.body).min(MAX_INDEX_BYTES);
                self.reader.read_into(&mut body, size as usize)?;
                self.take_sidx(&body, end);
            } else if &found.kind == b"mdat" {
                break;
            }
            self.reader.seek_to(end)?;
        }
        if let Some(len) = self.reader.len().filter(|len| *len > 16) {
            // The file's last box says how long the index is that it ends.
            self.reader.seek_to(len - 16)?;
            if let Some(tail) = self.reader.array::<16>()?
                && &tail[4..8] == b"mfro"
            {
                let size = u64::from(u32_at(&tail, 12).unwrap_or(0));
                self.reader.seek_to(len.saturating_sub(size))?;
                let mut mfra = Vec::new();
                self.reader
                    .read_into(&mut mfra, size.min(MAX_INDEX_BYTES) as usize)?;
                let tables = boxes(&mfra).flat_map(|(_, body)| boxes(body));
                for (_, tfra) in tables.filter(|(kind, _)| kind == b"tfra") {
                    if u32_at(tfra, 4) == Some(self.track.id) {
                        self.take_tfra(tfra);
                    }
                }
            }
        }
        self.index.sort_unstable();
        self.index.dedup();
        Ok(())
    }

    /// Segments, one behind the other from the end of the index on (ISO 14496-12, §8.16.3).
    fn take_sidx(&mut self, sidx: &[u8], end: u64) -> Option<()> {
        if u32_at(sidx, 4)? != self.track.id {
            return None;
        }
        let scale = u32_at(sidx, 8)?;
        let (mut units, offset, entries) = match sidx.first()? {
            0 => (
                u64::from(u32_at(sidx, 12)?),
                u64::from(u32_at(sidx, 16)?),
                20,
            ),
            _ => (u64_at(sidx, 12)?, u64_at(sidx, 20)?, 28),
        };
        let mut byte = end.checked_add(offset)?;
        for entry in sidx.get(entries + 4..)?.chunks_exact(12) {
            let (kind_and_size, duration) = (u32_at(entry, 0)?, u32_at(entry, 4)?);
            let at = i64::try_from(units).ok()?;
            let at = time::frames_at_rate(at, scale, self.track.scale);
            if kind_and_size >> 31 == 0 {
                self.index.push((at as u64, byte));
            }
            byte = byte.checked_add(u64::from(kind_and_size & 0x7FFF_FFFF))?;
            units = units.checked_add(u64::from(duration))?;
        }
        Some(())
    }

    /// Random access points (ISO 14496-12, §8.8.10).
    fn take_tfra(&mut self, tfra: &[u8]) -> Option<()> {
        let is_wide = *tfra.first()? == 1;
        let lengths = u32_at(tfra, 8)?;
        let numbers: u32 = [4, 2, 0]
            .map(|shift| (lengths >> shift & 3) + 1)
            .iter()
            .sum();
        let size = if is_wide { 16 } else { 8 } + numbers as usize;
        for entry in tfra.get(16..)?.chunks_exact(size) {
            self.index.push(match is_wide {
                true => (u64_at(entry, 0)?, u64_at(entry, 8)?),
                false => (u64::from(u32_at(entry, 0)?), u64::from(u32_at(entry, 4)?)),
            });
        }
        Some(())
    }

    /// Reads the next fragment of the track that stands at or behind byte `from`; false if there is none.
    fn enter(&mut self, from: u64) -> Result<bool> {
        let expected = self.current.end();
        let mut at = from;
        loop {
            if self.reader.len().is_some_and(|len| at >= len) {
                return Ok(false);
            }
            self.reader.seek_to(at)?;
            let Some(found) = file_box(&mut self.reader)? else {
                return Ok(false);
            };
            let end = found.end.or(self.reader.len()).unwrap_or(u64::MAX);
            if &found.kind == b"moof" && end - found.body <= MAX_MOOF_BYTES {
                let mut body = Vec::new();
                self.reader
                    .read_into(&mut body, (end - found.body) as usize)?;
                let fragment = moof::parse(&body, at, self.track.id, self.track.defaults);
                if !fragment.samples.is_empty() {
                    let time = fragment
                        .time
                        .map_or(expected, |time| time.saturating_sub(self.origin));
                    self.current = Current {
                        fragment,
                        time,
                        byte: at,
                        behind: end,
                    };
                    self.next = 0;
                    return Ok(true);
                }
            } else if !found
                .kind
                .iter()
                .all(|byte| byte.is_ascii_graphic() || *byte == b' ')
            {
                // No box: a fragment behind it may be whole.
                match self.find_moof(at + 1, u64::MAX)? {
                    Some(byte) => {
                        let message = format!("{} bytes at byte {at} are damaged", byte - at);
                        self.warnings.push(Warning::new("damaged", message));
                        at = byte;
                        continue;
                    }
                    None => return Ok(false),
                }
            }
            at = end;
        }
    }

    /// The byte of the first `moof` box that begins within `from..limit`: it holds an `mfhd` of 16 bytes first.
    fn find_moof(&mut self, from: u64, limit: u64) -> Result<Option<u64>> {
        let mut from = from;
        let mut window = Vec::new();
        while from < limit {
            self.reader.seek_to(from)?;
            window.clear();
            let n = self.reader.read_into(&mut window, WINDOW_BYTES)?;
            let found = window
                .windows(16)
                .position(|w| &w[4..8] == b"moof" && &w[8..] == b"\0\0\0\x10mfhd");
            if let Some(at) = found {
                let byte = from + at as u64;
                return Ok((byte < limit).then_some(byte));
            }
            if n < WINDOW_BYTES {
                break;
            }
            from += (WINDOW_BYTES - 15) as u64;
        }
        Ok(None)
    }

    /// Frame at which packet `sample` of the fragment at hand begins, before the delay is taken off; and whether
    /// that is exact.
    fn start(&self, sample: usize) -> (i64, bool) {
        let before = self.current.fragment.samples[sample].before;
        let units = self.current.time.saturating_add(before);
        let units = i64::try_from(units).unwrap_or(i64::MAX);
        let (scale, rate) = (self.track.scale, self.track.sample_rate);
        let frame = time::frames_at_rate(units, scale, rate);
        match self.track.packet_frames {
            _ if rate.is_multiple_of(scale) => (frame, true),
            // Rounded times are exact where packets have one length.
            Some(each) => {
                let each = i64::from(each);
                ((frame + each / 2).div_euclid(each) * each, true)
            }
            None => (frame, false),
        }
    }

    /// Length of the stream in frames, before the delay is taken off, by its last fragment; `None` if that does not
    /// tell. The reader is left at the beginning.
    pub(crate) fn measure(&mut self) -> Result<Option<i64>> {
        let mut end = None;
        if let Some(len) = self.reader.len().filter(|_| self.has_times) {
            let mut tail = 256 << 10;
            while end.is_none() {
                let from = len.saturating_sub(tail).max(self.first);
                if let Some(byte) = self.find_moof(from, len)? {
                    end = self.end_from(byte, len)?;
                }
                if from == self.first || tail > MAX_TAIL_BYTES {
                    break;
                }
                tail *= 4;
            }
        }
        // What is damaged is told when it is read.
        self.warnings.retain(|warning| warning.code == "truncated");
        self.rewind()?;
        Ok(end)
    }

    /// Follows the fragments from a byte on: the frame behind the last packet that is there.
    fn end_from(&mut self, byte: u64, len: u64) -> Result<Option<i64>> {
        let mut end = None;
        let mut from = byte;
        while self.enter(from)? {
            from = self.current.behind;
            let samples = &self.current.fragment.samples;
            let there = samples
                .iter()
                .take_while(|s| s.byte.saturating_add(u64::from(s.bytes)) <= len)
                .count();
            let is_cut = there < samples.len();
            let last = there
                .checked_sub(1)
                .map(|last| (last, samples[last].duration));
            if is_cut {
                self.tell_cut();
            }
            let Some((last, duration)) = last else {
                break;
            };
            let (start, _) = self.start(last);
            let (scale, rate) = (self.track.scale, self.track.sample_rate);
            let frames = time::frames_at_rate(i64::from(duration), scale, rate);
            let frames = match self.track.packet_frames {
                // The last packet may be said to be shorter, which is its padding.
                Some(each) if !rate.is_multiple_of(scale) => i64::from(each),
                _ => frames,
            };
            end = Some(start + frames);
        }
        Ok(end)
    }

    fn tell_cut(&mut self) {
        if !std::mem::replace(&mut self.cut_told, true) {
            let message = "the file is cut off within its last fragment";
            self.warnings.push(Warning::new("truncated", message));
        }
    }

    /// The warnings of what was found at opening.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut_told
    }

    fn rewind(&mut self) -> Result<()> {
        self.current = Current::default();
        self.is_last = !self.enter(self.first)?;
        self.is_entry = true;
        Ok(())
    }

    /// Byte from which on the fragment that holds `units` is found by walking a little.
    fn byte_before(&mut self, units: u64) -> Result<u64> {
        let wanted = units.saturating_add(self.origin);
        let at = self.index.partition_point(|(time, _)| *time <= wanted);
        let mut low = at.checked_sub(1).map_or(self.first, |at| self.index[at].1);
        let mut high = match (self.index.get(at), self.reader.len()) {
            (Some((_, byte)), _) => *byte,
            (None, Some(len)) => len,
            (None, None) => return Ok(low),
        };
        while high.saturating_sub(low) > 4 * WINDOW_BYTES as u64 {
            let middle = low + (high - low) / 2;
            let found = match self.find_moof(middle, high)? {
                Some(byte) if self.enter(byte)? && self.current.byte < high => Some(()),
                _ => None,
            };
            match found {
                Some(()) if self.current.time <= units => low = self.current.byte,
                _ => high = middle,
            }
        }
        Ok(low)
    }
}

impl Demuxer for Fragments {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        while !self.is_last && self.next >= self.current.fragment.samples.len() {
            self.is_last = !self.enter(self.current.behind)?;
        }
        let Some(sample) = self.current.fragment.samples.get(self.next).copied() else {
            return Ok(false);
        };
        packet.data.clear();
        if sample.bytes <= MAX_PACKET_BYTES {
            self.reader.seek_to(sample.byte)?;
            let wanted = sample.bytes as usize;
            if self.reader.read_into(&mut packet.data, wanted)? < wanted {
                self.tell_cut();
                self.is_last = true;
                return Ok(false);
            }
        }
        let (start, is_exact) = self.start(self.next);
        let is_entry = std::mem::take(&mut self.is_entry);
        packet.start = (is_entry || is_exact).then_some(start - self.track.delay);
        packet.frames = self.track.packet_frames.map(|frames| frames as usize);
        self.next += 1;
        Ok(true)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        let early = frame
            .saturating_add(self.track.delay)
            .saturating_sub(self.track.preroll_frames)
            .max(0);
        let units = time::frames_at_rate(early, self.track.sample_rate, self.track.scale) as u64;
        self.rewind()?;
        if !self.has_times {
            // Walked from the beginning: only so are the times known.
            while self.current.end() <= units {
                if !self.enter(self.current.behind)? {
                    break;
                }
            }
        } else if units >= self.current.end() {
            let byte = self.byte_before(units)?;
            if !self.enter(byte)? || self.current.time > units {
                self.rewind()?;
            }
            while self.current.end() <= units {
                if !self.enter(self.current.behind)? {
                    break;
                }
            }
        }
        let within = units.saturating_sub(self.current.time);
        let samples = &self.current.fragment.samples;
        self.next = samples
            .partition_point(|sample| sample.before <= within)
            .saturating_sub(1);
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }
}
