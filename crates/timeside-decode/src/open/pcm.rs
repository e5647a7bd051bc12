//! Containers of PCM and ADPCM, opened.

use super::Opening;
use crate::pcm::{Blocks, Sound};
use crate::reader::Reader;
use crate::{aiff, au, wav};
use timeside_core::{Decoder, MediaInfo, Result};

impl Opening {
    pub(super) fn wav(self, mut reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        let sound = wav::parse(&mut reader, start)?;
        self.pcm(reader, sound)
    }

    pub(super) fn aiff(self, mut reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        let sound = aiff::parse(&mut reader, start)?;
        self.pcm(reader, sound)
    }

    pub(super) fn au(self, mut reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        let sound = au::parse(&mut reader, start)?;
        self.pcm(reader, sound)
    }

    /// Any container whose sound lies in one stretch of blocks.
    pub(super) fn pcm(self, reader: Reader, sound: Sound) -> Result<Box<dyn Decoder>> {
        let info = MediaInfo {
            container: sound.container.into(),
            codec: sound.layout.coding.name().into(),
            sample_rate: sound.sample_rate,
            channels: sound.layout.channels,
            frames: sound.frames.and_then(|frames| i64::try_from(frames).ok()),
            bits_per_sample: sound.bits_per_sample,
            tags: sound.tags,
            markers: sound.markers,
            chapters: sound.chapters,
            pictures: sound.pictures,
            time_reference: sound.time_reference,
            warnings: sound.warnings,
            ..MediaInfo::default()
        };
        let demuxer = Blocks::new(
            reader,
            &sound.layout,
            sound.start,
            sound.bytes,
            sound.lead_frames,
        );
        let codec = sound.layout.codec();
        self.finish(info, demuxer, codec)
    }
}
