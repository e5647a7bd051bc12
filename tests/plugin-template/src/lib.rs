//! A TimeSide analyzer in a crate of its own: peak level over time.
//!
//! It depends on `timeside-core` alone. Whoever builds a registry adds it by one line:
//! `registry.add::<acme_peak::Peak>()`.

use timeside_core::processor::ParentResults;
use timeside_core::{
    Frame, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor,
    Result, ResultInfo, Stream, TimeMode, Values,
};

/// Silence, in place of minus infinity (dBFS).
const FLOOR_DBFS: f32 = -120.0;

/// The greatest absolute sample of each frame in dBFS, and of the whole.
#[derive(Debug)]
pub struct Peak {
    block: usize,
    greatest: f32,
}

/// Index of each result in `info().results`.
const CURVE: usize = 0;
const MAX: usize = 1;

impl Plugin for Peak {
    fn info() -> Info {
        Info {
            id: "acme_peak",
            version: "1.0",
            name: "Peak level",
            kind: Kind::Analyzer,
            unit: "dBFS",
            description: "Peak level per frame and of the whole recording",
            family: "Level",
            doc: "20·log10 of the greatest absolute sample of the channels' mean; −120 dBFS for silence.",
            params: vec![
                Param::integer("blocksize", 1024, 1, 1 << 20, "Samples per frame.").unit("samples"),
            ],
            results: vec![
                ResultInfo::value(
                    "curve",
                    "Peak level",
                    "dBFS",
                    TimeMode::Framewise,
                    "One value per frame.",
                ),
                ResultInfo::value(
                    "max",
                    "Greatest peak level",
                    "dBFS",
                    TimeMode::Global,
                    "One value.",
                ),
            ],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        Ok(Self {
            block: params.size("blocksize").unwrap_or(1024),
            greatest: 0.0,
        })
    }
}

impl Processor for Peak {
    fn input(&self) -> Input {
        Input::Frames {
            block: self.block,
            step: self.block,
            framing: Framing::TimeSide,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.block,
        };
        out.framewise(CURVE, frame, None, Vec::new())
    }

    fn frame(&mut self, frame: Frame<'_>, out: &mut Output) {
        let peak = frame
            .samples
            .iter()
            .filter(|x| x.is_finite())
            .fold(0.0f32, |peak, x| peak.max(x.abs()));
        self.greatest = self.greatest.max(peak);
        out.push(CURVE, &[dbfs(peak)]);
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        out.global(MAX, Values::F64(vec![f64::from(dbfs(self.greatest))]));
        Ok(())
    }
}

fn dbfs(amplitude: f32) -> f32 {
    if amplitude > 0.0 {
        (20.0 * amplitude.log10()).max(FLOOR_DBFS)
    } else {
        FLOOR_DBFS
    }
}

#[cfg(doctest)]
#[doc = include_str!("../../../CONTRIBUTING.md")]
mod contributing {}
