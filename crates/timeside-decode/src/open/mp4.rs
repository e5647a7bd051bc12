//! MP4, opened: the codec is chosen by the sample entry.

use super::Opening;
use crate::mp4;
use crate::reader::Reader;
use timeside_core::{Decoder, MediaInfo, Result};

impl Opening {
    pub(super) fn mp4(self, reader: Reader) -> Result<Box<dyn Decoder>> {
        let opened = mp4::open(reader, self.hint.track)?;
        let info = MediaInfo {
            container: "mp4".into(),
            codec: opened.coding.name().into(),
            sample_rate: opened.voice.sample_rate,
            channels: opened.voice.channels,
            frames: opened.frames,
            duration: opened.duration,
            bits_per_sample: opened.coding.bits_per_sample(),
            tags: opened.tags,
            track: Some(opened.track),
            tracks: opened.tracks,
            chapters: opened.chapters,
            pictures: opened.pictures,
            warnings: opened.warnings,
            ..MediaInfo::default()
        };
        self.finish(info, opened.demuxer, opened.voice.codec)
    }
}
