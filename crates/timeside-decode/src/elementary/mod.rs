//! Streams of self-describing frames without a container: MPEG audio and ADTS.
//!
//! No such file has a table of where its frames are that could be believed, so one is built while it is read: a
//! [`SeekIndex`], shared by all decoders of the medium. A place in what was read once is entered without reading
//! more. Where all frames have one bit rate and the file's length agrees, a place follows by arithmetic, and
//! nothing before it needs to be read. What remains is a far place in a file of varying bit rate that nobody has
//! read yet: to know which frame is the thousandth, the headers up to there are counted, once.

mod header;
mod rate;

use crate::index::{SeekIndex, StreamKey};
use crate::mpeg::InfoTag;
use crate::packet::{Demuxer, Packet};
use crate::reader::Reader;
use crate::{adts, mpeg, sniff};
pub(crate) use header::Header;
use rate::Bitrate;
pub(crate) use rate::Outline;
use timeside_core::{Result, Warning};

/// Coded frames that are walked sooner than reckoned: a few seconds.
const NEAR_FRAMES: u64 = 256;

/// The first look for a frame that is not where it should be; the next ones are longer.
const FIRST_LOOK_BYTES: usize = 16 << 10;

/// Warnings about garbage are not multiplied beyond these.
const MAX_WARNINGS: usize = 8;

/// What became of looking for the next frame's header.
enum Found {
    Frame(Header),
    /// Nothing but tags or garbage is left.
    End,
}

/// The demuxer.
#[derive(Debug)]
pub(crate) struct Elementary {
    reader: Reader,
    first: Header,
    first_byte: u64,
    /// Frames before the sound: the encoder's and the decoder's delay.
    delay: i64,
    index: SeekIndex,
    /// Number of the coded frame that is read next.
    next: u64,
    /// Where to look for it; the reader stands elsewhere after an error.
    next_byte: u64,
    /// `next` is a guess, and the reader stands anywhere: nothing is noted.
    is_guessed: bool,
    /// The guess must still find a frame.
    is_astray: bool,
    bitrate: Bitrate,
    outline: Option<Outline>,
    warnings: Vec<Warning>,
    /// Garbage before this byte was told.
    told_up_to: u64,
    end_told: bool,
    format_told: bool,
}

/// What the beginning of an MPEG stream tells.
#[derive(Debug, Clone)]
pub(crate) struct MpegStart {
    pub(crate) header: mpeg::Header,
    pub(crate) tag: Option<InfoTag>,
    /// Byte of the first frame that is sound.
    pub(crate) first_byte: u64,
}

/// Reads the first frame at `first_byte` and the tag that may be in it.
pub(crate) fn mpeg_start(reader: &mut Reader, first_byte: u64) -> Result<Option<MpegStart>> {
    reader.seek_to(first_byte)?;
    let mut frame = Vec::new();
    reader.read_into(&mut frame, 4)?;
    let Some(header) = mpeg::Header::parse(&frame) else {
        return Ok(None);
    };
    reader.read_into(&mut frame, header.frame_bytes - 4)?;
    let tag = InfoTag::parse(&frame, &header);
    let first_byte = if tag.is_some() {
        first_byte + header.frame_bytes as u64
    } else {
        first_byte
    };
    Ok(Some(MpegStart {
        header,
        tag,
        first_byte,
    }))
}

impl Elementary {
    /// Frames like `first` from byte `first_byte` on; `delay` of the decoded frames precede the sound. Places are
    /// noted in `index`, and taken from it.
    pub(crate) fn new(
        reader: Reader,
        first: Header,
        first_byte: u64,
        delay: i64,
        index: SeekIndex,
    ) -> Result<Self> {
        index.bind(StreamKey {
            kind: first.kind(),
            first_byte,
            source_bytes: reader.len().unwrap_or(0),
        });
        let mut this = Self {
            reader,
            first,
            first_byte,
            delay,
            index,
            next: 0,
            next_byte: first_byte,
            is_guessed: false,
            is_astray: false,
            bitrate: Bitrate::Unknown,
            outline: None,
            warnings: Vec::new(),
            told_up_to: 0,
            end_told: false,
            format_told: false,
        };
        this.reader.seek_to(first_byte)?;
        Ok(this)
    }

    /// Takes what a tag says of the whole, for guesses.
    pub(crate) fn set_outline(&mut self, outline: Outline) {
        self.outline = Some(outline).filter(|o| o.units > 0 && o.bytes > 0);
    }

    /// Coded frames in all, if somebody has counted them.
    pub(crate) fn counted_frames(&self) -> Option<u64> {
        self.index.end()
    }

    /// Stands before the coded frame `number` at `byte`.
    fn stand(&mut self, number: u64, byte: u64) -> Result<()> {
        self.reader.seek_to(byte)?;
        (self.next, self.next_byte) = (number, byte);
        self.is_guessed = false;
        self.is_astray = false;
        Ok(())
    }

    /// One coded frame is done with; the next may begin at `byte`.
    fn step(&mut self, byte: u64) {
        (self.next, self.next_byte) = (self.next + 1, byte);
    }

    /// Parses the header at the reader's place, and leaves the reader there.
    fn header_here(&mut self) -> Result<Option<Header>> {
        let at = self.reader.pos();
        let mut bytes = [0; adts::Header::LEN];
        let n = self.reader.read(&mut bytes)?;
        self.reader.seek_to(at)?;
        Ok(self.first.parse_like(&bytes[..n]))
    }

    /// Finds the next frame: here, or behind garbage.
    fn find_frame(&mut self) -> Result<Found> {
        if !self.is_astray
            && let Some(header) = self.header_here()?
        {
            return Ok(Found::Frame(header));
        }
        let lost_at = self.reader.pos();
        let mut window = Vec::new();
        let mut look = FIRST_LOOK_BYTES;
        loop {
            let at = self.reader.pos();
            window.clear();
            self.reader.read_into(&mut window, look)?;
            if at == lost_at && is_end_tag(&window) {
                return Ok(Found::End);
            }
            let mut is_other = false;
            let found = (0..window.len()).find(|&i| {
                is_other = window[i] == 0xFF && self.first.is_other_format(&window[i..]);
                if is_other {
                    return true;
                }
                let Some(header) = self.first.parse_like(&window[i..]) else {
                    return false;
                };
                // A lone header is chance; two in a row, or one that ends with the file, are not.
                match window.get(i + header.frame_bytes()..) {
                    Some([]) => true,
                    Some(next) => self.first.parse_like(next).is_some(),
                    None => false,
                }
            });
            if let Some(i) = found {
                self.reader.seek_to(at + i as u64)?;
                if is_other {
                    self.warn_format(at + i as u64);
                    return Ok(Found::End);
                }
                if !std::mem::take(&mut self.is_astray) {
                    self.warn_garbage(lost_at);
                }
                return Ok(self.header_here()?.map_or(Found::End, Found::Frame));
            }
            if window.len() < look {
                if window.len() > 1024 || at != lost_at {
                    self.warn_garbage(lost_at);
                }
                return Ok(Found::End);
            }
            // The next window begins early enough for a frame that straddles the two.
            self.reader
                .seek_to(at + (look as u64).saturating_sub(8192 + 8))?;
            look = sniff::SNIFF_BYTES;
        }
    }

    fn warn_garbage(&mut self, at: u64) {
        let bytes = self.reader.pos().saturating_sub(at);
        // Once is enough: another walk meets the same place again.
        if self.is_guessed || at < self.told_up_to || self.warnings.len() >= MAX_WARNINGS {
            return;
        }
        self.told_up_to = at + bytes;
        let warning = Warning::new(
            "damaged",
            format!("{bytes} bytes at byte {at} are no audio and were skipped"),
        );
        self.warnings.push(warning.at(self.start_of(self.next)));
    }

    /// What follows has another rate, version or layer: on this line of time it has no place.
    fn warn_format(&mut self, at: u64) {
        if !self.is_guessed && !std::mem::replace(&mut self.format_told, true) {
            let message =
                format!("from byte {at} on the file has another format, which is not read");
            let start = self.start_of(self.next);
            self.warnings
                .push(Warning::new("format-changed", message).at(start.max(0)));
        }
    }

    /// The frame of sound at which the coded frame `number` begins.
    fn start_of(&self, number: u64) -> i64 {
        i64::try_from(number)
            .unwrap_or(i64::MAX)
            .saturating_mul(self.first.frames() as i64)
            .saturating_sub(self.delay)
    }

    /// The coded frame that must be read first for all from `frame` on to come out right.
    fn entry_of(&self, frame: i64) -> u64 {
        let coded = frame.saturating_add(self.delay).max(0) as u64 / self.first.frames() as u64;
        coded.saturating_sub(self.first.preroll())
    }

    /// Notes where the frame `self.next` begins.
    fn note(&self, byte: u64) {
        if !self.is_guessed {
            self.index.note(self.next, byte);
        }
    }

    /// Goes to a known place at or before the coded frame `number`, checked: the index may come from elsewhere.
    fn enter(&mut self, number: u64) -> Result<()> {
        let place = self.index.before(number);
        if let Some(place) = place.filter(|p| p.byte >= self.first_byte) {
            // Where reading stands already, there is no need to go back.
            if !self.is_guessed && place.unit <= self.next && self.next <= number {
                return self.reader.seek_to(self.next_byte);
            }
            self.stand(place.unit, place.byte)?;
            if self.header_here()?.is_some() {
                return Ok(());
            }
            self.index.clear();
        }
        self.stand(0, self.first_byte)
    }

    /// Goes to the coded frame `number` exactly, by what is known, by arithmetic, or by counting headers. False,
    /// with the reader at the end, if there are fewer.
    fn go_to(&mut self, number: u64) -> Result<bool> {
        let known = self.index.before(number).map_or(0, |p| p.unit);
        if number - known > NEAR_FRAMES
            && self.index.end().is_none_or(|end| number < end)
            && self.jump(number)?
        {
            return Ok(true);
        }
        self.enter(number)?;
        while self.next < number {
            let Found::Frame(header) = self.find_frame()? else {
                return Ok(false);
            };
            let byte = self.reader.pos();
            self.note(byte);
            self.step(byte + header.frame_bytes() as u64);
            self.reader.seek_to(self.next_byte)?;
        }
        Ok(true)
    }
}

/// Tags that stand behind the last frame.
fn is_end_tag(bytes: &[u8]) -> bool {
    bytes.is_empty()
        || [&b"TAG"[..], b"APETAGEX", b"LYRICS", b"3DI", b"ID3"]
            .iter()
            .any(|tag| bytes.starts_with(tag))
        || bytes.iter().all(|b| *b == 0)
}

impl Demuxer for Elementary {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        let header = match self.find_frame()? {
            Found::Frame(header) => header,
            Found::End => {
                if !self.is_guessed {
                    self.index.set_end(self.next);
                }
                return Ok(false);
            }
        };
        let byte = self.reader.pos();
        self.note(byte);
        packet.data.clear();
        self.reader.skip(header.skipped_bytes() as u64)?;
        let wanted = header.frame_bytes() - header.skipped_bytes();
        if self.reader.read_into(&mut packet.data, wanted)? < wanted {
            if !self.is_guessed {
                self.index.set_end(self.next);
            }
            if !self.end_told {
                self.end_told = true;
                let at = self.start_of(self.next);
                self.warnings.push(
                    Warning::new("truncated", "the file is cut off within its last frame")
                        .at(at.max(0)),
                );
            }
            return Ok(false);
        }
        packet.start = Some(self.start_of(self.next));
        packet.frames = Some(header.frames());
        self.step(byte + header.frame_bytes() as u64);
        Ok(true)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        let entry = self.entry_of(frame);
        let end = self.index.end().unwrap_or(u64::MAX);
        if entry < end && self.go_to(entry)? {
            return Ok(());
        }
        // Past the end the last frames are read once more, so that the end is known.
        let last = self.index.end().unwrap_or(self.next);
        self.go_to(last.saturating_sub(1 + self.first.preroll()))?;
        Ok(())
    }

    fn seek_near(&mut self, frame: i64) -> Result<()> {
        let entry = self.entry_of(frame);
        let is_known = self
            .index
            .before(entry)
            .is_some_and(|place| entry - place.unit <= NEAR_FRAMES);
        if is_known || matches!(self.bitrate, Bitrate::Constant(_)) || self.reader.len().is_none() {
            return self.seek(frame);
        }
        self.guess(entry)
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }
}
