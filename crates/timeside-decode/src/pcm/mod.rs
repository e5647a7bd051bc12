//! PCM and ADPCM, in whatever container they lie: how samples are written, how long a block of them is, and
//! the demuxer and codecs over such blocks.
//!
//! All of them have blocks of one size, each of which decodes alone: a place is found by arithmetic, and what
//! is decoded there is what a decode from the start gives, bit for bit.

mod adpcm;
mod blocks;
mod linear;
mod sound;

pub(crate) use adpcm::{ImaAppleCodec, ImaWavCodec, MsCodec};
pub(crate) use blocks::Blocks;
pub(crate) use linear::LinearCodec;
pub(crate) use sound::{Sound, check_rate};

use crate::packet::Codec;
use timeside_core::{Error, Result};

/// More channels than these are taken for a broken header.
pub(crate) const MAX_CHANNELS: usize = 256;

/// The highest believable rate in Hz: DSD's, with room.
pub(crate) const MAX_SAMPLE_RATE: u32 = 12_288_000;

/// Which byte of a word comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endian {
    Little,
    Big,
}

/// How a sample, or a block of them, is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    U8,
    S8,
    S16(Endian),
    S24(Endian),
    S32(Endian),
    F32(Endian),
    F64(Endian),
    ALaw,
    MuLaw,
    /// Microsoft's ADPCM (format tag 2).
    MsAdpcm,
    /// IMA ADPCM in WAV's blocks (format tag 0x11).
    ImaWav,
    /// IMA 4:1 in Apple's blocks of 64 frames (`ima4`).
    ImaApple,
}

impl Coding {
    /// Signed integers of `bytes` bytes, high bits first in value; `None` if there are no such.
    pub(crate) fn signed(bytes: usize, endian: Endian) -> Option<Self> {
        match bytes {
            1 => Some(Self::S8),
            2 => Some(Self::S16(endian)),
            3 => Some(Self::S24(endian)),
            4 => Some(Self::S32(endian)),
            _ => None,
        }
    }

    /// IEEE floating point of `bytes` bytes; `None` if there are no such.
    pub(crate) fn float(bytes: usize, endian: Endian) -> Option<Self> {
        match bytes {
            4 => Some(Self::F32(endian)),
            8 => Some(Self::F64(endian)),
            _ => None,
        }
    }

    /// Bytes of a sample; `None` where samples come in blocks only.
    pub(crate) fn sample_bytes(self) -> Option<usize> {
        match self {
            Self::U8 | Self::S8 | Self::ALaw | Self::MuLaw => Some(1),
            Self::S16(_) => Some(2),
            Self::S24(_) => Some(3),
            Self::S32(_) | Self::F32(_) => Some(4),
            Self::F64(_) => Some(8),
            Self::MsAdpcm | Self::ImaWav | Self::ImaApple => None,
        }
    }

    /// Its word in [`MediaInfo::codec`](timeside_core::MediaInfo::codec): ffmpeg's.
    pub(crate) fn name(self) -> &'static str {
        use Endian::{Big, Little};
        match self {
            Self::U8 => "pcm_u8",
            Self::S8 => "pcm_s8",
            Self::S16(Little) => "pcm_s16le",
            Self::S16(Big) => "pcm_s16be",
            Self::S24(Little) => "pcm_s24le",
            Self::S24(Big) => "pcm_s24be",
            Self::S32(Little) => "pcm_s32le",
            Self::S32(Big) => "pcm_s32be",
            Self::F32(Little) => "pcm_f32le",
            Self::F32(Big) => "pcm_f32be",
            Self::F64(Little) => "pcm_f64le",
            Self::F64(Big) => "pcm_f64be",
            Self::ALaw => "pcm_alaw",
            Self::MuLaw => "pcm_mulaw",
            Self::MsAdpcm => "adpcm_ms",
            Self::ImaWav => "adpcm_ima_wav",
            Self::ImaApple => "adpcm_ima_qt",
        }
    }
}

/// Blocks of one size: a frame of PCM, or some hundred of ADPCM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) coding: Coding,
    pub(crate) channels: usize,
    /// Bytes of a block, all channels together.
    pub(crate) block_bytes: u64,
    /// Frames that a block decodes to.
    pub(crate) block_frames: u64,
    /// The pairs of predictor coefficients of [`Coding::MsAdpcm`], in 1/256.
    pub(crate) coefficients: Vec<(i16, i16)>,
}

impl Layout {
    /// The layout of a coding, for `channels` channels.
    ///
    /// `block_bytes` is what the container says of a block of [`Coding::MsAdpcm`] or [`Coding::ImaWav`];
    /// the others know their own.
    ///
    /// # Errors
    /// `CorruptMedia` if there can be no such block, or not so many channels.
    pub(crate) fn new(coding: Coding, channels: usize, block_bytes: u64) -> Result<Self> {
        if channels == 0 || channels > MAX_CHANNELS {
            return Err(Error::CorruptMedia(format!(
                "the header says {channels} channels; 1 to {MAX_CHANNELS} can be"
            )));
        }
        let count = channels as u64;
        let (block_bytes, header_bytes) = match coding {
            Coding::MsAdpcm => (block_bytes, 7 * count),
            Coding::ImaWav => (block_bytes, 4 * count),
            Coding::ImaApple => (34 * count, 2 * count),
            linear => (linear.sample_bytes().unwrap_or(1) as u64 * count, 0),
        };
        if block_bytes < header_bytes || block_bytes > 1 << 20 {
            return Err(Error::CorruptMedia(format!(
                "the header says blocks of {block_bytes} bytes for {channels} channels of {}",
                coding.name()
            )));
        }
        let mut layout = Self {
            coding,
            channels,
            block_bytes,
            block_frames: 1,
            coefficients: Vec::new(),
        };
        layout.block_frames = layout.frames_in_block(block_bytes);
        Ok(layout)
    }

    /// Frames that the first `bytes` bytes of a block decode to.
    fn frames_in_block(&self, bytes: u64) -> u64 {
        let channels = self.channels as u64;
        match self.coding {
            // Two samples stand in the header, two in each byte after it.
            Coding::MsAdpcm => match bytes.checked_sub(7 * channels) {
                Some(rest) => 2 + rest * 2 / channels,
                None => 0,
            },
            // One sample stands in the header; then words of eight samples take turns among the channels.
            Coding::ImaWav => match bytes.checked_sub(4 * channels) {
                Some(rest) => 1 + rest / (4 * channels) * 8,
                None => 0,
            },
            Coding::ImaApple => bytes / (34 * channels) * 64,
            _ => bytes / self.block_bytes,
        }
    }

    /// Frames that `bytes` bytes of sound decode to; of a block that is cut off, what is there.
    pub(crate) fn frames_in(&self, bytes: u64) -> u64 {
        let whole = (bytes / self.block_bytes).saturating_mul(self.block_frames);
        let part = match self.coding.sample_bytes() {
            Some(_) => 0,
            None => self
                .frames_in_block(bytes % self.block_bytes)
                .min(self.block_frames),
        };
        whole.saturating_add(part)
    }

    /// The codec of such blocks: any number of them make a packet, the last may be cut off.
    pub(crate) fn codec(&self) -> Box<dyn Codec> {
        match self.coding {
            Coding::MsAdpcm => Box::new(MsCodec::new(self)),
            Coding::ImaWav => Box::new(ImaWavCodec::new(self)),
            Coding::ImaApple => Box::new(ImaAppleCodec::new(self)),
            _ => Box::new(LinearCodec::new(self.coding, self.channels)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_what_their_bytes_say() {
        let of = |coding, channels, bytes| Layout::new(coding, channels, bytes).unwrap();
        assert_eq!(of(Coding::S24(Endian::Big), 2, 0).frames_in(61), 10);
        // Windows' usual blocks: 1024 bytes a channel.
        let ms = of(Coding::MsAdpcm, 2, 2048);
        assert_eq!((ms.block_frames, ms.frames_in(4096 + 14 + 3)), (2036, 4077));
        let ima = of(Coding::ImaWav, 2, 2048);
        assert_eq!(
            (ima.block_frames, ima.frames_in(2048 + 8 + 15)),
            (2041, 2050)
        );
        let apple = of(Coding::ImaApple, 2, 0);
        assert_eq!((apple.block_bytes, apple.frames_in(68 * 3 + 67)), (68, 192));
        assert!(Layout::new(Coding::MsAdpcm, 2, 13).is_err());
        assert!(Layout::new(Coding::U8, 0, 0).is_err());
        assert!(Layout::new(Coding::U8, MAX_CHANNELS + 1, 0).is_err());
    }
}
