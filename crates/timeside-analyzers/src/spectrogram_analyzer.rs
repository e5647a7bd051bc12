//! Magnitude spectra of overlapping frames.

use timeside_core::{
    FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor, Result,
    ResultInfo, Spectrum, Stream, TimeMode, Window,
};

/// Largest frame and FFT, in samples.
pub(crate) const MAX_BLOCK: i64 = 1 << 17;

/// The magnitude of the short-time Fourier transform.
#[derive(Debug)]
pub struct SpectrogramAnalyzer {
    block: usize,
    step: usize,
    fft: usize,
}

impl Plugin for SpectrogramAnalyzer {
    fn info() -> Info {
        Info {
            id: "spectrogram_analyzer",
            version: "1.0",
            name: "Spectrogram (python)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Spectrum",
            description: "Magnitudes of the short-time Fourier transform",
            doc: "**Measures.** What sounds at which frequency and when: a picture of the recording, one column per frame.\n\n\
                  **Formula.** `|Σ x[n]·e^{−2πikn/fft_size}|` of overlapping frames of the mean of the channels, **without window** and \
                  without scaling: a full-scale sine on a bin reads `input_blocksize/2`. Frame `i` begins at `i·input_stepsize`; the last \
                  one is padded with zeros. Bin `k` is `k·samplerate/fft_size` Hz (`y_value`).\n\n\
                  **Source.** D. Gabor, “Theory of communication”, J. IEE 93, 1946; J. B. Allen and L. R. Rabiner, “A unified approach \
                  to short-time Fourier analysis and synthesis”, Proc. IEEE 65(11), 1977; the frames are those of TimeSide 1.\n\n\
                  **Good for.** The input of one's own analysis. Without window the side lobes of a tone between two bins fall slowly \
                  (−13 dB at first), so quiet sounds drown beside loud ones; to look at, take the player's spectrogram. \
                  Long frames tell frequencies apart, short ones times, never both.",
            params: vec![
                Param::integer("input_blocksize", 2_048, 1, MAX_BLOCK, "Samples per frame.").unit("samples"),
                Param::optional_integer("input_stepsize", 1, MAX_BLOCK, "Samples from one frame to the next; null is half of input_blocksize.").unit("samples"),
                Param::optional_integer("fft_size", 1, MAX_BLOCK, "Points of the FFT: the frame is padded with zeros or cut to it; null is input_blocksize.").unit("samples"),
            ],
            results: vec![ResultInfo::value("", "Spectrogram (python)", "", TimeMode::Framewise, "Magnitudes; shape (frames, fft_size/2 + 1), float32.")],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let block = params.size("input_blocksize").unwrap_or(2_048);
        let step = params.size("input_stepsize").unwrap_or(block / 2).max(1);
        let fft = params.size("fft_size").unwrap_or(block);
        Ok(Self { block, step, fft })
    }
}

impl Processor for SpectrogramAnalyzer {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: self.block,
            step: self.step,
            framing: Framing::TimeSide,
            window: Window::Rectangular,
            fft: self.fft,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let bins = self.fft / 2 + 1;
        let bin_hz = f64::from(stream.sample_rate) / self.fft as f64;
        let y_value = (0..bins).map(|k| k as f64 * bin_hz).collect();
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        out.record("fft_size", self.fft);
        out.framewise(0, frame, Some(bins), y_value)
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        out.push(0, spectrum.magnitudes());
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{HOSTILE, noise, run, sine};
    use timeside_core::{AnalyzerResult, Data, Step, Values};

    fn spectrogram(step: Step, x: &[Vec<f32>], blocksize: usize) -> AnalyzerResult {
        run(&[step], x, 8_000, blocksize)["spectrogram_analyzer"].clone()
    }

    fn values(r: &AnalyzerResult) -> &[f32] {
        match &r.array().unwrap().values {
            Values::F32(v) => v,
            other => panic!("{}", other.dtype()),
        }
    }

    #[test]
    fn a_sine_on_a_bin() {
        let step = Step::new("spectrogram_analyzer").with("input_blocksize", 64);
        let r = spectrogram(step, &[sine(8_000, 1_000.0, 1.0, 128)], 50);
        assert_eq!(r.array().unwrap().shape, [4, 33]);
        assert!((values(&r)[8] - 32.0).abs() < 1e-4);
        assert!(values(&r)[9] < 1e-4);
        let Data::Value { y_value, .. } = &r.data else {
            panic!()
        };
        assert_eq!(y_value[8], 1_000.0);
        assert_eq!(
            serde_json::Value::from(r.parameters),
            serde_json::json!({ "input_blocksize": 64, "input_stepsize": null, "fft_size": 64 })
        );
    }

    #[test]
    fn any_block_size_gives_the_same() {
        let x = noise(2, 20_000, 9);
        let want = spectrogram("spectrogram_analyzer".into(), &x, 8_192);
        for blocksize in [1, 1_000, 65_536] {
            assert!(
                values(&spectrogram("spectrogram_analyzer".into(), &x, blocksize)) == values(&want),
                "{blocksize}"
            );
        }
    }

    #[test]
    fn nothing_gives_one_padded_frame_and_hostile_samples_finite_rows() {
        assert_eq!(
            spectrogram("spectrogram_analyzer".into(), &[vec![]], 10)
                .array()
                .unwrap()
                .shape,
            [1, 1_025]
        );
        let r = spectrogram("spectrogram_analyzer".into(), &[HOSTILE.to_vec()], 3);
        assert!(values(&r).iter().all(|x| x.is_finite()));
    }
}
