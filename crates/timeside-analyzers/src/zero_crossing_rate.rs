//! How often the waveform changes its sign.

use crate::block_and_step;
use crate::spectrogram_analyzer::MAX_BLOCK;
use timeside_core::{
    Frame, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor,
    Result, ResultInfo, Stream, TimeMode,
};

/// Changes of sign in overlapping frames.
#[derive(Debug)]
pub struct ZeroCrossingRate {
    block: usize,
    step: usize,
    threshold: f32,
    per_second: bool,
    /// What a frame's crossings are multiplied by.
    factor: f64,
}

fn result(unit: &'static str) -> ResultInfo {
    let doc = "Rate of each frame; shape (frames,), float32.";
    ResultInfo::value("", "Zero crossing rate", unit, TimeMode::Framewise, doc)
}

impl Plugin for ZeroCrossingRate {
    fn info() -> Info {
        Info {
            id: "zero_crossing_rate",
            version: "1.0",
            name: "Zero crossing rate",
            kind: Kind::Analyzer,
            unit: "",
            family: "Waveform",
            description: "How often the waveform changes its sign",
            doc: "**Measures.** How often the waveform passes zero: seldom in voiced speech and bass, often in noise and consonants.\n\n\
                  **Formula.** The number of `n ≥ 1` in frame `i` for which one of `x[n − 1]`, `x[n]` is negative and the other is not, \
                  over `input_blocksize`; in Hz times the sample rate. Samples of at most `threshold` count as 0, and 0 as positive. \
                  Frame `i` begins at `i·input_stepsize`, the last one is padded with zeros; `x` is the mean of the channels.\n\n\
                  **Source.** B. Kedem, “Spectral analysis and discrimination by zero-crossings”, Proc. IEEE 74(11), 1986; equal to \
                  aubio's `zero_crossing_rate` and to librosa's without centring.\n\n\
                  **Good for.** Telling voiced from unvoiced speech, percussion from tones, cheaply: a sine of `f` Hz has about \
                  `2f` crossings per second. An offset or hum spoils it, and in pauses it counts the noise floor: set `threshold`.",
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
                Param::number("threshold", 0.0, 0.0, 1.0, "Amplitude up to which a sample counts as 0; 1 is full scale."),
                Param::choice(
                    "scale",
                    "per_sample",
                    &["per_sample", "hz"],
                    "per_sample: crossings per sample, 0 to 1; hz: crossings per second.",
                ),
            ],
            results: vec![result("")],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let id = "zero_crossing_rate";
        let (block, step) = block_and_step(id, params, "input_blocksize", "input_stepsize")?;
        Ok(Self {
            block,
            step,
            threshold: params.number("threshold").unwrap_or(0.0) as f32,
            per_second: params.text("scale") == Some("hz"),
            factor: 0.0,
        })
    }
}

impl Processor for ZeroCrossingRate {
    fn input(&self) -> Input {
        Input::Frames {
            block: self.block,
            step: self.step,
            framing: Framing::TimeSide,
        }
    }

    fn results(&self) -> Option<Vec<ResultInfo>> {
        self.per_second.then(|| vec![result("Hz")])
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let scale = if self.per_second {
            f64::from(stream.sample_rate)
        } else {
            1.0
        };
        self.factor = scale / self.block as f64;
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        out.framewise(0, frame, None, Vec::new())
    }

    fn frame(&mut self, frame: Frame<'_>, out: &mut Output) {
        let crossings = crossings(frame.samples, self.threshold);
        out.push(0, &[(f64::from(crossings) * self.factor) as f32]);
    }
}

/// Changes between negative and not negative, where negative is below `−threshold`.
fn crossings(samples: &[f32], threshold: f32) -> u32 {
    let later = samples.get(1..).unwrap_or_default();
    let changes = samples.iter().zip(later);
    changes
        .map(|(a, b)| u32::from((*a < -threshold) != (*b < -threshold)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{run, sine};
    use timeside_core::Step;

    #[test]
    fn zero_is_positive_and_small_samples_are_zero() {
        assert_eq!(crossings(&[], 0.0), 0);
        assert_eq!(crossings(&[1.0, 0.0, -1.0, 0.0, -0.0, -1.0], 0.0), 3);
        assert_eq!(crossings(&[1.0, -0.1, 1.0, -0.3, 1.0], 0.2), 2);
    }

    #[test]
    fn a_sine_crosses_twice_a_period() {
        let x = sine(8_000, 440.0, 0.5, 40_000);
        let steps = [Step::new("zero_crossing_rate").with("scale", "hz")];
        let results = run(&steps, &[x], 8_000, 1_000);
        let array = results["zero_crossing_rate"].array().unwrap();
        assert_eq!(array.shape, [39]);
        for i in 0..37 {
            let hz = array.values.get(i).unwrap();
            assert!((hz - 880.0).abs() <= 4.0, "{i}: {hz}");
        }
    }
}
