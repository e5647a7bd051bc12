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

/// The words that [`spoken`] needs, singular and plural.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeWords {
    /// “hour”, “hours”.
    pub hour: (&'static str, &'static str),
    /// “minute”, “minutes”.
    pub minute: (&'static str, &'static str),
    /// “second”, “seconds”.
    pub second: (&'static str, &'static str),
}

/// A time as a screen reader should say it: “1 hour 2 minutes 5.3 seconds”. Tenths are left out
/// when they are zero; so are empty hours and minutes.
#[must_use]
pub fn spoken(secs: f64, words: &TimeWords) -> String {
    let tenths = if secs.is_finite() {
        (secs.max(0.0) * 10.0 + 1e-6).floor() as i64
    } else {
        0
    };
    let (hours, minutes) = (tenths / 36_000, tenths / 600 % 60);
    let (seconds, tenth) = (tenths / 10 % 60, tenths % 10);
    let mut parts = Vec::with_capacity(3);
    let mut say = |n: i64, word: (&str, &str)| {
        if n > 0 {
            parts.push(format!("{n} {}", if n == 1 { word.0 } else { word.1 }));
        }
    };
    say(hours, words.hour);
    say(minutes, words.minute);
    if tenth > 0 {
        parts.push(format!("{seconds}.{tenth} {}", words.second.1));
    } else if seconds > 0 || parts.is_empty() {
        let word = if seconds == 1 {
            words.second.0
        } else {
            words.second.1
        };
        parts.push(format!("{seconds} {word}"));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: TimeWords = TimeWords {
        hour: ("hour", "hours"),
        minute: ("minute", "minutes"),
        second: ("second", "seconds"),
    };

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
        assert_eq!(spoken(0.0, &WORDS), "0 seconds");
        assert_eq!(spoken(1.0, &WORDS), "1 second");
        assert_eq!(spoken(72.34, &WORDS), "1 minute 12.3 seconds");
        assert_eq!(spoken(3600.0, &WORDS), "1 hour");
        assert_eq!(spoken(7_325.5, &WORDS), "2 hours 2 minutes 5.5 seconds");
    }
}
