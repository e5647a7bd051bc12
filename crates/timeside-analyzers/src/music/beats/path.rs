//! Beats along an onset curve: the best compromise between strength and steadiness.

/// Below this share of the greatest local score the first beat is not yet sought.
const FIRST_BEAT: f64 = 0.01;

/// The frames of the beats, rising. `period` is in frames, at least 1.
pub(super) fn beats(curve: &[f32], period: usize, tightness: f64, trim: bool) -> Vec<usize> {
    let local = local_score(curve, period);
    let Some((total, back)) = scores(&local, period, tightness) else {
        return Vec::new();
    };
    let mut beats = Vec::new();
    let mut at = last_beat(&total);
    while let Some(t) = at {
        beats.push(t);
        at = back[t];
    }
    beats.reverse();
    trimmed(&local, beats, trim)
}

/// The curve in units of its deviation, under a Gaussian a 32nd of the period wide.
fn local_score(curve: &[f32], period: usize) -> Vec<f64> {
    let n = curve.len() as f64;
    let mean = curve.iter().map(|v| f64::from(*v)).sum::<f64>() / n.max(1.0);
    let square = |v: &f32| (f64::from(*v) - mean).powi(2);
    let deviation = (curve.iter().map(square).sum::<f64>() / (n - 1.0).max(1.0)).sqrt();
    let scale = 1.0 / (deviation + f64::from(f32::MIN_POSITIVE));
    // Beyond a quarter of the period the Gaussian is below 1e-13.
    let reach = (period / 4).max(1);
    let weights: Vec<f64> = (0..=reach)
        .map(|i| (-0.5 * (32.0 * i as f64 / period as f64).powi(2)).exp())
        .collect();
    let value = |t: usize| f64::from(curve[t]) * scale;
    (0..curve.len())
        .map(|t| {
            let mut sum = value(t);
            for (i, w) in weights.iter().enumerate().skip(1) {
                let before = t.checked_sub(i).map_or(0.0, value);
                let after = if t + i < curve.len() {
                    value(t + i)
                } else {
                    0.0
                };
                sum += w * (before + after);
            }
            sum
        })
        .collect()
}

/// For each frame the score of the best beats that end there, and the beat before; none without a curve.
type Scores = (Vec<f64>, Vec<Option<usize>>);

fn scores(local: &[f64], period: usize, tightness: f64) -> Option<Scores> {
    let least = FIRST_BEAT * local.iter().copied().reduce(f64::max)?;
    let nearest = ((period as f64 / 2.0).round_ties_even() as usize).max(1);
    let costs: Vec<f64> = (nearest..=2 * period)
        .map(|v| tightness * (v as f64 / period as f64).ln().powi(2))
        .collect();
    let mut total: Vec<f64> = Vec::with_capacity(local.len());
    let mut back = Vec::with_capacity(local.len());
    let mut first = true;
    for (t, score) in local.iter().enumerate() {
        let mut best: Option<(usize, f64)> = None;
        for (v, cost) in (nearest..).zip(&costs) {
            let Some(from) = t.checked_sub(v) else { break };
            let reached = total[from] - cost;
            if best.is_none_or(|(_, most)| reached > most) {
                best = Some((from, reached));
            }
        }
        total.push(score + best.map_or(0.0, |(_, most)| most));
        first = first && *score < least;
        back.push(if first {
            None
        } else {
            best.map(|(from, _)| from)
        });
    }
    Some((total, back))
}

/// The last maximum that is at least half as high as maxima usually are.
fn last_beat(total: &[f64]) -> Option<usize> {
    let is_peak = |t: usize| {
        t > 0 && total[t] > total[t - 1] && total.get(t + 1).is_none_or(|next| total[t] >= *next)
    };
    let peaks: Vec<usize> = (0..total.len()).filter(|t| is_peak(*t)).collect();
    let mut heights: Vec<f64> = peaks.iter().map(|t| total[*t]).collect();
    heights.sort_unstable_by(f64::total_cmp);
    let middle = heights.len() / 2;
    let median = match heights.len() {
        0 => return total.len().checked_sub(1),
        n if n % 2 == 0 => heights[middle - 1].midpoint(heights[middle]),
        _ => heights[middle],
    };
    let strong = peaks.iter().rev().find(|t| total[**t] >= 0.5 * median);
    strong.copied().or_else(|| total.len().checked_sub(1))
}

/// Without the beats before the first and after the last frame whose score is above half of what beats have.
fn trimmed(local: &[f64], mut beats: Vec<usize>, trim: bool) -> Vec<usize> {
    // Under a symmetric Hann window of five points, the outer two of which are 0.
    let at = |i: usize| beats.get(i).map_or(0.0, |t| local[*t]);
    let smooth = |i: usize| at(i) + 0.5 * (at(i + 1) + i.checked_sub(1).map_or(0.0, at));
    let power = (0..beats.len()).map(|i| smooth(i).powi(2)).sum::<f64>();
    let threshold = if trim {
        0.5 * (power / beats.len().max(1) as f64).sqrt()
    } else {
        0.0
    };
    let first = local.iter().position(|s| *s > threshold);
    let last = local.iter().rposition(|s| *s > threshold);
    beats.retain(|t| first.is_some_and(|f| *t >= f) && last.is_some_and(|l| *t <= l));
    beats
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_follow_the_pulses_and_bridge_a_missing_one() {
        let mut curve = vec![0.0_f32; 1_000];
        for i in 1..24 {
            if i != 10 {
                curve[i * 40 + i % 2] = 1.0;
            }
        }
        let got = beats(&curve, 40, 100.0, true);
        assert_eq!(got.len(), 23, "{got:?}");
        for (i, t) in (1..).zip(&got) {
            assert!(t.abs_diff(i * 40) <= 1, "{i} {t}");
        }
    }

    #[test]
    fn short_curves_have_few_beats() {
        assert!(beats(&[], 10, 100.0, true).is_empty());
        assert!(beats(&[1.0], 10, 100.0, true).len() <= 1);
    }
}
