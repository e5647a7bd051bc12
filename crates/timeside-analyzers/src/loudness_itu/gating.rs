//! From the powers of blocks to the loudness of a programme (BS.1770-4, annex 1).

/// What silence is raised to: −100.691 LUFS.
const POWER_FLOOR: f64 = 1e-10;
const ABSOLUTE_GATE_LUFS: f64 = -70.0;
const RELATIVE_GATE_LU: f64 = 10.0;

/// Loudness of a weighted mean square in LUFS.
pub(super) fn loudness(power: f64) -> f64 {
    -0.691 + 10.0 * power.max(POWER_FLOOR).log10()
}

/// Gated loudness and relative threshold in LUFS.
pub(super) fn programme(powers: &[f64]) -> (f64, f64) {
    let above = |gate_lufs: f64| {
        loudness(mean(
            powers.iter().copied().filter(|p| loudness(*p) > gate_lufs),
        ))
    };
    let threshold = above(ABSOLUTE_GATE_LUFS) - RELATIVE_GATE_LU;
    (above(threshold.max(ABSOLUTE_GATE_LUFS)), threshold)
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), v| (sum + v, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power(lufs: f64) -> f64 {
        10f64.powf((lufs + 0.691) / 10.0)
    }

    #[test]
    fn both_gates() {
        // -72 falls to the absolute gate; -36 lies below the relative one, which the mean of the two others sets.
        let (gated, threshold) = programme(&[power(-72.0), power(-36.0), power(-20.0)]);
        assert!((gated + 20.0).abs() < 1e-9);
        assert!((threshold - (loudness((power(-36.0) + power(-20.0)) / 2.0) - 10.0)).abs() < 1e-9);
    }

    #[test]
    fn nothing_above_the_gate() {
        for powers in [vec![], vec![0.0; 5], vec![power(-71.0)]] {
            let (gated, threshold) = programme(&powers);
            assert!((gated + 100.691).abs() < 1e-9 && (threshold + 110.691).abs() < 1e-9);
        }
    }
}
