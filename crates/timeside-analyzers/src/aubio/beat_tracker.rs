//! Beats from a detection function (Davies & Plumbley 2005), as aubio tracks them. Single precision is part of the
//! method: weights that vanish in it decide.

use super::extrema::{last_argmax, parabola_height, parabola_position, round_half_up};

/// Lags whose products are summed together: their independent lanes stay in registers.
const LANES: usize = 32;

/// The tempo that is preferred while none is known.
const PREFERRED_BPM: f64 = 120.0;

/// How far a period may drift before it counts as another tempo, in steps.
const DRIFT: f32 = 3.901;

/// A shorter period than this is doubled, in steps.
const SHORTEST_PERIOD: f32 = 25.0;

/// Beats per bar that are assumed while none are known.
const ASSUMED_BAR: usize = 4;

/// Follows the beat of a detection function, a quarter of its window at a time. Periods and places are in steps.
#[derive(Debug)]
pub(crate) struct BeatTracker {
    window: usize,
    lags: usize,
    /// The period of [`PREFERRED_BPM`].
    preferred: f32,
    recency: Vec<f32>,
    tempo_weights: Vec<f32>,
    /// Round the period of the known tempo.
    context_weights: Vec<f32>,
    phase_weights: Vec<f32>,
    /// The detection function, newest first; `LANES` zeros after it.
    reversed: Vec<f32>,
    /// The same weighted by recency.
    weighted: Vec<f32>,
    correlation: Vec<f32>,
    comb: Vec<f32>,
    phases: Vec<f32>,
    state: State,
    last_beat: f32,
    beats: Vec<f32>,
}

/// What it knows of the tempo.
#[derive(Debug)]
struct State {
    /// Beats per bar; 0 while the tempo is not settled.
    bar: usize,
    /// The period of the settled tempo; 0 while there is none.
    settled: f32,
    /// The period that was measured last, and before.
    measured: f32,
    earlier: [f32; 2],
    /// The period that beats are placed by; 0 for none.
    beat: f32,
    countdown: u32,
    stepped: bool,
}

impl BeatTracker {
    /// A tracker of a detection function of which it sees `window` values, a multiple of 4, every quarter of them;
    /// they are `step` frames of audio apart.
    pub(crate) fn new(window: usize, step: usize, sample_rate: u32) -> Self {
        let lags = window / 4;
        let preferred = (60.0 * f64::from(sample_rate) / (PREFERRED_BPM * step as f64)) as f32;
        let rho = f64::from(preferred);
        // 2^((i + 1)/ρ) / 2^((window + 2)/ρ), which alone would overflow.
        let recency = |i| ((i as f64 - window as f64 - 1.0) / rho).exp2() as f32;
        let rayleigh = |i| {
            let lag = i as f64 + 1.0;
            (lag / (rho * rho) * (-lag * lag / (2.0 * rho * rho)).exp()) as f32
        };
        Self {
            window,
            lags,
            preferred,
            recency: (0..window).map(recency).collect(),
            tempo_weights: (0..lags).map(rayleigh).collect(),
            context_weights: vec![0.0; lags],
            phase_weights: vec![1.0; 2 * lags],
            reversed: vec![0.0; window + LANES],
            weighted: vec![0.0; window],
            correlation: vec![0.0; window + LANES],
            comb: vec![0.0; lags],
            phases: vec![0.0; window],
            state: State {
                bar: 0,
                settled: 0.0,
                measured: 1.0,
                earlier: [0.0; 2],
                beat: 0.0,
                countdown: 0,
                stepped: false,
            },
            last_beat: 0.0,
            beats: Vec::with_capacity(lags),
        }
    }

    /// Takes the newest window. Gives the places of the beats in the quarter that follows.
    pub(crate) fn next(&mut self, function: &[f32]) -> &[f32] {
        for (i, (d, w)) in function.iter().zip(&self.recency).enumerate() {
            let back = self.window - 1 - i;
            self.reversed[back] = *d;
            self.weighted[back] = d * w;
        }
        self.correlate();
        let bar = if self.state.bar == 0 {
            ASSUMED_BAR
        } else {
            self.state.bar
        };
        self.comb(bar, true);
        self.comb
            .iter_mut()
            .zip(&self.tempo_weights)
            .for_each(|(a, w)| *a *= w);
        let peak = last_argmax(&self.comb);
        self.state.measured = if peak > 0 && peak + 1 < self.lags {
            parabola_position(&self.comb, peak)
        } else {
            self.preferred.floor()
        };
        self.update_tempo();
        self.beats.clear();
        if self.state.beat > 0.0 {
            self.place_beats();
        }
        &self.beats
    }

    /// The period of the beat in steps; 0 for none.
    #[cfg(test)]
    pub(crate) fn period(&self) -> f32 {
        self.state.beat
    }

    /// How much of the periodicity is the settled tempo's; 0 while there is none. It may exceed 1.
    pub(crate) fn confidence(&self) -> f32 {
        let sum: f32 = self.comb.iter().sum();
        if self.state.settled == 0.0 || sum == 0.0 {
            return 0.0;
        }
        crate::finite(parabola_height(&self.comb, self.state.settled) / sum)
    }

    /// The unbiased autocorrelation.
    fn correlate(&mut self) {
        for first in (0..self.window).step_by(LANES) {
            let mut sums = [0.0; LANES];
            // The oldest values first, as they come.
            let values = self.reversed[..self.window - first].iter().rev();
            let shifted = self.reversed[first..].windows(LANES).rev().skip(1);
            for (x, others) in values.zip(shifted) {
                for (sum, y) in sums.iter_mut().zip(others) {
                    *sum += x * y;
                }
            }
            for (lag, (c, sum)) in
                (first..).zip(self.correlation[first..self.window].iter_mut().zip(sums))
            {
                *c = crate::finite(sum / (self.window - lag) as f32);
            }
        }
    }

    /// How well each lag's multiples fit, up to a bar; `even` gives each multiple the same weight.
    fn comb(&mut self, bar: usize, even: bool) {
        self.comb.fill(0.0);
        for i in 1..self.lags - 1 {
            for a in 1..=bar {
                let width = 2 * a - 1;
                let scale = if even { 1.0 / width as f32 } else { 1.0 };
                for c in &self.correlation[i * a..i * a + width] {
                    self.comb[i] += c * scale;
                }
            }
        }
    }

    /// Holds a settled tempo, or settles one when the measured period has been steady.
    fn update_tempo(&mut self) {
        if self.state.settled != 0.0 {
            self.comb(self.state.bar, false);
            self.comb
                .iter_mut()
                .zip(&self.context_weights)
                .for_each(|(a, w)| *a *= w);
            self.state.settled = parabola_position(&self.comb, last_argmax(&self.comb));
        }
        let steady = self.state.is_steady();
        self.phase_weights.fill(1.0);
        let s = &mut self.state;
        s.earlier = [s.measured, s.earlier[0]];
        if steady {
            s.settled = s.measured;
            s.beat = s.settled;
            let (settled, lags) = (s.settled, self.lags);
            self.state.bar = self.bar_of(settled as usize);
            for (j, w) in self.context_weights[..lags].iter_mut().enumerate() {
                *w = gaussian(j as f32 + 1.0 - settled, DRIFT * DRIFT);
            }
        } else if s.bar != 0 {
            s.beat = s.settled;
            let steps = self.lags as f32;
            if steps > self.last_beat {
                for (j, w) in self.phase_weights.iter_mut().enumerate() {
                    *w = gaussian(
                        1.0 + j as f32 - steps + self.last_beat,
                        self.state.beat / 8.0,
                    );
                }
            }
        } else {
            s.beat = s.measured;
        }
        let beat = &mut self.state.beat;
        while 0.0 < *beat && *beat < SHORTEST_PERIOD {
            *beat *= 2.0;
        }
    }

    /// Three or four beats per bar, whichever multiples of a period fit better.
    fn bar_of(&self, period: usize) -> usize {
        if period < 2 {
            return 4;
        }
        let near = |multiple: usize| -> f32 {
            let from = multiple * period - 2;
            let of = |i| {
                self.correlation[..self.window]
                    .get(i)
                    .copied()
                    .unwrap_or(0.0)
            };
            (from..from + 4).map(of).sum()
        };
        let (mut three, mut four) = (near(3), near(4));
        if self.window <= 6 * period + 2 {
            three += near(6);
            four += near(2);
        }
        if three > four { 3 } else { 4 }
    }

    fn place_beats(&mut self) {
        let period = self.state.beat;
        let steps = self.lags as f32;
        let multiples = (self.window as f32 / period).floor() as usize;
        self.phases.fill(0.0);
        let used = (period.ceil() as usize).min(self.window);
        for k in 0..multiples {
            let offset = round_half_up(period * k as f32) as usize;
            for (p, d) in self.phases[..used]
                .iter_mut()
                .zip(self.weighted.iter().skip(offset))
            {
                *p += d;
            }
        }
        for (p, w) in self.phases.iter_mut().zip(&self.phase_weights) {
            *p *= w;
        }
        let peak = last_argmax(&self.phases);
        let phase = 1.0
            + if peak + 1 >= self.window {
                steps - self.last_beat
            } else {
                parabola_position(&self.phases, peak)
            };
        let mut beat = period - phase;
        if steps - self.last_beat - phase < -0.4 * period {
            beat += period;
        }
        while beat + period < 0.0 {
            beat += period;
        }
        if beat >= 0.0 {
            self.beats.push(beat);
        }
        while beat + period <= steps {
            beat += period;
            self.beats.push(beat);
        }
        self.last_beat = beat;
    }
}

impl State {
    /// Whether the measured period, having left the settled one, has stayed where it is for three windows.
    fn is_steady(&mut self) -> bool {
        if self.countdown == 0 {
            self.stepped = (self.settled - self.measured).abs() > 2.0 * DRIFT;
            if self.stepped {
                self.countdown = 3;
            }
        }
        if self.countdown == 1 && self.stepped {
            let [last, before] = self.earlier;
            if (2.0 * self.measured - last - before).abs() < DRIFT {
                self.countdown = 0;
                return true;
            }
            self.countdown = 2;
        } else if self.countdown > 0 {
            self.countdown -= 1;
        }
        false
    }
}

/// `exp(−x²/2v)`, exactly 0 where single precision ends.
fn gaussian(x: f32, variance: f32) -> f32 {
    (-0.5 * f64::from(x) * f64::from(x) / f64::from(variance)).exp() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs over a function with a pulse at each multiple of `period`; gives the beats as absolute places.
    fn track(period: f64, quarters: usize) -> (BeatTracker, Vec<f64>) {
        let mut tracker = BeatTracker::new(1_024, 256, 44_100);
        let mut window = vec![0.0; 1_024];
        let mut beats = Vec::new();
        for q in 0..quarters {
            window.rotate_left(256);
            let start = q * 256;
            for (i, d) in window[768..].iter_mut().enumerate() {
                let place = (start + i) as f64;
                let nearest = (place / period).round() * period;
                *d = if (place - nearest).abs() < 1.0 {
                    10.0
                } else {
                    -0.1
                };
            }
            let next = (start + 256) as f64;
            beats.extend(tracker.next(&window).iter().map(|b| next + f64::from(*b)));
        }
        (tracker, beats)
    }

    #[test]
    fn regular_pulses_are_followed() {
        let (tracker, beats) = track(86.0, 14);
        assert!(
            (tracker.period() - 86.0).abs() < 0.5,
            "{}",
            tracker.period()
        );
        let late: Vec<f64> = beats.into_iter().filter(|b| *b > 2_000.0).collect();
        assert!(late.len() >= 15, "{late:?}");
        for pair in late.windows(2) {
            assert!((pair[1] - pair[0] - 86.0).abs() < 1.5, "{late:?}");
        }
        let off = (late[4] / 86.0 - (late[4] / 86.0).round()).abs() * 86.0;
        assert!(off < 3.0, "{off}");
        assert!(tracker.confidence() > 0.0);
    }

    #[test]
    fn the_autocorrelation_is_the_defined_one() {
        let (tracker, _) = track(77.0, 4);
        let d: Vec<f32> = tracker.reversed[..1_024].iter().rev().copied().collect();
        for lag in [0usize, 1, 31, 32, 77, 500, 1_023] {
            let sum: f32 = (lag..1_024).map(|i| d[i] * d[i - lag]).sum();
            assert_eq!(
                tracker.correlation[lag],
                sum / (1_024 - lag) as f32,
                "{lag}"
            );
        }
    }

    #[test]
    fn nothing_and_overflow_are_borne() {
        for level in [0.0, f32::MAX, -f32::MAX] {
            let mut tracker = BeatTracker::new(4, 4_096, 8_000);
            for _ in 0..10 {
                assert!(tracker.next(&[level; 4]).iter().all(|b| b.is_finite()));
                assert!(tracker.confidence().is_finite());
            }
        }
    }
}
