//! From the powers of blocks to the loudness of a programme (BS.1770-4, annex 1), and to its range.

/// What silence is raised to: −100.691 LUFS.
const POWER_FLOOR: f64 = 1e-10;
const ABSOLUTE_GATE_LUFS: f64 = -70.0;
const RELATIVE_GATE_LU: f64 = 10.0;
/// The relative gate of the loudness range.
const RANGE_GATE_LU: f64 = 20.0;

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

/// Loudness range in LU (EBU Tech 3342) from the powers of short-term windows; 0 where none is above the gate.
pub(super) fn range(powers: &[f64]) -> f64 {
    let above = |gate_lufs: f64| {
        powers
            .iter()
            .copied()
            .filter(move |p| loudness(*p) >= gate_lufs)
    };
    let gate = loudness(mean(above(ABSOLUTE_GATE_LUFS))) - RANGE_GATE_LU;
    let mut kept: Vec<f64> = above(gate.max(ABSOLUTE_GATE_LUFS)).collect();
    kept.sort_unstable_by(f64::total_cmp);
    let percentile = |p: f64| {
        let at = (kept.len().saturating_sub(1) as f64 * p + 0.5).floor() as usize;
        kept.get(at).copied().map_or(0.0, loudness)
    };
    percentile(0.95) - percentile(0.10)
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

    #[test]
    fn the_range_lies_between_two_percentiles_of_what_is_above_its_gate() {
        // 101 windows from −30 to −20 LUFS: the 10th is at −29, the 95th at −20.5. −60 falls to the gate.
        let mut powers: Vec<f64> = (0..=100)
            .map(|i| power(-30.0 + f64::from(i) * 0.1))
            .collect();
        powers.extend([power(-60.0); 50]);
        assert!((range(&powers) - 8.5).abs() < 1e-9);
        assert_eq!((range(&[]), range(&[0.0; 9])), (0.0, 0.0));
    }
}
