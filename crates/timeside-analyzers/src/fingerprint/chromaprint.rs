//! Chromaprint's fingerprint of a mono signal: its chroma over time as an image, of which learned filters make bits.

use super::classifiers::CLASSIFIERS;
use std::f64::consts::TAU;
use timeside_dsp::{Framer, Framing, RealFft, Window};

/// The rate of the signal in Hz.
pub(super) const RATE: u32 = 11_025;
/// Samples per frame.
const FRAME: usize = 4_096;
/// Samples from one frame, and so from one sub-fingerprint, to the next.
pub(super) const STEP: usize = 1_365;
/// Semitones.
pub(super) const BANDS: usize = 12;
/// Rows of the image that a sub-fingerprint looks at.
pub(super) const ROWS: usize = 16;
/// Smooths the chroma over time.
const SMOOTHER: [f64; 5] = [0.25, 0.75, 1.0, 0.75, 0.25];
/// Samples that a sub-fingerprint is made of.
pub(super) const SPAN: usize = FRAME + (ROWS + SMOOTHER.len() - 2) * STEP;

const FROM_HZ: f64 = 28.0;
const TO_HZ: f64 = 3_520.0;
/// The lowest A.
const REFERENCE_HZ: f64 = 27.5;
/// A row whose norm is less counts as silence.
const SILENCE: f64 = 0.01;

/// Makes sub-fingerprints of samples as they come.
#[derive(Debug)]
pub(super) struct Chromaprint {
    framer: Framer,
    spectrum: ChromaSpectrum,
    /// The last rows of chroma, the newest last.
    chroma: [[f64; BANDS]; SMOOTHER.len()],
    /// The same, smoothed and normalised.
    image: [[f64; BANDS]; ROWS],
    frames: usize,
}

impl Chromaprint {
    pub(super) fn new() -> Self {
        Self {
            framer: Framer::new(FRAME, STEP, Framing::TimeSide),
            spectrum: ChromaSpectrum::new(),
            chroma: Default::default(),
            image: Default::default(),
            frames: 0,
        }
    }

    /// Takes the next samples and hands out the sub-fingerprints that they complete. What remains at the end and
    /// fills no frame is not used.
    pub(super) fn push(&mut self, samples: &[f32], mut emit: impl FnMut(u32)) {
        let Self {
            framer,
            spectrum,
            chroma,
            image,
            frames,
        } = self;
        framer.push(samples, |_, frame| {
            chroma.rotate_left(1);
            chroma[SMOOTHER.len() - 1] = spectrum.chroma(frame);
            image.rotate_left(1);
            image[ROWS - 1] = smoothed(chroma);
            *frames += 1;
            if *frames >= ROWS + SMOOTHER.len() - 1 {
                let bits = CLASSIFIERS.iter().map(|c| c.bits(image));
                emit(bits.fold(0, |all, two| all << 2 | two));
            }
        });
    }
}

/// The smoothed chroma with a norm of 1.
fn smoothed(chroma: &[[f64; BANDS]; SMOOTHER.len()]) -> [f64; BANDS] {
    let mut sums = [0.0; BANDS];
    for (row, weight) in chroma.iter().zip(SMOOTHER) {
        for (sum, x) in sums.iter_mut().zip(row) {
            *sum += weight * x;
        }
    }
    let norm = sums.iter().map(|x| x * x).sum::<f64>().sqrt();
    if norm < SILENCE {
        return [0.0; BANDS];
    }
    sums.map(|x| x / norm)
}

/// The power of each semitone, whatever its octave, in a frame.
#[derive(Debug)]
struct ChromaSpectrum {
    window: Vec<f32>,
    frame: Vec<f32>,
    fft: RealFft,
    first_bin: usize,
    /// The band of each bin from the first on.
    bands: Vec<usize>,
}

impl ChromaSpectrum {
    fn new() -> Self {
        let bin_hz = f64::from(RATE) / FRAME as f64;
        let bin = |hz: f64| (hz / bin_hz).round() as usize;
        let band = |bin: usize| {
            let octave = (bin as f64 * bin_hz / REFERENCE_HZ).log2();
            (octave.rem_euclid(1.0) * BANDS as f64) as usize
        };
        // Hamming, symmetric.
        let window = |n: usize| 0.54 - 0.46 * (TAU * n as f64 / (FRAME - 1) as f64).cos();
        Self {
            window: (0..FRAME).map(|n| window(n) as f32).collect(),
            frame: vec![0.0; FRAME],
            fft: RealFft::new(FRAME, FRAME, Window::Rectangular),
            first_bin: bin(FROM_HZ),
            bands: (bin(FROM_HZ)..bin(TO_HZ)).map(band).collect(),
        }
    }

    fn chroma(&mut self, samples: &[f32]) -> [f64; BANDS] {
        for ((y, x), w) in self.frame.iter_mut().zip(samples).zip(&self.window) {
            *y = x * w;
        }
        let mut chroma = [0.0; BANDS];
        let bins = &self.fft.process(&self.frame)[self.first_bin..];
        for (band, c) in self.bands.iter().zip(bins) {
            let power = f64::from(c.re) * f64::from(c.re) + f64::from(c.im) * f64::from(c.im);
            // An FFT of the largest samples overflows.
            chroma[*band] += if power.is_finite() { power } else { 0.0 };
        }
        chroma
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_fills_its_semitone() {
        let tone: Vec<f32> = (0..FRAME)
            .map(|n| (TAU * 440.0 * n as f64 / f64::from(RATE)).sin() as f32)
            .collect();
        let chroma = ChromaSpectrum::new().chroma(&tone);
        let total: f64 = chroma.iter().sum();
        // A lies on the border of the last band and the first.
        assert!((chroma[0] + chroma[11]) / total > 0.99, "{chroma:?}");
    }

    #[test]
    fn the_first_comes_when_all_its_samples_are_there() {
        for (samples, want) in [(SPAN - 1, 0), (SPAN, 1), (SPAN + STEP, 2)] {
            let mut count = 0;
            Chromaprint::new().push(&vec![0.1; samples], |_| count += 1);
            assert_eq!(count, want);
        }
    }
}
