//! Running medians, along a row and from row to row.

/// The sorted values of a window of odd length.
#[derive(Debug, Clone, Default)]
pub(super) struct Sorted {
    values: Vec<f32>,
    rest: Rest,
}

impl Sorted {
    fn fill(&mut self, values: impl Iterator<Item = f32>) {
        self.values.clear();
        self.values.extend(values);
        self.values.sort_unstable_by(f32::total_cmp);
    }
}

/// The middle of sorted values.
pub(super) fn median(sorted: &[f32]) -> f32 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// Room for the values of a window but one, between two infinities.
#[derive(Debug, Clone, Default)]
pub(super) struct Rest {
    values: Vec<f32>,
}

impl Rest {
    /// Puts `new` in the place of `old`, which must be among the sorted values. Nothing depends on where the two
    /// lie, so that the compiler makes vectors of it: a search would be mispredicted at each step.
    pub(super) fn replace(&mut self, sorted: &mut [f32], old: f32, new: f32) {
        let n = sorted.len();
        self.values.resize(n + 1, 0.0);
        self.values[0] = f32::NEG_INFINITY;
        self.values[n] = f32::INFINITY;
        // Without `old`: what is below stays, the others move up.
        for (rest, pair) in self.values[1..n].iter_mut().zip(sorted.windows(2)) {
            *rest = if pair[0] < old { pair[0] } else { pair[1] };
        }
        // With `new`: the middle of it and the neighbours.
        for (value, pair) in sorted.iter_mut().zip(self.values.windows(2)) {
            let lower = if pair[1] < new { pair[1] } else { new };
            *value = if pair[0] > lower { pair[0] } else { lower };
        }
    }
}

/// The index that stands for `i` where a sequence of `n` is mirrored at both ends, its end values doubled:
/// `c b a | a b c | c b a`.
pub(super) fn mirrored(i: i64, n: i64) -> usize {
    let i = i.rem_euclid(2 * n);
    (if i < n { i } else { 2 * n - 1 - i }) as usize
}

/// The running median of `length` (odd) values along a row, mirrored at its ends.
pub(super) fn along(row: &[f32], length: usize, window: &mut Sorted, out: &mut [f32]) {
    let (n, half) = (row.len() as i64, (length / 2) as i64);
    if n == 0 {
        return;
    }
    window.fill((-half..=half).map(|i| row[mirrored(i, n)]));
    for (k, m) in out.iter_mut().enumerate() {
        *m = median(&window.values);
        let k = k as i64;
        window.rest.replace(
            &mut window.values,
            row[mirrored(k - half, n)],
            row[mirrored(k + half + 1, n)],
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrored_indices() {
        let got: Vec<_> = (-4..8).map(|i| mirrored(i, 3)).collect();
        assert_eq!(got, [2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1].map(|i| i));
    }

    #[test]
    fn running_medians_are_those_of_each_window() {
        for n in [1, 2, 5, 40] {
            let row: Vec<f32> = (0..n).map(|i| ((i * 7_919) % 13) as f32).collect();
            for length in [1, 3, 9, 31] {
                let mut got = vec![0.0; n];
                along(&row, length, &mut Sorted::default(), &mut got);
                let half = (length / 2) as i64;
                for (k, m) in got.iter().enumerate() {
                    let mut window: Vec<f32> = (-half..=half)
                        .map(|i| row[mirrored(k as i64 + i, n as i64)])
                        .collect();
                    window.sort_unstable_by(f32::total_cmp);
                    assert_eq!(*m, window[length / 2], "{n} {length} {k}");
                }
            }
        }
    }
}
