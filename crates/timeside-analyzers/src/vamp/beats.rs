//! Beats, and the tempo along the way.

use super::detection::{self, Detection};
use super::periodicity::{self, HOP, Periodicity};
use timeside_core::{
    Info, Input, Kind, LabelMetadata, Mono, Output, Param, Params, Plugin, Processor, Result,
    ResultInfo, Stream, TimeMode, Values,
    processor::ParentResults,
    result::{Array, Data, TimeAxis},
};

const BEAT: usize = 0;
const TEMPO: usize = 1;

/// The beats that the QM tempo tracker finds.
#[derive(Debug)]
pub struct VampBeats {
    params: Params,
    alpha: f64,
    tightness: f64,
    sample_rate: u32,
    tracker: Option<(Detection, Periodicity)>,
    /// The detection function.
    curve: Vec<f64>,
}

impl Plugin for VampBeats {
    fn info() -> Info {
        let more = [
            Param::number(
                "alpha",
                0.9,
                0.1,
                0.99,
                "How much the beats before weigh against what sounds here.",
            ),
            Param::number(
                "tightness",
                4.0,
                3.0,
                7.0,
                "How exactly beats keep their distance.",
            ),
        ];
        Info {
            id: "vamp_beats",
            version: "1.1.0",
            name: "Beats (vamp)",
            kind: Kind::Analyzer,
            unit: "s",
            family: "Rhythm",
            description: "Beats and tempi from the QM tempo tracker",
            doc: "**Measures.** When the beats fall, and how the tempo changes.\n\n\
                  **Formula.** Curve d and periods p as `vamp_tempo` has them. A score grows along the curve: C(i) = α·max_v \
                  exp(−½·(tightness·ln(v/p))²)·C(i − v) + (1 − α)·d(i), v from p/2 to 2p. From the highest score of the \
                  last period the links lead back to the first beat (dynamic programming). Beats lie in the middle of their \
                  frames, on a grid of 11.6 ms. A tempo is listed wherever its hundredths change.\n\n\
                  **Source.** D. P. W. Ellis, “Beat tracking by dynamic programming”, JNMR 36 (2007); M. E. P. Davies and \
                  M. D. Plumbley, IEEE TASLP 15 (2007); the choices are those of qm-tempotracker of the QM Vamp plugins.\n\n\
                  **Good for.** Music with a steady pulse, also where it drifts. Every recording of some 7.5 s that is not \
                  silent gets beats, whether it has a pulse or not.",
            params: detection::params()
                .into_iter()
                .chain(periodicity::params())
                .chain(more)
                .collect(),
            results: vec![
                ResultInfo::label(
                    "",
                    "Beats (vamp)",
                    "s",
                    TimeMode::Event,
                    "Label 1, Beat, at each beat; shape (beats,).",
                ),
                ResultInfo::value(
                    "tempo",
                    "Tempi (vamp)",
                    "bpm",
                    TimeMode::Segment,
                    "The tempo of each stretch; shape (stretches,), float64.",
                ),
            ],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        Ok(Self {
            params: params.clone(),
            alpha: params.number("alpha").unwrap_or(0.9),
            tightness: params.number("tightness").unwrap_or(4.0),
            sample_rate: 0,
            tracker: None,
            curve: Vec::new(),
        })
    }
}

impl Processor for VampBeats {
    fn input(&self) -> Input {
        // The frame depends on the sample rate, which is known in `setup` only.
        Input::Mono
    }

    fn setup(&mut self, stream: &Stream, _out: &mut Output) -> Result<()> {
        self.sample_rate = stream.sample_rate;
        self.curve = Vec::new();
        self.tracker = Some((
            Detection::new(&self.params, stream.sample_rate),
            Periodicity::new(&self.params),
        ));
        Ok(())
    }

    fn mono(&mut self, mono: Mono<'_>, _out: &mut Output) {
        let curve = &mut self.curve;
        if let Some((detection, periodicity)) = &mut self.tracker {
            detection.push(mono.samples, |v| {
                curve.push(v);
                periodicity.push(v);
            });
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let Some((detection, periodicity)) = &mut self.tracker else {
            return Ok(());
        };
        let curve = &mut self.curve;
        detection.finish(|v| {
            curve.push(v);
            periodicity.push(v);
        });
        let end = curve.iter().rposition(|v| *v > 0.0).map_or(0, |at| at + 1);
        let curve = curve.get(2..end).unwrap_or_default();
        let path = periodicity.path();
        // A value belongs to the middle of its frame, which is two steps long.
        let step_secs = detection.step() as f64 / f64::from(self.sample_rate);
        let secs = |value: usize| (value + 1) as f64 * step_secs;

        let beats = beats(curve, &path, self.alpha, self.tightness);
        let metadata = LabelMetadata {
            label: vec![(1, "Beat".to_owned())],
            ..LabelMetadata::default()
        };
        let label = vec![1; beats.len()];
        let time = beats.into_iter().map(secs).collect();
        out.set(
            BEAT,
            Data::Label { label, metadata },
            TimeAxis::Event { time },
        );

        let tempi = periodicity::tempi(&path, step_secs);
        let time: Vec<f64> = tempi.iter().map(|(window, _)| secs(window * HOP)).collect();
        let ends = time.iter().skip(1).copied().chain([secs(curve.len())]);
        let duration = time.iter().zip(ends).map(|(a, b)| b - a).collect();
        let value = Array::vector(Values::F64(tempi.iter().map(|(_, bpm)| *bpm).collect()));
        let data = Data::Value {
            value,
            y_value: Vec::new(),
        };
        out.set(TEMPO, data, TimeAxis::Segment { time, duration });
        Ok(())
    }

    fn release(&mut self) {
        self.tracker = None;
        self.curve = Vec::new();
    }
}

/// The values of the curve on which beats fall, given the period of each stretch of [`HOP`] values.
fn beats(curve: &[f64], path: &[usize], alpha: f64, tightness: f64) -> Vec<usize> {
    let (Some(last), false) = (path.last(), curve.is_empty()) else {
        return Vec::new();
    };
    let mut scores = vec![0.0; curve.len()];
    let mut links: Vec<Option<usize>> = vec![None; curve.len()];
    let mut weights = Vec::new();
    let mut of_period = 0;
    for (i, value) in curve.iter().enumerate() {
        let period = *path.get(i / HOP).unwrap_or(last);
        let distances = period.div_ceil(2).max(1)..2 * period + 1;
        if period != of_period {
            of_period = period;
            weights = distances
                .clone()
                .map(|v| (-0.5 * (tightness * (v as f64 / period as f64).ln()).powi(2)).exp())
                .collect();
        }
        let mut best = 0.0;
        // The longest distance wins among equals.
        for (v, weight) in distances.zip(&weights).rev() {
            let Some(from) = i.checked_sub(v) else {
                continue;
            };
            let score = weight * scores[from];
            if score > best {
                best = score;
                links[i] = Some(from);
            }
        }
        scores[i] = alpha * best + (1.0 - alpha) * value;
    }
    let tail = curve.len().saturating_sub((*last).max(1));
    let mut beat = tail;
    for (i, score) in scores.iter().enumerate().skip(tail) {
        if *score > scores[beat] {
            beat = i;
        }
    }
    let mut beats = vec![beat];
    while let Some(from) = links[beat].filter(|from| *from > 0) {
        beats.push(from);
        beat = from;
    }
    beats.reverse();
    beats
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{noise, run};

    #[test]
    fn beats_fall_on_pulses_and_bridge_a_gap() {
        let mut curve: Vec<f64> = (0..1_000)
            .map(|i| if i % 40 == 7 { 1.0 } else { 0.0 })
            .collect();
        curve[447] = 0.0;
        let beats = beats(&curve, &[40; 8], 0.9, 4.0);
        assert_eq!(beats.len(), 25);
        assert!(beats.iter().all(|b| b % 40 == 7), "{beats:?}");
    }

    #[test]
    fn a_change_of_tempo_is_two_stretches() {
        let burst = noise(1, 400, 1).remove(0);
        let mut x = Vec::new();
        for beat in 0..60 {
            let distance = if beat < 25 {
                44_100 * 60 / 90
            } else {
                44_100 * 60 / 130
            };
            x.extend(&burst);
            x.resize(x.len() + distance - burst.len(), 0.0);
        }
        let results = run(&["vamp_beats".into()], &[x], 44_100, 8_192);
        let tempi = results["vamp_beats.tempo"].array().unwrap();
        let bpm = |i| tempi.values.get(i).unwrap();
        let last = tempi.rows() - 1;
        assert!((bpm(0) - 90.0).abs() < 2.0 && (bpm(last) - 130.0).abs() < 3.0);
        let beats = results["vamp_beats"].times_secs();
        assert!((55..=62).contains(&beats.len()), "{}", beats.len());
        let distance = beats[10] - beats[9];
        assert!((distance - 60.0 / 90.0).abs() < 0.03, "{distance}");
        let nothing = run(&["vamp_beats".into()], &[vec![]], 44_100, 8_192);
        assert!(nothing["vamp_beats"].times_secs().is_empty());
    }
}
