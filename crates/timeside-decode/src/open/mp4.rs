//! MP4, opened: the codec is chosen by the sample entry.

use super::Opening;
use crate::aac;
use crate::mp4::{self, entry::Coding};
use crate::packet::Codec;
use crate::reader::Reader;
use crate::symphonia::SymphoniaCodec;
use timeside_core::{Decoder, MediaInfo, Result};

impl Opening {
    pub(super) fn mp4(self, reader: Reader) -> Result<Box<dyn Decoder>> {
        let opened = mp4::open(reader)?;
        let (codec_name, codec): (_, Box<dyn Codec>) = match &opened.entry.coding {
            Coding::Aac(config) => (
                "aac",
                match opened.aac {
                    Some(aac) => aac.codec,
                    None => aac::open(config, &[])?.codec,
                },
            ),
            Coding::Mp3 => ("mp3", Box::new(SymphoniaCodec::mp3()?)),
            Coding::Flac(info) => ("flac", Box::new(SymphoniaCodec::flac(info)?)),
            #[cfg(feature = "opus")]
            Coding::Opus(head) => (
                "opus",
                Box::new(crate::opus::OpusCodec::new(
                    &crate::opus::Head::parse_dops(head)?,
                )?),
            ),
            #[cfg(not(feature = "opus"))]
            Coding::Opus(_) => {
                return Err(timeside_core::Error::UnsupportedFormat(
                    "this build cannot decode Opus".into(),
                ));
            }
        };
        let info = MediaInfo {
            container: "mp4".into(),
            codec: codec_name.into(),
            sample_rate: opened.entry.sample_rate,
            channels: opened.entry.channels,
            frames: Some(opened.frames),
            tags: opened.tags,
            warnings: opened.warnings,
            ..MediaInfo::default()
        };
        self.finish(info, opened.demuxer, codec)
    }
}
