//! Banks of triangular filters over the bins of a spectrum, as mel spectra need them.

/// Some filters over the bins of one spectrum. Each holds only the bins that it weighs.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterBank {
    filters: Vec<Filter>,
}

#[derive(Debug, Clone, PartialEq)]
struct Filter {
    first_bin: usize,
    weights: Vec<f32>,
}

/// How high a triangle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Height {
    /// 1 at its top.
    One,
    /// `2/(high − low)`: an area of 1 over frequency in Hz (Slaney 1998).
    UnitArea,
}

impl FilterBank {
    /// Filters given as their first bin and weights; for banks of another form than triangles.
    pub fn from_rows(rows: impl IntoIterator<Item = (usize, Vec<f32>)>) -> Self {
        let filters = rows
            .into_iter()
            .map(|(first_bin, weights)| Filter { first_bin, weights });
        Self {
            filters: filters.collect(),
        }
    }

    /// Triangles between neighbouring points: filter `m` rises from `points_hz[m]` to `points_hz[m + 1]` and falls to
    /// `points_hz[m + 2]`. `bin_hz` is the distance of two bins, `bins` their number.
    pub fn triangles(points_hz: &[f64], bin_hz: f64, bins: usize, height: Height) -> Self {
        Self::from_rows(points_hz.windows(3).map(|p| {
            let (low, centre, high) = (p[0], p[1], p[2]);
            let top = match height {
                Height::One => 1.0,
                Height::UnitArea => 2.0 / (high - low),
            };
            let weight = |bin: usize| {
                let hz = bin as f64 * bin_hz;
                let rising = (hz - low) / (centre - low);
                let falling = (high - hz) / (high - centre);
                top * rising.min(falling).max(0.0)
            };
            let first = ((low / bin_hz).floor().max(0.0) as usize).min(bins);
            let end = ((high / bin_hz).ceil().max(0.0) as usize + 1).min(bins);
            let mut weights: Vec<f32> = (first..end).map(|b| weight(b) as f32).collect();
            let lead = weights.iter().take_while(|w| **w == 0.0).count();
            let used = weights.len() - weights.iter().rev().take_while(|w| **w == 0.0).count();
            weights.truncate(used);
            weights.drain(..lead.min(used));
            (first + lead, weights)
        }))
    }

    /// Number of filters.
    pub fn len(&self) -> usize {
        self.filters.len()
    }

    /// True if there is no filter.
    pub fn is_empty(&self) -> bool {
        self.filters.is_empty()
    }

    /// The weight of bin `bin` in filter `filter`.
    pub fn weight(&self, filter: usize, bin: usize) -> f32 {
        let f = &self.filters[filter];
        bin.checked_sub(f.first_bin)
            .and_then(|at| f.weights.get(at))
            .copied()
            .unwrap_or(0.0)
    }

    /// The weighted sums of a spectrum, one per filter, in the order of the bins.
    pub fn apply(&self, spectrum: &[f32], out: &mut [f32]) {
        for (sum, f) in out.iter_mut().zip(&self.filters) {
            let bins = spectrum.get(f.first_bin..).unwrap_or_default();
            *sum = f.weights.iter().zip(bins).map(|(w, x)| w * x).sum();
        }
    }
}

/// `count` frequencies in Hz, equally spaced on a scale between two of them, both included.
pub fn spaced(
    from_hz: f64,
    to_hz: f64,
    count: usize,
    on: impl Fn(f64) -> f64,
    back: impl Fn(f64) -> f64,
) -> Vec<f64> {
    let (a, b) = (on(from_hz), on(to_hz));
    let gaps = count.saturating_sub(1).max(1) as f64;
    (0..count)
        .map(|i| back(a + (b - a) * i as f64 / gaps))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triangles_have_their_tops_and_areas() {
        let points = [0.0, 100.0, 200.0, 400.0];
        let one = FilterBank::triangles(&points, 1.0, 501, Height::One);
        assert_eq!(
            (one.len(), one.weight(0, 100), one.weight(1, 200)),
            (2, 1.0, 1.0)
        );
        assert_eq!(
            (one.weight(1, 100), one.weight(1, 400), one.weight(0, 0)),
            (0.0, 0.0, 0.0)
        );
        let unit = FilterBank::triangles(&points, 1.0, 501, Height::UnitArea);
        let mut sums = [0.0; 2];
        unit.apply(&[1.0; 501], &mut sums);
        assert!(sums.iter().all(|s| (s - 1.0).abs() < 1e-5), "{sums:?}");
    }

    #[test]
    fn bands_above_the_spectrum_are_empty() {
        let bank = FilterBank::triangles(&[900.0, 1_000.0, 1_100.0], 1.0, 100, Height::One);
        let mut sums = [7.0];
        bank.apply(&[1.0; 100], &mut sums);
        assert_eq!(sums, [0.0]);
    }
}
