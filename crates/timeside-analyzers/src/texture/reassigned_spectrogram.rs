//! A spectrogram whose energy stands where it is, not in the middle of its bin.

use super::{bin_frequencies, block_and_step_params};
use crate::block_and_step;
use crate::spectrogram_analyzer::MAX_BLOCK;
use std::collections::VecDeque;
use std::f64::consts::{PI, TAU};
use timeside_core::{
    Complex32, FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor,
    Result, ResultInfo, Spectrum, Stream, TimeMode, Window, processor::ParentResults,
};
use timeside_dsp::RealFft;

const ID: &str = "reassigned_spectrogram";

/// Moves the power of each bin to its centre of gravity. Holds the columns that a frame can reach.
#[derive(Debug)]
pub struct ReassignedSpectrogram {
    settings: Settings,
    work: Option<Work>,
}

#[derive(Debug, Clone)]
struct Settings {
    block: usize,
    step: usize,
    fft: usize,
    threshold_db: f64,
}

#[derive(Debug)]
struct Work {
    /// The frame under the window's slope, and under time by window.
    slope: Derived,
    ramp: Derived,
    /// Columns `first..first + columns.len()` of the grid.
    columns: VecDeque<Vec<f32>>,
    first: i64,
    spare: Vec<Vec<f32>>,
    frames: i64,
    /// Least power, relative to that of the frame's strongest bin.
    threshold: f32,
}

/// An FFT of the frame under another window than the one before the view.
#[derive(Debug)]
struct Derived {
    window: Vec<f32>,
    frame: Vec<f32>,
    fft: RealFft,
}

impl Derived {
    fn new(block: usize, fft: usize, window: impl Fn(f64) -> f64) -> Self {
        Self {
            window: (0..block).map(|n| window(n as f64) as f32).collect(),
            frame: vec![0.0; block],
            fft: RealFft::new(block, fft, Window::Rectangular),
        }
    }

    fn bins(&mut self, samples: &[f32]) -> &[Complex32] {
        for ((y, x), w) in self.frame.iter_mut().zip(samples).zip(&self.window) {
            *y = x * w;
        }
        self.fft.process(&self.frame)
    }
}

impl Plugin for ReassignedSpectrogram {
    fn info() -> Info {
        let [block, step] = block_and_step_params();
        Info {
            id: ID,
            version: "1.0",
            name: "Reassigned spectrogram",
            kind: Kind::Analyzer,
            unit: "",
            family: "Spectrum",
            description: "Power spectrogram, each bin moved to its centre of gravity in time and frequency",
            doc: "\
**Measures.** Where in time and frequency the energy of a spectrogram really lies: a partial becomes a thin line, a click a thin column, beyond the resolution of the window.

**Formula.** Frames centred on `i·input_stepsize`, periodic Hann window w of N samples, its slope w′ and t·w (t in samples from the centre), FFTs X. Frequency `k·rate/fft_size − rate/2π·Im(X_w′/X_w)`, time `i·input_stepsize + Re(X_tw/X_w)` samples. `|X_w|²` is spread bilinearly over the four points of a regular grid (rows every input_stepsize, bins every rate/fft_size) around that place. Bins more than `threshold` below the frame's strongest, places outside the frame, and what falls beside the grid, are left out.

**Source.** Kodera, Gendrin and de Villedary 1976; Auger and Flandrin, “Improving the readability of time-frequency and time-scale representations by the reassignment method”, IEEE Transactions on Signal Processing 43, 1995. Places are those of librosa 0.11's `reassigned_spectrogram`, which reads half a sample late where N is even.

**Good for.** Reading partials, vibrato and attacks by eye, and measuring a lone frequency to a fraction of a hertz. Where two components share a bin, and in noise, places are meaningless speckle; do not sum it like a spectrum. Rows come half a frame late.",
            params: vec![
                block,
                step,
                Param::optional_integer("fft_size", 2, MAX_BLOCK, "Points of the FFT, and so the grid's distance in frequency; at least input_blocksize, which null is.")
                    .unit("samples")
                    .derived_default(2_048),
                Param::number("threshold", -80.0, -200.0, 0.0, "Bins this far below the strongest of their frame are left out.").unit("dB"),
            ],
            results: vec![ResultInfo::value(
                "",
                "Reassigned spectrogram",
                "",
                TimeMode::Framewise,
                "Unscaled power on the grid; y_value is the frequency in Hz; shape (frames, fft_size/2 + 1), float32.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = block_and_step(ID, params, "input_blocksize", "input_stepsize")?;
        let fft = params.size("fft_size").unwrap_or(block);
        if fft < block {
            let reason = format!(
                "must be a whole number from {block} (input_blocksize) to {MAX_BLOCK} samples, not {fft}"
            );
            return Err(timeside_core::Error::bad_parameter(ID, "fft_size", reason));
        }
        let settings = Settings {
            block,
            step,
            fft,
            threshold_db: params.number("threshold").unwrap_or(-80.0),
        };
        Ok(Self {
            settings,
            work: None,
        })
    }
}

impl Processor for ReassignedSpectrogram {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: self.settings.block,
            step: self.settings.step,
            framing: Framing::Centred,
            window: Window::Hann,
            fft: self.settings.fft,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let Settings {
            block,
            step,
            fft,
            threshold_db,
        } = self.settings;
        out.record("fft_size", fft);
        let n = block as f64;
        let centre = (block / 2) as f64;
        self.work = Some(Work {
            slope: Derived::new(block, fft, |t| PI / n * (TAU * t / n).sin()),
            ramp: Derived::new(block, fft, |t| {
                (t - centre) * (0.5 - 0.5 * (TAU * t / n).cos())
            }),
            columns: VecDeque::new(),
            first: 0,
            spare: Vec::new(),
            frames: 0,
            threshold: 10f64.powf(threshold_db / 10.0) as f32,
        });
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: block,
            stepsize: step,
        };
        let y_value = bin_frequencies(stream.sample_rate, fft);
        out.framewise(0, frame, Some(fft / 2 + 1), y_value)
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        let settings = &self.settings;
        if let Some(work) = &mut self.work {
            work.frames = spectrum.index + 1;
            let first_reached = work.place(settings, spectrum);
            while work.first < first_reached.min(work.frames) {
                work.give(out);
            }
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        if let Some(work) = &mut self.work {
            while work.first < work.frames {
                work.give(out);
            }
        }
        Ok(())
    }

    fn release(&mut self) {
        self.work = None;
    }
}

impl Work {
    /// Spreads the power of a frame; returns the first column that later ones can reach.
    fn place(&mut self, settings: &Settings, spectrum: Spectrum<'_>) -> i64 {
        let Settings {
            block, step, fft, ..
        } = *settings;
        let step_samples = step as f32;
        let half = (block / 2) as f32;
        // How far a frame's energy can lie from its centre, in columns.
        let reach = (block / 2).div_ceil(step) as i64;
        let slope = self.slope.bins(spectrum.samples);
        let ramp = self.ramp.bins(spectrum.samples);
        let magnitudes = spectrum.magnitudes();
        let power = |m: f32| (m * m).min(f32::MAX);
        let strongest = magnitudes.iter().copied().fold(0.0, f32::max);
        let least = (power(strongest) * self.threshold).max(f32::MIN_POSITIVE);
        let bins = magnitudes.len();
        while self.first + (self.columns.len() as i64) < spectrum.index + reach + 2 {
            let mut column = self.spare.pop().unwrap_or_default();
            column.clear();
            column.resize(bins, 0.0);
            self.columns.push_back(column);
        }
        let bins_per_radian = (fft as f64 / TAU) as f32;
        let own = (spectrum.index - self.first) as f32;
        for (k, x) in spectrum.bins.iter().enumerate() {
            let weight = power(magnitudes[k]);
            if weight < least {
                continue;
            }
            // Re and Im of the quotients, without a division per part.
            let scale = 1.0 / weight;
            let turn = (slope[k].im * x.re - slope[k].re * x.im) * scale;
            let delay = (ramp[k].re * x.re + ramp[k].im * x.im) * scale;
            let bin = k as f32 - turn * bins_per_radian;
            let column = own + delay / step_samples;
            if delay.abs() <= half && bin.abs() <= fft as f32 {
                spread(&mut self.columns, column, bin, weight);
            }
        }
        spectrum.index + 1 - reach
    }

    /// Gives the first column out.
    fn give(&mut self, out: &mut Output) {
        if let Some(mut column) = self.columns.pop_front() {
            column.iter_mut().for_each(|x| *x = x.min(f32::MAX));
            out.push(0, &column);
            self.spare.push(column);
        }
        self.first += 1;
    }
}

/// Adds power at a place between four points of the grid; what falls beside the grid is lost.
fn spread(columns: &mut VecDeque<Vec<f32>>, column: f32, bin: f32, power: f32) {
    let (left, low) = (column.floor(), bin.floor());
    let (right, up) = (column - left, bin - low);
    let (c, k) = (left as i64, low as i64);
    for (c, across) in [(c, 1.0 - right), (c + 1, right)] {
        let Some(cells) = usize::try_from(c).ok().and_then(|c| columns.get_mut(c)) else {
            continue;
        };
        for (k, along) in [(k, 1.0 - up), (k + 1, up)] {
            if let Some(cell) = usize::try_from(k).ok().and_then(|k| cells.get_mut(k)) {
                *cell += power * (across * along);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{run, sine};
    use timeside_core::{Step, Values};

    fn rows(step: Step, x: Vec<f32>) -> (usize, Vec<f32>) {
        let r = run(&[step], &[x], 8_000, 900);
        let array = r[ID].array().unwrap();
        match &array.values {
            Values::F32(v) => (array.columns(), v.clone()),
            other => panic!("{}", other.dtype()),
        }
    }

    #[test]
    fn a_tone_between_bins_is_found_to_a_hundredth_of_a_hertz() {
        let (bins, v) = rows(Step::new(ID), sine(8_000, 1_234.5, 0.5, 16_000));
        let row = &v[16 * bins..17 * bins];
        let total: f32 = row.iter().sum();
        let mean = row
            .iter()
            .enumerate()
            .map(|(k, p)| k as f32 * p)
            .sum::<f32>()
            / total;
        let hz = f64::from(mean) * 8_000.0 / 2_048.0;
        assert!((hz - 1_234.5).abs() < 0.01, "{hz}");
        // All of it in two neighbouring bins.
        let strongest = row.iter().copied().fold(0.0, f32::max);
        assert!(row.iter().filter(|p| **p > strongest * 1e-4).count() <= 2);
    }

    #[test]
    fn a_click_is_found_to_a_fraction_of_a_step_and_no_energy_is_lost() {
        let mut x = vec![0.0; 16_000];
        x[5_000] = 1.0;
        let (bins, v) = rows(Step::new(ID), x);
        let columns: Vec<f32> = v.chunks(bins).map(|row| row.iter().sum()).collect();
        let total: f32 = columns.iter().sum();
        let at = columns
            .iter()
            .enumerate()
            .map(|(c, p)| c as f32 * p)
            .sum::<f32>()
            / total;
        assert!((at * 512.0 - 5_000.0).abs() < 0.01, "{}", at * 512.0);
        assert_eq!(columns.iter().filter(|p| **p > total * 1e-6).count(), 2);
    }
}
