//! The part of HTTP/1.1 that a static server needs: requests, byte ranges, validators.

use std::{
    io::{BufRead, Read},
    ops::RangeInclusive,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The longest request head that is read.
const HEAD_LIMIT_BYTES: u64 = 32 * 1024;

/// The head of a request; this server reads no bodies.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query as sent.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    /// The client speaks HTTP/1.0.
    old: bool,
}

impl Request {
    /// The next request of a connection; `None` when the client has gone or does not speak HTTP.
    pub(crate) fn read(from: &mut impl BufRead) -> Option<Self> {
        let mut from = from.take(HEAD_LIMIT_BYTES);
        let mut line = String::new();
        // An empty line may precede a request (RFC 9112 §2.2).
        while line.trim().is_empty() {
            line.clear();
            if from.read_line(&mut line).ok()? == 0 {
                return None;
            }
        }
        let mut words = line.split_whitespace();
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        let mut request = Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            old: version == "HTTP/1.0",
        };
        loop {
            let mut line = String::new();
            from.read_line(&mut line).ok()?;
            if !line.ends_with('\n') {
                return None;
            }
            if line.trim_end().is_empty() {
                return Some(request);
            }
            let (name, value) = line.split_once(':')?;
            request
                .headers
                .push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the connection may carry another request. A body would have to be read first.
    pub(crate) fn keeps_alive(&self) -> bool {
        let connection = self
            .header("connection")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let has_body = self.header("content-length").is_some_and(|n| n != "0")
            || self.header("transfer-encoding").is_some();
        !has_body
            && if self.old {
                connection.contains("keep-alive")
            } else {
                !connection.contains("close")
            }
    }
}

/// What of a file a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// No range, or one that this server may ignore (several ranges, another unit, nonsense).
    Whole,
    /// First and last byte.
    Part(RangeInclusive<u64>),
    /// A range beyond the end.
    Nothing,
}

/// Reads a `Range` header for a file of `len` bytes (RFC 9110 §14).
pub(crate) fn wanted(range: Option<&str>, len: u64) -> Wanted {
    let Some((first, last)) = range
        .and_then(|r| r.strip_prefix("bytes="))
        .and_then(|r| r.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let number = |digits: &str| digits.trim().parse::<u64>().ok();
    match (
        first.trim().is_empty(),
        number(first),
        last.trim().is_empty(),
        number(last),
    ) {
        (true, _, false, Some(suffix)) => match len.min(suffix) {
            0 => Wanted::Nothing,
            bytes => Wanted::Part(len - bytes..=len - 1),
        },
        (false, Some(first), true, _) if first < len => Wanted::Part(first..=len - 1),
        (false, Some(first), false, Some(last)) if first <= last && first < len => {
            Wanted::Part(first..=last.min(len - 1))
        }
        (false, Some(first), true, _) if first >= len => Wanted::Nothing,
        (false, Some(first), false, Some(last)) if first <= last => Wanted::Nothing,
        _ => Wanted::Whole,
    }
}

/// `%2e` → `.`; `None` for what is not UTF-8 or not an escape.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

/// An instant as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn http_date(time: SystemTime) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let secs = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs();
    let (days, clock) = (secs / 86_400, secs % 86_400);
    // Howard Hinnant's civil_from_days, counted from 0000-03-01 so that a leap day ends its year.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = (shifted_month + 2) % 12;
    let year = era * 400 + year_of_era + u64::from(month < 2);
    let (day_name, month_name) = (DAYS[(days % 7) as usize], MONTHS[month as usize]);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    format!("{day_name}, {day:02} {month_name} {year} {hour:02}:{minute:02}:{second:02} GMT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_a_hundred_bytes() {
        for (header, expected) in [
            (None, Wanted::Whole),
            (Some("bytes=0-9"), Wanted::Part(0..=9)),
            (Some("bytes=90-"), Wanted::Part(90..=99)),
            (Some("bytes=-5"), Wanted::Part(95..=99)),
            (Some("bytes=-500"), Wanted::Part(0..=99)),
            (Some("bytes=50-5000"), Wanted::Part(50..=99)),
            (Some("bytes=100-"), Wanted::Nothing),
            (Some("bytes=100-200"), Wanted::Nothing),
            (Some("bytes=-0"), Wanted::Nothing),
            (Some("bytes=9-1"), Wanted::Whole),
            (Some("bytes=0-1,4-5"), Wanted::Whole),
            (Some("bytes=x-y"), Wanted::Whole),
            (Some("rows=0-1"), Wanted::Whole),
        ] {
            assert_eq!(wanted(header, 100), expected, "{header:?}");
        }
        assert_eq!(wanted(Some("bytes=0-"), 0), Wanted::Nothing);
    }

    #[test]
    fn requests_are_read_one_after_another() {
        let mut bytes: &[u8] =
            b"GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=1-2\r\n\r\nHEAD /b HTTP/1.0\r\n\r\n";
        let first = Request::read(&mut bytes).unwrap();
        assert_eq!(
            (first.method.as_str(), first.target.as_str()),
            ("GET", "/a")
        );
        assert_eq!(first.header("range"), Some("bytes=1-2"));
        assert!(first.keeps_alive());
        assert!(!Request::read(&mut bytes).unwrap().keeps_alive());
        assert_eq!(Request::read(&mut bytes), None);
    }

    #[test]
    fn broken_and_endless_heads_end_the_connection() {
        for bytes in [
            "GET /\r\n\r\n",
            "GET / HTTP/1.1\r\nno colon\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x",
        ] {
            assert_eq!(Request::read(&mut bytes.as_bytes()), None, "{bytes}");
        }
        let endless = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "y".repeat(100_000));
        assert_eq!(Request::read(&mut endless.as_bytes()), None);
    }

    #[test]
    fn dates_of_known_instants() {
        let at = |secs| http_date(UNIX_EPOCH + Duration::from_secs(secs));
        assert_eq!(at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(at(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(at(951_782_400), "Tue, 29 Feb 2000 00:00:00 GMT");
        assert_eq!(at(1_798_761_599), "Thu, 31 Dec 2026 23:59:59 GMT");
    }

    #[test]
    fn escapes() {
        assert_eq!(percent_decoded("/a%20b%2e").as_deref(), Some("/a b."));
        assert_eq!(percent_decoded("%"), None);
        assert_eq!(percent_decoded("%ff"), None);
    }
}
