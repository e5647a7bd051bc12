//! Where a sound changes its sign: the places to cut it.

/// The frames at which the mean of the channels changes its sign, ascending. `channels` begin at `start_frame`; of a
/// pair of samples the one nearer to zero is given.
#[must_use]
pub fn zero_crossings(channels: &[Vec<f32>], start_frame: i64) -> Vec<i64> {
    let frames = channels.iter().map(Vec::len).min().unwrap_or(0);
    let mean = |frame: usize| channels.iter().map(|channel| channel[frame]).sum::<f32>();
    let mut out = Vec::new();
    for frame in 1..frames {
        let (before, after) = (mean(frame - 1), mean(frame));
        if (before < 0.0) != (after < 0.0) {
            let nearer = if before.abs() < after.abs() {
                frame - 1
            } else {
                frame
            };
            out.push(start_frame + nearer as i64);
        }
    }
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_sample_of_the_mean() {
        let left = vec![0.5, 0.1, -0.4, -0.5, -0.1, 0.6];
        assert_eq!(zero_crossings(std::slice::from_ref(&left), 100), [101, 104]);
        let louder = left.iter().map(|x| 1.0 - x).collect();
        assert_eq!(zero_crossings(&[left, louder], 0), [] as [i64; 0]);
        assert_eq!(zero_crossings(&[], 0), [] as [i64; 0]);
    }
}
