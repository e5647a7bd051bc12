//! The tempo at the begin.

use super::detection::{self, Detection};
use super::periodicity::{self, Periodicity};
use timeside_core::{
    Info, Input, Kind, Mono, Output, Params, Plugin, Processor, Result, ResultInfo, Stream,
    TimeMode, Values, processor::ParentResults,
};

/// The first tempo that the QM tempo tracker finds.
#[derive(Debug)]
pub struct VampTempo {
    params: Params,
    sample_rate: u32,
    /// What reads the curve, once the rate is known.
    tracker: Option<(Detection, Periodicity)>,
}

impl Plugin for VampTempo {
    fn info() -> Info {
        Info {
            id: "vamp_tempo",
            version: "1.1.0",
            name: "Tempo (vamp)",
            kind: Kind::Analyzer,
            unit: "bpm",
            family: "Rhythm",
            description: "Tempo from QM Vamp Plugins",
            doc: "**Measures.** The tempo with which a recording begins, in beats per minute.\n\n\
                  **Formula.** A curve every 11.6 ms tells how unlike each frame is what the last two foretell: Σₖ |rₖ(t−1) − \
                  rₖ(t)·e^(iδ)|, δ = φₖ(t) − 2φₖ(t−1) + φₖ(t−2). Windows of 512 of its values, every 128, less their moving \
                  mean, are autocorrelated; a comb adds up four multiples of each period, weighted by a Rayleigh \
                  distribution about `inputtempo`. The likeliest path through the periods (Viterbi, steps of a spread of 8 \
                  values) is followed, and its first period p gives 60·fs/(step·p): values are quantised, at 44.1 kHz 99.4, \
                  101.3, 103.4 …\n\n\
                  **Source.** M. E. P. Davies and M. D. Plumbley, “Context-dependent beat tracking of musical audio”, IEEE \
                  TASLP 15 (2007); J. P. Bello et al., IEEE SPL 11 (2004); the choices are those of qm-tempotracker of the QM \
                  Vamp plugins (method “New”).\n\n\
                  **Good for.** Music with a steady pulse. The octave is a guess about `inputtempo`: half or double is no \
                  error of the reckoning. Recordings below some 7.5 s have no value (an empty result). See `vamp_beats` for \
                  the beats and the changes of tempo.",
            params: detection::params()
                .into_iter()
                .chain(periodicity::params())
                .collect(),
            results: vec![ResultInfo::value(
                "",
                "Tempo (vamp)",
                "bpm",
                TimeMode::Global,
                "The first tempo; shape (1,), or (0,) for a recording too short or without any change; float64.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        Ok(Self {
            params: params.clone(),
            sample_rate: 0,
            tracker: None,
        })
    }
}

impl Processor for VampTempo {
    fn input(&self) -> Input {
        // The frame depends on the sample rate, which is known in `setup` only.
        Input::Mono
    }

    fn setup(&mut self, stream: &Stream, _out: &mut Output) -> Result<()> {
        self.sample_rate = stream.sample_rate;
        self.tracker = Some((
            Detection::new(&self.params, stream.sample_rate),
            Periodicity::new(&self.params),
        ));
        Ok(())
    }

    fn mono(&mut self, mono: Mono<'_>, _out: &mut Output) {
        if let Some((detection, periodicity)) = &mut self.tracker {
            detection.push(mono.samples, |v| periodicity.push(v));
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let mut value = Vec::new();
        if let Some((detection, periodicity)) = &mut self.tracker {
            detection.finish(|v| periodicity.push(v));
            let step_secs = detection.step() as f64 / f64::from(self.sample_rate);
            let tempi = periodicity::tempi(&periodicity.path(), step_secs);
            value.extend(tempi.first().map(|(_, bpm)| *bpm));
        }
        out.global(0, Values::F64(value));
        Ok(())
    }

    fn release(&mut self) {
        self.tracker = None;
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{noise, run};
    use timeside_core::Step;

    /// A burst of noise every `period` samples.
    fn clicks(period: usize, frames: usize) -> Vec<f32> {
        let burst = noise(1, 400, 1).remove(0);
        let at = |n: usize| burst.get(n % period).copied().unwrap_or(0.0);
        (0..frames).map(at).collect()
    }

    #[test]
    fn clicks_have_their_tempo_at_any_rate() {
        for rate in [22_050_usize, 44_100, 48_000] {
            // 110 to the minute.
            let x = clicks(rate * 60 / 110, rate * 12);
            let result = run(&["vamp_tempo".into()], &[x], rate as u32, 5_000);
            let bpm = result["vamp_tempo"].value().unwrap();
            // Within one step of the quantised tempo.
            assert!((bpm - 110.0).abs() < 2.5, "{rate}: {bpm}");
        }
    }

    #[test]
    fn too_short_a_recording_has_no_value() {
        let steps = [Step::new("vamp_tempo")];
        for x in [
            vec![],
            vec![0.5],
            clicks(20_000, 44_100 * 7),
            vec![0.0; 500_000],
        ] {
            let result = run(&steps, &[x], 44_100, 8_192);
            assert_eq!(result["vamp_tempo"].array().unwrap().shape, [0]);
        }
    }
}
