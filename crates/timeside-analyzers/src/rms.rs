//! The level of each frame.

use crate::block_and_step;
use crate::spectrogram_analyzer::MAX_BLOCK;
use timeside_core::{
    Frame, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor,
    Result, ResultInfo, Stream, TimeMode,
};

/// The least amplitude that is told apart from silence, as of `level`: −138.474 dBFS.
const FLOOR: f64 = f32::EPSILON as f64;

/// The root of the mean square of overlapping frames.
#[derive(Debug)]
pub struct Rms {
    block: usize,
    step: usize,
    decibels: bool,
}

fn result(unit: &'static str) -> ResultInfo {
    let doc = "Level of each frame; shape (frames,), float32.";
    ResultInfo::value("", "RMS", unit, TimeMode::Framewise, doc)
}

impl Plugin for Rms {
    fn info() -> Info {
        Info {
            id: "rms",
            version: "1.0",
            name: "RMS",
            kind: Kind::Analyzer,
            unit: "dBFS",
            family: "Level",
            description: "Root mean square of overlapping frames",
            doc: "**Measures.** The level of each moment: the envelope of a recording.\n\n\
                  **Formula.** `√(mean x²)` over the `input_blocksize` samples of frame `i`, which begins at `i·input_stepsize`, of \
                  the mean of the channels; the last frame is padded with zeros. In decibels `20·log₁₀` of it: a full-scale sine \
                  has −3.01 dBFS, silence −138.474 (the `f32` epsilon).\n\n\
                  **Source.** The effective value of alternating currents; IEC 61606-1 for decibels of full scale, but that there a \
                  sine has 0.\n\n\
                  **Good for.** Envelopes, dynamics, finding loud places. It is not loudness: hearing weighs frequencies, which \
                  `loudness_itu` respects. Channels of opposite phase cancel in their mean.",
            params: vec![
                Param::integer("input_blocksize", 2_048, 1, MAX_BLOCK, "Samples per frame.").unit("samples"),
                Param::optional_integer(
                    "input_stepsize",
                    1,
                    MAX_BLOCK,
                    "Samples from one frame to the next, at most input_blocksize; null is half of it.",
                )
                .unit("samples")
                .derived_default(1_024),
                Param::choice(
                    "scale",
                    "dbfs",
                    &["dbfs", "linear"],
                    "dbfs: decibels of full scale; linear: amplitude, 1 being full scale.",
                ),
            ],
            results: vec![result("dBFS")],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = block_and_step("rms", params, "input_blocksize", "input_stepsize")?;
        Ok(Self {
            block,
            step,
            decibels: params.text("scale") != Some("linear"),
        })
    }
}

impl Processor for Rms {
    fn input(&self) -> Input {
        Input::Frames {
            block: self.block,
            step: self.step,
            framing: Framing::TimeSide,
        }
    }

    fn results(&self) -> Option<Vec<ResultInfo>> {
        (!self.decibels).then(|| vec![result("")])
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        out.framewise(0, frame, None, Vec::new())
    }

    fn frame(&mut self, frame: Frame<'_>, out: &mut Output) {
        let rms = mean_square(frame.samples).sqrt();
        let value = if self.decibels {
            20.0 * rms.max(FLOOR).log10()
        } else {
            rms
        };
        out.push(0, &[value as f32]);
    }
}

/// The mean of the squares, 0 for none; in independent lanes that a compiler can vectorise.
pub(crate) fn mean_square(samples: &[f32]) -> f64 {
    const LANES: usize = 8;
    let mut sum = [0f64; LANES];
    let (pieces, rest) = samples.as_chunks::<LANES>();
    for piece in pieces {
        for l in 0..LANES {
            let x = f64::from(piece[l]);
            sum[l] += x * x;
        }
    }
    for (sum, x) in sum.iter_mut().zip(rest) {
        *sum += f64::from(*x) * f64::from(*x);
    }
    sum.iter().sum::<f64>() / samples.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use crate::testing::{run, sine};
    use timeside_core::Step;

    fn rms(step: Step, x: Vec<f32>) -> (Vec<f64>, String) {
        let results = run(&[step], &[x], 8_000, 700);
        let result = &results["rms"];
        let array = result.array().unwrap();
        assert_eq!(array.shape.len(), 1);
        let values = (0..array.rows()).filter_map(|i| array.values.get(i));
        (values.collect(), result.id_metadata.unit.clone())
    }

    #[test]
    fn a_full_scale_sine_in_both_scales() {
        let x = sine(8_000, 1_000.0, 1.0, 8_192);
        let (db, unit) = rms("rms".into(), x.clone());
        assert_eq!((db.len(), unit.as_str()), (8, "dBFS"));
        assert!(db[..6].iter().all(|v| (v + 3.0103).abs() < 1e-3), "{db:?}");
        let (linear, unit) = rms(Step::new("rms").with("scale", "linear"), x);
        assert_eq!(unit, "");
        assert!((linear[0] - 0.5_f64.sqrt()).abs() < 1e-6 && (linear[7] - 0.5).abs() < 1e-3);
    }

    #[test]
    fn silence_and_nothing_read_the_floor() {
        for x in [vec![0.0; 5_000], vec![]] {
            let (db, _) = rms("rms".into(), x);
            assert!(!db.is_empty() && db.iter().all(|v| (v + 138.474).abs() < 1e-3));
        }
    }
}
