//! A coded frame's header, of MPEG audio or of ADTS.

use crate::index::Kind;
use crate::{adts, mpeg};

/// A frame's header, of either kind.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Header {
    Mpeg(mpeg::Header),
    Adts(adts::Header),
}

impl Header {
    /// A header that this one's stream can go on with. The number of channels may change in MPEG audio.
    pub(super) fn parse_like(&self, bytes: &[u8]) -> Option<Self> {
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

    /// True if `bytes` begin with frames of the same kind in another format: another rate, layer or version, three
    /// in a row that agree with one another.
    pub(super) fn is_other_format(&self, bytes: &[u8]) -> bool {
        let Some(other) = self
            .parse_any(bytes)
            .filter(|_| self.parse_like(bytes).is_none())
        else {
            return false;
        };
        let mut at = 0;
        let mut next = Some(other);
        for _ in 0..2 {
            at += next.map_or(0, |header| header.frame_bytes());
            next = bytes.get(at..).and_then(|rest| other.parse_like(rest));
            if next.is_none() {
                return false;
            }
        }
        true
    }

    fn parse_any(&self, bytes: &[u8]) -> Option<Self> {
        match self {
            Self::Mpeg(_) => mpeg::Header::parse(bytes).map(Self::Mpeg),
            Self::Adts(_) => adts::Header::parse(bytes).map(Self::Adts),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Mpeg(_) => Kind::Mpeg,
            Self::Adts(_) => Kind::Adts,
        }
    }

    pub(super) fn frame_bytes(&self) -> usize {
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
    pub(super) fn skipped_bytes(&self) -> usize {
        match self {
            Self::Mpeg(_) => 0,
            Self::Adts(header) => header.header_bytes,
        }
    }

    /// Coded frames that must be decoded before one that shall come out as in a decode from the start.
    pub(super) fn preroll(&self) -> u64 {
        match self {
            // The bit reservoir reaches back 511 bytes (MPEG-2: 255) of other frames' main data; two frames more
            // fill the overlap and the filter bank.
            Self::Mpeg(header) if header.layer == 3 => {
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
            // The filter bank alone: 480 samples, more than a frame of layer I.
            Self::Mpeg(_) | Self::Adts(_) => 2,
        }
    }

    /// Bytes per coded frame at this header's bit rate, as a fraction; `None` where the header tells no rate.
    pub(super) fn mean_frame_bytes(&self) -> Option<(u64, u64)> {
        match self {
            Self::Mpeg(h) => Some((
                h.frames as u64 / 8 * u64::from(h.bitrate),
                u64::from(h.sample_rate),
            )),
            Self::Adts(_) => None,
        }
    }
}
