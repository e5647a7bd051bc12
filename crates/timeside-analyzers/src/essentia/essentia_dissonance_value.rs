//! The mean roughness of a recording.

use super::essentia_dissonance::{self, EssentiaDissonance};
use timeside_core::{
    Info, Input, Kind, Output, Params, Plugin, Processor, Result, ResultInfo, Step, Stream,
    TimeMode, Values,
    output::{RowValues, Rows},
    processor::ParentResults,
};

/// The mean over the frames that are not smooth altogether.
#[derive(Debug)]
pub struct EssentiaDissonanceValue {
    parent: Step,
    sum: f64,
    frames: u64,
}

impl Plugin for EssentiaDissonanceValue {
    fn info() -> Info {
        Info {
            id: "essentia_dissonance_value",
            version: "2.1b5.dev416",
            name: "Dissonance mean value (essentia)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Tonality",
            description: "Mean Dissonance Value from Essentia",
            doc: "**Measures.** How rough a recording is on average: one number for the whole.\n\n\
                  **Formula.** The mean of `essentia_dissonance` over the frames where it is above 0, with the same \
                  parameters; 0 if there is none. Silence therefore does not count.\n\n\
                  **Source.** Upstream’s analyzer of this name over essentia’s `Dissonance`; see there.\n\n\
                  **Good for.** Comparing recordings of one kind: solo voices read below 0.2, dense orchestral or electronic \
                  sound above. Of synthetic sweeps essentia’s own value differs (0.159 against 0.187 for a sweep), \
                  since its rounding noise decides which frames are above 0.",
            params: essentia_dissonance::params(),
            results: vec![ResultInfo::value(
                "",
                "Dissonance mean value (essentia)",
                "",
                TimeMode::Global,
                "Mean dissonance in 0..=0.5; shape (1,), float64.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        // Refuses what it refuses.
        EssentiaDissonance::new(params)?;
        Ok(Self {
            parent: Step {
                id: essentia_dissonance::ID.to_owned(),
                parameters: params.values().clone(),
                ..Step::default()
            },
            sum: 0.0,
            frames: 0,
        })
    }
}

impl Processor for EssentiaDissonanceValue {
    fn input(&self) -> Input {
        Input::None
    }

    fn parents(&self) -> Vec<Step> {
        vec![self.parent.clone()]
    }

    fn setup(&mut self, _stream: &Stream, _out: &mut Output) -> Result<()> {
        Ok(())
    }

    fn rows(&mut self, _parent: usize, _result: usize, rows: Rows<'_>, _out: &mut Output) {
        if let RowValues::F64(values) = rows.values {
            for value in values.iter().filter(|v| **v > 0.0) {
                self.sum += value;
                self.frames += 1;
            }
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let mean = self.sum / self.frames.max(1) as f64;
        out.global(0, Values::F64(vec![mean]));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{noise, run};
    use timeside_core::Step;

    #[test]
    fn it_is_the_mean_of_the_frames_above_zero() {
        let mut x = vec![0.0; 20_000];
        x.extend(noise(1, 20_000, 3).remove(0));
        let step = |id: &str| Step::new(id).with("max_peaks", 40);
        let value = "essentia_dissonance_value";
        let results = run(
            &[step("essentia_dissonance"), step(value)],
            &[x],
            44_100,
            1_000,
        );
        let curve = results["essentia_dissonance"].array().unwrap().clone();
        let rough: Vec<f64> = (0..curve.rows())
            .filter_map(|i| curve.values.get(i).filter(|v| *v > 0.0))
            .collect();
        assert!(rough.len() > 30 && rough.len() < curve.rows() - 30);
        let mean = rough.iter().sum::<f64>() / rough.len() as f64;
        assert!((results[value].value().unwrap() - mean).abs() < 1e-12);
        let silence = run(&[value.into()], &[vec![0.0; 9_000]], 44_100, 1_000);
        assert_eq!(silence[value].value(), Some(0.0));
    }
}
