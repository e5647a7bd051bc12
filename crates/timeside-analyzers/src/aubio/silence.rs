//! Stretches of silence.

use crate::spectrogram_analyzer::MAX_BLOCK;
use timeside_core::{
    Frame, Framing, Info, Input, Kind, LabelMetadata, Output, Param, Params, Plugin, Processor,
    Result, ResultInfo, Stream, TimeMode, processor::ParentResults,
};

const ID: &str = "aubio_silence";

const SILENCE: i64 = 0;
const NOT_SILENCE: i64 = 1;

/// Blocks whose mean square lies below a threshold, joined into stretches.
#[derive(Debug)]
pub struct Silence {
    block: usize,
    /// Decibels that a threshold of `null` came to.
    derived_db: Option<i64>,
    /// The mean square that is no longer silent.
    threshold: f64,
    compat: bool,
    sample_rate: u32,
    /// Blocks so far.
    blocks: u64,
    /// First block and label of each stretch.
    stretches: Vec<(u64, i64)>,
}

impl Plugin for Silence {
    fn info() -> Info {
        Info {
            id: ID,
            version: "0.4.6",
            name: "Silence detection (aubio)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Silence",
            description: "Aubio Silence detection analyzer",
            doc: "**Measures.** Where nothing sounds: the recording as stretches of silence and of not silence.\n\n\
                  **Formula.** A block of `input_blocksize` samples of the mean of the channels is silent if \
                  `10·log₁₀(mean x²) < threshold` in dB: a full-scale square wave has 0, a full-scale sine −3.01, zeros −∞. \
                  Neighbours of one label are joined. After the full blocks there is one more, padded with zeros.\n\n\
                  **Source.** aubio 0.4.9, `silence_detection`, as TimeSide drives it; its threshold of +80, by which everything \
                  counted as one label, was a slip.\n\n\
                  **Good for.** Finding pauses and empty tracks. It hears level alone: noise above the threshold is not silence, and \
                  faint music below it is. No smoothing: a single block can be a stretch.",
            params: vec![
                Param::optional_number(
                    "threshold",
                    -200.0,
                    200.0,
                    "Level below which a block is silent; null is −80, with compat +80.",
                )
                .unit("dB")
                .derived_default(-80),
                Param::integer("input_blocksize", 1_024, 1, MAX_BLOCK, "Samples per block.")
                    .unit("samples"),
                Param::compat(
                    "Upstream's labels: a threshold of +80 dB unless another is given, and 1 (not silence) for silent blocks.",
                ),
            ],
            results: vec![ResultInfo::label(
                "",
                "Silence detection (aubio)",
                "",
                TimeMode::Segment,
                "0 for silence, 1 for not silence; one row per stretch.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let compat = params.flag("compat");
        let meant_db = if compat { 80 } else { -80 };
        let given_db = params.number("threshold");
        let threshold_db = given_db.unwrap_or(meant_db as f64);
        Ok(Self {
            block: params.size("input_blocksize").unwrap_or(1_024).max(1),
            derived_db: given_db.is_none().then_some(meant_db),
            threshold: 10_f64.powf(threshold_db / 10.0),
            compat,
            sample_rate: 1,
            blocks: 0,
            stretches: Vec::new(),
        })
    }
}

impl Processor for Silence {
    fn input(&self) -> Input {
        Input::Frames {
            block: self.block,
            step: self.block,
            framing: Framing::TimeSide,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.sample_rate = stream.sample_rate;
        if let Some(threshold_db) = self.derived_db {
            out.record("threshold", threshold_db);
        }
        Ok(())
    }

    fn frame(&mut self, frame: Frame<'_>, _out: &mut Output) {
        let silent = crate::rms::mean_square(frame.samples) < self.threshold;
        let label = if silent != self.compat {
            SILENCE
        } else {
            NOT_SILENCE
        };
        if self.stretches.last().is_none_or(|(_, last)| *last != label) {
            self.stretches.push((self.blocks, label));
        }
        self.blocks += 1;
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let secs = |blocks: u64| (blocks * self.block as u64) as f64 / f64::from(self.sample_rate);
        let ends = self.stretches.iter().skip(1).map(|(first, _)| *first);
        let duration = self
            .stretches
            .iter()
            .zip(ends.chain([self.blocks]))
            .map(|((first, _), end)| secs(end - first))
            .collect();
        let names = [(SILENCE, "Silence"), (NOT_SILENCE, "Not Silence")];
        let metadata = LabelMetadata {
            label: names.map(|(n, name)| (n, name.to_owned())).to_vec(),
            ..LabelMetadata::default()
        };
        out.label_segments(
            0,
            self.stretches
                .iter()
                .map(|(first, _)| secs(*first))
                .collect(),
            duration,
            self.stretches.iter().map(|(_, label)| *label).collect(),
            metadata,
        );
        Ok(())
    }

    fn release(&mut self) {
        self.stretches = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{run, sine};
    use timeside_core::{AnalyzerResult, Data, Step, result::TimeAxis};

    fn stretches(result: &AnalyzerResult) -> Vec<(i64, f64, f64)> {
        let (Data::Label { label, .. }, TimeAxis::Segment { time, duration }) =
            (&result.data, &result.time)
        else {
            panic!()
        };
        (0..label.len())
            .map(|i| (label[i], time[i], duration[i]))
            .collect()
    }

    fn silence(step: Step) -> AnalyzerResult {
        let mut x = vec![0.0; 1_000];
        x.extend(sine(1_000, 100.0, 0.5, 500));
        // −100 dB.
        x.extend(sine(1_000, 100.0, 1.4142e-5, 500));
        let step = step.with("input_blocksize", 100);
        run(&[step], &[x], 1_000, 333)[ID].clone()
    }

    #[test]
    fn stretches_lie_where_nothing_sounds() {
        let r = silence(Step::new(ID));
        // 20 full blocks and one of padding.
        assert_eq!(stretches(&r), [(0, 0.0, 1.0), (1, 1.0, 0.5), (0, 1.5, 0.6)]);
        assert_eq!(r.parameters["threshold"], -80);
        let r = silence(Step::new(ID).with("threshold", -101));
        assert_eq!(stretches(&r), [(0, 0.0, 1.0), (1, 1.0, 1.0), (0, 2.0, 0.1)]);
    }

    #[test]
    fn compat_calls_everything_one() {
        let r = silence(Step::new(ID).with("compat", true));
        assert_eq!(stretches(&r), [(1, 0.0, 2.1)]);
        assert_eq!(r.parameters["threshold"], 80);
        // The raw answer of the detector: 1 where it is silent.
        let r = silence(Step::new(ID).with("compat", true).with("threshold", -80));
        assert_eq!(stretches(&r)[1], (0, 1.0, 0.5));
    }
}
