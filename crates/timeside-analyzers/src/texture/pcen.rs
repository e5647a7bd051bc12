//! Per-channel energy normalisation.

use super::block_and_step_params;
use crate::block_and_step;
use timeside_core::{
    Error, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor,
    Result, ResultInfo, Spectrum, Stream, TimeMode, Window,
};
use timeside_dsp::bank::{FilterBank, Height, spaced};
use timeside_dsp::scale::FrequencyScale;

const ID: &str = "pcen";

/// The constants fit samples of 32-bit integers.
const FULL_SCALE: f32 = 2_147_483_648.0;

/// A mel spectrum, each band divided by its own recent level.
#[derive(Debug)]
pub struct Pcen {
    block: usize,
    step: usize,
    bands: usize,
    from_hz: f64,
    to_hz: Option<f64>,
    gain: f64,
    bias: f64,
    power: f64,
    time_constant_secs: f64,
    epsilon: f64,
    bank: Option<FilterBank>,
    smoothing: f64,
    /// The recent level of each band.
    levels: Vec<f64>,
    row: Vec<f32>,
}

impl Plugin for Pcen {
    fn info() -> Info {
        let [block, step] = block_and_step_params();
        Info {
            id: ID,
            version: "1.0",
            name: "Per-channel energy normalisation",
            kind: Kind::Analyzer,
            unit: "",
            family: "Spectrum",
            description: "Mel spectrum under automatic gain control and compression",
            doc: "\
**Measures.** A mel spectrum in which each band is divided by its own recent level and compressed: what changes stands out, steady background and gain disappear.

**Formula.** E = mel bands (Slaney's scale and unit areas) of `|X|` under a periodic Hann window, frames centred on `i·input_stepsize`, times 2³¹. M_t = (1 − s)·M_{t−1} + s·E_t with M_{−1} = 1, T = time_constant·rate/step, s = (√(1 + 4T²) − 1)/(2T²). PCEN = (E/(eps + M)^gain + bias)^power − bias^power; at power 0 it is ln(1 + E/(eps + M)^gain).

**Source.** Wang, Getreuer, Hughes, Lyon and Saurous, “Trainable frontend for robust and far-field keyword spotting”, ICASSP 2017; Lostanlen et al., “Per-channel energy normalization: why and how”, IEEE Signal Processing Letters 2019. Numbers are those of librosa 0.11's `pcen(melspectrogram(power=1)·2³¹)`.

**Good for.** Detecting birds, words and other events outdoors or far from the microphone, and as input of neural networks in place of the log-mel spectrum. Levels are gone: it cannot tell loud from soft, and the first time constants after the begin are biased.",
            params: vec![
                block,
                step,
                Param::integer("n_mels", 128, 1, 1_024, "Mel bands."),
                Param::number("fmin", 0.0, 0.0, 96_000.0, "Lowest frequency of the bands.").unit("Hz"),
                Param::optional_number("fmax", 1.0, 96_000.0, "Highest frequency of the bands, above fmin and at most the Nyquist frequency, which null is.").unit("Hz"),
                Param::number("time_constant", 0.4, 0.001, 60.0, "Memory of a band's level.").unit("s"),
                Param::number("gain", 0.98, 0.0, 2.0, "How fully the level is divided out."),
                Param::number("bias", 2.0, 0.0, 1e6, "What weak values disappear in."),
                Param::number("power", 0.5, 0.0, 2.0, "Exponent of the compression; 0 is a logarithm."),
                Param::number("eps", 1e-6, 1e-12, 1.0, "Least level that is divided by."),
            ],
            results: vec![ResultInfo::value(
                "",
                "Per-channel energy normalisation",
                "",
                TimeMode::Framewise,
                "Bands from low to high; y_value is their centre in Hz; shape (frames, n_mels), float32.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = block_and_step(ID, params, "input_blocksize", "input_stepsize")?;
        let number = |name, default| params.number(name).unwrap_or(default);
        Ok(Self {
            block,
            step,
            bands: params.size("n_mels").unwrap_or(128),
            from_hz: number("fmin", 0.0),
            to_hz: params.number("fmax"),
            gain: number("gain", 0.98),
            bias: number("bias", 2.0),
            power: number("power", 0.5),
            time_constant_secs: number("time_constant", 0.4),
            epsilon: number("eps", 1e-6),
            bank: None,
            smoothing: 0.0,
            levels: Vec::new(),
            row: Vec::new(),
        })
    }
}

impl Processor for Pcen {
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
        let rate = f64::from(stream.sample_rate);
        let nyquist_hz = rate / 2.0;
        let to_hz = self.to_hz.unwrap_or(nyquist_hz);
        if to_hz > nyquist_hz {
            let reason = format!(
                "must be a number from 1 to {nyquist_hz} Hz, the Nyquist frequency, not {to_hz}"
            );
            return Err(Error::bad_parameter(ID, "fmax", reason));
        }
        if self.from_hz >= to_hz {
            let reason = format!(
                "must be a number from 0 to below {to_hz} Hz (fmax), not {}",
                self.from_hz
            );
            return Err(Error::bad_parameter(ID, "fmin", reason));
        }
        out.record("fmax", to_hz);
        let mel = FrequencyScale::MelSlaney;
        let points = spaced(
            self.from_hz,
            to_hz,
            self.bands + 2,
            |hz| mel.from_hz(hz),
            |m| mel.to_hz(m),
        );
        let bins = self.block / 2 + 1;
        let bin_hz = rate / self.block as f64;
        self.bank = Some(FilterBank::triangles(
            &points,
            bin_hz,
            bins,
            Height::UnitArea,
        ));
        let frames = self.time_constant_secs * rate / self.step as f64;
        self.smoothing = 2.0 / (1.0 + (1.0 + 4.0 * frames * frames).sqrt());
        self.levels = vec![1.0; self.bands];
        self.row = vec![0.0; self.bands];
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        let centres = points[1..=self.bands].to_vec();
        out.framewise(0, frame, Some(self.bands), centres)
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        if let Some(bank) = &self.bank {
            bank.apply(spectrum.magnitudes(), &mut self.row);
        }
        let floor = self.bias.powf(self.power);
        for (value, level) in self.row.iter_mut().zip(&mut self.levels) {
            // Scaled after the limit, in double precision, it stays finite.
            let energy = f64::from(value.min(f32::MAX)) * f64::from(FULL_SCALE);
            *level += self.smoothing * (energy - *level);
            let relative = energy * (-self.gain * (self.epsilon + *level).ln()).exp();
            let compressed = if self.power == 0.0 {
                relative.ln_1p()
            } else if self.bias == 0.0 {
                relative.powf(self.power)
            } else {
                floor * (self.power * (relative / self.bias).ln_1p()).exp_m1()
            };
            *value = compressed.min(f64::from(f32::MAX)) as f32;
        }
        out.push(0, &self.row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{noise, run};
    use timeside_core::{Step, Values};

    fn rows(x: &[f32]) -> Vec<f32> {
        let step = Step::new(ID).with("n_mels", 40);
        let r = run(&[step], &[x.to_vec()], 22_050, 700);
        match r[ID].array().unwrap().values.clone() {
            Values::F32(v) => v,
            other => panic!("{}", other.dtype()),
        }
    }

    #[test]
    fn gain_disappears() {
        let loud = noise(1, 88_200, 5).remove(0);
        let soft: Vec<f32> = loud.iter().map(|x| x * 0.01).collect();
        let (loud, soft) = (rows(&loud), rows(&soft));
        // Gain 0.98 leaves 100^0.02, 10 %, before compression. Later than the begin's own bias.
        let late = loud.len() / 2;
        let mean = |v: &[f32]| v[late..].iter().sum::<f32>() / (v.len() - late) as f32;
        assert!((mean(&loud) / mean(&soft) - 1.0).abs() < 0.15);
    }

    #[test]
    fn silence_reads_nothing() {
        assert!(rows(&[0.0; 5_000]).iter().all(|v| *v == 0.0));
    }
}
