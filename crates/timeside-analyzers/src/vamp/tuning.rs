//! Concert pitch.

use std::f64::consts::{LN_2, PI, TAU};
use timeside_core::{
    Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor, Result, ResultInfo,
    Spectrum, Stream, TimeMode, Values, Window, processor::ParentResults,
};
use timeside_dsp::bank::FilterBank;

const ID: &str = "vamp_tuning";
const BLOCK: usize = 16_384;
const STEP: usize = BLOCK / 2;

/// Notes a third of a semitone apart, from a semitone below the lowest A of a piano; those above tell little.
const NOTES: usize = 54 * 3;
/// Points per bin at which notes and bins are multiplied.
const OVERSAMPLING: usize = 80;
/// Frames without a higher bin count as silence.
const SILENCE: f32 = 2.0;

/// Tuning by the distribution of energy over thirds of semitones.
#[derive(Debug)]
pub struct VampTuning {
    roll_on_percent: f64,
    bank: Option<FilterBank>,
    magnitudes: Vec<f32>,
    notes: Vec<f32>,
    /// Sums over frames and semitones of the lower, middle and upper third.
    thirds: [f64; 3],
}

impl Plugin for VampTuning {
    fn info() -> Info {
        Info {
            id: ID,
            version: "1.1.0",
            name: "Tuning (vamp)",
            kind: Kind::Analyzer,
            unit: "Hz",
            family: "Pitch",
            description: "Tuning from NNLS Chroma Vamp plugin",
            doc: "**Measures.** Concert pitch: where the A above middle C lies, if all is tuned in equal temperament. Between \
                  427.47 and 452.89 Hz, for tuning repeats each semitone.\n\n\
                  **Formula.** Magnitudes of frames of 16384 samples every 8192 under a Hann window; frames without a bin of \
                  2 count as silence. They are gathered into notes a third of a semitone apart, through triangles rounded to \
                  raised cosines, of equal area per octave. The sums mᵣ over all frames and the lower 54 semitones of the \
                  thirds r = 0, 1, 2 are points on a circle: θ = arg Σ mᵣ·e^(2πir/3), and the tuning is 440·2^(θ/24π). \
                  Silence reads 440.\n\n\
                  **Source.** M. Mauch and S. Dixon, “Approximate note transcription for the improved identification of \
                  difficult chords”, ISMIR 2010; the choices are those of nnls-chroma:tuning.\n\n\
                  **Good for.** Setting pitch grids before chroma, key or transcription; finding transfers at a wrong speed. \
                  Tonal music reads within 2 Hz of other methods; speech and noise have no tuning, and still give a number.",
            params: vec![
                Param::number(
                    "rollon",
                    0.0,
                    0.0,
                    5.0,
                    "Bins below the one where the cumulated energy of the frame passes this share of the whole are left out: \
                     against rumble.",
                )
                .unit("%"),
            ],
            results: vec![ResultInfo::value(
                "",
                "Tuning (vamp)",
                "Hz",
                TimeMode::Global,
                "Frequency of the A above middle C; shape (1,), float64.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        Ok(Self {
            roll_on_percent: params.number("rollon").unwrap_or(0.0),
            bank: None,
            magnitudes: Vec::new(),
            notes: Vec::new(),
            thirds: [0.0; 3],
        })
    }
}

impl Processor for VampTuning {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: BLOCK,
            step: STEP,
            framing: Framing::Fed {
                feed: super::HOST_BLOCK,
            },
            window: Window::Hann,
            fft: BLOCK,
        }
    }

    fn setup(&mut self, stream: &Stream, _out: &mut Output) -> Result<()> {
        self.bank = Some(bank(f64::from(stream.sample_rate)));
        self.notes = vec![0.0; NOTES];
        self.thirds = [0.0; 3];
        Ok(())
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, _out: &mut Output) {
        let Some(bank) = &self.bank else { return };
        let magnitudes = &mut self.magnitudes;
        magnitudes.clear();
        let bins = &spectrum.magnitudes()[..BLOCK / 2];
        magnitudes.extend(bins.iter().map(|m| m.min(BLOCK as f32)));
        if magnitudes.iter().all(|m| *m < SILENCE) {
            return;
        }
        if self.roll_on_percent > 0.0 {
            roll_on(magnitudes, self.roll_on_percent / 100.0);
        }
        bank.apply(magnitudes, &mut self.notes);
        for semitone in self.notes.chunks_exact(3) {
            for (sum, note) in self.thirds.iter_mut().zip(semitone) {
                *sum += f64::from(*note);
            }
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let point = |of: fn(f64) -> f64| -> f64 {
            let turns = self.thirds.iter().zip([0.0, 1.0, 2.0]);
            turns.map(|(m, r)| m * of(TAU * r / 3.0)).sum()
        };
        let angle = point(f64::sin).atan2(point(f64::cos));
        let hz = 440.0 * (angle / (24.0 * PI)).exp2();
        out.global(0, Values::F64(vec![hz]));
        Ok(())
    }

    fn release(&mut self) {
        self.bank = None;
        self.magnitudes = Vec::new();
        self.notes = Vec::new();
    }
}

/// Clears the bins below the one at which the cumulated energy passes `share` of the whole.
fn roll_on(magnitudes: &mut [f32], share: f64) {
    let energy = |m: &f32| f64::from(*m).powi(2);
    let threshold = share * magnitudes.iter().map(energy).sum::<f64>();
    let mut below = 0.0;
    for m in magnitudes {
        below += energy(m);
        if below >= threshold {
            break;
        }
        *m = 0.0;
    }
}

/// How much of each bin each note takes.
fn bank(sample_rate: f64) -> FilterBank {
    let bin_hz = sample_rate / BLOCK as f64;
    let shape: Vec<f64> = (0..2 * OVERSAMPLING)
        .map(|o| 0.5 - 0.5 * (PI * o as f64 / OVERSAMPLING as f64).cos())
        .collect();
    let row = |note: usize| {
        let centre = 440.0 * ((20.0 + note as f64 / 3.0 - 69.0) / 12.0).exp2();
        // A note reaches a third of a semitone to either side, a bin one bin.
        let reach = (1.0_f64 / 36.0).exp2();
        let takes = |bin: usize| {
            let hz = bin as f64 * bin_hz;
            centre / reach - bin_hz < hz && hz < centre * reach + bin_hz
        };
        let weight = |bin: usize| {
            let start = (OVERSAMPLING * (bin - 1)) as f64;
            let points = shape.iter().enumerate().map(|(o, u)| {
                let hz = (start + o as f64) * bin_hz / OVERSAMPLING as f64;
                let away = 36.0 * (hz / centre).log2();
                if away.abs() <= 1.0 {
                    u * (0.5 + 0.5 * (PI * away).cos()) / (LN_2 / 36.0 * hz)
                } else {
                    0.0
                }
            });
            points.sum::<f64>() as f32
        };
        let bins = (1..BLOCK / 2).filter(|b| takes(*b));
        let first = bins.clone().next().unwrap_or(BLOCK / 2);
        (first, bins.map(weight).collect())
    };
    FilterBank::from_rows((0..NOTES).map(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{run, sine};
    use timeside_core::Step;

    fn tuning(step: Step, x: Vec<f32>) -> f64 {
        run(&[step], &[x], 44_100, 8_192)[ID].value().unwrap()
    }

    #[test]
    fn a_scale_of_sines_reads_its_own_tuning() {
        for a in [432.0, 440.0, 446.0] {
            let mut x = vec![0.0; 100_000];
            for semitone in [-9.0, -5.0, -2.0, 0.0, 3.0, 10.0] {
                let note = sine(44_100, a * (semitone / 12.0_f64).exp2(), 0.1, x.len());
                x.iter_mut().zip(note).for_each(|(x, y)| *x += y);
            }
            let got = tuning(ID.into(), x);
            assert!((got - a).abs() < 1.0, "{a}: {got}");
        }
        assert_eq!(tuning(ID.into(), vec![0.0; 20_000]), 440.0);
        assert_eq!(tuning(ID.into(), vec![]), 440.0);
    }

    #[test]
    fn roll_on_leaves_rumble_out() {
        let mut bins = [0.1, 0.1, 3.0, 4.0];
        roll_on(&mut bins, 0.05);
        assert_eq!(bins, [0.0, 0.0, 3.0, 4.0]);
        // A hum of a third of a semitone off, softer than the tone.
        let mut x = sine(44_100, 440.0, 0.5, 60_000);
        let hum = sine(44_100, 55.0 * 2_f64.powf(0.4 / 12.0), 0.09, 60_000);
        x.iter_mut().zip(hum).for_each(|(x, y)| *x += y);
        let off =
            |rollon: f64| (tuning(Step::new(ID).with("rollon", rollon), x.clone()) - 440.0).abs();
        assert!(off(5.0) < off(0.0), "{} {}", off(5.0), off(0.0));
    }
}
