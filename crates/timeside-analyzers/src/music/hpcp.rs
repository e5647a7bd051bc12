//! The harmonic pitch class profile.

use super::{GREATEST_MAGNITUDE, Norm};
use crate::spectrogram_analyzer::MAX_BLOCK;
use timeside_core::{
    Error, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor,
    Result, ResultInfo, Spectrum, Stream, TimeMode, Window,
};

/// What each harmonic that a peak may be counts less than the one below it.
const HARMONIC_DECAY: f64 = 0.6;

/// Spectral peaks, each spread over the classes about its pitch.
#[derive(Debug)]
pub struct Hpcp {
    block: usize,
    step: usize,
    size: usize,
    tuning_hz: f64,
    window_semitones: f64,
    harmonics: usize,
    min_hz: f64,
    max_hz: f64,
    norm: Norm,
    bin_hz: f64,
    sums: Vec<f64>,
    row: Vec<f32>,
}

impl Plugin for Hpcp {
    fn info() -> Info {
        Info {
            id: "hpcp",
            version: "1.0",
            name: "Harmonic pitch class profile",
            kind: Kind::Analyzer,
            unit: "",
            family: "Tonality",
            description: "Energy of the pitch classes, from spectral peaks",
            doc: "**Measures.** The strength of the pitch classes, from the peaks of the spectrum only; shape (frames, size). **Column 0 \
                  is A**, as in essentia (`y_value` counts semitones above C).\n\n\
                  **Formula.** Peaks of the magnitude spectrum (four-term Blackman-Harris window, frame `i` centred on \
                  `i·input_stepsize`) between min_frequency and max_frequency, refined by a parabola. A peak of amplitude `a` at \
                  `q = n·log2(f/tuning_hz)` adds `a²·cos²(π·d/w)` to each class at distance `d = |q − k|·12/n ≤ w/2` semitones. With \
                  `harmonics = H` it also counts for `f/h`, `h = 2…H+1`, weighted `0.6^{h−1}`.\n\n\
                  **Source.** E. Gómez, Tonal description of polyphonic audio for music content processing, INFORMS J. Computing \
                  18(3), 2006; without harmonics the numbers are those of essentia's `HPCP` without band preset.\n\n\
                  **Good for.** Keys and chords where noise or drums would blur a chroma of the whole spectrum; with 36 classes \
                  also for tuning. The weighting of harmonics is a choice of this program.",
            params: vec![
                Param::integer("input_blocksize", 4_096, 256, MAX_BLOCK, "Samples per frame.").unit("samples"),
                Param::optional_integer("input_stepsize", 1, MAX_BLOCK, "Samples from one frame to the next, at most input_blocksize; null is a quarter of it.").unit("samples"),
                Param::integer("size", 12, 12, 120, "Classes per octave."),
                Param::number("tuning_hz", 440.0, 220.0, 880.0, "Frequency of A4.").unit("Hz"),
                Param::number("window_size", 1.0, 0.1, 12.0, "Over how much a peak is spread.").unit("semitones"),
                Param::integer("harmonics", 0, 0, 20, "Of how many harmonics a peak may be one."),
                Param::number("min_frequency", 40.0, 1.0, 96_000.0, "Peaks below are left out.").unit("Hz"),
                Param::number("max_frequency", 5_000.0, 1.0, 96_000.0, "Peaks above are left out.").unit("Hz"),
                Param::choice("norm", "max", Norm::WORDS, "What each frame is divided by: its greatest value, its sum, its length, or nothing."),
            ],
            results: vec![ResultInfo::value("", "Harmonic pitch class profile", "", TimeMode::Framewise, "Energy by pitch class, A first; shape (frames, size), float32; y_value is the class in semitones above C.")],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = super::chroma::frame_size("hpcp", params, 4_096)?;
        let number = |name, default| params.number(name).unwrap_or(default);
        let (min_hz, max_hz) = (
            number("min_frequency", 40.0),
            number("max_frequency", 5_000.0),
        );
        if min_hz >= max_hz {
            let reason =
                format!("must be a number above {min_hz} Hz (min_frequency), not {max_hz}");
            return Err(Error::bad_parameter("hpcp", "max_frequency", reason));
        }
        Ok(Self {
            block,
            step,
            size: params.size("size").unwrap_or(12),
            tuning_hz: number("tuning_hz", 440.0),
            window_semitones: number("window_size", 1.0),
            harmonics: params.size("harmonics").unwrap_or(0),
            min_hz,
            max_hz,
            norm: Norm::from_word(params.text("norm")),
            bin_hz: 1.0,
            sums: Vec::new(),
            row: Vec::new(),
        })
    }
}

impl Processor for Hpcp {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: self.block,
            step: self.step,
            framing: Framing::Centred,
            window: Window::BlackmanHarris,
            fft: self.block,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.bin_hz = f64::from(stream.sample_rate) / self.block as f64;
        self.sums = vec![0.0; self.size];
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        let semitone = |k: usize| (9.0 + k as f64 * 12.0 / self.size as f64) % 12.0;
        out.record("input_stepsize", self.step);
        out.framewise(
            0,
            frame,
            Some(self.size),
            (0..self.size).map(semitone).collect(),
        )
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        let magnitudes = spectrum.magnitudes();
        self.sums.fill(0.0);
        let last = magnitudes.len().saturating_sub(1);
        let first = (self.min_hz / self.bin_hz) as usize;
        let end = ((self.max_hz / self.bin_hz) as usize + 2).min(last);
        for k in first.max(1)..end {
            let [before, here, after] = [k - 1, k, k + 1].map(|k| magnitudes[k]);
            if here <= before || here < after {
                continue;
            }
            let [before, here, after] =
                [before, here, after].map(|m| f64::from(m.min(GREATEST_MAGNITUDE)));
            let curvature = before - 2.0 * here + after;
            let shift = if curvature < 0.0 {
                0.5 * (before - after) / curvature
            } else {
                0.0
            };
            let hz = (k as f64 + shift) * self.bin_hz;
            let amplitude = here - 0.25 * (before - after) * shift;
            if (self.min_hz..=self.max_hz).contains(&hz) {
                let mut weight = amplitude * amplitude;
                for harmonic in 1..=self.harmonics + 1 {
                    self.add(hz / harmonic as f64, weight);
                    weight *= HARMONIC_DECAY;
                }
            }
        }
        self.row.clear();
        self.row.extend(self.sums.iter().map(|s| *s as f32));
        self.norm.apply(&mut self.row);
        out.push(0, &self.row);
    }
}

impl Hpcp {
    /// Spreads a peak over the classes about it.
    fn add(&mut self, hz: f64, energy: f64) {
        let n = self.size as f64;
        let q = n * (hz / self.tuning_hz).log2();
        let reach = self.window_semitones * n / 24.0;
        let (from, to) = ((q - reach).ceil() as i64, (q + reach).floor() as i64);
        for k in from..=to {
            let semitones = (q - k as f64).abs() * 12.0 / n;
            let weight = (std::f64::consts::PI * semitones / self.window_semitones).cos();
            self.sums[k.rem_euclid(self.size as i64) as usize] += weight * weight * energy;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{run, sine};
    use timeside_core::Step;

    #[test]
    fn a_tone_lights_its_class_and_what_it_may_be_a_harmonic_of() {
        let x = [sine(44_100, 660.0, 0.5, 20_000)];
        let row = |step: Step| -> Vec<f64> {
            let r = run(&[step], &x, 44_100, 8_192);
            let values = &r["hpcp"].array().unwrap().values;
            (120..132).map(|i| values.get(i).unwrap()).collect()
        };
        let plain = row("hpcp".into());
        assert_eq!(plain[7], 1.0, "E is seven semitones above A");
        assert!(
            plain.iter().enumerate().all(|(k, v)| k == 7 || *v < 1e-3),
            "{plain:?}"
        );
        let harmonic = row(Step::new("hpcp").with("harmonics", 2));
        // As third harmonic of 220 Hz: 0.36 of 1 + 0.6.
        assert!((harmonic[0] - 0.36 / 1.6).abs() < 1e-2, "{harmonic:?}");
    }
}
