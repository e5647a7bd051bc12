//! Autocorrelation by FFT in double precision, by arithmetic of its own.
//!
//! Pitch trackers decide on it: a threshold is crossed or not. The bits must be the same on every machine, so this
//! FFT (Stockham's, radix 4) takes no path that depends on the processor, and single precision would not do.

use std::f64::consts::TAU;

/// A plan for the autocorrelation of frames up to some length, without allocation per call.
#[derive(Debug, Clone)]
pub struct Autocorrelation {
    /// Points of the complex transform; real ones are packed in pairs.
    half: usize,
    /// `e^{−2πik/(2·half)}`, `k` in `0..2·half`.
    turns: Vec<(f64, f64)>,
    z: Planes,
    spare: Planes,
    power: Vec<f64>,
}

/// Complex numbers, their parts apart: so that loops over them vectorise.
#[derive(Debug, Clone, Default)]
struct Planes {
    re: Vec<f64>,
    im: Vec<f64>,
}

impl Planes {
    fn new(len: usize) -> Self {
        Self {
            re: vec![0.0; len],
            im: vec![0.0; len],
        }
    }
}

impl Autocorrelation {
    /// For frames of up to `len` samples and lags `0..=max_lag`.
    pub fn new(len: usize, max_lag: usize) -> Self {
        // Room for every product of two samples at these lags, so that none wraps round.
        let points = (len + max_lag.min(len)).next_power_of_two().max(4);
        let half = points / 2;
        let turn = |k: usize| {
            let angle = -TAU * k as f64 / points as f64;
            (angle.cos(), angle.sin())
        };
        Self {
            half,
            turns: (0..points).map(turn).collect(),
            z: Planes::new(half),
            spare: Planes::new(half),
            power: vec![0.0; half + 1],
        }
    }

    /// `r[τ] = Σ x[n]·x[n + τ]` of `frame`, zeros beyond it, for each `τ` of `lags`. What lies beyond the
    /// lengths of [`Autocorrelation::new`] is cut off or 0.
    pub fn process(&mut self, frame: &[f64], lags: &mut [f64]) {
        let at = |i: usize| frame.get(i).copied().unwrap_or(0.0);
        for n in 0..self.half {
            self.z.re[n] = at(2 * n);
            self.z.im[n] = at(2 * n + 1);
        }
        self.transform();
        self.each_bin(|power, k, re, im| power[k] = re * re + im * im);
        // The power spectrum is real and even, so that the forward transform inverts it.
        let points = 2 * self.half;
        let even = |k: usize| self.power[k.min(points - k)];
        for n in 0..self.half {
            self.z.re[n] = even(2 * n);
            self.z.im[n] = even(2 * n + 1);
        }
        self.transform();
        self.each_bin(|power, k, re, _| power[k] = re);
        let scale = 1.0 / points as f64;
        lags.fill(0.0);
        for (lag, r) in lags.iter_mut().zip(&self.power) {
            *lag = r * scale;
        }
    }

    /// Unpacks the bins `0..=half` of the real signal whose pairs were transformed.
    fn each_bin(&mut self, mut put: impl FnMut(&mut [f64], usize, f64, f64)) {
        let (half, z) = (self.half, &self.z);
        for k in 0..=half {
            let (a, b) = (k % half, (half - k) % half);
            let (even_re, even_im) = ((z.re[a] + z.re[b]) / 2.0, (z.im[a] - z.im[b]) / 2.0);
            let (odd_re, odd_im) = ((z.im[a] + z.im[b]) / 2.0, (z.re[b] - z.re[a]) / 2.0);
            let (c, s) = self.turns[k];
            let re = even_re + odd_re * c - odd_im * s;
            let im = even_im + odd_re * s + odd_im * c;
            put(&mut self.power, k, re, im);
        }
    }

    /// The complex FFT of `z`, in place by way of `spare`.
    fn transform(&mut self) {
        let (mut n, mut stride) = (self.half, 1);
        while n >= 4 {
            self.radix4(n, stride);
            std::mem::swap(&mut self.z, &mut self.spare);
            (n, stride) = (n / 4, stride * 4);
        }
        if n == 2 {
            let (x, y) = (&self.z, &mut self.spare);
            for (from, to) in [(&x.re, &mut y.re), (&x.im, &mut y.im)] {
                let ((a, b), (sum, difference)) = (from.split_at(stride), to.split_at_mut(stride));
                for q in 0..stride {
                    sum[q] = a[q] + b[q];
                    difference[q] = a[q] - b[q];
                }
            }
            std::mem::swap(&mut self.z, &mut self.spare);
        }
    }

    fn radix4(&mut self, n: usize, stride: usize) {
        let quarter = n / 4;
        // `turns` stands for twice as many points as `half`.
        let unit = 2 * self.half / n;
        let (x, y) = (&self.z, &mut self.spare);
        for p in 0..quarter {
            let (w1, w2, w3) = (
                self.turns[p * unit],
                self.turns[2 * p * unit],
                self.turns[3 * p * unit],
            );
            let part = |of: usize| stride * (p + of * quarter)..stride * (p + of * quarter + 1);
            let (a_re, a_im) = (&x.re[part(0)], &x.im[part(0)]);
            let (b_re, b_im) = (&x.re[part(1)], &x.im[part(1)]);
            let (c_re, c_im) = (&x.re[part(2)], &x.im[part(2)]);
            let (d_re, d_im) = (&x.re[part(3)], &x.im[part(3)]);
            let to = 4 * p * stride..4 * (p + 1) * stride;
            let (y0_re, rest) = y.re[to.clone()].split_at_mut(stride);
            let (y1_re, rest) = rest.split_at_mut(stride);
            let (y2_re, y3_re) = rest.split_at_mut(stride);
            let (y0_im, rest) = y.im[to].split_at_mut(stride);
            let (y1_im, rest) = rest.split_at_mut(stride);
            let (y2_im, y3_im) = rest.split_at_mut(stride);
            for q in 0..stride {
                let (ac_re, ac_im) = (a_re[q] + c_re[q], a_im[q] + c_im[q]);
                let (bd_re, bd_im) = (b_re[q] + d_re[q], b_im[q] + d_im[q]);
                let (am_re, am_im) = (a_re[q] - c_re[q], a_im[q] - c_im[q]);
                // i·(b − d)
                let (jb_re, jb_im) = (d_im[q] - b_im[q], b_re[q] - d_re[q]);
                y0_re[q] = ac_re + bd_re;
                y0_im[q] = ac_im + bd_im;
                let (re, im) = (am_re - jb_re, am_im - jb_im);
                y1_re[q] = re * w1.0 - im * w1.1;
                y1_im[q] = re * w1.1 + im * w1.0;
                let (re, im) = (ac_re - bd_re, ac_im - bd_im);
                y2_re[q] = re * w2.0 - im * w2.1;
                y2_im[q] = re * w2.1 + im * w2.0;
                let (re, im) = (am_re + jb_re, am_im + jb_im);
                y3_re[q] = re * w3.0 - im * w3.1;
                y3_im[q] = re * w3.1 + im * w3.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_sum_of_products_at_any_length() {
        for len in [1, 2, 3, 5, 16, 100, 689] {
            let x: Vec<f64> = (0..len).map(|n| ((n * n) as f64 * 0.37).sin()).collect();
            let mut got = vec![0.0; len];
            Autocorrelation::new(len, len).process(&x, &mut got);
            for (lag, got) in got.iter().enumerate() {
                let want: f64 = x.iter().zip(&x[lag..]).map(|(a, b)| a * b).sum();
                assert!((got - want).abs() < 1e-11, "{len} {lag}: {got} {want}");
            }
        }
    }
}
