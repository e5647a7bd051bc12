//! The roughness of each frame.

use super::peaks::{self, Peak};
use super::roughness::Roughness;
use crate::spectrogram_analyzer::MAX_BLOCK;
use timeside_core::{
    Error, Frame, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin,
    Processor, Result, ResultInfo, Stream, TimeMode, Window,
};
use timeside_dsp::RealFft64;

/// Its id.
pub(super) const ID: &str = "essentia_dissonance";

/// The parameters that both dissonance analyzers take.
pub(super) fn params() -> Vec<Param> {
    vec![
        Param::integer(
            "input_blocksize",
            1_024,
            4,
            MAX_BLOCK,
            "Samples per frame, a power of two.",
        )
        .unit("samples"),
        Param::optional_integer(
            "input_stepsize",
            1,
            MAX_BLOCK,
            "Samples from one frame to the next, at most input_blocksize; null is half of it.",
        )
        .unit("samples")
        .derived_default(512),
        Param::integer(
            "max_peaks",
            100,
            1,
            10_000,
            "How many peaks count: those lowest in frequency.",
        ),
        Param::number(
            "threshold",
            0.0,
            0.0,
            1.0,
            "Peaks must be higher than this; a full-scale sine has 1.",
        ),
    ]
}

/// Dissonance by Plomp and Levelt's curve over the peaks of a spectrum.
#[derive(Debug)]
pub struct EssentiaDissonance {
    block: usize,
    step: usize,
    max_peaks: usize,
    threshold: f64,
    /// The same for magnitudes that are not scaled.
    raw_threshold: f32,
    bin_hz: f64,
    fft: Option<RealFft64>,
    peaks: Vec<Peak>,
    roughness: Roughness,
    /// The last frame's value: it counts once another frame has come.
    pending: Option<f64>,
}

impl Plugin for EssentiaDissonance {
    fn info() -> Info {
        Info {
            id: ID,
            version: "2.1b5.dev416",
            name: "Dissonance (essentia)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Tonality",
            description: "Dissonance from Essentia",
            doc: "**Measures.** How rough a sound is: how much its partials beat with one another. 0 is a pure tone or a \
                  pure consonance, 0.5 the most there can be.\n\n\
                  **Formula.** The frame (mean of the channels) under a symmetric three-term Blackman-Harris window (−62 dB); \
                  the peaks of its magnitudes, interpolated by parabolas, of which the `max_peaks` *lowest* count. Each \
                  peak weighs Lᵢ = aᵢ·A(fᵢ)², A being the A-weighting. Two peaks at x = |fᵢ − fⱼ| / (the narrower \
                  critical band) beat by D(x), a polynomial fitted to Plomp and Levelt's curve, up to x = 1.18. \
                  Pᵢ = min(Σⱼ D·(Lᵢ + Lⱼ), Lᵢ) for fᵢ > 50 Hz and fⱼ < 10 kHz; the result is ½·ΣPᵢ / ΣLᵢ, and 0 for \
                  silence. The last frame, which reaches past the end, has no row.\n\n\
                  **Source.** R. Plomp and W. J. M. Levelt, “Tonal consonance and critical bandwidth”, JASA 38 (1965); Bark: \
                  H. Traunmüller, JASA 88 (1990); the choices are those of essentia’s `Dissonance`.\n\n\
                  **Good for.** Telling rough from smooth textures, following tension in chords. Gain does not change it. The \
                  spectrum is computed in double precision: in pure synthetic tones essentia’s single precision adds peaks of \
                  rounding noise, and its mean can differ by some 1e-4. Noise reads some 0.2, without being a chord.",
            params: params(),
            results: vec![ResultInfo::value(
                "",
                "Dissonance (essentia)",
                "",
                TimeMode::Framewise,
                "Dissonance in 0..=0.5; shape (frames − 1,), float64.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = crate::block_and_step(ID, params, "input_blocksize", "input_stepsize")?;
        if !block.is_power_of_two() {
            let reason =
                format!("must be a power of two from 4 to {MAX_BLOCK} samples, not {block}");
            return Err(Error::bad_parameter(ID, "input_blocksize", reason));
        }
        Ok(Self {
            block,
            step,
            max_peaks: params.size("max_peaks").unwrap_or(100),
            threshold: params.number("threshold").unwrap_or(0.0),
            raw_threshold: 0.0,
            bin_hz: 0.0,
            fft: None,
            peaks: Vec::new(),
            roughness: Roughness::default(),
            pending: None,
        })
    }
}

impl Processor for EssentiaDissonance {
    fn input(&self) -> Input {
        // Not a spectrum of the pipe: between strong partials its rounding would make peaks.
        Input::Frames {
            block: self.block,
            step: self.step,
            framing: Framing::TimeSide,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.bin_hz = f64::from(stream.sample_rate) / self.block as f64;
        // Magnitudes are not scaled, for the result does not depend on it: the threshold is.
        let window = Window::BlackmanHarris62.samples_f64(self.block);
        self.raw_threshold = (self.threshold / 2.0 * window.iter().sum::<f64>()) as f32;
        self.fft = Some(RealFft64::new(window));
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        out.record("input_stepsize", self.step);
        out.framewise_f64(0, frame, None, Vec::new())
    }

    fn frame(&mut self, frame: Frame<'_>, out: &mut Output) {
        let Some(fft) = &mut self.fft else { return };
        peaks::find(
            fft.magnitudes(frame.samples),
            self.bin_hz,
            self.raw_threshold,
            self.max_peaks,
            &mut self.peaks,
        );
        if let Some(value) = self.pending.replace(self.roughness.of(&self.peaks)) {
            out.push_f64(0, &[value]);
        }
    }

    fn release(&mut self) {
        self.fft = None;
        self.peaks = Vec::new();
        self.roughness = Roughness::default();
        self.pending = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{noise, run, sine};
    use timeside_core::Step;

    fn dissonance(x: &[Vec<f32>], step: &Step) -> Vec<f64> {
        let result = run(std::slice::from_ref(step), x, 44_100, 8_192)[ID].clone();
        let array = result.array().unwrap();
        assert_eq!(array.shape, [array.values.len()]);
        (0..array.values.len())
            .filter_map(|i| array.values.get(i))
            .collect()
    }

    #[test]
    fn a_semitone_is_rough_and_an_octave_is_not() {
        let mean = |other: f64| {
            let mut x = sine(44_100, 440.0, 0.4, 44_100);
            x.iter_mut()
                .zip(sine(44_100, other, 0.4, 44_100))
                .for_each(|(x, y)| *x += y);
            let step = Step::new(ID)
                .with("input_blocksize", 8_192)
                .with("threshold", 0.01);
            let values = dissonance(&[x], &step);
            values.iter().sum::<f64>() / values.len() as f64
        };
        assert!(mean(466.2) > 0.4 && mean(880.0) < 0.01);
    }

    #[test]
    fn the_padded_frame_has_no_row_and_silence_is_smooth() {
        let step = Step::new(ID);
        assert_eq!(dissonance(&noise(1, 2_048, 1), &step).len(), 3);
        assert!(dissonance(&[vec![]], &step).is_empty());
        assert_eq!(dissonance(&[vec![0.0; 1_536]], &step), [0.0; 2]);
    }
}
