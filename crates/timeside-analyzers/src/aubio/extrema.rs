//! Extrema as aubio finds and refines them. Which of equals is taken matters: after digital silence many are.

/// The index of the largest element that is not negative, the last of equals; 0 if all are negative.
pub(crate) fn last_argmax(v: &[f32]) -> usize {
    let mut best = (0.0, 0);
    for (i, x) in v.iter().enumerate() {
        if *x >= best.0 {
            best = (*x, i);
        }
    }
    best.1
}

/// The index of the smallest element, the last of equals; 0 for none.
pub(crate) fn last_argmin(v: &[f32]) -> usize {
    // Two loops over independent lanes are faster than one with a decision.
    const LANES: usize = 8;
    let mut lanes = [f32::INFINITY; LANES];
    let pieces = v.chunks_exact(LANES);
    let rest = pieces.remainder();
    for piece in pieces {
        for (least, x) in lanes.iter_mut().zip(piece) {
            *least = if x < least { *x } else { *least };
        }
    }
    let least = lanes
        .iter()
        .chain(rest)
        .copied()
        .fold(f32::INFINITY, f32::min);
    v.iter().rposition(|x| *x == least).unwrap_or(0)
}

/// The position of the extremum of the parabola through elements `p − 1`, `p`, `p + 1`; `p` itself at the ends and
/// where the three lie on a line.
pub(crate) fn parabola_position(v: &[f32], p: usize) -> f32 {
    if p == 0 || p + 1 >= v.len() {
        return p as f32;
    }
    let (before, at, after) = (v[p - 1], v[p], v[p + 1]);
    let position = p as f32 + 0.5 * (before - after) / (before - 2.0 * at + after);
    if position.is_finite() {
        position
    } else {
        p as f32
    }
}

/// The height of that parabola at a real position; 0 outside the elements.
pub(crate) fn parabola_height(v: &[f32], position: f32) -> f32 {
    if position.is_nan() || position < 0.0 || position >= v.len() as f32 {
        return 0.0;
    }
    let nearest = ((position + 0.5).floor() as usize).min(v.len() - 1);
    let offset = position - nearest as f32;
    if offset == 0.0 || nearest == 0 || nearest + 1 == v.len() {
        return v[nearest];
    }
    v[nearest] - 0.25 * (v[nearest - 1] - v[nearest + 1]) * offset
}

/// The nearest whole number, halves upwards.
pub(crate) fn round_half_up(x: f32) -> f32 {
    (x + 0.5).floor()
}

/// `10·log₁₀` of the mean square in dB of a full-scale square wave; −∞ for silence.
pub(crate) fn level_db(samples: &[f32]) -> f32 {
    let sum = samples.iter().fold(0.0, |sum, x| sum + x * x);
    10.0 * (sum / samples.len().max(1) as f32).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_equals_is_taken() {
        assert_eq!(last_argmax(&[1.0, 3.0, 3.0, 2.0]), 2);
        assert_eq!(last_argmax(&[0.0; 5]), 4);
        assert_eq!(last_argmax(&[-1.0, -2.0]), 0);
        let mut v = [1.0; 21];
        assert_eq!(last_argmin(&v), 20);
        (v[3], v[17]) = (-1.0, -1.0);
        assert_eq!(last_argmin(&v), 17);
        assert_eq!(last_argmin(&[f32::NAN; 9]), 0);
        assert_eq!(last_argmin(&[]), 0);
    }

    #[test]
    fn a_parabola_is_read_exactly() {
        let v: Vec<f32> = (0..5).map(|i| 4.0 - (i as f32 - 2.25).powi(2)).collect();
        let top = parabola_position(&v, 2);
        assert!((top - 2.25).abs() < 1e-6);
        assert!((parabola_height(&v, top) - 4.0).abs() < 0.07);
        assert_eq!(parabola_height(&v, 3.0), v[3]);
        assert_eq!(parabola_position(&[1.0; 3], 1), 1.0);
        assert_eq!(parabola_height(&v, 5.0), 0.0);
    }

    #[test]
    fn levels() {
        assert_eq!(level_db(&[1.0, -1.0]), 0.0);
        assert_eq!(level_db(&[0.0; 4]), f32::NEG_INFINITY);
    }
}
