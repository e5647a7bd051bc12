//! Constant-Q analysis (Brown 1991) by sparse kernels in the frequency domain (Brown & Puckette 1992).

use crate::{Complex32, Decimator, RealFft, Window};
use rustfft::num_complex::Complex64;
use std::f64::consts::{PI, TAU};

/// A complex exponential of `cycles` periods over `len` samples under the window `a − (1 − a)·cos(2πi/len)`, with
/// its sample `len/2` (rounded down) at time 0, divided by `len`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Atom {
    /// Length in samples.
    pub len: usize,
    /// Periods over that length; the same for all atoms of a constant-Q analysis.
    pub cycles: f64,
    /// 0.54 for a Hamming window, 0.5 for Hann, both periodic.
    pub a: f64,
}

impl Atom {
    /// Its discrete Fourier transform at bin `k` of `fft` points, in closed form.
    pub fn transform(&self, k: usize, fft: usize) -> Complex64 {
        let n = self.len as f64;
        let at = k as f64 / fft as f64;
        // Σ e^{iθi}, i = 0..len.
        let geometric = |cycles_per_sample: f64| {
            let half = PI * cycles_per_sample;
            let ratio = if half.sin().abs() < 1e-12 {
                n
            } else {
                (n * half).sin() / half.sin()
            };
            Complex64::from_polar(ratio, half * (n - 1.0))
        };
        let middle = self.cycles / n - at;
        let sum = geometric(middle) * self.a
            - (geometric(middle + 1.0 / n) + geometric(middle - 1.0 / n)) * (0.5 * (1.0 - self.a));
        sum * Complex64::from_polar(1.0 / n, TAU * at * (self.len / 2) as f64)
    }
}

/// Which bins of an atom's transform count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sparsity {
    /// Those whose magnitude is above this.
    Above(f64),
    /// Those nearest to its middle that hold this share of the sum of its magnitudes.
    Share(f64),
}

/// Atoms as rows of bins: only those bins are held that count.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseKernel {
    rows: Vec<(usize, Vec<Complex32>)>,
}

impl SparseKernel {
    /// The kernel of `atoms` over the bins `1..=fft/2` of a transform of `fft` points whose frame is centred on the
    /// atoms. Bin 0 never counts.
    pub fn new(atoms: impl IntoIterator<Item = Atom>, fft: usize, sparsity: Sparsity) -> Self {
        let row = |atom: Atom| {
            let middle = atom.cycles / atom.len as f64 * fft as f64;
            // Sixteen sidelobes to either side; those of a Hann window are then below −80 dB.
            let reach = 16.0 * fft as f64 / atom.len as f64 + 2.0;
            let first = ((middle - reach).max(1.0) as usize).min(fft / 2);
            let last = ((middle + reach) as usize).clamp(first, fft / 2);
            let mut bins: Vec<Complex64> = (first..=last).map(|k| atom.transform(k, fft)).collect();
            let floor = match sparsity {
                Sparsity::Above(floor) => floor,
                Sparsity::Share(share) => smallest_within(&bins, share),
            };
            let counts = |c: &Complex64| c.norm() > floor;
            let end = bins.iter().rposition(counts).map_or(0, |at| at + 1);
            let begin = bins.iter().position(counts).unwrap_or(0);
            bins.truncate(end);
            // A frame's transform counts time from its first sample, an atom from its middle.
            let turned = |(k, c): (usize, &Complex64)| {
                let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
                let kept = if counts(c) {
                    c.conj() * sign
                } else {
                    Complex64::ZERO
                };
                Complex32::new((kept.re / fft as f64) as f32, (kept.im / fft as f64) as f32)
            };
            let kept = bins.iter().enumerate().skip(begin);
            (
                first + begin,
                kept.map(|(at, c)| turned((first + at, c))).collect(),
            )
        };
        Self {
            rows: atoms.into_iter().map(row).collect(),
        }
    }

    /// Number of atoms.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of bins held, of all atoms together.
    pub fn bins(&self) -> usize {
        self.rows.iter().map(|(_, bins)| bins.len()).sum()
    }

    /// The magnitude of the inner product of each atom with the frame whose `spectrum` (bins `0..=fft/2`) is given.
    pub fn apply(&self, spectrum: &[Complex32], out: &mut [f32]) {
        for (magnitude, (first, bins)) in out.iter_mut().zip(&self.rows) {
            let sum: Complex32 = bins
                .iter()
                .zip(spectrum.get(*first..).unwrap_or_default())
                .map(|(g, x)| g * x)
                .sum();
            let m = sum.norm();
            *magnitude = if m.is_finite() { m } else { 0.0 };
        }
    }
}

/// The largest magnitude that can be left out, with all below it, so that `share` of the sum remains.
fn smallest_within(bins: &[Complex64], share: f64) -> f64 {
    let mut magnitudes: Vec<f64> = bins.iter().map(|c| c.norm()).collect();
    magnitudes.sort_unstable_by(f64::total_cmp);
    let mut left = (1.0 - share) * magnitudes.iter().sum::<f64>();
    let mut floor = 0.0;
    for m in magnitudes {
        left -= m;
        if left < 0.0 {
            break;
        }
        floor = m;
    }
    floor
}

/// What a [`ConstantQ`] is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Samples per frame, a power of two.
    pub block: usize,
    /// Samples from one frame to the next.
    pub step: usize,
    /// Zeros before the first sample: 0 where frame 0 begins with it, `block/2` where it is centred on it.
    pub lead: usize,
    /// Window over the frame, beside that of each atom.
    pub window: Window,
    /// The atoms, by ascending frequency, none longer than `block`.
    pub atoms: Vec<Atom>,
    /// Which bins of their transforms count.
    pub sparsity: Sparsity,
}

impl Design {
    /// The upper edge of the highest atom's main lobe, in cycles per sample.
    fn top(&self) -> f64 {
        self.atoms
            .iter()
            .map(|a| (a.cycles + 2.0) / a.len as f64)
            .fold(0.0, f64::max)
    }

    /// By how much the stream can be decimated: all that counts must lie within a quarter of the lower rate.
    fn factor(&self) -> usize {
        let fits = |factor: usize| {
            self.top() * factor as f64 <= 0.25
                && [self.step, self.lead, self.block]
                    .iter()
                    .all(|n| n.is_multiple_of(factor))
                && self.block / factor >= 512
        };
        (1..=8)
            .map(|e| 1 << e)
            .take_while(|f| fits(*f))
            .last()
            .unwrap_or(1)
    }
}

/// Constant-Q magnitudes of a stream of samples, a row per frame: one transform and one sparse kernel for all bins.
/// Where the bins lie low, the stream is decimated first, by a filter that leaves them alone within −130 dB.
#[derive(Debug)]
pub struct ConstantQ {
    decimator: Decimator,
    kernel: SparseKernel,
    fft: RealFft,
    /// Samples per frame and step, at the lower rate.
    block: usize,
    step: usize,
    /// Samples at the lower rate; `low[head]` begins the next frame.
    low: Vec<f32>,
    head: usize,
    next: i64,
    row: Vec<f32>,
}

impl ConstantQ {
    /// One of this design.
    pub fn new(design: &Design) -> Self {
        let factor = design.factor();
        let top = design.top();
        let lower_rate = 1.0 / factor as f64;
        let stop = lower_rate - top;
        let mut decimator = Decimator::new(factor, top + (stop - top) / 4.0, stop, 130.0);
        // The zeros go through the filter, for it rings before a sudden begin.
        let mut low = Vec::new();
        decimator.push(&vec![0.0; design.lead], &mut low);
        let kernel = SparseKernel::new(design.atoms.iter().copied(), design.block, design.sparsity);
        let block = design.block / factor;
        Self {
            row: vec![0.0; kernel.len()],
            fft: RealFft::new(block, block, design.window),
            low,
            step: design.step / factor,
            head: 0,
            next: 0,
            decimator,
            kernel,
            block,
        }
    }

    /// Takes the next samples and hands out the row of each frame that they complete: one magnitude per atom.
    pub fn push(&mut self, samples: &[f32], emit: impl FnMut(&[f32])) {
        self.decimator.push(samples, &mut self.low);
        self.drain(i64::MAX, emit);
    }

    /// Ends the stream, as if zeros followed, once `count` rows have been handed out.
    pub fn finish(&mut self, count: i64, mut emit: impl FnMut(&[f32])) {
        // What the filter still holds back belongs to the stream.
        let tail = vec![0.0; 2 * self.decimator.lookahead() + self.decimator.factor()];
        self.decimator.push(&tail, &mut self.low);
        while self.next < count {
            self.low
                .resize(self.low.len().max(self.head) + self.block, 0.0);
            self.drain(count, &mut emit);
        }
    }

    fn drain(&mut self, count: i64, mut emit: impl FnMut(&[f32])) {
        let gain = self.decimator.factor() as f32;
        while self.next < count {
            let Some(frame) = self.low.get(self.head..self.head + self.block) else {
                break;
            };
            self.kernel.apply(self.fft.process(frame), &mut self.row);
            // A sum over fewer samples is smaller by as much.
            self.row.iter_mut().for_each(|m| *m *= gain);
            emit(&self.row);
            self.head += self.step;
            self.next += 1;
        }
        let gone = self.head.min(self.low.len());
        if gone > self.block {
            self.low.drain(..gone);
            self.head -= gone;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atoms(from: f64, bins: usize, a: f64) -> Vec<Atom> {
        let q = 1.0 / (2_f64.powf(1.0 / 12.0) - 1.0);
        (0..bins)
            .map(|j| Atom {
                len: (q / (from * 2_f64.powf(j as f64 / 12.0))).ceil() as usize,
                cycles: q,
                a,
            })
            .collect()
    }

    #[test]
    fn the_closed_form_is_the_transform() {
        let (n, fft) = (45, 128);
        let atom = Atom {
            len: n,
            cycles: 16.8,
            a: 0.54,
        };
        for k in [0, 1, 40, 47, 48, 60, 64] {
            let mut sum = Complex64::ZERO;
            for i in 0..n {
                let t = i as f64 / n as f64;
                let w = (0.54 - 0.46 * (TAU * t).cos()) / n as f64;
                let at = i as f64 - (n / 2) as f64;
                sum += Complex64::from_polar(w, TAU * (16.8 * t - k as f64 * at / fft as f64));
            }
            assert!((sum - atom.transform(k, fft)).norm() < 1e-12, "{k}");
        }
    }

    #[test]
    fn a_sine_on_an_atom_gives_half_its_amplitude_and_decimation_changes_nothing() {
        let design = |sparsity| Design {
            block: 8_192,
            step: 1_024,
            lead: 4_096,
            window: Window::Rectangular,
            atoms: atoms(0.004, 36, 0.5),
            sparsity,
        };
        let centre = 0.004 * 2.0; // One octave up: atom 12.
        let x: Vec<f32> = (0..40_000)
            .map(|n| (TAU * centre * n as f64 + 1.0).sin() as f32)
            .collect();
        let rows = |design: &Design| {
            let mut rows = Vec::new();
            let mut transform = ConstantQ::new(design);
            transform.push(&x, |row| rows.push(row.to_vec()));
            transform.finish(40, |row| rows.push(row.to_vec()));
            (rows, transform.decimator.factor())
        };
        let (decimated, factor) = rows(&design(Sparsity::Share(1.0)));
        assert_eq!((factor, decimated.len()), (4, 40));
        // The mean of a Hann window is one half; a sine's half is in the positive frequencies.
        assert!(
            (decimated[15][12] - 0.25).abs() < 1e-3,
            "{}",
            decimated[15][12]
        );
        let mut full = design(Sparsity::Share(1.0));
        // An atom high up forbids decimation.
        full.atoms.push(Atom {
            len: 100,
            cycles: 17.0,
            a: 0.5,
        });
        let (plain, factor) = rows(&full);
        assert_eq!(factor, 1);
        for (a, b) in decimated.iter().zip(&plain) {
            for (a, b) in a.iter().zip(b) {
                assert!((a - b).abs() < 2e-6, "{a} {b}");
            }
        }
        // A hundredth of the kernel's mass left out is seen below a hundredth only.
        let (sparse, _) = rows(&design(Sparsity::Share(0.99)));
        assert!((sparse[15][12] - decimated[15][12]).abs() < 3e-3);
    }
}
