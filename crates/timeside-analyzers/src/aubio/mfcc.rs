//! Mel-frequency cepstral coefficients.

use super::mel_bank::{MelBank, Settings};
use crate::block_and_step;
use timeside_core::{
    Error, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor,
    Result, ResultInfo, Spectrum, Stream, TimeMode, Window,
};
use timeside_dsp::dct::Dct;

const ID: &str = "aubio_mfcc";

/// What energies are raised to before their logarithm, a subnormal number: silence reads −41.7.
const ENERGY_FLOOR: f32 = 2e-42;

/// The cosine transform of the logarithms of mel energies.
#[derive(Debug)]
pub struct Mfcc {
    block: usize,
    step: usize,
    settings: Settings,
    bank: Option<MelBank>,
    dct: Dct,
    scale: f32,
    energies: Vec<f32>,
    coefficients: Vec<f32>,
    row: Vec<f64>,
}

impl Plugin for Mfcc {
    fn info() -> Info {
        let mut params = Settings::params();
        params.push(Param::integer(
            "n_coeffs",
            13,
            1,
            512,
            "Number of coefficients, at most n_filters.",
        ));
        params.push(Param::number(
            "scale",
            1.0,
            -1_000.0,
            1_000.0,
            "Factor on the logarithms.",
        ));
        Info {
            id: ID,
            version: "0.4.6",
            name: "MFCC (aubio)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Timbre",
            description: "Aubio MFCC analyzer",
            doc: "**Measures.** The shape of the spectrum's envelope, as hearing weighs it, apart from pitch: coefficient 0 is \
                  the level, 1 the balance of bass and treble, the higher ones finer ripples.\n\n\
                  **Formula.** `c[k] = s[k]·Σ_m L[m]·cos(πk(m + ½)/n_filters)`, an orthonormal DCT-II (`s[0] = √(1/n)`, else \
                  `√(2/n)`) of `L[m] = scale·log₁₀ max(E[m], 2e−42)`, with `E` the energies of `aubio_melenergy`. No liftering, no \
                  normalisation. The first row is zeros, as upstream writes it; row `i + 1` is that of frame `i`.\n\n\
                  **Source.** S. B. Davis and P. Mermelstein, “Comparison of parametric representations for monosyllabic word \
                  recognition”, IEEE Trans. ASSP 28(4), 1980; aubio 0.4.9, `mfcc`, with M. Slaney's bank (1998).\n\n\
                  **Good for.** Telling speakers, instruments and kinds of sound apart; comparing recordings. Numbers of other \
                  programs differ by bank, logarithm and scale. Silence reads −263.7 in coefficient 0: leave it out of means.",
            params,
            results: vec![ResultInfo::value(
                "",
                "MFCC (aubio)",
                "",
                TimeMode::Framewise,
                "Coefficients; shape (frames + 1, n_coeffs), float64.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = block_and_step(ID, params, "input_blocksize", "input_stepsize")?;
        let settings = Settings::new(ID, params)?;
        let (filters, coefficients) = (settings.filters, params.size("n_coeffs").unwrap_or(13));
        if coefficients > filters {
            let reason = format!(
                "must be a whole number from 1 to {filters} (n_filters), not {coefficients}"
            );
            return Err(Error::bad_parameter(ID, "n_coeffs", reason));
        }
        Ok(Self {
            block,
            step,
            bank: None,
            dct: Dct::new(filters, coefficients),
            scale: params.number("scale").unwrap_or(1.0) as f32,
            energies: vec![0.0; filters],
            coefficients: vec![0.0; coefficients],
            row: Vec::with_capacity(coefficients),
            settings,
        })
    }
}

impl Processor for Mfcc {
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
        self.bank = Some(self.settings.bank(self.block, stream.sample_rate)?.0);
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        let columns = self.coefficients.len();
        out.framewise_f64(0, frame, Some(columns), Vec::new())?;
        out.push_f64(0, &vec![0.0; columns]);
        Ok(())
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        let Some(bank) = &mut self.bank else { return };
        bank.apply(spectrum.magnitudes(), &mut self.energies);
        for e in &mut self.energies {
            *e = self.scale * e.max(ENERGY_FLOOR).log10();
        }
        self.dct.apply(&self.energies, &mut self.coefficients);
        self.row.clear();
        self.row
            .extend(self.coefficients.iter().map(|c| f64::from(*c)));
        out.push_f64(0, &self.row);
    }

    fn release(&mut self) {
        self.bank = None;
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{noise, run};
    use timeside_core::{AnalyzerResult, Step};

    fn mfcc(step: Step, x: Vec<f32>) -> AnalyzerResult {
        run(&[step], &[x], 44_100, 8_192)["aubio_mfcc"].clone()
    }

    fn row(result: &AnalyzerResult, index: usize) -> Vec<f64> {
        let array = result.array().unwrap();
        let columns = array.columns();
        (0..columns)
            .filter_map(|k| array.values.get(index * columns + k))
            .collect()
    }

    #[test]
    fn silence_is_a_constant_spectrum_of_the_floor() {
        let r = mfcc("aubio_mfcc".into(), vec![0.0; 1_000]);
        assert_eq!(r.array().unwrap().shape, [5, 13]);
        assert_eq!(row(&r, 0), [0.0; 13]);
        assert!((row(&r, 2)[0] + 263.728).abs() < 1e-3, "{:?}", row(&r, 2));
        assert!(row(&r, 2)[1..].iter().all(|c| c.abs() < 1e-3));
    }

    #[test]
    fn a_factor_on_the_samples_moves_the_first_coefficient_only() {
        let x = noise(1, 4_096, 5).remove(0);
        let quiet = x.iter().map(|x| x / 10.0).collect();
        let (a, b) = (
            mfcc("aubio_mfcc".into(), x),
            mfcc("aubio_mfcc".into(), quiet),
        );
        let (a, b) = (row(&a, 9), row(&b, 9));
        // log₁₀ of 10 in each of 40 bands: √40.
        assert!((a[0] - b[0] - 40_f64.sqrt()).abs() < 1e-4);
        assert!((1..13).all(|k| (a[k] - b[k]).abs() < 1e-4));
    }
}
