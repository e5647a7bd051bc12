//! Samples that are already there, and silence.

use crate::sha1::hex_of;
use std::rc::Rc;
use timeside_core::{AudioSpec, Block, Decoder, Error, MediaInfo, Result, Warning, time};

/// A [`Decoder`] over planar samples in memory (`array_decoder`).
///
/// The URI is upstream's: `raw_audio_array_`, the shape (frames, channels) and the type.
#[derive(Debug)]
pub struct ArrayDecoder {
    channels: Rc<[Vec<f32>]>,
    frames: usize,
    next: usize,
    info: MediaInfo,
}

impl ArrayDecoder {
    /// A decoder of `channels`, all of one length, full scale ±1, at `sample_rate` Hz. Given an `Rc`, it
    /// shares the samples.
    ///
    /// # Errors
    /// `BadParameter` if there is no channel, the lengths differ, or the rate is 0.
    pub fn new(channels: impl Into<Rc<[Vec<f32>]>>, sample_rate: u32) -> Result<Self> {
        let channels: Rc<[Vec<f32>]> = channels.into();
        let refuse =
            |name: &str, reason: String| Error::bad_parameter("array_decoder", name, reason);
        let Some(frames) = channels.first().map(Vec::len) else {
            return Err(refuse("samples", "has no channel".into()));
        };
        if let Some(other) = channels.iter().find(|channel| channel.len() != frames) {
            return Err(refuse(
                "samples",
                format!("has channels of {frames} and of {} frames", other.len()),
            ));
        }
        if sample_rate == 0 {
            return Err(refuse("samplerate", "is 0 Hz".into()));
        }
        let uri = format!("raw_audio_array_{frames}x{}_float32", channels.len());
        let info = MediaInfo {
            name: uri.clone(),
            uri,
            container: "raw".into(),
            codec: "pcm_f32le".into(),
            sample_rate,
            channels: channels.len(),
            frames: Some(frames as i64),
            duration: Some(time::secs_from_frame(frames as i64, sample_rate)),
            bits_per_sample: Some(32),
            mime_type: "audio/x-raw-float".into(),
            seekable: true,
            ..MediaInfo::default()
        };
        Ok(Self {
            channels,
            frames,
            next: 0,
            info,
        })
    }

    /// The same with other words about where the samples come from; rate, channels and length stay.
    #[must_use]
    pub fn described(mut self, info: &MediaInfo) -> Self {
        self.info = MediaInfo {
            sample_rate: self.info.sample_rate,
            channels: self.info.channels,
            frames: self.info.frames,
            duration: self.info.duration,
            ..info.clone()
        };
        self
    }

    /// SHA-1 of the samples as interleaved little-endian `f32`, in hexadecimal.
    pub fn sha1(&self) -> String {
        let frame = |n| {
            self.channels
                .iter()
                .flat_map(move |channel| f32::to_le_bytes(channel[n]))
        };
        hex_of((0..self.frames).map(|n| frame(n).collect::<Vec<_>>()))
    }
}

impl Decoder for ArrayDecoder {
    fn info(&self) -> &MediaInfo {
        &self.info
    }

    fn spec(&self) -> AudioSpec {
        AudioSpec {
            sample_rate: self.info.sample_rate,
            channels: self.channels.len(),
            frames: Some(self.frames as i64),
        }
    }

    fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize> {
        block.reset(self.channels.len(), self.next as i64);
        let end = self.next.saturating_add(max_frames).min(self.frames);
        for (to, from) in block.channels.iter_mut().zip(&*self.channels) {
            to.extend_from_slice(&from[self.next..end]);
        }
        let count = end - self.next;
        self.next = end;
        Ok(count)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.next = usize::try_from(frame.max(0))
            .unwrap_or(usize::MAX)
            .min(self.frames);
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        Vec::new()
    }
}

/// A [`Decoder`] of silence (`null_decoder`): for processors that need no medium. Its memory does not grow
/// with its length.
#[derive(Debug)]
pub struct NullDecoder {
    frames: i64,
    next: i64,
    info: MediaInfo,
}

impl NullDecoder {
    /// `frames` frames of silence.
    ///
    /// # Errors
    /// `BadParameter` if there is no channel, or the rate is 0.
    pub fn new(frames: i64, sample_rate: u32, channels: usize) -> Result<Self> {
        if sample_rate == 0 || channels == 0 {
            let reason = format!("is impossible: {channels} channels at {sample_rate} Hz");
            return Err(Error::bad_parameter("null_decoder", "samplerate", reason));
        }
        let frames = frames.max(0);
        let info = MediaInfo {
            name: "null".into(),
            uri: "null".into(),
            container: "raw".into(),
            codec: "pcm_f32le".into(),
            sample_rate,
            channels,
            frames: Some(frames),
            duration: Some(time::secs_from_frame(frames, sample_rate)),
            bits_per_sample: Some(32),
            mime_type: "audio/x-raw-float".into(),
            seekable: true,
            ..MediaInfo::default()
        };
        Ok(Self {
            frames,
            next: 0,
            info,
        })
    }
}

impl Default for NullDecoder {
    /// One block of upstream's default size, mono at 44.1 kHz.
    fn default() -> Self {
        Self::new(8192, 44_100, 1).unwrap_or_else(|_| unreachable!("rate and channels are not 0"))
    }
}

impl Decoder for NullDecoder {
    fn info(&self) -> &MediaInfo {
        &self.info
    }

    fn spec(&self) -> AudioSpec {
        AudioSpec {
            sample_rate: self.info.sample_rate,
            channels: self.info.channels,
            frames: Some(self.frames),
        }
    }

    fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize> {
        block.reset(self.info.channels, self.next);
        let count = (self.frames - self.next).min(i64::try_from(max_frames).unwrap_or(i64::MAX));
        block
            .channels
            .iter_mut()
            .for_each(|channel| channel.resize(count as usize, 0.0));
        self.next += count;
        Ok(count as usize)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.next = frame.clamp(0, self.frames);
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_comes_out_as_it_went_in() {
        let mut decoder =
            ArrayDecoder::new(vec![vec![0.0, 0.1, 0.2, 0.3, 0.4], vec![1.0; 5]], 44_100).unwrap();
        assert_eq!(decoder.info().uri, "raw_audio_array_5x2_float32");
        let mut block = Block::default();
        let counts: Vec<_> = (0..4)
            .map(|_| decoder.next_block(&mut block, 2).unwrap())
            .collect();
        assert_eq!(counts, [2, 2, 1, 0]);
        decoder.seek(3).unwrap();
        decoder.next_block(&mut block, 9).unwrap();
        assert_eq!(
            (block.first_frame, &block.channels[0][..]),
            (3, &[0.3, 0.4][..])
        );
        decoder.seek(99).unwrap();
        assert_eq!(decoder.next_block(&mut block, 9).unwrap(), 0);
        assert_eq!(block.first_frame, 5);
    }

    #[test]
    fn the_identity_of_an_array_is_that_of_its_bytes() {
        // printf '\0\0\0\0\0\0\x80\x3f' | sha1sum
        let decoder = ArrayDecoder::new(vec![vec![0.0], vec![1.0]], 8_000).unwrap();
        assert_eq!(decoder.sha1(), "4735627426b0ba6d12d32ad3a75ae79fde2a72a7");
    }

    #[test]
    fn shapes_that_are_none_are_refused() {
        for (channels, rate) in [
            (vec![], 1),
            (vec![vec![0.0], vec![]], 1),
            (vec![vec![0.0]], 0),
        ] {
            assert_eq!(
                ArrayDecoder::new(channels, rate).unwrap_err().code(),
                "bad-parameter"
            );
        }
        assert!(NullDecoder::new(1, 0, 1).is_err());
    }

    #[test]
    fn silence_has_one_block() {
        let mut decoder = NullDecoder::default();
        let mut block = Block::default();
        assert_eq!(decoder.next_block(&mut block, 8192).unwrap(), 8192);
        assert!(block.channels[0].iter().all(|x| *x == 0.0));
        assert_eq!(decoder.next_block(&mut block, 8192).unwrap(), 0);
    }
}
