//! Ogg: Vorbis and Opus with exact positions.
//!
//! A page says where its last packet ends, so every packet's place follows from the page before it and the
//! packets' own lengths; the last page's word cuts the padding off. After a seek or a loss the page's word
//! sets the count anew, hence any page can be entered exactly.

mod page;
pub(crate) mod vorbis;

use crate::packet::{Demuxer, Packet};
use crate::reader::Reader;
use crate::tags::vorbis_comments;
use page::{MAX_PAGE_BYTES, Page};
use std::collections::{BTreeMap, VecDeque};
use timeside_core::{Error, Result, Warning};

/// The longest packet: comments with a large picture.
const MAX_PACKET_BYTES: usize = 16 << 20;

/// Where the search for the last page gives up.
const MAX_TAIL_BYTES: u64 = 4 << 20;

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
        }
    }

    fn preroll(&self) -> i64 {
        match self {
            Self::Vorbis { parsed, .. } => parsed.block_frames[1] as i64 * 2,
            #[cfg(feature = "opus")]
            Self::Opus(_) => OPUS_PREROLL,
        }
    }

    fn pre_skip(&self) -> i64 {
        match self {
            Self::Vorbis { .. } => 0,
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

/// What the beginning and the end of an Ogg file tell.
pub(crate) struct Opened {
    pub(crate) demuxer: OggDemuxer,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) frames: Option<i64>,
    pub(crate) warnings: Vec<Warning>,
}

fn corrupt(what: &str) -> Error {
    Error::CorruptMedia(format!("the Ogg file {what}"))
}

/// The name of what a first packet announces, if it is not read here.
fn foreign(packet: &[u8]) -> &'static str {
    match packet {
        [b'O', b'p', b'u', b's', b'H', ..] => "Opus (left out of this build)",
        [b'S', b'p', b'e', b'e', b'x', ..] => "Speex",
        [0x7F, b'F', b'L', b'A', b'C', ..] => "FLAC in Ogg",
        [0x80, b't', b'h', b'e', b'o', b'r', b'a', ..] => "Theora (video)",
        [b'f', b'i', b's', b'h', b'e', b'a', b'd', ..] => "a skeleton",
        [b'B', b'B', b'C', b'D', ..] => "Dirac (video)",
        _ => "unknown",
    }
}

/// Opens the first Vorbis or Opus stream.
pub(crate) fn open(mut reader: Reader) -> Result<Opened> {
    let mut page = Page::default();
    let mut skipped = 0;
    let mut others = Vec::new();
    let mut chosen: Option<(u32, Vec<u8>, bool)> = None;
    reader.seek_to(0)?;
    // The streams' first pages stand together at the beginning.
    let mut packets: Vec<Vec<u8>> = Vec::new();
    let mut partial = Vec::new();
    let headers_wanted = |is_opus: bool| if is_opus { 2 } else { 3 };
    let mut data_start = None;
    while page.read_next(&mut reader, u64::MAX, &mut skipped)? {
        if page.first {
            let mut first = Vec::new();
            page.pieces(|bytes, _| {
                if first.is_empty() {
                    first.extend_from_slice(bytes);
                }
            });
            let is_opus = first.starts_with(b"OpusHead") && cfg!(feature = "opus");
            if chosen.is_none() && (is_opus || first.starts_with(b"\x01vorbis")) {
                chosen = Some((page.serial, first, is_opus));
            } else {
                let name = foreign(&first);
                if !others.contains(&name) {
                    others.push(name);
                }
            }
            continue;
        }
        let Some((serial, first, is_opus)) = &chosen else {
            let names = others.join(", ");
            return Err(Error::UnsupportedFormat(format!(
                "the Ogg file holds no Vorbis or Opus, but: {names}"
            )));
        };
        if page.serial != *serial {
            continue;
        }
        if packets.is_empty() {
            packets.push(first.clone());
        }
        let mut too_long = false;
        page.pieces(|bytes, ends| {
            too_long |= partial.len() + bytes.len() > MAX_PACKET_BYTES;
            if !too_long {
                partial.extend_from_slice(bytes);
                if ends {
                    packets.push(std::mem::take(&mut partial));
                }
            }
        });
        if too_long {
            return Err(corrupt("has a header of more than 16 MiB"));
        }
        if packets.len() >= headers_wanted(*is_opus) {
            data_start = Some(reader.pos());
            break;
        }
    }
    let Some((serial, _, is_opus)) = chosen else {
        return Err(corrupt("is damaged or cut off at its beginning"));
    };
    let (Some(data_start), Some(comments)) = (data_start, packets.get(1)) else {
        return Err(corrupt("is cut off within its headers"));
    };
    let (coded, comments) = if is_opus {
        #[cfg(feature = "opus")]
        {
            (
                Coded::Opus(crate::opus::Head::parse(&packets[0])?),
                comments.strip_prefix(b"OpusTags"),
            )
        }
        #[cfg(not(feature = "opus"))]
        return Err(Error::UnsupportedFormat(
            "this build cannot decode Opus".into(),
        ));
    } else {
        let parsed = vorbis::Setup::parse(&packets[0], &packets[2])?;
        let coded = Coded::Vorbis {
            identification: packets[0].clone(),
            setup: packets[2].clone(),
            parsed,
        };
        (coded, comments.strip_prefix(b"\x03vorbis"))
    };
    let tags = comments.map(vorbis_comments).unwrap_or_default();
    let mut demuxer = OggDemuxer {
        reader,
        coded,
        serial,
        data_start,
        base: 0,
        first_granule: 0,
        page,
        partial: Vec::new(),
        waiting: VecDeque::new(),
        clock: None,
        previous_block: None,
        next_sequence: None,
        discontinuous: false,
        ended: false,
        warnings: Vec::new(),
    };
    let mut warnings = Vec::new();
    let end = demuxer.find_end(&mut warnings)?;
    demuxer.find_start()?;
    let frames = end.map(|end| demuxer.frame(end).max(0));
    Ok(Opened {
        demuxer,
        tags,
        frames,
        warnings,
    })
}

impl OggDemuxer {
    /// The frame of a granule.
    fn frame(&self, granule: i64) -> i64 {
        granule
            .saturating_sub(self.base)
            .saturating_sub(self.coded.pre_skip())
    }

    /// Finds the granule with which the last page of this stream ends.
    fn find_end(&mut self, warnings: &mut Vec<Warning>) -> Result<Option<i64>> {
        let Some(len) = self.reader.len() else {
            return Ok(None);
        };
        let mut tail = 2 * MAX_PAGE_BYTES as u64;
        loop {
            let from = len.saturating_sub(tail).max(self.data_start);
            self.reader.seek_to(from)?;
            let mut end = None;
            let mut is_marked = false;
            let mut foreign_after = false;
            let mut behind = from;
            let mut page = Page::default();
            let mut skipped = 0;
            while page.read_next(&mut self.reader, u64::MAX, &mut skipped)? {
                behind = page.byte + page.byte_len();
                if page.serial == self.serial {
                    is_marked = page.last;
                    if page.granule >= 0 {
                        end = Some(page.granule);
                    }
                } else if page.first {
                    foreign_after = true;
                }
            }
            if end.is_some() {
                if foreign_after {
                    let message = "several streams follow one another in this Ogg file; only the first is read";
                    warnings.push(Warning::new("chained", message));
                } else if !is_marked || behind < len {
                    let message = format!(
                        "the Ogg file ends without its last page, at byte {behind} of {len}"
                    );
                    warnings.push(Warning::new("truncated", message));
                }
                return Ok(end);
            }
            if from == self.data_start || tail > MAX_TAIL_BYTES {
                return Ok(None);
            }
            tail *= 4;
        }
    }

    /// Reads the first pages of sound, which tell the granule at which it begins.
    fn find_start(&mut self) -> Result<()> {
        self.rewind()?;
        // The first page counts its packets backwards from its word, unless it is the last as well.
        if self.waiting.is_empty() {
            self.read_page()?;
        }
        if let Some(first) = self.waiting.front() {
            self.first_granule = first.start;
            self.base = first.start.max(0);
        }
        Ok(())
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

    /// The last page of this stream that ends at or before `granule`, if any, by bisection.
    fn page_before(&mut self, granule: i64) -> Result<Option<Page>> {
        let Some(len) = self.reader.len() else {
            return Ok(None);
        };
        let (mut low, mut high) = (self.data_start, len);
        let mut best = None;
        let mut skipped = 0;
        while high.saturating_sub(low) > MAX_PAGE_BYTES as u64 {
            let middle = low + (high - low) / 2;
            self.reader.seek_to(middle)?;
            match self.marked_page(high, &mut skipped)? {
                Some(page) if page.granule <= granule => {
                    low = page.byte + page.byte_len();
                    best = Some(page);
                }
                _ => high = middle,
            }
        }
        // The rest is walked.
        self.reader.seek_to(low)?;
        while let Some(page) = self.marked_page(high, &mut skipped)? {
            if page.granule > granule {
                break;
            }
            best = Some(page);
        }
        Ok(best)
    }

    /// The next page of this stream, before byte `limit`, that says where its last packet ends.
    fn marked_page(&mut self, limit: u64, skipped: &mut u64) -> Result<Option<Page>> {
        let mut page = Page::default();
        while page.read_next(&mut self.reader, limit, skipped)? {
            if page.serial == self.serial && page.granule >= 0 {
                return Ok(Some(page));
            }
        }
        Ok(None)
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
        let wanted = frame
            .saturating_add(self.base)
            .saturating_add(self.coded.pre_skip());
        let early = wanted.saturating_sub(self.coded.preroll());
        let page = if early > self.first_granule {
            self.page_before(early)?
        } else {
            None
        };
        let Some(page) = page else {
            return self.rewind();
        };
        self.reader.seek_to(page.byte + page.byte_len())?;
        self.forget();
        self.clock = Some(page.granule);
        self.take_entry(&page);
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }
}

impl OggDemuxer {
    /// Takes of `page`, which is entered from nowhere, its last whole packet, for the codec to overlap with,
    /// and the beginning of the packet that goes on.
    fn take_entry(&mut self, page: &Page) {
        self.next_sequence = Some(page.sequence.wrapping_add(1));
        let mut is_orphan = page.continued;
        let mut last = None;
        let mut partial = Vec::new();
        page.pieces(|bytes, ends| {
            if is_orphan {
                is_orphan = !ends;
                return;
            }
            partial.extend_from_slice(bytes);
            if ends {
                last = Some(std::mem::take(&mut partial));
            }
        });
        self.partial = partial;
        if let Some(data) = last {
            let frames = self.coded.packet_frames(&data, &mut self.previous_block);
            let start = page.granule - frames as i64;
            self.waiting.push_back(Waiting {
                data,
                start,
                frames,
                discontinuous: false,
            });
        }
        self.ended = page.last;
    }
}
