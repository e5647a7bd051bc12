//! Streams of self-describing frames without a container: MPEG audio and ADTS.
//!
//! No such file has a table of where its frames are, so one is built while it is read: the byte of every
//! [`STRIDE`]th frame. That makes seeking exact for any bit rate, where a guess by the mean bit rate or by
//! the Xing tag's table of 100 places is not. Where all frames have one bit rate and the file's length agrees,
//! a place follows by arithmetic, and nothing before it needs to be read.

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
                .map(|h| {
                    Self::Adts(adts::Header {
                        block_frames: first.block_frames,
                        ..h
                    })
                }),
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
            Self::Adts(header) => header.blocks * header.block_frames,
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
            // The bit reservoir reaches back 511 bytes (MPEG-2: 255) of other frames' main data; two frames more
            // fill the overlap and the filter bank.
            Self::Mpeg(header) => {
                let (lowest_bitrate, reservoir) = if header.version == 1 {
                    (32_000, 511_u64)
                } else {
                    (8_000, 255)
                };
                let smallest = header.frames / 8 * lowest_bitrate / header.sample_rate as usize;
                let main_data = smallest
                    .saturating_sub(4 + 2 + header.side_info_bytes())
                    .max(1);
                reservoir.div_ceil(main_data as u64) + 2
            }
            // As `crate::aac` has it: with SBR more.
            Self::Adts(header) if header.block_frames > 1024 => 8,
            Self::Adts(_) => 2,
        }
    }
}

/// More than any MPEG layer III frame and the next one's header take.
const MAX_FRAME_BYTES: usize = 4096;

/// Places that are looked at before a bit rate is taken for constant.
const PROBES: u64 = 8;

/// Whether a frame's place can be reckoned.
#[derive(Debug, Clone, Copy)]
enum Bitrate {
    /// Nobody asked yet.
    Unknown,
    Varying,
    /// Bytes of a coded frame, as a fraction.
    Constant((u64, u64)),
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
    bitrate: Bitrate,
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
            bitrate: Bitrate::Unknown,
            warnings: Vec::new(),
            end_told: false,
        };
        this.reader.seek_to(first_byte)?;
        Ok(this)
    }

    /// Takes the tag's word that all `frames` coded frames have one bit rate, if they then fill `bytes` to the
    /// byte. Encoders keep to the rate by a byte of padding here and there: frame `n` begins within a byte or two
    /// of the ratio.
    pub(crate) fn assume_constant_bitrate(&mut self, frames: u64, bytes: u64) -> Result<()> {
        if let Some(ratio) = self.ratio_here()? {
            let expected = u128::from(frames) * u128::from(ratio.0) / u128::from(ratio.1);
            if expected.abs_diff(u128::from(bytes)) <= 2 {
                self.bitrate = Bitrate::Constant(ratio);
            }
        }
        Ok(())
    }

    /// Bytes per coded frame at the bit rate of the frame that the reader stands at.
    fn ratio_here(&mut self) -> Result<Option<(u64, u64)>> {
        Ok(match self.header_here()? {
            Some(Header::Mpeg(h)) if h.layer == 3 => Some((
                h.frames as u64 / 8 * u64::from(h.bitrate),
                u64::from(h.sample_rate),
            )),
            _ => None,
        })
    }

    /// Without a tag, looks at places all over the file: at one constant bit rate frames begin where arithmetic
    /// puts them, within what joining files by their ends may shift, at any other they do not.
    fn probe_bitrate(&mut self) -> Result<()> {
        self.bitrate = Bitrate::Varying;
        self.reader.seek_to(self.index[0])?;
        let (Some(ratio), Some(len)) = (self.ratio_here()?, self.reader.len()) else {
            return Ok(());
        };
        let frames = u128::from(len.saturating_sub(self.index[0])) * u128::from(ratio.1)
            / u128::from(ratio.0);
        for probe in 1..=PROBES {
            let number = (frames as u64).saturating_sub(8) * probe / PROBES;
            let Some(byte) = self.frame_near(number, ratio)? else {
                return Ok(());
            };
            self.reader.seek_to(byte)?;
            for _ in 0..4 {
                let at = self.reader.pos();
                let Some(header) = self.header_here()? else {
                    return Ok(());
                };
                if self.ratio_here()? != Some(ratio) {
                    return Ok(());
                }
                self.reader.seek_to(at + header.frame_bytes() as u64)?;
            }
        }
        self.bitrate = Bitrate::Constant(ratio);
        Ok(())
    }

    /// The byte of the coded frame `number` at a constant bit rate, if two frames follow one another within a
    /// quarter of a frame from where it should be.
    fn frame_near(&mut self, number: u64, (bytes, per): (u64, u64)) -> Result<Option<u64>> {
        let expected =
            self.index[0] + (u128::from(number) * u128::from(bytes) / u128::from(per)) as u64;
        let reach = bytes / per / 4;
        let from = expected.saturating_sub(reach).max(self.index[0]);
        let mut window = Vec::new();
        self.reader.seek_to(from)?;
        self.reader
            .read_into(&mut window, 2 * reach as usize + MAX_FRAME_BYTES)?;
        let header_at = |at: usize| self.first.parse_like(window.get(at..)?);
        let mut near: Vec<u64> = (from..=expected + reach).collect();
        near.sort_by_key(|byte| byte.abs_diff(expected));
        Ok(near.into_iter().find(|byte| {
            let at = (byte - from) as usize;
            header_at(at).is_some_and(|header| header_at(at + header.frame_bytes()).is_some())
        }))
    }

    /// Goes to the coded frame `number` by arithmetic; false if that does not lead there.
    fn jump(&mut self, number: u64) -> Result<bool> {
        if matches!(self.bitrate, Bitrate::Unknown) {
            self.probe_bitrate()?;
        }
        let Bitrate::Constant(ratio) = self.bitrate else {
            return Ok(false);
        };
        let Some(byte) = self.frame_near(number, ratio)? else {
            return Ok(false);
        };
        self.reader.seek_to(byte)?;
        self.next = number;
        Ok(true)
    }

    /// The mean length in bytes of the first coded frames, for an estimate of the duration; `None` if there are
    /// none.
    pub(crate) fn mean_frame_bytes(&mut self) -> Result<Option<f64>> {
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
        let bytes = self.reader.pos() - start;
        self.reader.seek_to(start)?;
        Ok((count > 0).then(|| bytes as f64 / f64::from(count)))
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
        if self.next.is_multiple_of(STRIDE) && self.next / STRIDE == self.index.len() as u64 {
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
        // A few seconds are walked sooner than probed.
        let is_far = slot >= self.index.len() as u64 + 64;
        if is_far && self.jump(slot * STRIDE)? {
            return Ok(());
        }
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
