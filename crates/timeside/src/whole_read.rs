//! The one read of the whole medium that fills the waveform and the coarse spectrogram.

use crate::ReadProgress;
use crate::peaks::Columns;
use crate::reader::Reader;
use std::rc::Rc;
use timeside_core::{Block, Decoder, Error, Result, Warning};
use timeside_dsp::peaks::PeakPyramid;
use timeside_dsp::spectra::SpectrumOverview;

/// Peaks kept of all channels together: 12 bytes each, and a seventh more for the coarser levels.
const MAX_PEAKS: usize = 1 << 20;

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
    spectra: SpectrumOverview,
    state: State,
    decoder: Option<Box<dyn Decoder>>,
    block: Block,
    mono: Vec<f32>,
    warnings: Vec<Warning>,
}

impl WholeRead {
    pub(crate) fn new(channels: usize) -> Self {
        Self {
            pyramid: PeakPyramid::new(channels, MAX_PEAKS / channels.max(1)),
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
        self.pyramid.frames()
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
        self.pyramid.finish();
        if self.state == State::Whole {
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
            .map(|decoder| Reader::at(decoder, self.pyramid.frames()))
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
        self.pyramid.push(&self.block.channels);
        self.block.downmix_into(&mut self.mono);
        self.spectra.push(&self.mono);
        let total = decoder.spec().frames.filter(|n| *n > 0);
        Ok(Some(total.map(|n| {
            (self.pyramid.frames() as f64 / n as f64).min(1.0)
        })))
    }
}
