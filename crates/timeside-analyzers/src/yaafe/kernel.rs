//! The spectral kernel of a constant-Q transform (Brown & Puckette 1992).

use super::stage::{Emit, Stage, single};
use std::f64::consts::{PI, TAU};
use timeside_dsp::{Complex32, Framer, Framing, RealFft, Window};

/// Where kernels shorter than the frame stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Centre,
    Left,
    Right,
}

/// The alignment of this letter.
pub(super) fn align(letter: &str) -> Align {
    match letter {
        "l" => Align::Left,
        "r" => Align::Right,
        _ => Align::Centre,
    }
}

/// Periods in a kernel: twice of what the bins' distance asks for, as in the original.
pub(super) fn quality(bins_per_octave: usize) -> f64 {
    2.0 / ((1.0 / bins_per_octave as f64).exp2() - 1.0)
}

/// Coefficients below this part of a kernel's peak are left out.
const THRESHOLD: f64 = 0.0075;

/// Longest frame, in samples.
pub(super) const MAX_SIZE: usize = 1 << 17;

/// One bin's coefficient of the frame's spectrum; `mirrored` where the bin stands for its negative frequency.
#[derive(Debug, Clone, Copy)]
struct Weight {
    bin: usize,
    mirrored: bool,
    value: Complex32,
}

/// A kernel over the spectrum of frames of one size.
#[derive(Debug)]
pub(super) struct Kernel {
    fft: RealFft,
    size: usize,
    rows: Vec<Vec<Weight>>,
}

impl Kernel {
    /// Kernels of `quality` periods of each frequency (rising), in frames of the next power of two.
    pub(super) fn new(rate: f64, frequencies_hz: &[f64], quality: f64, align: Align) -> Self {
        let lowest_hz = frequencies_hz.first().copied().unwrap_or(rate);
        let size = (quality * rate / lowest_hz).log2().ceil().exp2() as usize;
        let row = |hz: &f64| {
            let mut length = (quality * rate / hz).ceil() as usize;
            if align == Align::Centre {
                length += length % 2;
            }
            let start = match align {
                Align::Centre => (size - length) / 2,
                Align::Left => 0,
                Align::Right => size - length,
            };
            weights(hz / rate, length, start, size)
        };
        Self {
            fft: RealFft::new(size, size, Window::Rectangular),
            size,
            rows: frequencies_hz.iter().map(row).collect(),
        }
    }

    /// Samples per frame.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Appends the magnitude at each frequency.
    pub(super) fn magnitudes(&mut self, frame: &[f32], out: &mut Vec<f32>) {
        let bins = self.fft.process(frame);
        out.extend(self.rows.iter().map(|row| {
            let terms = row.iter().map(|w| {
                let bin = bins[w.bin];
                w.value * if w.mirrored { bin.conj() } else { bin }
            });
            let sum: Complex32 = terms.sum();
            single(f64::from(sum.re).hypot(f64::from(sum.im)))
        }));
    }
}

/// The spectrum of a periodic Hamming window times a turning phase, conjugate and over the frame's length. It is known
/// in closed form: a Hamming window is a sum of three exponentials, each of which makes a geometric series.
fn weights(turns_per_sample: f64, length: usize, start: usize, size: usize) -> Vec<Weight> {
    let (n, sum) = (length as f64, 0.54 * length as f64);
    let peak = (turns_per_sample * size as f64).round() as i64;
    // The sidelobes of a long window sink below the threshold; of a short one all bins may count.
    let reach = (32 * size / length + 2).min(size / 2) as i64;
    let first = peak - reach.min((size / 2) as i64 - 1);
    let at = |bin: i64| {
        let turns = turns_per_sample - bin as f64 / size as f64;
        let (zero, side) = (series(turns, n), 1.0 / n);
        let (above, below) = (series(turns + side, n), series(turns - side, n));
        let re = 0.54 * zero.0 - 0.23 * (above.0 + below.0);
        let im = 0.54 * zero.1 - 0.23 * (above.1 + below.1);
        // The frame sees the kernel `start` samples late.
        let (sin, cos) = (-TAU * (bin * start as i64 % size as i64) as f64 / size as f64).sin_cos();
        ((re * cos - im * sin) / sum, (re * sin + im * cos) / sum)
    };
    (first..=peak + reach)
        .filter_map(|bin| {
            let (re, im) = at(bin);
            if re.hypot(im) <= THRESHOLD {
                return None;
            }
            let turned = bin.rem_euclid(size as i64) as usize;
            let mirrored = turned > size / 2;
            Some(Weight {
                bin: if mirrored { size - turned } else { turned },
                mirrored,
                value: Complex32::new((re / size as f64) as f32, (-im / size as f64) as f32),
            })
        })
        .collect()
}

/// `Σ e^{2πi·turns·k}` for `k` in `0..n`.
fn series(turns: f64, n: f64) -> (f64, f64) {
    let turns = turns - turns.round();
    let ratio = if (PI * turns).sin().abs() < 1e-12 {
        n
    } else {
        (PI * turns * n).sin() / (PI * turns).sin()
    };
    let (sin, cos) = (PI * turns * (n - 1.0)).sin_cos();
    (ratio * cos, ratio * sin)
}

/// A frequency given in Hz, or up to a half as a fraction of the sample rate.
pub(super) fn hz(given: f64, rate: f64) -> f64 {
    if given <= 0.5 { given * rate } else { given }
}

/// A constant-Q transform with one kernel for all octaves.
#[derive(Debug)]
pub(super) struct Cqt2 {
    kernel: Kernel,
    framer: Framer,
    frequencies_hz: Vec<f64>,
    row: Vec<f32>,
}

impl Cqt2 {
    /// # Errors
    /// If the frequencies do not fit the sample rate, or the frame would be too long.
    pub(super) fn new(
        rate: u32,
        min: f64,
        max: f64,
        bins_per_octave: usize,
        align: Align,
        step: usize,
    ) -> Result<Self, String> {
        let rate = f64::from(rate);
        let (min_hz, max_hz) = (hz(min, rate), hz(max, rate));
        if max_hz > rate / 2.0 {
            return Err(format!(
                "CQTMaxFreq must be at most {} Hz, not {max_hz}",
                rate / 2.0
            ));
        }
        if min_hz >= max_hz {
            return Err(format!(
                "CQTMinFreq must be less than {max_hz} Hz (CQTMaxFreq), not {min_hz}"
            ));
        }
        let quality = quality(bins_per_octave);
        let lowest_hz = quality * rate / MAX_SIZE as f64;
        if min_hz < lowest_hz {
            return Err(format!(
                "CQTMinFreq must be at least {lowest_hz:.3} Hz with {bins_per_octave} bins per octave, not {min_hz}"
            ));
        }
        let b = bins_per_octave as f64;
        let count = (b * (max_hz / min_hz).log2()).ceil() as usize;
        let frequencies_hz: Vec<f64> = (0..count.max(1))
            .map(|k| min_hz * (k as f64 / b).exp2())
            .collect();
        let kernel = Kernel::new(rate, &frequencies_hz, quality, align);
        Ok(Self {
            framer: Framer::new(kernel.size(), step, Framing::CentredWithin),
            kernel,
            frequencies_hz,
            row: Vec::new(),
        })
    }

    /// Samples per frame.
    pub(super) fn block(&self) -> usize {
        self.kernel.size()
    }

    /// The frequency of each bin.
    pub(super) fn frequencies_hz(&self) -> Vec<f64> {
        self.frequencies_hz.clone()
    }
}

impl Stage for Cqt2 {
    fn push(&mut self, samples: &[f32], emit: Emit<'_>) {
        let Self {
            kernel,
            framer,
            row,
            ..
        } = self;
        framer.push(samples, |_, frame| {
            row.clear();
            kernel.magnitudes(frame, row);
            emit(row);
        });
    }

    fn finish(&mut self, emit: Emit<'_>) {
        let Self {
            kernel,
            framer,
            row,
            ..
        } = self;
        framer.finish(|_, frame| {
            row.clear();
            kernel.magnitudes(frame, row);
            emit(row);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sine;

    #[test]
    fn weights_are_the_transform_of_the_kernel() {
        let (turns, length, start, size) = (0.11, 100, 14, 128);
        let wave = |part: usize| -> Vec<f32> {
            let mut x = vec![0.0; size];
            for i in 0..length {
                let window = 0.54 - 0.46 * (TAU * i as f64 / length as f64).cos();
                let phase = TAU * turns * i as f64;
                let value = if part == 0 { phase.cos() } else { phase.sin() };
                x[start + i] = (window * value / (0.54 * length as f64)) as f32;
            }
            x
        };
        let mut fft = RealFft::new(size, size, Window::Rectangular);
        let re = fft.process(&wave(0)).to_vec();
        let im = fft.process(&wave(1)).to_vec();
        let found = weights(turns, length, start, size);
        assert!(found.len() >= 3);
        for w in found.iter().filter(|w| !w.mirrored) {
            let want = re[w.bin] + im[w.bin] * Complex32::i();
            assert!(
                (want.conj() - w.value * size as f32).norm() < 1e-5,
                "{}",
                w.bin
            );
        }
    }

    #[test]
    fn a_sine_reads_half_of_its_amplitude_in_its_bin() {
        for align in [Align::Centre, Align::Left, Align::Right] {
            let mut cqt = Cqt2::new(44_100, 110.0, 0.5, 12, align, 4_096).unwrap();
            let x = sine(44_100, 440.0, 0.8, 60_000);
            let mut rows = Vec::new();
            cqt.push(&x, &mut |row| rows.push(row.to_vec()));
            let row = &rows[5];
            let best = (0..row.len())
                .max_by(|a, b| row[*a].total_cmp(&row[*b]))
                .unwrap();
            assert_eq!(best, 24);
            assert!((row[24] - 0.4).abs() < 0.004, "{}", row[24]);
        }
    }
}
