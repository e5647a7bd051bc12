//! All six descriptors of each frame, from one spectrum.

use super::{
    Descriptor, MAX_BLOCK, Magnitudes, crest::Crest, flatness::Flatness, kurtosis::Kurtosis,
    spectral_centroid::Centroid, spectral_kurtosis::SpectralKurtosis, spectral_slope::Slope,
};
use timeside_core::{
    Error, Frame, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin,
    Processor, Result, ResultInfo, Stream, TimeMode, Window,
};
use timeside_dsp::RealFft64;

pub(super) const ID: &str = "vamp_libxtract";

type Value = fn(Magnitudes<'_>) -> f64;
/// In the order of [`Descriptor::COLUMN`]: each as it should be, and as the plugin gives it.
const VALUES: [[Value; 2]; 6] = [
    [Centroid::value, Centroid::plugins_value],
    [Slope::value, Slope::plugins_value],
    [SpectralKurtosis::value, SpectralKurtosis::plugins_value],
    [Crest::value, Crest::plugins_value],
    [Kurtosis::value, Kurtosis::plugins_value],
    [Flatness::value, Flatness::plugins_value],
];

/// Block and step, checked.
///
/// # Errors
/// `BadParameter` for a step above the block, or a block that is no power of two.
pub(super) fn sizes(id: &str, params: &Params) -> Result<(usize, usize)> {
    let (block, step) = crate::block_and_step(id, params, "input_blocksize", "input_stepsize")?;
    if !block.is_power_of_two() {
        let reason = format!("must be a power of two from 4 to {MAX_BLOCK} samples, not {block}");
        return Err(Error::bad_parameter(id, "input_blocksize", reason));
    }
    Ok((block, step))
}

/// The shape of each frame's spectrum in six numbers.
#[derive(Debug)]
pub(super) struct VampLibxtract {
    block: usize,
    step: usize,
    compat: bool,
    bin_hz: f64,
    fft: Option<RealFft64>,
    values: Vec<f64>,
}

impl Plugin for VampLibxtract {
    fn info() -> Info {
        Info {
            id: ID,
            version: "1.0.0",
            name: "Spectral shape (vamp)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Timbre",
            description: "Six descriptors of the spectrum at once, as of the LibXtract Vamp plugins",
            doc: "**Measures.** The shape of each frame’s spectrum in six numbers: centroid, slope, spectral kurtosis, crest, \
                  kurtosis, flatness.\n\n\
                  **Formula.** Over the magnitudes aₖ = |Xₖ|/N, k from 0 to N/2 − 1, of a frame under a periodic Hann window: \
                  those of `vamp_spectral_centroid`, `vamp_spectral_slope`, `vamp_spectral_kurtosis`, `vamp_crest`, \
                  `vamp_kurtosis` and `vamp_flatness`, in this order. The spectrum is computed in double precision, since \
                  higher moments and logarithms see the rounding of single precision. 0 where nothing sounds.\n\n\
                  **Source.** G. Peeters, “A large set of audio features for sound description”, IRCAM 2004; J. Bullock, \
                  “LibXtract: a lightweight library for audio feature extraction”, ICMC 2007.\n\n\
                  **Good for.** Feature vectors for clustering and search, from one transform. The columns have different \
                  units and ranges: scale them before they are compared.",
            params: super::params()
                .into_iter()
                .chain([Param::compat(
                    "The plugins’ own values, where those are wrong: see each descriptor.",
                )])
                .collect(),
            results: vec![ResultInfo::value(
                "",
                "Spectral shape (vamp)",
                "",
                TimeMode::Framewise,
                "Centroid (Hz), slope (per Hz), spectral kurtosis, crest, kurtosis, flatness; shape (frames, 6), float64.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = sizes(ID, params)?;
        Ok(Self {
            block,
            step,
            compat: params.flag("compat"),
            bin_hz: 0.0,
            fft: None,
            values: Vec::new(),
        })
    }
}

impl Processor for VampLibxtract {
    fn input(&self) -> Input {
        Input::Frames {
            block: self.block,
            step: self.step,
            framing: Framing::Fed { feed: self.block },
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.bin_hz = f64::from(stream.sample_rate) / self.block as f64;
        self.fft = Some(RealFft64::new(Window::Hann.samples_f64(self.block)));
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        out.framewise_f64(0, frame, Some(VALUES.len()), Vec::new())
    }

    fn frame(&mut self, frame: Frame<'_>, out: &mut Output) {
        let Some(fft) = &mut self.fft else { return };
        let scale = 1.0 / self.block as f64;
        let bins = &fft.magnitudes(frame.samples)[..self.block / 2];
        self.values.clear();
        self.values
            .extend(bins.iter().map(|m| f64::from(*m) * scale));
        let magnitudes = Magnitudes::new(&self.values, self.bin_hz);
        let row = VALUES.map(|value| {
            let value = value[usize::from(self.compat)](magnitudes);
            if value.is_finite() { value } else { 0.0 }
        });
        out.push_f64(0, &row);
    }

    fn release(&mut self) {
        self.fft = None;
        self.values = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{noise, run, sine};
    use timeside_core::Step;

    const IDS: [&str; 6] = [
        Centroid::ID,
        Slope::ID,
        SpectralKurtosis::ID,
        Crest::ID,
        Kurtosis::ID,
        Flatness::ID,
    ];

    #[test]
    fn each_takes_its_column() {
        let x = noise(2, 5_000, 8);
        let steps: Vec<Step> = IDS.iter().map(|id| Step::new(*id)).collect();
        let results = run(&steps, &x, 44_100, 700);
        let all = run(&[Step::new(ID)], &x, 44_100, 700)[ID].clone();
        let all = all.array().unwrap();
        assert_eq!(all.shape, [5, 6]);
        for (column, id) in IDS.iter().enumerate() {
            let own = results[*id].array().unwrap();
            assert_eq!(own.shape, [5]);
            for row in 0..5 {
                assert_eq!(
                    own.values.get(row),
                    all.values.get(6 * row + column),
                    "{id}"
                );
            }
        }
    }

    #[test]
    fn a_tone_and_white_noise() {
        let value = |id: &str, x: Vec<f32>| {
            let result = run(&[Step::new(id)], &[x], 32_000, 1_000)[id].clone();
            result.array().unwrap().values.get(3).unwrap()
        };
        let tone = || sine(32_000, 4_000.0, 0.5, 8_000);
        assert!((value("vamp_spectral_centroid", tone()) - 4_000.0).abs() < 1e-3);
        // A Hann window makes three bins of a tone on a bin: ½, 1, ½.
        assert!((value("vamp_crest", tone()) - 256.0).abs() < 1e-3);
        let white = || noise(1, 8_000, 4).remove(0);
        assert!((value("vamp_spectral_centroid", white()) - 8_000.0).abs() < 500.0);
        // exp(½(ln 2 − γ))/√(π/2), of a Rayleigh distribution.
        assert!((value("vamp_flatness", white()) - 0.845).abs() < 0.03);
        for id in IDS {
            assert_eq!(value(id, vec![0.0; 8_000]), 0.0, "{id}");
        }
    }
}
