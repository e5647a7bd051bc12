//! Matroska and WebM, opened.

use super::Opening;
use crate::mkv;
use crate::reader::Reader;
use timeside_core::{Decoder, MediaInfo, Result};

impl Opening {
    pub(super) fn mkv(self, reader: Reader) -> Result<Box<dyn Decoder>> {
        let opened = mkv::open(reader, self.hint.track)?;
        let content = &opened.content;
        let entry = &opened.segment.tracks[opened.chosen];
        let info = MediaInfo {
            container: if opened.segment.is_webm {
                "webm".into()
            } else {
                "matroska".into()
            },
            codec: content.coding.name().into(),
            sample_rate: opened.voice.sample_rate,
            channels: opened.voice.channels,
            frames: opened.frames,
            duration: opened.duration,
            bits_per_sample: content.coding.bits_per_sample(),
            tags: opened.segment.texts(entry.uid),
            track: Some(entry.track.id),
            tracks: opened
                .segment
                .tracks
                .iter()
                .map(|entry| entry.track.clone())
                .collect(),
            chapters: opened.segment.chapters.clone(),
            pictures: opened.segment.pictures.clone(),
            warnings: opened.warnings,
            ..MediaInfo::default()
        };
        self.finish(info, opened.demuxer, opened.voice.codec)
    }
}
