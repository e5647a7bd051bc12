//! Sixteen descriptors of each frame's spectrum.

use super::descriptor::{Descriptors, Method};
use super::phases::centred_phases;
use crate::block_and_step;
use crate::spectrogram_analyzer::MAX_BLOCK;
use timeside_core::{
    Error, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor,
    Result, ResultInfo, Spectrum, Stream, TimeMode, Window,
};

const ID: &str = "aubio_specdesc";

/// Upstream's descriptors, in its order.
const METHODS: [&str; 16] = [
    "default", "energy", "hfc", "complex", "phase", "specdiff", "kl", "mkl", "specflux",
    "centroid", "slope", "rolloff", "spread", "skewness", "kurtosis", "decrease",
];

/// Descriptors of one spectrum, computed together.
#[derive(Debug)]
pub struct SpectralDescriptors {
    block: usize,
    step: usize,
    names: Vec<String>,
    methods: Vec<Method>,
    descriptors: Option<Descriptors>,
    phases: Vec<f32>,
    values: Vec<f32>,
}

fn results_of<'a>(names: impl Iterator<Item = &'a str>) -> Vec<ResultInfo> {
    names
        .map(|name| {
            let doc = format!(
                "{}; shape (frames,), float32.",
                Method::from_name(name).map_or("", meaning)
            );
            // The space is upstream's.
            let title = format!(" {name}");
            ResultInfo::value(name.to_owned(), title, "", TimeMode::Framewise, doc)
        })
        .collect()
}

fn meaning(method: Method) -> &'static str {
    match method {
        Method::Energy => "Energy, `Σ M²`",
        Method::Hfc => "High-frequency content, `Σ (j + 1)·M`",
        Method::Complex => "Distance from the spectrum that the last two frames foresee",
        Method::Phase => "Spread of the phases' second difference",
        Method::WeightedPhase => "The same, weighted by magnitude",
        Method::SpecDiff => "Spread of `√abs(M² − M′²)`",
        Method::Kl => "Kullback-Leibler distance from the last frame, `Σ M·ln(1 + M/(M′ + 0.1))`",
        Method::Mkl => "The same without its weight, `Σ ln(1 + M/(M′ + 0.1))`",
        Method::SpecFlux => "Rising magnitudes, `Σ max(0, M − M′)`",
        Method::Centroid => "Centre of gravity `μ`, in bins",
        Method::Spread => "Variance about the centroid, in squared bins",
        Method::Skewness => "Skewness about the centroid",
        Method::Kurtosis => "Kurtosis about the centroid; a Gaussian has 3",
        Method::Slope => "Slope of the magnitudes over their sum, per bin",
        Method::Decrease => "Mean decrease from the first bin",
        Method::Rolloff => "Number of lowest bins that hold 95 % of the energy",
    }
}

impl Plugin for SpectralDescriptors {
    fn info() -> Info {
        Info {
            id: ID,
            version: "0.4.6",
            name: "Spectral descriptor (aubio)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Spectrum",
            description: "Aubio Spectral Descriptors collection analyzer",
            doc: "**Measures.** Each frame's spectrum in single numbers: its shape (`centroid`, `spread`, `skewness`, `kurtosis`, \
                  `slope`, `decrease`, `rolloff`), its level (`energy`, `hfc`, which is also `default`), and how it differs from \
                  the frames before (`complex`, `phase`, `specdiff`, `kl`, `mkl`, `specflux`; on wish `wphase`).\n\n\
                  **Formula.** Over bins `j = 0 … K − 1` of magnitude `M` under a periodic Hann window, unscaled; a prime is the \
                  frame before. `μ = Σ j·M/Σ M`, moments `m_k = Σ (j − μ)^k·M/Σ M`: spread `m₂`, skewness `m₃/m₂^1.5`, kurtosis \
                  `m₄/m₂²`. `complex = Σ √abs(M′² + M² − 2M′M·cos(2φ′ − φ″ − φ))`. `phase` and `specdiff` are sums `Σ n·c/10` \
                  over ten histogram classes of `n` bins about `c`, of `abs(φ − 2φ′ + φ″)` and `√abs(M² − M′²)` where `M > 0.1`. \
                  The other formulas stand with their results. Frame `i` ends at sample `(i + 1)·input_stepsize`.\n\n\
                  **Source.** aubio 0.4.9, `specdesc`; P. Brossier, *Automatic annotation of musical audio*, PhD thesis, \
                  London 2006; G. Peeters, “A large set of audio features”, CUIDADO report, Ircam 2004.\n\n\
                  **Good for.** The changes: finding onsets. The shapes: brightness and noisiness of timbre. Centroid and rolloff \
                  are in bins: times samplerate/input_blocksize they are Hz. On pure tones skewness and kurtosis weigh the \
                  rounding noise of high bins, and `phase`, `specdiff` and `complex` may differ in single frames between two FFTs.",
            params: vec![
                Param::integer("input_blocksize", 1_024, 2, MAX_BLOCK, "Samples per frame.")
                    .unit("samples"),
                Param::integer(
                    "input_stepsize",
                    256,
                    1,
                    MAX_BLOCK,
                    "Samples from one frame to the next, at most input_blocksize.",
                )
                .unit("samples"),
                Param::text_list(
                    "methods",
                    &METHODS,
                    "Which descriptors; each is a result. wphase is there too.",
                ),
            ],
            results: results_of(METHODS.into_iter()),
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = block_and_step(ID, params, "input_blocksize", "input_stepsize")?;
        let names: Vec<String> = params
            .text_list("methods")
            .into_iter()
            .map(str::to_owned)
            .collect();
        let refused = |reason| Error::bad_parameter(ID, "methods", reason);
        let mut methods = Vec::with_capacity(names.len());
        for (i, name) in names.iter().enumerate() {
            let Some(method) = Method::from_name(name) else {
                let known = METHODS.join(", ");
                return Err(refused(format!(
                    "must be among {known}, wphase; not “{name}”"
                )));
            };
            if names[..i].contains(name) {
                return Err(refused(format!(
                    "must name each once; “{name}” stands twice"
                )));
            }
            methods.push(method);
        }
        if names.is_empty() {
            return Err(refused("must name one at least".to_owned()));
        }
        Ok(Self {
            block,
            step,
            values: vec![0.0; names.len()],
            names,
            methods,
            descriptors: None,
            phases: Vec::new(),
        })
    }
}

impl Processor for SpectralDescriptors {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: self.block,
            step: self.step,
            framing: Framing::Trailing,
            window: Window::Hann,
            fft: self.block,
        }
    }

    fn results(&self) -> Option<Vec<ResultInfo>> {
        Some(results_of(self.names.iter().map(String::as_str)))
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.descriptors = Some(Descriptors::new(&self.methods, self.block / 2 + 1));
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        (0..self.methods.len())
            .try_for_each(|result| out.framewise(result, frame, None, Vec::new()))
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        let Some(descriptors) = &mut self.descriptors else {
            return;
        };
        if descriptors.need_phases() {
            centred_phases(&spectrum, &mut self.phases);
        }
        descriptors.next(spectrum.magnitudes(), &self.phases, &mut self.values);
        for (result, value) in self.values.iter().enumerate() {
            out.push(result, &[*value]);
        }
    }

    fn release(&mut self) {
        self.descriptors = None;
        self.phases = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{run, sine};
    use serde_json::{Map, Value, json};
    use timeside_core::Step;

    #[test]
    fn a_sines_centroid_is_its_bin() {
        let x = sine(44_100, 44_100.0 * 40.0 / 1_024.0, 1.0, 8_192);
        let step = Step::new(ID).with("methods", json!(["centroid", "default", "wphase"]));
        let results = run(&[step], &[x], 44_100, 999);
        assert_eq!(results.len(), 3);
        let at = |key: &str, i: usize| results[key].array().unwrap().values.get(i).unwrap();
        assert!((at("aubio_specdesc.centroid", 20) - 40.0).abs() < 1e-3);
        // A full-scale sine: M = 256 at its bin and 128 beside it.
        assert!((at("aubio_specdesc.default", 20) / (512.0 * 41.0) - 1.0).abs() < 1e-4);
        assert_eq!(
            results["aubio_specdesc.default"].id_metadata.name,
            " default"
        );
    }

    #[test]
    fn refusals() {
        for (methods, word) in [
            (json!(["energy", "loudness"]), "loudness"),
            (json!(["energy", "energy"]), "twice"),
            (json!([]), "one at least"),
        ] {
            let given: Map<String, Value> = [("methods".to_owned(), methods)].into_iter().collect();
            let params = Params::check(ID, &SpectralDescriptors::info().params, &given).unwrap();
            let error = SpectralDescriptors::new(&params).unwrap_err();
            assert_eq!(error.code(), "bad-parameter");
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
