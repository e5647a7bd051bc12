//! Magnitudes and phases of bins, four at a time.

use crate::{Complex32, elementary::atan2};
use std::ops::RangeInclusive;

/// The squares of such bins neither overflow nor vanish in single precision.
const ORDINARY: RangeInclusive<f32> = 1e-15..=1e15;

/// `|X|` of each bin into `values`, as many; the largest `f32` where the FFT overflowed.
pub fn magnitudes(bins: &[Complex32], values: &mut [f32]) {
    let magnitude = |c: Complex32| (c.re * c.re + c.im * c.im).sqrt();
    // Comparisons lose what is not a number; the sum keeps it.
    let (mut low, mut high, mut sum) = ([f32::MAX; 4], [0.0_f32; 4], [0.0_f32; 4]);
    let (fours, rest) = bins.as_chunks::<4>();
    let (to, to_rest) = values.as_chunks_mut::<4>();
    for (to, four) in to.iter_mut().zip(fours) {
        *to = four.map(magnitude);
        for i in 0..4 {
            low[i] = if to[i] < low[i] { to[i] } else { low[i] };
            high[i] = if to[i] > high[i] { to[i] } else { high[i] };
            sum[i] += to[i];
        }
    }
    for (to, c) in to_rest.iter_mut().zip(rest) {
        *to = magnitude(*c);
    }
    let all_ordinary = (0..4)
        .all(|i| low[i] >= *ORDINARY.start() && high[i] <= *ORDINARY.end() && !sum[i].is_nan());
    let checked = if all_ordinary { values.len() & !3 } else { 0 };
    for (to, c) in values.iter_mut().zip(bins).skip(checked) {
        if !ORDINARY.contains(to) {
            *to = wide(*c);
        }
    }
}

/// In double precision.
fn wide(c: Complex32) -> f32 {
    let (re, im) = (f64::from(c.re), f64::from(c.im));
    let wide = (re * re + im * im).sqrt() as f32;
    if wide.is_finite() { wide } else { f32::MAX }
}

/// The phase of each bin in −π..=π into `values`, as many; 0 where the FFT overflowed.
pub fn phases(bins: &[Complex32], values: &mut [f32]) {
    let phase = |c: Complex32| {
        let angle = atan2(c.im, c.re);
        if angle.is_finite() { angle } else { 0.0 }
    };
    let (fours, rest) = bins.as_chunks::<4>();
    let (to, to_rest) = values.as_chunks_mut::<4>();
    for (to, four) in to.iter_mut().zip(fours) {
        *to = four.map(phase);
    }
    for (to, c) in to_rest.iter_mut().zip(rest) {
        *to = phase(*c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bin_minds_its_neighbours() {
        let bins = [
            Complex32::new(3.0, 4.0),
            Complex32::new(3e-30, -4e-30),
            Complex32::new(-3e25, 4e25),
            Complex32::new(0.0, 0.0),
            Complex32::new(f32::INFINITY, f32::NAN),
            Complex32::new(f32::NAN, 1.0),
        ];
        let want = [5.0, 5e-30, 5e25, 0.0, f32::MAX, f32::MAX];
        // Each alone, and at each place among ordinary ones.
        for length in 1..10 {
            for at in 0..length {
                for (bin, want) in bins.iter().zip(want) {
                    let mut row = vec![Complex32::new(-0.6, 0.8); length];
                    row[at] = *bin;
                    let (mut m, mut p) = (vec![f32::NAN; length], vec![f32::NAN; length]);
                    magnitudes(&row, &mut m);
                    phases(&row, &mut p);
                    for (i, m) in m.iter().enumerate() {
                        let want = if i == at { want } else { 1.0 };
                        assert!((m - want).abs() <= 1e-6 * want, "{bin} at {at}: {m}");
                    }
                    for (i, (p, c)) in p.iter().zip(&row).enumerate() {
                        let angle = c.im.atan2(c.re);
                        let want = if c.re.is_finite() && c.im.is_finite() {
                            angle
                        } else {
                            0.0
                        };
                        assert!(
                            (p - want).abs() < 5e-7,
                            "{bin} at {at}: phase {i} {p} {want}"
                        );
                    }
                }
            }
        }
    }
}
