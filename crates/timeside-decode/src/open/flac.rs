//! FLAC, opened.

use super::Opening;
use crate::flac::{FlacDemuxer, metadata};
use crate::reader::Reader;
use crate::symphonia::SymphoniaCodec;
use timeside_core::{Decoder, MediaInfo, Result};

impl Opening {
    pub(super) fn flac(self, mut reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        let mut metadata = metadata::read(&mut reader, start)?;
        let codec = SymphoniaCodec::flac(&metadata.info.bytes)?;
        let demuxer = FlacDemuxer::new(reader, &metadata, self.index())?;
        metadata.pictures.append(&mut metadata.comments.pictures);
        let info = MediaInfo {
            container: "flac".into(),
            codec: "flac".into(),
            sample_rate: metadata.info.sample_rate,
            channels: metadata.info.channels,
            frames: demuxer
                .frames()
                .and_then(|frames| i64::try_from(frames).ok()),
            bits_per_sample: Some(metadata.info.bits_per_sample),
            tags: metadata.comments.tags,
            chapters: metadata.comments.chapters,
            markers: metadata.markers,
            pictures: metadata.pictures,
            ..MediaInfo::default()
        };
        self.finish(info, demuxer, Box::new(codec))
    }
}
