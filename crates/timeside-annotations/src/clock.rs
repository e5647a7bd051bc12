//! Numbers and times as people and programs write them.

/// Parts of a second that a clock keeps exactly: digits beyond are cut.
const MAX_FRACTION_DIGITS: usize = 9;

/// A decimal number, with a point or a comma. `nan` and `inf` are numbers too: whoever asked refuses them in words.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(n) = text.parse() {
        return Some(n);
    }
    if text.len() > 64 || !text.contains(',') {
        return None;
    }
    // The last of the two is the decimal one; the other parts thousands.
    let plain = match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(point)) if point > comma => text.replace(',', ""),
        (Some(comma), _) if text[..comma].contains(',') => return None,
        _ => text.replace('.', "").replace(',', "."),
    };
    plain.parse().ok()
}

/// `[[h…:]m…:]s…[.fff]` in seconds, with a point or a comma; a single number without colon is no clock.
pub(crate) fn clock(text: &str) -> Option<f64> {
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if !whole.contains(':') || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut secs: u64 = 0;
    for (place, part) in whole.split(':').enumerate() {
        let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        // Beyond fifteen digits a second is no longer exact, and no recording is so long.
        if !is_number || place > 2 || part.len() > 12 {
            return None;
        }
        secs = secs.checked_mul(60)?.checked_add(part.parse().ok()?)?;
    }
    let fraction = &fraction[..fraction.len().min(MAX_FRACTION_DIGITS)];
    let scale = 10_u64.pow(fraction.len() as u32);
    let parts = if fraction.is_empty() {
        0
    } else {
        fraction.parse::<u64>().ok()?
    };
    // One division of two whole numbers: the nearest double to what is written.
    let all = secs.checked_mul(scale).and_then(|n| n.checked_add(parts));
    let secs = match all {
        Some(all) if all < 1 << 53 => all as f64 / scale as f64,
        _ => secs as f64 + parts as f64 / scale as f64,
    };
    Some(sign * secs)
}

/// A time in seconds or as a clock.
pub(crate) fn time(text: &str) -> Option<f64> {
    if text.contains(':') {
        clock(text)
    } else {
        decimal(text)
    }
}

/// `hh:mm:ss` and milliseconds after `point`; more digits for more hours.
pub(crate) fn millis_clock(millis: u64, point: char) -> String {
    let (secs, millis) = (millis / 1000, millis % 1000);
    let (hours, mins, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
    format!("{hours:02}:{mins:02}:{secs:02}{point}{millis:03}")
}

/// Seconds in whole milliseconds.
pub(crate) fn millis(secs: f64) -> u64 {
    (secs * 1000.0).round() as u64
}

/// A number with at most nine decimals: enough to come back to the same frame at any rate.
pub(crate) fn nine_decimals(n: f64) -> String {
    let text = format!("{n:.9}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" {
        "0".to_owned()
    } else {
        short.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_with_either_sign() {
        for (text, expected) in [
            ("1.5", Some(1.5)),
            ("1,5", Some(1.5)),
            (" -0,25 ", Some(-0.25)),
            ("1.234,5", Some(1234.5)),
            ("1,234.5", Some(1234.5)),
            ("1,2,3", None),
            ("1e3", Some(1000.0)),
            ("a", None),
            ("", None),
        ] {
            assert_eq!(decimal(text), expected, "{text}");
        }
        assert!(decimal("NaN").is_some_and(f64::is_nan));
    }

    #[test]
    fn clocks_are_the_nearest_double() {
        for (text, expected) in [
            ("1:02.345", Some(62.345)),
            ("0:00:00,001", Some(0.001)),
            ("123:59:59.9", Some(446_399.9)),
            ("-0:01", Some(-1.0)),
            ("1:2:3:4", None),
            ("1:xx", None),
            ("99999999999999999:00", None),
            ("12.5", None),
        ] {
            assert_eq!(clock(text), expected, "{text}");
        }
    }

    #[test]
    fn written_times() {
        assert_eq!(millis_clock(360_000_000 + 62_345, ','), "100:01:02,345");
        assert_eq!(nine_decimals(1.0 / 3.0), "0.333333333");
        assert_eq!(nine_decimals(2.0), "2");
        assert_eq!(nine_decimals(100.0), "100");
    }
}
