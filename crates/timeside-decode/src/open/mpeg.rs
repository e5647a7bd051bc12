//! MPEG audio, opened: its tag tells delay, padding and length.

use super::Opening;
use crate::elementary::{self, Elementary, Outline};
use crate::id3;
use crate::mpeg_codec::MpegCodec;
use crate::reader::Reader;
use timeside_core::{Decoder, Error, MediaInfo, Result, Warning};

impl Opening {
    pub(super) fn mpeg(mut self, mut reader: Reader, first_byte: u64) -> Result<Box<dyn Decoder>> {
        let Some(start) = elementary::mpeg_start(&mut reader, first_byte)? else {
            return Err(Error::CorruptMedia("the MP3 header is damaged".into()));
        };
        let header = start.header;
        let len = reader.len();
        if self.tags.texts.is_empty() {
            id3::tail::read(&mut reader, &mut self.tags)?;
        }
        let mut tag = start.tag.unwrap_or_default();
        // iTunes counts like LAME, in a comment.
        let gapless = self
            .tags
            .gapless
            .filter(|_| header.layer == 3 && tag.delay.is_none());
        if let Some(gapless) = gapless {
            tag.delay = Some(gapless.delay);
            tag.padding = Some(gapless.padding);
        }
        // The decoder itself is 528 + 1 samples late; the tag counts only the encoder's delay.
        let delay = tag.delay.map_or(0, |delay| i64::from(delay) + 529);
        let mut warnings = Vec::new();
        let there = len.map(|len| len - first_byte);
        let mut told = tag.mpeg_frames.filter(|frames| *frames > 0);
        if let (Some(bytes), Some(there)) =
            (tag.bytes.map(u64::from).filter(|bytes| *bytes > 0), there)
        {
            if there < bytes {
                let message =
                    format!("the file is cut off: {there} of {bytes} bytes of sound are there");
                warnings.push(Warning::new("truncated", message));
                told = None;
            } else if there - bytes > bytes / 4 + (256 << 10) {
                // Files that were joined: the first one's tag is not the whole's.
                told = None;
            }
        }
        let frames = told.map(|count| {
            let all = i64::from(count) * header.frames as i64;
            match (tag.delay, tag.padding) {
                (Some(delay), Some(padding)) => {
                    (all - i64::from(delay) - i64::from(padding).max(529)).max(0)
                }
                _ => all,
            }
        });
        let mut demuxer = Elementary::new(
            reader,
            elementary::Header::Mpeg(header),
            start.first_byte,
            delay,
            self.index(),
        )?;
        if let (true, Some(count), Some(bytes)) = (tag.constant_bitrate, told, tag.bytes) {
            let tag_bytes = start.first_byte - first_byte;
            demuxer.assume_constant_bitrate(
                count.into(),
                u64::from(bytes).saturating_sub(tag_bytes),
            )?;
        }
        let mut frames = frames.or_else(|| {
            let frames = gapless.map(|gapless| i64::try_from(gapless.frames).unwrap_or(0))?;
            (frames > 0 && warnings.is_empty()).then_some(frames)
        });
        if let Some(count) = told {
            let bytes = tag.bytes.map_or(there, |bytes| Some(bytes.into()));
            demuxer.set_outline(Outline {
                units: count.into(),
                bytes: bytes.unwrap_or(0),
                table: tag.table,
            });
        } else if let Some(counted) = demuxer.counted_frames() {
            let all = counted.saturating_mul(header.frames as u64);
            frames = Some(
                i64::try_from(all)
                    .unwrap_or(i64::MAX)
                    .saturating_sub(delay)
                    .max(0),
            );
        }
        let duration = match frames {
            Some(_) => None,
            None => {
                let mean = demuxer.mean_frame_bytes()?;
                let secs_per_frame = header.frames as f64 / f64::from(header.sample_rate);
                len.zip(mean).map(|(len, mean)| {
                    len.saturating_sub(start.first_byte) as f64 / mean * secs_per_frame
                })
            }
        };
        let word = ["mp3", "mp1", "mp2"][usize::from(header.layer % 3)];
        let info = MediaInfo {
            container: word.into(),
            codec: word.into(),
            sample_rate: header.sample_rate,
            channels: header.channels,
            frames,
            warnings,
            duration,
            ..MediaInfo::default()
        };
        self.finish(info, demuxer, Box::new(MpegCodec::new(&header)?))
    }
}
