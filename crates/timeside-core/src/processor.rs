//! A processor declares its view of the audio; the pipe computes each view once.

use crate::{
    AnalyzerResult, AudioMetadata, Block, Complex32, Framing, Output, Param, Params, Result, Rows,
    Step, TimeMode, Window, result::DataMode,
};
use serde::Serialize;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use timeside_dsp::polar;

/// What a processor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// Gives audio: only first in a pipe.
    Decoder,
    /// Makes results from audio.
    Analyzer,
    /// Changes what later processors receive.
    Effect,
    /// Draws.
    Grapher,
    /// Writes audio.
    Encoder,
}

/// One of the results that a processor makes.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultInfo {
    /// What is added to the processor's id: `max` makes `level.max`; empty for a processor with one result.
    pub suffix: Cow<'static, str>,
    /// For people.
    pub name: Cow<'static, str>,
    /// Unit of the values, or empty.
    pub unit: Cow<'static, str>,
    /// Values or labels.
    pub data_mode: DataMode,
    /// How it lies in time.
    pub time_mode: TimeMode,
    /// What it is, with its shape.
    pub doc: Cow<'static, str>,
}

impl ResultInfo {
    /// A result of values.
    pub fn value(
        suffix: impl Into<Cow<'static, str>>,
        name: impl Into<Cow<'static, str>>,
        unit: impl Into<Cow<'static, str>>,
        time_mode: TimeMode,
        doc: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            suffix: suffix.into(),
            name: name.into(),
            unit: unit.into(),
            data_mode: DataMode::Value,
            time_mode,
            doc: doc.into(),
        }
    }

    /// A result of labels.
    pub fn label(
        suffix: impl Into<Cow<'static, str>>,
        name: impl Into<Cow<'static, str>>,
        unit: impl Into<Cow<'static, str>>,
        time_mode: TimeMode,
        doc: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            suffix: suffix.into(),
            name: name.into(),
            unit: unit.into(),
            data_mode: DataMode::Label,
            time_mode,
            doc: doc.into(),
        }
    }
}

/// What is known of a processor before it is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Info {
    /// `^[a-z][_a-z0-9]*$`, unique in a registry.
    pub id: &'static str,
    /// Its own version.
    pub version: &'static str,
    /// For people.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Unit of its values, or empty.
    pub unit: &'static str,
    /// One line: what it does.
    pub description: &'static str,
    /// Where it stands in a catalogue, such as `Pitch`.
    pub family: &'static str,
    /// Markdown, in four paragraphs that begin so: `**Measures.**` what it tells, `**Formula.**` how it is
    /// computed, `**Source.**` the paper, standard or program, `**Good for.**` when to take it and when not.
    pub doc: &'static str,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its results, in the order of their index in [`Output`].
    pub results: Vec<ResultInfo>,
}

impl Info {
    /// The id of result `index`: `level.max`, or the processor's id alone.
    pub fn result_id(&self, index: usize) -> String {
        match self.results.get(index).map(|r| &*r.suffix) {
            None | Some("") => self.id.to_owned(),
            Some(suffix) => format!("{}.{suffix}", self.id),
        }
    }
}

/// What a processor wants to be fed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Input {
    /// Nothing: it works on its parents' results.
    None,
    /// All channels, as decoded (effects may have rewritten them).
    Blocks,
    /// The mean of the channels.
    Mono,
    /// Overlapping frames of the mean of the channels.
    Frames {
        /// Samples per frame.
        block: usize,
        /// Samples from one frame to the next.
        step: usize,
        /// Where frame 0 lies, and what happens at the end.
        framing: Framing,
    },
    /// The complex spectrum of such frames, unscaled.
    Spectrum {
        /// Samples per frame.
        block: usize,
        /// Samples from one frame to the next.
        step: usize,
        /// Where frame 0 lies, and what happens at the end.
        framing: Framing,
        /// Window over the frame.
        window: Window,
        /// Points of the FFT; the frame is zero-padded or cut to it.
        fft: usize,
    },
}

/// The stream that a processor is set up for.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// Frames per second.
    pub sample_rate: u32,
    /// Number of channels.
    pub channels: usize,
    /// Frames per block; the last may be shorter.
    pub blocksize: usize,
    /// Length in frames, where known.
    pub frames: Option<i64>,
    /// What is analysed.
    pub audio: AudioMetadata,
}

/// A run of mono samples.
#[derive(Debug, Clone, Copy)]
pub struct Mono<'a> {
    /// Index in the stream of the first sample.
    pub first_frame: i64,
    /// The samples.
    pub samples: &'a [f32],
}

/// One frame of samples.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Index of the frame.
    pub index: i64,
    /// Its samples, `block` of them.
    pub samples: &'a [f32],
}

/// One frame's spectrum.
#[derive(Debug, Clone, Copy)]
pub struct Spectrum<'a> {
    /// Index of the frame.
    pub index: i64,
    /// Bins `0..=fft/2`, unscaled.
    pub bins: &'a [Complex32],
    /// The frame's samples before the window.
    pub samples: &'a [f32],
    /// What several processors want of the same bins, computed when the first asks.
    pub polar: &'a Polar,
}

impl Spectrum<'_> {
    /// `|X|` of each bin, computed once for all who ask; the largest `f32` where the FFT overflowed.
    pub fn magnitudes(&self) -> &[f32] {
        self.polar.magnitudes.get(self.bins, polar::magnitudes)
    }

    /// The phase of each bin in −π..=π, computed once for all who ask; 0 where the FFT overflowed.
    pub fn phases(&self) -> &[f32] {
        self.polar.phases.get(self.bins, polar::phases)
    }
}

/// The magnitudes and phases of one frame's bins, each computed at most once; see [`Spectrum::magnitudes`].
#[derive(Debug, Default)]
pub struct Polar {
    magnitudes: Once,
    phases: Once,
}

impl Polar {
    /// Forgets a frame.
    pub fn clear(&mut self) {
        self.magnitudes.clear();
        self.phases.clear();
    }
}

/// One value per bin, computed when first asked for, in memory that the next frame uses again.
#[derive(Debug, Default)]
struct Once {
    values: OnceCell<Vec<f32>>,
    spare: RefCell<Vec<f32>>,
}

impl Once {
    fn get(&self, bins: &[Complex32], write: fn(&[Complex32], &mut [f32])) -> &[f32] {
        self.values.get_or_init(|| {
            let mut values = self.spare.take();
            values.resize(bins.len(), 0.0);
            write(bins, &mut values);
            values
        })
    }

    fn clear(&mut self) {
        if let Some(values) = self.values.take() {
            self.spare.replace(values);
        }
    }
}

/// The results of a step's parents, in the order of [`Processor::parents`].
pub type ParentResults<'a> = &'a [&'a [AnalyzerResult]];

/// An analyzer, effect, grapher or encoder at work: `setup → one feed per view → post_process → release`.
///
/// Implement the feed that [`Processor::input`] asks for; the others are never called. A processor does
/// no I/O and knows no clock. Non-finite samples must not make a result non-finite.
pub trait Processor {
    /// The view of the audio it wants. Asked once, before `setup`.
    fn input(&self) -> Input;

    /// The view it wants of this stream, where that depends on the rate (a frame given in seconds); else
    /// [`Processor::input`] holds. Asked once, before `setup`, which refuses what does not fit.
    fn input_for(&self, _stream: &Stream) -> Input {
        self.input()
    }

    /// Its results, where they depend on the parameters (one per line of a plan, one per output of a plugin);
    /// else those of its [`Info`] hold. Asked once, before `setup`.
    fn results(&self) -> Option<Vec<ResultInfo>> {
        None
    }

    /// Steps whose results it reads; each is added to the pipe once. Asked once, before `setup`.
    fn parents(&self) -> Vec<Step> {
        Vec::new()
    }

    /// The only sample rate it works at, if it has one; the decoder then resamples.
    fn forced_sample_rate(&self) -> Option<u32> {
        None
    }

    /// Prepares for a stream. Framewise results are opened here.
    ///
    /// # Errors
    /// `BadParameter` if the parameters do not fit the stream.
    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()>;

    /// Takes a block ([`Input::Blocks`]).
    fn block(&mut self, _block: &Block, _out: &mut Output) {}

    /// Takes mono samples ([`Input::Mono`]).
    fn mono(&mut self, _mono: Mono<'_>, _out: &mut Output) {}

    /// Takes a frame ([`Input::Frames`]).
    fn frame(&mut self, _frame: Frame<'_>, _out: &mut Output) {}

    /// Takes a spectrum ([`Input::Spectrum`]).
    fn spectrum(&mut self, _spectrum: Spectrum<'_>, _out: &mut Output) {}

    /// Takes the rows that the framewise result `result` of parent `parent` gained, as they come.
    fn rows(&mut self, _parent: usize, _result: usize, _rows: Rows<'_>, _out: &mut Output) {}

    /// Rewrites a block in place ([`Kind::Effect`]); later processors receive that.
    fn effect(&mut self, _block: &mut Block) {}

    /// Makes the results that need the whole stream.
    ///
    /// # Errors
    /// `OutOfMemory`, or what the parents' results make impossible.
    fn post_process(&mut self, _parents: ParentResults<'_>, _out: &mut Output) -> Result<()> {
        Ok(())
    }

    /// Lets go of what it holds; called once, after a failed run too.
    fn release(&mut self) {}
}

/// A processor that a registry can make.
pub trait Plugin: Processor + Sized + 'static {
    /// Its description.
    fn info() -> Info;

    /// A new one with checked and complete parameters.
    ///
    /// # Errors
    /// `BadParameter` if parameters that are each allowed cannot stand together.
    fn new(params: &Params) -> Result<Self>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polar_values_are_finite_and_exact_at_both_ends() {
        let bins = [
            Complex32::new(3.0, 4.0),
            Complex32::new(3e-30, -4e-30),
            Complex32::new(-3e25, 4e25),
            Complex32::new(0.0, 0.0),
            Complex32::new(f32::INFINITY, f32::NAN),
        ];
        let polar = Polar::default();
        let spectrum = Spectrum {
            index: 0,
            bins: &bins,
            samples: &[],
            polar: &polar,
        };
        let want = [5.0, 5e-30, 5e25, 0.0, f32::MAX];
        for (m, want) in spectrum.magnitudes().iter().zip(want) {
            assert!((m - want).abs() <= 1e-6 * want, "{m} {want}");
        }
        assert!((spectrum.phases()[0] - 0.927_295_2).abs() < 2e-7);
        assert_eq!(spectrum.phases()[3..], [0.0; 2]);
    }
}
