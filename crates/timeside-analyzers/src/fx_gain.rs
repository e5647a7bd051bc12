//! Gain: what follows in the pipe receives louder or softer samples.

use timeside_core::{
    Block, Info, Input, Kind, Output, Param, Params, Plugin, Processor, Result, Stream,
};

/// Multiplies every sample by a factor, without clipping.
#[derive(Debug)]
pub struct FxGain {
    gain: f32,
}

impl Plugin for FxGain {
    fn info() -> Info {
        Info {
            id: "fx_gain",
            version: "1.0",
            name: "Gain effect",
            kind: Kind::Effect,
            unit: "",
            family: "Effect",
            description: "Gain effect processor",
            doc: "**Measures.** Nothing: it makes what follows in the pipe louder or softer.\n\n\
                  **Formula.** `y[n] = gain·x[n]` on every channel, without clipping: later processors see levels above full scale. A \
                  gain of 2 is +6.02 dB.\n\n\
                  **Source.** TimeSide 1.\n\n\
                  **Good for.** Bringing recordings to one level before an analysis whose thresholds are absolute. It does \
                  not limit: what is encoded after it may clip.",
            params: vec![Param::number(
                "gain",
                1.0,
                -1e6,
                1e6,
                "Factor; linear, negative inverts the phase.",
            )],
            results: Vec::new(),
        }
    }

    fn new(params: &Params) -> Result<Self> {
        Ok(Self {
            gain: params.number("gain").unwrap_or(1.0) as f32,
        })
    }
}

impl Processor for FxGain {
    fn input(&self) -> Input {
        Input::None
    }

    fn setup(&mut self, _stream: &Stream, _out: &mut Output) -> Result<()> {
        Ok(())
    }

    fn effect(&mut self, block: &mut Block) {
        block
            .channels
            .iter_mut()
            .flatten()
            .for_each(|x| *x *= self.gain);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{noise, run};
    use timeside_core::Step;

    #[test]
    fn only_what_follows_hears_it() {
        let x = noise(2, 5_000, 1);
        let steps = [
            Step {
                r#as: Some("before".into()),
                ..Step::new("level")
            },
            Step::new("fx_gain").with("gain", 2.0),
            Step::new("level"),
        ];
        let results = run(&steps, &x, 44_100, 1_000);
        let gain_db =
            results["level.rms"].value().unwrap() - results["before.rms"].value().unwrap();
        assert!((gain_db - 6.021).abs() < 2e-3, "{gain_db}");
    }
}
