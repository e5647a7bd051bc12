//! Another rate, another number of channels; and [`prepare`], which puts all wishes over a decoder.

use crate::segment::Segment;
use timeside_core::{AudioSpec, Block, Decoder, Error, MediaInfo, Result, Warning, time};
use timeside_dsp::resample::{MAX_RATE, Resampler};

/// The farthest place that is sought where the length is not known: decades, and at any ratio of rates still a
/// frame of the input.
const FARTHEST: i64 = i64::MAX >> 21;

/// Puts a stretch, a rate and a number of channels over a decoder; what is asked for already costs nothing.
///
/// # Errors
/// - `OutOfRange`, `BadParameter` as [`Segment::new`];
/// - `BadParameter` for a rate or a number of channels that cannot be made, saying which can.
pub fn prepare(
    decoder: Box<dyn Decoder>,
    start_secs: f64,
    duration_secs: Option<f64>,
    sample_rate: Option<u32>,
    channels: Option<usize>,
) -> Result<Box<dyn Decoder>> {
    let mut decoder = decoder;
    if start_secs != 0.0 || duration_secs.is_some() {
        decoder = Box::new(Segment::new(decoder, start_secs, duration_secs)?);
    }
    let own = decoder.spec();
    // Fewer channels are made before resampling, more after it: either way the fewer are resampled.
    let (before, after) = match channels.filter(|wanted| *wanted != own.channels) {
        Some(wanted) if wanted < own.channels => (Some(wanted), None),
        wanted => (None, wanted),
    };
    if let Some(wanted) = before {
        decoder = Box::new(Channels::new(decoder, wanted)?);
    }
    if let Some(rate) = sample_rate.filter(|rate| *rate != own.sample_rate) {
        decoder = Box::new(Resampled::new(decoder, rate)?);
    }
    if let Some(wanted) = after {
        decoder = Box::new(Channels::new(decoder, wanted)?);
    }
    Ok(decoder)
}

/// A decoder with another number of channels: 1 is the mean of all, 2 from mono is the same twice.
pub struct Channels {
    inner: Box<dyn Decoder>,
    channels: usize,
    source: Block,
}

impl Channels {
    /// `inner` with `channels` channels.
    ///
    /// # Errors
    /// `BadParameter` for a number that cannot be made of the medium's.
    pub fn new(inner: Box<dyn Decoder>, channels: usize) -> Result<Self> {
        let own = inner.spec().channels;
        if channels != own && channels != 1 && !(own == 1 && channels == 2) {
            let also = if own == 1 { ", 2 (the same twice)" } else { "" };
            let reason =
                format!("is {channels}: of {own} channels can be made {own}, 1 (their mean){also}");
            return Err(Error::bad_parameter("decoder", "channels", reason));
        }
        Ok(Self {
            inner,
            channels,
            source: Block::default(),
        })
    }
}

impl Decoder for Channels {
    fn info(&self) -> &MediaInfo {
        self.inner.info()
    }

    fn spec(&self) -> AudioSpec {
        AudioSpec {
            channels: self.channels,
            ..self.inner.spec()
        }
    }

    fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize> {
        let count = self.inner.next_block(&mut self.source, max_frames)?;
        block.reset(self.channels, self.source.first_frame);
        if self.channels == self.source.channels.len() {
            for (to, from) in block.channels.iter_mut().zip(&self.source.channels) {
                to.extend_from_slice(from);
            }
        } else if let [mono] = block.channels.as_mut_slice() {
            self.source.downmix_into(mono);
        } else {
            for to in &mut block.channels {
                to.extend_from_slice(&self.source.channels[0]);
            }
        }
        Ok(count)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.inner.seek(frame)
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        self.inner.take_warnings()
    }

    fn byte_position(&self) -> Option<u64> {
        self.inner.byte_position()
    }
}

/// A decoder at another rate. Its length is the exact ratio's, rounded; what was at a time stays there.
pub struct Resampled {
    inner: Box<dyn Decoder>,
    from: u32,
    to: u32,
    channels: usize,
    resampler: Resampler,
    input: Block,
    output: Vec<Vec<f32>>,
    /// Frame of the resampler's output, delay included, at which `output` begins.
    output_start: i64,
    /// Number of the input block that is read next.
    next_block: i64,
    next: i64,
    /// Length of the input once it is known for good.
    inner_end: Option<i64>,
    displaced: bool,
}

impl Resampled {
    /// `inner` at `sample_rate` Hz.
    ///
    /// # Errors
    /// `BadParameter` for a rate of 0 or above 768 kHz, on either side.
    pub fn new(inner: Box<dyn Decoder>, sample_rate: u32) -> Result<Self> {
        let spec = inner.spec();
        let Some(resampler) = Resampler::new(spec.sample_rate, sample_rate, spec.channels) else {
            let reason = format!(
                "is {sample_rate}: from {} Hz rates of 1 to {MAX_RATE} Hz can be made",
                spec.sample_rate
            );
            return Err(Error::bad_parameter("decoder", "sampleRate", reason));
        };
        Ok(Self {
            inner,
            from: spec.sample_rate,
            to: sample_rate,
            channels: spec.channels,
            resampler,
            input: Block::default(),
            output: Vec::new(),
            output_start: 0,
            next_block: 0,
            next: 0,
            inner_end: None,
            displaced: false,
        })
    }

    fn end(&self) -> Option<i64> {
        self.inner_end
            .map(|frames| time::frames_at_rate(frames, self.from, self.to))
    }

    fn output_end(&self) -> i64 {
        self.output_start + self.output.first().map_or(0, Vec::len) as i64
    }

    /// Converts the next block of input; past its end, silence.
    fn convert_block(&mut self) -> Result<()> {
        let frames = self.resampler.input_frames();
        if self
            .inner_end
            .is_some_and(|end| self.next_block * frames as i64 >= end)
        {
            self.input.reset(self.channels, 0);
        } else {
            let count = self.inner.next_block(&mut self.input, frames)?;
            if count < frames {
                self.inner_end = Some(self.next_block * frames as i64 + count as i64);
            }
        }
        self.resampler
            .process(&mut self.input.channels, &mut self.output);
        self.output_start = self.next_block * self.resampler.output_frames() as i64;
        self.next_block += 1;
        Ok(())
    }

    /// Goes to the block that holds `next`, by way of the block before, which reaches into it.
    fn settle(&mut self) -> Result<()> {
        let wanted = self.next + self.resampler.delay_frames() as i64;
        let block = (wanted / self.resampler.output_frames() as i64 - 1).max(0);
        self.inner
            .seek(block * self.resampler.input_frames() as i64)?;
        self.resampler.reset();
        self.next_block = block;
        self.output.clear();
        self.output_start = block * self.resampler.output_frames() as i64;
        self.displaced = false;
        Ok(())
    }

    fn fill(&mut self, block: &mut Block, max_frames: usize) -> Result<()> {
        if self.displaced {
            self.settle()?;
        }
        let delay = self.resampler.delay_frames() as i64;
        while block.frames() < max_frames {
            let left = self.end().map_or(i64::MAX, |end| end - self.next);
            if left <= 0 {
                break;
            }
            let ready = self.output_end() - (self.next + delay);
            if ready <= 0 {
                self.convert_block()?;
                continue;
            }
            let count = ready.min(left).min((max_frames - block.frames()) as i64) as usize;
            let from = (self.next + delay - self.output_start) as usize;
            for (to, output) in block.channels.iter_mut().zip(&self.output) {
                to.extend_from_slice(&output[from..from + count]);
            }
            self.next += count as i64;
        }
        Ok(())
    }
}

impl Decoder for Resampled {
    fn info(&self) -> &MediaInfo {
        self.inner.info()
    }

    fn spec(&self) -> AudioSpec {
        let frames = self
            .inner
            .spec()
            .frames
            .map(|frames| time::frames_at_rate(frames, self.from, self.to));
        AudioSpec {
            sample_rate: self.to,
            channels: self.channels,
            frames,
        }
    }

    fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize> {
        let first = self.next;
        block.reset(self.channels, first);
        if let Err(error) = self.fill(block, max_frames) {
            block.reset(self.channels, first);
            self.next = first;
            self.displaced = true;
            return Err(error);
        }
        Ok(block.frames())
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        let end = self.end().or(self.spec().frames).unwrap_or(FARTHEST);
        self.next = frame.clamp(0, end);
        self.displaced = true;
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        let mut warnings = self.inner.take_warnings();
        for warning in &mut warnings {
            warning.frame = warning
                .frame
                .map(|frame| time::frames_at_rate(frame, self.from, self.to));
        }
        warnings
    }

    fn byte_position(&self) -> Option<u64> {
        self.inner.byte_position()
    }
}

impl std::fmt::Debug for Channels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channels")
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Resampled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resampled")
            .field("from", &self.from)
            .field("to", &self.to)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::ArrayDecoder;

    fn sine(frames: usize, rate: u32, channels: usize) -> Box<dyn Decoder> {
        let wave = |c: usize| {
            (0..frames)
                .map(|n| (n as f32 * 0.05).sin() * (c + 1) as f32 / 4.0)
                .collect()
        };
        Box::new(
            ArrayDecoder::new((0..channels).map(wave).collect::<Vec<Vec<f32>>>(), rate).unwrap(),
        )
    }

    fn all(decoder: &mut dyn Decoder, step: usize) -> Vec<Vec<f32>> {
        let mut block = Block::default();
        let mut planes = vec![Vec::new(); decoder.spec().channels];
        loop {
            let n = decoder.next_block(&mut block, step).unwrap();
            assert_eq!(block.first_frame, planes[0].len() as i64);
            planes
                .iter_mut()
                .zip(&block.channels)
                .for_each(|(p, c)| p.extend_from_slice(c));
            if n < step {
                return planes;
            }
        }
    }

    #[test]
    fn lengths_are_the_ratio_rounded() {
        for (frames, from, to) in [
            (44_100, 44_100, 48_000),
            (12_345, 44_100, 22_050),
            (1, 44_100, 8_000),
            (7, 8_000, 44_100),
            (0, 8_000, 16_000),
        ] {
            let mut decoder = prepare(sine(frames, from, 1), 0.0, None, Some(to), None).unwrap();
            let expected = time::frames_at_rate(frames as i64, from, to);
            assert_eq!(decoder.spec().frames, Some(expected));
            assert_eq!(
                all(decoder.as_mut(), 1000)[0].len() as i64,
                expected,
                "{frames} from {from} to {to}"
            );
        }
    }

    #[test]
    fn a_place_sought_is_the_place_read() {
        let mut decoder = Resampled::new(sine(20_000, 44_100, 2), 48_000).unwrap();
        let full = all(&mut decoder, 777);
        let mut block = Block::default();
        for frame in [0, 1, 500, 2_000, 9_999, 21_000, 21_767, 21_768, 30_000] {
            decoder.seek(frame).unwrap();
            let n = decoder.next_block(&mut block, 300).unwrap();
            let from = (frame as usize).min(full[0].len());
            assert_eq!(n, 300.min(full[0].len() - from), "{frame}");
            assert_eq!(block.channels[1], full[1][from..from + n], "{frame}");
        }
    }

    #[test]
    fn channels_are_meant_or_doubled() {
        let mut mono = prepare(sine(100, 8_000, 2), 0.0, None, None, Some(1)).unwrap();
        let both = all(sine(100, 8_000, 2).as_mut(), 64);
        assert_eq!(
            all(mono.as_mut(), 64)[0][7],
            (both[0][7] + both[1][7]) * 0.5
        );
        let mut stereo = prepare(sine(100, 8_000, 1), 0.0, None, None, Some(2)).unwrap();
        let stereo = all(stereo.as_mut(), 64);
        assert_eq!(stereo[0], stereo[1]);
        for (own, wanted) in [(2, 3), (1, 0), (6, 2), (1, 3)] {
            let error = prepare(sine(10, 8_000, own), 0.0, None, None, Some(wanted))
                .err()
                .unwrap();
            assert_eq!(error.code(), "bad-parameter");
            assert!(error.to_string().contains("their mean"), "{error}");
        }
        assert!(prepare(sine(10, 8_000, 6), 0.0, None, None, Some(6)).is_ok());
    }

    #[test]
    fn rates_that_cannot_be_are_refused() {
        for rate in [0, MAX_RATE + 1] {
            assert_eq!(
                prepare(sine(10, 8_000, 1), 0.0, None, Some(rate), None)
                    .err()
                    .unwrap()
                    .code(),
                "bad-parameter"
            );
        }
    }

    #[test]
    fn a_stretch_is_cut_before_it_is_resampled() {
        let mut decoder = prepare(
            sine(8_000, 8_000, 2),
            0.25,
            Some(0.5),
            Some(16_000),
            Some(1),
        )
        .unwrap();
        assert_eq!(
            decoder.spec(),
            AudioSpec {
                sample_rate: 16_000,
                channels: 1,
                frames: Some(8_000)
            }
        );
        assert_eq!(all(decoder.as_mut(), 4096)[0].len(), 8_000);
    }
}
