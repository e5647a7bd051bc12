//! The tempo of an onset curve, by autocorrelation.

use std::f64::consts::TAU;
use timeside_dsp::autocorrelation::Autocorrelation;

/// Length of the stretches whose autocorrelations are averaged.
const WINDOW_SECS: f64 = 8.0;

/// Stretches begin this many frames apart; the mean over all would differ in the fourth digit.
const WINDOW_STEP: usize = 4;

/// Deviation of the prior in octaves, and the tempo above which nothing is looked for.
const PRIOR_OCTAVES: f64 = 1.0;
const MAX_BPM: f64 = 320.0;

/// A period in frames: the best whole one, and refined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Period {
    pub(super) lag: usize,
    pub(super) period: f64,
}

/// The period of the onset curve; none where it is too coarse.
pub(super) fn estimate(curve: &[f32], frames_per_sec: f64, start_bpm: f64) -> Option<Period> {
    let window_frames = (WINDOW_SECS * frames_per_sec) as usize;
    let mean = mean_autocorrelation(curve, window_frames);
    let bpm = |lag: usize| 60.0 * frames_per_sec / lag as f64;
    let score = |lag: usize| {
        let octaves = (bpm(lag) / start_bpm).log2() / PRIOR_OCTAVES;
        (1e6 * mean[lag]).max(0.0).ln_1p() - 0.5 * octaves * octaves
    };
    let mut best: Option<(usize, f64)> = None;
    for lag in (1..mean.len()).filter(|lag| bpm(*lag) < MAX_BPM) {
        let score = score(lag);
        if best.is_none_or(|(_, most)| score > most) {
            best = Some((lag, score));
        }
    }
    let (lag, _) = best?;
    Some(Period {
        lag,
        period: lag as f64 + peak_shift(&mean, lag),
    })
}

/// The mean over stretches, each with 1 at lag 0, under a Hann window centred on its frame.
fn mean_autocorrelation(curve: &[f32], window_frames: usize) -> Vec<f64> {
    let mut mean = vec![0.0; window_frames];
    if window_frames < 2 {
        return mean;
    }
    let window: Vec<f64> = (0..window_frames)
        .map(|n| 0.5 - 0.5 * (TAU * n as f64 / window_frames as f64).cos())
        .collect();
    let mut autocorrelation = Autocorrelation::new(window_frames, window_frames);
    let (mut stretch, mut lags) = (vec![0.0; window_frames], vec![0.0; window_frames]);
    let mut count = 0.0;
    for centre in (0..curve.len()).step_by(WINDOW_STEP) {
        for (n, (s, w)) in stretch.iter_mut().zip(&window).enumerate() {
            let at = (centre + n).checked_sub(window_frames / 2);
            let x = at.and_then(|i| curve.get(i)).copied().unwrap_or(0.0);
            *s = f64::from(x) * w;
        }
        autocorrelation.process(&stretch, &mut lags);
        count += 1.0;
        if lags[0] > 0.0 {
            for (m, lag) in mean.iter_mut().zip(&lags) {
                *m += lag / lags[0];
            }
        }
    }
    mean.iter_mut().for_each(|m| *m /= f64::max(count, 1.0));
    mean
}

/// How far the top of the parabola through three values lies from the middle one.
fn peak_shift(values: &[f64], at: usize) -> f64 {
    let (Some(before), Some(after)) = (values.get(at.wrapping_sub(1)), values.get(at + 1)) else {
        return 0.0;
    };
    let curvature = before - 2.0 * values[at] + after;
    if curvature < 0.0 {
        (0.5 * (before - after) / curvature).clamp(-0.5, 0.5)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_of_smooth_pulses_is_found_between_frames() {
        for period in [37.3, 43.066, 50.5] {
            let curve: Vec<f32> = (0..4_000)
                .map(|t| {
                    let off = (f64::from(t) / period - (f64::from(t) / period).round()) * period;
                    (-0.5 * off * off / 4.0).exp() as f32
                })
                .collect();
            let found = estimate(&curve, 86.13, 120.0).unwrap();
            assert!((found.period - period).abs() < 0.05, "{found:?} {period}");
        }
    }

    #[test]
    fn nothing_and_coarse_frames_are_no_error() {
        assert!(estimate(&[], 0.05, 120.0).is_none());
        assert!(estimate(&[1.0; 10], 86.0, 120.0).is_some());
    }
}
