//! AAC in ADTS, opened.

use super::Opening;
use crate::elementary::{self, Elementary};
use crate::reader::Reader;
use crate::symphonia::SymphoniaCodec;
use crate::{adts, mp4};
use timeside_core::{Decoder, Error, MediaInfo, Result};

impl Opening {
    pub(super) fn adts(self, reader: Reader, start: u64, head: &[u8]) -> Result<Box<dyn Decoder>> {
        let Some(header) = adts::Header::parse(head) else {
            return Err(Error::CorruptMedia("the ADTS header is damaged".into()));
        };
        if header.blocks > 1 {
            return Err(Error::UnsupportedFormat(
                "ADTS with several blocks in a frame is not supported".into(),
            ));
        }
        let config = header.audio_specific_config();
        let (sample_rate, channels) = mp4::entry::audio_specific_config(&config)?;
        let codec = SymphoniaCodec::aac(&config)?;
        let len = reader.len();
        let mut demuxer = Elementary::new(
            reader,
            elementary::Header::Adts(header),
            start,
            0,
            self.index(),
        )?;
        let mean = demuxer.mean_frame_bytes()?;
        let duration = len
            .zip(mean)
            .map(|(len, mean)| (len - start) as f64 / mean * 1024.0 / f64::from(sample_rate));
        let info = MediaInfo {
            container: "adts".into(),
            codec: "aac".into(),
            sample_rate,
            channels,
            duration,
            ..MediaInfo::default()
        };
        self.finish(info, demuxer, Box::new(codec))
    }
}
