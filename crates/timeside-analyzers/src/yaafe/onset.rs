//! Onset curves, and the steps that they and other features are made of.

use super::spectral::EPSILON;
use super::stage::{Emit, RowMap, Stage, saturate, single};
use timeside_core::Error;

/// How far each bin is from where the two frames before foretell it: same magnitude, same turn (Duxbury et al. 2003).
#[derive(Debug)]
pub(super) struct ComplexDomain {
    before: Vec<[f32; 2]>,
    /// Directions of the last frame and of the one before it.
    direction: Vec<[f32; 2]>,
    older: Vec<[f32; 2]>,
}

impl ComplexDomain {
    pub(super) fn new(bins: usize) -> Self {
        Self {
            before: vec![[0.0; 2]; bins],
            direction: vec![[1.0, 0.0]; bins],
            older: vec![[1.0, 0.0]; bins],
        }
    }
}

fn times([a, b]: [f32; 2], [c, d]: [f32; 2]) -> [f32; 2] {
    [a * c - b * d, a * d + b * c]
}

impl RowMap for ComplexDomain {
    fn map(&mut self, spectrum: &[f32], out: &mut Vec<f32>) {
        let (re, im) = spectrum.split_at(spectrum.len() / 2);
        let mut sum = 0.0;
        let state = self
            .before
            .iter_mut()
            .zip(&mut self.direction)
            .zip(&mut self.older);
        for ((re, im), ((before, direction), older)) in re.iter().zip(im).zip(state) {
            let turn = times(*direction, [older[0], -older[1]]);
            let foretold = times(*before, turn);
            let (d_re, d_im) = (re - foretold[0], im - foretold[1]);
            let distance = (d_re * d_re + d_im * d_im).sqrt();
            sum += f64::from(distance);
            *older = *direction;
            let length = (re * re + im * im).sqrt();
            *direction = if length > 0.0 && length.is_finite() {
                [re / length, im / length]
            } else {
                [1.0, 0.0]
            };
            *before = [*re, *im];
        }
        out.push(single(sum));
    }
}

/// The sum of a row.
pub(super) fn sum(row: &[f32]) -> f64 {
    row.iter().map(|x| f64::from(*x)).sum()
}

/// A row over its sum.
#[derive(Debug)]
pub(super) struct Normalize;

impl RowMap for Normalize {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        let sum = match sum(row) {
            0.0 => 1.0,
            sum => sum,
        };
        out.extend(row.iter().map(|x| single(f64::from(*x) / sum)));
    }
}

/// `20·log₁₀ abs(x)`, of ε where it is 0.
pub(super) fn log_compression(x: f32) -> f32 {
    20.0 * if x == 0.0 { EPSILON as f32 } else { x.abs() }.log10()
}

/// ε for values up to a threshold.
#[derive(Debug)]
pub(super) struct FilterSmall(pub(super) f32);

impl RowMap for FilterSmall {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        out.extend(
            row.iter()
                .map(|x| if *x <= self.0 { EPSILON as f32 } else { *x }),
        );
    }
}

/// Differences of neighbours within a row, as many as this.
#[derive(Debug)]
pub(super) struct Difference(pub(super) usize);

impl RowMap for Difference {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        out.extend(row.windows(2).take(self.0).map(|w| w[1] - w[0]));
        saturate(out);
    }
}

/// Values over the largest of some rows, or of the whole stream.
#[derive(Debug)]
pub(super) struct NormalizeMax {
    /// 0 is the whole stream.
    rows: usize,
    width: usize,
    held: Vec<f32>,
    failed: bool,
}

/// Most values that are held of a whole stream: 256 MiB, more than a day of a curve of one value per 256 samples.
const MAX_HELD: usize = 1 << 26;

impl NormalizeMax {
    pub(super) fn new(rows: usize, width: usize) -> Self {
        Self {
            rows,
            width: width.max(1),
            held: Vec::new(),
            failed: false,
        }
    }

    fn give(&mut self, emit: Emit<'_>) {
        let largest = self.held.iter().fold(0.0_f32, |m, x| m.max(*x));
        if largest > 0.0 {
            self.held.iter_mut().for_each(|x| *x /= largest);
            saturate(&mut self.held);
        }
        self.held.chunks(self.width).for_each(emit);
        self.held.clear();
    }
}

impl Stage for NormalizeMax {
    fn push(&mut self, row: &[f32], emit: Emit<'_>) {
        if self.held.len() + row.len() > MAX_HELD {
            self.failed = true;
            return;
        }
        self.held.extend_from_slice(row);
        if self.rows > 0 && self.held.len() >= self.rows * self.width {
            self.give(emit);
        }
    }

    fn finish(&mut self, emit: Emit<'_>) {
        self.give(emit);
    }

    fn failure(&self) -> Option<Error> {
        self.failed.then(|| Error::OutOfMemory {
            needed_bytes: 4 * MAX_HELD as u64 + 4,
            limit_bytes: 4 * MAX_HELD as u64,
            hint: "a feature that is divided by its largest value holds the whole stream: take a longer stepSize, or a \
                   shorter stretch"
                .into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_turn_is_foretold_and_a_change_is_not() {
        let mut map = ComplexDomain::new(2);
        let mut out = Vec::new();
        for t in 0..6 {
            let (a, b) = (0.3 * t as f32, -1.1 * t as f32);
            let gain = if t == 5 { 2.0 } else { 1.0 };
            map.map(
                &[
                    gain * a.cos(),
                    gain * 3.0 * b.cos(),
                    gain * a.sin(),
                    gain * 3.0 * b.sin(),
                ],
                &mut out,
            );
        }
        assert!((out[0] - 4.0).abs() < 1e-5, "all of the first frame is new");
        assert!(out[3] < 1e-5 && out[4] < 1e-5);
        assert!((out[5] - 4.0).abs() < 1e-5, "twice as loud: as much again");
    }

    #[test]
    fn maxima_are_of_blocks_of_rows() {
        let run = |rows: usize| {
            let mut stage = NormalizeMax::new(rows, 1);
            let mut out = Vec::new();
            for x in [1.0, 2.0, 4.0, 1.0, 5.0] {
                stage.push(&[x], &mut |r| out.extend_from_slice(r));
            }
            stage.finish(&mut |r| out.extend_from_slice(r));
            out
        };
        assert_eq!(run(2), [0.5, 1.0, 1.0, 0.25, 1.0]);
        assert_eq!(run(0), [0.2, 0.4, 0.8, 0.2, 1.0]);
    }
}
