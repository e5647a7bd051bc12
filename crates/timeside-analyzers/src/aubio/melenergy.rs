//! Energies in mel bands.

use super::mel_bank::{MelBank, Settings};
use crate::block_and_step;
use timeside_core::{
    FrameMetadata, Framing, Info, Input, Kind, Output, Params, Plugin, Processor, Result,
    ResultInfo, Spectrum, Stream, TimeMode, Window,
};

const ID: &str = "aubio_melenergy";

/// Each frame's magnitudes through a bank of triangular filters.
#[derive(Debug)]
pub struct MelEnergy {
    block: usize,
    step: usize,
    settings: Settings,
    bank: Option<MelBank>,
    row: Vec<f32>,
}

impl Plugin for MelEnergy {
    fn info() -> Info {
        Info {
            id: ID,
            version: "0.4.6",
            name: "Mel Energy (aubio)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Timbre",
            description: "Aubio Mel Energy analyzer",
            doc: "**Measures.** How much sounds in each of some 40 bands that are as narrow in the bass, and as wide in the \
                  treble, as hearing tells tones apart: a spectrum of few numbers.\n\n\
                  **Formula.** `E[m] = Σ_j C[m][j]·M[j]^power`, with `M` the magnitudes under a periodic Hann window, unscaled \
                  (a full-scale sine has `input_blocksize/4` at its bin), and `C` triangles of unit area over Hz. Frame `i` ends \
                  at sample `(i + 1)·input_stepsize`; before the start there are zeros. No logarithm is taken.\n\n\
                  **Source.** aubio 0.4.9, `filterbank`; the bank is that of M. Slaney, *Auditory Toolbox*, Interval Research \
                  1998-010; the mel scale that of S. S. Stevens, J. Volkmann and E. B. Newman (1937).\n\n\
                  **Good for.** Features for classifiers, pictures of timbre, the input of MFCC. Values depend on level and on the \
                  size of the frame; nothing above 6.9 kHz counts with the default bank. Bands narrower than a bin \
                  (short frames, many filters) repeat one another.",
            params: Settings::params(),
            results: vec![ResultInfo::value(
                "",
                "Mel Energy (aubio)",
                "",
                TimeMode::Framewise,
                "Energy in each band; shape (frames, n_filters), float32.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = block_and_step(ID, params, "input_blocksize", "input_stepsize")?;
        Ok(Self {
            block,
            step,
            settings: Settings::new(ID, params)?,
            bank: None,
            row: Vec::new(),
        })
    }
}

impl Processor for MelEnergy {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: self.block,
            step: self.step,
            framing: Framing::Trailing,
            window: Window::Hann,
            fft: self.block,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let (bank, tops_hz) = self.settings.bank(self.block, stream.sample_rate)?;
        self.bank = Some(bank);
        self.row = vec![0.0; self.settings.filters];
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        // Upstream writes it into these results too.
        out.record("n_coeffs", 13);
        out.framewise(0, frame, Some(self.settings.filters), tops_hz)
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        if let Some(bank) = &mut self.bank {
            bank.apply(spectrum.magnitudes(), &mut self.row);
            out.push(0, &self.row);
        }
    }

    fn release(&mut self) {
        self.bank = None;
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{run, sine};
    use timeside_core::{Data, Step};

    #[test]
    fn a_sine_sounds_in_its_band() {
        let x = sine(44_100, 1_000.0, 1.0, 8_192);
        let step = Step::new("aubio_melenergy").with("input_stepsize", 512);
        let results = run(&[step], &[x], 44_100, 8_192);
        let result = &results["aubio_melenergy"];
        let array = result.array().unwrap();
        assert_eq!(array.shape, [17, 40]);
        let Data::Value { y_value, .. } = &result.data else {
            panic!()
        };
        let row: Vec<f64> = (0..40)
            .filter_map(|m| array.values.get(10 * 40 + m))
            .collect();
        let loudest = (0..40).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap();
        assert!(
            (y_value[loudest] - 1_000.0).abs() < 40.0,
            "{}",
            y_value[loudest]
        );
        assert_eq!(result.parameters["n_coeffs"], 13);
    }
}
