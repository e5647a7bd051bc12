//! Packets of one track, placed to the frame.

use super::clusters::{Block, Clusters};
use super::pace::Pace;
use super::{Content, Segment};
use crate::coding::Opened;
use crate::packet::{Demuxer, Packet};
use std::collections::VecDeque;
use timeside_core::{Result, Warning, time};

/// So many packets' time stamps are averaged to find a place.
const LOOK_AHEAD: usize = 32;

/// Entries of the index of a walk are at least so far apart.
const INDEX_SECS: f64 = 0.5;

/// Time stamps that jitter less than this lose nothing; more is a hole.
const MAX_JITTER_SECS: f64 = 0.1;

/// A stream that begins so little behind 0 begins at 0: the muxer moved it by what the encoder put before.
const MAX_SHIFT_SECS: f64 = 0.005;

/// The last clusters are looked for within so many bytes at the end.
const MAX_TAIL_BYTES: u64 = 16 << 20;

/// A packet that is read, and where it goes.
#[derive(Debug)]
struct Held {
    data: Vec<u8>,
    /// Frame of its time stamp, as the file counts; `None` in the midst of a lace.
    stamp: Option<i64>,
    /// Frame that it tells itself.
    own: Option<i64>,
    /// Frames that it decodes to, and how many of them are sound.
    frames: usize,
    valid: usize,
    cluster: u64,
    start: i64,
    discontinuous: bool,
}

/// The demuxer.
#[derive(Debug)]
pub(crate) struct MkvDemuxer {
    clusters: Clusters,
    track: u64,
    pace: Pace,
    stripped: Vec<u8>,
    sample_rate: u32,
    scale_ns: u64,
    preroll: i64,
    /// Mean of the first packets' time stamps, less what they are apart: the file's count at the beginning.
    anchor: i64,
    /// The frame there: negative within the encoder's delay.
    origin: i64,
    own_origin: i64,
    grid: i64,
    /// Time stamps agree with the packets' lengths, so that a place follows from them.
    is_regular: bool,
    /// Frame as the file counts, and byte of a cluster.
    cues: Vec<(i64, u64)>,
    /// Where the time stamps tell no place: frame and byte of clusters, as they were walked.
    index: Vec<(i64, u64)>,
    is_walking: bool,
    block: Block,
    lace: usize,
    held: VecDeque<Held>,
    previous_block: Option<usize>,
    /// Frame at which the next packet begins; `None` after a jump.
    clock: Option<i64>,
    entered_cluster: Option<u64>,
    skip_before: i64,
    cut_told: bool,
    warnings: Vec<Warning>,
}

/// Frames of `ns` nanoseconds.
fn frames_of_ns(ns: i128, rate: u32) -> i64 {
    let doubled = ns * i128::from(rate) * 2 + 1_000_000_000;
    i64::try_from(doubled.div_euclid(2_000_000_000)).unwrap_or(i64::MAX)
}

impl MkvDemuxer {
    /// The track `track` within `clusters`, at the rate of its codec. Reads its first packets.
    pub(crate) fn new(
        clusters: Clusters,
        track: u64,
        (content, opened): (&Content, &Opened),
        segment: &Segment,
        cut_told: bool,
    ) -> Result<Self> {
        let rate = opened.sample_rate;
        let delay = frames_of_ns(i128::from(content.codec_delay_ns), rate);
        let frames =
            |ticks: i64| frames_of_ns(i128::from(ticks) * i128::from(segment.scale_ns), rate);
        let mut this = Self {
            clusters,
            track,
            pace: content.pace(opened)?,
            stripped: content.stripped.clone(),
            sample_rate: rate,
            scale_ns: segment.scale_ns,
            preroll: frames_of_ns(
                i128::from(content.seek_preroll_ns.min(10_000_000_000)),
                rate,
            ),
            anchor: 0,
            origin: -delay,
            own_origin: 0,
            grid: 1,
            is_regular: true,
            cues: segment
                .cues
                .iter()
                .map(|(ticks, byte)| (frames(*ticks), *byte))
                .collect(),
            index: Vec::new(),
            is_walking: false,
            block: Block::default(),
            lace: 0,
            held: VecDeque::new(),
            previous_block: None,
            clock: None,
            entered_cluster: None,
            skip_before: i64::MIN,
            cut_told,
            warnings: Vec::new(),
        };
        this.probe(delay)?;
        Ok(this)
    }

    /// Reads the first packets: what the time stamps are worth, and where they begin.
    fn probe(&mut self, delay: i64) -> Result<()> {
        self.enter(self.clusters.first)?;
        self.read_ahead(2 * LOOK_AHEAD)?;
        let usual = self
            .held
            .iter()
            .map(|held| held.frames)
            .max()
            .unwrap_or_default();
        self.grid = self.pace.grid(usual);
        self.preroll = self.preroll.max(self.pace.preroll_frames(usual as i64));
        self.own_origin = self.held.iter().find_map(|held| held.own).unwrap_or(0);
        let (mean, worst) = self.mean_stamp();
        self.anchor = mean;
        let shift = time::frame_from_secs(MAX_SHIFT_SECS, self.sample_rate);
        self.origin = if mean.abs() < shift { 0 } else { mean } - delay;
        let last = self.held.len().saturating_sub(1);
        let is_even = !matches!(self.pace, Pace::Pcm { .. })
            || self.held.iter().take(last).all(|held| held.frames == usual);
        // The mean of many roundings errs by far less than one of them, half a tick.
        let is_clear = self.grid * 4 > self.tick_frames() || matches!(self.pace, Pace::Flac { .. });
        self.is_regular = worst <= self.tolerance() && is_even && is_clear;
        self.enter_first()
    }

    /// Frames of a tick, rounded up.
    fn tick_frames(&self) -> i64 {
        frames_of_ns(i128::from(self.scale_ns), self.sample_rate) + 1
    }

    /// How far a regular time stamp may be from the packets' count: two roundings, to a tick each.
    fn tolerance(&self) -> i64 {
        if self.is_regular {
            2 * self.tick_frames() + 1
        } else {
            time::frame_from_secs(MAX_JITTER_SECS, self.sample_rate)
        }
    }

    /// The mean of what the time stamps of the held packets say of the first one's begin, and how far one of
    /// them is from it at most. Behind a hole none counts.
    fn mean_stamp(&self) -> (i64, i64) {
        let limit = 2 * time::frame_from_secs(MAX_JITTER_SECS, self.sample_rate);
        let mut begins = Vec::with_capacity(self.held.len());
        let mut before = 0;
        for held in &self.held {
            if let Some(stamp) = held.stamp.filter(|_| held.frames > 0) {
                let begin = stamp.saturating_sub(before);
                if begins
                    .first()
                    .is_some_and(|first: &i64| begin.abs_diff(*first) > limit as u64)
                {
                    break;
                }
                begins.push(begin);
            }
            before += held.frames as i64;
        }
        let Some(first) = begins.first().copied() else {
            return (self.anchor, 0);
        };
        let sum: i64 = begins.iter().map(|begin| begin - first).sum();
        let mean = first + (sum as f64 / begins.len() as f64).round() as i64;
        let worst = begins.iter().map(|begin| (begin - mean).abs()).max();
        (mean, worst.unwrap_or(0))
    }

    /// The place on the grid that a time stamp means.
    fn snapped(&self, stamp: i64) -> i64 {
        let steps = stamp
            .saturating_sub(self.anchor)
            .saturating_add(self.grid / 2)
            .div_euclid(self.grid);
        self.origin.saturating_add(steps.saturating_mul(self.grid))
    }

    /// Goes to a cluster, to which no count leads.
    fn enter(&mut self, byte: u64) -> Result<()> {
        self.clusters.enter(byte)?;
        self.block.frames.clear();
        self.lace = 0;
        self.held.clear();
        self.previous_block = None;
        self.clock = None;
        self.entered_cluster = None;
        self.is_walking = false;
        self.skip_before = i64::MIN;
        Ok(())
    }

    /// Goes to the first cluster, whose place is known.
    fn enter_first(&mut self) -> Result<()> {
        self.enter(self.clusters.first)?;
        self.clock = Some(self.origin);
        self.is_walking = !self.is_regular;
        Ok(())
    }

    /// Reads the next packet, without its place.
    fn read_raw(&mut self) -> Result<Option<Held>> {
        loop {
            if self.lace >= self.block.frames.len() {
                self.lace = 0;
                self.block.frames.clear();
                if !self.clusters.next_block(self.track, &mut self.block)? {
                    return Ok(None);
                }
            }
            let is_first = self.lace == 0;
            let Some(range) = self.block.frames.get(self.lace).cloned() else {
                continue;
            };
            self.lace += 1;
            let bytes = self.block.bytes.get(range).unwrap_or_default();
            let data = [&self.stripped, bytes].concat();
            let frames = self.pace.frames(&data, &mut self.previous_block);
            let is_last = self.lace == self.block.frames.len();
            let discarded = match self.block.discard_ns {
                ns if is_last && ns > 0 => frames_of_ns(i128::from(ns), self.sample_rate),
                _ => 0,
            };
            let stamp = is_first.then(|| {
                let ns = i128::from(self.block.ticks) * i128::from(self.scale_ns);
                frames_of_ns(ns, self.sample_rate)
            });
            return Ok(Some(Held {
                own: self.pace.own_place(&data),
                data,
                stamp,
                frames,
                valid: frames.saturating_sub(usize::try_from(discarded).unwrap_or(usize::MAX)),
                cluster: self.block.cluster,
                start: 0,
                discontinuous: false,
            }));
        }
    }

    /// Holds up to `count` packets.
    fn read_ahead(&mut self, count: usize) -> Result<()> {
        while self.held.len() < count {
            match self.read_raw()? {
                Some(held) => self.held.push_back(held),
                None => break,
            }
        }
        Ok(())
    }

    /// Sets the count anew after a jump, by the packets that follow.
    fn find_clock(&mut self) -> Result<i64> {
        self.read_ahead(LOOK_AHEAD)?;
        let (mean, _) = self.mean_stamp();
        let own = self.held.front().and_then(|held| held.own);
        let by_stamp = self.snapped(mean);
        Ok(own.map_or(by_stamp, |own| self.by_own(own, by_stamp)))
    }

    /// The place that a packet of FLAC says of itself, unless the file was joined of several and it counts from
    /// elsewhere.
    fn by_own(&self, own: i64, otherwise: i64) -> i64 {
        let place = own - self.own_origin + self.origin;
        if place.abs_diff(otherwise) < u64::from(self.sample_rate) {
            place
        } else {
            otherwise
        }
    }

    /// The next packet with its place.
    fn next_held(&mut self) -> Result<Option<Held>> {
        if self.clock.is_none() {
            self.clock = Some(self.find_clock()?);
        }
        let next = match self.held.pop_front() {
            Some(held) => Some(held),
            None => self.read_raw()?,
        };
        let (Some(mut held), Some(mut clock)) = (next, self.clock) else {
            return Ok(None);
        };
        if let Some(stamp) = held.stamp.filter(|_| held.frames > 0) {
            let expected = stamp - self.anchor + self.origin;
            if expected - clock > self.tolerance() {
                // A hole: something is lost, or nothing was recorded.
                clock = self.snapped(stamp).max(clock);
                held.discontinuous = true;
            }
        }
        if let Some(own) = held.own {
            clock = self.by_own(own, clock);
        }
        held.start = clock;
        self.clock = Some(clock + held.frames as i64);
        self.note(&held);
        Ok(Some(held))
    }

    /// Notes where a cluster begins, while the packets are counted from the beginning.
    fn note(&mut self, held: &Held) {
        if !self.is_walking {
            return;
        }
        // A packet of Vorbis that is entered gives nothing: the one after it is noted.
        let waits = matches!(self.pace, Pace::Vorbis(_));
        let is_new = self.entered_cluster != Some(held.cluster);
        self.entered_cluster = Some(held.cluster);
        let (last_frame, last_byte) = self.index.last().copied().unwrap_or((i64::MIN / 2, 0));
        let apart = time::frame_from_secs(INDEX_SECS, self.sample_rate);
        if held.cluster > last_byte && held.start - last_frame >= apart && is_new != waits {
            self.index.push((held.start, held.cluster));
        }
    }

    /// Reads to the end from a cluster on: the frame behind the last packet.
    fn end_from(&mut self, byte: u64) -> Result<Option<i64>> {
        self.enter(byte)?;
        let mut end = None;
        while let Some(held) = self.next_held()? {
            end = Some(held.start + held.valid as i64);
        }
        Ok(end)
    }

    /// The length in frames where the last clusters tell it, and in seconds as their time stamps do.
    pub(crate) fn measure(&mut self) -> Result<(Option<i64>, Option<f64>)> {
        let end = self.clusters.end;
        let mut found = None;
        let mut tail = 256 << 10;
        while found.is_none() && end < u64::MAX {
            let from = end.saturating_sub(tail).max(self.clusters.first);
            if let Some((byte, _)) = self.clusters.find_cluster(from, end)? {
                found = self.end_from(byte)?;
            }
            if from == self.clusters.first || tail > MAX_TAIL_BYTES {
                break;
            }
            tail *= 4;
        }
        // What is damaged there is told when it is read.
        self.clusters.warnings.clear();
        self.enter_first()?;
        let frames = found.map(|frames| frames.max(0));
        let secs = frames.map(|frames| time::secs_from_frame(frames, self.sample_rate));
        Ok((frames.filter(|_| self.is_regular), secs))
    }

    /// The cluster to enter for a place, as the file counts.
    fn cluster_before(&mut self, stamp: i64) -> Result<u64> {
        let at = self.cues.partition_point(|(frame, _)| *frame <= stamp);
        if !self.cues.is_empty() {
            return Ok(match at.checked_sub(1) {
                Some(at) => self.cues[at].1,
                None => self.clusters.first,
            });
        }
        let (mut low, mut high) = (self.clusters.first, self.clusters.end);
        if let Some(len) = self.clusters.reader.len() {
            high = high.min(len);
        }
        if high == u64::MAX {
            return Ok(low);
        }
        while high - low > 64 << 10 {
            let middle = low + (high - low) / 2;
            match self.clusters.find_cluster(middle, high)? {
                Some((byte, ticks)) => {
                    let ns = i128::from(ticks) * i128::from(self.scale_ns);
                    if frames_of_ns(ns, self.sample_rate) <= stamp {
                        low = byte;
                    } else {
                        high = middle;
                    }
                }
                None => high = middle,
            }
        }
        // The rest is short, but may hold more clusters than one.
        while let Some((byte, ticks)) = self.clusters.find_cluster(low + 1, high)? {
            let ns = i128::from(ticks) * i128::from(self.scale_ns);
            if frames_of_ns(ns, self.sample_rate) > stamp {
                break;
            }
            low = byte;
        }
        Ok(low)
    }

    /// Enters the file where all from frame `early` on comes, by time stamps.
    fn enter_by_stamp(&mut self, early: i64) -> Result<()> {
        let mut stamp = early
            .saturating_sub(self.origin)
            .saturating_add(self.anchor)
            .saturating_sub(2 * self.tick_frames());
        let second = i64::from(self.sample_rate);
        for attempt in 0..8 {
            let byte = self.cluster_before(stamp)?;
            if byte <= self.clusters.first {
                break;
            }
            self.enter(byte)?;
            let clock = self.find_clock()?;
            if clock <= early && !self.held.is_empty() {
                self.clock = Some(clock);
                return Ok(());
            }
            // The cluster's first packet of this track is later than the cluster says.
            stamp -= second << attempt;
        }
        self.enter_first()
    }
}

impl Demuxer for MkvDemuxer {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        loop {
            let Some(held) = self.next_held()? else {
                if self.clusters.is_cut && !self.cut_told {
                    self.cut_told = true;
                    let message = "the file is cut off within its last block";
                    self.warnings.push(Warning::new("truncated", message));
                }
                return Ok(false);
            };
            if held.start + held.frames as i64 <= self.skip_before {
                continue;
            }
            packet.data = held.data;
            packet.start = Some(held.start);
            packet.frames = Some(held.valid);
            packet.discontinuous = held.discontinuous;
            return Ok(true);
        }
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        let early = frame.saturating_sub(self.preroll);
        if self.is_regular {
            if early <= self.origin {
                self.enter_first()?;
            } else {
                self.enter_by_stamp(early)?;
            }
        } else {
            let known = self.index.partition_point(|(frame, _)| *frame <= early);
            match known.checked_sub(1).map(|known| self.index[known]) {
                Some((clock, byte)) => {
                    self.enter(byte)?;
                    self.clock = Some(clock);
                    self.is_walking = true;
                }
                None => self.enter_first()?,
            }
        }
        self.skip_before = early;
        Ok(())
    }

    fn seek_near(&mut self, frame: i64) -> Result<()> {
        let early = frame.saturating_sub(self.preroll);
        if early <= self.origin {
            self.enter_first()?;
        } else {
            self.enter_by_stamp(early)?;
        }
        self.skip_before = early;
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        self.warnings.append(&mut self.clusters.warnings);
        std::mem::take(&mut self.warnings)
    }
}
