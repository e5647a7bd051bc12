//! FLAC, opened.

use super::Opening;
use crate::reader::Reader;
use crate::symphonia;
use timeside_core::{Decoder, MediaInfo, Result};

impl Opening {
    pub(super) fn flac(self, reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        let (header, demuxer, codec) = symphonia::open_flac(reader.into_inner(), start)?;
        let info = MediaInfo {
            container: "flac".into(),
            codec: "flac".into(),
            sample_rate: header.sample_rate,
            channels: header.channels,
            frames: header.frames.and_then(|frames| i64::try_from(frames).ok()),
            bits_per_sample: header.bits_per_sample,
            tags: header.tags,
            ..MediaInfo::default()
        };
        self.finish(info, demuxer, Box::new(codec))
    }
}
