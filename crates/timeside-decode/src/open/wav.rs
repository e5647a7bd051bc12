//! WAV and its kin, opened.

use super::Opening;
use crate::reader::Reader;
use crate::wav::{PcmCodec, PcmDemuxer, Wav};
use timeside_core::{Decoder, MediaInfo, Result};

impl Opening {
    pub(super) fn wav(self, mut reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        reader.seek_to(start)?;
        let mut wav = Wav::parse(&mut reader)?;
        let channels = usize::from(wav.channels);
        let info = MediaInfo {
            container: "wav".into(),
            codec: wav.coding.name().into(),
            sample_rate: wav.sample_rate,
            channels,
            frames: wav.frames.and_then(|frames| i64::try_from(frames).ok()),
            bits_per_sample: Some(wav.bits_per_sample),
            tags: std::mem::take(&mut wav.tags),
            warnings: std::mem::take(&mut wav.warnings),
            ..MediaInfo::default()
        };
        let demuxer = PcmDemuxer::new(reader, &wav);
        self.finish(info, demuxer, Box::new(PcmCodec::new(wav.coding, channels)))
    }
}
