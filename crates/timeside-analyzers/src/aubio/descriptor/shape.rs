//! Descriptors of one spectrum's shape, from a few sums over its bins.

const LANES: usize = 8;

/// Sums over the bins `j` of magnitude `M`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// `Σ M`.
    pub(super) total: f32,
    /// `Σ j·M`.
    pub(super) weighted: f32,
    /// `Σ M²`.
    pub(super) energy: f32,
    /// `Σ (M[j] − M[0])/j` over `j ≥ 1`.
    falls: f32,
}

impl Sums {
    /// The sums, in one pass; `reciprocals` are `1/j`, the first 0.
    pub(super) fn of(magnitudes: &[f32], reciprocals: &[f32]) -> Self {
        let first = magnitudes.first().copied().unwrap_or(0.0);
        let mut lanes = [[0f32; LANES]; 4];
        let mut bin: [f32; LANES] = std::array::from_fn(|l| l as f32);
        let (pieces, rest) = magnitudes.as_chunks::<LANES>();
        let (by, by_rest) = reciprocals.as_chunks::<LANES>();
        let [total, weighted, energy, falls] = &mut lanes;
        for (m, r) in pieces.iter().zip(by) {
            for l in 0..LANES {
                total[l] += m[l];
                weighted[l] += bin[l] * m[l];
                energy[l] += m[l] * m[l];
                falls[l] += (m[l] - first) * r[l];
                bin[l] += LANES as f32;
            }
        }
        for (l, (m, r)) in rest.iter().zip(by_rest).enumerate() {
            total[l] += m;
            weighted[l] += bin[l] * m;
            energy[l] += m * m;
            falls[l] += (m - first) * r;
        }
        let [total, weighted, energy, falls] = lanes.map(sum);
        Self {
            total,
            weighted,
            energy,
            falls,
        }
    }

    /// The centre of gravity in bins; 0 for silence.
    pub(super) fn centroid(&self) -> f32 {
        quotient(self.weighted, self.total)
    }

    /// The slope of the line of least squares through the magnitudes, over their sum.
    pub(super) fn slope(&self, bins: usize) -> f32 {
        if self.total == 0.0 || bins < 2 {
            return 0.0;
        }
        let (k, s) = (bins as f64, f64::from(self.total));
        let numerator = k * f64::from(self.weighted) - s * (k * (k - 1.0) / 2.0);
        let denominator = k * k * (k * k - 1.0) / 12.0;
        (numerator / denominator / s) as f32
    }

    /// The mean decrease from the first bin; 0 where nothing but it sounds.
    pub(super) fn decrease(&self, magnitudes: &[f32]) -> f32 {
        let first = magnitudes.first().copied().unwrap_or(0.0);
        quotient(self.falls, self.total - first)
    }
}

/// Moments about the centroid.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Central {
    /// The second, in squared bins.
    pub(super) spread: f32,
    /// The third over the second to the power 3/2.
    pub(super) skewness: f32,
    /// The fourth over the square of the second.
    pub(super) kurtosis: f32,
}

impl Central {
    /// The moments, in one pass; zeros for silence and for a single bin.
    pub(super) fn of(magnitudes: &[f32], sums: &Sums) -> Self {
        let mean = sums.centroid();
        let mut lanes = [[0f32; LANES]; 3];
        let mut bin: [f32; LANES] = std::array::from_fn(|l| l as f32 - mean);
        let mut next = std::array::from_fn::<f32, LANES, _>(|l| l as f32);
        let (pieces, rest) = magnitudes.as_chunks::<LANES>();
        let [m2, m3, m4] = &mut lanes;
        for m in pieces {
            for l in 0..LANES {
                let (d, square) = (bin[l], bin[l] * bin[l]);
                let weighted = square * m[l];
                m2[l] += weighted;
                m3[l] += weighted * d;
                m4[l] += weighted * square;
                next[l] += LANES as f32;
                bin[l] = next[l] - mean;
            }
        }
        for (l, m) in rest.iter().enumerate() {
            let (d, square) = (bin[l], bin[l] * bin[l]);
            let weighted = square * m;
            m2[l] += weighted;
            m3[l] += weighted * d;
            m4[l] += weighted * square;
        }
        let [m2, m3, m4] = lanes.map(|m| quotient(sum(m), sums.total));
        Self {
            spread: m2,
            skewness: quotient(m3, m2 * m2.sqrt()),
            kurtosis: quotient(m4, m2 * m2),
        }
    }
}

/// The number of lowest bins that hold 95 % of the energy; 0 for silence.
pub(super) fn rolloff(magnitudes: &[f32], energy: f32) -> f32 {
    if energy == 0.0 {
        return 0.0;
    }
    let cutoff = 0.95 * energy;
    let (pieces, rest) = magnitudes.as_chunks::<LANES>();
    let mut below = 0.0;
    let mut bins = 0;
    // Whole pieces below the cutoff first; then bin by bin.
    for piece in pieces {
        let with = below + sum(piece.map(|m| m * m));
        if with >= cutoff {
            break;
        }
        below = with;
        bins += LANES;
    }
    let tail = magnitudes.get(bins..).unwrap_or(rest);
    for m in tail {
        below += m * m;
        bins += 1;
        if below >= cutoff {
            break;
        }
    }
    bins as f32
}

/// 0 where there is nothing to divide by.
fn quotient(a: f32, b: f32) -> f32 {
    if b == 0.0 { 0.0 } else { a / b }
}

/// The sum of the lanes, in a fixed order.
fn sum(lanes: [f32; LANES]) -> f32 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
