//! aubio's banks of triangular filters, and the parameters that choose one.

use crate::spectrogram_analyzer::MAX_BLOCK;
use std::cmp::Ordering;
use timeside_core::{Error, Param, Params, Result};
use timeside_dsp::bank::{FilterBank, Height, spaced};
use timeside_dsp::scale::FrequencyScale;

/// The number of filters of Slaney's bank.
const SLANEY_FILTERS: usize = 40;

/// Where a bank's filters lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Slaney's forty: 13 linear from 133 Hz, 27 logarithmic to 6855 Hz, whatever the sample rate.
    Slaney,
    /// Evenly spaced in Slaney's mel.
    Mel,
    /// Evenly spaced in HTK's mel, `1127·ln(1 + f/700)`.
    Htk,
}

/// The chosen bank, for a spectrum of `block/2 + 1` bins, and how it is applied.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    processor: &'static str,
    kind: Kind,
    pub(super) filters: usize,
    f_min_hz: f64,
    f_max_hz: Option<f64>,
    height: Height,
    power: f64,
}

impl Settings {
    /// The parameters that [`Settings::new`] reads.
    pub(super) fn params() -> Vec<Param> {
        vec![
            Param::integer("input_blocksize", 1_024, 2, MAX_BLOCK, "Samples per frame.")
                .unit("samples"),
            Param::integer(
                "input_stepsize",
                256,
                1,
                MAX_BLOCK,
                "Samples from one frame to the next, at most input_blocksize.",
            )
            .unit("samples"),
            Param::integer("n_filters", 40, 1, 512, "Number of filters."),
            Param::choice(
                "bank",
                "auto",
                &["auto", "slaney", "mel", "htk"],
                "Where the filters lie: slaney, the Auditory Toolbox's forty from 133 to 6855 Hz; mel or htk, evenly spaced from f_min to f_max in Slaney's or HTK's mel; auto, slaney if there are 40 and neither limit is given, else mel.",
            ),
            Param::optional_number(
                "f_min",
                0.0,
                1e6,
                "Lower edge of the lowest filter, of mel and htk; null is 0.",
            )
            .unit("Hz"),
            Param::optional_number(
                "f_max",
                1.0,
                1e6,
                "Upper edge of the highest filter, of mel and htk, at most half the sample rate; null is that half.",
            )
            .unit("Hz"),
            Param::boolean(
                "norm",
                true,
                "Filters of unit area over Hz; false: of height 1.",
            ),
            Param::number(
                "power",
                1.0,
                0.1,
                10.0,
                "What magnitudes are raised to before the filters.",
            ),
        ]
    }

    /// The settings that `params` ask for.
    ///
    /// # Errors
    /// `BadParameter` if Slaney's bank is asked for with another number of filters or with limits, or if the limits
    /// are the wrong way round.
    pub(super) fn new(processor: &'static str, params: &Params) -> Result<Self> {
        let bad = |name, reason: String| Error::bad_parameter(processor, name, reason);
        let filters = params.size("n_filters").unwrap_or(SLANEY_FILTERS);
        let (f_min, f_max) = (params.number("f_min"), params.number("f_max"));
        let limited = f_min.is_some() || f_max.is_some();
        let kind = match params.text("bank") {
            Some("slaney") => Kind::Slaney,
            Some("mel") => Kind::Mel,
            Some("htk") => Kind::Htk,
            _ if filters == SLANEY_FILTERS && !limited => Kind::Slaney,
            _ => Kind::Mel,
        };
        if kind == Kind::Slaney && filters != SLANEY_FILTERS {
            let reason = format!("must be 40 with the bank slaney, not {filters}");
            return Err(bad("n_filters", reason));
        }
        if kind == Kind::Slaney && limited {
            let name = if f_min.is_some() { "f_min" } else { "f_max" };
            return Err(bad(name, "must be null with the bank slaney".to_owned()));
        }
        let f_min_hz = f_min.unwrap_or(0.0);
        if f_max.is_some_and(|f| f_min_hz + 1.0 > f) {
            let reason = format!("must be at least 1 Hz above f_min, {f_min_hz} Hz");
            return Err(bad("f_max", reason));
        }
        Ok(Self {
            processor,
            kind,
            filters,
            f_min_hz,
            f_max_hz: f_max,
            height: if params.flag("norm") {
                Height::UnitArea
            } else {
                Height::One
            },
            power: params.number("power").unwrap_or(1.0),
        })
    }

    /// The bank's corners: each filter begins at one, has its top at the next and ends at the one after.
    fn corners_hz(&self, sample_rate: u32) -> Result<Vec<f64>> {
        let half = f64::from(sample_rate) / 2.0;
        let f_max = self.f_max_hz.unwrap_or(half);
        let bad = |name, reason: String| Error::bad_parameter(self.processor, name, reason);
        if self.kind != Kind::Slaney && f_max > half {
            let reason =
                format!("must be a number from 1 to {half} Hz, half the sample rate, not {f_max}");
            return Err(bad("f_max", reason));
        }
        if self.kind != Kind::Slaney && self.f_min_hz + 1.0 > f_max {
            let reason = format!(
                "must be a number from 0 to {} Hz, not {}",
                f_max - 1.0,
                self.f_min_hz
            );
            return Err(bad("f_min", reason));
        }
        let points = self.filters + 2;
        Ok(match self.kind {
            Kind::Slaney => slaney_corners_hz(),
            Kind::Mel => {
                let mel = FrequencyScale::MelSlaney;
                spaced(
                    self.f_min_hz,
                    f_max,
                    points,
                    |f| mel.from_hz(f),
                    |m| mel.to_hz(m),
                )
            }
            Kind::Htk => spaced(
                self.f_min_hz,
                f_max,
                points,
                |f| 1_127.0 * (1.0 + f / 700.0).ln(),
                |m| 700.0 * ((m / 1_127.0).exp() - 1.0),
            ),
        })
    }

    /// The bank for frames of `block` samples, and the frequency in Hz of each filter's top.
    ///
    /// # Errors
    /// `BadParameter` if a limit lies above half the sample rate.
    pub(super) fn bank(&self, block: usize, sample_rate: u32) -> Result<(MelBank, Vec<f64>)> {
        let corners = self.corners_hz(sample_rate)?;
        let bins = block / 2 + 1;
        let bin_hz = f64::from(sample_rate) / block as f64;
        let rows = corners
            .windows(3)
            .map(|c| triangle([c[0], c[1], c[2]], bin_hz, bins, self.height));
        let bank = MelBank {
            bank: FilterBank::from_rows(rows),
            power: self.power,
            powers: vec![0.0; if self.power == 1.0 { 0 } else { bins }],
        };
        Ok((bank, corners[1..=self.filters].to_vec()))
    }
}

/// A bank over the powers of magnitudes.
#[derive(Debug, Clone)]
pub(super) struct MelBank {
    bank: FilterBank,
    power: f64,
    powers: Vec<f32>,
}

impl MelBank {
    /// The energy in each filter, finite.
    pub(super) fn apply(&mut self, magnitudes: &[f32], energies: &mut [f32]) {
        if self.power == 1.0 {
            self.bank.apply(magnitudes, energies);
        } else {
            let power = self.power as f32;
            for (p, m) in self.powers.iter_mut().zip(magnitudes) {
                *p = (if power == 2.0 { m * m } else { m.powf(power) }).min(f32::MAX);
            }
            self.bank.apply(&self.powers, energies);
        }
        for e in energies {
            *e = e.min(f32::MAX);
        }
    }
}

/// Corners of Slaney's bank: 13 steps of 66.67 Hz, then steps of a factor.
fn slaney_corners_hz() -> Vec<f64> {
    const FIRST_HZ: f64 = 133.3333;
    const STEP_HZ: f64 = 66.666_666_66;
    const LINEAR: i32 = 13;
    const FACTOR: f64 = 1.071_170_3;
    let linear = |k: i32| FIRST_HZ + STEP_HZ * f64::from(k);
    let last = linear(LINEAR - 1);
    (0..LINEAR)
        .map(linear)
        .chain((1..=29).map(|q| last * FACTOR.powi(q)))
        .collect()
}

/// One filter as aubio writes it: a triangle, but that each slope has at least one bin, however narrow the filter, and
/// that the last bin is never used.
fn triangle(
    [low, centre, high]: [f64; 3],
    bin_hz: f64,
    bins: usize,
    height: Height,
) -> (usize, Vec<f32>) {
    let hz = |bin: usize| bin as f64 * bin_hz;
    let first = (low / bin_hz).floor() as usize + 1;
    let end = bins.saturating_sub(1);
    let top = match height {
        Height::One => 1.0,
        Height::UnitArea => 2.0 / (high - low),
    };
    let mut weights = Vec::new();
    let mut bin = first;
    for (to, rising) in [(centre, true), (high, false)] {
        while bin < end {
            let weight = match rising {
                true => (hz(bin) - low) / (centre - low),
                false => (high - hz(bin)) / (high - centre),
            };
            weights.push((top * weight).max(0.0) as f32);
            bin += 1;
            if hz(bin).total_cmp(&to) != Ordering::Less {
                break;
            }
        }
    }
    (first, weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, Value, json};

    fn settings(given: Value) -> Result<Settings> {
        let given: Map<_, _> = given.as_object().cloned().unwrap_or_default();
        Settings::new("p", &Params::check("p", &Settings::params(), &given)?)
    }

    #[test]
    fn slaneys_bank() {
        let (mut bank, tops) = settings(json!({})).unwrap().bank(1_024, 44_100).unwrap();
        assert_eq!(tops.len(), 40);
        assert!(
            (tops[0] - 200.0).abs() < 1e-3 && (tops[39] - 6_398.46).abs() < 0.01,
            "{tops:?}"
        );
        // A filter of unit area over Hz sums to nearly 1/bin width.
        let mut sums = [0.0; 40];
        bank.apply(&[1.0; 513], &mut sums);
        for (s, hz) in sums.iter().zip(&tops).skip(12) {
            assert!((s * 44_100.0 / 1_024.0 - 1.0).abs() < 0.05, "{hz}: {s}");
        }
    }

    #[test]
    fn narrow_filters_keep_a_bin_on_each_slope_and_the_last_bin_is_free() {
        // All of the filter lies between bins 1 and 2.
        let (first, weights) = triangle([110.0, 120.0, 130.0], 100.0, 10, Height::One);
        assert_eq!((first, weights), (2, vec![9.0, 0.0]));
        let (first, weights) = triangle([700.0, 800.0, 1_200.0], 100.0, 10, Height::One);
        assert_eq!((first, weights), (8, vec![1.0]));
        assert!(
            triangle([900.0, 1_000.0, 1_100.0], 100.0, 10, Height::One)
                .1
                .is_empty()
        );
    }

    #[test]
    fn refusals_name_parameter_and_range() {
        for (given, name) in [
            (json!({ "bank": "slaney", "n_filters": 20 }), "n_filters"),
            (json!({ "bank": "slaney", "f_min": 20 }), "f_min"),
            (json!({ "f_min": 500, "f_max": 500 }), "f_max"),
        ] {
            let error = settings(given).unwrap_err();
            assert_eq!(error.code(), "bad-parameter");
            assert!(error.to_string().contains(name), "{error}");
        }
        let error = settings(json!({ "f_max": 6_000 }))
            .unwrap()
            .bank(1_024, 8_000);
        assert!(error.unwrap_err().to_string().contains("from 1 to 4000 Hz"));
        let error = settings(json!({ "bank": "htk", "f_min": 6_000 }))
            .unwrap()
            .bank(1_024, 8_000);
        assert!(error.unwrap_err().to_string().contains("f_min"));
    }
}
