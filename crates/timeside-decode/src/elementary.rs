//! Streams of self-describing frames without a container: MPEG audio and ADTS.
//!
//! No such file has a table of where its frames are, so one is built while it is read: the byte of every
//! [`STRIDE`]th frame. That makes seeking exact for any bit rate, where a guess by the mean bit rate or by
//! the Xing tag's table of 100 places is not.

use crate::mpeg::InfoTag;
use crate::packet::{Demuxer, Packet};
use crate::reader::Reader;
use crate::{adts, mpeg, sniff};
use timeside_core::{Result, Warning};

/// One place in the index for so many coded frames: 8 bytes per 0.4 s.
const STRIDE: u64 = 16;

/// A frame's header, of either kind.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Header {
    Mpeg(mpeg::Header),
    Adts(adts::Header),
}

impl Header {
    fn parse_like(&self, bytes: &[u8]) -> Option<Self> {
        match self {
            Self::Mpeg(first) => mpeg::Header::parse(bytes)
                .filter(|h| h.follows(first))
                .map(Self::Mpeg),
            Self::Adts(first) => adts::Header::parse(bytes)
                .filter(|h| h.follows(first))
                .map(Self::Adts),
        }
    }

    fn frame_bytes(&self) -> usize {
        match self {
            Self::Mpeg(header) => header.frame_bytes,
            Self::Adts(header) => header.frame_bytes,
        }
    }

    /// Frames of sound in a coded frame.
    pub(crate) fn frames(&self) -> usize {
        match self {
            Self::Mpeg(header) => header.frames,
            Self::Adts(header) => header.blocks * 1024,
        }
    }

    /// Bytes at the frame's beginning that the codec does not want.
    fn skipped_bytes(&self) -> usize {
        match self {
            Self::Mpeg(_) => 0,
            Self::Adts(header) => header.header_bytes,
        }
    }

    /// Coded frames that must be decoded before one that shall come out as in a decode from the start.
    fn preroll(&self) -> u64 {
        match self {
            // The bit reservoir reaches back 511 bytes, and two frames more fill the overlap and the filter bank.
            Self::Mpeg(header) => {
                let smallest = (header.frames / 8 * 8_000 / header.sample_rate as usize).max(40);
                let main_data = smallest
                    .saturating_sub(4 + 2 + header.side_info_bytes())
                    .max(8);
                511_u64.div_ceil(main_data as u64) + 2
            }
            Self::Adts(_) => 2,
        }
    }
}

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
    /// Frames before the sound: the encoder's and the decoder's delay.
    delay: i64,
    /// `index[k]` is the byte of coded frame `k · STRIDE`.
    index: Vec<u64>,
    /// Number of the coded frame that is read next.
    next: u64,
    warnings: Vec<Warning>,
    end_told: bool,
}

/// What the beginning of an MPEG stream tells.
#[derive(Debug, Clone, Copy)]
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
    /// Frames like `first` from byte `first_byte` on; `delay` of the decoded frames precede the sound.
    pub(crate) fn new(reader: Reader, first: Header, first_byte: u64, delay: i64) -> Result<Self> {
        let mut this = Self {
            reader,
            first,
            delay,
            index: vec![first_byte],
            next: 0,
            warnings: Vec::new(),
            end_told: false,
        };
        this.reader.seek_to(first_byte)?;
        Ok(this)
    }

    /// The mean length in bytes of the first coded frames, for an estimate of the duration.
    pub(crate) fn mean_frame_bytes(&mut self) -> Result<f64> {
        let start = self.reader.pos();
        let mut count = 0;
        while count < 100 {
            let at = self.reader.pos();
            let Some(header) = self.header_here()? else {
                break;
            };
            self.reader.seek_to(at + header.frame_bytes() as u64)?;
            count += 1;
        }
        let mean = (self.reader.pos() - start) as f64 / f64::from(count.max(1));
        self.reader.seek_to(start)?;
        Ok(mean)
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
        if let Some(header) = self.header_here()? {
            return Ok(Found::Frame(header));
        }
        let lost_at = self.reader.pos();
        let mut window = Vec::new();
        loop {
            let at = self.reader.pos();
            window.clear();
            self.reader.read_into(&mut window, sniff::SNIFF_BYTES)?;
            if at == lost_at && is_end_tag(&window) {
                return Ok(Found::End);
            }
            let found = (0..window.len()).find(|&i| {
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
                self.warn_garbage(lost_at);
                return Ok(self.header_here()?.map_or(Found::End, Found::Frame));
            }
            if window.len() < sniff::SNIFF_BYTES {
                if window.len() > 1024 || at != lost_at {
                    self.warn_garbage(lost_at);
                }
                return Ok(Found::End);
            }
            // The next window begins early enough for a frame that straddles the two.
            self.reader
                .seek_to(at + (sniff::SNIFF_BYTES - 8192) as u64)?;
        }
    }

    fn warn_garbage(&mut self, at: u64) {
        let bytes = self.reader.pos().saturating_sub(at);
        // Once is enough: an index walk meets the same place again.
        if self.warnings.len() < 8 && self.next / STRIDE + 1 >= self.index.len() as u64 {
            let warning = Warning::new(
                "damaged",
                format!("{bytes} bytes at byte {at} are no audio and were skipped"),
            );
            self.warnings
                .push(warning.at(self.next as i64 * self.first.frames() as i64 - self.delay));
        }
    }

    /// Notes where the frame `self.next` begins.
    fn note(&mut self, byte: u64) {
        if self.next % STRIDE == 0 && self.next / STRIDE == self.index.len() as u64 {
            self.index.push(byte);
        }
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
            Found::End => return Ok(false),
        };
        let byte = self.reader.pos();
        self.note(byte);
        packet.data.clear();
        self.reader.skip(header.skipped_bytes() as u64)?;
        let wanted = header.frame_bytes() - header.skipped_bytes();
        if self.reader.read_into(&mut packet.data, wanted)? < wanted {
            if !self.end_told {
                self.end_told = true;
                let at = self.next as i64 * self.first.frames() as i64 - self.delay;
                self.warnings.push(
                    Warning::new("truncated", "the file is cut off within its last frame")
                        .at(at.max(0)),
                );
            }
            return Ok(false);
        }
        packet.start = Some(self.next as i64 * self.first.frames() as i64 - self.delay);
        packet.frames = Some(header.frames());
        self.next += 1;
        Ok(true)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        let coded = (frame.saturating_add(self.delay).max(0) as u64) / self.first.frames() as u64;
        let slot = coded.saturating_sub(self.first.preroll()) / STRIDE;
        let known = slot.min(self.index.len() as u64 - 1);
        self.reader.seek_to(self.index[known as usize])?;
        self.next = known * STRIDE;
        // Beyond the index the headers are walked, which extends it.
        while self.next < slot * STRIDE {
            let Found::Frame(header) = self.find_frame()? else {
                break;
            };
            let byte = self.reader.pos();
            self.note(byte);
            self.reader.seek_to(byte + header.frame_bytes() as u64)?;
            self.next += 1;
        }
        // Past the end the last frames are read once more, so that the end is known.
        if self.next < slot * STRIDE {
            let last =
                (self.index.len() as u64 - 1).saturating_sub(1 + self.first.preroll() / STRIDE);
            self.reader.seek_to(self.index[last as usize])?;
            self.next = last * STRIDE;
        }
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }
}
