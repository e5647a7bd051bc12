//! The sensory dissonance of partials (Plomp & Levelt 1965), as essentia weighs and adds it.

use super::peaks::Peak;
use timeside_dsp::scale::FrequencyScale;

/// Beyond this distance in critical bandwidths two partials do not beat.
const RANGE: f64 = 1.18;
/// Partials up to here add nothing of their own.
const LOWEST_HZ: f64 = 50.0;
/// Partials from here on disturb nobody.
const HIGHEST_HZ: f64 = 10_000.0;

/// A partial with what its neighbours need to know.
#[derive(Debug, Clone, Copy)]
struct Partial {
    hz: f64,
    loudness: f64,
    /// Critical bandwidth in Hz.
    band_hz: f64,
    /// Frequencies of its neighbours end here.
    upper_hz: f64,
}

/// Computes dissonances; keeps its memory from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Roughness {
    partials: Vec<Partial>,
}

impl Roughness {
    /// The dissonance of `peaks` (by ascending frequency), in 0..=0.5; 0 for none and for silence.
    pub(super) fn of(&mut self, peaks: &[Peak]) -> f64 {
        self.partials.clear();
        self.partials.extend(peaks.iter().map(partial));
        let total: f64 = self.partials.iter().map(|p| p.loudness).sum();
        if !(total > 0.0 && total.is_finite()) {
            return 0.0;
        }
        let mut sum = 0.0;
        for (i, here) in self.partials.iter().enumerate() {
            if here.hz <= LOWEST_HZ {
                continue;
            }
            let end = here.upper_hz.min(HIGHEST_HZ);
            // The distance in bandwidths grows to either side, so that the first one out of range ends a side.
            let beats = |other: &Partial| {
                let x = (here.hz - other.hz).abs() / here.band_hz.min(other.band_hz);
                let counts = if other.hz < end {
                    here.loudness + other.loudness
                } else {
                    0.0
                };
                (x <= RANGE).then(|| dissonance(x) * counts)
            };
            let below = self.partials[..i].iter().rev().map_while(beats);
            let above = self.partials[i + 1..].iter().map_while(beats);
            let rough: f64 = below.chain(above).sum();
            sum += rough.min(here.loudness);
        }
        (0.5 * sum / total).clamp(0.0, 0.5)
    }
}

fn partial(peak: &Peak) -> Partial {
    let bark = bark(peak.hz);
    let band_hz = 52_548.0 / (bark * bark - 52.56 * bark + 690.39);
    Partial {
        hz: peak.hz,
        loudness: peak.magnitude * a_weighting(peak.hz).powi(2),
        // The formula has a pole at 25.8 Bark, above 50 kHz: far beyond hearing there is no narrow band.
        band_hz: if band_hz > 0.0 && band_hz.is_finite() {
            band_hz
        } else {
            f64::MAX
        },
        upper_hz: hz(bark + RANGE),
    }
}

/// The factor of the A-weighting (IEC 61672-1), 1 at 1 kHz.
fn a_weighting(hz: f64) -> f64 {
    let f2 = hz * hz;
    let square = |corner: f64| corner * corner;
    1.258_93 * square(12_200.0) * f2 * f2
        / ((f2 + square(20.6))
            * (f2 + square(12_200.0))
            * ((f2 + square(107.7)) * (f2 + square(737.9))).sqrt())
}

/// Bark, Traunmüller 1990, with his corrections at both ends.
fn bark(hz: f64) -> f64 {
    let z = FrequencyScale::Bark.from_hz(hz);
    if z < 2.0 {
        z + 0.15 * (2.0 - z)
    } else if z > 20.1 {
        z + 0.22 * (z - 20.1)
    } else {
        z
    }
}

/// The frequency in Hz at a position in Bark; beyond the scale, infinity. Above 20.1 it is not the inverse of [`bark`]
/// (which would add 4.422): essentia’s numbers come from this one.
fn hz(bark: f64) -> f64 {
    let z = if bark < 2.0 {
        (bark - 0.3) / 0.85
    } else if bark > 20.1 {
        (bark - 4.422) / 1.22
    } else {
        bark
    };
    if z < 26.28 {
        FrequencyScale::Bark.to_hz(z)
    } else {
        f64::INFINITY
    }
}

/// How much two partials beat that lie `x` critical bandwidths apart: 0 together, 1 at a quarter, 0 far off. A fit to
/// the curve of Plomp and Levelt.
fn dissonance(x: f64) -> f64 {
    const CONSONANCE: [f64; 6] = [
        -6.589_778_78,
        28.582_242_26,
        -47.367_399_86,
        35.706_797_61,
        -10.365_263_44,
        1.000_266_09,
    ];
    let consonance = CONSONANCE.iter().fold(0.0, |sum, c| sum * x + c);
    1.0 - consonance.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(a: f64, b: f64) -> f64 {
        let peak = |hz| Peak { hz, magnitude: 1.0 };
        Roughness::default().of(&[peak(a), peak(b)])
    }

    #[test]
    fn neighbours_beat_and_others_do_not() {
        // A quarter of a critical band at 500 Hz, some 115 Hz wide, is roughest.
        assert!(pair(500.0, 527.0) > 0.45);
        assert_eq!(pair(500.0, 1_000.0), 0.0);
        assert!(pair(500.0, 501.0) < pair(500.0, 510.0));
        assert_eq!(pair(20.0, 30.0), 0.0);
        // At a critical distance of 0 and beyond the range.
        assert_eq!((dissonance(0.0), dissonance(RANGE) < 0.02), (0.0, true));
    }

    #[test]
    fn gain_changes_nothing() {
        let peaks = |gain: f64| {
            [300.0, 330.0, 350.0, 900.0, 12_000.0, 12_100.0].map(|hz| Peak {
                hz,
                magnitude: gain * 1_000.0 / hz,
            })
        };
        let mut roughness = Roughness::default();
        let (loud, soft) = (roughness.of(&peaks(8.0)), roughness.of(&peaks(0.001)));
        assert!(loud > 0.05 && (loud - soft).abs() < 1e-12, "{loud} {soft}");
    }

    #[test]
    fn the_bark_scale_turns_round() {
        for f in [20.0, 100.0, 199.0, 1_000.0, 6_000.0] {
            assert!((hz(bark(f)) - f).abs() < 1e-3 * f, "{f}");
        }
        for f in [48_000.0, 60_000.0, 96_000.0] {
            assert!(pair(9_000.0, f).is_finite() && pair(f, f + 200.0).is_finite());
        }
        assert!((a_weighting(1_000.0) - 1.0).abs() < 1e-3);
    }
}
