//! AAC in ADTS, opened.

use super::Opening;
use crate::elementary::{self, Elementary};
use crate::reader::Reader;
use crate::{aac, adts};
use timeside_core::{Decoder, Error, MediaInfo, Result};

impl Opening {
    pub(super) fn adts(
        self,
        mut reader: Reader,
        start: u64,
        head: &[u8],
    ) -> Result<Box<dyn Decoder>> {
        let Some(mut header) = adts::Header::parse(head) else {
            return Err(Error::CorruptMedia("the ADTS header is damaged".into()));
        };
        if header.blocks > 1 {
            return Err(Error::UnsupportedFormat(
                "ADTS with several blocks in a frame is not supported".into(),
            ));
        }
        let mut first_packet = Vec::new();
        reader.seek_to(start + header.header_bytes as u64)?;
        reader.read_into(&mut first_packet, header.frame_bytes - header.header_bytes)?;
        let aac = aac::open(&header.audio_specific_config(), &first_packet)?;
        header.block_frames = aac.packet_frames as usize;
        let len = reader.len();
        let mut demuxer = Elementary::new(
            reader,
            elementary::Header::Adts(header),
            start,
            0,
            self.index(),
        )?;
        let mean = demuxer.mean_frame_bytes()?;
        let secs_per_packet = f64::from(aac.packet_frames) / f64::from(aac.sample_rate);
        let duration = len
            .zip(mean)
            .map(|(len, mean)| (len - start) as f64 / mean * secs_per_packet);
        let counted = demuxer.counted_frames();
        let info = MediaInfo {
            container: "adts".into(),
            frames: counted
                .and_then(|n| i64::try_from(n.saturating_mul(header.block_frames as u64)).ok()),
            codec: "aac".into(),
            sample_rate: aac.sample_rate,
            channels: aac.channels,
            duration,
            ..MediaInfo::default()
        };
        self.finish(info, demuxer, aac.codec)
    }
}
