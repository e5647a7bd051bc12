//! The FFT of real frames in double precision, for what looks at bins far below the strongest one.
//!
//! A transform in single precision leaves rounding noise some 130 dB down in every bin, other noise on each machine.
//! Peaks, fourth moments and logarithms see it; here it lies 290 dB down. rustfft's kernels for `f64` would weigh more
//! in a worker than these few lines.

use std::f64::consts::TAU;

/// The FFT of real frames of a power of two, under a window; without allocation per call.
#[derive(Debug, Clone)]
pub struct RealFft64 {
    window: Vec<f64>,
    /// `cos` and `−sin` of `2πk/size`, `k` in `0..size/2`.
    cosines: Vec<f64>,
    sines: Vec<f64>,
    /// Pairs of samples as points, and room for the other half of each pass.
    re: [Vec<f64>; 2],
    im: [Vec<f64>; 2],
    magnitudes: Vec<f32>,
}

impl RealFft64 {
    /// A transform of as many points as `window` has samples; a power of two from 4 up.
    ///
    /// # Panics
    /// If it is none.
    pub fn new(window: Vec<f64>) -> Self {
        let size = window.len();
        assert!(
            size.is_power_of_two() && size >= 4,
            "{size} is no power of two from 4 up"
        );
        let angle = |k: usize| TAU * k as f64 / size as f64;
        let room = || vec![0.0; size / 2];
        Self {
            cosines: (0..size / 2).map(|k| angle(k).cos()).collect(),
            sines: (0..size / 2).map(|k| -angle(k).sin()).collect(),
            re: [room(), room()],
            im: [room(), room()],
            magnitudes: vec![0.0; size / 2 + 1],
            window,
        }
    }

    /// The magnitudes of the bins `0..=size/2` of one frame of `size` samples, unscaled; valid until the next call.
    pub fn magnitudes(&mut self, frame: &[f32]) -> &[f32] {
        let pairs = frame.chunks_exact(2).zip(self.window.chunks_exact(2));
        let points = self.re[0].iter_mut().zip(&mut self.im[0]);
        for ((re, im), (x, w)) in points.zip(pairs) {
            *re = f64::from(x[0]) * w[0];
            *im = f64::from(x[1]) * w[1];
        }
        self.transform();
        self.unfold();
        &self.magnitudes
    }

    /// Stockham's passes of radix 2: the result is in order, and lies in the first halves.
    fn transform(&mut self) {
        let points = self.re[0].len();
        let (mut left, mut stride) = (points, 1);
        while left > 1 {
            let half = left / 2;
            let [from_re, to_re] = &mut self.re;
            let [from_im, to_im] = &mut self.im;
            let (a_re, b_re) = from_re.split_at(points / 2);
            let (a_im, b_im) = from_im.split_at(points / 2);
            for p in 0..half {
                // e^{−2πip/left}; the table is of twice as many points as are transformed.
                let (c, s) = (self.cosines[2 * p * stride], self.sines[2 * p * stride]);
                let here = p * stride..(p + 1) * stride;
                let to = 2 * p * stride..2 * (p + 1) * stride;
                let (sum_re, turned_re) = to_re[to.clone()].split_at_mut(stride);
                let (sum_im, turned_im) = to_im[to].split_at_mut(stride);
                let a = a_re[here.clone()].iter().zip(&a_im[here.clone()]);
                let b = b_re[here.clone()].iter().zip(&b_im[here]);
                let sums = sum_re.iter_mut().zip(sum_im);
                let turned = turned_re.iter_mut().zip(turned_im);
                for (((a, b), sum), turn) in a.zip(b).zip(sums).zip(turned) {
                    *sum.0 = a.0 + b.0;
                    *sum.1 = a.1 + b.1;
                    let (re, im) = (a.0 - b.0, a.1 - b.1);
                    *turn.0 = re * c - im * s;
                    *turn.1 = re * s + im * c;
                }
            }
            self.re.swap(0, 1);
            self.im.swap(0, 1);
            (left, stride) = (half, 2 * stride);
        }
    }

    /// The bins of the real frame from the transform of its pairs.
    fn unfold(&mut self) {
        let (re, im) = (&self.re[0], &self.im[0]);
        let points = re.len();
        let largest = f64::from(f32::MAX);
        for k in 0..=points {
            // The bins go round; their number is a power of two.
            let (near, far) = (k & (points - 1), (points - k) & (points - 1));
            let even = (re[near] + re[far], im[near] - im[far]);
            let odd = (im[near] + im[far], re[far] - re[near]);
            // At half the sample rate the twiddle is −1.
            let (c, s) = if k == points {
                (-1.0, 0.0)
            } else {
                (self.cosines[k], self.sines[k])
            };
            let x = even.0 + odd.0 * c - odd.1 * s;
            let y = even.1 + odd.0 * s + odd.1 * c;
            self.magnitudes[k] = (0.5 * (x * x + y * y).sqrt()).min(largest) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_sum_of_the_definition() {
        for size in [4, 8, 64, 512] {
            let window: Vec<f64> = (0..size).map(|n| 1.0 - 0.3 * (n as f64).cos()).collect();
            let frame: Vec<f32> = (0..size)
                .map(|n| ((n * 37 + 11) % 101) as f32 / 50.0 - 1.0)
                .collect();
            let mut fft = RealFft64::new(window.clone());
            for (k, got) in fft.magnitudes(&frame).iter().enumerate() {
                let (mut re, mut im) = (0.0, 0.0);
                for n in 0..size {
                    let x = f64::from(frame[n]) * window[n];
                    let angle = TAU * (k * n % size) as f64 / size as f64;
                    re += x * angle.cos();
                    im -= x * angle.sin();
                }
                let want = (re * re + im * im).sqrt();
                assert!(
                    (f64::from(*got) - want).abs() <= 1e-6 * (1.0 + want),
                    "{size} {k}"
                );
            }
        }
    }

    #[test]
    fn rounding_lies_far_below_what_single_precision_leaves() {
        let size = 1_024;
        let tone: Vec<f32> = (0..size)
            .map(|n| if n % 4 < 2 { 1.0 } else { -1.0 })
            .collect();
        let mut fft = RealFft64::new(vec![1.0; size]);
        let bins = fft.magnitudes(&tone);
        assert!((bins[256] - 512.0 * std::f32::consts::SQRT_2).abs() < 1e-3);
        assert!(bins.iter().enumerate().all(|(k, b)| k == 256 || *b < 1e-11));
        // Samples as large as they come stay finite.
        assert!(
            fft.magnitudes(&vec![f32::MAX; size])
                .iter()
                .all(|b| b.is_finite())
        );
    }
}
