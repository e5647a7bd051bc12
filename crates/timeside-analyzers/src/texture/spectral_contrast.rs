//! How far spectral peaks stand above valleys, per octave.

use super::{bin_frequencies, block_and_step_params};
use crate::block_and_step;
use std::ops::Range;
use timeside_core::{
    Error, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor,
    Result, ResultInfo, Spectrum, Stream, TimeMode, Window,
};

const ID: &str = "spectral_contrast";

/// Bands over the lowest one where the rate allows them.
const USUAL_BANDS: usize = 6;

/// What a peak or valley is raised to before its logarithm is taken.
const FLOOR: f64 = 1e-10;

/// Peaks and valleys of each octave.
#[derive(Debug)]
pub struct SpectralContrast {
    block: usize,
    step: usize,
    lowest_hz: f64,
    bands: Option<usize>,
    quantile: f64,
    linear: bool,
    /// The bins of each band, and how many of them make a peak.
    members: Vec<(Range<usize>, usize)>,
    sorted: Vec<f32>,
    row: Vec<f32>,
}

impl Plugin for SpectralContrast {
    fn info() -> Info {
        let [block, step] = block_and_step_params();
        Info {
            id: ID,
            version: "1.0",
            name: "Spectral contrast",
            kind: Kind::Analyzer,
            unit: "dB",
            family: "Timbre",
            description: "Level of spectral peaks over valleys, per octave",
            doc: "\
**Measures.** Per octave, how far the strongest bins stand above the weakest: large for clear tones, small for noise.

**Formula.** Magnitudes `|X|` under a periodic Hann window, frames centred on `i·input_stepsize`. Band 0 goes up to `fmin`, each further one an octave; a band begins with the bin below its edge, and the last one takes all bins above. With n = max(1, round(quantile·bins)): peak = mean of the n largest, valley = mean of the n smallest; contrast = 10·log₁₀ max(peak, 1e-10) − 10·log₁₀ max(valley, 1e-10), or peak − valley if `linear`.

**Source.** Jiang, Lu, Zhang, Tao and Cai, “Music type classification by spectral contrast feature”, ICME 2002, in the form of librosa 0.11 (which takes the magnitude for a power, so its decibels are half). librosa also raises all decibels to 80 below the recording's largest; we do not, because that is known only at its end.

**Good for.** Telling music from noise, genres and instruments apart, with or in place of MFCC. It says nothing of pitch; silence reads 0.",
            params: vec![
                block,
                step,
                Param::number("fmin", 200.0, 1.0, 96_000.0, "Upper edge of the lowest band.").unit("Hz"),
                Param::optional_integer("n_bands", 1, 16, "Octaves above fmin, each of which must begin below the Nyquist frequency; null is 6, or as many as fit.").derived_default(6),
                Param::number("quantile", 0.02, 0.001, 0.5, "Share of a band's bins that makes its peak, and its valley."),
                Param::boolean("linear", false, "The difference of peak and valley instead of that of their decibels."),
            ],
            results: vec![ResultInfo::value(
                "",
                "Spectral contrast",
                "dB",
                TimeMode::Framewise,
                "Contrast of each band from low to high; y_value is its lower edge in Hz; shape (frames, n_bands + 1), float32.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = block_and_step(ID, params, "input_blocksize", "input_stepsize")?;
        Ok(Self {
            block,
            step,
            lowest_hz: params.number("fmin").unwrap_or(200.0),
            bands: params.size("n_bands"),
            quantile: params.number("quantile").unwrap_or(0.02),
            linear: params.flag("linear"),
            members: Vec::new(),
            sorted: Vec::new(),
            row: Vec::new(),
        })
    }
}

impl Processor for SpectralContrast {
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
        let nyquist_hz = f64::from(stream.sample_rate) / 2.0;
        if self.lowest_hz >= nyquist_hz {
            let reason = format!(
                "must be a number below {nyquist_hz} Hz, the Nyquist frequency, not {}",
                self.lowest_hz
            );
            return Err(Error::bad_parameter(ID, "fmin", reason));
        }
        // Band b begins at fmin·2^(b−1).
        let fitting = (1..=16)
            .take_while(|b| self.lowest_hz * f64::from(b - 1).exp2() < nyquist_hz)
            .count();
        let bands = self.bands.unwrap_or(fitting.min(USUAL_BANDS));
        if bands > fitting {
            let reason = format!(
                "must be a whole number from 1 to {fitting} for {} Hz, not {bands}",
                stream.sample_rate
            );
            return Err(Error::bad_parameter(ID, "n_bands", reason));
        }
        out.record("n_bands", bands);
        let edges: Vec<f64> = std::iter::once(0.0)
            .chain((0..=bands).map(|b| self.lowest_hz * (b as f64).exp2()))
            .collect();
        self.members = members(
            &bin_frequencies(stream.sample_rate, self.block),
            &edges,
            self.quantile,
        );
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        out.framewise(0, frame, Some(bands + 1), edges[..=bands].to_vec())
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        let magnitudes = spectrum.magnitudes();
        self.row.clear();
        for (bins, count) in &self.members {
            self.sorted.clear();
            self.sorted.extend_from_slice(&magnitudes[bins.clone()]);
            let (valley, peak) = extremes(&mut self.sorted, *count);
            let contrast = if self.linear {
                peak - valley
            } else {
                10.0 * (peak.max(FLOOR) / valley.max(FLOOR)).log10()
            };
            self.row.push(contrast as f32);
        }
        out.push(0, &self.row);
    }
}

/// The bins of each band between two edges, and how many make its peak.
fn members(bins_hz: &[f64], edges_hz: &[f64], quantile: f64) -> Vec<(Range<usize>, usize)> {
    let last = edges_hz.len() - 2;
    let band = |(b, edge): (usize, &[f64])| {
        let first = bins_hz.partition_point(|hz| *hz < edge[0]);
        let end = bins_hz.partition_point(|hz| *hz <= edge[1]);
        let first = first.saturating_sub(usize::from(b > 0));
        let end = if b == last { bins_hz.len() } else { end };
        let count = (quantile * (end - first) as f64).round_ties_even() as usize;
        // All but the last leave their highest bin to the next.
        let end = if b == last { end } else { end - 1 };
        let end = end.max(first + 1).min(bins_hz.len());
        let first = first.min(end - 1);
        (first..end, count.clamp(1, end - first))
    };
    edges_hz.windows(2).enumerate().map(band).collect()
}

/// The means of the `count` smallest and of the `count` largest values.
fn extremes(values: &mut [f32], count: usize) -> (f64, f64) {
    let mean = |part: &[f32]| part.iter().copied().map(f64::from).sum::<f64>() / count as f64;
    values.select_nth_unstable_by(count - 1, f32::total_cmp);
    let low = mean(&values[..count]);
    let from = values.len() - count;
    values.select_nth_unstable_by(from, f32::total_cmp);
    (low, mean(&values[from..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{noise, run, sine};
    use timeside_core::{Step, Values};

    fn rows(x: Vec<f32>, rate: u32) -> (Vec<usize>, Vec<f32>) {
        let r = run(&[Step::new(ID)], &[x], rate, 1_000);
        let array = r[ID].array().unwrap().clone();
        match array.values {
            Values::F32(v) => (array.shape, v),
            other => panic!("{}", other.dtype()),
        }
    }

    #[test]
    fn a_tone_has_contrast_in_its_octave_and_noise_little_anywhere() {
        let (shape, tone) = rows(sine(44_100, 1_000.0, 0.5, 44_100), 44_100);
        assert_eq!(shape, [87, 7]);
        // 800 to 1600 Hz is band 3. Magnitudes of 512 over those of far side lobes.
        let middle = &tone[40 * 7..41 * 7];
        assert!(
            middle.iter().all(|c| *c <= middle[3]) && middle[3] > 40.0,
            "{middle:?}"
        );
        let (_, noise) = rows(noise(1, 44_100, 3).remove(0), 44_100);
        let mean = |b: usize| noise.iter().skip(b).step_by(7).sum::<f32>() / 87.0;
        assert!((3..7).all(|b| mean(b) < 20.0));
    }

    #[test]
    fn as_many_bands_as_the_rate_has_room_for() {
        assert_eq!(rows(vec![0.0; 100], 8_000).0, [1, 6]);
        assert_eq!(rows(vec![0.0; 100], 192_000).0, [1, 7]);
    }

    #[test]
    fn means_of_the_extremes() {
        assert_eq!(extremes(&mut [5.0, 1.0, 4.0, 2.0], 2), (1.5, 4.5));
        assert_eq!(extremes(&mut [3.0], 1), (3.0, 3.0));
    }
}
