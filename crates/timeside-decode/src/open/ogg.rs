//! Ogg, opened: the codec is chosen by its headers.

use super::Opening;
use crate::ogg;
use crate::packet::Codec;
use crate::reader::Reader;
use crate::symphonia::SymphoniaCodec;
use timeside_core::{Decoder, Error, MediaInfo, Result};

/// Surround Vorbis may couple one channel with several. Symphonia 0.6.1 undoes that in the order of the header,
/// where Vorbis I, §4.3.5 has the last first, and the channels come out mixed: better no sound than that.
const MAX_VORBIS_CHANNELS: usize = 2;

impl Opening {
    pub(super) fn ogg(self, reader: Reader) -> Result<Box<dyn Decoder>> {
        let opened = ogg::open(reader)?;
        let (codec_name, sample_rate, channels, codec): (_, _, _, Box<dyn Codec>) =
            match &opened.demuxer.coded {
                ogg::Coded::Vorbis {
                    identification,
                    setup,
                    parsed,
                } => {
                    if parsed.channels > MAX_VORBIS_CHANNELS {
                        return Err(Error::UnsupportedFormat(format!(
                            "Vorbis with {} channels is not supported; 1 and 2 are",
                            parsed.channels
                        )));
                    }
                    let codec = SymphoniaCodec::vorbis(identification, setup)?;
                    (
                        "vorbis",
                        parsed.sample_rate,
                        parsed.channels,
                        Box::new(codec),
                    )
                }
                #[cfg(feature = "opus")]
                ogg::Coded::Opus(head) => {
                    let codec = crate::opus::OpusCodec::new(head)?;
                    (
                        "opus",
                        crate::opus::SAMPLE_RATE,
                        usize::from(head.channels),
                        Box::new(codec),
                    )
                }
            };
        let info = MediaInfo {
            container: "ogg".into(),
            codec: codec_name.into(),
            sample_rate,
            channels,
            frames: opened.frames,
            tags: opened.tags,
            warnings: opened.warnings,
            ..MediaInfo::default()
        };
        self.finish(info, opened.demuxer, codec)
    }
}
