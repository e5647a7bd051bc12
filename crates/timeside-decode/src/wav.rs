//! WAV, RF64 and BW64: the chunks, and PCM into samples.
//!
//! PCM needs no packets of its own making: blocks are read and converted where they stand, and every frame is
//! a place to seek to.

use crate::packet::{Codec, Damage, Demuxer, Packet};
use crate::reader::Reader;
use std::collections::BTreeMap;
use timeside_core::{Error, Result, Warning};

/// Frames per packet.
const PACKET_FRAMES: u64 = 4096;

/// More channels than these are taken for a broken header.
pub(crate) const MAX_CHANNELS: u16 = 256;

/// The highest believable rate in Hz: DSD's, with room.
pub(crate) const MAX_SAMPLE_RATE: u32 = 12_288_000;

/// All LIST chunks together are read up to this.
const MAX_TAG_BYTES: usize = 1 << 20;

/// How a sample is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    U8,
    S16,
    S24,
    S32,
    F32,
    F64,
    ALaw,
    MuLaw,
}

impl Coding {
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::ALaw | Self::MuLaw => 1,
            Self::S16 => 2,
            Self::S24 => 3,
            Self::S32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::U8 => "pcm_u8",
            Self::S16 => "pcm_s16le",
            Self::S24 => "pcm_s24le",
            Self::S32 => "pcm_s32le",
            Self::F32 => "pcm_f32le",
            Self::F64 => "pcm_f64le",
            Self::ALaw => "pcm_alaw",
            Self::MuLaw => "pcm_mulaw",
        }
    }
}

/// What the chunks before the sound tell.
#[derive(Debug)]
pub(crate) struct Wav {
    pub(crate) coding: Coding,
    pub(crate) channels: u16,
    pub(crate) sample_rate: u32,
    pub(crate) bits_per_sample: u32,
    pub(crate) data_start: u64,
    /// Frames that are really there.
    pub(crate) frames: Option<u64>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) warnings: Vec<Warning>,
}

fn corrupt(message: impl Into<String>) -> Error {
    Error::CorruptMedia(message.into())
}

impl Wav {
    /// Reads the chunks up to the sound's.
    pub(crate) fn parse(reader: &mut Reader) -> Result<Self> {
        let Some(riff) = reader.array::<12>()? else {
            return Err(corrupt("the WAV header is cut off"));
        };
        let is_64 = &riff[..4] != b"RIFF";
        let mut data_64 = None;
        let mut format = None;
        let mut tags = BTreeMap::new();
        let mut tag_room = MAX_TAG_BYTES;
        // A chunk takes 8 bytes at least: the file's length bounds this loop.
        while let Some(head) = reader.array::<8>()? {
            let body = reader.pos();
            let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
            match &head[..4] {
                b"ds64" if is_64 => {
                    if let Some(sizes) = reader.array::<16>()? {
                        data_64 = Some(u64::from_le_bytes(
                            sizes[8..16].try_into().unwrap_or_default(),
                        ));
                    }
                }
                b"fmt " => format = Some(parse_format(reader, size)?),
                b"LIST" => {
                    let mut list = Vec::new();
                    tag_room -= reader.read_into(&mut list, size.min(tag_room as u64) as usize)?;
                    info_tags(&list, &mut tags);
                }
                b"data" => {
                    let Some((coding, channels, sample_rate, bits_per_sample)) = format else {
                        return Err(corrupt(
                            "the WAV file has no format chunk before its data chunk",
                        ));
                    };
                    let mut wav = Self {
                        coding,
                        channels,
                        sample_rate,
                        bits_per_sample,
                        data_start: body,
                        frames: None,
                        tags,
                        warnings: Vec::new(),
                    };
                    // 0xFFFFFFFF is what a program writes that did not know the length yet.
                    let told = match (size, data_64) {
                        (0xFFFF_FFFF, Some(size)) => Some(size),
                        (0xFFFF_FFFF, None) => None,
                        (size, _) => Some(size),
                    };
                    wav.measure(told, reader.len().map(|len| len.saturating_sub(body)))?;
                    return Ok(wav);
                }
                _ => {}
            }
            reader.seek_to(body.saturating_add(size + size % 2))?;
        }
        Err(corrupt(match format {
            Some(_) => "the WAV file has no data chunk: it is cut off within its header",
            None => "the WAV file has neither a format nor a data chunk",
        }))
    }

    pub(crate) fn frame_bytes(&self) -> u64 {
        u64::from(self.channels) * self.coding.bytes() as u64
    }

    fn measure(&mut self, told: Option<u64>, there: Option<u64>) -> Result<()> {
        let frame_bytes = self.frame_bytes();
        self.frames = match (told, there) {
            // Some recorders leave the length at 0 when they are switched off.
            (Some(0) | None, there) => there.map(|bytes| bytes / frame_bytes),
            (Some(told), None) => Some(told / frame_bytes),
            (Some(told), Some(there)) => {
                if told > there {
                    let message =
                        format!("the file is cut off: {there} of {told} bytes of sound are there");
                    self.warnings
                        .push(Warning::new("truncated", message).at((there / frame_bytes) as i64));
                }
                Some(told.min(there) / frame_bytes)
            }
        };
        if self.frames == Some(0) && told.is_some_and(|told| told > 0) {
            return Err(corrupt("the WAV file is cut off before its first sample"));
        }
        Ok(())
    }
}

/// Coding, channels, rate and valid bits of the format chunk.
fn parse_format(reader: &mut Reader, size: u64) -> Result<(Coding, u16, u32, u32)> {
    let mut chunk = [0; 40];
    let n = reader.read(&mut chunk[..size.min(40) as usize])?;
    if n < 16 {
        return Err(corrupt("the WAV format chunk is cut off"));
    }
    let u16_at = |at: usize| u16::from_le_bytes([chunk[at], chunk[at + 1]]);
    let mut tag = u16_at(0);
    let channels = u16_at(2);
    let sample_rate = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
    let bits = u16_at(14);
    if channels == 0 || channels > MAX_CHANNELS {
        return Err(corrupt(format!(
            "the WAV header says {channels} channels; 1 to {MAX_CHANNELS} can be"
        )));
    }
    if sample_rate == 0 || sample_rate > MAX_SAMPLE_RATE {
        return Err(corrupt(format!(
            "the WAV header says a sample rate of {sample_rate} Hz"
        )));
    }
    let mut valid_bits = bits;
    if tag == 0xFFFE && n >= 26 {
        // The extensible header: the true tag opens the sub-format's GUID.
        tag = u16_at(24);
        valid_bits = if (1..=bits).contains(&u16_at(18)) {
            u16_at(18)
        } else {
            bits
        };
    }
    let coding = match (tag, bits) {
        (1, 1..=8) => Coding::U8,
        (1, 9..=16) => Coding::S16,
        (1, 17..=24) => Coding::S24,
        (1, 25..=32) => Coding::S32,
        (3, 32) => Coding::F32,
        (3, 64) => Coding::F64,
        (6, 8) => Coding::ALaw,
        (7, 8) => Coding::MuLaw,
        (1 | 3, bits) => {
            return Err(corrupt(format!(
                "the WAV header says {bits} bits per sample"
            )));
        }
        (tag, _) => {
            let name = match tag {
                2 => "Microsoft ADPCM",
                0x11 => "IMA ADPCM",
                0x31 => "GSM 6.10",
                0x50 => "MPEG layer II",
                0x55 => "MP3",
                0xFF | 0x1600..=0x1610 => "AAC",
                0x160..=0x163 => "Windows Media Audio",
                0x2000 => "AC-3",
                _ => "unknown",
            };
            return Err(Error::UnsupportedFormat(format!(
                "the WAV file holds the codec {name} (0x{tag:04X}), which is not supported"
            )));
        }
    };
    Ok((coding, channels, sample_rate, u32::from(valid_bits)))
}

/// The texts of a LIST chunk of the form INFO.
fn info_tags(list: &[u8], tags: &mut BTreeMap<String, String>) {
    let Some(mut rest) = list.strip_prefix(b"INFO") else {
        return;
    };
    while let [a, b, c, d, s0, s1, s2, s3, body @ ..] = rest {
        let size = u32::from_le_bytes([*s0, *s1, *s2, *s3]) as usize;
        let text = &body[..size.min(body.len())];
        let text = String::from_utf8_lossy(text.split(|b| *b == 0).next().unwrap_or_default());
        let key = match &[*a, *b, *c, *d] {
            b"INAM" => "title".to_owned(),
            b"IART" => "artist".to_owned(),
            b"IPRD" => "album".to_owned(),
            b"ICMT" => "comment".to_owned(),
            b"ICRD" => "date".to_owned(),
            b"IGNR" => "genre".to_owned(),
            b"ICOP" => "copyright".to_owned(),
            b"ISFT" => "encoder".to_owned(),
            b"ITRK" | b"IPRT" => "tracknumber".to_owned(),
            other => String::from_utf8_lossy(other).to_lowercase(),
        };
        if !text.trim().is_empty() {
            tags.insert(key, text.trim().to_owned());
        }
        rest = body
            .get(size.saturating_add(size % 2)..)
            .unwrap_or_default();
    }
}

/// Cuts PCM into packets.
#[derive(Debug)]
pub(crate) struct PcmDemuxer {
    reader: Reader,
    data_start: u64,
    frame_bytes: u64,
    frames: u64,
    next: u64,
}

impl PcmDemuxer {
    pub(crate) fn new(reader: Reader, wav: &Wav) -> Self {
        Self {
            reader,
            data_start: wav.data_start,
            frame_bytes: wav.frame_bytes(),
            frames: wav.frames.unwrap_or(u64::MAX),
            next: 0,
        }
    }
}

impl Demuxer for PcmDemuxer {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        let frames = PACKET_FRAMES.min(self.frames.saturating_sub(self.next));
        if frames == 0 {
            return Ok(false);
        }
        self.reader.seek_to(
            self.data_start
                .saturating_add(self.next.saturating_mul(self.frame_bytes)),
        )?;
        packet.data.clear();
        let read = self
            .reader
            .read_into(&mut packet.data, (frames * self.frame_bytes) as usize)?
            as u64
            / self.frame_bytes;
        packet.data.truncate((read * self.frame_bytes) as usize);
        packet.start = Some(self.next as i64);
        packet.frames = None;
        self.next += read;
        Ok(read > 0)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.next = (frame.max(0) as u64).min(self.frames.saturating_sub(1));
        Ok(())
    }
}

/// Interleaved PCM into planes.
#[derive(Debug)]
pub(crate) struct PcmCodec {
    coding: Coding,
    channels: usize,
}

impl PcmCodec {
    pub(crate) fn new(coding: Coding, channels: usize) -> Self {
        Self { coding, channels }
    }
}

/// De-interleaves `data` by channel and converts each sample of `N` bytes.
fn planar<const N: usize>(data: &[u8], planes: &mut [Vec<f32>], convert: impl Fn([u8; N]) -> f32) {
    let channels = planes.len();
    let (samples, _) = data.as_chunks::<N>();
    for (c, plane) in planes.iter_mut().enumerate() {
        plane.clear();
        plane.extend(
            samples
                .iter()
                .skip(c)
                .step_by(channels)
                .map(|bytes| convert(*bytes)),
        );
    }
}

impl Codec for PcmCodec {
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
        planes.resize_with(self.channels, Vec::new);
        match self.coding {
            Coding::U8 => planar(data, planes, |[a]| (f32::from(a) - 128.0) / 128.0),
            Coding::S16 => planar(data, planes, |b| {
                f32::from(i16::from_le_bytes(b)) / 32_768.0
            }),
            Coding::S24 => planar(data, planes, |[a, b, c]| {
                // Sign by shifting down from the top of 32 bits.
                (i32::from_le_bytes([0, a, b, c]) >> 8) as f32 / 8_388_608.0
            }),
            Coding::S32 => planar(data, planes, |b| {
                i32::from_le_bytes(b) as f32 / 2_147_483_648.0
            }),
            Coding::F32 => planar(data, planes, f32::from_le_bytes),
            Coding::F64 => planar(data, planes, |b| f64::from_le_bytes(b) as f32),
            Coding::ALaw => planar(data, planes, |[a]| f32::from(a_law(a)) / 32_768.0),
            Coding::MuLaw => planar(data, planes, |[a]| f32::from(mu_law(a)) / 32_768.0),
        }
        Ok(data.len() / self.coding.bytes() / self.channels)
    }

    fn reset(&mut self) {}
}

/// ITU-T G.711 A-law, to 16 bits.
fn a_law(code: u8) -> i16 {
    let code = code ^ 0x55;
    let mantissa = i16::from(code & 15) << 4;
    let value = match code >> 4 & 7 {
        0 => mantissa + 8,
        segment => (mantissa + 0x108) << (segment - 1),
    };
    if code & 0x80 == 0 { -value } else { value }
}

/// ITU-T G.711 µ-law, to 16 bits.
fn mu_law(code: u8) -> i16 {
    let code = !code;
    let value = (((i16::from(code & 15) << 3) + 0x84) << (code >> 4 & 7)) - 0x84;
    if code & 0x80 == 0 { value } else { -value }
}
