//! The one file that knows Symphonia: its codecs.
//!
//! Containers are demuxed here in the crate, because exact positions need what Symphonia's readers
//! do not give: an index of frames, edit lists, trimmed ends, and reads bounded in number and size.

use crate::packet::{Codec, Damage};
use std::io::ErrorKind;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::RegisterableAudioDecoder;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::codecs::{AlacDecoder, FlacDecoder, MpaDecoder, VorbisDecoder};
use timeside_core::{Error, Result};

/// A packet of Apple Lossless has 4096 frames, from every encoder known; Symphonia's limit is 16 times that.
const MAX_ALAC_FRAMES: u32 = 16 * 4096;

/// A codec of Symphonia.
pub(crate) struct SymphoniaCodec {
    decoder: Box<dyn AudioDecoder>,
}

impl SymphoniaCodec {
    fn new<D: RegisterableAudioDecoder + 'static>(params: &AudioCodecParameters) -> Result<Self> {
        let decoder = D::try_registry_new(params, &AudioDecoderOptions::default())
            .map_err(unsupported_or_corrupt)?;
        Ok(Self { decoder })
    }

    /// MPEG audio of a layer.
    pub(crate) fn mpeg(layer: u8) -> Result<Self> {
        let mut params = AudioCodecParameters::new();
        params.for_codec(match layer {
            1 => CODEC_ID_MP1,
            2 => CODEC_ID_MP2,
            _ => CODEC_ID_MP3,
        });
        Self::new::<MpaDecoder>(&params)
    }

    /// AAC-LC with its AudioSpecificConfig. To reset it is not enough: it keeps the noise generator.
    #[cfg(not(feature = "he-aac"))]
    pub(crate) fn aac(config: &[u8]) -> Result<Self> {
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(symphonia::core::codecs::audio::well_known::CODEC_ID_AAC)
            .with_extra_data(config.into());
        Self::new::<symphonia::default::codecs::AacDecoder>(&params)
    }

    /// Apple Lossless with its magic cookie: the 24 bytes of the ALACSpecificConfig.
    pub(crate) fn alac(cookie: &[u8]) -> Result<Self> {
        let corrupt = |what: &str| Error::CorruptMedia(format!("the ALAC header {what}"));
        let cookie = cookie.get(..24).ok_or_else(|| corrupt("is cut off"))?;
        let packet_frames = u32::from_be_bytes([cookie[0], cookie[1], cookie[2], cookie[3]]);
        if packet_frames == 0 || packet_frames > MAX_ALAC_FRAMES {
            return Err(corrupt("says an impossible length of packets"));
        }
        if !matches!(cookie[5], 16 | 20 | 24 | 32) {
            return Err(corrupt(&format!("says {} bits per sample", cookie[5])));
        }
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(CODEC_ID_ALAC)
            .with_extra_data(cookie.into());
        Self::new::<AlacDecoder>(&params)
    }

    /// FLAC packets of another container, with its STREAMINFO.
    pub(crate) fn flac(stream_info: &[u8]) -> Result<Self> {
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(CODEC_ID_FLAC)
            .with_extra_data(stream_info.into());
        Self::new::<FlacDecoder>(&params)
    }

    /// Vorbis with its identification and setup headers.
    pub(crate) fn vorbis(identification: &[u8], setup: &[u8]) -> Result<Self> {
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(CODEC_ID_VORBIS)
            .with_extra_data([identification, setup].concat().into());
        Self::new::<VorbisDecoder>(&params)
    }
}

impl Codec for SymphoniaCodec {
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
        // Trimming is not left to the decoder: the packet says nothing of it.
        let packet = PacketRef::new(0, Timestamp::ZERO, Duration::ZERO, data);
        match self.decoder.decode_ref(&packet) {
            Ok(decoded) => {
                decoded.copy_to_vecs_planar(planes);
                Ok(decoded.frames())
            }
            Err(error) => Err(Damage(error.to_string())),
        }
    }

    fn reset(&mut self) {
        self.decoder.reset();
    }
}

/// What Symphonia says of a header that it refuses.
fn unsupported_or_corrupt(error: SymphoniaError) -> Error {
    match error {
        SymphoniaError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Error::CorruptMedia("the file is cut off within its header".into())
        }
        SymphoniaError::IoError(error) => error.into(),
        SymphoniaError::Unsupported(what) => {
            Error::UnsupportedFormat(format!("not supported: {what}"))
        }
        other => Error::CorruptMedia(other.to_string()),
    }
}
