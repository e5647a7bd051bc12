//! Times as people read and hear them.

/// A time as digits: `m:ss`, or `h:mm:ss` from one hour on, then `decimals` (0–6) of a second.
/// `wide` gives the hours whatever the time, so that a column of times lines up with the longest.
///
/// Truncates, as clocks do: a display must not run ahead of the sound.
#[must_use]
pub fn digits(secs: f64, decimals: usize, wide: bool) -> String {
    let decimals = decimals.min(6);
    let scale = 10_i64.pow(decimals as u32);
    // The small term keeps an exact 0.3 from showing as 0.299.
    let units = if secs.is_finite() {
        (secs.abs() * scale as f64 + 1e-6).floor() as i64
    } else {
        0
    };
    let (whole, fraction) = (units / scale, units % scale);
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    let sign = if secs < 0.0 && units > 0 { "−" } else { "" };
    let mut text = if hours > 0 || wide {
        format!("{sign}{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{sign}{minutes}:{seconds:02}")
    };
    if decimals > 0 {
        text.push_str(&format!(".{fraction:0decimals$}"));
    }
    text
}

/// A unit of time as it is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 3600 seconds.
    Hour,
    /// 60 seconds.
    Minute,
    /// With a tenth where it is not zero.
    Second,
}

/// A time as a screen reader should say it, for whoever knows the words: 1 hour, 2 minutes, 5.3 seconds. Empty hours
/// and minutes are left out.
#[must_use]
pub fn spoken(secs: f64) -> Vec<(f64, Unit)> {
    let tenths = if secs.is_finite() {
        (secs.max(0.0) * 10.0 + 1e-6).floor() as i64
    } else {
        0
    };
    let (hours, minutes, rest) = (tenths / 36_000, tenths / 600 % 60, tenths % 600);
    let mut parts = Vec::with_capacity(3);
    if hours > 0 {
        parts.push((hours as f64, Unit::Hour));
    }
    if minutes > 0 {
        parts.push((minutes as f64, Unit::Minute));
    }
    if rest > 0 || parts.is_empty() {
        parts.push((rest as f64 / 10.0, Unit::Second));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_digits() {
        assert_eq!(digits(0.0, 3, false), "0:00.000");
        assert_eq!(digits(72.3456, 3, false), "1:12.345");
        assert_eq!(digits(0.3, 1, false), "0:00.3");
        assert_eq!(digits(3_725.5, 1, false), "1:02:05.5");
        assert_eq!(digits(5.0, 0, true), "0:00:05");
        assert_eq!(digits(-1.5, 1, false), "−0:01.5");
        assert_eq!(digits(f64::NAN, 2, false), "0:00.00");
        assert_eq!(digits(86_399.999_999, 6, false), "23:59:59.999999");
    }

    #[test]
    fn spoken_times() {
        use Unit::{Hour, Minute, Second};
        assert_eq!(spoken(0.0), [(0.0, Second)]);
        assert_eq!(spoken(72.34), [(1.0, Minute), (12.3, Second)]);
        assert_eq!(spoken(3600.0), [(1.0, Hour)]);
        assert_eq!(spoken(7_325.5), [(2.0, Hour), (2.0, Minute), (5.5, Second)]);
        assert_eq!(spoken(f64::NAN), [(0.0, Second)]);
    }
}
