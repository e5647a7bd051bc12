//! A stretch of a decoder, counted as upstream counts it.

use timeside_core::{AudioSpec, Block, Decoder, Error, MediaInfo, Result, Warning, time};

/// The frames from `floor(start · rate)` on, `ceil(duration · rate)` of them. Its frame 0 is the stretch's first.
///
/// [`Decoder::info`] stays the whole medium's; [`Decoder::spec`] tells the stretch's length.
pub struct Segment {
    inner: Box<dyn Decoder>,
    start: i64,
    /// `None` is to the end.
    frames: Option<i64>,
    start_secs: f64,
    next: i64,
    warnings: Vec<Warning>,
}

impl Segment {
    /// The stretch of `inner` from `start_secs`, `duration_secs` long, or to the end.
    ///
    /// # Errors
    /// - `BadParameter` for a start or duration that is negative or no number;
    /// - `OutOfRange`, naming the medium's length, if the stretch begins at or passes its end. Where the
    ///   length is not known yet, a start past the end is told by the first block, and a duration past the
    ///   end by a warning `out-of-range`;
    /// - the source's errors.
    pub fn new(
        mut inner: Box<dyn Decoder>,
        start_secs: f64,
        duration_secs: Option<f64>,
    ) -> Result<Self> {
        let refuse = |name: &str, secs: f64| {
            Error::bad_parameter(
                "decoder",
                name,
                format!("is {secs}: seconds from 0 on are allowed"),
            )
        };
        if !(start_secs >= 0.0 && start_secs.is_finite()) {
            return Err(refuse("start", start_secs));
        }
        if let Some(secs) = duration_secs.filter(|secs| !(*secs >= 0.0 && secs.is_finite())) {
            return Err(refuse("duration", secs));
        }
        let AudioSpec {
            sample_rate,
            frames: total,
            ..
        } = inner.spec();
        let start = time::frame_floor_from_secs(start_secs, sample_rate);
        let mut frames = duration_secs.map(|secs| time::frames_covering_secs(secs, sample_rate));
        if let Some(total) = total {
            let total_secs = time::secs_from_frame(total, sample_rate);
            if start >= total && start > 0 {
                return Err(past_the_end("start", start_secs, total_secs));
            }
            // Seconds are not exact: half a frame more is not past the end.
            let half = 0.5 / f64::from(sample_rate);
            if duration_secs.is_some_and(|secs| start_secs + secs > total_secs + half) {
                return Err(past_the_end(
                    "start + duration",
                    start_secs + duration_secs.unwrap_or(0.0),
                    total_secs,
                ));
            }
            frames = Some(frames.map_or(total - start, |frames| frames.min(total - start)));
        }
        if start > 0 {
            inner.seek(start)?;
        }
        Ok(Self {
            inner,
            start,
            frames,
            start_secs,
            next: 0,
            warnings: Vec::new(),
        })
    }
}

fn past_the_end(name: &str, secs: f64, total_secs: f64) -> Error {
    Error::OutOfRange(format!(
        "{name} is {secs:.3} s, but the medium is {total_secs:.3} s long"
    ))
}

impl Decoder for Segment {
    fn info(&self) -> &MediaInfo {
        self.inner.info()
    }

    fn spec(&self) -> AudioSpec {
        let spec = self.inner.spec();
        let rest = spec.frames.map(|total| (total - self.start).max(0));
        AudioSpec {
            frames: rest.map(|rest| self.frames.map_or(rest, |frames| frames.min(rest))),
            ..spec
        }
    }

    fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize> {
        let left = self
            .frames
            .map_or(i64::MAX, |frames| frames - self.next)
            .max(0);
        let wanted = left.min(i64::try_from(max_frames).unwrap_or(i64::MAX)) as usize;
        if wanted == 0 {
            block.reset(self.spec().channels, self.next);
            return Ok(0);
        }
        let count = self.inner.next_block(block, wanted)?;
        if count < wanted {
            let total = self
                .inner
                .info()
                .frames
                .unwrap_or(self.start + self.next + count as i64);
            let total_secs = time::secs_from_frame(total, self.inner.spec().sample_rate);
            if self.next == 0 && count == 0 && self.start > 0 {
                return Err(past_the_end("start", self.start_secs, total_secs));
            }
            if self.frames.is_some()
                && !self
                    .inner
                    .info()
                    .warnings
                    .iter()
                    .any(|w| w.code == "truncated")
            {
                let message = format!(
                    "the medium ends at {total_secs:.3} s, within the stretch that was asked for"
                );
                self.warnings
                    .push(Warning::new("out-of-range", message).at(self.next + count as i64));
            }
            self.frames = Some(self.next + count as i64);
        }
        block.first_frame = self.next;
        self.next += count as i64;
        Ok(count)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.next = frame.clamp(0, self.frames.unwrap_or(i64::MAX));
        self.inner.seek(self.start.saturating_add(self.next))
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        let mut warnings = self.inner.take_warnings();
        for warning in &mut warnings {
            warning.frame = warning.frame.map(|frame| frame - self.start);
        }
        warnings.append(&mut self.warnings);
        warnings
    }

    fn byte_position(&self) -> Option<u64> {
        self.inner.byte_position()
    }
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segment")
            .field("start", &self.start)
            .field("frames", &self.frames)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::ArrayDecoder;

    fn ramp(frames: usize) -> Box<dyn Decoder> {
        Box::new(ArrayDecoder::new(vec![(0..frames).map(|n| n as f32).collect()], 10).unwrap())
    }

    fn all(decoder: &mut dyn Decoder, step: usize) -> Vec<f32> {
        let mut block = Block::default();
        let mut samples = Vec::new();
        while decoder.next_block(&mut block, step).unwrap() > 0 {
            assert_eq!(block.first_frame, samples.len() as i64);
            samples.extend_from_slice(&block.channels[0]);
        }
        samples
    }

    #[test]
    fn starts_are_floored_and_durations_ceiled() {
        let mut segment = Segment::new(ramp(100), 1.19, Some(0.51)).unwrap();
        assert_eq!(segment.spec().frames, Some(6));
        assert_eq!(all(&mut segment, 4), [11., 12., 13., 14., 15., 16.]);
        segment.seek(4).unwrap();
        let mut block = Block::default();
        assert_eq!(segment.next_block(&mut block, 9).unwrap(), 2);
        assert_eq!((block.first_frame, block.channels[0][0]), (4, 15.0));
        assert_eq!(
            all(&mut Segment::new(ramp(10), 0.7, None).unwrap(), 4),
            [7., 8., 9.]
        );
    }

    #[test]
    fn the_exact_length_is_allowed_and_more_is_not() {
        assert_eq!(
            Segment::new(ramp(100), 0.0, Some(10.0))
                .unwrap()
                .spec()
                .frames,
            Some(100)
        );
        for (start, duration) in [
            (10.0, None),
            (11.0, None),
            (9.0, Some(1.2)),
            (0.0, Some(10.1)),
        ] {
            let error = Segment::new(ramp(100), start, duration).unwrap_err();
            assert_eq!(error.code(), "out-of-range");
            assert!(error.to_string().contains("10.000 s long"), "{error}");
        }
        for (start, duration) in [
            (-1.0, None),
            (f64::NAN, None),
            (0.0, Some(-0.1)),
            (0.0, Some(f64::INFINITY)),
        ] {
            assert_eq!(
                Segment::new(ramp(100), start, duration).unwrap_err().code(),
                "bad-parameter"
            );
        }
    }

    /// A medium that does not know its length.
    struct Unknown(Box<dyn Decoder>);

    impl Decoder for Unknown {
        fn info(&self) -> &MediaInfo {
            self.0.info()
        }
        fn spec(&self) -> AudioSpec {
            AudioSpec {
                frames: None,
                ..self.0.spec()
            }
        }
        fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize> {
            self.0.next_block(block, max_frames)
        }
        fn seek(&mut self, frame: i64) -> Result<()> {
            self.0.seek(frame)
        }
        fn take_warnings(&mut self) -> Vec<Warning> {
            self.0.take_warnings()
        }
    }

    #[test]
    fn an_unknown_length_is_learnt_at_the_end() {
        let mut late = Segment::new(Box::new(Unknown(ramp(20))), 3.0, None).unwrap();
        assert_eq!(
            late.next_block(&mut Block::default(), 4)
                .unwrap_err()
                .code(),
            "out-of-range"
        );
        let mut long = Segment::new(Box::new(Unknown(ramp(20))), 1.5, Some(9.0)).unwrap();
        assert_eq!(all(&mut long, 4).len(), 5);
        assert_eq!(long.take_warnings()[0].code, "out-of-range");
    }
}
