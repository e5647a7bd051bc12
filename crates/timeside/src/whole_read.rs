//! The one read of the whole medium that fills the waveform and the coarse spectrogram.

use crate::ReadProgress;
use crate::answers::Answers;
use crate::peaks::{Columns, Estimates};
use crate::reader::Reader;
use std::ops::Range;
use std::rc::Rc;
use timeside_core::{Block, Decoder, Error, MediaInfo, Result, Warning};
use timeside_dsp::peaks::{PeakFill, PeakPyramid};
use timeside_dsp::spectra::SpectrumOverview;

/// Peaks kept of all channels together: 6 bytes each, and a seventh more for the coarser levels. Three hours of
/// stereo at 44.1 kHz stay at the finest.
const MAX_PEAKS: usize = 1 << 22;

/// Columns of the coarse spectrogram, 1025 bytes each.
const MAX_SPECTRA: usize = 4096;

/// Samples per frame of the coarse spectrogram.
pub(crate) const SPECTRA_BLOCK: usize = 2048;

/// Frames read at once.
const READ_FRAMES: usize = 16_384;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody has asked for a picture yet.
    Idle,
    Reading,
    /// All is read.
    Whole,
    /// The medium failed on the way: what was read stays.
    Failed,
}

/// Reads a medium from its begin to its end, once, when a picture of it is wanted.
pub(crate) struct WholeRead {
    pyramid: PeakPyramid,
    fill: PeakFill,
    /// What somebody looks at before it has been read: it is read next.
    view: Option<Range<i64>>,
    pub(crate) estimates: Estimates,
    pub(crate) answers: Answers,
    spectra: SpectrumOverview,
    state: State,
    decoder: Option<Box<dyn Decoder>>,
    block: Block,
    mono: Vec<f32>,
    warnings: Vec<Warning>,
}

impl WholeRead {
    pub(crate) fn new(info: &MediaInfo) -> Self {
        let channels = info.channels;
        let mut pyramid = PeakPyramid::new(channels, max_peaks(channels));
        // What integers hold never passes ±1.
        if info.bits_per_sample.is_none_or(|bits| bits > 24) {
            pyramid = pyramid.with_headroom();
        }
        if let Some(frames) = frames_told(info) {
            pyramid.expect(frames);
        }
        Self {
            pyramid,
            fill: PeakFill::at(0),
            view: None,
            estimates: Estimates::default(),
            answers: Answers::default(),
            spectra: SpectrumOverview::new(SPECTRA_BLOCK, MAX_SPECTRA),
            state: State::Idle,
            decoder: None,
            block: Block::new(channels),
            mono: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Lets the read begin.
    pub(crate) fn want(&mut self) {
        if self.state == State::Idle {
            self.state = State::Reading;
        }
    }

    /// Frames read so far.
    pub(crate) fn frames(&self) -> i64 {
        self.pyramid.end().unwrap_or(self.fill.position())
    }

    /// True if all has been read and ends at `frame`.
    pub(crate) fn is_all(&self, frame: i64) -> bool {
        self.state == State::Whole && self.pyramid.end() == Some(frame)
    }

    /// Reads `range` before the rest, since somebody looks at it.
    pub(crate) fn want_view(&mut self, range: Range<i64>) {
        self.view = Some(range);
    }

    /// The next stretch that somebody looks at and that has not been read.
    pub(crate) fn view_gap(&mut self) -> Option<Range<i64>> {
        if self.state != State::Reading {
            self.view = None;
        }
        let mut view = self.view.clone()?;
        view.end = view.end.min(self.pyramid.end().unwrap_or(i64::MAX));
        let gap = self.pyramid.covered().first_gap(view);
        if gap.is_none() {
            self.view = None;
        }
        gap
    }

    /// Reads a part of `gap`. An error leaves it to the read of the whole, which meets it again.
    pub(crate) fn read_view(&mut self, gap: &Range<i64>, reader: &mut Reader) -> Result<()> {
        let base = self.pyramid.base_frames();
        let from = gap.start / base * base;
        let whole_runs = |frames: i64| (frames + base - 1) / base * base;
        let to = from + whole_runs((gap.end - from).min(READ_FRAMES as i64));
        let mut fill = PeakFill::at(from);
        let got = reader.read(from, to, |block| {
            self.pyramid.push(&mut fill, &block.channels);
        });
        match got {
            Ok(got) if got < to - from => {
                self.view = None;
                if got > 0 {
                    self.pyramid.finish(&mut fill);
                }
                Ok(())
            }
            Ok(_) => Ok(()),
            // It goes on when more has come.
            Err(error @ Error::NotYet { .. }) => Err(error),
            Err(error) => {
                self.view = None;
                Err(error)
            }
        }
    }

    /// Hands out the finished waveform and spectrogram in pieces; false, and nothing, before all is read.
    pub(crate) fn write(&self, take: &mut dyn FnMut(&[u8])) -> bool {
        let is_whole = self.state == State::Whole;
        if is_whole {
            self.pyramid.write(take);
            self.answers.write(take);
            take(&self.spectra.to_bytes());
        }
        is_whole
    }

    /// Takes what [`WholeRead::write`] gave; false if it is not that of this medium.
    pub(crate) fn restore(&mut self, bytes: &[u8]) -> bool {
        let channels = self.pyramid.channel_count();
        let peaks = PeakPyramid::from_bytes(bytes, channels, max_peaks(channels));
        let picture = peaks.and_then(|(pyramid, rest)| {
            let (answers, rest) = Answers::read(rest, channels)?;
            let spectra = SpectrumOverview::from_bytes(rest, SPECTRA_BLOCK, MAX_SPECTRA)?;
            Some((pyramid, answers, spectra))
        });
        match picture {
            Some((pyramid, answers, spectra)) if pyramid.is_whole() => {
                self.pyramid = pyramid;
                self.answers = answers;
                self.spectra = spectra;
                self.state = State::Whole;
                self.decoder = None;
                true
            }
            _ => false,
        }
    }

    pub(crate) fn byte_position(&self) -> Option<u64> {
        self.decoder.as_ref().and_then(Decoder::byte_position)
    }

    pub(crate) fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    /// The coarse spectrogram of what has been read.
    pub(crate) fn spectra(&self) -> &SpectrumOverview {
        &self.spectra
    }

    /// The waveform of what has been read.
    pub(crate) fn columns(&self) -> Columns<'_> {
        Columns {
            pyramid: &self.pyramid,
            estimates: &self.estimates,
            is_whole: self.state == State::Whole,
        }
    }

    /// Reads the next block.
    pub(crate) fn read_on(
        &mut self,
        open: &Rc<dyn Fn() -> Result<Box<dyn Decoder>>>,
    ) -> Result<ReadProgress> {
        match self.state {
            State::Idle => return Ok(ReadProgress::Idle),
            State::Whole | State::Failed => return Ok(ReadProgress::Done),
            State::Reading => {}
        }
        let share = match self.read_block(open) {
            Ok(Some(share)) => return Ok(ReadProgress::More(share)),
            Ok(None) => Ok(ReadProgress::Done),
            // It goes on where it is.
            Err(error @ Error::NotYet { .. }) => return Err(error),
            Err(error) => Err(error),
        };
        self.state = if share.is_ok() {
            State::Whole
        } else {
            State::Failed
        };
        self.block = Block::default();
        self.mono = Vec::new();
        self.view = None;
        if self.state == State::Whole {
            self.pyramid.finish(&mut self.fill);
            self.spectra.finish();
        } else {
            // Where it stands after a failure is not certain.
            self.decoder = None;
        }
        share
    }

    /// Once all is read: the decoder, at the end of the medium. It knows where every frame is, so it seeks
    /// better than a new one.
    pub(crate) fn take_reader(&mut self) -> Option<Reader> {
        if self.state != State::Whole {
            return None;
        }
        self.decoder
            .take()
            .map(|decoder| Reader::at(decoder, self.fill.position()))
    }

    /// `None` at the end, else the share done where the length is known.
    fn read_block(
        &mut self,
        open: &Rc<dyn Fn() -> Result<Box<dyn Decoder>>>,
    ) -> Result<Option<Option<f64>>> {
        let decoder = match &mut self.decoder {
            Some(decoder) => decoder,
            none => none.insert(open()?),
        };
        let got = decoder.next_block(&mut self.block, READ_FRAMES)?;
        self.warnings.extend(decoder.take_warnings());
        if got == 0 {
            return Ok(None);
        }
        self.pyramid.push(&mut self.fill, &self.block.channels);
        self.block.downmix_into(&mut self.mono);
        self.spectra.push(&self.mono);
        let total = decoder.spec().frames.filter(|n| *n > 0);
        Ok(Some(total.map(|n| {
            (self.fill.position() as f64 / n as f64).min(1.0)
        })))
    }
}

fn max_peaks(channels: usize) -> usize {
    MAX_PEAKS / channels.max(1)
}

/// The length, or about what it is.
pub(crate) fn frames_told(info: &MediaInfo) -> Option<i64> {
    let estimate = || {
        Some(timeside_core::time::frame_from_secs(
            info.duration?,
            info.sample_rate,
        ))
    };
    info.frames.or_else(estimate)
}
