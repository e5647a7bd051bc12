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

    /// Stockham's passes of radix 4, and one of radix 2 where that does not come out: the result is in order, and lies
    /// in the first halves.
    fn transform(&mut self) {
        let points = self.re[0].len();
        let (mut left, mut stride) = (points, 1);
        while left > 1 {
            let [from_re, to_re] = &mut self.re;
            let [from_im, to_im] = &mut self.im;
            let pass = Pass {
                left,
                stride,
                cosines: &self.cosines,
                sines: &self.sines,
            };
            let (from, to) = (
                (&from_re[..], &from_im[..]),
                (&mut to_re[..], &mut to_im[..]),
            );
            let radix = match (left, stride) {
                (2, _) => pass.halves(from, to),
                // Of a known length the inner loop needs no counter.
                (_, 1) => pass.quarters::<1>(from, to),
                (_, 4) => pass.quarters::<4>(from, to),
                (_, 16) => pass.quarters::<16>(from, to),
                _ => pass.quarters::<64>(from, to),
            };
            self.re.swap(0, 1);
            self.im.swap(0, 1);
            (left, stride) = (left / radix, radix * stride);
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

/// One pass over all points: `left` still belong together, `stride` lie side by side and turn alike.
struct Pass<'a> {
    left: usize,
    stride: usize,
    cosines: &'a [f64],
    sines: &'a [f64],
}

type From<'a> = (&'a [f64], &'a [f64]);
type To<'a> = (&'a mut [f64], &'a mut [f64]);

impl Pass<'_> {
    /// `e^{−2πip/left}`; the table is of twice as many points as are transformed.
    fn turn(&self, p: usize) -> (f64, f64) {
        let k = 2 * p * self.stride;
        // The second half of the circle is the first one negated.
        match self.cosines.get(k) {
            Some(cosine) => (*cosine, self.sines[k]),
            None => {
                let k = k - self.cosines.len();
                (-self.cosines[k], -self.sines[k])
            }
        }
    }

    fn halves(&self, from: From<'_>, to: To<'_>) -> usize {
        let (a_re, b_re) = from.0.split_at(self.stride);
        let (a_im, b_im) = from.1.split_at(self.stride);
        let (sum_re, difference_re) = to.0.split_at_mut(self.stride);
        let (sum_im, difference_im) = to.1.split_at_mut(self.stride);
        for q in 0..self.stride {
            sum_re[q] = a_re[q] + b_re[q];
            sum_im[q] = a_im[q] + b_im[q];
            difference_re[q] = a_re[q] - b_re[q];
            difference_im[q] = a_im[q] - b_im[q];
        }
        2
    }

    /// `RUN` divides the stride.
    fn quarters<const RUN: usize>(&self, from: From<'_>, to: To<'_>) -> usize {
        let quarter = from.0.len() / 4;
        let part = |values: &'_ [f64], which: usize, at: usize| -> [f64; RUN] {
            let mut run = [0.0; RUN];
            run.copy_from_slice(&values[which * quarter + at..][..RUN]);
            run
        };
        for p in 0..self.left / 4 {
            let turns = [self.turn(p), self.turn(2 * p), self.turn(3 * p)];
            for q in (0..self.stride).step_by(RUN) {
                let at = p * self.stride + q;
                let re = [0, 1, 2, 3].map(|which| part(from.0, which, at));
                let im = [0, 1, 2, 3].map(|which| part(from.1, which, at));
                let mut out_re = [[0.0; RUN]; 4];
                let mut out_im = [[0.0; RUN]; 4];
                for i in 0..RUN {
                    let (sum_re, sum_im) = (re[0][i] + re[2][i], im[0][i] + im[2][i]);
                    let (off_re, off_im) = (re[0][i] - re[2][i], im[0][i] - im[2][i]);
                    let (other_re, other_im) = (re[1][i] + re[3][i], im[1][i] + im[3][i]);
                    // i times the difference.
                    let (side_re, side_im) = (im[3][i] - im[1][i], re[1][i] - re[3][i]);
                    let points = [
                        (off_re - side_re, off_im - side_im),
                        (sum_re - other_re, sum_im - other_im),
                        (off_re + side_re, off_im + side_im),
                    ];
                    out_re[0][i] = sum_re + other_re;
                    out_im[0][i] = sum_im + other_im;
                    for (k, ((x, y), (c, s))) in points.into_iter().zip(turns).enumerate() {
                        out_re[k + 1][i] = x * c - y * s;
                        out_im[k + 1][i] = x * s + y * c;
                    }
                }
                for (k, (re, im)) in out_re.iter().zip(&out_im).enumerate() {
                    let at = (4 * p + k) * self.stride + q;
                    to.0[at..at + RUN].copy_from_slice(re);
                    to.1[at..at + RUN].copy_from_slice(im);
                }
            }
        }
        4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_sum_of_the_definition() {
        for size in [4, 8, 16, 64, 256, 512, 2048] {
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
