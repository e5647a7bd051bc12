//! aubio's adaptive peak picker for detection functions (Brossier 2006).

use super::extrema::parabola_position;

/// Values it looks at together, and which of them is judged: one before the newest.
const WINDOW: usize = 7;
const JUDGED: usize = 5;

/// Coefficients of the smoothing filter as aubio has them, and its gain at 0 Hz is so 0.52 in each direction.
const FEED_FORWARD: [f64; 3] = [0.159_987_89, 0.319_975_77, 0.159_987_89];
const FEED_BACK: f64 = 0.234_840_48;

/// Finds the maxima of a curve that stand out of its neighbourhood, two values later.
#[derive(Debug, Clone)]
pub(crate) struct PeakPicker {
    threshold: f32,
    recent: [f32; WINDOW],
    thresholded: [f32; 3],
}

impl PeakPicker {
    /// A picker before the first value. `threshold` is the share of the mean that a peak must rise above the median.
    pub(crate) fn new(threshold: f32) -> Self {
        Self {
            threshold,
            recent: [0.0; WINDOW],
            thresholded: [0.0; 3],
        }
    }

    /// Takes the next value. At a peak, how many values after the one before it lies, 0.5..=1.5, reckoned from the
    /// value two before this one being 1.
    pub(crate) fn next(&mut self, value: f32) -> Option<f32> {
        self.recent.rotate_left(1);
        self.recent[WINDOW - 1] = value;
        let mut smooth = self.recent;
        filter(smooth.iter_mut());
        filter(smooth.iter_mut().rev());
        let mean = smooth.iter().sum::<f32>() / WINDOW as f32;
        let mut sorted = smooth;
        sorted.sort_unstable_by(f32::total_cmp);
        let median = sorted[WINDOW / 2];
        let t = &mut self.thresholded;
        t.rotate_left(1);
        t[2] = crate::finite(smooth[JUDGED] - median - self.threshold * mean);
        (t[1] > t[0] && t[1] > t[2] && t[1] > 0.0).then(|| parabola_position(t, 1))
    }

    /// How far the value before the newest stands out; negative if it does not.
    pub(crate) fn thresholded(&self) -> f32 {
        self.thresholded[2]
    }
}

/// Filters in place and in double precision, from rest.
fn filter<'a>(values: impl Iterator<Item = &'a mut f32>) {
    let [b0, b1, b2] = FEED_FORWARD;
    let (mut x1, mut x2, mut y1) = (0.0, 0.0, 0.0);
    for value in values {
        let x = f64::from(*value);
        let y = b0 * x + b1 * x1 + b2 * x2 - FEED_BACK * y1;
        (x2, x1, y1) = (x1, x, y);
        *value = crate::finite(y as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_told_two_values_later_and_refined() {
        let mut picker = PeakPicker::new(0.3);
        let curve = [0.0, 0.0, 0.0, 0.0, 2.0, 5.0, 3.0, 0.5, 0.0, 0.0, 0.0];
        let peaks: Vec<_> = curve
            .iter()
            .enumerate()
            .filter_map(|(i, v)| Some((i, picker.next(*v)?)))
            .collect();
        assert_eq!(peaks.len(), 1);
        let (at, refined) = peaks[0];
        assert_eq!(at, 7);
        assert!((0.5..=1.5).contains(&refined), "{refined}");
    }

    #[test]
    fn a_flat_curve_has_no_peak_and_the_filter_its_gain() {
        let mut picker = PeakPicker::new(0.3);
        let told: Vec<_> = (0..50).map(|_| picker.next(1.0)).collect();
        assert!(told[8..].iter().all(Option::is_none), "{told:?}");
        let mut v = [1.0f32; 60];
        filter(v.iter_mut());
        assert!((v[59] - 0.518_2).abs() < 1e-4, "{}", v[59]);
    }
}
