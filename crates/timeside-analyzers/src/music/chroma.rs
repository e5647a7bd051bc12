//! The energy of the pitch classes.

use super::{GREATEST_MAGNITUDE, Norm, dot};
use crate::spectrogram_analyzer::MAX_BLOCK;
use timeside_core::{
    FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor, Result,
    ResultInfo, Spectrum, Stream, TimeMode, Window,
};

/// Where the octaves of music lie: the centre of a Gaussian over octaves above 27.5 Hz, and its width.
const CENTRE_OCTAVE: f64 = 5.0;
const OCTAVE_WIDTH: f64 = 2.0;

/// A weighted sum of the power spectrum per pitch class.
#[derive(Debug)]
pub struct Chroma {
    block: usize,
    step: usize,
    classes: usize,
    tuning_hz: f64,
    norm: Norm,
    /// `classes` rows of weights, one per bin.
    weights: Vec<f32>,
    power: Vec<f32>,
    row: Vec<f32>,
}

impl Plugin for Chroma {
    fn info() -> Info {
        Info {
            id: "chroma",
            version: "1.0",
            name: "Chroma",
            kind: Kind::Analyzer,
            unit: "",
            family: "Tonality",
            description: "Energy of the twelve pitch classes",
            doc: "**Measures.** How strongly each pitch class (C, C♯, … B, whatever the octave) sounds; shape (frames, n_chroma), \
                  column 0 is C.\n\n\
                  **Formula.** The power spectrum under a Hann window, frame `i` centred on `i·input_stepsize`, times a matrix: bin \
                  `k` lies at `q = n·log2(f/27.5 · 440/tuning_hz)` and adds to class `c` by `exp(−½(2D/w)²)`, `D` their circular \
                  distance and `w = max(1, q_{k+1} − q_k)`; each bin's column is scaled to length 1 and weighted by \
                  `exp(−½((q/n − 5)/2)²)`, so that octaves about 880 Hz count most. Each frame is divided by its norm.\n\n\
                  **Source.** D. P. W. Ellis, Chroma feature analysis and synthesis, 2007; the numbers are those of librosa's \
                  `chroma_stft` with `tuning` given.\n\n\
                  **Good for.** Chords, keys, comparing versions of a song. Low notes need long frames (a semitone at 55 Hz is \
                  3 Hz), and broadband sounds light all classes; overtones add their own class, most of all the fifth.",
            params: vec![
                Param::integer("input_blocksize", 8_192, 256, MAX_BLOCK, "Samples per frame.").unit("samples"),
                Param::optional_integer("input_stepsize", 1, MAX_BLOCK, "Samples from one frame to the next, at most input_blocksize; null is a quarter of it.").unit("samples"),
                Param::integer("n_chroma", 12, 12, 96, "Classes per octave."),
                Param::number("tuning_hz", 440.0, 220.0, 880.0, "Frequency of A4.").unit("Hz"),
                Param::choice("norm", "max", Norm::WORDS, "What each frame is divided by: its greatest value, its sum, its length, or nothing."),
            ],
            results: vec![ResultInfo::value("", "Chroma", "", TimeMode::Framewise, "Energy by pitch class, C first; shape (frames, n_chroma), float32; y_value is the class in semitones above C.")],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = frame_size("chroma", params, 8_192)?;
        Ok(Self {
            block,
            step,
            classes: params.size("n_chroma").unwrap_or(12),
            tuning_hz: params.number("tuning_hz").unwrap_or(440.0),
            norm: Norm::from_word(params.text("norm")),
            weights: Vec::new(),
            power: Vec::new(),
            row: Vec::new(),
        })
    }
}

/// Samples per frame and from one to the next, a quarter of it by default.
pub(super) fn frame_size(
    processor: &str,
    params: &Params,
    default_block: usize,
) -> Result<(usize, usize)> {
    match params.size("input_stepsize") {
        Some(_) => crate::block_and_step(processor, params, "input_blocksize", "input_stepsize"),
        None => {
            let block = params.size("input_blocksize").unwrap_or(default_block);
            Ok((block, (block / 4).max(1)))
        }
    }
}

impl Processor for Chroma {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: self.block,
            step: self.step,
            framing: Framing::Centred,
            window: Window::Hann,
            fft: self.block,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.weights = weights(
            self.classes,
            self.block,
            f64::from(stream.sample_rate),
            self.tuning_hz,
        );
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        let semitones = (0..self.classes).map(|c| c as f64 * 12.0 / self.classes as f64);
        out.record("input_stepsize", self.step);
        out.framewise(0, frame, Some(self.classes), semitones.collect())
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        self.power.clear();
        self.power.extend(spectrum.magnitudes().iter().map(|m| {
            let m = m.min(GREATEST_MAGNITUDE);
            m * m
        }));
        self.row.clear();
        let rows = self.weights.chunks_exact(self.power.len());
        self.row.extend(rows.map(|w| dot(w, &self.power)));
        self.norm.apply(&mut self.row);
        out.push(0, &self.row);
    }

    fn release(&mut self) {
        self.weights = Vec::new();
    }
}

/// The matrix of Ellis, row-major: `classes` rows from C on, of `fft/2 + 1` bins.
fn weights(classes: usize, fft: usize, sample_rate: f64, tuning_hz: f64) -> Vec<f32> {
    let bins = fft / 2 + 1;
    let n = classes as f64;
    let place = |k: usize| n * (k as f64 * sample_rate / fft as f64 / (tuning_hz / 16.0)).log2();
    // Bin 0 has no pitch: it lies one and a half octaves below bin 1.
    let q = |k: usize| if k == 0 { place(1) - 1.5 * n } else { place(k) };
    let mut weights = vec![0.0; classes * bins];
    let mut column = vec![0.0; classes];
    // Class 0 of the formula is A.
    let from_a_to_c = 3 * (classes / 12);
    let half = (n / 2.0).round_ties_even();
    for k in 0..bins {
        let here = q(k);
        let width = (q(k + 1) - here).max(1.0);
        for (c, w) in column.iter_mut().enumerate() {
            let distance = (here - c as f64 + half).rem_euclid(n) - half;
            *w = (-0.5 * (2.0 * distance / width).powi(2)).exp();
        }
        let length = column.iter().map(|w| w * w).sum::<f64>().sqrt();
        let octave = (here / n - CENTRE_OCTAVE) / OCTAVE_WIDTH;
        let scale = (-0.5 * octave * octave).exp() / length.max(f64::MIN_POSITIVE);
        for (c, w) in column.iter().enumerate() {
            weights[(c + classes - from_a_to_c) % classes * bins + k] = (w * scale) as f32;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use crate::testing::{run, sine};
    use timeside_core::{Step, Values};

    fn chroma(step: Step, x: Vec<f32>) -> (Vec<usize>, Vec<f32>) {
        let r = run(&[step], &[x], 44_100, 8_192);
        let array = r["chroma"].array().unwrap();
        match &array.values {
            Values::F32(v) => (array.shape.clone(), v.clone()),
            other => panic!("{}", other.dtype()),
        }
    }

    fn loudest(row: &[f32]) -> usize {
        (0..row.len())
            .max_by(|a, b| row[*a].total_cmp(&row[*b]))
            .unwrap()
    }

    #[test]
    fn each_note_lights_its_class_in_every_octave() {
        for octave in 0..4 {
            for class in 0..12 {
                let hz = 440.0 * 2f64.powf((f64::from(class) - 9.0) / 12.0 + f64::from(octave - 1));
                let (shape, values) = chroma("chroma".into(), sine(44_100, hz, 0.5, 20_000));
                assert_eq!(shape, [10, 12]);
                assert_eq!(loudest(&values[5 * 12..6 * 12]), class as usize, "{hz} Hz");
            }
        }
    }

    #[test]
    fn norms_and_tuning() {
        let a = sine(44_100, 450.0, 0.5, 9_000);
        let tuned = Step::new("chroma").with("tuning_hz", 450.0);
        let (_, max) = chroma(tuned.clone(), a.clone());
        let (_, l1) = chroma(tuned.with("norm", "l1"), a.clone());
        assert_eq!(max[2 * 12 + 9], 1.0);
        assert!((l1[24..36].iter().sum::<f32>() - 1.0).abs() < 1e-6);
        let (_, fine) = chroma(Step::new("chroma").with("n_chroma", 120 / 2), a);
        assert_eq!(
            loudest(&fine[2 * 60..3 * 60]),
            47,
            "450 Hz is 39 cents above A"
        );
    }
}
