//! A multi-comb: of the strongest peak and its fractions, the one whose multiples hold most (Lepain 1999).

use super::{Estimate, OfSpectrum, phase};
use crate::aubio::descriptor::change::wrapped;
use crate::aubio::extrema::{parabola_position, round_half_up};
use std::f64::consts::TAU;
use timeside_core::{Complex32, Spectrum};

/// The moving median takes this many bins before and so many after, less one.
const REACH: usize = 8;

/// Peaks must rise above the moving median by this share of the norm.
const THRESHOLD: f32 = 0.01;

/// Fractions of the strongest peak that are tried, and multiples of each that are looked at.
const CANDIDATES: usize = 5;
const TEETH: usize = 5;

/// A peak belongs to a tooth that lies within 1/17 of the tooth's own frequency.
const TOOTH_WIDTH: f32 = 17.0;

#[derive(Debug, Clone, Copy, Default)]
struct Peak {
    bin: f32,
    magnitude: f32,
}

/// The values of a window in order, so that the next window's cost two changes and no sorting.
#[derive(Debug)]
struct SortedWindow([f32; 2 * REACH]);

impl SortedWindow {
    fn new(values: &[f32]) -> Self {
        let mut sorted = [0.0; 2 * REACH];
        sorted.copy_from_slice(values);
        sorted.sort_unstable_by(f32::total_cmp);
        Self(sorted)
    }

    /// The lower of the two middle values.
    fn median(&self) -> f32 {
        self.0[REACH - 1]
    }

    /// Puts `new` in the place of `old`, which is one of the values.
    fn replace(&mut self, old: f32, new: f32) {
        let v = &mut self.0;
        let mut i = v.iter().filter(|x| **x < old).count().min(v.len() - 1);
        while i + 1 < v.len() && v[i + 1] < new {
            v[i] = v[i + 1];
            i += 1;
        }
        while i > 0 && v[i - 1] > new {
            v[i] = v[i - 1];
            i -= 1;
        }
        v[i] = new;
    }
}

#[derive(Debug)]
pub(super) struct MComb {
    bin_hz: f32,
    block: usize,
    step: usize,
    /// `REACH` zeros, the normalised spectrum, `REACH` zeros.
    padded: Vec<f32>,
    contrast: Vec<f32>,
    peaks: Vec<Peak>,
    /// The lowest peak of the last frame that had any.
    lowest: Peak,
    /// Bins of the frame before.
    previous: Vec<Complex32>,
}

impl MComb {
    pub(super) fn new(block: usize, step: usize, sample_rate: f32) -> Self {
        let bins = block / 2 + 1;
        Self {
            bin_hz: sample_rate / block as f32,
            block,
            step,
            padded: vec![0.0; bins + 2 * REACH],
            contrast: vec![0.0; bins],
            peaks: Vec::with_capacity(bins / 2),
            lowest: Peak::default(),
            previous: vec![Complex32::default(); bins],
        }
    }

    /// The spectrum over its 9-norm, less a moving median of what precedes as changed and what follows as it was.
    /// False if it is flat.
    fn sharpen(&mut self, magnitudes: &[f32]) -> bool {
        let least = magnitudes.iter().copied().fold(f32::INFINITY, f32::min);
        let ninth = |m: &f32| f64::from(m - least).powi(9);
        let mean = magnitudes.iter().map(ninth).sum::<f64>() / magnitudes.len() as f64;
        let norm = mean.powf(1.0 / 9.0) as f32;
        if norm == 0.0 || !norm.is_finite() {
            return false;
        }
        let padded = &mut self.padded;
        for (u, m) in padded[REACH..].iter_mut().zip(magnitudes) {
            *u = (m - least) / norm;
        }
        // The first bin is in no window.
        let first = std::mem::take(&mut padded[REACH]);
        let mut window = SortedWindow::new(&padded[..2 * REACH]);
        for (j, c) in self.contrast.iter_mut().enumerate() {
            let was = padded[j + REACH];
            let changed = if j == 0 { first } else { was } - window.median();
            if j > 0 {
                padded[j + REACH] = changed;
                window.replace(was, changed);
            }
            if let Some(next) = padded.get(j + 2 * REACH) {
                window.replace(padded[j], *next);
            }
            *c = changed - THRESHOLD;
        }
        true
    }

    fn find_peaks(&mut self, magnitudes: &[f32]) {
        self.peaks.clear();
        if !self.sharpen(magnitudes) {
            return;
        }
        for (j, w) in self.contrast.windows(3).enumerate() {
            if w[1] > w[0] && w[1] > w[2] && w[1] > 0.0 {
                self.peaks.push(Peak {
                    bin: parabola_position(&self.contrast, j + 1),
                    magnitude: magnitudes[j + 1],
                });
            }
        }
        self.lowest = self.peaks.first().copied().unwrap_or(self.lowest);
    }

    /// The fraction of the strongest peak, in bins, whose multiples hold most.
    fn fundamental(&self, magnitudes: &[f32]) -> f32 {
        let louder = |best: Option<Peak>, p: &Peak| match best {
            Some(b) if b.magnitude > p.magnitude => best,
            _ => Some(*p),
        };
        let root = self.peaks.iter().fold(None, louder).unwrap_or(self.lowest);
        let mut best = (0.0, root.bin);
        for divisor in 1..=CANDIDATES {
            let base = root.bin / divisor as f32;
            let teeth = (magnitudes.len() as f32 / base).floor().min(TEETH as f32) as usize;
            let energy = (1..=teeth)
                .map(|k| self.tooth(magnitudes, base * k as f32))
                .sum();
            if energy > best.0 {
                best = (energy, base);
            }
        }
        best.1
    }

    /// What the peak nearest to a tooth adds.
    fn tooth(&self, magnitudes: &[f32], tooth: f32) -> f32 {
        // Peaks are in order: the nearest stands on one side of the tooth or the other.
        let after = self.peaks.partition_point(|p| p.bin < tooth);
        let neighbours = &self.peaks[after.saturating_sub(1)..self.peaks.len().min(after + 1)];
        let nearer = |best: Option<Peak>, p: &Peak| match best {
            Some(b) if (b.bin - tooth).abs() < (p.bin - tooth).abs() => best,
            _ => Some(*p),
        };
        match neighbours.iter().fold(None, nearer) {
            Some(p) if TOOTH_WIDTH * (p.bin - tooth).abs() < tooth => {
                let at = (round_half_up(p.bin) as usize).min(magnitudes.len() - 1);
                magnitudes[at].sqrt().sqrt()
            }
            _ => 0.0,
        }
    }

    /// The frequency in bins that lies near a bin, from how its phase advanced.
    fn exact_bin(&self, bin: f32, bins: &[Complex32]) -> f32 {
        let r = (round_half_up(bin).max(0.0) as usize).min(bins.len() - 1);
        let expected = (r as f64 * TAU * self.step as f64 / self.block as f64) as f32;
        let advance =
            wrapped(centred_phase(bins[r], r) - centred_phase(self.previous[r], r) - expected);
        let overlap = (self.block / self.step) as f64;
        r as f32 + (f64::from(advance) * overlap / TAU) as f32
    }
}

impl OfSpectrum for MComb {
    fn estimate(&mut self, spectrum: &Spectrum<'_>) -> Estimate {
        let magnitudes = spectrum.magnitudes();
        self.find_peaks(magnitudes);
        let bin = self.exact_bin(self.fundamental(magnitudes), spectrum.bins);
        self.previous.copy_from_slice(spectrum.bins);
        Estimate {
            hz: bin.max(0.0) * self.bin_hz,
            confidence: 0.0,
        }
    }
}

/// The phase of bin `k` against the middle of the window; 0 in digital silence.
fn centred_phase(bin: Complex32, k: usize) -> f32 {
    phase(if k % 2 == 1 { -bin } else { bin })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_stays_in_order() {
        let x = crate::testing::noise(1, 200, 7).remove(0);
        let mut window = SortedWindow::new(&x[..16]);
        for (i, w) in x.windows(16).enumerate().skip(1) {
            window.replace(x[i - 1], w[15]);
            assert_eq!(window.0, SortedWindow::new(w).0);
        }
    }

    #[test]
    fn multiples_outweigh_a_strong_overtone() {
        let mut magnitudes = vec![0.1; 257];
        for (k, m) in [(1, 40.0), (2, 90.0), (3, 50.0), (4, 30.0)] {
            magnitudes[20 * k] = m;
        }
        let mut comb = MComb::new(512, 128, 8_000.0);
        comb.find_peaks(&magnitudes);
        let bins: Vec<f32> = comb.peaks.iter().map(|p| p.bin).collect();
        assert_eq!(bins, [20.0, 40.0, 60.0, 80.0]);
        assert!((comb.fundamental(&magnitudes) - 20.0).abs() < 0.1);
        comb.find_peaks(&[0.0; 257]);
        assert!(comb.peaks.is_empty() && comb.lowest.bin == 20.0);
    }
}
