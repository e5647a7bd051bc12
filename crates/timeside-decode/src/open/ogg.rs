//! Ogg, opened: the codec is chosen by its headers.

use super::Opening;
use crate::ogg;
use crate::packet::Codec;
use crate::reader::Reader;
use crate::vorbis;
use timeside_core::{Decoder, MediaInfo, Result};

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
                    let codec = vorbis::codec(identification, setup, parsed.channels)?;
                    ("vorbis", parsed.sample_rate, parsed.channels, codec)
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
