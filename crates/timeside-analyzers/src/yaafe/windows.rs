//! Windows over rows: what integrators, filters along time and medians look at.

use super::stage::{Emit, Stage, saturate};
use std::fmt;

/// The last rows, oldest first.
#[derive(Debug)]
pub(super) struct Ring {
    width: usize,
    rows: usize,
    values: Vec<f32>,
    oldest: usize,
}

impl Ring {
    fn new(rows: usize, width: usize) -> Self {
        Self {
            width,
            rows,
            values: vec![0.0; rows * width],
            oldest: 0,
        }
    }

    fn push(&mut self, row: Option<&[f32]>) {
        let at = self.oldest * self.width;
        let place = &mut self.values[at..at + self.width];
        match row {
            Some(row) => place.copy_from_slice(row),
            None => place.fill(0.0),
        }
        self.oldest = (self.oldest + 1) % self.rows;
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// Values per row.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Row `age` counted from the oldest.
    pub(super) fn row(&self, age: usize) -> &[f32] {
        let at = (self.oldest + age) % self.rows * self.width;
        &self.values[at..at + self.width]
    }

    /// The values of one column, oldest first.
    pub(super) fn column(&self, column: usize) -> impl Iterator<Item = f32> + '_ {
        (0..self.rows).map(move |age| self.row(age)[column])
    }
}

/// One row from each window over rows.
pub(super) trait WindowMap: fmt::Debug {
    /// Fills `out`, which is empty.
    fn map(&mut self, window: &Ring, out: &mut Vec<f32>);
}

/// Where windows lie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lie {
    /// Rows per window.
    pub(super) rows: usize,
    /// Rows from one window to the next.
    pub(super) step: usize,
    /// Rows of zeros that count as before the first; after the last, as many as the window still needs.
    pub(super) before: usize,
}

impl Lie {
    /// Window `i` is centred on row `i·step`.
    pub(super) fn centred(rows: usize, step: usize) -> Self {
        Self {
            rows,
            step,
            before: rows / 2,
        }
    }
}

#[derive(Debug)]
struct OverTime<M> {
    map: M,
    lie: Lie,
    ring: Ring,
    /// Rows so far, the zeros before the first included.
    count: u64,
    out: Vec<f32>,
}

impl<M: WindowMap> OverTime<M> {
    fn take(&mut self, row: Option<&[f32]>, emit: Emit<'_>) {
        self.ring.push(row);
        self.count += 1;
        let Some(past) = self.count.checked_sub(self.lie.rows as u64) else {
            return;
        };
        if past % self.lie.step as u64 == 0 {
            self.out.clear();
            self.map.map(&self.ring, &mut self.out);
            saturate(&mut self.out);
            emit(&self.out);
        }
    }
}

impl<M: WindowMap> Stage for OverTime<M> {
    fn push(&mut self, row: &[f32], emit: Emit<'_>) {
        self.take(Some(row), emit);
    }

    fn finish(&mut self, emit: Emit<'_>) {
        for _ in self.lie.before + 1..self.lie.rows {
            self.take(None, emit);
        }
    }
}

/// One row from each window over rows of `width` values.
pub(super) fn over_time(map: impl WindowMap + 'static, lie: Lie, width: usize) -> Box<dyn Stage> {
    Box::new(OverTime {
        map,
        lie,
        ring: Ring::new(lie.rows, width),
        count: lie.before as u64,
        out: Vec::new(),
    })
}

/// A filter along time: `y(t) = Σ taps[j]·x(t − before + j)`, zeros outside the stream.
#[derive(Debug)]
pub(super) struct Fir(pub(super) Vec<f32>);

impl WindowMap for Fir {
    fn map(&mut self, window: &Ring, out: &mut Vec<f32>) {
        out.resize(window.width(), 0.0);
        for (age, tap) in self.0.iter().enumerate().filter(|(_, tap)| **tap != 0.0) {
            for (y, x) in out.iter_mut().zip(window.row(age)) {
                *y += tap * x;
            }
        }
    }
}

/// The regression slope over `2·half + 1` rows: `k/Σk²`.
fn slope(half: usize) -> Vec<f64> {
    let half = half as i64;
    let square: i64 = (-half..=half).map(|k| k * k).sum();
    (-half..=half)
        .map(|k| k as f64 / square.max(1) as f64)
        .collect()
}

/// Derivate: the regression slope over `first` rows on either side; for order 2, that again over `second`.
pub(super) fn derivative(order: usize, first: usize, second: usize) -> Vec<f32> {
    let mut taps = slope(first);
    if order == 2 {
        let again = slope(second);
        let mut both = vec![0.0; taps.len() + again.len() - 1];
        for (i, a) in taps.iter().enumerate() {
            for (j, b) in again.iter().enumerate() {
                both[i + j] += a * b;
            }
        }
        taps = both;
    }
    taps.iter().map(|t| *t as f32).collect()
}

/// The odd differentiator of Dvornikov (2003) of half order `half`, at least 1:
/// `c(±m) = ±1/(2m·Π_{k≠m}(1 − (m/k)²))`.
pub(super) fn differentiator(half: usize) -> Vec<f32> {
    let tap = |m: usize| {
        let others = (1..=half).filter(|k| *k != m);
        let product: f64 = others
            .map(|k| 1.0 - (m as f64 / k as f64).powi(2))
            .product();
        (1.0 / (2.0 * m as f64 * product)) as f32
    };
    let rising: Vec<f32> = (1..=half).map(tap).collect();
    let falling = rising.iter().rev().map(|c| -c);
    falling.chain([0.0]).chain(rising.iter().copied()).collect()
}

/// The rising half of a Hann window over `rows` rows, the newest weighing most; its sum is 1.
pub(super) fn half_hann(rows: usize) -> Vec<f32> {
    let length = (2 * rows + 1) as f64;
    let rising = |i: usize| 0.5 - 0.5 * (std::f64::consts::TAU * (i + 1) as f64 / length).cos();
    let sum: f64 = (0..rows).map(rising).sum();
    (0..rows).map(|i| (rising(i) / sum) as f32).collect()
}

/// The running median of each column; the lower one for an even number of rows.
#[derive(Debug, Default)]
pub(super) struct Median(Vec<f32>);

impl WindowMap for Median {
    fn map(&mut self, window: &Ring, out: &mut Vec<f32>) {
        let middle = (window.len() - 1) / 2;
        for column in 0..window.width() {
            self.0.clear();
            self.0.extend(window.column(column));
            let (_, median, _) = self.0.select_nth_unstable_by(middle, f32::total_cmp);
            out.push(*median);
        }
    }
}

/// What [`Statistics`] gives of each column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moments {
    /// The mean.
    Mean,
    /// The population's standard deviation.
    Deviation,
    /// Both, one after the other.
    Both,
}

/// Mean and standard deviation of each column.
#[derive(Debug)]
pub(super) struct Statistics(pub(super) Moments);

impl WindowMap for Statistics {
    fn map(&mut self, window: &Ring, out: &mut Vec<f32>) {
        let n = window.len() as f64;
        for column in 0..window.width() {
            let values = || window.column(column).map(f64::from);
            let mean = values().sum::<f64>() / n;
            if self.0 != Moments::Deviation {
                out.push(mean as f32);
            }
            if self.0 != Moments::Mean {
                let variance = values().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
                out.push(variance.sqrt() as f32);
            }
        }
    }
}

/// The regression slope of each column, per row.
#[derive(Debug)]
pub(super) struct Slope;

impl WindowMap for Slope {
    fn map(&mut self, window: &Ring, out: &mut Vec<f32>) {
        let centre = (window.len() - 1) as f64 / 2.0;
        let square: f64 = (0..window.len()).map(|j| (j as f64 - centre).powi(2)).sum();
        for column in 0..window.width() {
            let values = window.column(column).enumerate();
            let sum: f64 = values
                .map(|(j, x)| (j as f64 - centre) * f64::from(x))
                .sum();
            out.push((sum / square.max(f64::MIN_POSITIVE)) as f32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(mut stage: Box<dyn Stage>, curve: &[f32]) -> Vec<Vec<f32>> {
        let mut rows = Vec::new();
        for x in curve {
            stage.push(&[*x], &mut |row| rows.push(row.to_vec()));
        }
        stage.finish(&mut |row| rows.push(row.to_vec()));
        rows
    }

    #[test]
    fn a_slope_has_its_derivative_within_and_the_zeros_outside_count() {
        let ramp: Vec<f32> = (0..40).map(|t| 3.0 * t as f32).collect();
        let lie = Lie {
            rows: 9,
            step: 1,
            before: 4,
        };
        let rows = run(over_time(Fir(derivative(1, 4, 1)), lie, 1), &ramp);
        assert_eq!(rows.len(), 40);
        assert!(rows[4..36].iter().all(|r| (r[0] - 3.0).abs() < 1e-5));
        assert!(rows[39][0] < 0.0, "it falls to the zeros after the end");
        let second = derivative(2, 4, 1);
        assert_eq!(second.len(), 11);
        let square: f32 = (-5..=5).zip(&second).map(|(k, c)| (k * k) as f32 * c).sum();
        assert!((square - 2.0).abs() < 1e-5, "the second derivative of t²");
    }

    #[test]
    fn the_differentiator_is_exact_for_polynomials() {
        for half in 1..=5 {
            let taps = differentiator(half);
            let of = |p: i32| -> f64 {
                (-(half as i32)..)
                    .zip(&taps)
                    .map(|(m, c)| f64::from(m).powi(p) * f64::from(*c))
                    .sum()
            };
            assert!((of(1) - 1.0).abs() < 1e-5, "{half}");
            assert!(half < 2 || of(3).abs() < 1e-4, "{half}");
        }
    }

    #[test]
    fn windows_are_centred_on_each_step() {
        let rows = run(
            over_time(Median::default(), Lie::centred(3, 2), 1),
            &[5.0, 1.0, 4.0, 9.0, 2.0],
        );
        assert_eq!(rows, [[1.0], [4.0], [2.0]].map(|r| r.to_vec()));
        let curve: Vec<f32> = (0..100).map(|t| t as f32).collect();
        let both = over_time(Statistics(Moments::Both), Lie::centred(61, 30), 1);
        let rows = run(both, &curve);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[1][0], 30.0);
        assert!((rows[1][1] - (30.0f32 * 31.0 / 3.0).sqrt()).abs() < 1e-4);
        let rows = run(over_time(Slope, Lie::centred(61, 30), 1), &curve);
        assert!((rows[2][0] - 1.0).abs() < 1e-5);
    }
}
