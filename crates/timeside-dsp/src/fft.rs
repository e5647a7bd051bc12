//! The FFT of real frames, forward and back, over rustfft.
//!
//! realfft's planner holds rustfft's plain kernels beside those of wasm SIMD, 56 KB of a compressed worker; so the two
//! steps between a real transform and a complex one of half its size stand here.

use crate::{Complex32, Window};
use rustfft::{Fft, FftDirection};
use std::f64::consts::TAU;
use std::fmt;
use std::sync::Arc;

/// The plan of a complex transform.
fn plan(size: usize, direction: FftDirection) -> Arc<dyn Fft<f32>> {
    #[cfg(target_arch = "wasm32")]
    {
        match rustfft::FftPlannerWasmSimd::new() {
            Ok(mut planner) => planner.plan_fft(size, direction),
            // Never met: a browser without SIMD refuses the module. To plan otherwise would hold both kinds of kernels.
            Err(()) => Arc::new(rustfft::algorithm::Dft::new(size, direction)),
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        rustfft::FftPlanner::new().plan_fft(size, direction)
    }
}

fn scratch(plan: &Arc<dyn Fft<f32>>) -> Vec<Complex32> {
    vec![Complex32::default(); plan.get_inplace_scratch_len()]
}

/// `e^{∓2πik/size}` for the first quarter of the circle's bins.
fn twiddles(size: usize, direction: FftDirection) -> Vec<Complex32> {
    let sign = match direction {
        FftDirection::Forward => -1.0,
        FftDirection::Inverse => 1.0,
    };
    (0..=size / 4)
        .map(|k| {
            let angle = sign * TAU * k as f64 / size as f64;
            Complex32::new(angle.cos() as f32, angle.sin() as f32)
        })
        .collect()
}

/// The FFT of real frames: window, zero-padding and transform, without allocation per call.
///
/// Bins are unscaled: bin `k` of `0..=size/2` is `Σ w[n]·x[n]·e^{−2πikn/size}`.
#[derive(Clone)]
pub struct RealFft {
    size: usize,
    /// Of `size/2` points for an even size, else of `size`.
    plan: Arc<dyn Fft<f32>>,
    twiddles: Vec<Complex32>,
    window: Option<Vec<f32>>,
    bins: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl fmt::Debug for RealFft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealFft")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl RealFft {
    /// A transform of `size` points (at least 1) of frames of `block` samples under `window`.
    /// A frame shorter than `size` is padded with zeros, a longer one is cut, as numpy's `rfft(x, n)`.
    pub fn new(block: usize, size: usize, window: Window) -> Self {
        let size = size.max(1);
        let points = if size.is_multiple_of(2) {
            size / 2
        } else {
            size
        };
        let plan = plan(points, FftDirection::Forward);
        Self {
            size,
            twiddles: twiddles(size, FftDirection::Forward),
            window: (window != Window::Rectangular).then(|| window.samples(block)),
            bins: vec![Complex32::default(); points.max(size / 2 + 1)],
            scratch: scratch(&plan),
            plan,
        }
    }

    /// Number of bins, `size/2 + 1`.
    pub fn bins(&self) -> usize {
        self.size / 2 + 1
    }

    /// The bins of one frame; valid until the next call.
    pub fn process(&mut self, frame: &[f32]) -> &[Complex32] {
        let frame = &frame[..frame.len().min(self.size)];
        if self.size.is_multiple_of(2) {
            self.pack(frame);
            let half = self.size / 2;
            self.plan
                .process_with_scratch(&mut self.bins[..half], &mut self.scratch);
            unfold(&mut self.bins, &self.twiddles);
        } else {
            self.bins.fill(Complex32::default());
            let weights = self.window.as_deref().unwrap_or_default();
            for (i, (to, x)) in self.bins.iter_mut().zip(frame).enumerate() {
                to.re = x * weights.get(i).copied().unwrap_or(1.0);
            }
            self.plan
                .process_with_scratch(&mut self.bins, &mut self.scratch);
        }
        &self.bins[..self.size / 2 + 1]
    }

    /// Two samples to a point.
    fn pack(&mut self, frame: &[f32]) {
        let (pairs, last) = frame.as_chunks::<2>();
        match &self.window {
            Some(window) => {
                let (weights, _) = window.as_chunks::<2>();
                for ((to, x), w) in self.bins.iter_mut().zip(pairs).zip(weights) {
                    *to = Complex32::new(x[0] * w[0], x[1] * w[1]);
                }
            }
            None => {
                for (to, x) in self.bins.iter_mut().zip(pairs) {
                    *to = Complex32::new(x[0], x[1]);
                }
            }
        }
        self.bins[pairs.len()..].fill(Complex32::default());
        if let [x] = last {
            let at = 2 * pairs.len();
            let weight = self.window.as_ref().map_or(1.0, |w| w[at]);
            self.bins[pairs.len()] = Complex32::new(x * weight, 0.0);
        }
    }
}

/// The bins of a real frame of `2·half` samples from the transform of its pairs, in place.
fn unfold(bins: &mut [Complex32], twiddles: &[Complex32]) {
    let half = bins.len() - 1;
    let first = bins[0];
    bins[0] = Complex32::new(first.re + first.im, 0.0);
    bins[half] = Complex32::new(first.re - first.im, 0.0);
    let (low, high) = bins.split_at_mut(half / 2 + 1);
    // Bin k stands against bin half − k; the middle one against itself.
    let pairs = low[1..]
        .iter_mut()
        .zip(high[..half.div_ceil(2) - 1.min(half)].iter_mut().rev());
    for ((a, b), t) in pairs.zip(&twiddles[1..]) {
        let even = Complex32::new(a.re + b.re, a.im - b.im);
        let odd = Complex32::new(a.im + b.im, b.re - a.re);
        let turned = Complex32::new(odd.re * t.re - odd.im * t.im, odd.re * t.im + odd.im * t.re);
        *a = Complex32::new(0.5 * (even.re + turned.re), 0.5 * (even.im + turned.im));
        *b = Complex32::new(0.5 * (even.re - turned.re), 0.5 * (turned.im - even.im));
    }
    if half.is_multiple_of(2) && half > 0 {
        bins[half / 2].im = -bins[half / 2].im;
    }
}

/// The way back of an even size: `x[n] = Σ X[k]·e^{2πikn/size}` over the whole circle, unscaled, of which the bins
/// `0..=size/2` are given.
#[derive(Clone)]
pub struct InverseRealFft {
    plan: Arc<dyn Fft<f32>>,
    twiddles: Vec<Complex32>,
    points: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl fmt::Debug for InverseRealFft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InverseRealFft")
            .field("size", &(2 * self.points.len()))
            .finish_non_exhaustive()
    }
}

impl InverseRealFft {
    /// A transform of `2·half` points, `half` at least 1.
    pub fn new(half: usize) -> Self {
        let half = half.max(1);
        let plan = plan(half, FftDirection::Inverse);
        Self {
            twiddles: twiddles(2 * half, FftDirection::Inverse),
            points: vec![Complex32::default(); half],
            scratch: scratch(&plan),
            plan,
        }
    }

    /// The samples of `bins` (`half + 1` of them), two to a point; valid until the next call.
    pub fn process(&mut self, bins: &[Complex32]) -> impl Iterator<Item = f32> {
        let half = self.points.len();
        let mut fold = |k: usize| {
            let (a, b) = (bins[k], bins[half - k].conj());
            // The second half of the circle's first half mirrors the first.
            let t = match self.twiddles.get(k) {
                Some(t) => *t,
                None => {
                    let mirrored = self.twiddles[half - k];
                    Complex32::new(-mirrored.re, mirrored.im)
                }
            };
            let odd = (a - b) * t;
            self.points[k] = a + b + Complex32::new(-odd.im, odd.re);
        };
        (0..half).for_each(&mut fold);
        self.plan
            .process_with_scratch(&mut self.points, &mut self.scratch);
        self.points.iter().flat_map(|z| [z.re, z.im])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(n: usize) -> Vec<f32> {
        (0..n)
            .map(|i| ((i * 37 + 11) % 101) as f32 / 50.0 - 1.0)
            .collect()
    }

    #[test]
    fn any_size_gives_the_sums_of_the_definition() {
        for n in (1..=17).chain([20, 30, 64, 96, 1_114]) {
            let x = wave(n);
            let mut fft = RealFft::new(n, n, Window::Rectangular);
            let bins = fft.process(&x).to_vec();
            assert_eq!(bins.len(), n / 2 + 1);
            for (k, c) in bins.iter().enumerate() {
                let (mut re, mut im) = (0.0, 0.0);
                for (i, v) in x.iter().enumerate() {
                    let angle = TAU * (k * i % n) as f64 / n as f64;
                    re += f64::from(*v) * angle.cos();
                    im -= f64::from(*v) * angle.sin();
                }
                let worst = (f64::from(c.re) - re)
                    .abs()
                    .max((f64::from(c.im) - im).abs());
                assert!(
                    worst < 2e-5 * n as f64,
                    "{n} points, bin {k}: {c} is not {re} {im}"
                );
            }
        }
    }

    #[test]
    fn there_and_back_is_the_size_times_the_frame() {
        for n in [2, 4, 6, 10, 64, 294, 320] {
            let x = wave(n);
            let bins = RealFft::new(n, n, Window::Rectangular).process(&x).to_vec();
            let mut inverse = InverseRealFft::new(n / 2);
            let back: Vec<f32> = inverse.process(&bins).collect();
            for (a, b) in x.iter().zip(&back) {
                assert!((a - b / n as f32).abs() < 1e-5, "{n}: {a} {b}");
            }
        }
    }

    #[test]
    fn a_cosine_on_a_bin_gives_half_the_size() {
        let n = 64;
        let x: Vec<f32> = (0..n)
            .map(|i| (std::f32::consts::TAU * 5.0 * i as f32 / n as f32).cos())
            .collect();
        let mut fft = RealFft::new(n, n, Window::Rectangular);
        let bins = fft.process(&x);
        assert_eq!(bins.len(), 33);
        for (k, c) in bins.iter().enumerate() {
            let want = if k == 5 { 32.0 } else { 0.0 };
            assert!((c.norm() - want).abs() < 1e-4, "bin {k}: {c}");
        }
    }

    #[test]
    fn short_frames_are_padded_and_long_ones_cut() {
        for (block, size) in [(4, 8), (3, 8), (8, 4), (4, 7), (7, 4)] {
            let mut fft = RealFft::new(block, size, Window::Rectangular);
            let sum = block.min(size) as f32;
            assert_eq!(fft.process(&[1.0; 8][..block])[0].re, sum, "{block} {size}");
            let mut fft = RealFft::new(block, size, Window::Hann);
            let weights = Window::Hann.samples(block);
            let want: f32 = weights.iter().take(size).sum();
            let got = fft.process(&[1.0; 8][..block])[0].re;
            assert!((got - want).abs() < 1e-6, "{block} {size}: {got} {want}");
        }
    }
}
