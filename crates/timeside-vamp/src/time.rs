//! Vamp's time: whole seconds and nanoseconds; and how many steps a recording has.

use serde::{Deserialize, Serialize};

const NANOS: i64 = 1_000_000_000;

/// A moment or a length of time. As a plugin gives it, `nsec` may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RealTime {
    pub(crate) sec: i32,
    pub(crate) nsec: i32,
}

impl RealTime {
    /// The time of a frame, to the nearest nanosecond.
    pub(crate) fn of_frame(frame: i64, sample_rate: u32) -> Self {
        let rate = i64::from(sample_rate.max(1));
        let (sec, rest) = (frame.div_euclid(rate), frame.rem_euclid(rate));
        Self::normal(sec, (rest * NANOS + rate / 2) / rate)
    }

    /// The sum.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self::normal(
            i64::from(self.sec) + i64::from(other.sec),
            i64::from(self.nsec) + i64::from(other.nsec),
        )
    }

    fn normal(sec: i64, nsec: i64) -> Self {
        let sec = sec + nsec.div_euclid(NANOS);
        Self {
            sec: i32::try_from(sec).unwrap_or(if sec < 0 { i32::MIN } else { i32::MAX }),
            nsec: nsec.rem_euclid(NANOS) as i32,
        }
    }

    /// In seconds; always finite.
    pub(crate) fn secs(self) -> f64 {
        // A quotient of whole numbers: 1.5 s is 1.5, where a sum of 1 and 500000000·1e-9 would not be.
        (i64::from(self.sec) * NANOS + i64::from(self.nsec)) as f64 / NANOS as f64
    }
}

/// How many blocks vamp-simple-host gives a plugin of `samples`: all that are full, and then some that are partly
/// silent: one, or where more than two overlap as many as that less one.
pub(crate) fn total_steps(samples: i64, block: usize, step: usize) -> i64 {
    let (block, step) = (block as i64, step.max(1) as i64);
    let partial = (block / step - 1).max(1);
    if samples < block {
        partial
    } else {
        (samples - block) / step + 1 + partial
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_rounded_to_the_nanosecond() {
        let at = |frame| RealTime::of_frame(frame, 44_100);
        // What vamp-simple-host prints: 0.023219955, 0.046439909.
        assert_eq!(
            [at(1024).nsec, at(2048).nsec, at(44_100).nsec],
            [23_219_955, 46_439_909, 0]
        );
        assert_eq!(at(44_100 * 90_000).secs(), 90_000.0);
        let sum = at(44_099).plus(at(2));
        assert_eq!((sum.sec, sum.nsec), (1, 22_675));
    }

    #[test]
    fn steps_are_counted_as_the_simple_host_does() {
        // Blocks side by side, and overlapping by half: one partly silent block; by three quarters: three.
        assert_eq!(total_steps(10_240, 1_024, 1_024), 11);
        assert_eq!(total_steps(10_241, 1_024, 512), 20);
        assert_eq!(total_steps(256, 256, 64), 4);
        assert_eq!(total_steps(0, 256, 64), 3);
        assert_eq!(total_steps(0, 1_024, 1_024), 1);
    }
}
