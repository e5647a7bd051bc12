//! Periods of curves: peaks of their autocorrelation, histograms of these, and what stands out in them.

use super::component::Rows;
use super::stage::{RowMap, single};
use super::windows::{Ring, WindowMap};

/// The highest peaks of each column's autocorrelation, as lag and height.
#[derive(Debug)]
pub(super) struct Peaks {
    count: usize,
    distance: usize,
    unit: &'static str,
    rows_per_sec: f64,
    column: Vec<f64>,
    lags: Vec<f64>,
    found: Vec<usize>,
}

impl Peaks {
    pub(super) fn new(input: &Rows, count: usize, distance: usize, unit: &'static str) -> Self {
        Self {
            count,
            distance,
            unit,
            rows_per_sec: f64::from(input.rate) / input.step.max(1) as f64,
            column: Vec::new(),
            lags: Vec::new(),
            found: Vec::new(),
        }
    }

    fn correlate(&mut self) {
        let x = &self.column;
        let lag = |l: usize| x.iter().zip(&x[l..]).map(|(a, b)| a * b).sum::<f64>();
        self.lags.clear();
        self.lags.extend((0..x.len()).map(lag));
        let power = self.lags.first().copied().unwrap_or(0.0);
        if power > 0.0 {
            self.lags.iter_mut().for_each(|r| *r /= power);
        }
        // The slope down from lag 0 is no period.
        let down = self.lags.windows(2).take_while(|w| w[1] < w[0]).count();
        self.lags[..down].fill(0.0);
    }

    fn find(&mut self) {
        let (r, d) = (&self.lags, self.distance);
        let is_peak = |l: &usize| {
            let l = *l;
            r[l] > 0.0
                && r[l + 1..=l + d].iter().all(|later| r[l] >= *later)
                && r[l - d..l].iter().all(|earlier| r[l] > *earlier)
        };
        self.found.clear();
        self.found
            .extend((d..r.len().saturating_sub(d)).filter(is_peak));
        // Of equals the shorter lag comes first.
        self.found.sort_by(|a, b| r[*b].total_cmp(&r[*a]));
        self.found.truncate(self.count);
    }

    fn in_unit(&self, lag: usize) -> f64 {
        match self.unit {
            "BPM" => 60.0 * self.rows_per_sec / lag as f64,
            "Hz" => self.rows_per_sec / lag as f64,
            _ => lag as f64,
        }
    }
}

impl WindowMap for Peaks {
    fn map(&mut self, window: &Ring, out: &mut Vec<f32>) {
        for column in 0..window.width() {
            self.column.clear();
            self.column.extend(window.column(column).map(f64::from));
            self.correlate();
            self.find();
            let end = out.len() + 2 * self.count;
            for lag in &self.found {
                out.extend([self.in_unit(*lag), self.lags[*lag]].map(single));
            }
            out.resize(end, 0.0);
        }
    }
}

/// How many values of a window lie in each bin; weighted, rows are pairs of value and weight.
#[derive(Debug)]
pub(super) struct Histogram {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) bins: usize,
    pub(super) weighted: bool,
}

impl WindowMap for Histogram {
    fn map(&mut self, window: &Ring, out: &mut Vec<f32>) {
        out.resize(self.bins, 0.0);
        let scale = self.bins as f64 / (self.high - self.low);
        let mut count = |value: f32, weight: f32| {
            let value = f64::from(value);
            if (self.low..self.high).contains(&value) {
                let bin = ((value - self.low) * scale) as usize;
                out[bin.min(self.bins - 1)] += weight;
            }
        };
        for row in (0..window.len()).map(|age| window.row(age)) {
            if self.weighted {
                row.chunks_exact(2).for_each(|pair| count(pair[0], pair[1]));
            } else {
                row.iter().for_each(|value| count(*value, 1.0));
            }
        }
    }
}

/// Of a histogram: height and place of its highest peak, of the second, their ratio, the sum of all.
#[derive(Debug)]
pub(super) struct Summary {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl RowMap for Summary {
    fn map(&mut self, histogram: &[f32], out: &mut Vec<f32>) {
        let at = |i: usize| histogram.get(i).copied().unwrap_or(0.0);
        let is_peak = |i: &usize| {
            let before = i.checked_sub(1).map_or(0.0, at);
            at(*i) > before && at(*i) >= at(i + 1)
        };
        let width = (self.high - self.low) / histogram.len().max(1) as f64;
        let place = |i: usize| self.low + (i as f64 + 0.5) * width;
        let (mut best, mut second) = (None::<usize>, None::<usize>);
        for i in (0..histogram.len()).filter(is_peak) {
            if best.is_none_or(|b| at(i) > at(b)) {
                second = best.replace(i);
            } else if second.is_none_or(|s| at(i) > at(s)) {
                second = Some(i);
            }
        }
        let pair = |peak: Option<usize>| peak.map_or([0.0; 2], |i| [f64::from(at(i)), place(i)]);
        let ([a, at_a], [b, at_b]) = (pair(best), pair(second));
        let ratio = if a > 0.0 { b / a } else { 0.0 };
        let sum: f64 = histogram.iter().map(|x| f64::from(*x)).sum();
        out.extend([a, at_a, b, at_b, ratio, sum].map(single));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaafe::windows::{Lie, over_time};

    #[test]
    fn the_period_of_a_curve_is_its_first_peak() {
        let input = Rows {
            step: 441,
            ..Rows::of_samples(44_100, false)
        };
        let map = Peaks::new(&input, 2, 5, "BPM");
        let mut stage = over_time(map, Lie::centred(200, 100), 1);
        let mut rows = Vec::new();
        for t in 0..400 {
            let beat = if t % 50 == 0 { 1.0 } else { 0.1 };
            stage.push(&[beat], &mut |r| rows.push(r.to_vec()));
        }
        let row = &rows[1];
        assert_eq!(
            (row[0], row[2]),
            (120.0, 60.0),
            "100 rows a second: {row:?}"
        );
        assert!(row[1] > row[3]);
    }

    #[test]
    fn a_histogram_is_summed_up() {
        let mut out = Vec::new();
        Summary {
            low: 40.0,
            high: 200.0,
        }
        .map(&[0.0, 3.0, 1.0, 0.0, 6.0, 6.0, 0.0, 2.0], &mut out);
        assert_eq!(out, [6.0, 130.0, 3.0, 70.0, 0.5, 18.0]);
        out.clear();
        Summary {
            low: 0.0,
            high: 1.0,
        }
        .map(&[0.0; 4], &mut out);
        assert_eq!(out, [0.0; 6]);
    }
}
