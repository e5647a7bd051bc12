//! Harmonic and percussive parts.

use super::medians::{Rest, Sorted, along, median, mirrored};
use super::{bin_frequencies, block_and_step_params};
use crate::block_and_step;
use timeside_core::{
    FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor, Result,
    ResultInfo, Spectrum, Stream, TimeMode, Window, processor::ParentResults,
};

const ID: &str = "hpss";

/// Splits a spectrogram into what lasts and what strikes. Holds as many rows as its median over time is long.
#[derive(Debug)]
pub struct Hpss {
    settings: Settings,
    /// The last `kernel_harmonic + 1` rows; row `i` is at `i` modulo that number.
    rows: Vec<f32>,
    taken: i64,
    given: i64,
    /// Of each bin the sorted values of its window over time.
    windows: Vec<f32>,
    rest: Rest,
    along: Sorted,
    percussive: Vec<f32>,
    parts: [Vec<f32>; 2],
    /// What turns squared magnitudes into the mean square of the frame's samples under the window.
    scale: f64,
}

#[derive(Debug, Clone)]
struct Settings {
    block: usize,
    step: usize,
    kernel_harmonic: usize,
    kernel_percussive: usize,
    power: f32,
    margins: [f32; 2],
    spectra: bool,
}

impl Plugin for Hpss {
    fn info() -> Info {
        let [block, step] = block_and_step_params();
        let part =
            |suffix, name, doc| ResultInfo::value(suffix, name, "", TimeMode::Framewise, doc);
        Info {
            id: ID,
            version: "1.0",
            name: "Harmonic and percussive parts",
            kind: Kind::Analyzer,
            unit: "",
            family: "Timbre",
            description: "Splits the spectrogram into what lasts and what strikes",
            doc: "\
**Measures.** How much of the sound at each moment is steady (tones, voices) and how much strikes (drums, clicks); on request the two spectrograms.

**Formula.** S = `|X|` under a periodic Hann window, frames centred on `i·input_stepsize`. H = median of each bin over `kernel_harmonic` frames, P = median of each frame over `kernel_percussive` bins (mirrored at the ends); masks `H^p/(H^p + (margin_harmonic·P)^p)` and `P^p/(P^p + (margin_percussive·H)^p)`, a half where both are 0 and no margin is set; the parts are S times its mask. As energies: `Σ c_k·part_k²/(N·Σw²)`, c = 2 but for the first and last bin, the mean square of the frame's samples: a full-scale sine reads 0.5.

**Source.** Fitzgerald, “Harmonic/percussive separation using median filtering”, DAFx 2010; margins by Driedger, Müller and Disch, ISMIR 2014. Numbers are those of librosa 0.11's `decompose.hpss`.

**Good for.** Finding drums, cleaning a spectrum before pitch or chroma, or before onsets; telling speech from music. With margins above 1 the parts leave a rest that is neither. Results come half a kernel late; vibrato and glides count as percussive if the kernel is long.",
            params: vec![
                block,
                step,
                Param::integer("kernel_harmonic", 31, 1, 255, "Frames of the median over time; an even number counts as the next odd one.").unit("frames"),
                Param::integer("kernel_percussive", 31, 1, 255, "Bins of the median over frequency; an even number counts as the next odd one.").unit("bins"),
                Param::number("power", 2.0, 0.1, 16.0, "Exponent of the masks; the larger, the harder they divide."),
                Param::number("margin_harmonic", 1.0, 1.0, 100.0, "How many times the percussive part the harmonic one must be."),
                Param::number("margin_percussive", 1.0, 1.0, 100.0, "How many times the harmonic part the percussive one must be."),
                Param::choice("output", "energy", &["energy", "spectra"], "One energy per frame, or the magnitudes of all bins."),
            ],
            results: vec![
                part("harmonic", "Harmonic part", "Energy of what lasts, shape (frames,); as spectra its magnitudes, shape (frames, input_blocksize/2 + 1); float32."),
                part("percussive", "Percussive part", "Energy of what strikes, shape (frames,); as spectra its magnitudes, shape (frames, input_blocksize/2 + 1); float32."),
            ],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = block_and_step(ID, params, "input_blocksize", "input_stepsize")?;
        let odd = |name| params.size(name).unwrap_or(31) | 1;
        let number = |name, default| params.number(name).unwrap_or(default) as f32;
        Ok(Self::with(Settings {
            block,
            step,
            kernel_harmonic: odd("kernel_harmonic"),
            kernel_percussive: odd("kernel_percussive"),
            power: number("power", 2.0),
            margins: [
                number("margin_harmonic", 1.0),
                number("margin_percussive", 1.0),
            ],
            spectra: params.text("output") == Some("spectra"),
        }))
    }
}

impl Processor for Hpss {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: self.settings.block,
            step: self.settings.step,
            framing: Framing::Centred,
            window: Window::Hann,
            fft: self.settings.block,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let Settings {
            block,
            step,
            kernel_harmonic,
            spectra,
            ..
        } = self.settings;
        let bins = block / 2 + 1;
        self.rows = vec![0.0; bins * (kernel_harmonic + 1)];
        self.windows = vec![0.0; bins * kernel_harmonic];
        self.percussive = vec![0.0; bins];
        self.parts = [vec![0.0; bins], vec![0.0; bins]];
        let window = Window::Hann.samples(block);
        let energy: f64 = window.iter().map(|w| f64::from(*w).powi(2)).sum();
        self.scale = 1.0 / (block as f64 * energy);
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: block,
            stepsize: step,
        };
        for result in 0..2 {
            if spectra {
                let y_value = bin_frequencies(stream.sample_rate, block);
                out.framewise(result, frame, Some(bins), y_value)?;
            } else {
                out.framewise(result, frame, None, Vec::new())?;
            }
        }
        Ok(())
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        let place = self.place(self.taken as usize);
        self.rows[place].copy_from_slice(spectrum.magnitudes());
        self.taken += 1;
        if self.taken > self.half() {
            // Only the begin can be mirrored yet.
            self.give(i64::MAX / 4, out);
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        while self.given < self.taken {
            self.give(self.taken, out);
        }
        Ok(())
    }

    fn release(&mut self) {
        *self = Self::with(self.settings.clone());
    }
}

impl Hpss {
    fn with(settings: Settings) -> Self {
        Self {
            settings,
            rows: Vec::new(),
            taken: 0,
            given: 0,
            windows: Vec::new(),
            rest: Rest::default(),
            along: Sorted::default(),
            percussive: Vec::new(),
            parts: Default::default(),
            scale: 0.0,
        }
    }

    fn half(&self) -> i64 {
        (self.settings.kernel_harmonic / 2) as i64
    }

    fn bins(&self) -> usize {
        self.percussive.len()
    }

    /// Where row `i` lies.
    fn place(&self, i: usize) -> std::ops::Range<usize> {
        let at = i % (self.settings.kernel_harmonic + 1) * self.bins();
        at..at + self.bins()
    }

    /// Gives out the next frame of a recording of `count` frames.
    fn give(&mut self, count: i64, out: &mut Output) {
        let half = self.half();
        let kernel = self.settings.kernel_harmonic;
        if self.given == 0 {
            for (i, at) in (-half..=half).zip(0..) {
                let place = self.place(mirrored(i, count));
                for (window, x) in self.windows.chunks_mut(kernel).zip(&self.rows[place]) {
                    window[at] = *x;
                }
            }
            for window in self.windows.chunks_mut(kernel) {
                window.sort_unstable_by(f32::total_cmp);
            }
        } else {
            let leaves = self.place(mirrored(self.given - half - 1, count));
            let comes = self.place(mirrored(self.given + half, count));
            let changes = self.rows[leaves].iter().zip(&self.rows[comes]);
            for (window, (old, new)) in self.windows.chunks_mut(kernel).zip(changes) {
                self.rest.replace(window, *old, *new);
            }
        }
        let place = self.place(self.given as usize);
        let row = &self.rows[place];
        along(
            row,
            self.settings.kernel_percussive,
            &mut self.along,
            &mut self.percussive,
        );
        split(
            &self.settings,
            row,
            &self.windows,
            &self.percussive,
            &mut self.parts,
        );
        self.given += 1;
        for (result, part) in self.parts.iter().enumerate() {
            if self.settings.spectra {
                out.push(result, part);
            } else {
                out.push(
                    result,
                    &[mean_square(part, self.settings.block, self.scale)],
                );
            }
        }
    }
}

/// Both parts of a row: it times its masks.
fn split(
    settings: &Settings,
    row: &[f32],
    windows: &[f32],
    percussive: &[f32],
    parts: &mut [Vec<f32>; 2],
) {
    let [margin_harmonic, margin_percussive] = settings.margins;
    let undecided = if settings.margins == [1.0, 1.0] {
        0.5
    } else {
        0.0
    };
    let mask = |wanted: f32, other: f32| {
        let larger = wanted.max(other);
        if larger < f32::MIN_POSITIVE {
            return undecided;
        }
        // Both at most 1, so that no power overflows.
        let (a, b) = (wanted / larger, other / larger);
        let (a, b) = if settings.power == 2.0 {
            (a * a, b * b)
        } else {
            (a.powf(settings.power), b.powf(settings.power))
        };
        a / (a + b)
    };
    let [to_harmonic, to_percussive] = parts;
    let windows = windows.chunks(settings.kernel_harmonic);
    for (k, (window, (x, p))) in windows.zip(row.iter().zip(percussive)).enumerate() {
        let h = median(window);
        let against = |margin: f32, other: f32| (margin * other).min(f32::MAX);
        to_harmonic[k] = x * mask(h, against(margin_harmonic, *p));
        to_percussive[k] = x * mask(*p, against(margin_percussive, h));
    }
}

/// The mean square of the samples that a half spectrum of a frame of `block` samples stands for.
fn mean_square(part: &[f32], block: usize, scale: f64) -> f32 {
    let square = |x: &f32| f64::from(*x) * f64::from(*x);
    let twice: f64 = part.iter().map(square).sum::<f64>() * 2.0;
    let once = part.first().map_or(0.0, square);
    let last = part
        .last()
        .filter(|_| block.is_multiple_of(2))
        .map_or(0.0, square);
    ((twice - once - last) * scale).min(f64::from(f32::MAX)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{noise, run, sine};
    use timeside_core::{Step, Values};

    fn both(step: Step, x: Vec<f32>) -> [Vec<f32>; 2] {
        let r = run(&[step], &[x], 22_050, 900);
        ["hpss.harmonic", "hpss.percussive"].map(|id| match &r[id].array().unwrap().values {
            Values::F32(v) => v.clone(),
            other => panic!("{}", other.dtype()),
        })
    }

    #[test]
    fn a_tone_lasts_and_a_click_strikes() {
        let mut x = sine(22_050, 440.0, 1.0, 44_100);
        let [harmonic, percussive] = both(Step::new(ID), x.clone());
        assert_eq!(harmonic.len(), 87);
        assert!((harmonic[40] - 0.5).abs() < 1e-3 && percussive[40] < 1e-4);
        x.fill(0.0);
        x[22_050] = 1.0;
        let [harmonic, percussive] = both(Step::new(ID), x);
        // The click's frames: energy 1 under the window's squared height.
        assert!(percussive[43] > 1e-4 && harmonic[43] < percussive[43] / 100.0);
    }

    #[test]
    fn the_parts_sum_to_the_whole_however_short() {
        for frames in [0, 1, 600, 5_000, 40_000] {
            let x = noise(1, frames, 7).remove(0);
            let step = Step::new(ID).with("output", "spectra");
            let [harmonic, percussive] = both(step, x.clone());
            let whole = run(
                &[Step::new(ID)
                    .with("output", "spectra")
                    .with("kernel_harmonic", 1)
                    .with("kernel_percussive", 1)],
                &[x],
                22_050,
                8_192,
            );
            // Kernels of one bin halve everything.
            let Values::F32(half) = &whole["hpss.harmonic"].array().unwrap().values else {
                panic!()
            };
            assert_eq!(half.len(), harmonic.len());
            for ((h, p), half) in harmonic.iter().zip(&percussive).zip(half) {
                assert!(
                    (h + p - 2.0 * half).abs() <= 1e-5 * half.max(1.0),
                    "{frames}"
                );
            }
        }
    }
}
