//! The only place where seconds become frames and back. A frame is one sample of every channel.

/// The frame nearest to `secs` at `rate` (halves away from zero). Saturates at the ends of `i64`.
pub fn frame_from_secs(secs: f64, rate: u32) -> i64 {
    (secs * f64::from(rate)).round() as i64
}

/// The last frame at or before `secs`, as upstream's `floor(start·sr)`.
pub fn frame_floor_from_secs(secs: f64, rate: u32) -> i64 {
    (secs * f64::from(rate)).floor() as i64
}

/// The number of frames that covers `secs`, as upstream's `ceil(duration·sr)`.
pub fn frames_covering_secs(secs: f64, rate: u32) -> i64 {
    (secs * f64::from(rate)).ceil() as i64
}

/// The time of a frame in seconds. A rate of 0 gives 0.
pub fn secs_from_frame(frame: i64, rate: u32) -> f64 {
    if rate == 0 {
        0.0
    } else {
        frame as f64 / f64::from(rate)
    }
}

/// `frames` counted at `from` Hz, counted at `to` Hz: the exact ratio, rounded to nearest.
pub fn frames_at_rate(frames: i64, from: u32, to: u32) -> i64 {
    if from == 0 {
        return 0;
    }
    let (n, from, to) = (i128::from(frames), i128::from(from), i128::from(to));
    let rounded = (n * to * 2 + from).div_euclid(from * 2);
    i64::try_from(rounded).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_and_seconds_round_trip() {
        for rate in [8_000, 44_100, 48_000, 384_000] {
            for frame in [0, 1, 44_099, 476_280_000, 33_177_600_000] {
                assert_eq!(frame_from_secs(secs_from_frame(frame, rate), rate), frame);
            }
        }
    }

    #[test]
    fn rates_convert_exactly() {
        assert_eq!(frames_at_rate(1_323_000, 44_100, 48_000), 1_440_000);
        assert_eq!(frames_at_rate(1, 44_100, 22_050), 1);
        assert_eq!(frames_at_rate(0, 0, 1), 0);
    }
}
