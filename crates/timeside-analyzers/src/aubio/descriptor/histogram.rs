//! The histogram mean of aubio's phase and difference descriptors.

const CLASSES: usize = 10;

/// `Σ count·centre / 10` over ten classes between the least and the largest of `values`. The least are not counted, nor
/// is the largest, unless rounding puts it into the last class: so this runs in single precision and in aubio's order.
/// Leaves in `values` where each lies, 0 to 10.
pub(super) fn mean(values: &mut [f32]) -> f32 {
    let (low, high) = range(values);
    let span = high - low;
    let scale = if span > 0.0 {
        CLASSES as f32 / span
    } else {
        0.0
    };
    let mut counts = [0u32; CLASSES];
    for v in values.iter_mut() {
        let z = (*v - low) * scale;
        *v = z;
        if z > 0.0 && z < CLASSES as f32 {
            counts[z as usize] += 1;
        }
    }
    let step = span / CLASSES as f32;
    let first = low + 0.5 * step;
    let weighted = |(class, count): (usize, &u32)| *count as f32 * (first + class as f32 * step);
    counts.iter().enumerate().map(weighted).sum::<f32>() / CLASSES as f32
}

/// The least and the largest; zeros for none.
fn range(values: &[f32]) -> (f32, f32) {
    const LANES: usize = 8;
    let first = values.first().copied().unwrap_or(0.0);
    let (mut low, mut high) = ([first; LANES], [first; LANES]);
    let mut add = |l: usize, v: f32| {
        low[l] = if v < low[l] { v } else { low[l] };
        high[l] = if v > high[l] { v } else { high[l] };
    };
    let (pieces, rest) = values.as_chunks::<LANES>();
    for piece in pieces {
        for (l, v) in piece.iter().enumerate() {
            add(l, *v);
        }
    }
    for (l, v) in rest.iter().enumerate() {
        add(l, *v);
    }
    (
        low.into_iter().fold(first, f32::min),
        high.into_iter().fold(first, f32::max),
    )
}
