//! Whether two fingerprints are of one recording.

/// How two fingerprints lie over each other where they agree most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alignment {
    /// Row 0 of the second lies at this row of the first.
    pub offset_rows: i64,
    /// Rows that lie over each other.
    pub overlap_rows: usize,
    /// Share of their bits that differ, 0..=1: under 0.15 for one recording in two codings, around 0.5 for two.
    pub bit_error_rate: f64,
}

/// The offset at which the fewest bits differ, among those with at least `min_overlap_rows` rows (at least 1) over
/// each other (Haitsma and Kalker, “A highly robust audio fingerprinting system”, ISMIR 2002). `None` if a fingerprint
/// is shorter. Time grows with the product of the lengths.
pub fn align(a: &[u32], b: &[u32], min_overlap_rows: usize) -> Option<Alignment> {
    let least = min_overlap_rows.max(1);
    if a.len() < least || b.len() < least {
        return None;
    }
    let offsets = least as i64 - b.len() as i64..=(a.len() - least) as i64;
    let at = |offset_rows: i64| {
        let a = &a[usize::try_from(offset_rows).unwrap_or(0)..];
        let b = &b[usize::try_from(-offset_rows).unwrap_or(0)..];
        let different: u64 = a
            .iter()
            .zip(b)
            .map(|(a, b)| u64::from((a ^ b).count_ones()))
            .sum();
        let overlap_rows = a.len().min(b.len());
        Alignment {
            offset_rows,
            overlap_rows,
            bit_error_rate: different as f64 / (32 * overlap_rows) as f64,
        }
    };
    offsets
        .map(at)
        .min_by(|a, b| a.bit_error_rate.total_cmp(&b.bit_error_rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_where_it_was_taken() {
        let a: Vec<u32> = (1..50_u32).map(|i| i.wrapping_mul(0x9E37_79B9)).collect();
        let mut part = a[20..40].to_vec();
        part[3] ^= 1;
        let found = align(&a, &part, 10).unwrap();
        assert_eq!((found.offset_rows, found.overlap_rows), (20, 20));
        assert!((found.bit_error_rate - 1.0 / 640.0).abs() < 1e-12);
        assert_eq!(align(&part, &a, 10).unwrap().offset_rows, -20);
        assert_eq!(align(&a, &part, 21), None);
    }
}
