//! What the packets of a track hold, whatever container cuts them, and the codec that decodes them.

use crate::packet::Codec;
use crate::pcm::Layout;
use crate::symphonia::SymphoniaCodec;
use crate::{aac, pcm, vorbis};
use timeside_core::Result;

/// A track's coding, with what its codec needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Coding {
    /// With its AudioSpecificConfig.
    Aac(Vec<u8>),
    /// MPEG audio, of any layer.
    Mp3,
    /// With its STREAMINFO.
    Flac(Vec<u8>),
    /// With its magic cookie.
    Alac(Vec<u8>),
    /// With two of its three headers.
    Vorbis {
        identification: Vec<u8>,
        setup: Vec<u8>,
    },
    #[cfg(feature = "opus")]
    Opus(crate::opus::Head),
    /// PCM and ADPCM, in blocks.
    Pcm(Layout),
}

/// A codec, and what it says of the sound.
pub(crate) struct Opened {
    pub(crate) codec: Box<dyn Codec>,
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
    /// Frames of each packet, where the codec fixes them.
    pub(crate) packet_frames: Option<u32>,
    /// Packets that must be decoded before the wanted one.
    pub(crate) preroll: u32,
}

impl Coding {
    /// Its word in [`MediaInfo::codec`](timeside_core::MediaInfo::codec).
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Aac(_) => "aac",
            Self::Mp3 => "mp3",
            Self::Flac(_) => "flac",
            Self::Alac(_) => "alac",
            Self::Vorbis { .. } => "vorbis",
            #[cfg(feature = "opus")]
            Self::Opus(_) => "opus",
            Self::Pcm(layout) => layout.coding.name(),
        }
    }

    /// Bits per sample of what is kept without loss.
    pub(crate) fn bits_per_sample(&self) -> Option<u32> {
        match self {
            // STREAMINFO: 20 bits of rate, 3 of channels, then 5 (RFC 9639, §8.2).
            Self::Flac(info) => {
                let (high, low) = (info.get(12)?, info.get(13)?);
                Some(u32::from(high & 1) << 4 | u32::from(low >> 4)).map(|bits| bits + 1)
            }
            Self::Alac(cookie) => Some(u32::from(*cookie.get(5)?)),
            Self::Pcm(layout) => match layout.coding {
                pcm::Coding::ALaw | pcm::Coding::MuLaw => Some(8),
                coding => coding.sample_bytes().map(|bytes| 8 * bytes as u32),
            },
            _ => None,
        }
    }

    /// The codec. Rate and channels are the container's word; `first_packet` is looked at for AAC only, which may
    /// know better, and may be empty where it is not to be had.
    ///
    /// # Errors
    /// `UnsupportedFormat` names what is not read, `CorruptMedia` what cannot be.
    pub(crate) fn open(
        &self,
        sample_rate: u32,
        channels: usize,
        first_packet: &[u8],
    ) -> Result<Opened> {
        let (codec, preroll): (Box<dyn Codec>, _) = match self {
            Self::Aac(config) => {
                let aac = aac::open(config, first_packet)?;
                return Ok(Opened {
                    codec: aac.codec,
                    sample_rate: aac.sample_rate,
                    channels: aac.channels,
                    packet_frames: Some(aac.packet_frames),
                    preroll: aac.preroll,
                });
            }
            Self::Mp3 => (Box::new(SymphoniaCodec::mp3()?), 64),
            Self::Flac(info) => (Box::new(SymphoniaCodec::flac(info)?), 0),
            Self::Alac(cookie) => (Box::new(SymphoniaCodec::alac(cookie)?), 0),
            Self::Vorbis {
                identification,
                setup,
            } => (vorbis::codec(identification, setup, channels)?, 2),
            #[cfg(feature = "opus")]
            Self::Opus(head) => (Box::new(crate::opus::OpusCodec::new(head)?), 25),
            Self::Pcm(layout) => (layout.codec(), 0),
        };
        Ok(Opened {
            codec,
            sample_rate,
            channels,
            packet_frames: None,
            preroll,
        })
    }
}
