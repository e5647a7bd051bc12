use super::*;

/// A deterministic noise with rare large peaks.
fn noise(n: usize, mut seed: u32) -> Vec<f32> {
    (0..n)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let x = (seed >> 8) as f32 / (1 << 23) as f32 - 1.0;
            x * x * x
        })
        .collect()
}

/// Reads `from..to` of `x` into `pyramid`, in pieces.
fn fill(pyramid: &mut PeakPyramid, x: &[f32], from: usize, to: usize) {
    let mut fill = PeakFill::at(from as i64);
    for piece in x[from..to].chunks(777) {
        let inverse = piece.iter().map(|v| -v).collect();
        pyramid.push(&mut fill, &[piece.to_vec(), inverse]);
    }
    assert_eq!(fill.position(), to as i64);
    if to == x.len() {
        pyramid.finish(&mut fill);
    }
}

fn assert_is_peak_of(pyramid: &PeakPyramid, x: &[f32], from: usize, to: usize) {
    let base = pyramid.base_frames() as usize;
    let mut sum = PeakSum::default();
    pyramid.sum_runs(0, from, to, &mut sum);
    let want = Peak::of(&x[(from * base).min(x.len())..(to * base).min(x.len())]);
    let near = |a: f32, b: f32| a == b || (a - b).abs() <= 1.0 / 32_768.0;
    let got = sum.peak();
    assert!(
        near(got.min, want.min) && near(got.max, want.max),
        "{from}..{to}: {got:?}, {want:?}"
    );
    if to * base <= x.len() {
        assert!((got.mean_square - want.mean_square).abs() < 1e-4);
    }
}

#[test]
fn any_range_of_runs_is_the_peak_of_its_samples() {
    let x = noise(100_000, 1);
    let mut p = PeakPyramid::new(2, 1 << 20);
    fill(&mut p, &x, 0, x.len());
    assert!(p.is_whole());
    for (from, to) in [
        (0, 1),
        (0, 391),
        (3, 200),
        (8, 64),
        (7, 390),
        (63, 65),
        (100, 100),
    ] {
        assert_is_peak_of(&p, &x, from, to);
    }
}

#[test]
fn the_limit_holds_at_any_length_and_the_extremes_survive() {
    let x = noise(1_000_000, 2);
    let mut p = PeakPyramid::new(2, 512);
    fill(&mut p, &x, 0, x.len());
    assert_eq!(p.base_frames(), 2048);
    assert_eq!(p.covered().ranges(), std::slice::from_ref(&(0..1_000_000)));
    assert!(p.bytes() < 2 * 512 * 7 * 8 / 7 + 1000, "{}", p.bytes());
    for (from, to) in [(0, 489), (17, 300), (480, 489)] {
        assert_is_peak_of(&p, &x, from, to);
    }
    let mut expected = PeakPyramid::new(2, 512);
    expected.expect(1_000_000);
    assert_eq!(expected.base_frames(), 2048);
    // Two days at 192 kHz: more frames than 32 bits count.
    let mut long = PeakPyramid::new(2, 1 << 21);
    long.expect(2 * 86_400 * 192_000);
    assert_eq!(long.base_frames(), 16_384);
}

#[test]
fn parts_read_in_any_order_or_apart_are_the_whole() {
    let x = noise(700_003, 3);
    let mut whole = PeakPyramid::new(2, 4096);
    whole.expect(700_003);
    let mut in_parts = whole.clone();
    let mut merged = whole.clone();
    fill(&mut whole, &x, 0, x.len());
    let cuts = [0, 100_001, 250_000, 400_128, 699_000, x.len()];
    for (from, to) in [(3, 4), (0, 1), (4, 5), (2, 3), (1, 2)] {
        // A part that begins within a run gives it to the one before, which reads on to its end.
        let to = (cuts[to].div_ceil(256) * 256).min(x.len());
        fill(&mut in_parts, &x, cuts[from], to);
        let mut apart = PeakPyramid::new(2, 4096);
        apart.expect(700_003);
        fill(&mut apart, &x, cuts[from], to);
        let moved = apart.to_bytes();
        let (moved, rest) = PeakPyramid::from_bytes(&moved, 2, 4096).unwrap();
        assert!(rest.is_empty());
        assert!(moved == apart, "{from}");
        merged.absorb(moved);
        assert_eq!(merged.covered(), in_parts.covered());
        assert!(!in_parts.covered().ranges().is_empty());
    }
    assert_eq!(in_parts, whole);
    assert_eq!(merged, whole);
    assert!(merged.is_whole());
}

#[test]
fn halving_forgets_the_halves_and_nothing_else() {
    let x = noise(600_000, 4);
    let mut p = PeakPyramid::new(2, 512);
    // Runs 3..=100 of 256, then one so far away that the base must double four times.
    fill(&mut p, &x, 3 * 256, 101 * 256);
    assert!(!p.is_whole());
    fill(&mut p, &x, 590_000, 600_000);
    let base = p.base_frames();
    assert_eq!(base, 2048);
    let near = 2048..(101 * 256) / 2048 * 2048;
    assert_eq!(
        p.covered().ranges(),
        [near.clone(), (590_000 / base + 1) * base..600_000]
    );
    assert_is_peak_of(&p, &x, 1, (near.end / base) as usize);
}

#[test]
fn bytes_that_are_no_pyramid_are_refused() {
    let x = noise(10_000, 5);
    let mut p = PeakPyramid::new(2, 512);
    fill(&mut p, &x, 0, x.len());
    let bytes = p.to_bytes();
    assert_eq!(PeakPyramid::from_bytes(&bytes, 2, 512), Some((p, &[][..])));
    assert_eq!(PeakPyramid::from_bytes(&bytes, 1, 512), None);
    assert_eq!(PeakPyramid::from_bytes(&bytes, 2, 1024), None);
    for len in 0..bytes.len() {
        assert_eq!(PeakPyramid::from_bytes(&bytes[..len], 2, 512), None);
    }
    for at in 0..64 {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x81;
        // Whatever it makes of them, it can be asked.
        if let Some((p, _)) = PeakPyramid::from_bytes(&damaged, 2, 512) {
            let mut sum = PeakSum::default();
            p.sum_runs(1, 0, usize::MAX, &mut sum);
        }
    }
}
