//! Magnitudes at the pitches of a scale.

use timeside_core::{
    Error, FrameMetadata, Framing, Info, Input, Kind, Mono, Output, Param, Params, Plugin,
    Processor, Result, ResultInfo, Stream, TimeMode, Window, processor::ParentResults,
};
use timeside_dsp::constant_q::{Atom, ConstantQ, Design, Sparsity};

const ID: &str = "vamp_constantq";

/// Bins of the atoms' transforms up to this magnitude do not count.
const SPARSE_BELOW: f64 = 0.005_4;

/// The longest frame, in samples: finer bins at lower pitches are refused.
const MAX_FRAME: usize = 1 << 20;

/// A constant-Q spectrogram as that of the QM Vamp plugins.
#[derive(Debug)]
pub struct VampConstantQ {
    min_pitch: i64,
    max_pitch: i64,
    tuning_hz: f64,
    bins_per_octave: usize,
    normalized: bool,
    block: usize,
    step: usize,
    samples: i64,
    transform: Option<ConstantQ>,
    row: Vec<f32>,
}

/// Centre frequencies and lengths of the bins.
struct Bins {
    hz: Vec<f64>,
    q: f64,
    /// Samples per frame, a power of two.
    block: usize,
}

impl VampConstantQ {
    fn hz(&self, pitch: i64) -> f64 {
        self.tuning_hz * ((pitch - 69) as f64 / 12.0).exp2()
    }

    fn bins(&self, sample_rate: u32) -> Result<Bins> {
        let rate = f64::from(sample_rate);
        let (low, high) = (self.hz(self.min_pitch), self.hz(self.max_pitch));
        if high >= rate / 2.0 {
            let highest = (69.0 + 12.0 * (rate / 2.0 / self.tuning_hz).log2()).ceil() - 1.0;
            let reason = format!(
                "must be a whole number from {} to {highest} at {sample_rate} Hz, not {}",
                self.min_pitch + 1,
                self.max_pitch
            );
            return Err(Error::bad_parameter(ID, "maxpitch", reason));
        }
        let per_octave = self.bins_per_octave as f64;
        let q = 1.0 / ((1.0 / per_octave).exp2() - 1.0);
        let longest = (q * rate / low).ceil();
        if longest > MAX_FRAME as f64 {
            let highest_q = MAX_FRAME as f64 * low / rate;
            let most = (1.0 / (1.0 + 1.0 / highest_q).log2()).floor();
            let reason = format!(
                "must be a whole number from 2 to {most} for minpitch {} at {sample_rate} Hz, not {}",
                self.min_pitch, self.bins_per_octave
            );
            return Err(Error::bad_parameter(ID, "bpo", reason));
        }
        // 48.0000001 bins are 48.
        let count = (per_octave * (high / low).log2() - 1e-6).ceil().max(1.0) as usize;
        Ok(Bins {
            hz: (0..count)
                .map(|j| low * (j as f64 / per_octave).exp2())
                .collect(),
            q,
            block: (longest as usize).next_power_of_two().max(8),
        })
    }
}

impl Plugin for VampConstantQ {
    fn info() -> Info {
        let pitch = |name, default, doc| Param::integer(name, default, 0, 127, doc).unit("MIDI");
        Info {
            id: ID,
            version: "1.1.0",
            name: "Constant Q (vamp)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Spectrum",
            description: "Constant Q transform from QM Vamp Plugins",
            doc: "**Measures.** How much there is at each pitch: a spectrum whose bins lie a constant part of an octave apart \
                  and are as wide, long windows for low pitches, short ones for high.\n\n\
                  **Formula.** With Q = 1/(2^(1/bpo) − 1), bin j at fⱼ = fmin·2^(j/bpo) has the atom \
                  hⱼ[i] = (0.54 − 0.46·cos(2πi/nⱼ))·e^(2πiQi/nⱼ)/nⱼ of nⱼ = ⌈Q·fs/fⱼ⌉ samples, centred in a frame of \
                  L = the next power of two above n₀ samples, every L/8. The frame stands under a periodic Hann window of \
                  its own, as the host of the plugin gives it, and bins of an atom’s transform up to 0.0054 are left out. A \
                  sine of amplitude 1 on a bin reads 0.226 (bin 0) to 0.27. With `normalized` each row is stretched to 0..1.\n\n\
                  **Source.** J. C. Brown, “Calculation of a constant Q spectral transform”, JASA 89 (1991); J. C. Brown and \
                  M. S. Puckette, JASA 92 (1992); the choices are those of qm-constantq of the QM Vamp plugins. Low bins \
                  are computed at a lower sample rate, which changes no value above −120 dB.\n\n\
                  **Good for.** Reading melodies and chords, and as the front of chroma and key. Row i describes the moment \
                  (i·step + L/2)/fs; onsets of low notes are blurred over up to a third of a second.",
            params: vec![
                pitch("minpitch", 36, "The lowest bin; 60 is middle C."),
                pitch("maxpitch", 84, "Bins lie below this pitch; above minpitch."),
                Param::number(
                    "tuning",
                    440.0,
                    360.0,
                    500.0,
                    "Frequency of the A above middle C.",
                )
                .unit("Hz"),
                Param::integer("bpo", 12, 2, 480, "Bins per octave."),
                Param::boolean("normalized", false, "Stretches each row to 0..1."),
            ],
            results: vec![ResultInfo::value(
                "",
                "Constant Q (vamp)",
                "",
                TimeMode::Framewise,
                "Magnitudes; shape (frames, bins), float32; y_value is each bin’s frequency in Hz.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let min_pitch = params.integer("minpitch").unwrap_or(36);
        let max_pitch = params.integer("maxpitch").unwrap_or(84);
        if max_pitch <= min_pitch {
            let reason = if min_pitch < 127 {
                format!(
                    "must be a whole number from {} to 127 (above minpitch), not {max_pitch}",
                    min_pitch + 1
                )
            } else {
                "must be above minpitch, which is to be from 0 to 126".to_owned()
            };
            return Err(Error::bad_parameter(ID, "maxpitch", reason));
        }
        Ok(Self {
            min_pitch,
            max_pitch,
            tuning_hz: params.number("tuning").unwrap_or(440.0),
            bins_per_octave: params.size("bpo").unwrap_or(12),
            normalized: params.flag("normalized"),
            block: 0,
            step: 0,
            samples: 0,
            transform: None,
            row: Vec::new(),
        })
    }
}

impl Processor for VampConstantQ {
    fn input(&self) -> Input {
        // The frame depends on the sample rate, which is known in `setup` only.
        Input::Mono
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let Bins { hz, q, block } = self.bins(stream.sample_rate)?;
        let rate = f64::from(stream.sample_rate);
        let design = Design {
            block,
            step: block / 8,
            lead: 0,
            window: Window::Hann,
            atoms: hz
                .iter()
                .map(|f| Atom {
                    len: (q * rate / f).ceil() as usize,
                    cycles: q,
                    a: 0.54,
                })
                .collect(),
            sparsity: Sparsity::Above(SPARSE_BELOW),
        };
        self.transform = Some(ConstantQ::new(&design));
        (self.block, self.step, self.samples) = (block, design.step, 0);
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        out.framewise(0, frame, Some(hz.len()), hz)
    }

    fn mono(&mut self, mono: Mono<'_>, out: &mut Output) {
        self.samples += mono.samples.len() as i64;
        let (normalized, row) = (self.normalized, &mut self.row);
        if let Some(transform) = &mut self.transform {
            transform.push(mono.samples, |magnitudes| {
                push(magnitudes, normalized, row, out);
            });
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let framing = Framing::Fed {
            feed: super::HOST_BLOCK,
        };
        let count = framing.count(self.samples, self.block, self.step);
        let (normalized, row) = (self.normalized, &mut self.row);
        if let Some(transform) = &mut self.transform {
            transform.finish(count, |magnitudes| push(magnitudes, normalized, row, out));
        }
        Ok(())
    }

    fn release(&mut self) {
        self.transform = None;
    }
}

fn push(magnitudes: &[f32], normalized: bool, row: &mut Vec<f32>, out: &mut Output) {
    if !normalized {
        out.push(0, magnitudes);
        return;
    }
    let (low, high) = magnitudes
        .iter()
        .fold((f32::MAX, f32::MIN), |(l, h), m| (l.min(*m), h.max(*m)));
    let range = high - low;
    row.clear();
    row.extend(
        magnitudes
            .iter()
            .map(|m| if range > 0.0 { (m - low) / range } else { 0.0 }),
    );
    out.push(0, row);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{run, sine};
    use timeside_core::{AnalyzerResult, Step, Values};

    fn analyse(step: Step, x: Vec<f32>, sample_rate: u32) -> (AnalyzerResult, Vec<f32>) {
        let result = run(&[step], &[x], sample_rate, 8_192)[ID].clone();
        let Values::F32(values) = result.array().unwrap().values.clone() else {
            panic!()
        };
        (result, values)
    }

    #[test]
    fn a_sine_on_a_bin_reads_the_gain_of_its_windows() {
        // ½ of the mean of Hamming × Hann over the atom, by the specification.
        for (bin, gain) in [(0, 0.2262), (24, 0.2668), (47, 0.2698)] {
            let hz = 440.0 * (f64::from(bin - 33) / 12.0).exp2();
            let (result, values) = analyse(ID.into(), sine(44_100, hz, 1.0, 40_000), 44_100);
            assert_eq!(result.array().unwrap().shape, [14, 48]);
            let got = f64::from(values[5 * 48 + bin as usize]);
            assert!((got - gain).abs() < 2e-4, "{bin}: {got}");
        }
    }

    #[test]
    fn rows_can_be_normalized_and_other_rates_have_other_frames() {
        let step = Step::new(ID).with("normalized", true).with("bpo", 24);
        let (result, values) = analyse(step, sine(22_050, 440.0, 0.1, 30_000), 22_050);
        let array = result.array().unwrap();
        assert_eq!(array.shape[1], 96);
        let row = &values[3 * 96..4 * 96];
        assert_eq!(
            (row[66], row.iter().copied().fold(1.0, f32::min)),
            (1.0, 0.0)
        );
        let (_, silence) = analyse(Step::new(ID).with("normalized", true), vec![0.0; 99], 8_000);
        assert!(silence.iter().all(|v| *v == 0.0));
    }
}
