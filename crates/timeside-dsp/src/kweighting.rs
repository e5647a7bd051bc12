//! K-weighting at any sample rate (ITU-R BS.1770-4, annex 1).
//!
//! The Recommendation tabulates its two filters at 48 kHz only. They are the bilinear transforms of two
//! analogue prototypes (Brecht De Man, 2014), which this module transforms for the rate at hand; at 48 kHz
//! that gives the table to 14 digits.

use std::f64::consts::PI;

/// A second-order section `(b0 + b1·z⁻¹ + b2·z⁻²) / (1 + a1·z⁻¹ + a2·z⁻²)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Biquad {
    /// Numerator.
    pub b: [f64; 3],
    /// Denominator without its leading 1.
    pub a: [f64; 2],
}

impl Biquad {
    /// The section that changes nothing.
    pub const IDENTITY: Self = Self {
        b: [1.0, 0.0, 0.0],
        a: [0.0, 0.0],
    };

    /// Stage 1 of K-weighting: the shelf of a head, +4 dB above 1.7 kHz. At rates whose Nyquist frequency
    /// lies below the shelf, the identity.
    pub fn k_shelf(sample_rate: u32) -> Self {
        const CORNER_HZ: f64 = 1_681.974_450_955_533;
        const GAIN_DB: f64 = 3.999_843_853_973_347;
        const Q: f64 = 0.707_175_236_955_419_6;
        let Some(k) = prewarped(CORNER_HZ, sample_rate) else {
            return Self::IDENTITY;
        };
        let high = 10f64.powf(GAIN_DB / 20.0);
        let band = high.powf(0.499_666_774_154_541_6);
        let a0 = 1.0 + k / Q + k * k;
        Self {
            b: [
                (high + band * k / Q + k * k) / a0,
                2.0 * (k * k - high) / a0,
                (high - band * k / Q + k * k) / a0,
            ],
            a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / Q + k * k) / a0],
        }
    }

    /// Stage 2 of K-weighting: the high-pass at 38 Hz. Its numerator is not normalised, as in the Recommendation.
    pub fn k_high_pass(sample_rate: u32) -> Self {
        const CORNER_HZ: f64 = 38.135_470_876_024_44;
        const Q: f64 = 0.500_327_037_323_877_3;
        let Some(k) = prewarped(CORNER_HZ, sample_rate) else {
            return Self::IDENTITY;
        };
        let a0 = 1.0 + k / Q + k * k;
        Self {
            b: [1.0, -2.0, 1.0],
            a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / Q + k * k) / a0],
        }
    }
}

fn prewarped(corner_hz: f64, sample_rate: u32) -> Option<f64> {
    let cycles_per_sample = corner_hz / f64::from(sample_rate);
    (cycles_per_sample < 0.5).then(|| (PI * cycles_per_sample).tan())
}

/// A cascade of two sections in double precision, direct form II transposed. One per channel; its state
/// is carried through the whole programme.
#[derive(Debug, Clone)]
pub struct Cascade {
    sections: [Biquad; 2],
    state: [[f64; 2]; 2],
}

/// Below this a decaying state is silence; it is set to 0, because arithmetic on denormals is slow.
const SILENCE: f64 = 1e-30;

impl Cascade {
    /// A cascade at rest.
    pub fn new(sections: [Biquad; 2]) -> Self {
        Self {
            sections,
            state: [[0.0; 2]; 2],
        }
    }

    /// K-weighting at this rate.
    pub fn k_weighting(sample_rate: u32) -> Self {
        Self::new([
            Biquad::k_shelf(sample_rate),
            Biquad::k_high_pass(sample_rate),
        ])
    }

    /// Filters one sample.
    #[inline]
    pub fn process(&mut self, x: f64) -> f64 {
        let mut y = x;
        for (Biquad { b, a }, s) in self.sections.iter().zip(&mut self.state) {
            let x = y;
            y = b[0] * x + s[0];
            s[0] = (b[1] * x + s[1]) - a[0] * y;
            s[1] = b[2] * x - a[1] * y;
        }
        y
    }

    /// Filters samples and returns the sum of the squares of what comes out. A sample that is not finite
    /// counts as 0.
    pub fn energy(&mut self, samples: &[f32]) -> f64 {
        let mut sum = 0.0;
        for &x in samples {
            let y = self.process(if x.is_finite() { f64::from(x) } else { 0.0 });
            sum += y * y;
        }
        for s in self.state.iter_mut().flatten() {
            if s.abs() < SILENCE {
                *s = 0.0;
            }
        }
        sum
    }
}

/// The K-weighted energy of several channels, measured side by side: two filters at a time fill a vector register.
#[derive(Debug, Clone)]
pub struct WeightedEnergy {
    sections: [Biquad; 2],
    pairs: Vec<Pair>,
}

/// Two channels, their weights, filters and sums; an odd one's partner is itself with weight 0.
#[derive(Debug, Clone)]
struct Pair {
    channels: [usize; 2],
    weights: [f64; 2],
    /// Both states of the first section, then those of the second; each for both channels.
    state: [[f64; 2]; 4],
    sums: [f64; 2],
}

impl WeightedEnergy {
    /// Filters at rest. A channel whose weight is not above 0 is left out.
    pub fn new(sample_rate: u32, weights: &[f64]) -> Self {
        let heard: Vec<_> = (0..weights.len()).filter(|c| weights[*c] > 0.0).collect();
        let pair = |of: &[usize]| {
            let (a, b) = (of[0], *of.get(1).unwrap_or(&of[0]));
            Pair {
                channels: [a, b],
                weights: [weights[a], if of.len() == 2 { weights[b] } else { 0.0 }],
                state: [[0.0; 2]; 4],
                sums: [0.0; 2],
            }
        };
        Self {
            sections: [
                Biquad::k_shelf(sample_rate),
                Biquad::k_high_pass(sample_rate),
            ],
            pairs: heard.chunks(2).map(pair).collect(),
        }
    }

    /// Filters the frames `piece` of all channels and adds up their squares. However a signal is cut into pieces,
    /// the sums are the same to the last bit. A sample that is not finite counts as 0.
    ///
    /// # Panics
    /// If a channel is missing or shorter.
    pub fn feed(&mut self, channels: &[Vec<f32>], piece: std::ops::Range<usize>) {
        for pair in &mut self.pairs {
            let [a, b] = pair.channels.map(|c| &channels[c][piece.clone()]);
            pair.feed(&self.sections, a, b);
        }
    }

    /// The weighted sum of the squares since the last call, `Σ_c G_c·Σ_n y_c[n]²`.
    pub fn take(&mut self) -> f64 {
        let mut energy = 0.0;
        for pair in &mut self.pairs {
            energy += pair.weights[0] * pair.sums[0] + pair.weights[1] * pair.sums[1];
            pair.sums = [0.0; 2];
            for s in pair.state.iter_mut().flatten() {
                if s.abs() < SILENCE {
                    *s = 0.0;
                }
            }
        }
        energy
    }
}

impl Pair {
    fn feed(&mut self, sections: &[Biquad; 2], a: &[f32], b: &[f32]) {
        let [shelf, high_pass] = *sections;
        let [mut s0, mut s1, mut s2, mut s3] = self.state;
        let mut sums = self.sums;
        let finite = |x: f32| f64::from(if x.is_finite() { x } else { 0.0 });
        for (&a, &b) in a.iter().zip(b) {
            let x = [finite(a), finite(b)];
            // What waits for the sample before is added last: that is what the loop's time is.
            for l in 0..2 {
                let u = shelf.b[0] * x[l] + s0[l];
                s0[l] = (shelf.b[1] * x[l] + s1[l]) - shelf.a[0] * u;
                s1[l] = shelf.b[2] * x[l] - shelf.a[1] * u;
                let y = high_pass.b[0] * u + s2[l];
                s2[l] = (high_pass.b[1] * u + s3[l]) - high_pass.a[0] * y;
                s3[l] = high_pass.b[2] * u - high_pass.a[1] * y;
                sums[l] += y * y;
            }
        }
        self.state = [s0, s1, s2, s3];
        self.sums = sums;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(got: &[f64], want: &[f64]) {
        for (g, w) in got.iter().zip(want) {
            assert!((g - w).abs() < 1e-13, "{got:?} is not {want:?}");
        }
    }

    #[test]
    fn the_table_of_the_recommendation_at_48_khz() {
        let (shelf, high_pass) = (Biquad::k_shelf(48_000), Biquad::k_high_pass(48_000));
        assert_close(
            &shelf.b,
            &[1.53512485958697, -2.69169618940638, 1.19839281085285],
        );
        assert_close(&shelf.a, &[-1.69065929318241, 0.73248077421585]);
        assert_close(&high_pass.b, &[1.0, -2.0, 1.0]);
        assert_close(&high_pass.a, &[-1.99004745483398, 0.99007225036621]);
    }

    #[test]
    fn other_rates() {
        assert_close(
            &Biquad::k_shelf(44_100).b,
            &[1.53084123005035, -2.65097999515473, 1.16907907992159],
        );
        assert_close(
            &Biquad::k_high_pass(44_100).a,
            &[-1.9891696736298, 0.98919903578704],
        );
        assert_close(
            &Biquad::k_shelf(96_000).a,
            &[-1.84460946989011, 0.85584332293064],
        );
    }

    /// Every section must be stable at every rate that a header may claim: |a2| < 1 and |a1| < 1 + a2.
    #[test]
    fn stable_at_any_rate() {
        for rate in [
            1,
            50,
            76,
            77,
            100,
            1_000,
            3_363,
            3_364,
            4_000,
            8_000,
            11_025,
            192_000,
            768_000,
            u32::MAX,
        ] {
            for Biquad { a, .. } in [Biquad::k_shelf(rate), Biquad::k_high_pass(rate)] {
                assert!(
                    a[1].abs() < 1.0 && a[0].abs() < 1.0 + a[1] + 1e-12,
                    "{rate} Hz: {a:?}"
                );
            }
        }
    }

    #[test]
    fn a_full_scale_tone_at_997_hz_gains_0_691_db() {
        for (rate, tolerance_db) in [
            (16_000, 0.05),
            (44_100, 0.01),
            (48_000, 0.01),
            (96_000, 0.02),
        ] {
            let tone: Vec<f32> = (0..rate)
                .map(|n| (2.0 * PI * 997.0 * f64::from(n) / f64::from(rate)).sin() as f32)
                .collect();
            let power = Cascade::k_weighting(rate).energy(&tone) / f64::from(rate);
            let gain_db = 10.0 * (power / 0.5).log10();
            assert!(
                (gain_db - 0.691).abs() < tolerance_db,
                "{rate} Hz: {gain_db}"
            );
        }
    }

    #[test]
    fn samples_that_are_not_finite_count_as_silence_and_the_state_comes_to_rest() {
        let mut k = Cascade::k_weighting(48_000);
        assert!(k.energy(&[1.0, f32::NAN, f32::INFINITY, -1.0]).is_finite());
        k.energy(&vec![0.0; 480_000]);
        assert_eq!(k.state, [[0.0; 2]; 2]);
    }

    #[test]
    fn channels_side_by_side_give_what_each_gives_alone() {
        let channels: Vec<Vec<f32>> = (1..=3)
            .map(|c| {
                (0..1_000)
                    .map(|n| ((n * n * c) % 97) as f32 / 97.0 - 0.4)
                    .collect()
            })
            .collect();
        let alone = |c: usize| Cascade::k_weighting(48_000).energy(&channels[c]);
        let mut together = WeightedEnergy::new(48_000, &[1.0, 0.0, 1.41]);
        together.feed(&channels, 0..1_000);
        let whole = together.take();
        assert!((whole - (alone(0) + 1.41 * alone(2))).abs() < 1e-9 * whole);
        let mut mono = WeightedEnergy::new(48_000, &[1.0]);
        mono.feed(&channels[..1], 0..300);
        mono.feed(&channels[..1], 300..1_000);
        assert_eq!(mono.take(), alone(0));
        assert_eq!(mono.take(), 0.0);
    }
}
