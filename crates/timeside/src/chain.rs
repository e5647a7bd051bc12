//! The pipe operator: `decoder(path)? | "level" | step("fx_gain").with("gain", 2.0)`.

use crate::{Media, registry};
use std::fmt::Write as _;
use std::ops::BitOr;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use timeside_core::{PipeSpec, Registry, Result, Results, RunContext, Step};

/// A medium and the steps that are to run over it.
#[derive(Debug)]
pub struct Chain {
    media: Media,
    registry: Registry,
    spec: PipeSpec,
    results: Results,
}

/// Opens a file as the begin of a pipe.
///
/// # Errors
/// As [`Media::open_path`].
pub fn decoder(path: impl AsRef<Path>) -> Result<Chain> {
    Ok(Chain::over(Media::open_path(path)?))
}

/// A step with default parameters; [`Step::with`] sets them.
pub fn step(id: &str) -> Step {
    Step::new(id)
}

impl Chain {
    /// A pipe over an open medium.
    pub fn over(media: Media) -> Self {
        Self {
            media,
            registry: registry(),
            spec: PipeSpec::default(),
            results: Results::default(),
        }
    }

    /// The processors that steps can name; add your own here.
    pub fn registry_mut(&mut self) -> &mut Registry {
        &mut self.registry
    }

    /// The pipe as data: stretch, rate, channels, block size.
    pub fn spec_mut(&mut self) -> &mut PipeSpec {
        &mut self.spec
    }

    /// Runs all steps in one pass; the results replace those of an earlier run.
    ///
    /// # Errors
    /// `UnknownProcessor`, `BadParameter`, `OutOfRange`, and what the medium gives.
    pub fn run(&mut self) -> Result<&Results> {
        self.results = self
            .media
            .start(&self.registry, &self.spec, system_context())?
            .run()?;
        Ok(&self.results)
    }

    /// The results of the last run; empty before it.
    pub fn results(&self) -> &Results {
        &self.results
    }
}

impl<S: Into<Step>> BitOr<S> for Chain {
    type Output = Self;

    fn bitor(mut self, step: S) -> Self {
        self.spec.steps.push(step.into());
        self
    }
}

/// A context with the system's time (UTC) and UUIDs (version 4 in form) from the system's own seeding.
pub fn system_context() -> RunContext {
    let secs = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    RunContext {
        now: date_time_from_unix_secs(secs),
        uuid: Box::new(random_uuid),
        sha1: String::new(),
    }
}

fn random_uuid() -> String {
    use std::hash::{BuildHasher, RandomState};
    // Each RandomState is keyed anew by the system; two hashes are 128 bits.
    let high = RandomState::new().hash_one(0_u8);
    let low = RandomState::new().hash_one(1_u8);
    let bits = (u128::from(high) << 64) | u128::from(low);
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

/// `YYYY-MM-DD HH:MM:SS` of a Unix time (proleptic Gregorian, after Hinnant's civil-from-days).
fn date_time_from_unix_secs(secs: u64) -> String {
    let days = i64::try_from(secs / 86_400).unwrap_or(0) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (h, m, s) = (secs / 3600 % 24, secs / 60 % 60, secs % 60);
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write!(text, "{year:04}-{month:02}-{day:02} {h:02}:{m:02}:{s:02}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_gregorian() {
        assert_eq!(date_time_from_unix_secs(0), "1970-01-01 00:00:00");
        assert_eq!(date_time_from_unix_secs(951_827_696), "2000-02-29 12:34:56");
        assert_eq!(
            date_time_from_unix_secs(1_795_177_137),
            "2026-11-20 12:18:57"
        );
    }

    #[test]
    fn uuids_have_the_form_of_version_4() {
        let uuid = random_uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(&uuid[14..15], "4");
        assert!(matches!(&uuid[19..20], "8" | "9" | "a" | "b"));
        assert_ne!(uuid, random_uuid());
    }
}
