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
    doc.push_str("\nThe features:\n");
    let common = [features::FRAMES, features::SPECTRUM];
    for entry in features::FEATURES {
        entry.describe(&common, &mut doc);
    }
    doc.push_str("\n- `name:` alone (1): the samples.\n<!-- -->\nThe transforms, of each value along time or within a row:\n");
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
