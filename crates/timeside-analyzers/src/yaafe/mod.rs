//! Yaafe's features and transforms, by its feature plans.
//!
//! | module | holds |
//! |---|---|
//! | `plan`, `catalogue` | the grammar; how features, transforms and parameters are described |
//! | `features`, `transforms` | the tables |
//! | `component`, `graph`, `stage` | the steps that these are made of, as a tree that computes what lines share once |
//! | `windows` | rows along time: integrators, filters, medians |
//! | the others | the mathematics, by subject |

mod bands;
mod catalogue;
mod cepstral;
mod chords;
mod chroma;
mod component;
mod envelope;
mod features;
mod graph;
mod kernel;
mod loudness;
mod lpc;
mod octaves;
mod onset;
mod plan;
mod rhythm;
mod shape;
mod spectral;
mod stage;
mod temporal;
mod transforms;
mod windows;

use graph::Graph;
use plan::Line;
use std::sync::LazyLock;
use timeside_core::processor::ParentResults;
use timeside_core::{
    Info, Input, Kind, Mono, Output, Param, Params, Plugin, Processor, Registry, Result,
    ResultInfo, Stream, TimeMode,
};

/// Adds the processors of this family.
pub fn register(registry: &mut Registry) {
    registry.add::<Yaafe>();
}

/// Features by a feature plan; one framewise result per line.
#[derive(Debug)]
pub struct Yaafe {
    lines: Vec<Line>,
    sample_rate: Option<u32>,
    compat: bool,
    graph: Graph,
}

const DEFAULT_PLAN: &str = "mfcc: MFCC blockSize=512 stepSize=256";

static DOC: LazyLock<String> = LazyLock::new(|| {
    let mut doc = String::from(
        "**Measures.** What a *feature plan* asks for: each line `name: Feature key=value … > Transform key=value …` makes a \
         framewise result `yaafe.name`; what lines have in common is computed once. A line with nothing after the colon \
         gives the samples. Blank lines and those that begin with `#` are skipped.\n\n\
         **Formula.** Frame `i` is centred on sample `i·stepSize` of the mean of the channels, zeros on both sides; there are \
         `⌊(n − 1)/stepSize⌋ + 1`. `x` are its samples, `X` its spectrum, `N` the blockSize. Parameters of frames:",
    );
    catalogue::describe(features::FRAMES, &mut doc);
    doc.push_str(" Parameters of spectra:");
    catalogue::describe(features::SPECTRUM, &mut doc);
    doc.push_str(" The features (values per row, unit):");
    let common = [features::FRAMES, features::SPECTRUM];
    for entry in features::FEATURES.iter().copied().flatten() {
        entry.describe(&common, &mut doc);
    }
    doc.push_str(
        "\n- `name:` alone (1): the samples. Then the transforms, along time or within a row:",
    );
    for entry in transforms::TRANSFORMS {
        entry.describe(&common, &mut doc);
    }
    doc.push_str(
        "\n\n**Source.** Mathieu, Essid, Fillon, Prado & Richard, “YAAFE, an easy to use and efficient audio feature \
         extraction software” (ISMIR 2010), whose names, defaults and numbers these are; computed in single precision with \
         sums in double. Where the original divides by nothing (LPC of silence) it gives NaN, this 0. `compat` gives its \
         kurtosis, which has a misprint.\n\n\
         **Good for.** Speech and music classification in the manner of the literature (MFCC with derivatives, zero-crossing \
         rate, energy), with exactly the framing that trained models expect. The rates of the models matter: set \
         `input_samplerate` to theirs, or to null for the medium's own. Frequencies above half of that rate are lost.",
    );
    doc
});

impl Plugin for Yaafe {
    fn info() -> Info {
        Info {
            id: "yaafe",
            version: "0.70",
            name: "Yaafe Descriptor",
            kind: Kind::Analyzer,
            unit: "",
            family: "Timbre",
            description: "Features and their transforms along time, by a Yaafe feature plan",
            doc: &DOC,
            params: vec![
                Param::text_list(
                    "feature_plan",
                    &[DEFAULT_PLAN],
                    "Lines “name: Feature key=value … > Transform key=value …”.",
                ),
                Param {
                    nullable: true,
                    ..Param::integer(
                        "input_samplerate",
                        32_000,
                        1_000,
                        384_000,
                        "The rate at which is analysed; null is the medium's own.",
                    )
                    .unit("Hz")
                },
                Param::compat("The original's kurtosis, which has 6μ₁μ₂ where 6μ₁²μ₂ is right."),
            ],
            results: vec![ResultInfo::value(
                "mfcc",
                "MFCC",
                "",
                TimeMode::Framewise,
                "One result per line of the plan; shape (frames,) or (frames, values), float32.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        Ok(Self {
            lines: plan::parse(&params.text_list("feature_plan")).map_err(graph::refusal)?,
            sample_rate: params
                .size("input_samplerate")
                .and_then(|v| u32::try_from(v).ok()),
            compat: params.flag("compat"),
            graph: Graph::default(),
        })
    }
}

impl Processor for Yaafe {
    fn input(&self) -> Input {
        Input::Mono
    }

    fn results(&self) -> Option<Vec<ResultInfo>> {
        let of = |line: &Line| {
            let names: Vec<_> = line.calls.iter().map(|c| c.entry.name).collect();
            let unit = match line.calls.as_slice() {
                [call] => call.entry.unit,
                _ => "",
            };
            let name = if names.is_empty() {
                "Samples".to_owned()
            } else {
                names.join(" > ")
            };
            let doc = match line.calls.last() {
                Some(call) => format!(
                    "“{}”; values per row: {}; float32.",
                    line.text, call.entry.size
                ),
                None => "The samples; shape (samples,), float32.".to_owned(),
            };
            ResultInfo::value(line.name.clone(), name, unit, TimeMode::Framewise, doc)
        };
        Some(self.lines.iter().map(of).collect())
    }

    fn forced_sample_rate(&self) -> Option<u32> {
        self.sample_rate
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.graph =
            Graph::new(&self.lines, stream.sample_rate, self.compat).map_err(graph::refusal)?;
        self.graph.open(out)
    }

    fn mono(&mut self, mono: Mono<'_>, out: &mut Output) {
        self.graph.push(mono.samples, out);
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        self.graph.finish(out)
    }

    fn release(&mut self) {
        self.graph = Graph::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, noise, run};
    use timeside_core::{Results, Step};

    /// A plan of all that there is, small enough for a test.
    fn everything() -> Vec<String> {
        let small = |name: &str| match name {
            "OnsetDetectionFunction" => "stepSize=256 blockSize=256",
            "BeatHistogramSummary" => {
                "stepSize=256 blockSize=256 BHSHistogramFrameSize=2 BHSHistogramFrameStep=2"
            }
            "Chroma" | "Chords" => "CTInitDuration=9",
            _ => "",
        };
        let before = |name: &str| match name {
            "ChromaTune" => "CQT",
            "ChromaReduce" => "CQT > ChromaTune",
            "HistogramSummary" => "ZCR > HistogramIntegrator",
            _ => "MelSpectrum",
        };
        let features = features::FEATURES
            .iter()
            .copied()
            .flatten()
            .map(|e| format!("{}: {} {}", e.name, e.name, small(e.name)));
        let transforms = transforms::TRANSFORMS
            .iter()
            .map(|e| format!("t_{}: {} > {}", e.name, before(e.name), e.name));
        features
            .chain(transforms)
            .chain(["raw:".to_owned()])
            .collect()
    }

    fn analysed(x: &[f32], rate: u32, blocksize: usize, compat: bool) -> Results {
        let step = Step::new("yaafe")
            .with("feature_plan", everything())
            .with("input_samplerate", ())
            .with("compat", compat);
        run(&[step], &[x.to_vec()], rate, blocksize)
    }

    fn values(results: &Results) -> Vec<(&str, Vec<f64>)> {
        let all = |r: &timeside_core::AnalyzerResult| {
            let array = r.array().unwrap();
            (0..array.values.len())
                .filter_map(|i| array.values.get(i))
                .collect()
        };
        results.iter().map(|(key, r)| (key, all(r))).collect()
    }

    #[test]
    fn any_block_size_gives_the_same() {
        let x = &noise(1, 40_000, 8)[0];
        let want = analysed(x, 44_100, 40_000, false);
        assert_eq!(want.len(), everything().len());
        for blocksize in [1, 1_000, 8_192] {
            for ((key, got), (_, want)) in values(&analysed(x, 44_100, blocksize, false))
                .iter()
                .zip(values(&want))
            {
                assert!(*got == want, "{key} {blocksize}");
            }
        }
    }

    #[test]
    fn nothing_silence_and_hostile_samples_give_finite_rows_at_any_rate() {
        let mut hostile = noise(1, 6_000, 2).remove(0);
        hostile.splice(3_000..3_009, HOSTILE);
        for x in [
            vec![],
            vec![1.0],
            vec![0.0; 5_000],
            vec![-1_000.0; 5_000],
            vec![f32::MAX; 5_000],
            vec![1e-44; 5_000],
            hostile,
        ] {
            for rate in [8_000, 192_000] {
                for (key, values) in values(&analysed(&x, rate, 1_000, true)) {
                    assert!(
                        values.iter().all(|v| v.is_finite()),
                        "{key} of {} samples at {rate}",
                        x.len()
                    );
                    assert!(
                        x.is_empty() == values.is_empty() || key.contains("raw"),
                        "{key} of {} samples",
                        x.len()
                    );
                }
            }
        }
    }

    #[test]
    fn the_documentation_has_four_paragraphs_that_describe_all() {
        let doc = Yaafe::info().doc;
        let paragraphs: Vec<_> = doc.split("\n\n").collect();
        assert_eq!(paragraphs.len(), 4);
        for entry in features::FEATURES
            .iter()
            .copied()
            .flatten()
            .chain(transforms::TRANSFORMS)
        {
            assert!(
                paragraphs[1].contains(&format!("\n- `{}` (", entry.name)),
                "{}",
                entry.name
            );
        }
    }
}
