//! Times as people type them into a cell, and as a cell shows them.

/// Why a text is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTime {
    /// Neither a clock time, seconds nor frames.
    Unreadable,
    /// Minutes or seconds of 60 and more behind a colon.
    PastSixty,
}

/// Seconds of what was typed: `1:02:03.5`, `2:03,5`, `12.25`, `12.25 s`, `250 ms`, `44100 f` or `#44100` (frames at
/// `rate_hz`). A comma may stand for the point; spaces, also thin ones, do not count.
pub(crate) fn parse(text: &str, rate_hz: f64) -> Result<f64, NoTime> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            ',' => '.',
            '−' => '-',
            c => c.to_ascii_lowercase(),
        })
        .collect();
    if let Some(frames) = text.strip_prefix('#') {
        return Ok(number(frames)? / rate_hz);
    }
    for (unit, secs) in [
        ("frames", 1.0 / rate_hz),
        ("frame", 1.0 / rate_hz),
        ("f", 1.0 / rate_hz),
        ("ms", 0.001),
        ("min", 60.0),
        ("sec", 1.0),
        ("s", 1.0),
        ("h", 3600.0),
    ] {
        if let Some(rest) = text.strip_suffix(unit) {
            return Ok(number(rest)? * secs);
        }
    }
    let (sign, clock) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.as_str()),
    };
    let parts: Vec<&str> = clock.split(':').collect();
    if parts.len() > 3 {
        return Err(NoTime::Unreadable);
    }
    let mut secs = 0.0;
    for (at, part) in parts.iter().enumerate() {
        let value = number(part)?;
        let is_last = at + 1 == parts.len();
        if value < 0.0 || (!is_last && value.fract() != 0.0) {
            return Err(NoTime::Unreadable);
        }
        if at > 0 && value >= 60.0 {
            return Err(NoTime::PastSixty);
        }
        secs = secs * 60.0 + value;
    }
    Ok(sign * secs)
}

/// A finite number written in digits alone: no `inf`, no `1e9`.
pub(crate) fn number(text: &str) -> Result<f64, NoTime> {
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    match text.parse::<f64>() {
        Ok(value) if is_plain && value.is_finite() => Ok(value),
        _ => Err(NoTime::Unreadable),
    }
}

/// `h:mm:ss.mmm`, rounded to the nearest millisecond.
pub(crate) fn clock(secs: f64) -> String {
    with_decimals(secs, 3)
}

/// As [`clock`] with as many decimals (up to six) as it takes to come back to the same frame at any usual rate.
pub(crate) fn exact(secs: f64) -> String {
    let mut text = with_decimals(secs, 6);
    for _ in 0..3 {
        if text.ends_with('0') {
            text.pop();
        }
    }
    text
}

fn with_decimals(secs: f64, decimals: usize) -> String {
    let scale = 10_i64.pow(decimals as u32);
    let units = (secs.abs() * scale as f64).round() as i64;
    let (whole, fraction) = (units / scale, units % scale);
    let sign = if secs < 0.0 && units > 0 { "−" } else { "" };
    format!(
        "{sign}{}:{:02}:{:02}.{fraction:0decimals$}",
        whole / 3600,
        whole / 60 % 60,
        whole % 60
    )
}

/// A number as other programs read it: a point, no exponent, at most `decimals` digits behind it and no idle zeros.
pub(crate) fn plain(value: f64, decimals: usize) -> String {
    let mut text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    if text == "-0" { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_may_be_typed_in_many_ways() {
        for (text, secs) in [
            ("0", 0.0),
            ("12.25", 12.25),
            ("12,25", 12.25),
            (" 12.25 s", 12.25),
            ("250 ms", 0.25),
            ("2:03.5", 123.5),
            ("1:02:03.5", 3723.5),
            ("90:00", 5400.0),
            ("44100 f", 1.0),
            ("#22050", 0.5),
            ("-0:01", -1.0),
            ("1\u{202f}200", 1200.0),
            (".5", 0.5),
        ] {
            assert_eq!(parse(text, 44_100.0), Ok(secs), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "", "abc", "1:2:3:4", "1.5:00", "inf", "1e9", "nan", "1:", ":", "--1", "1:-2",
        ] {
            assert_eq!(parse(text, 44_100.0), Err(NoTime::Unreadable), "{text}");
        }
        assert_eq!(parse("1:75", 44_100.0), Err(NoTime::PastSixty));
        assert_eq!(parse("1:60:00", 44_100.0), Err(NoTime::PastSixty));
    }

    #[test]
    fn what_is_shown_for_editing_comes_back_to_the_same_frame() {
        for rate in [8_000.0, 44_100.0, 48_000.0, 192_000.0] {
            for frame in [0_u32, 1, 2, 44_099, 123_457, 987_654_321] {
                let secs = f64::from(frame) / rate;
                let back = parse(&exact(secs), rate).map(|secs| (secs * rate).round());
                assert_eq!(back, Ok(f64::from(frame)), "{}", exact(secs));
            }
        }
        assert_eq!(exact(1.5), "0:00:01.500");
        assert_eq!(clock(0.9996), "0:00:01.000");
        assert_eq!(clock(3725.25), "1:02:05.250");
    }

    #[test]
    fn plain_numbers_have_no_idle_zeros() {
        assert_eq!(plain(440.0, 3), "440");
        assert_eq!(plain(0.125, 9), "0.125");
        assert_eq!(plain(-0.000_000_1, 3), "0");
    }
}
